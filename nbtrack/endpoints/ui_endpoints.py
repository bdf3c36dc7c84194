"""The endpoints that panels are drawn from, in a notebook and on the page of the Tracking UI."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from nbtrack.endpoints import artifact_locations, chart_data, logged_models, previews, run_card, run_details, run_table
from nbtrack.endpoints.recent_listings import listed
from nbtrack.endpoints.service import File, Packed, Service, answers
from nbtrack.errors import InvalidValue
from nbtrack.presentation import card
from nbtrack.presentation.comparison import compare
from nbtrack.presentation.sections import Section, as_json
from nbtrack.stores import run_lookup
from nbtrack.wire import endpoint_table, records

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nbtrack.entities import Run
    from nbtrack.wire.values import Json


@answers(endpoint_table.RUN_TABLE)
def table(service: Service, marks: Mapping[str, str], offset: int, limit: int, **query: Any) -> Json:
    """Return rows of a run table, with its header."""
    return run_table.page(listed(service, query), max(0, offset), min(max(1, limit), run_table.MOST_ROWS), marks)


@answers(endpoint_table.TABLE_COLUMNS)
def columns(service: Service, **query: Any) -> Json:
    """Return all columns that a run table may have."""
    return run_table.available_columns(listed(service, query))


@answers(endpoint_table.EXPORT_RUNS)
def export_runs(service: Service, run_ids: Sequence[str], kind: str, **query: Any) -> File:
    """Return the runs of a table as a file, CSV or JSON."""
    written = {"csv": (run_table.csv_export, "text/csv"), "json": (run_table.json_export, "application/json")}.get(kind)
    if written is None:
        msg = f"runs can't be exported as {kind[:40]!r}; accepted are csv and json"
        raise InvalidValue(msg)
    return File(f"runs.{kind}", written[1], written[0](listed(service, query), run_ids))


@answers(endpoint_table.RUN_CARD)
def live_card(service: Service, run_id: str) -> Json:
    """Return the card of a run, with its values as the notebook shows them."""
    run = service.store.get_run(run_id)
    files = partial(artifact_locations.artifacts_of, service)
    content = run_card.run_card(service.store, files, run, run_lookup.previous(service.store, run))
    return card.as_json(content)


@answers(endpoint_table.RUN_DETAILS)
def details(service: Service, run_id: str) -> Json:
    """Return everything about a run except its curves, as sections and as a record."""
    run = service.store.get_run(run_id)
    files, models = partial(artifact_locations.artifacts_of, service), logged_models.descriptions(service)
    sections = run_details.run_sections(service.store, run, files, models)
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
