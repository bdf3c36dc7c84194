"""What a report shows: its runs as a table, their curves, comparison and differences, and the sections of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nbtrack.endpoints import run_details
from nbtrack.endpoints.run_table import RunListing
from nbtrack.endpoints.table_query import TableQuery
from nbtrack.errors import NbtrackError, NotFound
from nbtrack.presentation import metric_curves, metric_goals
from nbtrack.presentation.sections import Code, Files, Images
from nbtrack.report.curves import Curve, has_points
from nbtrack.stores.baselines import Baselines
from nbtrack.stores.run_lookup import previous
from nbtrack.tracking.changes import compared
from nbtrack.tracking.group_comparison import compare_groups

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbtrack.entities import Run
    from nbtrack.presentation.sections import Section
    from nbtrack.statistics.comparison import GroupComparison
    from nbtrack.statistics.diff_views import RunDiff
    from nbtrack.tracking.client import MlflowClient

MOST_RUNS = 200
MOST_CHARTS = 16
MOST_GROUPS = 12
POINTS, LEAST_POINTS = 150, 24
"""The most and the fewest points of a curve."""
ALL_POINTS = 45_000
"""Points of all curves of a report, about 10 bytes each."""
MOST_PICTURES = 6
"""The most logged pictures of a run, besides those that its cell displayed."""


class RunContent(NamedTuple):
    """A run of a report."""

    run: Run
    sections: Sequence[Section]
    diff: RunDiff | None
    """What changed since its baseline, or since the previous run of its cell."""


class Content(NamedTuple):
    """What a report shows."""

    listing: RunListing
    runs: Sequence[Run]
    curves: dict[str, list[Curve]]
    """By metric."""
    comparison: GroupComparison | None
    details: Sequence[RunContent]


def content(client: MlflowClient, filter: str, experiment_ids: Sequence[str] | None) -> Content:
    """Return what a report of the runs that a filter finds shows.

    Raises
    ------
    NotFound
        When the filter finds no run.
    """
    listing = RunListing(client.store, experiment_ids)
    listing.load(TableQuery(filter))
    runs = listing.first_runs(MOST_RUNS)
    if not runs:
        msg = "No run to export: there is none, or none matches the filter"
        raise NotFound(msg)
    return Content(listing, runs, _curves(client, runs), _comparison(client, runs), _details(client, runs))


def _curves(client: MlflowClient, runs: Sequence[Run]) -> dict[str, list[Curve]]:
    """Return the curves of the metrics that have one, those of the system last."""
    keys = dict.fromkeys(each.key for run in runs for each in run.data.latest if each.step > 0)
    shown = sorted(keys, key=metric_goals.is_system_metric)[:MOST_CHARTS]
    most = max(LEAST_POINTS, min(POINTS, ALL_POINTS // max(1, len(shown) * len(runs))))
    found = {key: [_curve(client, run, key, most) for run in runs if key in run.data.metrics] for key in shown}
    drawn = {key: [each for each in curves if has_points(each.series)] for key, curves in found.items()}
    return {key: curves for key, curves in drawn.items() if curves}


def _curve(client: MlflowClient, run: Run, key: str, most: int) -> Curve:
    series = metric_curves.series(client.store.metric_history(run.info.run_id, key), most=most)
    return Curve(run.info.run_id, run.info.run_name, series)


def _comparison(client: MlflowClient, runs: Sequence[Run]) -> GroupComparison | None:
    """Return the comparison of groups of runs over their seeds, if there are at least two groups."""
    try:
        found = compare_groups(runs, client=client)
    except NbtrackError:
        return None
    decided = any(each.distinguishable is not None for each in found.differences)
    return (
        found._replace(samples=found.samples[:MOST_GROUPS], differences=found.differences[: MOST_GROUPS - 1])
        if decided
        else None
    )


def _details(client: MlflowClient, runs: Sequence[Run]) -> list[RunContent]:
    baselines = Baselines(client.store, list(dict.fromkeys(run.info.experiment_id for run in runs)))
    return [_of_run(client, run, baselines) for run in runs]


def _of_run(client: MlflowClient, run: Run, baselines: Baselines) -> RunContent:
    before = baselines.of(run) or previous(client.store, run)
    sections = run_details.run_sections(client.store, run, client.artifact_folder, client.models)
    shown = [*sections, *_logged_pictures(run, sections)]
    ordered = sorted(shown, key=lambda each: isinstance(each, Code | Files))
    return RunContent(run, ordered, None if before is None else compared(client, before, run))


def _logged_pictures(run: Run, sections: Sequence[Section]) -> list[Images]:
    """Return the pictures among the artifacts that the cell did not display."""
    paths = [path for each in sections if isinstance(each, Files) for path, _ in each.files]
    own = [each for each in paths if run_details.is_image(each) and not each.startswith(run_details.OUTPUTS)]
    images = tuple((run.info.run_id, path, path) for path in own[:MOST_PICTURES])
    return [Images("figures", images)] if images else []
