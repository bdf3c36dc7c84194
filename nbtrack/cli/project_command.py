"""``nbtrack run``."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import FrameType


@click.command("run")
@click.argument("uri")
@click.option("--entry-point", "-e", default="main", show_default=True, help="An entry point, a script or a notebook.")
@click.option("--version", "-v", help="A commit, branch or tag of a git repository.")
@click.option("--param-list", "-P", "given", multiple=True, metavar="NAME=VALUE", help="A parameter; may be repeated.")
@click.option("--experiment-name", help="The experiment, by name; it is created if needed.")
@click.option("--experiment-id", help="The experiment, by id; instead of MLFLOW_EXPERIMENT_ID.")
@click.option("--run-name", help="The name of the run.")
@click.option("--run-id", help="An existing run to log into.")
@click.option("--env-manager", type=click.Choice(["local", "virtualenv", "uv"]), help="The environment of the command.")
@click.option("--storage-dir", type=click.Path(file_okay=False), help="The folder for clones and downloads.")
def run(
    uri: str,
    entry_point: str,
    version: str | None,
    given: tuple[str, ...],
    experiment_name: str | None,
    experiment_id: str | None,
    run_name: str | None,
    run_id: str | None,
    env_manager: str | None,
    storage_dir: str | None,
) -> None:
    """Run a project: a folder or git repository with an MLproject file, a script or a notebook.

    \b
    Examples:
      nbtrack run . -P alpha=0.5
      nbtrack run https://example.org/team/forecast.git#models -v v1.2 -e train
      nbtrack run . -e report.ipynb -P region=north
    """
    from nbtrack import projects

    with _ended_as_by_ctrl_c():
        submitted = projects.run(
            uri,
            entry_point,
            version,
            _parameters(given),
            experiment_name=experiment_name,
            experiment_id=experiment_id,
            run_id=run_id,
            run_name=run_name,
            env_manager=env_manager,
            storage_dir=storage_dir,
        )
    click.echo(f"Run {submitted.run_id} finished")


@contextmanager
def _ended_as_by_ctrl_c() -> Iterator[None]:
    """Make SIGTERM, and SIGHUP of a terminal that is closed, end the command and the run as Ctrl-C does.

    Otherwise the command would go on without this process. A signal that is ignored, as by ``nohup``, stays so.
    """
    ending = [each for each in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(each) == signal.SIG_DFL]
    for each in ending:
        signal.signal(each, _interrupt)
    try:
        yield
    finally:
        for each in ending:
            signal.signal(each, signal.SIG_DFL)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _parameters(given: Iterable[str]) -> dict[str, str]:
    """Return ``NAME=VALUE`` texts as a mapping."""
    found: dict[str, str] = {}
    for each in given:
        name, sign, value = each.partition("=")
        if not sign or not name:
            raise click.BadParameter(f"{each!r} must be NAME=VALUE", param_hint="-P")
        if name in found:
            raise click.BadParameter(f"{name!r} is specified twice", param_hint="-P")
        found[name] = value
    return found
