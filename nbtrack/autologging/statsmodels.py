"""Autologging of statsmodels, by the keys of MLflow's.

https://mlflow.org/docs/latest/ml/traditional-ml/
"""

from __future__ import annotations

import numbers
from typing import TYPE_CHECKING, Any

from nbtrack.autologging import call_arguments
from nbtrack.autologging.patching import subclasses, when_imported, wrap
from nbtrack.autologging.training import Training, training

if TYPE_CHECKING:
    from collections.abc import Callable

LIBRARY = "statsmodels"
METRICS = (
    "aic",
    "bic",
    "centered_tss",
    "condition_number",
    "df_model",
    "df_resid",
    "ess",
    "f_pvalue",
    "fvalue",
    "llf",
    "mse_model",
    "mse_resid",
    "mse_total",
    "rsquared",
    "rsquared_adj",
    "scale",
    "ssr",
    "uncentered_tss",
)


def install() -> None:
    """Log every model that is fitted from now on."""
    when_imported(LIBRARY, "statsmodels.base.model", _wrap_all)
    when_imported(LIBRARY, "statsmodels.api", _wrap_all)


def _wrap_all() -> None:
    from statsmodels.base.model import Model

    for kind in (Model, *subclasses(Model)):
        wrap(LIBRARY, kind, "fit", _fitted)


def _fitted(original: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Fit a model, and log it."""
    with training(LIBRARY) as job:
        if job is None:
            return original(*args, **kwargs)
        job.attempt(job.params, call_arguments.settings(original, args, kwargs, ()))
        results = original(*args, **kwargs)
        job.attempt(_after, job, results)
        return results


def _after(job: Training, results: Any) -> None:
    job.metrics({name: float(value) for name in METRICS if isinstance(value := _value(results, name), numbers.Real)})
    job.client.log_text(job.run_id, results.summary().as_text(), "model_summary.txt")
    if job.options.log_models:
        from nbtrack.models.statsmodels import log_model

        log_model(results, "model")


def _value(results: Any, name: str) -> Any:
    try:
        return getattr(results, name, None)
    except Exception:  # noqa: BLE001 # computed attributes raise all kinds of errors for some models
        return None
