"""Charts of runs: which runs they draw, live or plain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack.endpoints import chart_data, run_rows
from nbtrack.endpoints.run_table import RunListing
from nbtrack.endpoints.table_query import TableQuery
from nbtrack.notebook.panels import fallback
from nbtrack.notebook.panels.chart_panel import Chart, known_runs
from nbtrack.notebook.panels.fallback import FallbackChart, FallbackScatter
from nbtrack.notebook.panels.live_updates import Chosen
from nbtrack.presentation import scatter
from nbtrack.stores.run_lookup import find_run
from nbtrack.tracking import MlflowClient

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nbtrack.entities import Run

AT_FIRST = 5
"""Runs that are drawn by default."""


def chart(
    *names: str,
    kind: str = "history",
    runs: Sequence[Run | str] | None = None,
    rows: Run | str | None = None,
    filter: str = "",
    most: int | None = None,
    **traits: Any,
) -> Chart | FallbackChart | FallbackScatter:
    """Return a live chart: curves of metrics, or runs set against one another by parameters and metrics.

    Parameters
    ----------
    *names : str
        Which metrics, by default the first few, those with a history before others. Of a scatter what goes across and
        what goes up, of parallel coordinates the axes with a metric last, by default the parameters that differ and a
        metric.
    kind : {"history", "scatter", "parallel"}
        What is drawn.
    runs : sequence of Run or str, optional
        Which runs; by default the newest, for curves those that have metrics.
    rows : Run or str, optional
        A run, its id or its name: the rows of its sweep are set against one another, in parallel coordinates unless
        `kind` says otherwise.
    filter : str
        Which runs to choose from, in MLflow's filter grammar.
    most : int, optional
        How many runs to choose: by default 5 with their curves, 1,000 of a scatter or parallel coordinates.
    **traits
        Of the `Chart`, such as ``x="time"``, ``log_y=True``, ``band="lr"`` or ``logs=["params.lr"]``.

    Raises
    ------
    InvalidValue
        When no run has what an axis shows, or there are too few axes or too many.
    NotFound
        When the run of `rows` does not exist, or has none.
    """
    client = MlflowClient()
    if rows is not None:
        kind = "parallel" if kind == "history" else kind
        return _chart_of_rows(kind, scatter.checked_axes(kind, names), rows, client, traits)
    if kind != "history":
        return _scatter_chart(
            kind, scatter.checked_axes(kind, names), runs, filter, most or scatter.MOST, client, traits
        )

    def newest() -> Chosen:
        return Chosen(*chart_data.chosen(client.store, names, filter, most or AT_FIRST))

    choose = newest if runs is None else None
    drawn = newest() if runs is None else Chosen(known_runs(client, runs), len(runs))
    if fallback.wanted():
        return FallbackChart(drawn.runs, names, client=client)
    return Chart(drawn.runs, list(names) or None, client=client, choose=choose, found=drawn.found, **traits)


def _scatter_chart(
    kind: str,
    axes: Sequence[str],
    runs: Sequence[Run | str] | None,
    filter: str,
    most: int,
    client: MlflowClient,
    traits: Mapping[str, Any],
) -> Chart | FallbackScatter:
    def newest() -> Chosen:
        listing = RunListing(client.store)
        listing.load(TableQuery(filter))
        return Chosen(listing.first_runs(most), listing.shape.total)

    choose = newest if runs is None else None
    drawn = newest() if runs is None else Chosen(known_runs(client, runs), len(runs))
    if fallback.wanted():
        return FallbackScatter(kind, drawn.runs, axes, drawn.found)
    return Chart(drawn.runs, client=client, choose=choose, kind=kind, axes=axes, found=drawn.found, **traits)


def _chart_of_rows(
    kind: str, axes: Sequence[str], rows: Run | str, client: MlflowClient, traits: Mapping[str, Any]
) -> Chart | FallbackScatter:
    run = client.get_run(find_run(client.store, rows).info.run_id)
    drawn = run_rows.needed(run, client.artifact_folder)
    if fallback.wanted():
        return FallbackScatter(kind, drawn[: scatter.MOST], axes, len(drawn))
    return Chart([run], client=client, kind=kind, axes=axes, rows=run.info.run_id, **traits)
