"""The interface of artifact repositories, artifact paths, and folders of a repository."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, Protocol, cast

from nbtrack.errors import InvalidValue, NotFound, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from nbtrack.entities import FileInfo


class ArtifactRepository(Protocol):
    """Stores the artifacts below one root; paths are relative to it, use ``/`` and are checked by `clean`.

    An artifact is complete or absent: readers never see a part of one. An unknown path raises `NotFound`.
    """

    uri: str

    def put(self, source: BinaryIO, path: str, *, synced: bool = True) -> None:
        """Write or replace a file, in constant memory; if `synced`, it survives a power failure afterwards."""
        ...

    def sync(self, paths: Iterable[str]) -> None:
        """Make files that were not synced survive a power failure."""
        ...

    def open(self, path: str) -> BinaryIO:
        """Open a file for reading."""
        ...

    def list(self, path: str = "") -> list[FileInfo]:
        """Return the content of a folder, sorted by path; empty when the folder does not exist."""
        ...

    def delete(self, path: str) -> None:
        """Delete a file, or a folder with everything in it."""
        ...

    def local(self, path: str = "") -> Path | None:
        """Return the path of a file or folder on this machine, or None when it is elsewhere."""
        ...


_MOST = 2_000


def clean(path: object) -> str:
    """Return a relative artifact path without ``.`` and repeated slashes; ``""`` is the root.

    Raises
    ------
    Refused
        When it is absolute, names a drive, or contains ``..`` or a backslash.
    InvalidValue
        When it is not text, too long, or contains control characters.
    """
    if path is None:
        return ""
    text = str(path) if isinstance(path, str) or hasattr(path, "__fspath__") else None
    if text is None:
        msg = f"An artifact path must be text, not {type(path).__name__}"
        raise InvalidValue(msg)
    if len(text) > _MOST:
        msg = f"An artifact path may have at most {_MOST:,} characters, and {text[:40]!r}… has {len(text):,}"
        raise InvalidValue(msg)
    if any(ord(each) < 32 or each == "\x7f" or "\ud800" <= each <= "\udfff" for each in text):
        msg = f"The artifact path {text[:200]!r} contains control characters"
        raise InvalidValue(msg)
    parts = [each for each in text.split("/") if each not in {"", "."}]
    if text.startswith("/") or "\\" in text or ".." in parts or (parts and _drive(parts[0])):
        msg = f"Invalid path {text[:200]!r}: it would leave the run's folder, use a relative path with '/'"
        raise Refused(msg, "INVALID_PARAMETER_VALUE")
    return "/".join(parts)


def _drive(part: str) -> bool:
    return len(part) == 2 and part[1] == ":" and part[0].isalpha()


def join(*parts: object) -> str:
    """Join parts of a path, without the empty ones, and return the clean path."""
    return "/".join(each for each in (clean(part) for part in parts) if each)


class ArtifactFolder(NamedTuple):
    """The artifacts below a folder of a repository; paths are relative to that folder."""

    repository: ArtifactRepository
    folder: str = ""

    def list(self, path: str = "") -> list[FileInfo]:
        """Return the content of a folder, sorted by path."""
        start = len(self.folder) + 1 if self.folder else 0
        found = self.repository.list(join(self.folder, path))
        return [each._replace(path=each.path[start:]) for each in found]

    def open(self, path: str) -> BinaryIO:
        """Open a file for reading; `NotFound` when it does not exist."""
        return self.repository.open(join(self.folder, path))

    def head(self, path: str, size: int = -1) -> bytes:
        """Return the first `size` bytes of a file, by default all."""
        with self.open(path) as file:
            return file.read(size)

    def text(self, path: str) -> str | None:
        """Return a file as text, or None when it does not exist."""
        try:
            return self.head(path).decode("utf-8", "replace")
        except NotFound:
            return None

    def put(self, source: BinaryIO, path: str) -> None:
        """See `ArtifactRepository.put`."""
        self.repository.put(source, join(self.folder, clean(path)))

    def walk(self) -> Iterator[FileInfo]:
        """Yield every file, folder by folder."""
        folders = [""]
        while folders:
            for each in self.list(folders.pop()):
                if each.is_dir:
                    folders.append(each.path)
                else:
                    yield each


AHEAD = 1 << 20


def open_stream(chunks: Iterator[bytes], close: Callable[[], object]) -> BinaryIO:
    """Return chunks as a file, which fetches them as it is read, and calls `close` when it is closed."""
    return cast("BinaryIO", io.BufferedReader(_ByteStream(chunks, close), AHEAD))


class _ByteStream(io.RawIOBase):
    def __init__(self, chunks: Iterator[bytes], close: Callable[[], object]) -> None:
        self._chunks, self._close, self._rest = chunks, close, memoryview(b"")

    def readable(self) -> bool:
        """See `io.IOBase.readable`."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override] # narrower than the base class: the buffers that io's readers pass
        """See `io.RawIOBase.readinto`."""
        while not self._rest:
            piece = next(self._chunks, None)
            if piece is None:
                return 0
            self._rest = memoryview(piece)
        count = min(len(buffer), len(self._rest))
        buffer[:count], self._rest = self._rest[:count], self._rest[count:]
        return count

    def close(self) -> None:
        """Close the file and the source of the chunks."""
        if not self.closed:
            self._close()
        super().close()
