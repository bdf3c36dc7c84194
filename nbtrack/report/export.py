"""Writing runs as a report."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from nbtrack import validation
from nbtrack.errors import InvalidValue
from nbtrack.report.content import MOST_RUNS, content
from nbtrack.report.page import page
from nbtrack.stores.run_lookup import find_run
from nbtrack.tracking.client import MlflowClient
from nbtrack.tracking.experiments import current_experiment_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbtrack.entities import Run

SUFFIXES = (".html", ".htm")


@validation.typed
def export_report(
    path: str | Path,
    runs: Sequence[Run | str] | None = None,
    *,
    filter: str = "",
    experiment_ids: Sequence[str] | None = None,
    title: str | None = None,
    client: MlflowClient | None = None,
) -> Path:
    """Write runs as one HTML file that needs nothing else: table, curves, differences, figures, code and notes.

    It is readable without JavaScript and without a network; with JavaScript, the table can be sorted and filtered, and
    the curves of single runs stand out. Pictures are made smaller where they are large.

    Parameters
    ----------
    path : str or Path
        The file, whose name ends with ``.html``. An incomplete file is never left.
    runs : sequence of Run or str, optional
        The runs, their ids, or their names; by default the newest 200 that the filter finds.
    filter : str
        Which runs, in MLflow's filter grammar.
    experiment_ids : sequence of str, optional
        The experiments to search; by default the current one.
    title : str, optional
        The title; by default the names of their experiments.
    client : MlflowClient, optional
        The client of the store; by default that of the current tracking URI.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    InvalidValue
        When the name of the file does not end with ``.html``, or too many runs are named.
    NotFound
        When there is no such run, or the filter finds none.
    """
    target, client = Path(path), client or MlflowClient()
    if target.suffix.lower() not in SUFFIXES:
        raise InvalidValue(f"a report must be a file such as report.html, not {str(path)!r}")
    where = _where(client, runs, experiment_ids)
    found = content(client, _filter(client, runs, filter), where)
    homes = dict.fromkeys(run.info.experiment_id for run in found.runs)
    names = ", ".join(client.get_experiment(each).name for each in homes)
    written = page(found, title or names, client.artifact_folder, time.time_ns() // 1_000_000)
    _write(target, written)
    return target


def _where(client: MlflowClient, runs: Sequence[Run | str] | None, experiment_ids: Sequence[str] | None) -> list[str]:
    if runs is not None:
        return list(dict.fromkeys(find_run(client.store, each).info.experiment_id for each in runs))
    return [current_experiment_id(client)] if experiment_ids is None else list(experiment_ids)


def _filter(client: MlflowClient, runs: Sequence[Run | str] | None, filter: str) -> str:
    """Return the filter that finds the runs."""
    if runs is None:
        return filter
    if filter or not 1 <= len(runs) <= MOST_RUNS:
        raise InvalidValue(f"pass a filter, or 1 to {MOST_RUNS} runs without a filter, not {len(runs)} runs")
    ids = ", ".join(f"'{find_run(client.store, each).info.run_id}'" for each in runs)
    return f"attributes.run_id IN ({ids})"


def _write(target: Path, text: str) -> None:
    part = target.with_name(f".{target.name}.{os.urandom(4).hex()}")
    try:
        part.write_text(text, "utf-8", "replace")
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
