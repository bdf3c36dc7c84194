"""What every artifact repository can do."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from nbtrack.entities import FileInfo


class ArtifactRepository(Protocol):
    """Keeps the artifacts below one root; every path is relative to it and uses ``/``.

    Paths are checked by `artifact_paths.clean`. An artifact is whole or absent: a reader never sees half of
    one. An unknown path raises `NotFound`.
    """

    uri: str

    def put(self, source: BinaryIO, path: str, *, synced: bool = True) -> None:
        """Write what `source` gives, in constant memory, replacing what was there.

        It is whole for every reader when this returns and, when it is `synced`, outlives a power cut as well.
        """
        ...

    def sync(self, paths: Iterable[str]) -> None:
        """Have files that were not synced outlive a power cut."""
        ...

    def open(self, path: str) -> BinaryIO:
        """Open a file for reading."""
        ...

    def list(self, path: str = "") -> list[FileInfo]:
        """Return what is in a folder, sorted by path; nothing when there is no such folder."""
        ...

    def delete(self, path: str) -> None:
        """Remove a file, or a folder with everything in it."""
        ...

    def local(self, path: str = "") -> Path | None:
        """Return where the file or folder lies on this machine, or None when it lies elsewhere."""
        ...
