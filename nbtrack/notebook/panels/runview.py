"""The view of one run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack.endpoints import run_details
from nbtrack.notebook.panels import plain
from nbtrack.notebook.panels.chart import Chart
from nbtrack.notebook.panels.panel import Stack
from nbtrack.notebook.panels.plain import PlainSheet
from nbtrack.notebook.panels.sheet import Sheet
from nbtrack.stores.run_lookup import find_run
from nbtrack.tracking import MlflowClient

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbtrack.entities import Run
    from nbtrack.notebook.panels.answering import Reply


class RunSheet(Sheet):
    """Everything that is known of a run but its curves."""

    def __init__(self, run_id: str, client: MlflowClient, **traits: Any) -> None:
        self.run = client.get_run(run_id)
        super().__init__(self.run.info.run_name, run_details.run_sections(self.run, client.within), client, **traits)

    def answer(self, kind: str, request: Mapping[str, Any]) -> Reply:
        """Keep a note as well."""
        if kind != "note":
            return super().answer(kind, request)
        self.note(self.run.info.run_id, str(request["text"]))
        return {}, []


class RunPanel(Stack):
    """A run: facts, note, parameters, metrics, code and artifacts, and below them its curves.

    The parts are `sheet` and `chart`.
    """

    def __init__(self, run: Run | str, *, client: MlflowClient | None = None) -> None:
        client = client or MlflowClient()
        self.sheet = RunSheet(find_run(client.store, run).info.run_id, client)
        self.chart = Chart([self.sheet.run], client=client)
        super().__init__([self.sheet, self.chart] if self.chart.metrics else [self.sheet])

    def __repr__(self) -> str:
        """Say which run it is."""
        return repr(self.sheet)


def show_run(run: Run | str, *, client: MlflowClient | None = None) -> RunPanel | PlainSheet:
    """Return the view of a run: facts, note, parameters, metrics with their curves, code and artifacts.

    Parameters
    ----------
    run : Run or str
        The run, its id, or its name, of which the newest counts.
    client : MlflowClient, optional
        Its store; by default the one in force.

    Raises
    ------
    NotFound
        When there is no such run.
    """
    if not plain.wanted():
        return RunPanel(run, client=client)
    client = client or MlflowClient()
    known = client.get_run(find_run(client.store, run).info.run_id)
    return PlainSheet(known.info.run_name, run_details.run_sections(known, client.within), [known], client)
