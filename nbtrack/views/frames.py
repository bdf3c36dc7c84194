"""Runs as a pandas frame, with MLflow's columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

    from nbtrack.entities import RunColumns, Sparse


def columns_frame(columns: RunColumns) -> pd.DataFrame:
    """Return a row for each run: its info, and a column for each metric, parameter and tag.

    A metric that a run has not is NaN, a parameter or tag None; times are UTC timestamps.
    """
    import pandas as pd

    infos = columns.infos
    found: dict[str, Any] = {
        "run_id": [each.run_id for each in infos],
        "experiment_id": [each.experiment_id for each in infos],
        "status": [each.status for each in infos],
        "artifact_uri": [each.artifact_uri for each in infos],
        "start_time": _times(each.start_time for each in infos),
        "end_time": _times(each.end_time for each in infos),
    }
    for name in ("metrics", "params", "tags"):
        held: Sparse = getattr(columns, name)
        for key in sorted(held):
            found[f"{name}.{key}"] = _dense(*held[key], len(infos), name)
    return pd.DataFrame(found)


def _dense(places: Sequence[int], values: Sequence[Any], count: int, name: str) -> pd.Series[Any]:
    import numpy as np
    import pandas as pd

    whole = np.full(count, np.nan) if name == "metrics" else np.full(count, None, dtype=object)
    whole[places] = values
    return pd.Series(whole, dtype=whole.dtype)


def _times(moments: Iterable[int | None]) -> pd.Series[Any]:
    import pandas as pd

    return pd.to_datetime(pd.Series(list(moments), dtype="float64"), unit="ms", utc=True)
