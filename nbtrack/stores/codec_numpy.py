"""The formats of `column_format` in numpy, for programs that have loaded it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nbtrack.stores.column_format import DELTA, DELTA_HEAD, F32, LINE, LINE_HEAD, RAW, WIDTHS, ZIP, compress, decompress

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

TYPES = {"q": "<i8", "d": "<f8"}


def pack_integers(numbers: Sequence[int]) -> tuple[int, bytes]:
    """Pack a column of int64."""
    column = np.asarray(numbers, dtype=np.int64)
    first = int(column[0])
    differences = np.diff(column)
    stride = int(differences[0]) if len(differences) else 0
    if not len(differences) or bool((differences == stride).all()):
        return LINE, LINE_HEAD.pack(first, stride)
    folded = ((differences << 1) ^ (differences >> 63)).view(np.uint64)
    highest = int(folded.max())
    width = next(each for each in WIDTHS if highest < 1 << 8 * each)
    kind, data = compress(DELTA, folded.astype(f"<u{width}").tobytes(), width)
    return kind, DELTA_HEAD.pack(first, width) + data


def pack_floats(numbers: Sequence[float]) -> tuple[int, bytes]:
    """Pack a column of float64."""
    column = np.asarray(numbers, dtype=np.float64)
    with np.errstate(over="ignore", invalid="ignore"):
        narrow = column.astype("<f4")
        exact = bool((narrow.astype("<f8").view(np.uint64) == column.view(np.uint64)).all())
    return compress(F32, narrow.tobytes(), 4) if exact else compress(RAW, column.astype("<f8", copy=False).tobytes(), 8)


def unpack(packing: int, data: memoryview, count: int, code: str) -> NDArray[Any]:
    """Unpack a column of int64 (``q``) or float64 (``d``); raises `ValueError` and others when it is damaged."""
    kind = packing & ~ZIP
    if packing == LINE:
        first, stride = LINE_HEAD.unpack(data)
        return np.int64(first) + np.arange(count, dtype=np.int64) * np.int64(stride)
    if kind == DELTA:
        first, width = DELTA_HEAD.unpack_from(data)
        folded = np.frombuffer(decompress(packing, data[DELTA_HEAD.size :], count - 1, width), dtype=f"<u{width}")
        whole = np.empty(count, dtype=np.int64)
        whole[0] = first
        np.cumsum(_unzigzag(folded.astype(np.uint64)), out=whole[1:])
        whole[1:] += np.int64(first)
        return whole
    if kind == F32:
        return np.frombuffer(decompress(packing, data, count, 4), dtype="<f4").astype("<f8")
    if kind == RAW:
        return np.frombuffer(decompress(packing, data, count, 8), dtype=TYPES[code])
    raise ValueError(packing)


def _unzigzag(folded: NDArray[np.uint64]) -> NDArray[np.int64]:
    signed: NDArray[np.int64] = (folded >> np.uint64(1)).view(np.int64) ^ -(folded & np.uint64(1)).view(np.int64)
    return signed
