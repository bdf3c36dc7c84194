"""A folder of artifacts that a server shares: symbolic links in it are never followed."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, Self

from nbtrack.artifact_storage.artifact_repository import clean, join
from nbtrack.artifact_storage.local_repository import UNFINISHED
from nbtrack.entities import FileInfo
from nbtrack.errors import InvalidValue, NbtrackError, NotFound, Refused, StorageFailed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class LocalUpload:
    """A file being uploaded: `keep` makes it the artifact, otherwise it is deleted.

    It takes the descriptor of its folder, which it closes.
    """

    def __init__(self, folder: int, name: str) -> None:
        self._folder, self._name = folder, name
        self._part = UNFINISHED + os.urandom(8).hex()
        self._file = os.fdopen(os.open(self._part, _NEW, 0o644, dir_fd=folder), "wb", 1 << 20)
        self._kept = False

    def __enter__(self) -> Self:
        """Return the writer."""
        return self

    def __exit__(self, *_: object) -> None:
        """Delete the file unless it was kept."""
        with contextlib.suppress(OSError):
            self._file.close()
        if not self._kept:
            with contextlib.suppress(OSError):
                os.unlink(self._part, dir_fd=self._folder)
        os.close(self._folder)

    def write(self, piece: bytes) -> None:
        """Append some bytes."""
        with _explained(self._name):
            self._file.write(piece)

    def keep(self) -> None:
        """Sync the file to disk and move it into place."""
        with _explained(self._name):
            self._file.flush()
            os.fsync(self._file.fileno())
            with contextlib.suppress(FileNotFoundError):
                if stat.S_ISDIR(os.stat(self._name, dir_fd=self._folder, follow_symlinks=False).st_mode):
                    msg = f"Artifact {self._name!r} is already a folder"
                    raise Refused(msg, "INVALID_PARAMETER_VALUE")
            os.replace(self._part, self._name, src_dir_fd=self._folder, dst_dir_fd=self._folder)
            self._kept = True
            os.fsync(self._folder)


class SharedFolder:
    """The artifacts below a folder; paths are opened one folder at a time, each relative to its parent.

    Links in the path of the root itself belong to the owner, and are followed.
    """

    def __init__(self, root: Path) -> None:
        self.root, self.uri = root, str(root)

    def incoming(self, path: str) -> LocalUpload:
        """Return a writer for a new artifact."""
        folders, name = _parts(path)
        with _explained(path):
            return LocalUpload(self._folder(folders, make=True), name)

    def put(self, source: BinaryIO, path: str, *, synced: bool = True) -> None:
        """See `ArtifactRepository.put`."""
        with self.incoming(path) as file:
            while piece := source.read(1 << 20):
                file.write(piece)
            file.keep()

    def sync(self, paths: Iterable[str]) -> None:
        """See `ArtifactRepository.sync`; `put` always does that."""

    def local(self, path: str = "") -> Path | None:
        """See `ArtifactRepository.local`; clients must not see the path."""
        return None

    def open(self, path: str) -> BinaryIO:
        """See `ArtifactRepository.open`; `NotFound` also for anything but regular files."""
        folders, name = _parts(path)
        with _explained(path), self._opened(folders) as folder:
            file = os.open(name, _FILE, dir_fd=folder)
        if not stat.S_ISREG(os.fstat(file).st_mode):
            is_folder = stat.S_ISDIR(os.fstat(file).st_mode)
            os.close(file)
            if is_folder:
                msg = f"Artifact {path!r} is a folder"
                raise InvalidValue(msg)
            raise NotFound(_missing(path))
        return os.fdopen(file, "rb")

    def delete(self, path: str) -> None:
        """See `ArtifactRepository.delete`; of a link, only the link itself is deleted."""
        if not clean(path):
            msg = "The root of the artifacts cannot be deleted: name a file or folder in it"
            raise Refused(msg, "INVALID_PARAMETER_VALUE")
        folders, name = _parts(path)
        with _explained(path), self._opened(folders) as folder:
            if stat.S_ISDIR(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
                shutil.rmtree(name, dir_fd=folder)
            else:
                os.unlink(name, dir_fd=folder)

    @contextmanager
    def _opened(self, folders: list[str]) -> Iterator[int]:
        descriptor = self._folder(folders)
        try:
            yield descriptor
        finally:
            os.close(descriptor)

    def _folder(self, folders: list[str], *, make: bool = False) -> int:
        """Return the descriptor of a folder below the root."""
        if make:
            self.root.mkdir(parents=True, exist_ok=True)
        here = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        for each in folders:
            try:
                if make:
                    with contextlib.suppress(FileExistsError):
                        os.mkdir(each, dir_fd=here)
                below = os.open(each, _FOLDER, dir_fd=here)
            finally:
                os.close(here)
            here = below
        return here

    def list(self, path: str = "") -> list[FileInfo]:
        """See `ArtifactRepository.list`; links are omitted."""
        relative = clean(path)
        try:
            with (
                _explained(path),
                self._opened(relative.split("/") if relative else []) as folder,
                os.scandir(folder) as entries,
            ):
                return sorted(
                    FileInfo(join(relative, each.name), is_folder, None if is_folder else _size(each))
                    for each in entries
                    if not each.name.startswith(UNFINISHED)
                    and ((is_folder := each.is_dir(follow_symlinks=False)) or each.is_file(follow_symlinks=False))
                )
        except NotFound:
            return []


def _parts(path: str) -> tuple[list[str], str]:
    """Return the folders on the way to a file, and its name."""
    found = clean(path)
    if not found:
        msg = f"Invalid path {path[:200]!r}: it must name a file"
        raise InvalidValue(msg)
    *folders, name = found.split("/")
    return folders, name


def _size(entry: os.DirEntry[str]) -> int:
    return entry.stat(follow_symlinks=False).st_size


def _missing(path: str) -> str:
    return f"No such artifact: {path[:200]!r}"


@contextmanager
def _explained(path: str) -> Iterator[None]:
    """Translate errors of the file system into ours; links count as missing."""
    try:
        yield
    except OSError as error:
        if isinstance(error, NbtrackError):
            raise
        if error.errno in {errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENXIO}:
            raise NotFound(_missing(path)) from None
        if error.errno in {errno.ENAMETOOLONG, errno.EISDIR, errno.ENOTEMPTY}:
            msg = f"Invalid path {path[:200]!r}: {error.strerror}"
            raise InvalidValue(msg) from None
        msg = f"Cannot store artifacts: {error.strerror}"
        raise StorageFailed(msg) from error
