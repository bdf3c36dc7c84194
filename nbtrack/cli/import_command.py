"""``nbtrack import``: bring in the runs of another tracker."""

from __future__ import annotations

import sys
import warnings
from typing import TYPE_CHECKING, Any, cast

import click

from nbtrack.cli import output
from nbtrack.presentation.formatting import counted

if TYPE_CHECKING:
    from nbtrack.importers import Imported, ImportSummary

LISTED = 20
"""How many of the runs that were left out are printed."""


@click.command("import")
@click.argument("source")
@click.option("--into", help="The store to import into, by default the one of --tracking-uri.")
@output.as_json
def import_(source: str, into: str | None, as_json: bool) -> None:
    """Import all runs of another tracker; repeated imports add only new data.

    SOURCE is a folder in MLflow's file layout, a database of MLflow (mlflow.db), the address of an MLflow server, a
    store of nbtrack, a folder of TensorBoard logs, of W&B or of neptune-exporter, an Aim repository,
    or a database of trackio.

    \b
    Examples:
      nbtrack import mlruns --into nbtrack-runs
      nbtrack import sqlite:///mlflow.db
      nbtrack import https://tracking.example.org --into team-runs
    """
    from nbtrack.importers import import_runs

    progress = Progress("importing")
    try:
        with warnings.catch_warnings():
            # The summary lists what is left out.
            warnings.filterwarnings("ignore", ".* cannot be read and are left out")
            summary = import_runs(source, into, progress.advance)
    except KeyboardInterrupt:
        msg = "Interrupted: the runs read so far are imported, and the same command completes the import"
        raise click.ClickException(msg) from None
    finally:
        progress.close()
    if as_json:
        output.print_json(summary._asdict())
        return
    _print(summary)


class Progress:
    """A progress bar on stderr, if that is a terminal."""

    def __init__(self, label: str) -> None:
        self._label, self._bar = label, cast("Any", None)

    def advance(self, _: Imported | None, total: int) -> None:
        """Count one run; `total` is 0 if it is not known."""
        if not sys.stderr.isatty():
            return
        if self._bar is None:
            self._bar = click.progressbar(length=total or None, label=self._label, file=sys.stderr).__enter__()
        self._bar.update(1)

    def close(self) -> None:
        """End the line of the bar."""
        if self._bar is not None:
            self._bar.__exit__(None, None, None)


def _print(summary: ImportSummary) -> None:
    click.echo(
        f"Imported {counted(summary.new, 'new run')}, updated {summary.updated:,},"
        f" found {summary.unchanged:,} unchanged:"
        f" {counted(summary.points, 'point')} and {counted(summary.files, 'artifact')} were added"
    )
    print_left_out(summary)


def print_left_out(summary: ImportSummary) -> None:
    """Print what was left out, and why, to stderr."""
    for name, reason in list(summary.left_out.items())[:LISTED]:
        click.echo(f"Left out {name}: {reason}", err=True)
    if len(summary.left_out) > LISTED:
        click.echo(f"Left out {len(summary.left_out) - LISTED:,} more; --json lists all", err=True)
