"""Digests of data sets: equal for equal data, different when a value, a name, a type or an order is.

A digest is the first eight hexadecimal digits of the XXH3 hash (64 bits) of the data's buffers.

What is read of the data is bounded. Of longer data it is a sample: 64 runs of neighbours, evenly spread, the first
and the last item among them. The columns of a kind share evenly:

==================  ==================================================================================
numbers and times   all up to 64 MB (8 million doubles), 4 MB of more
texts, categories   50,000, and 4 million characters; of texts too long for that the first and last ones
other objects       10,000; 2,000 where there are lists, dicts or arrays, and 50,000 elements of those
the index           a quarter as much
columns             all numbers, 4,096 of the others; 50,000 names
==================  ==================================================================================

Data is equal regardless of layout in memory, byte order, the sign of zero and the bits of a NaN; the index of a frame
counts. Of an object that is not a number, text, time or container of them, only the name of its type counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack.datasets.canonical_bytes import canonical_pieces, encode_objects
from nbtrack.datasets.sampling import sample_array, sample_items, sample_positions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Arrays = NDArray[Any] | Mapping[str, NDArray[Any]]

WHOLE_BYTES, SAMPLED_BYTES = 64_000_000, 4_000_000
OBJECTS = 50_000
COLUMNS = 4_096
LABELS = 50_000
ALL_CATEGORIES = 10_000
"""With more categories, only their number and the values in use count."""
WIDE = 256
"""With this many columns, numbers of one type are read in batches."""


class Digest:
    """A hash of data that is added piece by piece; pieces are delimited by their lengths."""

    def __init__(self, *names: object) -> None:
        import xxhash

        self._hash = xxhash.xxh3_64()
        self.add_names(*names)

    def add(self, data: bytes) -> None:
        """Add bytes."""
        self._hash.update(len(data).to_bytes(8, "little"))
        self._hash.update(data)

    def add_array(self, array: NDArray[Any]) -> None:
        """Add an array of fixed-width items, independent of its layout in memory."""
        self._hash.update(array.nbytes.to_bytes(8, "little"))
        for piece in canonical_pieces(array):
            self._hash.update(piece)

    def add_names(self, *names: object) -> None:
        """Add names and numbers that describe the data."""
        for each in names:
            self.add(str(each).encode("utf-8", "surrogatepass"))

    def __str__(self) -> str:
        """Return the digest, eight hexadecimal digits."""
        return self._hash.hexdigest()[:8]


def digest_of_arrays(features: Arrays, targets: Arrays | None) -> str:
    """Return the digest of one array or of named arrays, independent of the order of the names."""
    groups = [("features", features), ("targets", targets)]
    named = [(part, *each) for part, given in groups if given is not None for each in _by_name(given)]
    digest = Digest("arrays", len(named))
    read = sample_items(named, COLUMNS)
    sharing = _sharing(array.dtype for _, _, array in read)
    for part, name, array in read:
        digest.add_names(part, name, array.dtype.name, *array.shape)
        shared = sharing[_is_object(array.dtype)]
        _add_values(digest, sample_array(_without_subclass(array), _max_items(array.size, array.dtype, shared)), shared)
    return str(digest)


def _by_name(given: Arrays) -> list[tuple[str, NDArray[Any]]]:
    return sorted(given.items()) if hasattr(given, "items") else [("", given)]


def _without_subclass(array: NDArray[Any]) -> NDArray[Any]:
    import numpy as np

    return array if isinstance(array, np.ma.MaskedArray) else array.view(np.ndarray)


def _is_object(dtype: Any) -> bool:
    return bool(getattr(dtype, "hasobject", False)) or dtype.kind in "OT"


def _sharing(dtypes: Iterable[Any]) -> tuple[int, int]:
    """Return the number of columns that share the limit for numbers, and the number that share the one for objects."""
    objects = [_is_object(each) for each in dtypes]
    return max(1, objects.count(False)), max(1, objects.count(True))


def _max_items(length: int, dtype: Any, sharing: int) -> int:
    """Return how many items of a type are read at most, when as many columns share."""
    if _is_object(dtype):
        return max(1, OBJECTS // sharing)
    size = max(1, getattr(dtype, "itemsize", 8)) * sharing
    return max(1, (WHOLE_BYTES if length * size <= WHOLE_BYTES else SAMPLED_BYTES) // size)


def _add_values(digest: Digest, array: NDArray[Any], sharing: int) -> None:
    import numpy as np

    if array.dtype.names is not None:
        for name in array.dtype.names:
            digest.add_names(name, array.dtype[name].name)
            _add_values(digest, array[name], sharing)
    elif isinstance(array, np.ma.MaskedArray):
        _add_values(digest, np.ma.getmaskarray(array), sharing)
        _add_values(digest, _unmasked(array), sharing)
    elif array.dtype.kind in "OT":
        digest.add(encode_objects(array.ravel().tolist(), sharing))
    else:
        digest.add_array(array)


def _unmasked(array: Any) -> NDArray[Any]:
    """Return the values of a masked array, with zeros for the masked ones."""
    import numpy as np

    values = np.array(np.ma.getdata(array))
    values[np.ma.getmaskarray(array)] = np.zeros(1, values.dtype)[0]
    return values


def digest_of_frame(frame: pd.DataFrame) -> str:
    """Return the digest of a data frame: values, types, column names and index, in order."""
    digest = Digest("frame", *frame.shape)
    digest.add(encode_objects(sample_items(frame.columns, LABELS)))
    dtypes = frame.dtypes.to_numpy()
    together = batched_columns(dtypes)
    alone = sample_items((~together).nonzero()[0], COLUMNS)
    columns = [frame.iloc[:, place].array for place in alone]
    sharing = _sharing(each.dtype for each in columns)
    _add_index(digest, frame.index)
    _add_batched_columns(digest, frame, together, dtypes)
    for column in columns:
        _add_column(digest, column, sharing[_is_object(column.dtype)])
    return str(digest)


def batched_columns(dtypes: NDArray[Any]) -> NDArray[np.bool_]:
    """Return which columns are read in batches by type: the numbers of a frame with many columns."""
    import numpy as np

    if len(dtypes) < WIDE:
        return np.zeros(len(dtypes), bool)
    numbers = {each: isinstance(each, np.dtype) and each.kind in "iufbcmM" for each in set(dtypes)}
    return np.array([numbers[each] for each in dtypes])


def sample_rows(frame: pd.DataFrame, most: int) -> pd.DataFrame:
    """Return a sample of the rows of a frame, with about `most` values."""
    return frame.iloc[sample_positions(len(frame), max(1, most // frame.shape[1]))]


def _add_index(digest: Digest, index: pd.Index) -> None:
    sharing = 4 * index.nlevels
    few = index[sample_positions(len(index), _max_items(len(index), index.dtype, sharing))]
    for level in range(index.nlevels):
        _add_column(digest, few.get_level_values(level).array, sharing)


def _add_batched_columns(digest: Digest, frame: pd.DataFrame, which: NDArray[np.bool_], dtypes: NDArray[Any]) -> None:
    """Add the columns of numbers of a wide frame, all of one type at once."""
    if not which.any():
        return
    import numpy as np

    few = sample_rows(frame, _max_items(frame.size, np.dtype(float), 1))
    for each in dict.fromkeys(dtypes[which]):
        same = which & (dtypes == each)
        digest.add_names(each.name)
        digest.add(same.tobytes())
        _add_values(digest, few.iloc[:, same.nonzero()[0]].to_numpy(), 1)


def _add_column(digest: Digest, column: Any, sharing: int) -> None:
    digest.add_names(column.dtype.name)
    few = column[sample_positions(len(column), _max_items(len(column), column.dtype, sharing))]
    for part in plain_arrays(few):
        _add_values(digest, part, sharing)


def plain_arrays(column: Any) -> list[NDArray[Any]]:
    """Return numpy arrays that represent the values of a pandas array of any type."""
    import numpy as np
    import pandas as pd

    dtype = column.dtype
    if isinstance(dtype, np.dtype):
        return [column.to_numpy()]
    if isinstance(dtype, pd.CategoricalDtype):
        return [np.frombuffer(_categories(dtype), "u1"), *_categorical_parts(column)]
    if isinstance(dtype, pd.IntervalDtype):
        return [*plain_arrays(pd.Series(column.left).array), *plain_arrays(pd.Series(column.right).array)]
    if isinstance(dtype, pd.DatetimeTZDtype):
        return [pd.DatetimeIndex(column).tz_convert(None).to_numpy()]
    if isinstance(dtype, pd.PeriodDtype):
        return [column.astype("int64")]
    if isinstance(dtype, pd.SparseDtype):
        return [np.asarray(column)]
    if dtype.kind in "iufb" and isinstance(getattr(dtype, "numpy_dtype", None), np.dtype):
        return [column.isna(), column.to_numpy(dtype=dtype.numpy_dtype, na_value=0)]
    return [np.asarray(column, dtype=object)]


def _categorical_parts(column: Any) -> list[NDArray[Any]]:
    """Return which values of a categorical are missing, and the values that are not."""
    missing = column.codes == -1
    return [missing, *plain_arrays(column.categories.take(column.codes[~missing]).array)]


def _categories(dtype: Any) -> bytes:
    """Return bytes for the categories; their order counts if they are ordered."""
    name = str(dtype.categories.dtype.name).encode()
    if len(dtype.categories) > ALL_CATEGORIES:
        return b"%s %d" % (name, len(dtype.categories))
    values = dtype.categories.tolist()
    return name + (b" ordered" + encode_objects(values) if dtype.ordered else encode_objects(_sorted(values)))


def _sorted(values: list[Any]) -> list[Any]:
    kinds = {*map(type, values)}
    alike = len(kinds) == 1 and kinds <= {str, int, float}
    return sorted(values) if alike else sorted(values, key=lambda each: encode_objects([each]))
