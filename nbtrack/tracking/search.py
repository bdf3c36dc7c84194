"""The fluent functions that read stored runs: one run, a search, metric histories, tables; and those that move them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack import validation
from nbtrack.entities import ViewType
from nbtrack.errors import InvalidValue
from nbtrack.tracking.client import MlflowClient
from nbtrack.tracking.experiments import current_experiment_id, search_experiments
from nbtrack.tracking.garbage_collection import gc
from nbtrack.tracking.pending_artifacts import pending

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from nbtrack.entities import Run


@validation.typed
def get_run(run_id: str) -> Run:
    """Return a run; raise `NotFound` if it does not exist."""
    return MlflowClient().get_run(run_id)


@validation.typed
def get_parent_run(run_id: str) -> Run | None:
    """Return the parent of a nested run, or None."""
    return MlflowClient().get_parent_run(run_id)


@validation.typed
def delete_run(run_id: str, *, permanently: bool = False) -> None:
    """Move a run to the trash, or delete it permanently with its artifacts."""
    MlflowClient().delete_run(run_id)
    if permanently:
        gc(run_ids=[run_id])


@validation.typed
def move_runs(run_ids: Sequence[str], experiment_id: str) -> None:
    """Move runs to another experiment, with everything that belongs to them."""
    MlflowClient().move_runs(run_ids, experiment_id)


def flush() -> None:
    """Wait until everything that was logged has reached the disk or the server, also the code and output of cells."""
    pending().write_all()
    MlflowClient().store.flush()


flush_async_logging = flush_artifact_async_logging = flush


@validation.typed
def restore_run(run_id: str) -> None:
    """Restore a run from the trash."""
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
    """Return the runs that match a filter.

    Parameters
    ----------
    experiment_ids, experiment_names : sequence of str, optional
        The experiments to search, by id or by name; by default the current one.
    filter_string : str
        Such as ``metrics.acc > 0.9 and params.lr = '0.1'``.
    run_view_type : ViewType
        Whether to return active runs, deleted ones, or both.
    max_results : int
        The maximum number of runs to return.
    order_by : sequence of str, optional
        Such as ``["metrics.acc DESC"]``; by default newest first.
    output_format : {"pandas", "list"}
        A DataFrame with a column for each parameter, metric and tag, or a list of runs.
    search_all_experiments : bool
        Whether to search all experiments.
    columns : sequence of str, optional
        The metrics, parameters and tags to include in the frame, such as ``["metrics.acc", "params.lr"]``.
    """
    if output_format not in {"pandas", "list"}:
        raise InvalidValue(f"output_format must be 'pandas' or 'list', not {output_format!r}")
    limit = validation.int64("max_results", max_results)
    client = MlflowClient()
    ids = _experiment_ids(client, experiment_ids, experiment_names, everywhere=search_all_experiments)
    if output_format == "pandas":
        from nbtrack.presentation.frames import columns_frame

        query = client.parse_query(filter_string, order_by)
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
    """Return the keys of each kind in a list of columns such as ``metrics.acc``."""
    if columns is None:
        return None
    keys: dict[str, list[str]] = {"metrics": [], "params": [], "tags": []}
    for column in columns:
        kind, dot, key = column.partition(".")
        if not dot or kind not in keys:
            raise InvalidValue(f"Column {column!r} must start with metrics., params. or tags., as in metrics.loss")
        keys[kind].append(key)
    return keys


def _experiment_ids(
    client: MlflowClient, ids: Sequence[str] | str | int | None, names: Sequence[str] | None, *, everywhere: bool
) -> list[str]:
    if ids and names:
        raise InvalidValue("Pass search_runs experiment_ids or experiment_names, not both")
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
    """Return the rows of a table from all runs of the current experiment; see `MlflowClient.load_table`."""
    client = MlflowClient()
    return client.load_table(current_experiment_id(client), artifact_file, run_ids, extra_columns)


@validation.typed
def history(runs: Sequence[Run | str] | Run | str, keys: Sequence[str] | str | None = None) -> pd.DataFrame:
    """Return the metric histories of runs as one frame, one row per point.

    Parameters
    ----------
    runs : sequence of Run or str
        The runs, or their ids.
    keys : sequence of str, optional
        The metrics; by default all of them.

    Returns
    -------
    DataFrame
        With the columns ``run_id`` and ``key`` (categorical), ``step``, ``timestamp`` (UTC) and ``value``, in the order
        in which the points were logged. Group it with ``observed=True``, as in
        ``frame.groupby(["run_id", "key"], observed=True)``: otherwise some versions of pandas also return the
        combinations of run and key that have no points.
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
        """Return the label of each point as a category: a million strings would take ten times as long to create."""
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
