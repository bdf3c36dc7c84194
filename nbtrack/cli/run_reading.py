"""``nbtrack runs show``, ``curve`` and ``watch``: runs in a terminal, and as JSON for agents."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, Any

import click

from nbtrack.cli import output, run_arguments
from nbtrack.presentation.formatting import number
from nbtrack.summaries import budget

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nbtrack.entities import History, Run
    from nbtrack.presentation.curve_summary import CurveSummary
    from nbtrack.tracking.client import MlflowClient

MOST_SPARKLINES = 12
SPARKLINE = 24
"""Characters of a curve in a table."""
SECONDS = 2.0
tokens_option = click.option(
    "--tokens",
    type=click.IntRange(budget.LEAST, budget.MOST),
    default=budget.DEFAULT,
    show_default=True,
    help="The size of the answer, estimated as four characters of JSON each.",
)


@click.command()
@run_arguments.run_argument
@tokens_option
@output.as_json
def show(run: Run, tokens: int, as_json: bool) -> None:
    """Print a run at a glance: status, note, metrics with their curves, parameters, tags and files.

    \b
    Examples:
      nbtrack runs show swift-otter-417
      nbtrack runs show swift-otter-417 --json --tokens 500
    """
    from nbtrack.summaries import runs
    from nbtrack.summaries.run_source import RunSource

    answer = runs.run(RunSource(), run.info.run_id, tokens)
    if as_json:
        output.print_json(answer)
        return
    _print_run(run, answer["recorded"])
    for each in answer.get("left_out", ()):
        click.echo(f"Left out {output.printable(each)}", err=True)


def _print_run(run: Run, recorded: dict[str, Any]) -> None:
    plain = {key: value for key, value in recorded.items() if not isinstance(value, dict | list)}
    note = [each for each in str(plain.pop("note", "")).splitlines() if each.strip()]
    output.print_table(("FIELD", "VALUE"), [*plain.items(), *(("note", each) for each in note)])
    if recorded.get("alerts"):
        click.echo()
        lines = [(each["level"], each["title"], each["at"]) for each in recorded["alerts"]]
        output.print_table(("ALERT", "TITLE", "AT"), lines)
    metrics = recorded.get("metrics", {})
    if metrics:
        click.echo()
        curves = _sparklines(run)
        rows = [(key, each["last"], each["step"], curves.get(key, "")) for key, each in metrics.items()]
        output.print_table(("METRIC", "LAST", "STEP", "CURVE"), rows)
    for title, key in (("PARAMETER", "params"), ("TAG", "tags")):
        if recorded.get(key):
            click.echo()
            output.print_table((title, "VALUE"), recorded[key].items())
    if recorded.get("files"):
        click.echo()
        output.print_table(("FILE",), ([each] for each in recorded["files"]))


def _sparklines(run: Run) -> dict[str, str]:
    from nbtrack.presentation import terminal

    history = run_arguments.client().store.metric_history
    keys = sorted(run.data.metrics)[:MOST_SPARKLINES]
    return {key: terminal.sparkline(list(history(run.info.run_id, key).values), SPARKLINE) for key in keys}


@click.command()
@click.argument("run_name", metavar="RUN", shell_complete=run_arguments.complete_runs)
@click.argument("metrics", metavar="[METRIC...]", nargs=-1)
@click.option("--points", type=click.IntRange(1), default=20, show_default=True, help="About how many, with --json.")
@tokens_option
@output.as_json
def curve(run_name: str, metrics: tuple[str, ...], points: int, tokens: int, as_json: bool) -> None:
    """Print curves of a run with their ends, extremes, trend, plateaus and NaN.

    \b
    Examples:
      nbtrack runs curve swift-otter-417 loss val_loss
      nbtrack runs curve swift-otter-417 --json --points 50
    """
    from nbtrack.summaries import curves
    from nbtrack.summaries.run_source import RunSource

    source = RunSource()
    if as_json:
        output.print_json(curves.curves(source, [run_name], metrics, points=points, tokens=tokens))
        return
    for each in curves.drawn(source, [run_name], metrics):
        _print_curve(each.history, each.summary)


def _print_curve(history: History, found: CurveSummary) -> None:
    from nbtrack.presentation import terminal

    click.echo(f"{output.printable(history.key)}  {terminal.sparkline(list(history.values))}".rstrip())
    places = [
        f"{name}{' (best)' if found.best == name else ''} {number(place[1])} at step {place[0]}"
        for name in ("first", "last", "lowest", "highest")
        if (place := getattr(found, name)) is not None
    ]
    click.echo(f"  {', '.join([f'{found.points:,} points', *places, *([found.trend] if found.trend else [])])}")
    for remark in found.remarks:
        click.echo(f"  {remark}")


@click.command()
@click.argument("filter_string", metavar="[FILTER]", default="")
@click.option("--experiment", "-x", "experiment_name", help="An experiment, by id or name; by default all.")
@click.option("--max-results", "-m", type=click.IntRange(1, 1000), default=20, show_default=True, help="Most runs.")
@click.option(
    "--seconds", type=click.FloatRange(0.1), default=SECONDS, show_default=True, help="Seconds between updates."
)
@click.option("--until-done", is_flag=True, help="End when no run that the filter finds is running.")
@output.as_json
def watch(
    filter_string: str, experiment_name: str | None, max_results: int, seconds: float, until_done: bool, as_json: bool
) -> None:
    """Print a table of runs again whenever they change, until Ctrl-C; on a terminal in its place.

    With --json each change is one line.

    \b
    Examples:
      nbtrack runs watch "status = 'RUNNING'"
      nbtrack runs watch -x fraud-detection --until-done
    """
    with contextlib.suppress(KeyboardInterrupt):
        for found, text in _looks(filter_string, experiment_name, max_results, as_json=as_json):
            if text:
                _redraw(text, in_place=not as_json)
            if until_done and not any(each.info.status in {"RUNNING", "SCHEDULED"} for each in found):
                return
            time.sleep(seconds)


def _looks(
    filter_string: str, experiment: str | None, most: int, *, as_json: bool
) -> Iterator[tuple[Sequence[Run], str]]:
    """Yield the runs that a filter finds again and again, with their text where it has changed, else empty."""
    from nbtrack.summaries.run_source import RunSource

    source, shown = RunSource(), ""
    while True:
        ids = source.experiment_ids(experiment)
        found = source.client.search_runs(ids, filter_string, max_results=most)
        text = _as_line(found) if as_json else _as_table(source.client, ids, filter_string, found)
        yield found, text if text != shown else ""
        shown = text


def _redraw(text: str, *, in_place: bool) -> None:
    if in_place:
        click.clear()
    click.echo(text)


def _as_line(found: Sequence[Run]) -> str:
    return output.json_line([output.run(each) for each in found])


def _as_table(client: MlflowClient, ids: Sequence[str], filter_string: str, found: Sequence[Run]) -> str:
    from nbtrack.entities import ViewType
    from nbtrack.presentation import table_layout, terminal

    overview = client.store.overview(ids, client.parse_query(filter_string), ViewType.ACTIVE_ONLY)
    running = sum(each.info.status == "RUNNING" for each in found)
    table = terminal.table(table_layout.shape(overview, seen=found), found)
    return f"{table}\n{len(found)} of {overview.total_text} runs, {running} running"
