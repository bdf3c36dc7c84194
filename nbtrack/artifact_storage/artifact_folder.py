"""One folder of a repository, looked at as if it were all there is."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from nbtrack.artifact_storage.artifact_paths import clean, joined
from nbtrack.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbtrack.artifact_storage.artifact_repository import ArtifactRepository
    from nbtrack.entities import FileInfo


class ArtifactFolder(NamedTuple):
    """The artifacts below a folder of a repository; paths go in and come out relative to that folder."""

    repository: ArtifactRepository
    folder: str = ""

    def list(self, path: str = "") -> list[FileInfo]:
        """Return what is in a folder, sorted by path."""
        start = len(self.folder) + 1 if self.folder else 0
        found = self.repository.list(joined(self.folder, path))
        return [each._replace(path=each.path[start:]) for each in found]

    def open(self, path: str) -> BinaryIO:
        """Open a file for reading; `NotFound` when there is none."""
        return self.repository.open(joined(self.folder, path))

    def head(self, path: str, size: int = -1) -> bytes:
        """Return the first bytes of a file, at most `size`, or all of them."""
        with self.open(path) as file:
            return file.read(size)

    def text(self, path: str) -> str | None:
        """Return a file as text, or None when there is none."""
        try:
            return self.head(path).decode("utf-8", "replace")
        except NotFound:
            return None

    def put(self, source: BinaryIO, path: str) -> None:
        """Write what `source` gives; see `ArtifactRepository.put`."""
        self.repository.put(source, joined(self.folder, clean(path)))

    def walk(self) -> Iterator[FileInfo]:
        """Yield every file, folder by folder."""
        folders = [""]
        while folders:
            for each in self.list(folders.pop()):
                if each.is_dir:
                    folders.append(each.path)
                else:
                    yield each
