"""Runs as a pandas frame, with MLflow's columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from nbtrack.entities import RunColumns, RunGroup


def columns_frame(columns: RunColumns) -> pd.DataFrame:
    """Return a row for each run: its info, and a column for each metric, parameter and tag.

    Missing metrics are NaN, missing parameters and tags None; times are UTC timestamps.
    """
    import numpy as np
    import pandas as pd

    infos = columns.infos
    count = len(infos["run_id"])
    found: dict[str, Any] = {name: _times(each) if name.endswith("_time") else each for name, each in infos.items()}
    for name, groups, nothing in (
        ("metrics", columns.metrics, np.full(count, np.nan)),
        ("params", columns.params, np.full(count, None, dtype=object)),
        ("tags", columns.tags, np.full(count, None, dtype=object)),
    ):
        held = _dense(groups, nothing)
        found |= {f"{name}.{key}": pd.Series(held[key], dtype=nothing.dtype) for key in sorted(held)}
    return pd.DataFrame(found)


def _dense(groups: Sequence[RunGroup], nothing: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """Return for each key an array with a value for each run, `nothing` where a run lacks the key."""
    import numpy as np

    found: dict[str, NDArray[Any]] = {}
    for places, columns in groups:
        where: NDArray[np.intp] = np.asarray(places, dtype=np.intp)
        for key, values in columns.items():
            if key not in found:
                found[key] = nothing.copy()
            found[key][where] = values
    return found


def _times(moments: Sequence[Any]) -> pd.Series[Any]:
    import pandas as pd

    return pd.to_datetime(pd.Series(list(moments), dtype="float64"), unit="ms", utc=True)
