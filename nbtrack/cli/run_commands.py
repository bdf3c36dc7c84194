"""``nbtrack runs``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from nbtrack.cli import output, run_arguments
from nbtrack.cli.experiment_commands import VIEWS
from nbtrack.entities import ViewType
from nbtrack.presentation import formatting

if TYPE_CHECKING:
    from nbtrack.entities import Run, RunInfo


@click.group("runs")
def group() -> None:
    """Find, compare, control and copy runs.

    \b
    Examples:
      nbtrack runs list fraud-detection
      nbtrack runs describe swift-otter-417
    """


@group.command("list")
@click.argument("experiment_name", required=False)
@click.option("--experiment-id", "-x", "experiment_option", help="The experiment, by id or name.")
@click.option("--all-experiments", is_flag=True, help="Search all experiments.")
@click.option("--view", "-v", type=VIEWS, default="active_only", show_default=True, help="Which ones to show.")
@click.option("--filter", "filter_string", "-f", default="", help="Such as: metrics.acc > 0.9")
@click.option("--order-by", multiple=True, help="Such as: 'metrics.acc DESC'; may be given several times.")
@click.option(
    "--max-results", "-m", type=click.IntRange(1), default=20, show_default=True, help="How many to print at most."
)
@output.as_json
def listed(
    experiment_name: str | None,
    experiment_option: str | None,
    all_experiments: bool,
    view: str,
    filter_string: str,
    order_by: tuple[str, ...],
    max_results: int,
    as_json: bool,
) -> None:
    """Print the runs that a filter finds, the newest first.

    \b
    Examples:
      nbtrack runs list fraud-detection --order-by "metrics.auc DESC" -m 5
      nbtrack runs list --all-experiments --filter "status = 'RUNNING'" --json
    """
    from nbtrack.presentation import table_layout, terminal
    from nbtrack.tracking.experiments import current_experiment_id

    client, stage = run_arguments.client(), ViewType.from_string(view)
    if all_experiments:
        ids = [each.experiment_id for each in client.search_experiments(stage, 50_000)]
    elif experiment_name or experiment_option:
        ids = [
            run_arguments.experiment(
                run_arguments.argument_or_option(experiment_name, experiment_option, "experiment")
            ).experiment_id
        ]
    else:
        ids = [current_experiment_id(client)]
    found = client.search_runs(ids, filter_string, stage, max_results, order_by)
    if as_json:
        output.print_json([output.run(each) for each in found])
        return
    overview = client.store.overview(ids, client.parse_query(filter_string), stage)
    click.echo(terminal.table(table_layout.shape(overview, seen=found), found, ids=True))
    if overview.total > len(found):
        click.echo(f"{len(found)} of {overview.total_text} runs; -m shows more", err=True)


@group.command()
@run_arguments.run_argument
@output.as_json
def describe(run: Run, as_json: bool) -> None:
    """Print everything that a run recorded, except the histories of its metrics.

    \b
    Example:
      nbtrack runs describe swift-otter-417
    """
    if as_json:
        output.print_json(output.run(run))
        return
    output.print_table(("FIELD", "VALUE"), _readable(run.info).items())
    groups: tuple[tuple[str, dict[str, str] | dict[str, float]], ...] = (
        ("PARAMETER", run.data.params),
        ("METRIC", run.data.metrics),
        ("TAG", run.data.tags),
    )
    for title, held in groups:
        if held:
            click.echo()
            output.print_table((title, "VALUE"), sorted(held.items()))


def _readable(info: RunInfo) -> dict[str, object]:
    """Return the fields of a run's info that have a value, with readable times."""
    fields = {key: value for key, value in info._asdict().items() if value is not None}
    times = {"start_time": info.start_time, "end_time": info.end_time, "deleted_time": info.deleted_time}
    words = {key: formatting.moment(value) for key, value in times.items() if value is not None}
    if info.end_time is not None:
        words["duration"] = formatting.duration(info.end_time - info.start_time)
    return fields | words


@group.command()
@run_arguments.any_runs_argument
@click.option("--only-differing/--all", default=True, help="Hide what is identical in all runs.")
@click.option("--by", multiple=True, help="Compare groups by a parameter or tag; may be given several times.")
@click.option("--metric", help="Compare groups by this metric.")
@click.option("--filter", "filter_string", "-f", help="Compare groups of the runs that a filter finds.")
@click.option("--format", "style", type=click.Choice(["text", "csv", "markdown", "latex"]), default="text")
@output.as_json
def compare(
    runs: list[Run],
    only_differing: bool,
    by: tuple[str, ...],
    metric: str | None,
    filter_string: str | None,
    style: str,
    as_json: bool,
) -> None:
    """Compare runs side by side, differences first, or groups of runs over their seeds.

    Without runs, or with --by, --metric or --filter, runs that differ in their seed only are one group.

    \b
    Examples:
      nbtrack runs compare swift-otter-417 calm-heron-12
      nbtrack runs compare swift-otter-417 calm-heron-12 --format latex
      nbtrack runs compare --by model --metric accuracy
    """
    if by or metric or filter_string is not None or not runs:
        _compare_groups(runs, by, metric, filter_string, style, as_json)
    else:
        _compare_runs(runs, only_differing, style, as_json)


def _compare_groups(
    runs: list[Run], by: tuple[str, ...], metric: str | None, filter: str | None, style: str, as_json: bool
) -> None:
    from nbtrack.tracking.group_comparison import compare_groups

    found = compare_groups(runs or None, by=by, metric=metric, filter=filter or "")
    if as_json:
        groups = found.records()
        output.print_json({"metric": found.metric, "conclusion": found.conclusion(), "groups": groups})
    elif style == "text":
        click.echo(found.text())
    else:
        click.echo(getattr(found, f"to_{style}")(), nl=False)


def _compare_runs(runs: list[Run], only_differing: bool, style: str, as_json: bool) -> None:
    from nbtrack.presentation import comparison as views
    from nbtrack.tracking.run_annotations import goals

    comparison = views.compare(runs, goals(run_arguments.client(), runs[0].info.experiment_id))
    if only_differing:
        comparison = comparison._replace(rows=tuple(each for each in comparison.rows if each.differs))
    if as_json:
        output.print_json(
            {
                "runs": [each.info.run_id for each in runs],
                "rows": [{**each._asdict(), "differs": each.differs} for each in comparison.rows],
            }
        )
    elif style == "text":
        names = [each.info.run_name for each in runs]
        output.print_table(("", *names), ((each.key, *each.texts()) for each in comparison.rows))
    else:
        click.echo(getattr(comparison, style)(), nl=False)


@group.command()
@run_arguments.runs_argument
@output.as_json
def diff(runs: list[Run], as_json: bool) -> None:
    """Print what changed from one run to another: parameters, code, data, packages, git, seeds, metrics.

    \b
    Example:
      nbtrack runs diff swift-otter-417 swift-otter-418
    """
    from nbtrack.tracking import changes

    if len(runs) != 2:
        msg = f"Specify two runs, not {len(runs)}: nbtrack runs diff BEFORE AFTER"
        raise click.UsageError(msg)
    found = changes.compared(run_arguments.client(), *runs)
    if as_json:
        output.print_json(found.to_dict())
    else:
        click.echo("\n".join(map(output.printable, str(found).splitlines())))


@group.command()
@run_arguments.runs_argument
def delete(runs: list[Run]) -> None:
    """Move runs to the trash; `nbtrack gc` empties it.

    \b
    Example:
      nbtrack runs delete swift-otter-417 calm-heron-12
    """
    for run in runs:
        run_arguments.client().delete_run(run.info.run_id)
        click.echo(f"Deleted run {run.info.run_name}; undo: nbtrack runs restore {run.info.run_id}")


@group.command()
@run_arguments.runs_argument
def restore(runs: list[Run]) -> None:
    """Restore runs from the trash; a deleted run is named by its id.

    \b
    Example:
      nbtrack runs restore 3f3a277559a310a11303e109cd646af1
    """
    for run in runs:
        run_arguments.client().restore_run(run.info.run_id)
        click.echo(f"Restored run {run.info.run_name}")


@group.command()
@run_arguments.run_argument
@click.option("--output", "-o", "target", type=click.Path(dir_okay=False), help="The file; by default RUN.zip here.")
def export(run: Run, target: str | None) -> None:
    """Export a run with its histories and artifacts to a zip file for `nbtrack runs import`.

    \b
    Example:
      nbtrack runs export swift-otter-417 -o otter.zip
    """
    from nbtrack.transfer import export_run

    written = export_run(run, target or f"{run.info.run_id}.zip")
    click.echo(f"Wrote run {run.info.run_name} to {written}")


@group.command("import")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False))
@click.option("--experiment", "-x", default="Default", show_default=True, help="The experiment, by name.")
def import_(files: tuple[str, ...], experiment: str) -> None:
    """Import runs from zip files of `nbtrack runs export`.

    \b
    Example:
      nbtrack runs import otter.zip -x fraud-detection
    """
    from nbtrack.transfer import import_run

    for each in output.progress(files, "importing"):
        run = import_run(each, experiment)
        click.echo(f"Imported run {run.info.run_name} as {run.info.run_id}")


@group.command()
@run_arguments.runs_argument
@click.option("--to", "target", required=True, help="The other store: a directory or a server's address.")
@click.option("--experiment", "-x", help="The experiment there, by name; by default the same name as here.")
def push(runs: list[Run], target: str, experiment: str | None) -> None:
    """Copy runs with all their data to another store; repeated copies add nothing twice.

    \b
    Example:
      nbtrack runs push swift-otter-417 --to https://tracking.example.org
    """
    from nbtrack.transfer import copy_run

    for run in output.progress(runs, "copying"):
        there = copy_run(run, target, experiment)
        click.echo(f"Copied run {run.info.run_name} to {target} as {there.info.run_id}")
