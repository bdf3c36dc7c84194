"""Searches over parameters: the best candidate, all candidates as a table, and the best few as child runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack import tags as reserved

if TYPE_CHECKING:
    from nbtrack.autologging.training import Training


def is_search(estimator: Any) -> bool:
    """Return whether an estimator is a search with cross-validation."""
    from sklearn.model_selection._search import BaseSearchCV

    return isinstance(estimator, BaseSearchCV)


def names(estimator: Any) -> dict[str, str]:
    """Return the tags that name an estimator."""
    kind = type(estimator)
    return {"estimator_name": kind.__name__, "estimator_class": f"{kind.__module__}.{kind.__name__}"}


def log(job: Training, search: Any) -> None:
    """Log what a search has found."""
    import pandas as pd

    if hasattr(search, "best_params_"):
        job.params({f"best_{name}": value for name, value in search.best_params_.items()})
    if hasattr(search, "best_score_"):
        job.metrics({"best_cv_score": search.best_score_})
    table = pd.DataFrame(search.cv_results_)
    job.client.log_text(job.run_id, table.to_csv(index=False), "cv_results.csv")
    ranks = [each for each in table.columns if each.startswith("rank_test_")]
    for _, row in table.nsmallest(job.options.max_tuning_runs, ranks[0]).iterrows():
        _log_candidate(job, search, row)


def _log_candidate(job: Training, search: Any, row: Any) -> None:
    """Log a candidate as a child of the run of its search."""
    from sklearn.base import clone

    parent = job.client.get_run(job.run_id).info
    candidate = clone(search.estimator).set_params(**row["params"])
    tags = {reserved.PARENT_RUN: parent.run_id, reserved.AUTOLOGGING: "sklearn", **names(candidate)}
    run_id = job.client.create_run(parent.experiment_id, tags=tags).info.run_id
    scores = {name: float(value) for name, value in row.items() if name.startswith(("mean_", "std_", "rank_test_"))}
    job.client.log_batch(run_id, params=[(name, str(value)) for name, value in candidate.get_params().items()])
    for name, value in scores.items():
        job.client.log_metric(run_id, name, value)
    job.client.set_terminated(run_id)
