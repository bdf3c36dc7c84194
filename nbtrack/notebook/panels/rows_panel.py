"""The rows of a run: a table that is sorted and downloaded, and below it a line for each row across all settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack.endpoints import run_rows
from nbtrack.notebook.panels.charts import chart
from nbtrack.notebook.panels.details_panel import DetailsPanel
from nbtrack.notebook.panels.panel import Stack
from nbtrack.stores.run_lookup import find_run
from nbtrack.tracking import MlflowClient

if TYPE_CHECKING:
    from nbtrack.entities import Run


class RowsPanel(Stack):
    """The rows of a run; its parts are `details`, the table, and `chart`.

    Raises
    ------
    NotFound
        When there is no such run, or it has no rows.
    """

    def __init__(self, run: Run | str) -> None:
        client = MlflowClient()
        known = client.get_run(find_run(client.store, run).info.run_id)
        self.chart = chart(rows=known, kind="parallel")
        sections = run_rows.row_sections([known], client.artifact_folder)
        self.details = DetailsPanel(known.info.run_name, sections, client, runs=[known.info.run_id])
        super().__init__([self.details, self.chart])
