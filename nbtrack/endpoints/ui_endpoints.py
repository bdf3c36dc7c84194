"""The endpoints that panels are drawn from, in a notebook and on the page of the Tracking UI."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from nbtrack import process
from nbtrack.endpoints import artifact_locations, chart_data, previews, run_card, run_details, run_rows, run_table
from nbtrack.endpoints.recent_results import RecentResults
from nbtrack.endpoints.run_table import RunListing
from nbtrack.endpoints.service import File, Packed, Service, answers
from nbtrack.endpoints.table_query import TableQuery
from nbtrack.errors import InvalidValue
from nbtrack.presentation import card, run_values, scatter
from nbtrack.presentation.comparison import compare
from nbtrack.presentation.metric_curves import MAX_SMOOTHING as MOST_SMOOTHING
from nbtrack.presentation.sections import Section, as_json
from nbtrack.wire import endpoint_table, records

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nbtrack.entities import Run
    from nbtrack.wire.values import Json

MOST_RUNS = 100
"""Runs that are drawn in one chart."""
MOST_METRICS = 50
AXES = ("step", "time", "relative")


class _RecentListings(RecentResults[RunListing]):
    """So that scrolling through a table does not summarize all of its runs for every page."""

    def __init__(self) -> None:
        super().__init__(8)


def _listed(service: Service, query: Mapping[str, Any]) -> RunListing:
    recent, mark = process.state(_RecentListings), service.store.mark()
    key = (service.store.uri, repr(sorted(query.items())))
    listing = recent.get(key, mark)
    if listing is None:
        asked = dict(query)
        experiment_ids = asked.pop("experiment_ids")
        service.bounded(asked["filter"], [column for column, _ in asked["sort"]])
        listing = RunListing(service.store, experiment_ids or None)
        listing.load(TableQuery(**asked))
        recent.put(key, mark, listing)
    return listing


@answers(endpoint_table.RUN_TABLE)
def table(service: Service, marks: Mapping[str, str], offset: int, limit: int, **query: Any) -> Json:
    """Return rows of a run table, with its header."""
    return run_table.page(_listed(service, query), max(0, offset), min(max(1, limit), run_table.MOST_ROWS), marks)


@answers(endpoint_table.TABLE_COLUMNS)
def columns(service: Service, **query: Any) -> Json:
    """Return all columns that a run table may have."""
    return run_table.available_columns(_listed(service, query))


@answers(endpoint_table.EXPORT_RUNS)
def export_runs(service: Service, run_ids: Sequence[str], kind: str, **query: Any) -> File:
    """Return the runs of a table as a file, CSV or JSON."""
    written = {"csv": (run_table.csv_export, "text/csv"), "json": (run_table.json_export, "application/json")}.get(kind)
    if written is None:
        msg = f"runs can't be exported as {kind[:40]!r}; accepted are csv and json"
        raise InvalidValue(msg)
    return File(f"runs.{kind}", written[1], written[0](_listed(service, query), run_ids))


@answers(endpoint_table.CURVES)
def curves(
    service: Service,
    run_ids: Sequence[str],
    metrics: Sequence[str] | None,
    x: str,
    band: str,
    smoothing: float,
    x0: float | None,
    x1: float | None,
    width: int | None,
) -> Packed:
    """Return the curves of runs, decimated to what the eye can distinguish, with what a chart says of the runs."""
    if not 0 <= smoothing <= MOST_SMOOTHING:
        msg = f"curves are smoothed by 0 to {MOST_SMOOTHING}, not {smoothing}"
        raise InvalidValue(msg)
    if x not in AXES or len(run_ids) > MOST_RUNS or len(metrics or ()) > MOST_METRICS:
        msg = f"a chart has up to {MOST_RUNS} runs and {MOST_METRICS} metrics, along one of {', '.join(AXES)}"
        raise InvalidValue(msg)
    runs = [service.store.get_run(each) for each in dict.fromkeys(run_ids)]
    wanted = chart_data.charted(runs) if metrics is None else metrics
    drawn = chart_data.curves(
        service.store,
        {each.info.run_id: each.info.run_name for each in runs},
        wanted,
        x,
        bands=chart_data.bands(runs, band) if band else None,
        window=None if x0 is None or x1 is None else (x0, x1),
        most=chart_data.most(width),
        smoothing=smoothing,
    )
    layout, data = chart_data.packed(drawn)
    head = {
        "x": x,
        "smoothing": smoothing,
        "series": layout,
        "metrics": list(wanted),
        "lines": chart_data.lines(drawn),
        **chart_data.chart_options(runs, chart_data.metric_goals_of(service.store, runs)),
    }
    return Packed({**head, "empty": None if layout else chart_data.empty(metrics)}, data)


@answers(endpoint_table.SCATTER)
def scatter_chart(
    service: Service, run_ids: Sequence[str] | None, rows: str, kind: str, axes: Sequence[str], **query: Any
) -> Json:
    """Return runs set against one another: a scatter or parallel coordinates, and what may be an axis.

    The runs are those of `run_ids`, or the first ones that the query of a table finds. Of the run `rows` its rows are
    drawn instead, if it has any.
    """
    if kind not in scatter.NEEDED or len(run_ids or ()) > scatter.MOST or len(axes) > MOST_METRICS:
        msg = f"a chart is one of {', '.join(scatter.NEEDED)}, with up to {scatter.MOST} runs and {MOST_METRICS} axes"
        raise InvalidValue(msg)
    if run_ids is None:
        listing = _listed(service, query)
        runs, found = listing.first_runs(scatter.MOST), listing.shape.total
    else:
        runs = [service.store.get_run(each) for each in dict.fromkeys(run_ids)]
        found = len(runs)
    drawn = _rows_to_draw(service, rows)
    found = len(drawn) or found
    drawn = drawn[: scatter.MOST] or runs
    choices = run_values.axis_choices(drawn, chart_data.metric_goals_of(service.store, drawn))
    asked = [run_values.full_name(drawn, each) for each in scatter.checked_axes(kind, axes)]
    wanted = asked or scatter.default_axes(kind, choices)
    points = scatter.plotted_runs(drawn, wanted)
    return {
        "runs": [{"id": run.info.run_id, "name": run.info.run_name} for run in runs],
        "choices": choices,
        "axes": wanted,
        "points": points,
        "found": found,
        "empty": None if wanted and points else scatter.EMPTY,
    }


def _rows_to_draw(service: Service, run_id: str) -> list[Run]:
    if not run_id:
        return []
    return run_rows.to_draw(service.store.get_run(run_id), partial(artifact_locations.artifacts_of, service))


@answers(endpoint_table.RUN_CARD)
def live_card(service: Service, run_id: str) -> Json:
    """Return the card of a run, with its values as the notebook shows them."""
    run = service.store.get_run(run_id)
    files = partial(artifact_locations.artifacts_of, service)
    content = run_card.run_card(service.store, files, run, run_card.previous(service.store, run))
    return card.as_json(content)


@answers(endpoint_table.RUN_DETAILS)
def details(service: Service, run_id: str) -> Json:
    """Return everything of a run but its curves, as sections and as it is."""
    run = service.store.get_run(run_id)
    sections = run_details.run_sections(run, partial(artifact_locations.artifacts_of, service))
    return {"title": run.info.run_name, "sections": _as_json(sections), "run": records.write_run(run)}


@answers(endpoint_table.COMPARISON)
def comparison(service: Service, run_ids: Sequence[str]) -> Json:
    """Return runs side by side."""
    runs = run_details.runs_to_compare(service.store, run_ids)
    sections = run_details.comparison_sections(
        compare(runs, chart_data.metric_goals_of(service.store, runs)),
        partial(artifact_locations.artifacts_of, service),
    )
    return {"title": run_details.title(runs), "sections": _as_json(sections), "exports": list(run_details.EXPORTS)}


@answers(endpoint_table.EXPORT_COMPARISON)
def export_comparison(service: Service, run_ids: Sequence[str], kind: str) -> File:
    """Return runs side by side as a file."""
    runs: list[Run] = run_details.runs_to_compare(service.store, run_ids)
    name, content = run_details.exported(compare(runs, chart_data.metric_goals_of(service.store, runs)), kind)
    return File(name, "text/plain", content)


@answers(endpoint_table.PREVIEW)
def preview(service: Service, run_id: str, path: str) -> Packed:
    """Return the head of an artifact as it may be shown."""
    head, parts = previews.preview(artifact_locations.artifacts_of(service, run_id), path)
    return Packed(head, *parts)


def _as_json(sections: Sequence[Section]) -> list[Json]:
    return [as_json(each) for each in sections]
