"""The view of one run."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from nbtrack.entities import Run, ViewType
from nbtrack.errors import NbtrackError, NotFound
from nbtrack.notebook.panels import plain
from nbtrack.notebook.panels.chart import Chart
from nbtrack.notebook.panels.panel import Stack
from nbtrack.notebook.panels.plain import PlainSheet
from nbtrack.notebook.panels.sheet import Sheet
from nbtrack.query import Comparison, Query
from nbtrack.tracking import MlflowClient
from nbtrack.views import sheet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbtrack.entities import FileInfo
    from nbtrack.notebook.panels.panel import Reply

CODE = "cell.py"
"""The artifact that has a cell's source."""
MOST_FILES = 500


def found(client: MlflowClient, run: Run | str) -> str:
    """Return the id of a run that is given as such, by its id or by its name, of which the newest counts."""
    if isinstance(run, Run):
        return run.info.run_id
    try:
        return client.get_run(run).info.run_id
    except NotFound:
        everywhere = [each.experiment_id for each in client.search_experiments(max_results=10_000)]
        named = Query(Comparison("attribute", "run_name", "=", run))
        runs = client.store.search_runs(everywhere, named, ViewType.ACTIVE_ONLY, 1)
        if not runs:
            msg = f"there is no run with the id or the name {run!r}"
            raise NotFound(msg) from None
        return runs[0].info.run_id


def code(client: MlflowClient, run_id: str) -> str | None:
    """Return the source of a run's cell, or None when it has none."""
    try:
        kept = client.fetch(run_id, CODE)
    except NbtrackError:
        return None
    return None if kept is None else kept.decode("utf-8", "replace")


def artifacts(client: MlflowClient, run_id: str) -> list[FileInfo]:
    """Return the files of a run, at most `MOST_FILES`; none when their place can't be reached."""
    files: list[FileInfo] = []
    folders: list[str | None] = [None]
    try:
        while folders and len(files) < MOST_FILES:
            for each in client.list_artifacts(run_id, folders.pop()):
                if each.is_dir:
                    folders.append(each.path)
                else:
                    files.append(each)
    except NbtrackError:
        return files
    return sorted(files)[:MOST_FILES]


def _sections(run: Run, client: MlflowClient) -> list[sheet.Section]:
    started = datetime.fromtimestamp(run.info.start_time / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    run_id = run.info.run_id
    return sheet.of_run(run, started, code(client, run_id), artifacts(client, run_id))


class RunSheet(Sheet):
    """Everything that is known of a run but its curves."""

    def __init__(self, run_id: str, client: MlflowClient, **traits: Any) -> None:
        self.run = client.get_run(run_id)
        super().__init__(self.run.info.run_name, _sections(self.run, client), client, **traits)

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
        self.sheet = RunSheet(found(client, run), client)
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
    known = client.get_run(found(client, run))
    return PlainSheet(known.info.run_name, _sections(known, client), [known], client)
