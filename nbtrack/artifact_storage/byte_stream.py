"""Bytes that come in pieces, as a file to read from."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, BinaryIO, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

AHEAD = 1 << 20


def streamed(pieces: Iterator[bytes], close: Callable[[], object]) -> BinaryIO:
    """Return a file of some pieces, which are fetched as they are read.

    Parameters
    ----------
    pieces : iterator of bytes
        The content.
    close : callable
        Called when the file is closed.
    """
    return cast("BinaryIO", io.BufferedReader(_Pieces(pieces, close), AHEAD))


class _Pieces(io.RawIOBase):
    def __init__(self, pieces: Iterator[bytes], close: Callable[[], object]) -> None:
        self._pieces, self._close, self._rest = pieces, close, memoryview(b"")

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override] # the buffers that readers give
        """Read what is there."""
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = memoryview(piece)
        count = min(len(buffer), len(self._rest))
        buffer[:count], self._rest = self._rest[:count], self._rest[count:]
        return count

    def close(self) -> None:
        """Let go of where the pieces come from."""
        if not self.closed:
            self._close()
        super().close()
