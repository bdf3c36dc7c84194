"""Where the bytes of an upload go until they are an artifact."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING, BinaryIO, Self, cast

from nbtrack.artifact_storage.shared_folder import Incoming, SharedFolder

if TYPE_CHECKING:
    from nbtrack.artifact_storage.artifact_repository import ArtifactRepository

IN_MEMORY = 1 << 20


class Forwarded:
    """A file on its way to a repository elsewhere, which takes it whole.

    Parameters
    ----------
    repository : ArtifactRepository
        Where it goes.
    path : str
        How it is called there.
    """

    def __init__(self, repository: ArtifactRepository, path: str) -> None:
        self._repository, self._path = repository, path
        spooled = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - it is closed when the block of this ends
        self._file = cast("BinaryIO", spooled)

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of it."""
        self._file.close()

    def write(self, piece: bytes) -> None:
        """Add to it."""
        self._file.write(piece)

    def keep(self) -> None:
        """Send it on."""
        self._file.seek(0)
        self._repository.put(self._file, self._path)


def incoming(repository: ArtifactRepository, path: str) -> Incoming | Forwarded:
    """Return what takes the bytes of a new artifact: beside its place, where that is on this machine."""
    return repository.incoming(path) if isinstance(repository, SharedFolder) else Forwarded(repository, path)
