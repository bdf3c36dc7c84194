"""Digests: eight characters that are equal for equal data, and differ when a value, a name, a type or an order does.

What is read of the data is bounded. Of longer data it is 64 runs of neighbours, evenly spread, the first
and the last item among them. The columns of a kind share evenly:

==================  ==================================================================================
numbers and times   4 MB: half a million doubles, or 50,000 rows of ten
texts, categories   50,000, and 4 million characters; of texts too long for that the first and last ones
other objects       10,000; 2,000 where there are lists, dicts or arrays, and 50,000 elements of those
the index           a quarter as much
columns             all numbers, 4,096 of the others; 50,000 names
==================  ==================================================================================

Equal means equal as data: layout in memory, byte order, the sign of zero and the bits of a NaN do not
count; the index of a frame does. Of an object that is no number, text, time or container of them only the
name of its type counts.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from nbtrack.datasets.canonical import canonical
from nbtrack.datasets.objects import picked, written
from nbtrack.datasets.parts import plain_parts
from nbtrack.datasets.spread import excerpt, spread

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Arrays = NDArray[Any] | Mapping[str, NDArray[Any]]

BYTES = 4_000_000
OBJECTS = 50_000
COLUMNS = 4_096
LABELS = 50_000
WIDE = 256
"""From this many columns on, numbers of one type are read together."""


class Fingerprint:
    """Takes data in piece by piece; pieces can't run into each other."""

    def __init__(self, *words: object) -> None:
        self._hash = hashlib.sha1(usedforsecurity=False)
        self.say(*words)

    def add(self, data: bytes) -> None:
        """Take in bytes."""
        self._hash.update(len(data).to_bytes(8, "little"))
        self._hash.update(data)

    def say(self, *words: object) -> None:
        """Take in words and numbers of our own."""
        for each in words:
            self.add(str(each).encode("utf-8", "surrogatepass"))

    def __str__(self) -> str:
        """Return the digest."""
        return self._hash.hexdigest()[:8]


def digest_of_arrays(features: Arrays, targets: Arrays | None) -> str:
    """Return the digest of arrays, alone or by name; the order of the names does not count."""
    groups = [("features", features), ("targets", targets)]
    named = [(part, *each) for part, given in groups if given is not None for each in _by_name(given)]
    mark = Fingerprint("arrays", len(named))
    read = picked(named, COLUMNS)
    sharing = _sharing(array.dtype for _, _, array in read)
    for part, name, array in read:
        mark.say(part, name, array.dtype.name, *array.shape)
        shared = sharing[_is_object(array.dtype)]
        _add_values(mark, excerpt(_base(array), _most(array.dtype, shared)), shared)
    return str(mark)


def _by_name(given: Arrays) -> list[tuple[str, NDArray[Any]]]:
    return sorted(given.items()) if hasattr(given, "items") else [("", given)]


def _base(array: NDArray[Any]) -> NDArray[Any]:
    """Return an array without what a class of its own would do; a mask is kept."""
    import numpy as np

    return array if isinstance(array, np.ma.MaskedArray) else array.view(np.ndarray)


def _is_object(dtype: Any) -> bool:
    return bool(getattr(dtype, "hasobject", False)) or dtype.kind in "OT"


def _sharing(dtypes: Iterable[Any]) -> tuple[int, int]:
    """Return how many columns share the numbers that are read, and how many the objects."""
    objects = [_is_object(each) for each in dtypes]
    return max(1, objects.count(False)), max(1, objects.count(True))


def _most(dtype: Any, sharing: int) -> int:
    """Return how many items of a type are read, when as many share."""
    if _is_object(dtype):
        return max(1, OBJECTS // sharing)
    return max(1, BYTES // sharing // max(1, getattr(dtype, "itemsize", 8)))


def _add_values(mark: Fingerprint, array: NDArray[Any], sharing: int) -> None:
    import numpy as np

    if array.dtype.names is not None:
        for name in array.dtype.names:
            mark.say(name, array.dtype[name].name)
            _add_values(mark, array[name], sharing)
    elif isinstance(array, np.ma.MaskedArray):
        _add_values(mark, np.ma.getmaskarray(array), sharing)
        _add_values(mark, _unmasked(array), sharing)
    elif array.dtype.kind in "OT":
        mark.add(written(array.ravel().tolist(), sharing))
    else:
        mark.add(canonical(array))


def _unmasked(array: Any) -> NDArray[Any]:
    """Return the values of a masked array, the hidden ones set to zero."""
    import numpy as np

    values = np.array(np.ma.getdata(array))
    values[np.ma.getmaskarray(array)] = np.zeros(1, values.dtype)[0]
    return values


def digest_of_frame(frame: pd.DataFrame) -> str:
    """Return the digest of a frame: its values, types, column names, and index, in their order."""
    mark = Fingerprint("frame", *frame.shape)
    mark.add(written(picked(frame.columns, LABELS)))
    dtypes = frame.dtypes.to_numpy()
    together = wide_numbers(dtypes)
    alone = picked((~together).nonzero()[0], COLUMNS)
    columns = [frame.iloc[:, place].array for place in alone]
    sharing = _sharing(each.dtype for each in columns)
    _add_index(mark, frame.index)
    _add_numbers(mark, frame, together, dtypes)
    for column in columns:
        _add_column(mark, column, sharing[_is_object(column.dtype)])
    return str(mark)


def wide_numbers(dtypes: NDArray[Any]) -> NDArray[np.bool_]:
    """Tell which columns are read together: the numbers of a frame with many columns."""
    import numpy as np

    if len(dtypes) < WIDE:
        return np.zeros(len(dtypes), bool)
    numbers = {each: isinstance(each, np.dtype) and each.kind in "iufbcmM" for each in set(dtypes)}
    return np.array([numbers[each] for each in dtypes])


def few_rows(frame: pd.DataFrame, most: int) -> pd.DataFrame:
    """Return some rows of a frame, spread over it, so that there are about `most` values."""
    return frame.iloc[spread(len(frame), max(1, most // frame.shape[1]))]


def _add_index(mark: Fingerprint, index: pd.Index) -> None:
    sharing = 4 * index.nlevels
    few = index[spread(len(index), _most(index.dtype, sharing))]
    for level in range(index.nlevels):
        _add_column(mark, few.get_level_values(level).array, sharing)


def _add_numbers(mark: Fingerprint, frame: pd.DataFrame, which: NDArray[np.bool_], dtypes: NDArray[Any]) -> None:
    """Take in the columns of numbers of a wide frame, all of one type at once."""
    if not which.any():
        return
    few = few_rows(frame, BYTES // 8)
    for each in dict.fromkeys(dtypes[which]):
        same = which & (dtypes == each)
        mark.say(each.name)
        mark.add(same.tobytes())
        _add_values(mark, few.iloc[:, same.nonzero()[0]].to_numpy(), 1)


def _add_column(mark: Fingerprint, column: Any, sharing: int) -> None:
    mark.say(column.dtype.name)
    few = column[spread(len(column), _most(column.dtype, sharing))]
    for part in plain_parts(few):
        _add_values(mark, part, sharing)
