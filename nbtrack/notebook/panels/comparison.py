"""The comparison of runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack.endpoints import chart_data, run_details
from nbtrack.notebook.panels import plain
from nbtrack.notebook.panels.chart import Chart
from nbtrack.notebook.panels.panel import Stack
from nbtrack.notebook.panels.plain import PlainSheet
from nbtrack.notebook.panels.sheet import Sheet
from nbtrack.presentation.comparison import compare as compared
from nbtrack.tracking import MlflowClient

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nbtrack.entities import Run
    from nbtrack.notebook.panels.answering import Reply


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
        self.comparison = compared(runs, chart_data.metric_goals_of(client.store, runs))
        sections = run_details.comparison_sections(self.comparison, client.within)
        super().__init__(run_details.title(runs), sections, client, **traits)
        self.exports = list(run_details.EXPORTS)

    def answer(self, kind: str, request: Mapping[str, Any]) -> Reply:
        """Return the comparison as a file as well."""
        if kind != "export":
            return super().answer(kind, request)
        name, content = run_details.exported(self.comparison, str(request["as"]))
        return {"name": name}, [content]


class ComparisonPanel(Stack):
    """Runs side by side, and below them their curves, one over the other.

    The parts are `sheet` and `chart`; `csv()`, `markdown()` and `latex()` give the comparison as text.
    """

    def __init__(self, runs: Sequence[Run | str], *, client: MlflowClient | None = None) -> None:
        client = client or MlflowClient()
        known = run_details.runs_to_compare(client.store, runs)
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
    known = run_details.runs_to_compare(client.store, runs)
    return PlainSheet(
        run_details.title(known),
        run_details.text_sections(compared(known, chart_data.metric_goals_of(client.store, known)), client.within),
        known,
        client,
    )
