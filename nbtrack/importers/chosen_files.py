"""Some files of this machine as the artifacts of a run."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, BinaryIO

from nbtrack.entities import FileInfo
from nbtrack.errors import NotFound
from nbtrack.importers.read_only_files import ReadOnlyFiles

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class ChosenFiles(ReadOnlyFiles):
    """An `ArtifactRepository` to read from, of files by their artifact paths; files that are not regular are left out.

    All files are listed as the content of the root.
    """

    def __init__(self, uri: str, files: Mapping[str, Path]) -> None:
        super().__init__(uri)
        self._files = files

    def list(self, path: str = "") -> list[FileInfo]:
        """See `ArtifactRepository.list`."""
        if path:
            return []
        found = []
        for name, file in self._files.items():
            if file.is_file() and not file.is_symlink():
                found.append(FileInfo(name, is_dir=False, file_size=file.stat().st_size))
        return sorted(found)

    def open(self, path: str) -> BinaryIO:
        """See `ArtifactRepository.open`."""
        file = self._files.get(path)
        try:
            descriptor = os.open(file or "", _FLAGS)
        except OSError as error:
            msg = f"{path!r} cannot be opened: {error.strerror}"
            raise NotFound(msg) from None
        opened = os.fdopen(descriptor, "rb")
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            opened.close()
            msg = f"{path!r} is not a regular file"
            raise NotFound(msg)
        return opened

    def local(self, path: str = "") -> Path | None:
        """See `ArtifactRepository.local`."""
        return self._files.get(path)
