"""``nbtrack experiments``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from nbtrack.cli import output, run_arguments
from nbtrack.entities import ViewType

if TYPE_CHECKING:
    from nbtrack.entities import Experiment

VIEWS = click.Choice(["active_only", "deleted_only", "all"], case_sensitive=False)


@click.group()
def experiments() -> None:
    """Create, find and change experiments.

    \b
    Examples:
      nbtrack experiments search
      nbtrack experiments csv fraud-detection > runs.csv
    """


@experiments.command()
@click.argument("name", required=False)
@click.option("--experiment-name", "-n", "name_option", help="The name.")
@click.option("--artifact-location", "-l", help="Where artifacts of its runs are stored.")
@output.as_json
def create(name: str | None, name_option: str | None, artifact_location: str | None, as_json: bool) -> None:
    """Create an experiment and print its id.

    \b
    Example:
      nbtrack experiments create fraud-detection
    """
    wanted = run_arguments.argument_or_option(name, name_option, "experiment")
    created = run_arguments.client().create_experiment(wanted, artifact_location)
    if as_json:
        output.print_json({"experiment_id": created, "name": wanted})
    else:
        click.echo(f"Created experiment with ID {created}")


@experiments.command()
@click.option("--view", "-v", type=VIEWS, default="active_only", show_default=True, help="Which ones to show.")
@click.option("--filter", "filter_string", "-f", default="", help="Such as: name LIKE 'fraud%'")
@click.option(
    "--max-results", type=click.IntRange(1), default=1000, show_default=True, help="How many to print at most."
)
@output.as_json
def search(view: str, filter_string: str, max_results: int, as_json: bool) -> None:
    """Print the experiments that a filter finds, the newest first.

    \b
    Example:
      nbtrack experiments search --filter "tags.team = 'risk'"
    """
    found = run_arguments.client().search_experiments(ViewType.from_string(view), max_results, filter_string)
    if as_json:
        output.print_json([output.experiment(each) for each in found])
        return
    output.print_table(
        ("EXPERIMENT ID", "NAME", "STATE", "ARTIFACT LOCATION"),
        ((each.experiment_id, each.name, each.lifecycle_stage, each.artifact_location) for each in found),
    )


experiments.add_command(search, "list")


@experiments.command()
@run_arguments.experiment_argument
@output.as_json
def get(experiment: Experiment, as_json: bool) -> None:
    """Print one experiment.

    \b
    Example:
      nbtrack experiments get fraud-detection --json
    """
    if as_json:
        output.print_json(output.experiment(experiment))
    else:
        output.print_table(("FIELD", "VALUE"), output.experiment(experiment).items())


@experiments.command()
@click.argument("experiment_name", required=False)
@click.argument("new_name", required=False)
@click.option("--experiment-id", "-x", "experiment_option", help="The experiment, by id or name.")
@click.option("--new-name", "new_name_option", help="Its new name.")
def rename(
    experiment_name: str | None, new_name: str | None, experiment_option: str | None, new_name_option: str | None
) -> None:
    """Rename an experiment.

    \b
    Examples:
      nbtrack experiments rename fraud-detection fraud
      nbtrack experiments rename -x 3 --new-name fraud
    """
    found = run_arguments.experiment(run_arguments.argument_or_option(experiment_name, experiment_option, "experiment"))
    wanted = run_arguments.argument_or_option(new_name, new_name_option, "new name")
    run_arguments.client().rename_experiment(found.experiment_id, wanted)
    click.echo(f"Renamed experiment {found.experiment_id} to {wanted}")


@experiments.command()
@run_arguments.experiment_argument
def delete(experiment: Experiment) -> None:
    """Move an experiment and its runs to the trash; `nbtrack gc` empties it.

    \b
    Example:
      nbtrack experiments delete fraud-detection
    """
    run_arguments.client().delete_experiment(experiment.experiment_id)
    click.echo(
        f"Deleted experiment {experiment.experiment_id}; undo: nbtrack experiments restore {experiment.experiment_id}"
    )


@experiments.command()
@run_arguments.experiment_argument
def restore(experiment: Experiment) -> None:
    """Restore an experiment and its runs from the trash.

    \b
    Example:
      nbtrack experiments restore fraud-detection
    """
    run_arguments.client().restore_experiment(experiment.experiment_id)
    click.echo(f"Restored experiment {experiment.experiment_id}")


@experiments.command("csv")
@run_arguments.experiment_argument
@click.option("--filename", "-o", type=click.Path(dir_okay=False), help="The file; without one it is printed.")
@click.option("--filter", "filter_string", "-f", default="", help="Such as: metrics.acc > 0.9")
def as_csv(experiment: Experiment, filename: str | None, filter_string: str) -> None:
    """Write the runs of an experiment as CSV, a column for each parameter, metric and tag.

    \b
    Example:
      nbtrack experiments csv fraud-detection -o fraud.csv
    """
    from nbtrack.tracking.search import search_runs

    frame: Any = search_runs([experiment.experiment_id], filter_string)
    text = frame.to_csv(filename, index=False)
    if filename is None:
        click.echo(text, nl=False)
    else:
        click.echo(f"Wrote the runs of experiment {experiment.name} to {filename}", err=True)
