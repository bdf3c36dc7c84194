"""Runs as a pandas frame, with MLflow's columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

    from nbtrack.entities import Run


def runs_frame(runs: Sequence[Run]) -> pd.DataFrame:
    """Return a row for each run: its info, and a column for each metric, parameter and tag.

    A metric that a run has not is NaN, a parameter or tag None; times are UTC timestamps.
    """
    import pandas as pd

    infos = [run.info for run in runs]
    columns: dict[str, Any] = {
        "run_id": [each.run_id for each in infos],
        "experiment_id": [each.experiment_id for each in infos],
        "status": [each.status for each in infos],
        "artifact_uri": [each.artifact_uri for each in infos],
        "start_time": _times(each.start_time for each in infos),
        "end_time": _times(each.end_time for each in infos),
    }
    for name, held in (
        ("metrics", [run.data.metrics for run in runs]),
        ("params", [run.data.params for run in runs]),
        ("tags", [run.data.tags for run in runs]),
    ):
        missing, kind = (float("nan"), "float64") if name == "metrics" else (None, "object")
        for key in dict.fromkeys(key for each in held for key in each):
            columns[f"{name}.{key}"] = pd.Series([each.get(key, missing) for each in held], dtype=kind)
    return pd.DataFrame(columns)


def _times(moments: Iterable[int | None]) -> pd.Series[Any]:
    import pandas as pd

    return pd.to_datetime(pd.Series(list(moments), dtype="float64"), unit="ms", utc=True)
