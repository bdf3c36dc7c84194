"""What every artifact repository can do."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, Protocol, cast

from nbtrack.errors import InvalidValue, NotFound, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
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


_MOST = 2_000


def clean(path: object) -> str:
    """Return a relative artifact path in its plain form, without ``.`` and doubled slashes; ``""`` is the root.

    Raises
    ------
    Refused
        When it is absolute, names a drive, or has ``..`` or a backslash in it.
    InvalidValue
        When it is no text, too long, or holds control characters.
    """
    if path is None:
        return ""
    text = str(path) if isinstance(path, str) or hasattr(path, "__fspath__") else None
    if text is None:
        msg = f"an artifact path must be text, not {type(path).__name__}"
        raise InvalidValue(msg)
    if len(text) > _MOST:
        msg = f"an artifact path may have {_MOST:,} characters, and {text[:40]!r}… has {len(text):,}"
        raise InvalidValue(msg)
    if any(ord(each) < 32 or each == "\x7f" or "\ud800" <= each <= "\udfff" for each in text):
        msg = f"the artifact path {text[:200]!r} holds control characters"
        raise InvalidValue(msg)
    parts = [each for each in text.split("/") if each not in {"", "."}]
    if text.startswith("/") or "\\" in text or ".." in parts or (parts and _drive(parts[0])):
        msg = f"the artifact path {text[:200]!r} would leave the run's folder: give one relative to it, with '/'"
        raise Refused(msg, "INVALID_PARAMETER_VALUE")
    return "/".join(parts)


def _drive(part: str) -> bool:
    return len(part) == 2 and part[1] == ":" and part[0].isalpha()


def join(*parts: object) -> str:
    """Return the clean path of the parts below one another, leaving out the empty ones."""
    return "/".join(each for each in (clean(part) for part in parts) if each)


class ArtifactFolder(NamedTuple):
    """The artifacts below a folder of a repository; paths go in and come out relative to that folder."""

    repository: ArtifactRepository
    folder: str = ""

    def list(self, path: str = "") -> list[FileInfo]:
        """Return what is in a folder, sorted by path."""
        start = len(self.folder) + 1 if self.folder else 0
        found = self.repository.list(join(self.folder, path))
        return [each._replace(path=each.path[start:]) for each in found]

    def open(self, path: str) -> BinaryIO:
        """Open a file for reading; `NotFound` when there is none."""
        return self.repository.open(join(self.folder, path))

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
    """Return a file of some chunks, which are fetched as they are read.

    Parameters
    ----------
    chunks : iterator of bytes
        The content.
    close : callable
        Called when the file is closed.
    """
    return cast("BinaryIO", io.BufferedReader(_ByteStream(chunks, close), AHEAD))


class _ByteStream(io.RawIOBase):
    def __init__(self, chunks: Iterator[bytes], close: Callable[[], object]) -> None:
        self._chunks, self._close, self._rest = chunks, close, memoryview(b"")

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override] # the buffers that readers give
        """Read what is there."""
        while not self._rest:
            piece = next(self._chunks, None)
            if piece is None:
                return 0
            self._rest = memoryview(piece)
        count = min(len(buffer), len(self._rest))
        buffer[:count], self._rest = self._rest[:count], self._rest[count:]
        return count

    def close(self) -> None:
        """Let go of where the chunks come from."""
        if not self.closed:
            self._close()
        super().close()
