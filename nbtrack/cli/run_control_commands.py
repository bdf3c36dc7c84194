"""``nbtrack runs stop``, ``pause``, ``unpause`` and ``set``: controlling running cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from nbtrack.cli import run_arguments

if TYPE_CHECKING:
    from nbtrack.entities import Run


@click.command()
@run_arguments.runs_argument
def stop(runs: list[Run]) -> None:
    """Stop runs of tracked cells: their loops end after the current iteration.

    \b
    Example:
      nbtrack runs stop swift-otter-417
    """
    from nbtrack.tracking import run_control

    for run in runs:
        run_control.stop(run)
        click.echo(f"Asked run {run.info.run_name} to stop")


@click.command()
@run_arguments.runs_argument
def pause(runs: list[Run]) -> None:
    """Pause runs of tracked cells after the current iteration of their loops.

    \b
    Example:
      nbtrack runs pause swift-otter-417
    """
    from nbtrack.tracking import run_control

    for run in runs:
        run_control.pause(run)
        click.echo(f"Asked run {run.info.run_name} to pause")


@click.command()
@run_arguments.runs_argument
def unpause(runs: list[Run]) -> None:
    """Continue paused runs.

    \b
    Example:
      nbtrack runs unpause swift-otter-417
    """
    from nbtrack.tracking import run_control

    for run in runs:
        run_control.unpause(run)
        click.echo(f"Asked run {run.info.run_name} to continue")


@click.command("set")
@run_arguments.run_argument
@click.argument("assignments", metavar="NAME=VALUE...", nargs=-1, required=True)
def set_values(run: Run, assignments: tuple[str, ...]) -> None:
    """Change live values of a running run, which its code asks for by `nbtrack.live`.

    \b
    Example:
      nbtrack runs set swift-otter-417 lr=0.01
    """
    from nbtrack.stores import live_values

    pairs = [each.partition("=") for each in assignments]
    odd = next((name or sign or value for name, sign, value in pairs if not sign or not name), None)
    if odd is not None:
        msg = f"write each value as NAME=VALUE, not {odd!r}"
        raise click.UsageError(msg)
    values = {name: live_values.from_text(value) for name, _, value in pairs}
    live_values.set_values(run_arguments.client().store, run.info.run_id, values)
    click.echo(f"Asked run {run.info.run_name} to continue with {', '.join(assignments)}")
