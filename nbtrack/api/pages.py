"""The endpoints that the Tracking UI is drawn from: what the panels ask a kernel for, the page asks here."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from nbtrack.api import artifacts, drawing, goals, previews, sheets, spots, tables
from nbtrack.api.listing import Listing
from nbtrack.api.looks import Look
from nbtrack.api.service import File, Packed, Service, answers
from nbtrack.errors import InvalidValue
from nbtrack.views import columns as columns_of
from nbtrack.views import sheet
from nbtrack.views.compare import compare
from nbtrack.views.smoothing import MOST as MOST_SMOOTHING
from nbtrack.wire import endpoints, records

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nbtrack.entities import Run
    from nbtrack.wire.values import Json

MOST_RUNS = 100
"""Runs that are drawn in one chart."""
MOST_METRICS = 50
AXES = ("step", "time", "relative")


def _listed(service: Service, look: Mapping[str, Any]) -> Listing:
    asked = dict(look)
    where = asked.pop("experiment_ids")
    service.bounded(asked["filter"], [column for column, _ in asked["sort"]])
    listing = Listing(service.store, where or None)
    listing.look(Look(**asked))
    return listing


@answers(endpoints.RUN_TABLE)
def table(service: Service, marks: Mapping[str, str], offset: int, limit: int, **look: Any) -> Json:
    """Return rows of a run table, and what stands above them."""
    return tables.page(_listed(service, look), max(0, offset), min(max(1, limit), tables.MOST_ROWS), marks)


@answers(endpoints.TABLE_COLUMNS)
def columns(service: Service, **look: Any) -> Json:
    """Return all columns that a run table may have."""
    return tables.columns(_listed(service, look))


@answers(endpoints.EXPORT_RUNS)
def export_runs(service: Service, run_ids: Sequence[str], kind: str, **look: Any) -> File:
    """Return the runs of a table as a file, CSV or JSON."""
    written = {"csv": (tables.csv, "text/csv"), "json": (tables.json, "application/json")}.get(kind)
    if written is None:
        msg = f"runs can't be exported as {kind[:40]!r}; accepted are csv and json"
        raise InvalidValue(msg)
    return File(f"runs.{kind}", written[1], written[0](_listed(service, look), run_ids))


@answers(endpoints.CURVES)
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
    """Return the curves of runs, thinned to what can be told apart, and what a chart says of them."""
    if not 0 <= smoothing <= MOST_SMOOTHING:
        msg = f"curves are smoothed by 0 to {MOST_SMOOTHING}, not {smoothing}"
        raise InvalidValue(msg)
    if x not in AXES or len(run_ids) > MOST_RUNS or len(metrics or ()) > MOST_METRICS:
        msg = f"a chart has up to {MOST_RUNS} runs and {MOST_METRICS} metrics, along one of {', '.join(AXES)}"
        raise InvalidValue(msg)
    runs = [service.store.get_run(each) for each in dict.fromkeys(run_ids)]
    wanted = drawing.curved(runs) if metrics is None else metrics
    drawn = drawing.curves(
        service.store,
        {each.info.run_id: each.info.run_name for each in runs},
        wanted,
        x,
        bands=drawing.bands(runs, band) if band else None,
        window=None if x0 is None or x1 is None else (x0, x1),
        most=drawing.most(width),
        smoothing=smoothing,
    )
    layout, data = drawing.packed(drawn)
    head = {
        "x": x,
        "smoothing": smoothing,
        "series": layout,
        "metrics": list(wanted),
        "lines": drawing.lines(drawn),
        **drawing.facts(service.store, runs),
    }
    return Packed({**head, "empty": None if layout else drawing.empty(metrics)}, data)


@answers(endpoints.SPOTS)
def against(service: Service, run_ids: Sequence[str] | None, kind: str, axes: Sequence[str], **look: Any) -> Json:
    """Return runs set against one another: a scatter or parallel coordinates, and what may be an axis.

    The runs are those of `run_ids`, or the first that a table shows which looks so.
    """
    if kind not in spots.NEEDED or len(run_ids or ()) > spots.MOST or len(axes) > MOST_METRICS:
        msg = f"a chart is one of {', '.join(spots.NEEDED)}, with up to {spots.MOST} runs and {MOST_METRICS} axes"
        raise InvalidValue(msg)
    if run_ids is None:
        listing = _listed(service, look)
        runs, found = listing.found(spots.MOST), listing.shape.total
    else:
        runs = [service.store.get_run(each) for each in dict.fromkeys(run_ids)]
        found = len(runs)
    choices = columns_of.every(runs)
    wanted = [columns_of.named(runs, each) for each in spots.checked(kind, axes)] or spots.usual(kind, choices)
    told = spots.told(runs, wanted)
    return {
        "runs": [{"id": run.info.run_id, "name": run.info.run_name} for run in runs],
        "choices": choices,
        "axes": wanted,
        "spots": told,
        "found": found,
        "empty": None if wanted and told else spots.EMPTY,
    }


@answers(endpoints.RUN_SHEET)
def run_sheet(service: Service, run_id: str) -> Json:
    """Return everything of a run but its curves, as sections and as it is."""
    run = service.store.get_run(run_id)
    sections = sheets.of_run(run, partial(artifacts.within, service))
    return {"title": run.info.run_name, "sections": _told(sections), "run": records.write_run(run)}


@answers(endpoints.COMPARISON)
def comparison(service: Service, run_ids: Sequence[str]) -> Json:
    """Return runs side by side."""
    runs = sheets.compared(service.store, run_ids)
    sections = sheets.of_comparison(compare(runs, goals.of(service.store, runs)), partial(artifacts.within, service))
    return {"title": sheets.title(runs), "sections": _told(sections), "exports": list(sheets.EXPORTS)}


@answers(endpoints.EXPORT_COMPARISON)
def export_comparison(service: Service, run_ids: Sequence[str], kind: str) -> File:
    """Return runs side by side as a file."""
    runs: list[Run] = sheets.compared(service.store, run_ids)
    name, content = sheets.exported(compare(runs, goals.of(service.store, runs)), kind)
    return File(name, "text/plain", content)


@answers(endpoints.PREVIEW)
def preview(service: Service, run_id: str, path: str) -> Packed:
    """Return the head of an artifact as it may be shown."""
    head, parts = previews.preview(artifacts.within(service, run_id), path)
    return Packed(head, *parts)


def _told(sections: Sequence[sheet.Section]) -> list[Json]:
    return [sheet.told(each) for each in sections]
