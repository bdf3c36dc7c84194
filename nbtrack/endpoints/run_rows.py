"""The rows of runs, read from their artifacts: as a section of a run or a comparison, sorted, and as a file."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from nbtrack.endpoints import artifact_locations
from nbtrack.endpoints.service import File, Service, answers
from nbtrack.errors import InvalidValue, NbtrackError, NotFound
from nbtrack.presentation import row_tables, sections
from nbtrack.wire import endpoint_table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nbtrack.artifact_storage.artifact_repository import ArtifactFolder
    from nbtrack.entities import Run
    from nbtrack.presentation.row_tables import RowTable, RunRows
    from nbtrack.wire.values import Json

    Files = Callable[[str], ArtifactFolder]

MOST_BYTES = 32 << 20
"""A larger table is an artifact to download."""
MOST_RUNS = 12
ORDERS = ("asc", "desc")


def of_run(run: Run, files: Files) -> RunRows | None:
    """Return the rows of a run, or None when it has none, or none that can be read."""
    if not row_tables.has_rows(run):
        return None
    from nbtrack.media import table_formats

    try:
        table = table_formats.from_json(files(run.info.run_id).head(row_tables.ARTIFACT, MOST_BYTES))
    except NbtrackError:
        return None
    return row_tables.run_rows(run, table.columns, table.rows)


def to_draw(run: Run, files: Files) -> list[Run]:
    """Return the rows of a run as runs, so that charts can draw them; empty when it has none."""
    rows = of_run(run, files)
    return [] if rows is None else row_tables.as_runs(rows)


def needed(run: Run, files: Files) -> list[Run]:
    """Return the rows of a run as runs; raise `NotFound` when it has none."""
    found = to_draw(run, files)
    if not found:
        msg = f"Run {run.info.run_name!r} has no rows: no loop over settings was recorded"
        raise NotFound(msg)
    return found


def of_runs(runs: Sequence[Run], files: Files) -> RowTable | None:
    """Return the rows of runs as one table, or None when there are none, or they share no setting."""
    return row_tables.joined([found for each in runs if (found := of_run(each, files)) is not None])


def row_sections(runs: Sequence[Run], files: Files) -> list[sections.Rows]:
    """Return the section with the rows of runs, if they have any."""
    table = of_runs(runs, files)
    return [] if table is None else [sections.row_section(runs, table)]


def _sorted(service: Service, run_ids: Sequence[str], column: int | None, order: str) -> tuple[list[Run], RowTable]:
    if len(run_ids) > MOST_RUNS or order not in ORDERS:
        msg = f"rows of up to {MOST_RUNS} runs can be sorted, by {' or '.join(ORDERS)}"
        raise InvalidValue(msg)
    runs = [service.store.get_run(each) for each in dict.fromkeys(run_ids)]
    table = of_runs(runs, partial(artifact_locations.artifacts_of, service))
    if table is None:
        msg = "These runs have no rows"
        raise NotFound(msg)
    if column is None:
        return runs, table
    if not 0 <= column < len(table.columns):
        msg = f"the rows have {len(table.columns)} columns, but none with the number {column}"
        raise InvalidValue(msg)
    return runs, table.sorted_by(column, descending=order == "desc")


@answers(endpoint_table.RUN_ROWS)
def rows(service: Service, run_ids: Sequence[str], column: int | None, order: str) -> Json:
    """Return the first rows of runs, sorted by a column."""
    return sections.as_json(sections.row_section(*_sorted(service, run_ids, column, order)))


@answers(endpoint_table.EXPORT_ROWS)
def export_rows(service: Service, run_ids: Sequence[str], column: int | None, order: str) -> File:
    """Return all rows of runs as CSV, sorted by a column."""
    from nbtrack.media import table_formats

    _, table = _sorted(service, run_ids, column, order)
    heads: list[Any] = [" · ".join(filter(None, (each.label, each.run_name))) for each in table.columns]
    written = table_formats.to_csv(table_formats.Table(heads, [list(row) for row in table.cells]))
    return File("rows.csv", "text/csv", written)
