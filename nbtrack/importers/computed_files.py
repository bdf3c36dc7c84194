"""Files that are computed from a source when they are read, and several places of files as one."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING, BinaryIO, cast

from nbtrack.entities import FileInfo
from nbtrack.errors import NotFound
from nbtrack.importers.read_only_files import ReadOnlyFiles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from nbtrack.artifact_storage.artifact_repository import ArtifactRepository

_IN_MEMORY = 1 << 22
"""Bytes of a file that are kept in memory."""


def as_file(parts: Iterable[bytes]) -> BinaryIO:
    """Return bytes as a file, which is on disk if it is large."""
    file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - who asks for it closes it
    for each in parts:
        file.write(each)
    file.seek(0)
    return cast("BinaryIO", file)


class ComputedFiles(ReadOnlyFiles):
    """An `ArtifactRepository` to read from, of files whose parts are computed; those without content are left out."""

    def __init__(self, uri: str, files: Mapping[str, Callable[[], Iterable[bytes]]]) -> None:
        super().__init__(uri)
        self._files = files

    def list(self, path: str = "") -> list[FileInfo]:
        """See `ArtifactRepository.list`; all files are listed as the content of the root."""
        if path:
            return []
        sizes = {name: sum(map(len, parts())) for name, parts in self._files.items()}
        return sorted(FileInfo(name, is_dir=False, file_size=size) for name, size in sizes.items() if size)

    def open(self, path: str) -> BinaryIO:
        """See `ArtifactRepository.open`."""
        if path not in self._files:
            msg = f"Artifact {path!r} not found in {self.uri}"
            raise NotFound(msg)
        return as_file(self._files[path]())


class MergedFiles(ReadOnlyFiles):
    """An `ArtifactRepository` to read from, of the files in several ones."""

    def __init__(self, uri: str, repositories: Sequence[ArtifactRepository]) -> None:
        super().__init__(uri)
        self._repositories = repositories

    def list(self, path: str = "") -> list[FileInfo]:
        """See `ArtifactRepository.list`."""
        return sorted(info for each in self._repositories for info in each.list(path))

    def open(self, path: str) -> BinaryIO:
        """See `ArtifactRepository.open`."""
        for each in self._repositories[:-1]:
            try:
                return each.open(path)
            except NotFound:
                continue
        return self._repositories[-1].open(path)
