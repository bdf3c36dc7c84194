"""``nbtrack artifacts``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from nbtrack.cli import output, run_arguments

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbtrack.entities import FileInfo, Run

in_folder = click.option("--artifact-path", "-a", default="", help="A path from the root of the run's artifacts.")


@click.group()
def artifacts() -> None:
    """List, log and download the artifacts of runs.

    \b
    Example:
      nbtrack artifacts list swift-otter-417
    """


@artifacts.command("list")
@run_arguments.run_argument
@in_folder
@click.option("--recursive", "-R", is_flag=True, help="Include the contents of folders.")
@output.as_json
def listed(run: Run, artifact_path: str, recursive: bool, as_json: bool) -> None:
    """List a folder of a run's artifacts.

    \b
    Example:
      nbtrack artifacts list swift-otter-417 -a plots
    """
    run_id = run.info.run_id
    found = (
        list(_tree(run_id, artifact_path))
        if recursive
        else run_arguments.client().list_artifacts(run_id, artifact_path)
    )
    if as_json:
        output.print_json([output.file(each) for each in found])
        return
    output.print_table(("PATH", "BYTES"), ((each.path + "/" * each.is_dir, each.file_size) for each in found))


def _tree(run_id: str, path: str) -> Iterator[FileInfo]:
    for each in run_arguments.client().list_artifacts(run_id, path):
        yield each
        if each.is_dir:
            yield from _tree(run_id, each.path)


@artifacts.command("log-artifact")
@run_arguments.run_argument
@click.option("--local-file", "-l", required=True, type=click.Path(exists=True), help="The file.")
@in_folder
def log_artifact(run: Run, local_file: str, artifact_path: str) -> None:
    """Log a file as an artifact of a run.

    \b
    Example:
      nbtrack artifacts log-artifact swift-otter-417 -l model.pkl -a model
    """
    run_arguments.client().log_artifact(run.info.run_id, local_file, artifact_path or None)
    click.echo(f"Logged {local_file} to run {run.info.run_name}")


@artifacts.command("log-artifacts")
@run_arguments.run_argument
@click.option("--local-dir", "-l", required=True, type=click.Path(exists=True, file_okay=False), help="The folder.")
@in_folder
def log_artifacts(run: Run, local_dir: str, artifact_path: str) -> None:
    """Log all files in a folder as artifacts of a run.

    \b
    Example:
      nbtrack artifacts log-artifacts swift-otter-417 -l figures
    """
    client = run_arguments.client()
    entries = [each for each in sorted(Path(local_dir).iterdir()) if each.is_dir() or each.is_file()]
    for each in output.progress(entries, "logging"):
        client.log_artifact(run.info.run_id, each, artifact_path or None)
    click.echo(f"Logged {local_dir} to run {run.info.run_name}")


@artifacts.command()
@click.argument("run_name", metavar="[RUN]", required=False, shell_complete=run_arguments.complete_runs)
@click.option("--run-id", "-r", help="The run, by id or name.", shell_complete=run_arguments.complete_runs)
@in_folder
@click.option("--artifact-uri", help="The artifact by its URI, instead of a run and a path.")
@click.option(
    "--dst-path",
    "-d",
    type=click.Path(file_okay=False),
    default=".",
    help="The destination folder; by default the current one.",
)
def download(
    run_name: str | None, run_id: str | None, artifact_path: str, artifact_uri: str | None, dst_path: str
) -> None:
    """Copy an artifact file or folder of a run to this machine, and print its path.

    \b
    Examples:
      nbtrack artifacts download swift-otter-417 -a model -d /tmp
      nbtrack artifacts download --artifact-uri runs:/RUN_ID/plots/roc.png
    """
    from nbtrack.artifacts import download_artifacts

    if artifact_uri is not None:
        click.echo(download_artifacts(artifact_uri, dst_path=dst_path))
        return
    run = run_arguments.run(run_arguments.argument_or_option(run_name, run_id, "run"))
    click.echo(download_artifacts(run_id=run.info.run_id, artifact_path=artifact_path, dst_path=dst_path))
