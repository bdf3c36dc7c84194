"""The comparison of runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack.errors import InvalidValue
from nbtrack.notebook.panels import plain
from nbtrack.notebook.panels.chart import Chart
from nbtrack.notebook.panels.panel import Stack
from nbtrack.notebook.panels.plain import PlainSheet
from nbtrack.notebook.panels.runview import artifacts, code, found
from nbtrack.notebook.panels.sheet import Sheet
from nbtrack.tracking import MlflowClient, remarks
from nbtrack.views import sheet
from nbtrack.views.compare import Comparison as Compared
from nbtrack.views.compare import compare as compared

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nbtrack.entities import Run
    from nbtrack.notebook.panels.panel import Reply

MOST = 12
"""Runs that stand side by side at most."""


class ComparisonSheet(Sheet):
    """Parameters, metrics, tags and code of some runs side by side.

    Parameters
    ----------
    runs : sequence of Run
        Two or more.
    client : MlflowClient
        Their store.
    """

    def __init__(self, runs: Sequence[Run], client: MlflowClient, **traits: Any) -> None:
        self.comparison = compared(runs, remarks.goals_of(client, runs))
        sections = [*_sections(self.comparison, client), *_pictures(runs, client)]
        super().__init__(_title(runs), sections, client, **traits)
        self.exports = ["CSV", "Markdown", "LaTeX"]

    def answer(self, kind: str, request: Mapping[str, Any]) -> Reply:
        """Return the comparison as a file as well."""
        if kind != "export":
            return super().answer(kind, request)
        write, name = {
            "CSV": (self.comparison.csv, "comparison.csv"),
            "Markdown": (self.comparison.markdown, "comparison.md"),
            "LaTeX": (self.comparison.latex, "comparison.tex"),
        }[str(request["as"])]
        return {"name": name}, [write().encode()]


def _title(runs: Sequence[Run]) -> str:
    return " · ".join(each.info.run_name for each in runs)


def _sections(found: Compared, client: MlflowClient) -> list[sheet.Section]:
    return sheet.of_comparison(found, [code(client, each.info.run_id) for each in found.runs])


def _pictures(runs: Sequence[Run], client: MlflowClient) -> list[sheet.Pictures]:
    """Return images that more than one of the runs has, side by side."""
    held: dict[str, list[tuple[str, str, str]]] = {}
    for run in runs:
        for each in artifacts(client, run.info.run_id):
            if each.path.lower().endswith((".png", ".jpg", ".jpeg", ".webp", ".gif")):
                held.setdefault(each.path, []).append((run.info.run_id, run.info.run_name, each.path))
    return [sheet.Pictures(path, tuple(images)) for path, images in held.items() if len(images) > 1][:6]


class ComparisonPanel(Stack):
    """Runs side by side, and below them their curves, one over the other.

    The parts are `sheet` and `chart`; `csv()`, `markdown()` and `latex()` give the comparison as text.
    """

    def __init__(self, runs: Sequence[Run | str], *, client: MlflowClient | None = None) -> None:
        client = client or MlflowClient()
        known = _known(client, runs)
        self.sheet = ComparisonSheet(known, client)
        self.chart = Chart(known, client=client)
        super().__init__([self.sheet, self.chart])

    def __repr__(self) -> str:
        """Say what is compared."""
        return f"Comparison({self.sheet.title})"

    def csv(self) -> str:
        """Return the comparison as CSV, every value whole."""
        return self.sheet.comparison.csv()

    def markdown(self) -> str:
        """Return the comparison as a Markdown table."""
        return self.sheet.comparison.markdown()

    def latex(self) -> str:
        """Return the comparison as a LaTeX table."""
        return self.sheet.comparison.latex()


def _known(client: MlflowClient, runs: Sequence[Run | str]) -> list[Run]:
    chosen = list(dict.fromkeys(found(client, each) for each in runs))
    if not 2 <= len(chosen) <= MOST:
        msg = f"a comparison needs 2 to {MOST} runs, and got {len(chosen)}"
        raise InvalidValue(msg)
    return [client.get_run(each) for each in chosen]


def compare(*runs: Run | str) -> ComparisonPanel | PlainSheet:
    """Return runs side by side: what differs first, their code, their images, and their curves.

    Parameters
    ----------
    *runs : Run or str
        Two or more runs, their ids or names.

    Raises
    ------
    NotFound
        When there is no such run.
    """
    if not plain.wanted():
        return ComparisonPanel(runs)
    client = MlflowClient()
    known = _known(client, runs)
    return PlainSheet(_title(known), _sections(compared(known, remarks.goals_of(client, known)), client), known, client)
