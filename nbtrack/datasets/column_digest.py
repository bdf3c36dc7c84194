"""Hashes of whole columns, over their buffers, and one that does not depend on the order of the values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack.datasets.canonical_bytes import CONTAINERS, encode_objects, is_missing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from nbtrack.datasets.data_columns import DataColumn

PIECE = 1 << 18
"""Bytes that are processed at a time, few enough to stay in the processor's cache."""

MOST_MIXED, PER_MIXED = 100_000, 6.5e-9
"""Up to this many numbers, reordering is always recognised; and the seconds that it takes for each."""
MOST_SORTED = 50_000
"""Up to this many texts, reordering is recognised."""
_FACTOR = 0x9E3779B97F4A7C15
"""An odd multiplier with scattered bits, so that products differ in their upper halves."""
_MIXED = frozenset({1, 2, 4, 8})


class ColumnDigest(NamedTuple):
    """What identifies the values of a column."""

    ordered: str
    """Sixteen hexadecimal digits of the XXH3 hash of values and types."""
    unordered: str | None
    """The same for the same values in another order; None if that is not known."""
    is_whole: bool
    """Whether all values are hashed: of many objects other than texts, only a sample is."""


def digest_column(column: DataColumn, most_mixed: int = MOST_MIXED) -> ColumnDigest:
    """Return what identifies all values of a column; in any order only if they are at most `most_mixed` numbers."""
    import xxhash

    parts = column.arrays()
    ordered = xxhash.xxh3_64(f"{column.type} {[part.shape for part in parts]}".encode())
    sums: list[int | None] = []
    for part in parts:
        has_objects = part.dtype.kind in "OT"
        sums.append(
            _add_objects(ordered, part.ravel().tolist()) if has_objects else _add_buffer(ordered, part, most_mixed)
        )
    known = [each for each in sums if each is not None]
    unordered = "".join(f"{each:x}." for each in known) if len(known) == len(sums) else None
    return ColumnDigest(ordered.hexdigest(), unordered, all(map(_is_read_whole, parts)))


def _is_read_whole(part: NDArray[Any]) -> bool:
    return part.dtype.kind not in "OT" or part.size <= CONTAINERS or _texts(part.ravel().tolist()) is not None


def combined(digests: Iterable[str]) -> str:
    """Return one digest for several."""
    import xxhash

    return xxhash.xxh3_64(" ".join(digests).encode()).hexdigest()


def _add_buffer(ordered: Any, array: NDArray[Any], most_mixed: int) -> int | None:
    """Add the bytes of an array to a hash; return a value independent of the items' order, if known."""
    import numpy as np

    plain = np.ascontiguousarray(array, array.dtype.newbyteorder("=")).reshape(-1)
    if not plain.nbytes:
        return 0
    width = plain.dtype.itemsize
    items = max(1, PIECE // max(8, width))
    mixes = width in _MIXED and plain.size <= most_mixed
    total = 0
    for start in range(0, plain.size, items):
        piece = plain[start : start + items]
        ordered.update(piece.view("u1").data)
        if mixes:
            total += _mixed_sum(piece.view(f"u{width}"))
    return total % 2**64 if mixes else None


def _mixed_sum(values: NDArray[Any]) -> int:
    """Return a sum of the values with their bits mixed, which depends on the values but not on their order."""
    import numpy as np

    mixed = values.astype("u8")
    mixed += np.uint64(1)
    mixed *= np.uint64(_FACTOR)
    mixed ^= mixed >> np.uint64(32)
    mixed *= np.uint64(_FACTOR)
    return int(mixed.sum(dtype="u8"))


def _add_objects(ordered: Any, values: list[Any]) -> int | None:
    """Add texts, some of them missing, to a hash as a whole; of other objects a sample, see `encode_objects`."""
    import xxhash

    texts = values if {*map(type, values)} <= {str} else _texts(values)
    if texts is None:
        ordered.update(encode_objects(values))
        return None
    joined = "\0".join(texts)
    if joined.count("\0") != max(0, len(texts) - 1):
        joined = "\0".join(f"{len(each)} {each}" for each in texts)
    ordered.update(joined.encode("utf-8", "surrogatepass"))
    if len(texts) > MOST_SORTED:
        return None
    in_order = "\0".join(sorted(texts)).encode("utf-8", "surrogatepass")
    return int(xxhash.xxh3_64(in_order).intdigest())


def _texts(values: list[Any]) -> list[str] | None:
    """Return texts with a marker for missing ones; None if there is anything else."""
    found = ["\1missing" if type(each) is not str and is_missing(each) else each for each in values]
    return found if all(type(each) is str for each in found) else None
