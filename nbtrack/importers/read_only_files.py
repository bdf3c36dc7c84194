"""Artifacts that are imported from: they are read, and never written."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from nbtrack.errors import Unsupported

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


class ReadOnlyFiles:
    """The part of an `ArtifactRepository` that writes, and refuses to."""

    def __init__(self, uri: str) -> None:
        self.uri = uri

    def local(self, path: str = "") -> Path | None:
        """See `ArtifactRepository.local`."""
        return None

    def put(self, source: BinaryIO, path: str, *, synced: bool = True) -> None:
        """Refuse to write."""
        self._refuse()

    def sync(self, paths: Iterable[str]) -> None:
        """See `ArtifactRepository.sync`; nothing was written."""

    def delete(self, path: str) -> None:
        """Refuse to write."""
        self._refuse()

    def _refuse(self) -> None:
        msg = f"{self.uri} is an import source, which nbtrack never writes to"
        raise Unsupported(msg)
