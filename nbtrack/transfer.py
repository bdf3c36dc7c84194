"""Runs as files: one run as a zip file, and a run out of such a file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from nbtrack import validation
from nbtrack.endpoints import run_archive
from nbtrack.errors import NotFound
from nbtrack.stores.run_lookup import find_run
from nbtrack.tracking.client import MlflowClient, get_or_create_experiment

if TYPE_CHECKING:
    from nbtrack.entities import Run

__all__ = ["export_run", "import_run"]


@validation.typed
def export_run(run: Run | str, path: str | Path, *, client: MlflowClient | None = None) -> Path:
    """Write a run, with its histories and artifacts, into a zip file, and return where that is.

    Parameters
    ----------
    run : Run or str
        The run, its id, or its name.
    path : str or Path
        The file, or a folder in which it is called after the run's id; it is whole or not there.
    client : MlflowClient, optional
        The store of the run; by default the one in force.

    Raises
    ------
    NotFound
        When there is no such run.
    """
    client = client or MlflowClient()
    run_id = find_run(client.store, run).info.run_id
    target = Path(path)
    if target.is_dir():
        target /= f"{run_id}.zip"
    part = target.with_name(f".{target.name}.{os.urandom(4).hex()}")
    try:
        with part.open("xb") as file:
            run_archive.export_run(client.store, client.within, run_id, file)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return target


@validation.typed
def import_run(path: str | Path, experiment: str = "Default", *, client: MlflowClient | None = None) -> Run:
    """Make a run out of a zip file of `export_run`; it is equal to that run but for its id and its place.

    Parameters
    ----------
    path : str or Path
        The file.
    experiment : str
        The name of the experiment that the run goes to; it is created when there is none.
    client : MlflowClient, optional
        The store that takes it in; by default the one in force.

    Raises
    ------
    InvalidValue
        When it is no such file, is damaged, or would take too much; nothing is left behind then.
    NotFound
        When there is no such file.
    """
    client = client or MlflowClient()
    source = Path(path)
    if not source.is_file():
        msg = f"there is no file {str(path)!r} to import a run from (looked in {Path.cwd()})"
        raise NotFound(msg)
    there = get_or_create_experiment(client, experiment).experiment_id
    with source.open("rb") as file:
        run_id = run_archive.import_run(client.store, client.within, file, there)
    return client.get_run(run_id)
