"""``nbtrack export``: write experiments for other programs, and runs as a report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from nbtrack.cli import output, run_arguments
from nbtrack.cli.import_command import Progress, print_left_out
from nbtrack.presentation.formatting import counted

if TYPE_CHECKING:
    from nbtrack.importers import ImportSummary


@click.command("export")
@click.argument("target")
@click.argument("runs", metavar="[RUN...]", nargs=-1, shell_complete=run_arguments.complete_runs)
@click.option("--experiment", "-x", "experiments", multiple=True, help="An experiment, by name; by default all.")
@click.option("--filter", "filter_string", "-f", default="", help="Of a report: its runs, such as: metrics.acc > 0.9")
@output.as_json
def export(target: str, runs: tuple[str, ...], experiments: tuple[str, ...], filter_string: str, as_json: bool) -> None:
    """Export experiments for other programs, or runs as a report for people.

    TARGET is a folder for MLflow's file layout, a database that MLflow opens (mlflow.db), a table (runs.csv or
    runs.parquet, and a second one of the points), or the address of an MLflow server; repeated exports add only what
    is new. Or it is a page (report.html) that needs no network: all runs, those named, or those that --filter finds.

    \b
    Examples:
      nbtrack export for-mlflow/mlruns
      nbtrack export sqlite:///mlflow.db -x fraud-detection
      nbtrack export runs.parquet
      nbtrack export https://tracking.example.org -x fraud-detection
      nbtrack export report.html -x fraud-detection --filter "metrics.acc > 0.9"
    """
    if Path(target).suffix.lower() in (".html", ".htm"):
        _write_report(target, runs, experiments, filter_string, as_json)
    elif runs or filter_string:
        msg = "single runs are exported as a report, such as report.html, or with: nbtrack runs export"
        raise click.UsageError(msg)
    else:
        _export_experiments(target, experiments, as_json)


def _write_report(target: str, runs: tuple[str, ...], experiments: tuple[str, ...], filter: str, as_json: bool) -> None:
    from nbtrack.report import export_report

    client = run_arguments.client()
    where = [run_arguments.experiment(each).experiment_id for each in experiments]
    where = where or [each.experiment_id for each in client.search_experiments(max_results=10_000)]
    written = export_report(target, runs or None, filter=filter, experiment_ids=where)
    if as_json:
        output.print_json({"file": str(written), "bytes": written.stat().st_size})
    else:
        click.echo(f"Wrote {written} ({written.stat().st_size:,} bytes)")


def _export_experiments(target: str, experiments: tuple[str, ...], as_json: bool) -> None:
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
        f"Exported {counted(summary.new, 'new run')} to {target}, updated {summary.updated:,},"
        f" found {summary.unchanged:,} unchanged:"
        f" {counted(summary.points, 'point')} and {counted(summary.files, 'artifact')} were added"
    )
    print_left_out(summary)
