"""Metric histories of many runs as one frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack import validation
from nbtrack.tracking.client import MlflowClient

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from nbtrack.entities import Run


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
