"""Metric histories of many runs as one frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack import validation
from nbtrack.tracking.client import MlflowClient

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

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
        With the columns ``run_id``, ``key``, ``step``, ``timestamp`` (UTC) and ``value``, in logged order.
    """
    import numpy as np
    import pandas as pd

    client = MlflowClient()
    asked = [keys] if isinstance(keys, str) else keys
    parts: dict[str, list[Any]] = {name: [] for name in ("run_id", "key", "step", "timestamp", "value")}
    for run_id in validation.run_ids(runs):
        for key in client.get_run(run_id).data.metrics if asked is None else asked:
            points = client.store.metric_history(run_id, key)
            count = len(points.values)
            parts["run_id"].append(np.full(count, run_id, dtype=object))
            parts["key"].append(np.full(count, key, dtype=object))
            parts["step"].append(np.asarray(points.steps, dtype=np.int64))
            parts["timestamp"].append(np.asarray(points.timestamps, dtype=np.int64))
            parts["value"].append(np.asarray(points.values, dtype=np.float64))
    columns: dict[str, Any] = {name: np.concatenate(each) if each else [] for name, each in parts.items()}
    frame = pd.DataFrame(columns)
    frame["timestamp"] = pd.to_datetime(frame["timestamp"].astype("int64"), unit="ms", utc=True)
    return frame
