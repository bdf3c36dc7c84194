"""The artifact methods of the client: log, list and download files."""

from __future__ import annotations

import io
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from nbtrack import locate, validation
from nbtrack.artifact_storage.artifact_repository import ArtifactFolder, clean, join
from nbtrack.errors import NotFound, WrongState, warn
from nbtrack.tracking.pending_artifacts import pending

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from nbtrack.artifact_storage.artifact_repository import ArtifactRepository
    from nbtrack.entities import FileInfo, Run
    from nbtrack.stores.interface import Store


@validation.typed_methods
class ArtifactClient:
    """The methods of a client that log, list and read the artifacts of a run."""

    store: Store

    def log_artifact(self, run_id: str, local_path: str | Path, artifact_path: str | None = None) -> None:
        """Log a local file or folder as an artifact, below `artifact_path`.

        Raises
        ------
        NotFound
            When the local file does not exist.
        """
        source = Path(local_path)
        if source.is_dir():
            self.log_artifacts(run_id, source, join(artifact_path, source.resolve().name))
            return
        if not source.is_file():
            raise NotFound(f"File {str(local_path)!r} not found (looked in {Path.cwd()})")
        with source.open("rb") as file:
            self._writable(run_id).put(file, join(artifact_path, source.name))

    def log_artifacts(self, run_id: str, local_dir: str | Path, artifact_path: str | None = None) -> None:
        """Log the contents of a local folder, keeping relative paths; links that leave it and devices are skipped."""
        folder = Path(local_dir)
        if not folder.is_dir():
            raise NotFound(f"Folder {str(local_dir)!r} not found (looked in {Path.cwd()})")
        repository = self._writable(run_id)
        for path in _regular_files(folder):
            with path.open("rb") as file:
                repository.put(file, join(artifact_path, path.relative_to(folder).as_posix()))

    def list_artifacts(self, run_id: str, path: str | None = None) -> list[FileInfo]:
        """Return the entries of a folder of a run's artifacts, by default of the root."""
        return self._repository(run_id).list(clean(path))

    def download_artifacts(self, run_id: str, path: str = "", dst_path: str | Path | None = None) -> str:
        """Return the local path of an artifact file or folder, copied to `dst_path` if that is given.

        Raises
        ------
        NotFound
            When the artifact does not exist; the message lists those that do.
        """
        return fetch(self._repository(run_id), clean(path), dst_path)

    def log_text(self, run_id: str, text: str, artifact_file: str) -> None:
        """Log text as an artifact, in UTF-8."""
        self.put(run_id, text.encode(), artifact_file)

    def log_stream(self, run_id: str, stream: BinaryIO, artifact_file: str) -> None:
        """Log the contents of a binary stream as an artifact, in constant memory."""
        self._writable(run_id).put(stream, clean(artifact_file))

    def put(self, run_id: str, content: bytes, artifact_file: str) -> None:
        """Log bytes as an artifact."""
        self.log_stream(run_id, io.BytesIO(content), artifact_file)

    def put_soon(self, run: Run, contents: Mapping[str, bytes]) -> Callable[[], None]:
        """Log several artifacts of a run by path when the returned function is called, or when they are first read.

        When it returns they survive a power cut.
        """
        repository, run_id = locate.repository(run.info.artifact_uri, self.store.uri), run.info.run_id

        def write() -> None:
            for path, content in contents.items():
                repository.put(io.BytesIO(content), clean(path), synced=False)

        def finish() -> None:
            pending().write(run_id)
            repository.sync(contents)

        pending().add(run_id, write)
        return finish

    def fetch(self, run_id: str, artifact_file: str) -> bytes | None:
        """Return the contents of an artifact, or None if it does not exist."""
        try:
            with self._repository(run_id).open(clean(artifact_file)) as file:
                return file.read()
        except NotFound:
            return None

    def head(self, run_id: str, artifact_file: str, size: int) -> bytes:
        """Return the first `size` bytes of an artifact."""
        with self._repository(run_id).open(clean(artifact_file)) as file:
            return file.read(size)

    def artifact_folder(self, run_id: str) -> ArtifactFolder:
        """Return the artifacts of a run as a folder."""
        return ArtifactFolder(self._repository(run_id))

    def _repository(self, run_id: str) -> ArtifactRepository:
        pending().write(run_id)
        return locate.repository(self.store.get_run(run_id).info.artifact_uri, self.store.uri)

    def _writable(self, run_id: str) -> ArtifactRepository:
        pending().write(run_id)
        info = self.store.get_run(run_id).info
        if info.lifecycle_stage != "active":
            raise WrongState(f"Run {run_id} is deleted: restore it before writing to it")
        return locate.repository(info.artifact_uri, self.store.uri)


def _regular_files(folder: Path) -> Iterator[Path]:
    root = folder.resolve()
    for path in sorted(folder.rglob("*")):
        if path.is_dir():
            continue
        target = path.resolve()
        if path.is_symlink() and not target.is_relative_to(root):
            warn(f"{path} links to a file outside {folder} and was not logged")
        elif not stat.S_ISREG(os.stat(target).st_mode):  # noqa: PTH116 - Path.is_file hides the error of a broken link
            warn(f"{path} is not a regular file and was not logged")
        else:
            yield path


def fetch(repository: ArtifactRepository, path: str, destination: str | Path | None) -> str:
    """Return the local path of an artifact; see `ArtifactClient.download_artifacts`."""
    import tempfile

    local = repository.local(path)
    if destination is None and local is not None and local.exists():
        return str(local)
    target = Path(destination or tempfile.mkdtemp(prefix="nbtrack-")) / (path.rpartition("/")[2] if path else "")
    files = list(walk_files(repository, path))
    if not files:
        _download(repository, path, target)
    for each in files:
        _download(repository, each, target / (each[len(path) :].lstrip("/") if path else each))
    return str(target)


def walk_files(repository: ArtifactRepository, path: str) -> Iterator[str]:
    """Yield the path of every file in a folder of artifacts and its subfolders."""
    for each in repository.list(path):
        if each.is_dir:
            yield from walk_files(repository, each.path)
        else:
            yield each.path


def _download(repository: ArtifactRepository, path: str, target: Path) -> None:
    import shutil

    with repository.open(path) as source:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as file:
            shutil.copyfileobj(source, file, 1 << 20)
