"""Artifacts in a folder of this machine."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

from nbtrack.artifact_storage.artifact_repository import clean, join
from nbtrack.entities import FileInfo
from nbtrack.errors import NotFound, Refused, StorageFailed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

UNFINISHED = ".nbtrack-part-"
"""The prefix of the names of files that are being written."""


class LocalRepository:
    """A folder, by its absolute path; the first write creates it."""

    def __init__(self, root: Path) -> None:
        self.root, self.uri = root, str(root)

    def put(self, source: BinaryIO, path: str, *, synced: bool = True) -> None:
        """See `ArtifactRepository.put`: temporary file, fsync, rename, fsync of the folder."""
        target = self._below(path)
        with _explained(target):
            if target.is_dir():
                msg = f"Artifact {path!r} is already a folder"
                raise Refused(msg, "INVALID_PARAMETER_VALUE")
            part = target.with_name(UNFINISHED + os.urandom(8).hex())
            try:
                with _created(part) as file:
                    shutil.copyfileobj(source, file, 1 << 20)
                    file.flush()
                    if synced:
                        os.fsync(file.fileno())
                part.replace(target)
            except BaseException:
                part.unlink(missing_ok=True)
                raise
            if synced:
                _sync(target.parent)

    def sync(self, paths: Iterable[str]) -> None:
        """See `ArtifactRepository.sync`; files that no longer exist are ignored."""
        files = [self._below(each) for each in paths]
        for each in [*files, *{file.parent for file in files}]:
            with _explained(each), contextlib.suppress(FileNotFoundError):
                _sync(each)

    def open(self, path: str) -> BinaryIO:
        """See `ArtifactRepository.open`."""
        target = self._below(path)
        if not target.is_file():
            raise NotFound(self._missing(path))
        with _explained(target):
            return target.open("rb")

    def list(self, path: str = "") -> list[FileInfo]:
        """See `ArtifactRepository.list`."""
        folder = self._below(path)
        if not folder.is_dir():
            return []
        with _explained(folder), os.scandir(folder) as entries:
            found = [each for each in entries if not each.name.startswith(UNFINISHED)]
        infos = [
            FileInfo(join(path, each.name), each.is_dir(), None if each.is_dir() else each.stat().st_size)
            for each in found
            if each.is_dir(follow_symlinks=False) or each.is_file(follow_symlinks=False)
        ]
        return sorted(infos)

    def delete(self, path: str) -> None:
        """See `ArtifactRepository.delete`."""
        if not clean(path):
            msg = "The root of a run's artifacts cannot be deleted: name a file or folder in it"
            raise Refused(msg, "INVALID_PARAMETER_VALUE")
        target = self._below(path)
        with _explained(target):
            if target.is_dir():
                shutil.rmtree(target)
            elif target.exists():
                target.unlink()
            else:
                raise NotFound(self._missing(path))

    def local(self, path: str = "") -> Path | None:
        """See `ArtifactRepository.local`."""
        return self._below(path)

    def _below(self, path: str) -> Path:
        """Return the absolute path of an artifact; raise for links that lead out of the root."""
        relative = clean(path)
        target = self.root / relative
        if not self._has_link(relative):
            return target
        root = os.path.realpath(self.root)
        if os.path.commonpath([root, os.path.realpath(target)]) != root:
            msg = f"The artifact path {path!r} is a link that leaves the run's folder"
            raise Refused(msg, "INVALID_PARAMETER_VALUE")
        return target

    def _has_link(self, relative: str) -> bool:
        place = str(self.root)
        for part in relative.split("/"):
            place = f"{place}{os.sep}{part}"
            if os.path.islink(place):  # noqa: PTH114 - pathlib makes more than one system call for each part
                return True
        return False

    def _missing(self, path: str) -> str:
        present = ", ".join(repr(each.path) for each in self.list()[:10]) or "nothing"
        return f"Artifact {path!r} not found in {self.root}; found: {present}"


def _created(path: Path) -> BinaryIO:
    """Open a new file for writing; create its folder if needed."""
    try:
        return path.open("xb")
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("xb")


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if isinstance(error, NotFound | Refused | StorageFailed):
            raise
        reasons = {errno.ENOSPC: "the disk is full", errno.EDQUOT: "the disk quota is used up"}
        msg = f"Cannot use {path}: {reasons.get(error.errno or 0) or error.strerror or error}"
        raise StorageFailed(msg) from error
