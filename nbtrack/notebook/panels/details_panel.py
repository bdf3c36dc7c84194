"""The details of a run, and runs side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from traitlets import Bool, Dict, List, Unicode

from nbtrack.endpoints import chart_data, run_details
from nbtrack.notebook.panels import fallback
from nbtrack.notebook.panels.chart_panel import Chart
from nbtrack.notebook.panels.fallback import FallbackDetails
from nbtrack.notebook.panels.panel import Panel, Stack
from nbtrack.presentation.comparison import compare as compared
from nbtrack.presentation.section_painting import plain_text, static_html
from nbtrack.presentation.sections import as_json, part_of
from nbtrack.stores.run_lookup import find_run
from nbtrack.tracking import MlflowClient
from nbtrack.tracking.group_comparison import compare_groups

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from nbtrack.entities import Run
    from nbtrack.notebook.panels.rpc_widget import Reply
    from nbtrack.presentation.sections import Section
    from nbtrack.statistics.comparison import GroupComparison


class DetailsPanel(Panel):
    """Sections of values, values side by side, code and files, whose previews are loaded on demand.

    Parameters
    ----------
    title : str
        The title.
    sections : sequence of Section
        What there is to show.
    client : MlflowClient
        The store that files and notes are in.
    """

    front = "details"

    title = Unicode(help="The title.").tag(sync=True)
    sections = List(Dict(), help="What there is to show.").tag(sync=True)
    exports = List(Unicode(), help="As what it can be exported.").tag(sync=True)
    runs = List(Unicode(), help="Ids of the runs.").tag(sync=True)
    part = Unicode(help="'above' or 'below': only what is above or below the charts; empty: all.").tag(sync=True)
    can_close = Bool(default_value=False, help="Whether it has a button that closes it.").tag(sync=True)
    can_open = Bool(default_value=False, help="Whether the names of runs open them.").tag(sync=True)

    def __init__(self, title: str, sections: Sequence[Section], client: MlflowClient, **traits: Any) -> None:
        self.client, self._sections = client, list(sections)
        super().__init__(title=title, sections=[as_json(each) for each in sections], **traits)

    def __repr__(self) -> str:
        """Say what is shown."""
        return f"{type(self).__name__}({self.title})"

    def on_close(self, handler: Callable[[], None]) -> None:
        """Offer a button that closes the panel, by calling a handler."""
        self._on_close, self.can_close = handler, True

    def on_open(self, handler: Callable[[list[str]], None]) -> None:
        """Have the names of runs open them, by calling a handler with their ids."""
        self._on_open, self.can_open = handler, True

    def answer(self, endpoint: str, arguments: Mapping[str, Any]) -> Reply:
        """Return the answer of an endpoint, open a run, or close the panel."""
        if endpoint == "kernel/close-panel" and self.can_close:
            self._on_close()
            return {}, []
        if endpoint == "kernel/open" and self.can_open:
            self._on_open([str(each) for each in arguments["run_ids"]])
            return {}, []
        return super().answer(endpoint, arguments)

    def static(self) -> dict[str, Any]:
        """Return the sections as HTML."""
        shown = list(part_of(self._sections, self.part))
        return {
            "text/html": static_html(self.title, shown, self.uid),
            "text/plain": plain_text(self.title, shown),
        }


class ComparisonDetails(DetailsPanel):
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
        sections = run_details.comparison_sections(self.comparison, client.artifact_folder)
        ids, exports = [each.info.run_id for each in runs], list(run_details.EXPORTS)
        super().__init__(run_details.title(runs), sections, client, runs=ids, exports=exports, **traits)


class OpeningStack(Stack):
    """Panels below which the runs that they name are opened."""

    def __init__(self, panels: Sequence[Panel], client: MlflowClient) -> None:
        self.client, self._panels = client, list(panels)
        self.opened: RunPanel | None = None
        super().__init__(panels)
        for each in panels:
            if isinstance(each, DetailsPanel):
                each.on_open(self._open)

    def _open(self, run_ids: Sequence[str]) -> None:
        self._show_below(RunPanel(run_ids[0], client=self.client))

    def _show_below(self, panel: RunPanel | None = None) -> None:
        """Show the view of a run at the end, in place of the one that was opened before."""
        before, self.opened = self.opened, panel
        if panel is not None:
            panel.details.on_close(self._show_below)
        self.children = [*self._panels, *([panel] if panel is not None else [])]
        if before is not None:
            before.close()


class ComparisonPanel(OpeningStack):
    """Runs side by side, and below them their curves, one over the other.

    The parts are `details` and `chart`; `csv()`, `markdown()` and `latex()` give the comparison as text.
    """

    def __init__(self, runs: Sequence[Run | str], *, client: MlflowClient | None = None) -> None:
        client = client or MlflowClient()
        known = run_details.runs_to_compare(client.store, runs)
        self.details = ComparisonDetails(known, client)
        self.chart = Chart(known, client=client)
        super().__init__([self.details, self.chart], client)

    def __repr__(self) -> str:
        """Say what is compared."""
        return f"Comparison({self.details.title})"

    def csv(self) -> str:
        """Return the comparison as CSV, with unrounded values."""
        return self.details.comparison.csv()

    def markdown(self) -> str:
        """Return the comparison as a Markdown table."""
        return self.details.comparison.markdown()

    def latex(self) -> str:
        """Return the comparison as a LaTeX table."""
        return self.details.comparison.latex()


def compare(
    *runs: Run | str, by: Sequence[str] | str | None = None, metric: str | None = None, filter: str | None = None
) -> ComparisonPanel | FallbackDetails | GroupComparison:
    """Return runs side by side, or groups of runs compared by a metric over their seeds.

    Runs alone are shown side by side: what differs first, their code, their images, and their curves. With `by`,
    `metric` or `filter`, or without runs, they are grouped, by default by all parameters and code but the seed: each
    group has its mean, spread and number of runs, and a confidence interval of its difference from the best one says
    whether the two are distinguishable. Runs of the same seed are compared in pairs. Parameters that are called
    ``seed``, ``random_state``, ``random_seed`` or ``rng``, or end with ``_seed``, count as seeds, also behind a dot or
    slash as in ``SVC.random_state``. It takes three seeds in each group for a verdict.

    Parameters
    ----------
    *runs : Run or str
        Two or more runs, their ids or names; by default those of the current experiment.
    by : str or sequence of str, optional
        Parameters or tags to group by.
    metric : str, optional
        The metric to compare by: by default the first one with a goal, or whose name tells what is better.
    filter : str, optional
        Which runs of the current experiment, in MLflow's filter grammar.

    Raises
    ------
    NotFound
        When there is no such run.
    InvalidValue
        When no run has the metric, or what they are grouped by.
    Unsupported
        When groups are compared and SciPy is not installed.
    """
    if not runs or any(each is not None for each in (by, metric, filter)):
        return compare_groups(runs or None, by=by, metric=metric, filter=filter or "")
    if not fallback.wanted():
        return ComparisonPanel(runs)
    client = MlflowClient()
    known = run_details.runs_to_compare(client.store, runs)
    return FallbackDetails(
        run_details.title(known),
        run_details.text_sections(
            compared(known, chart_data.metric_goals_of(client.store, known)), client.artifact_folder
        ),
        known,
        client,
    )


class RunPanel(OpeningStack):
    """A run: its note and metrics, its curves, and below them its parameters, code, artifacts, tags and details.

    The parts are `details`, `chart` and, where there are curves, `rest`, which has what stands below them.
    """

    def __init__(self, run: Run | str, *, client: MlflowClient | None = None) -> None:
        client = client or MlflowClient()
        known = client.get_run(find_run(client.store, run).info.run_id)
        run_id = known.info.run_id
        found = run_details.run_sections(client.store, known, client.artifact_folder, client.models)
        self.chart = Chart([known], client=client, rows=run_id)
        parts = ("above", "below") if self.chart.metrics else ("",)
        titles = (known.info.run_name, "")
        panels = [
            DetailsPanel(title, found, client, runs=[run_id], part=part)
            for title, part in zip(titles, parts, strict=False)
        ]
        self.details, self.rest = panels[0], panels[-1]
        super().__init__([self.details, self.chart, self.rest] if self.chart.metrics else panels, client)

    def __repr__(self) -> str:
        """Say which run it is."""
        return repr(self.details)


def show_run(run: Run | str, *, client: MlflowClient | None = None) -> RunPanel | FallbackDetails:
    """Return the view of a run: its details, note, parameters, metrics with their curves, code and artifacts.

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
    if not fallback.wanted():
        return RunPanel(run, client=client)
    client = client or MlflowClient()
    known = find_run(client.store, run)
    found = run_details.run_sections(client.store, known, client.artifact_folder, client.models)
    return FallbackDetails(known.info.run_name, found, [known], client)
