"""A folder in MLflow's file layout as a target: ``mlruns``."""

from __future__ import annotations

import secrets
import shutil
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from nbtrack.artifact_storage.local_repository import LocalRepository
from nbtrack.entities import Experiment, LifecycleStage
from nbtrack.errors import AlreadyExists, InvalidValue, StorageFailed, Unsupported
from nbtrack.exporters import folder_files, run_files
from nbtrack.stores import recognition
from nbtrack.stores.mlflow_files.checked_files import UnreadableError
from nbtrack.stores.mlflow_files.experiment_folder import read_experiment
from nbtrack.stores.mlflow_files.run_folder import META
from nbtrack.stores.run_ids import is_run_id
from nbtrack.stores.sql.whole_runs import Written

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from nbtrack.artifact_storage.artifact_repository import ArtifactRepository
    from nbtrack.entities import Run
    from nbtrack.stores.logged_models import LoggedModel
    from nbtrack.stores.sql.whole_runs import Histories

TRASH = ".trash"
"""The folder of deleted experiments."""


class MlflowFolder:
    """A `Target` over a folder; it is created if there is none.

    Raises
    ------
    Unsupported
        When the folder contains something else.
    """

    def __init__(self, folder: Path) -> None:
        self.uri, self._folder = str(folder), folder
        self._unfinished = folder / TRASH / f".nbtrack-{secrets.token_hex(8)}"
        if folder.is_dir() and any(folder.iterdir()) and not recognition.is_mlflow_folder(str(folder)):
            msg = f"{folder} is not empty, and not in MLflow's file layout: name another folder to export to"
            raise Unsupported(msg)
        with _explained(folder):
            (folder / TRASH).mkdir(parents=True, exist_ok=True)
            self._experiments = {each.name: each for each in self._read()}
            self._homes = self._run_folders()
        if "Default" not in self._experiments:
            now = time.time_ns() // 1_000_000
            self.write_experiment(Experiment("0", "Default", "", LifecycleStage.ACTIVE, now, now, {}), None)

    def find_experiment(self, name: str) -> Experiment | None:
        """See `Target.find_experiment`."""
        return self._experiments.get(name)

    def write_experiment(self, experiment: Experiment, location: str | None) -> str:
        """See `Target.write_experiment`; the id stays the same unless it is taken."""
        identity = self._free_id(experiment)
        place = location or str(self._folder / identity)
        written = experiment._replace(experiment_id=identity, artifact_location=place)
        path = self._home(written)
        with _explained(path):
            folder_files.write_yaml(path / META, folder_files.experiment_meta(written))
            folder_files.add_texts(path / "tags", written.tags)
        self._experiments[written.name] = written
        return identity

    def set_experiment_tags(self, experiment_id: str, tags: Mapping[str, str | None]) -> None:
        """See `Target.set_experiment_tags`."""
        found = self._by_id(experiment_id)
        set_ = {key: value for key, value in tags.items() if value is not None}
        folder_files.check_names("tags", set_)
        with _explained(self._folder):
            folder_files.add_texts(self._home(found) / "tags", set_)

    def write_run(self, run: Run, experiment_id: str, artifact_uri: str | None, histories: Histories) -> Written:
        """See `Target.write_run`; a run with keys that cannot be file names is refused."""
        run_id = run.info.run_id
        if not is_run_id(run_id):
            msg = f"{run_id[:80]!r} is not the id of a run"
            raise InvalidValue(msg)
        run_files.check(run)
        home = self._home(self._by_id(experiment_id))
        known = self._homes.get(run_id)
        if known is not None and known != home:
            msg = f"Run {run_id} already exists, in experiment {known.name}"
            raise AlreadyExists(msg)
        uri = artifact_uri or str(self._folder / experiment_id / run_id / "artifacts")
        info = run.info._replace(experiment_id=experiment_id, artifact_uri=uri)
        with _explained(home):
            if known is None:
                return Written(is_new=True, points=self._write_new(run_files.with_info(run, info), home, histories))
            points = run_files.complete(home / run_id, home, run_files.with_info(run, info), histories)
            return Written(is_new=False, points=points)

    def write_models(self, run: Run, experiment_id: str, models: Sequence[LoggedModel]) -> None:
        """See `Target.write_models`."""
        home = self._home(self._by_id(experiment_id))
        with _explained(home):
            for each in models:
                run_files.add_model_values(home, each)

    def artifacts(self, run_id: str) -> ArtifactRepository:
        """See `Target.artifacts`."""
        return LocalRepository(self._homes[run_id] / run_id / "artifacts")

    def flush(self) -> None:
        """See `Target.flush`; the files are there already."""

    def close(self) -> None:
        """Delete incomplete files of an interrupted export."""
        shutil.rmtree(self._unfinished, ignore_errors=True)

    def _write_new(self, run: Run, home: Path, histories: Histories) -> int:
        """Write a run to a temporary folder, and move it to its experiment when it is complete."""
        path = self._unfinished / run.info.run_id
        shutil.rmtree(path, ignore_errors=True)
        points = run_files.write(path, home, run, histories)
        path.rename(home / run.info.run_id)
        self._homes[run.info.run_id] = home
        return points

    def _home(self, experiment: Experiment) -> Path:
        """Return the folder of an experiment."""
        deleted = experiment.lifecycle_stage == LifecycleStage.DELETED
        return (self._folder / TRASH if deleted else self._folder) / experiment.experiment_id

    def _by_id(self, experiment_id: str) -> Experiment:
        return next(each for each in self._experiments.values() if each.experiment_id == experiment_id)

    def _free_id(self, experiment: Experiment) -> str:
        """Return the id of the experiment if it is free, else a new one in MLflow's format."""
        taken = {each.experiment_id for each in self._experiments.values()}
        wanted = experiment.experiment_id
        is_free = wanted not in taken and (wanted != "0" or experiment.name == "Default")
        if is_free and wanted.isascii() and wanted.isdecimal():
            return wanted
        return str(10**17 + secrets.randbelow(9 * 10**17))

    def _read(self) -> Iterator[Experiment]:
        """Yield the experiments in the folder; raise `Unsupported` when one cannot be read."""
        for parent in (self._folder, self._folder / TRASH):
            for path in sorted(each.parent for each in parent.glob(f"*/{META}")):
                try:
                    found = read_experiment(str(path), path.name).experiment
                except UnreadableError as error:
                    msg = f"{path} cannot be read ({error}): name another folder to export to"
                    raise Unsupported(msg) from error
                stage = LifecycleStage.ACTIVE if parent == self._folder else LifecycleStage.DELETED
                yield found._replace(lifecycle_stage=stage)

    def _run_folders(self) -> dict[str, Path]:
        """Return the folder of the experiment of each run."""
        homes = [self._home(each) for each in self._experiments.values()]
        return {path.parent.name: home for home in homes for path in home.glob(f"*/{META}")}


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if isinstance(error, StorageFailed):
            raise
        msg = f"Cannot write below {path}: {error.strerror or error}"
        raise StorageFailed(msg) from error
