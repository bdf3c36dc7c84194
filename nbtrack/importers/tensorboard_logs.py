"""Importing a folder of TensorBoard's logs: each folder with event files below it is a run."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from nbtrack.importers import recorded_runs
from nbtrack.importers.chosen_files import ChosenFiles
from nbtrack.importers.event_file import events
from nbtrack.importers.recorded_runs import RecordedRun
from nbtrack.importers.run_points import RunPoints

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from nbtrack.artifact_storage.artifact_repository import ArtifactRepository
    from nbtrack.entities import Experiment, Run
    from nbtrack.stores.blocks import Points
    from nbtrack.stores.logged_models import LoggedModel

TRACKER = "tensorboard"
_MARK = ".tfevents."


def is_log_folder(folder: Path) -> bool:
    """Return whether there are event files below a folder."""
    return next(_run_folders(folder), None) is not None


def _run_folders(root: Path) -> Iterator[tuple[Path, list[str]]]:
    """Yield the folders below a folder that have event files, and the names of these; links are not followed."""
    for folder, names, files in os.walk(root):
        names.sort()
        found = sorted(each for each in files if _MARK in each and _is_regular(Path(folder, each)))
        if found:
            yield Path(folder), found


def _is_regular(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _not_followed(root: Path) -> Iterator[tuple[str, str]]:
    """Yield the event files that are not regular, and the folders that are links to outside of a folder; why."""
    for folder, names, files in os.walk(root):
        for path in (Path(folder, each) for each in sorted(names + files)):
            is_link = path.is_symlink()
            if path.name in names:
                is_left_out = is_link and not path.resolve().is_relative_to(root.resolve())
            else:
                is_left_out = _MARK in path.name and not _is_regular(path)
            if is_left_out:
                yield path.relative_to(root).as_posix(), "it is a link" if is_link else "it is not a regular file"


class TensorboardLogs:
    """A `Source` over a folder of logs; the experiment has the name of the folder."""

    def __init__(self, folder: Path) -> None:
        self.uri, self._folder = str(folder), folder
        self._points: dict[str, RunPoints] = {}
        self._files: dict[str, ChosenFiles] = {}
        self._left_out: dict[str, str] = {}

    def experiments(self) -> Iterable[Experiment]:
        """See `Source.experiments`."""
        return [recorded_runs.as_experiment(self._folder.name)]

    def count(self, experiment_id: str) -> int:
        """See `Source.count`."""
        return sum(1 for _ in _run_folders(self._folder))

    def runs(self, experiment_id: str) -> Iterator[Run]:
        """See `Source.runs`."""
        for folder, names in _run_folders(self._folder):
            with RunPoints() as points:
                recorded = self._read(folder, names, points)
                run = recorded_runs.as_run(recorded, TRACKER, experiment_id)
                if not run.data.metrics and not run.data.params:
                    reason = "no scalars or hyperparameters can be read in its event files"
                    self._left_out[f"run {recorded.name}"] = reason
                    continue
                self._points = {run.info.run_id: points}
                files = {f"{TRACKER}/{each}": folder / each for each in names}
                self._files = {run.info.run_id: ChosenFiles(str(folder), files)}
                yield run

    def _read(self, folder: Path, names: list[str], points: RunPoints) -> RecordedRun:
        params: dict[str, str] = {}
        first = last = None
        for event in (each for name in names for each in events(folder / name)):
            first, last = event.moment if first is None else first, event.moment
            params.update(event.hyperparameters)
            for tag, value in event.scalars.items():
                points.add(tag, event.step, event.moment, value)
        where = folder.relative_to(self._folder).as_posix()
        name = self._folder.name if where == "." else where
        return RecordedRun(f"{where}\0{names[0]}", name, first or 0, last, "FINISHED", params, {}, points)

    def point_parts(self, run_id: str, key: str) -> Iterable[Points]:
        """See `Source.point_parts`."""
        return self._points[run_id].parts(key)

    def artifacts(self, run: Run) -> ArtifactRepository | None:
        """See `Source.artifacts`: the event files themselves, since they have images and histograms as well."""
        return self._files[run.info.run_id]

    def models(self, run: Run) -> list[LoggedModel]:
        """See `Source.models`."""
        return []

    def left_out(self) -> Mapping[str, str]:
        """See `Source.left_out`."""
        return {**self._left_out, **dict(_not_followed(self._folder))}
