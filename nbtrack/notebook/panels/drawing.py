"""Which runs and metrics a chart draws, and their curves; live and plain charts have this in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack.views import columns, figures, series, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from nbtrack.entities import Run
    from nbtrack.tracking import MlflowClient
    from nbtrack.views.figures import Curve

MOST_METRICS = 6
POINTS = 1000
"""Points of a curve that are sent at once."""


def curves(
    client: MlflowClient,
    runs: Mapping[str, str],
    metrics: Iterable[str],
    axis: str,
    *,
    bands: Mapping[str, str] | None = None,
    window: tuple[float, float] | None = None,
    most: int = POINTS,
) -> list[Curve]:
    """Return the curves of runs, id to name, each of at most about `most` points; `bands` says who shares a line."""
    drawn = []
    for run_id, name in runs.items():
        for metric in metrics:
            history = client.store.metric_history(run_id, metric)
            if len(history.values):
                found = series.series(history, axis, most=most, window=window)
                drawn.append(figures.Curve(run_id, name, metric, found, None if bands is None else bands.get(run_id)))
    return drawn


def bands(runs: Sequence[Run], key: str) -> dict[str, str]:
    """Return for each run the name of the line that it shares with those of the same value."""
    return {run.info.run_id: f"{key} = {_text(columns.value(run, key))}" for run in runs}


def _text(value: float | str | None) -> str:
    return value if isinstance(value, str) else words.number(value)


def chosen(client: MlflowClient, metrics: Sequence[str], filter: str, most: int) -> list[Run]:
    """Return the newest runs that have a curve of these metrics, or of any."""
    everywhere = [each.experiment_id for each in client.search_experiments(max_results=10_000)]
    newest = client.search_runs(everywhere, filter, max_results=200)
    return [each for each in newest if has_curve(each, metrics)][:most]


def has_curve(run: Run, metrics: Sequence[str] = ()) -> bool:
    """Tell whether a run has more than one point of one of these metrics, or of any, or may soon have."""
    return run.info.status == "RUNNING" or any(
        each.step > 0 for each in run.data.latest if not metrics or each.key in metrics
    )


def curved(runs: Sequence[Run]) -> list[str]:
    """Return the first metrics that have more than one point in some run."""
    keys = dict.fromkeys(each.key for run in runs for each in run.data.latest if each.step > 0)
    return list(keys)[:MOST_METRICS]
