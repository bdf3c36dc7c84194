"""Importing the runs in a folder of W&B, those that were recorded offline and the local copies of others."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from nbtrack import locate
from nbtrack import tags as reserved
from nbtrack.importers import recorded_runs, wandb_file
from nbtrack.importers.chosen_files import ChosenFiles
from nbtrack.importers.computed_files import MergedFiles
from nbtrack.importers.protobuf_fields import fields
from nbtrack.importers.recorded_runs import RecordedRun
from nbtrack.importers.run_points import RunPoints

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from nbtrack.artifact_storage.artifact_repository import ArtifactRepository
    from nbtrack.entities import Experiment, Run
    from nbtrack.stores.blocks import Points
    from nbtrack.stores.logged_models import LoggedModel

TRACKER = "wandb"
QUIET_SECONDS = 300
"""Seconds without a write after which a run without an end counts as killed."""
_RUN_ID, _PROJECT, _CONFIG, _GROUP, _JOB, _NAME, _NOTES, _TAGS, _START = 1, 3, 4, 6, 7, 8, 9, 10, 17
"""The fields of ``RunRecord``."""


def run_files(folder: Path) -> list[Path]:
    """Return the files of the runs in a folder, in its ``wandb``, or of a single run."""
    found = [each for pattern in ("run-*.wandb", "*run-*/run-*.wandb") for each in folder.glob(pattern)]
    found += folder.glob("wandb/*run-*/run-*.wandb")
    return sorted(each for each in found if each.is_file() and not each.is_symlink() and not each.parent.is_symlink())


class WandbRuns:
    """A `Source` over the files of runs; the experiments have the names of the projects."""

    def __init__(self, folder: Path) -> None:
        self.uri, self._files = str(folder), run_files(folder)
        self._points: dict[str, RunPoints] = {}
        self._run_files: dict[str, Path] = {}
        self._left_out: dict[str, str] = {}

    def experiments(self) -> Iterable[Experiment]:
        """See `Source.experiments`."""
        return [recorded_runs.as_experiment(each) for each in sorted({_project(file) for file in self._files})]

    def count(self, experiment_id: str) -> int:
        """See `Source.count`."""
        return sum(_project(each) == experiment_id for each in self._files)

    def runs(self, experiment_id: str) -> Iterator[Run]:
        """See `Source.runs`."""
        for file in self._files:
            if _project(file) != experiment_id:
                continue
            with RunPoints() as points:
                try:
                    recorded = _Reader(file, points).recorded()
                except (ValueError, TypeError, OverflowError, AttributeError) as error:
                    self._left_out[f"run {file.parent.name}"] = f"{file.name} cannot be read ({error})"
                    continue
                run = recorded_runs.as_run(recorded, TRACKER, experiment_id)
                self._points = {run.info.run_id: points}
                self._run_files = {run.info.run_id: file}
                yield run

    def point_parts(self, run_id: str, key: str) -> Iterable[Points]:
        """See `Source.point_parts`."""
        return self._points[run_id].parts(key)

    def artifacts(self, run: Run) -> ArtifactRepository | None:
        """See `Source.artifacts`: saved files, media and output, and the file of the run, which has histograms too."""
        file = self._run_files[run.info.run_id]
        own = ChosenFiles(self.uri, {f"{TRACKER}/{file.name}": file})
        folder = file.parent / "files"
        return own if folder.is_symlink() else MergedFiles(self.uri, [locate.repository(str(folder)), own])

    def models(self, run: Run) -> list[LoggedModel]:
        """See `Source.models`."""
        return []

    def left_out(self) -> Mapping[str, str]:
        """See `Source.left_out`."""
        return self._left_out


def _project(file: Path) -> str:
    for kind, message in wandb_file.records(file):
        if kind == wandb_file.RUN:
            return wandb_file.texts(message).get(_PROJECT, ["uncategorized"])[0]
    return "uncategorized"


class _Reader:
    """The content of the records of one file."""

    def __init__(self, file: Path, points: RunPoints) -> None:
        self._file, self._points = file, points
        self._run: dict[int, list[str]] = {}
        self._config: dict[str, Any] = {}
        self._summary: dict[str, Any] = {}
        self._texts: dict[str, str] = {}
        self._start = self._last = self._samples = 0
        self._status = ""

    def recorded(self) -> RecordedRun:
        """Read the file."""
        readers = {
            wandb_file.RUN: self._read_run,
            wandb_file.CONFIG: lambda message: self._config.update(wandb_file.items(message)),
            wandb_file.SUMMARY: lambda message: self._summary.update(wandb_file.items(message)),
            wandb_file.HISTORY: self._read_history,
            wandb_file.STATS: self._read_stats,
            wandb_file.EXIT: self._read_exit,
        }
        for kind, message in wandb_file.records(self._file):
            readers[kind](message)
        self._add_summary()
        run_id = self._run.get(_RUN_ID, [self._file.stem])[0]
        project = self._run.get(_PROJECT, ["uncategorized"])[0]
        params = {
            key: recorded_runs.text(value)
            for key, value in recorded_runs.flat(self._config, ".", keeps_media=True)
            if not key.startswith("_wandb")
        }
        end = self._last or self._start
        status = self._status or self._status_without_end()
        name = self._run.get(_NAME, [run_id])[0]
        times = (self._start, None if status == "RUNNING" else end)
        return RecordedRun(f"{project}\0{run_id}", name, *times, status, params, self._tags(), self._points)

    def _status_without_end(self) -> str:
        return "RUNNING" if time.time() - self._file.stat().st_mtime < QUIET_SECONDS else "KILLED"

    def _tags(self) -> dict[str, str]:
        found = {**self._texts, "wandb.tags": ", ".join(self._run.get(_TAGS, []))}
        for key, number in (("wandb.group", _GROUP), ("wandb.job_type", _JOB), (reserved.NOTE, _NOTES)):
            found[key] = "".join(self._run.get(number, []))
        return {key: value for key, value in found.items() if value}

    def _read_run(self, message: bytes) -> None:
        self._run = wandb_file.texts(message)
        for number, value in fields(message):
            if number == _CONFIG:
                self._config.update(wandb_file.items(value))
            elif number == _START:
                self._start = wandb_file.moment(value)

    def _read_history(self, message: bytes) -> None:
        held = wandb_file.items(message)
        step, moment = int(held.get("_step", 0)), round(float(held.get("_timestamp", 0)) * 1000)
        self._last = max(self._last, moment)
        for key, value in self._values(held).items():
            self._add(key, step, moment, value)

    @staticmethod
    def _values(held: Mapping[str, Any]) -> dict[str, Any]:
        return recorded_runs.without_media(dict(recorded_runs.flat(held, ".")))

    def _read_stats(self, message: bytes) -> None:
        moment = next((wandb_file.moment(value) for number, value in fields(message) if number == 2), 0)
        for key, value in wandb_file.items(message, field=3).items():
            self._add(f"system/{key}", self._samples, moment, value)
        self._samples += 1

    def _read_exit(self, message: bytes) -> None:
        self._status = "FAILED" if dict(fields(message)).get(1) else "FINISHED"

    def _add_summary(self) -> None:
        """Add the values of the summary that are in no history; texts become tags, none of them a reserved one."""
        for key, value in self._values(self._summary).items():
            if key in self._points or key.startswith("_"):
                continue
            self._add(key, 0, self._last or self._start, value)
            if isinstance(value, str) and key not in self._points:
                self._texts[f"wandb.{key}" if key.startswith(reserved.HIDDEN_PREFIXES) else key] = value

    def _add(self, key: str, step: int, moment: int, value: Any) -> None:
        number = recorded_runs.number(value)
        if number is not None and not key.startswith("_"):
            self._points.add(key, step, moment, number)
