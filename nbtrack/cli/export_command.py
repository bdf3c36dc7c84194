"""``nbtrack export``: write experiments for other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from nbtrack.cli import output
from nbtrack.cli.import_command import Progress, print_left_out

if TYPE_CHECKING:
    from nbtrack.importers import ImportSummary


@click.command("export")
@click.argument("target")
@click.option("--experiment", "-x", "experiments", multiple=True, help="An experiment, by name; by default all.")
@output.as_json
def export(target: str, experiments: tuple[str, ...], as_json: bool) -> None:
    """Export experiments for other programs; repeated exports add only what is new.

    TARGET is a folder for MLflow's file layout, a database that MLflow opens (mlflow.db), a table (runs.csv or
    runs.parquet, and a second one of the points), or the address of an MLflow server.

    \b
    Examples:
      nbtrack export for-mlflow/mlruns
      nbtrack export sqlite:///mlflow.db -x fraud-detection
      nbtrack export runs.parquet
      nbtrack export https://tracking.example.org -x fraud-detection
    """
    from nbtrack.exporters import export_runs

    progress = Progress("exporting")
    try:
        summary = export_runs(target, experiments or None, on_run=progress.advance)
    finally:
        progress.close()
    if as_json:
        output.print_json(summary._asdict())
        return
    _print(summary, target)


def _print(summary: ImportSummary, target: str) -> None:
    click.echo(
        f"Exported {summary.new:,} new runs to {target}, updated {summary.updated:,}, found {summary.unchanged:,}"
        f" unchanged: {summary.points:,} points and {summary.files:,} artifacts were added"
    )
    print_left_out(summary)
