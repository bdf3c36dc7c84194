"""The rows of a run: one for each iteration of a loop over settings, with its settings and results.

They are the artifact ``rows.json`` in the format of `log_table`, which `load_table` and MLflow's clients read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack import tags as reserved
from nbtrack import validation
from nbtrack.entities import Metric
from nbtrack.errors import NotFound, warn
from nbtrack.presentation.row_tables import ARTIFACT, as_runs, has_rows, run_rows
from nbtrack.tracking import context
from nbtrack.tracking.client import MlflowClient, now
from nbtrack.tracking.run_annotations import resolve_run

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from nbtrack.entities import Run
    from nbtrack.media.table_formats import Table

MOST_CHILDREN = 1_000
"""The most rows of a run that become runs."""


def columns(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Return rows as columns; a row without a value has None there."""
    keys = dict.fromkeys(key for row in rows for key in row)
    return {key: [row.get(key) for row in rows] for key in keys}


def log_as_children(client: MlflowClient, run: Run, rows: Sequence[Mapping[str, Any]]) -> None:
    """Log each row as a child of its run: its settings as parameters, its results as metrics."""
    if len(rows) > MOST_CHILDREN:
        warn(f"The first {MOST_CHILDREN:,} of {len(rows):,} rows became runs; %track rows has all of them")
    table = columns(rows[:MOST_CHILDREN])
    tags = {**context.source_tags(), reserved.PARENT_RUN: run.info.run_id}
    for each in as_runs(run_rows(run, list(table), list(zip(*table.values(), strict=True)))):
        child, moment = client.create_run(run.info.experiment_id, tags=tags, run_name=each.info.run_name), now()
        points = [Metric(key, value, moment, 0) for key, value in each.data.metrics.items()]
        client.log_batch(child.info.run_id, points, params=list(each.data.params.items()))
        client.set_terminated(child.info.run_id)


def of_run(client: MlflowClient, run: Run) -> Table | None:
    """Return the rows of a run as a table, or None if it has none; the files of a run without tables are not listed."""
    if not has_rows(run):
        return None
    from nbtrack.media import table_formats

    content = client.fetch(run.info.run_id, ARTIFACT)
    return table_formats.from_json(content) if content is not None else None


@validation.typed
def rows(run: Run | str | None = None) -> pd.DataFrame:
    """Return the rows of a sweep as a data frame: the settings and results of each iteration of a loop over settings.

    Parameters
    ----------
    run : Run or str, optional
        The run or its id; by default the active run, or the last one.

    Raises
    ------
    NotFound
        When the run has none.
    """
    from nbtrack.media import table_formats

    client, found = resolve_run(run)
    table = of_run(client, found)
    if table is None:
        raise NotFound(f"Run {found.info.run_name!r} has no rows: no loop over settings was recorded")
    return table_formats.to_frame(table)
