"""``nbtrack``: the command, its groups, and how it reports errors."""

from __future__ import annotations

import warnings
from typing import Any

import click
from click.shell_completion import get_completion_class

from nbtrack.cli.artifact_commands import artifacts
from nbtrack.cli.experiment_commands import experiments
from nbtrack.cli.export_command import export
from nbtrack.cli.import_command import import_
from nbtrack.cli.maintenance import db, doctor, gc
from nbtrack.cli.mcp_command import mcp
from nbtrack.cli.project_command import run
from nbtrack.cli.run_commands import group as runs
from nbtrack.cli.run_control_commands import pause, set_values, stop, unpause
from nbtrack.cli.run_reading import curve, show, watch
from nbtrack.cli.serve_command import serve
from nbtrack.cli.server_command import server
from nbtrack.cli.skill_command import skill
from nbtrack.cli.sql_command import sql
from nbtrack.cli.ui_command import ui
from nbtrack.cli.user_commands import users
from nbtrack.errors import NbtrackError


class Command(click.Group):
    """A group that prints our errors without a traceback and exits with 1; wrong usage exits with 2.

    Warnings are printed without the line of code that issued them, which is not the user's.
    """

    def invoke(self, context: click.Context) -> Any:
        """Run the command."""
        with warnings.catch_warnings():
            warnings.showwarning = _print_warning
            try:
                return super().invoke(context)
            except NbtrackError as error:
                raise click.ClickException(error.message) from error


def _print_warning(message: Warning | str, *_: object, **__: object) -> None:
    click.echo(f"Warning: {message}", err=True)


@click.group(cls=Command, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="nbtrack", prog_name="nbtrack")
@click.option("--tracking-uri", "-u", help="Where runs are stored, instead of MLFLOW_TRACKING_URI or ./mlruns.")
def main(tracking_uri: str | None) -> None:
    """Track machine-learning experiments, and look at the results.

    \b
    Examples:
      nbtrack ui                                   open the runs in ./mlruns
      nbtrack experiments create fraud-detection
      nbtrack runs list --filter "metrics.acc > 0.9" --order-by "metrics.acc DESC"
      nbtrack run . -e train -P alpha=0.5          run a project
      nbtrack runs stop swift-otter-417
    """
    if tracking_uri:
        from nbtrack.tracking.tracking_uri import set_tracking_uri

        set_tracking_uri(tracking_uri)


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print a completion script for commands and names.

    \b
    Examples:
      nbtrack completion bash >> ~/.bashrc
      nbtrack completion fish > ~/.config/fish/completions/nbtrack.fish
    """
    kind = get_completion_class(shell)
    if kind is None:
        msg = f"{shell} is not supported"
        raise click.UsageError(msg)
    root = click.get_current_context().find_root().command
    click.echo(kind(root, {}, "nbtrack", "_NBTRACK_COMPLETE").source())


for each in (
    artifacts, completion, db, doctor, experiments, export, gc, import_, mcp, run, runs, serve, server, skill,
    sql, ui, users,
):  # fmt: skip
    main.add_command(each)
for each in (curve, show, watch, stop, pause, unpause, set_values):
    runs.add_command(each)
