"""Frames, arrays and tensors of any library as columns whose values can be read, sampled and hashed.

Libraries are recognised by the modules that the notebook has imported; nothing is imported for that.
"""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack.datasets.digest import plain_arrays
from nbtrack.datasets.sampling import sample_array, sample_positions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

MOST_COLUMNS = 100
"""The most columns that are read one by one; more columns of one type are read as an array.

Further columns of other frames are left out, and the profile says so.
"""
_TORCH_DATA = ("torch.utils.data.dataset", "torch.utils.data.dataloader")
NAMES = "(columns)"
"""The name of the column that holds the column names of an array."""
MOST_ROWS, MOST_VALUES = 10_000, 100_000
"""The most rows of a sample; samples of frames with many columns have fewer."""
INDEX = "(index)"
"""The name of the column that holds the labels of the rows."""
PER_BYTE, PER_STRIDED_BYTE, PER_OBJECT = 1 / 2e9, 1 / 4e8, 1e-7
"""Seconds that hashing takes for a byte in a row, for one of scattered items, and for a text or another object."""


@lru_cache(maxsize=64)
def _places(length: int, most: int) -> Any:
    return sample_positions(length, most)


class DataColumn(ABC):
    """The values of one column, or of a whole array."""

    def __init__(self, name: str, values: Any) -> None:
        self.name, self.values = name, values

    @property
    @abstractmethod
    def type(self) -> str:
        """The name of the type of its values in their library."""

    @property
    def size(self) -> int:
        """The number of values."""
        return len(self.values)

    @abstractmethod
    def sampled(self, most: int) -> DataColumn:
        """Return a copy of about `most` of the values, always at the same positions."""

    @abstractmethod
    def arrays(self) -> list[NDArray[Any]]:
        """Return numpy arrays that represent the values; arrays of objects where they have no fixed width."""

    @property
    def nbytes(self) -> int:
        """The size of the values in memory."""
        return int(self.values.nbytes)

    @property
    def seconds(self) -> float:
        """About how long it takes to hash all values."""
        return len(self.values) * PER_OBJECT if self._has_objects() else self.nbytes * PER_BYTE

    def _has_objects(self) -> bool:
        return self.values.dtype.kind in "OT"


class ArrayColumn(DataColumn):
    """A numpy array."""

    @property
    def type(self) -> str:
        """See `DataColumn`."""
        return str(self.values.dtype.name)

    @property
    def size(self) -> int:
        """See `DataColumn`."""
        return int(self.values.size)

    @property
    def seconds(self) -> float:
        """See `DataColumn`."""
        if self._has_objects():
            return int(self.values.size) * PER_OBJECT
        in_order = self.values.flags.c_contiguous
        return int(self.values.nbytes) * (PER_BYTE if in_order else PER_STRIDED_BYTE)

    def sampled(self, most: int) -> DataColumn:
        """See `DataColumn`."""
        return ArrayColumn(self.name, sample_array(self.values, most).copy())

    def arrays(self) -> list[NDArray[Any]]:
        """See `DataColumn`."""
        return [self.values]


class PandasColumn(DataColumn):
    """A pandas array of any type."""

    @property
    def type(self) -> str:
        """See `DataColumn`."""
        return str(self.values.dtype)

    def _has_objects(self) -> bool:
        return self.values.dtype.kind == "O" and not hasattr(self.values, "codes")

    def sampled(self, most: int) -> DataColumn:
        """See `DataColumn`."""
        places = _places(len(self.values), most)
        return PandasColumn(self.name, self.values.copy() if isinstance(places, slice) else self.values.take(places))

    def arrays(self) -> list[NDArray[Any]]:
        """See `DataColumn`."""
        codes = getattr(self.values, "codes", None)
        if codes is None:
            return plain_arrays(self.values)
        return [codes, *(part for part in plain_arrays(self.values.categories.array))]


class PolarsColumn(DataColumn):
    """A polars Series."""

    @property
    def type(self) -> str:
        """See `DataColumn`."""
        return str(self.values.dtype)

    @property
    def nbytes(self) -> int:
        """See `DataColumn`."""
        return int(self.values.estimated_size())

    def _has_objects(self) -> bool:
        dtype = self.values.dtype
        return not (dtype.is_numeric() or dtype.is_temporal() or str(dtype) == "Boolean")

    def sampled(self, most: int) -> DataColumn:
        """See `DataColumn`."""
        places = _places(len(self.values), most)
        return PolarsColumn(self.name, self.values if isinstance(places, slice) else self.values.gather(places))

    def arrays(self) -> list[NDArray[Any]]:
        """See `DataColumn`."""
        if self._has_objects():
            return [_objects(self.values.to_list())]
        plain = self.values.to_physical()
        return [plain.is_null().to_numpy(), plain.fill_null(0 if str(plain.dtype) != "Boolean" else False).to_numpy()]


class ArrowColumn(DataColumn):
    """A chunked array of pyarrow."""

    @property
    def type(self) -> str:
        """See `DataColumn`."""
        return str(self.values.type)

    def _has_objects(self) -> bool:
        from pyarrow import types

        is_plain = (types.is_integer, types.is_floating, types.is_boolean, types.is_temporal)
        return not any(each(self.values.type) for each in is_plain)

    def sampled(self, most: int) -> DataColumn:
        """See `DataColumn`."""
        places = _places(len(self.values), most)
        return ArrowColumn(self.name, self.values if isinstance(places, slice) else self.values.take(places))

    def arrays(self) -> list[NDArray[Any]]:
        """See `DataColumn`."""
        if self._has_objects():
            return [_objects(self.values.to_pylist())]
        return [self.values.is_null().to_numpy(), self._numbers().to_numpy()]

    def _numbers(self) -> Any:
        """Return the values with times as integers, and zeros for missing ones."""
        import pyarrow as pa

        kind = self.values.type
        if pa.types.is_boolean(kind):
            return self.values.fill_null(False)
        if pa.types.is_temporal(kind):
            return self.values.cast(pa.int32() if kind.bit_width == 32 else pa.int64()).fill_null(0)
        return self.values.fill_null(0)


class Data(NamedTuple):
    """A frame, an array or a tensor."""

    kind: str
    """Its class and its library."""
    shape: tuple[int, ...]
    columns: tuple[DataColumn, ...]
    is_fixed: bool = False
    """Whether its values are immutable."""
    is_frame: bool = True
    """Whether it has columns, unlike a single array."""

    @property
    def most_sampled(self) -> int:
        """The values of each column that are in a sample."""
        return max(1, min(MOST_ROWS, MOST_VALUES // max(1, len(self.columns)))) if self.is_frame else MOST_VALUES


def read(value: object) -> Data | None:
    """Return a frame, an array or a tensor as columns; None for anything else, and for arrays without dimensions."""
    kind = type(value)
    reader = next((each for module, each in _READERS if _is_of(kind, module)), None)
    return None if reader is None else reader(value)


def members(value: object) -> dict[str, object]:
    """Return what a data set or loader of torch holds, by the names of its attributes; nothing for anything else."""
    if "torch" not in sys.modules or not any(each.__module__ in _TORCH_DATA for each in type.mro(type(value))):
        return {}
    return {name: each for name, each in vars(value).items() if not name.startswith("_")}


def _is_of(kind: type, module: str) -> bool:
    """Return whether a class, or one that it extends, comes from a library that is imported."""
    return module in sys.modules and any(_top_module(each) == module for each in type.mro(kind))


def _top_module(kind: type) -> str:
    module = kind.__module__
    return module.partition(".")[0] if type(module) is str else ""


def _of_pandas(value: Any) -> Data | None:
    import pandas as pd

    if isinstance(value, pd.Series):
        columns: list[DataColumn] = [PandasColumn(str(value.name or ""), value.array)]
    elif not isinstance(value, pd.DataFrame):
        return None
    elif _is_matrix(value):
        # Transposed, the values are in the order of the memory.
        columns = [ArrayColumn("", value.to_numpy().T), PandasColumn(NAMES, pd.Series(value.columns.map(str)).array)]
    else:
        labels = [str(each)[:200] for each in value.columns[:MOST_COLUMNS]]
        columns = [PandasColumn(name, value.iloc[:, place].array) for place, name in enumerate(labels)]
    return Data(f"pandas.{type(value).__name__}", value.shape, (*columns, *_index(value.index)))


def _is_matrix(frame: Any) -> bool:
    """Return whether a frame has many columns, all of one type of fixed width."""
    import numpy as np

    if len(frame.columns) <= MOST_COLUMNS:
        return False
    kinds = set(frame.dtypes)
    return len(kinds) == 1 and all(isinstance(each, np.dtype) and each.kind in "iufbc" for each in kinds)


def _index(index: Any) -> Iterator[DataColumn]:
    """Yield the labels of rows, unless they are the numbers of the rows."""
    import pandas as pd

    if isinstance(index, pd.RangeIndex) and (index.start, index.step) == (0, 1):
        return
    for level in range(index.nlevels):
        name = INDEX if index.nlevels == 1 else f"{INDEX[:-1]} {level})"
        yield PandasColumn(name, pd.Series(index.get_level_values(level)).array)


def _of_numpy(value: Any) -> Data | None:
    import numpy as np

    if not isinstance(value, np.ndarray) or not value.ndim or value.dtype.names is not None:
        return None
    plain = np.ma.getdata(value) if isinstance(value, np.ma.MaskedArray) else value.view(np.ndarray)
    return Data("numpy.ndarray", value.shape, (ArrayColumn("", plain),), is_frame=False)


def _of_torch(value: Any) -> Data | None:
    import torch

    if not isinstance(value, torch.Tensor) or not value.ndim or value.layout != torch.strided:
        return None
    held = value.detach()
    shape = tuple(value.shape)
    if held.device.type != "cpu":
        return Data("torch.Tensor", shape, (), is_frame=False)
    kind = "torch.Tensor"
    if held.dtype == torch.bfloat16:
        # numpy has no such type.
        held, kind = held.float(), f"{kind} of bfloat16"
    return Data(kind, shape, (ArrayColumn("", held.resolve_conj().resolve_neg().numpy()),), is_frame=False)


def _of_polars(value: Any) -> Data | None:
    import polars as pl

    if isinstance(value, pl.Series):
        return Data("polars.Series", value.shape, (PolarsColumn(value.name, value.clone()),), is_fixed=True)
    if not isinstance(value, pl.DataFrame):
        return None
    columns = tuple(PolarsColumn(each.name, each) for each in value.get_columns()[:MOST_COLUMNS])
    return Data("polars.DataFrame", value.shape, columns, is_fixed=True)


def _of_arrow(value: Any) -> Data | None:
    import pyarrow as pa

    if not isinstance(value, pa.Table):
        return None
    names = value.column_names[:MOST_COLUMNS]
    columns = tuple(ArrowColumn(name, value.column(place)) for place, name in enumerate(names))
    return Data("pyarrow.Table", value.shape, columns, is_fixed=True)


def _objects(values: list[Any]) -> NDArray[Any]:
    import numpy as np

    found = np.empty(len(values), object)
    found[:] = values
    return found


_READERS: tuple[tuple[str, Callable[[Any], Data | None]], ...] = (
    ("pandas", _of_pandas),
    ("numpy", _of_numpy),
    ("torch", _of_torch),
    ("polars", _of_polars),
    ("pyarrow", _of_arrow),
)
