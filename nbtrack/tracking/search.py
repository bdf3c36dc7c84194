"""The fluent functions that look back: one run, or a search for many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack import validation
from nbtrack.entities import ViewType
from nbtrack.errors import InvalidValue
from nbtrack.tracking.client import MlflowClient
from nbtrack.tracking.experiments import current_experiment_id, search_experiments
from nbtrack.tracking.garbage_collection import gc

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from nbtrack.entities import Run


@validation.typed
def get_run(run_id: str) -> Run:
    """Return a run; `NotFound` when there is none of that id."""
    return MlflowClient().get_run(run_id)


@validation.typed
def get_parent_run(run_id: str) -> Run | None:
    """Return the run that a run is nested in, or None."""
    return MlflowClient().get_parent_run(run_id)


@validation.typed
def delete_run(run_id: str, *, permanently: bool = False) -> None:
    """Put a run into the bin, or remove it for good with its artifacts."""
    MlflowClient().delete_run(run_id)
    if permanently:
        gc(run_ids=[run_id])


@validation.typed
def move_runs(run_ids: Sequence[str], experiment_id: str) -> None:
    """Put runs into another experiment, with everything that belongs to them."""
    MlflowClient().move_runs(run_ids, experiment_id)


def flush() -> None:
    """Return when everything that was recorded has reached the disk, or the server."""
    MlflowClient().store.flush()


flush_async_logging = flush_artifact_async_logging = flush


@validation.typed
def restore_run(run_id: str) -> None:
    """Take a run out of the bin."""
    MlflowClient().restore_run(run_id)


@validation.typed
def search_runs(
    experiment_ids: Sequence[str] | str | int | None = None,
    filter_string: str = "",
    run_view_type: int = ViewType.ACTIVE_ONLY,
    max_results: int = 100_000,
    order_by: Sequence[str] | None = None,
    output_format: str = "pandas",
    search_all_experiments: bool = False,
    experiment_names: Sequence[str] | None = None,
    columns: Sequence[str] | None = None,
) -> pd.DataFrame | list[Run]:
    """Search runs.

    Parameters
    ----------
    experiment_ids, experiment_names : sequence of str, optional
        Where to look; by default the experiment that new runs go to.
    filter_string : str
        Such as ``metrics.acc > 0.9 and params.lr = '0.1'``.
    run_view_type : ViewType
        Active runs, deleted ones, or all.
    max_results : int
        The most runs to return.
    order_by : sequence of str, optional
        Such as ``["metrics.acc DESC"]``; by default the newest first.
    output_format : {"pandas", "list"}
        A DataFrame with a column for each parameter, metric and tag, or a list of runs.
    search_all_experiments : bool
        Look everywhere.
    experiment_names : sequence of str, optional
        Where to look, by name.
    columns : sequence of str, optional
        Of the frame: only these of the metrics, parameters and tags, such as ``["metrics.acc", "params.lr"]``.
    """
    if output_format not in {"pandas", "list"}:
        msg = f"output_format is 'pandas' or 'list', not {output_format!r}"
        raise InvalidValue(msg)
    limit = validation.int64("max_results", max_results)
    client = MlflowClient()
    ids = _searched(client, experiment_ids, experiment_names, everywhere=search_all_experiments)
    if output_format == "pandas":
        from nbtrack.presentation.frames import columns_frame

        query = client.parsed(filter_string, order_by)
        return columns_frame(
            client.store.run_columns(ids, query, validation.view_type(run_view_type), limit, _keys(columns))
        )
    found: list[Run] = []
    token: str | None = None
    while len(found) < limit:
        page = client.search_runs(ids, filter_string, run_view_type, min(10_000, limit - len(found)), order_by, token)
        found += page
        token = page.token
        if token is None:
            break
    return found


def _keys(columns: Sequence[str] | None) -> dict[str, list[str]] | None:
    """Return the keys of each kind that a choice of columns such as ``metrics.acc`` names."""
    if columns is None:
        return None
    keys: dict[str, list[str]] = {"metrics": [], "params": [], "tags": []}
    for column in columns:
        kind, dot, key = column.partition(".")
        if not dot or kind not in keys:
            msg = f"a column is named such as metrics.loss, params.lr or tags.note, and {column!r} is not"
            raise InvalidValue(msg)
        keys[kind].append(key)
    return keys


def _searched(
    client: MlflowClient, ids: Sequence[str] | str | int | None, names: Sequence[str] | None, *, everywhere: bool
) -> list[str]:
    if ids and names:
        msg = "give search_runs experiment_ids or experiment_names, not both"
        raise InvalidValue(msg)
    if names:
        found = [client.get_experiment_by_name(each) for each in names]
        return [each.experiment_id for each in found if each is not None]
    if ids:
        return validation.experiment_ids(ids)
    if everywhere:
        return [each.experiment_id for each in search_experiments(ViewType.ALL)]
    return [current_experiment_id(client)]


@validation.typed
def load_table(
    artifact_file: str, run_ids: Sequence[str] | None = None, extra_columns: Sequence[str] | None = None
) -> pd.DataFrame:
    """Return the rows of a table of all runs of the experiment that new runs go to; see `MlflowClient.load_table`."""
    client = MlflowClient()
    return client.load_table(current_experiment_id(client), artifact_file, run_ids, extra_columns)


@validation.typed
def history(runs: Sequence[Run | str] | Run | str, keys: Sequence[str] | str | None = None) -> pd.DataFrame:
    """Return every point of some metrics of some runs, one row a point.

    Parameters
    ----------
    runs : sequence of Run or str
        The runs, or their ids.
    keys : sequence of str, optional
        The metrics; by default all that the runs have.

    Returns
    -------
    DataFrame
        With the columns ``run_id`` and ``key`` (both categorical), ``step``, ``timestamp`` (UTC) and ``value``, in
        logged order.
    """
    import numpy as np
    import pandas as pd

    client = MlflowClient()
    asked = [keys] if isinstance(keys, str) else keys
    histories = [
        (run_id, client.store.metric_history(run_id, key))
        for run_id in validation.run_ids(runs)
        for key in (client.get_run(run_id).data.metrics if asked is None else asked)
    ]
    histories = [each for each in histories if len(each[1].values)]
    counts = [len(each.values) for _, each in histories]

    def repeated(labels: list[str]) -> Any:
        """Return the label of each point; as codes, since a million texts take ten times as long to make."""
        codes = {label: code for code, label in enumerate(dict.fromkeys(labels))}
        points = np.repeat(np.array([codes[each] for each in labels], np.int32), counts)
        categories: Any = list(codes)
        return pd.Categorical.from_codes(points, categories)

    def joined(column: str, dtype: type) -> NDArray[Any]:
        parts: list[NDArray[Any]] = [np.asarray(getattr(each, column), dtype) for _, each in histories]
        return np.concatenate(parts) if parts else np.empty(0, dtype)

    columns: dict[str, Any] = {
        "run_id": repeated([run_id for run_id, _ in histories]),
        "key": repeated([each.key for _, each in histories]),
        "step": joined("steps", np.int64),
        "timestamp": pd.to_datetime(joined("timestamps", np.int64), unit="ms", utc=True),
        "value": joined("values", np.float64),
    }
    return pd.DataFrame(columns, copy=False)
