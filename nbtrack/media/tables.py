"""Encoding tables for `log_table` in MLflow's JSON format, as CSV or as Parquet, and reading them.

The JSON is ``{"columns": [...], "data": [[...], ...]}``, pandas' orientation "split". It is valid JSON
and exact: floats have all their digits, a missing value is null, and an infinity is ``1e999``, which every
reader reads as infinity. What is not a number, text, list or dict is written as text: times as ISO 8601, paths,
UUIDs and decimals. A cell with anything else is refused.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NoReturn

from nbtrack.errors import InvalidValue
from nbtrack.media import table_formats
from nbtrack.media.images import Image
from nbtrack.media.json_values import is_missing, to_json_value
from nbtrack.media.table_formats import Table
from nbtrack.validation import file_extension

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd


def table_json(data: Any) -> bytes:
    """Return a table as JSON; see `table_bytes`."""
    return table_bytes(data, ".json")


def table_bytes(data: Any, suffix: str = ".json") -> bytes:
    """Return the bytes of a file with a table: ``.json``, ``.csv``, or, where pyarrow is installed, ``.parquet``.

    A dict has a list, array or series for each column; a single value is repeated in each row. The index of a frame is
    not stored.

    Raise `InvalidValue` when it is not a table, its columns differ in length, or a cell has a value that tables can't
    store, and `Unsupported` for Parquet when pyarrow is not installed.
    """
    end = _extension(suffix)
    if end == ".parquet":
        return table_formats.to_parquet(_frame(data))
    table = _table(data)
    return table_formats.to_csv(table) if end == ".csv" else table_formats.to_json(table)


def append_table(existing: bytes, data: Any, suffix: str = ".json") -> bytes:
    """Return the bytes of a table file with rows appended; see `table_bytes`.

    Columns are matched by name: new ones come last, and a row without a column has a missing value there.

    Raise `InvalidValue` when `existing` is not a table file, or `data` not a table.
    """
    end = _extension(suffix)
    if end == ".parquet":
        return table_formats.to_parquet(table_formats.append_frame(table_frame(existing, end), _frame(data)))
    if end == ".csv":
        rows = table_formats.as_texts(_table(data))
        return table_formats.to_csv(table_formats.append_rows(table_formats.from_csv(existing), rows))
    return table_formats.to_json(table_formats.append_rows(table_formats.from_json(existing), _table(data)))


def table_frame(content: bytes, suffix: str = ".json") -> pd.DataFrame:
    """Return the table in a file as a data frame.

    Strings stay strings, even if they look like numbers or times. CSV has no types, so its columns that contain only
    numbers without leading zeros become numbers.

    Raise `InvalidValue` when the file is not a table, and `Unsupported` when it is Parquet and pyarrow is not
    installed.
    """
    end = _extension(suffix)
    if end == ".parquet":
        return table_formats.from_parquet(content)
    if end == ".csv":
        return table_formats.to_frame(table_formats.infer_types(table_formats.from_csv(content)))
    return table_formats.to_frame(table_formats.from_json(content))


def _extension(suffix: str) -> str:
    end = file_extension(suffix)
    if end not in {".json", ".csv", ".parquet"}:
        raise InvalidValue(f"the file name of a table must end in .json, .parquet or .csv, not {end!r}")
    return end


def _table(data: Any) -> Table:
    columns = _columns(data)
    plain_columns = [_cells(name, values) for name, values in columns]
    rows = [list(row) for row in zip(*plain_columns, strict=True)] if columns else [[] for _ in range(len(data))]
    return Table([_label(name) for name, _ in columns], rows)


def _columns(data: Any) -> list[tuple[Any, Any]]:
    """Return the columns of a data frame or a dict, each with its values."""
    if isinstance(data, dict):
        return _columns_of_dict(data)
    if hasattr(data, "iloc") and hasattr(data, "columns"):
        return [(name, data.iloc[:, place]) for place, name in enumerate(data.columns)]
    raise InvalidValue(f"a table must be a dict of columns or a DataFrame, not {type(data).__name__}")


def _columns_of_dict(data: dict[Any, Any]) -> list[tuple[Any, Any]]:
    lengths = {name: len(values) for name, values in data.items() if _is_column(values)}
    if len({*lengths.values()}) > 1:
        shown = ", ".join(f"{str(name)[:40]!r} {length}" for name, length in list(lengths.items())[:10])
        raise InvalidValue(f"the columns of a table must have the same length: {shown}")
    rows = next(iter(lengths.values()), 1)
    return [(name, values if name in lengths else [values] * rows) for name, values in data.items()]


def _is_column(values: Any) -> bool:
    return isinstance(values, list | tuple | range) or (hasattr(values, "tolist") and getattr(values, "ndim", 1) > 0)


def _cells(name: Any, values: Any) -> list[Any]:
    """Return the cells of a column as JSON values, with None for NaN."""
    if not _is_numbers(values):
        return [_cell(name, row, value) for row, value in enumerate(values)]
    listed: list[Any] = values.tolist()
    return [None if math.isnan(each) else each for each in listed] if values.dtype.kind == "f" else listed


def _is_numbers(values: Any) -> bool:
    """Return whether `tolist` converts a column to Python numbers."""
    dtype = getattr(values, "dtype", None)
    plain_type = dtype is not None and not hasattr(dtype, "na_value") and dtype.kind in "biuf" and dtype.itemsize <= 8
    return plain_type and getattr(values, "ndim", 1) == 1


def _cell(name: Any, row: int, value: Any) -> Any:
    if type(value) is str:
        return value
    if isinstance(value, float):
        return None if math.isnan(value) else float(value)
    if is_missing(value):
        return None
    try:
        return to_json_value(value, _refuse)
    except InvalidValue as error:
        raise InvalidValue(f"column {str(name)[:100]!r}, row {row}: {error}") from error


def replace_images(data: Any, keep: Callable[[Image], Any]) -> Any:
    """Return a table with each `Image` replaced by the result of `keep`; without images, the table itself."""
    columns = _columns(data)
    if not any(isinstance(value, Image) for _, values in columns if not _is_numbers(values) for value in values):
        return data
    return {
        name: values if _is_numbers(values) else [keep(each) if isinstance(each, Image) else each for each in values]
        for name, values in columns
    }


def _refuse(value: Any) -> NoReturn:
    image = hasattr(type(value), "resize") and hasattr(type(value), "save")
    hint = "log images with log_image, and their paths here" if image else "make it text, a number, a list or a dict"
    raise InvalidValue(f"a table can't store a {type(value).__name__}: {hint}")


def _label(name: Any) -> Any:
    found = to_json_value(name, _refuse)
    return str(found) if isinstance(found, dict) or (isinstance(found, float) and not math.isfinite(found)) else found


def _frame(data: Any) -> pd.DataFrame:
    import pandas as pd

    if isinstance(data, pd.DataFrame):
        return data
    return pd.DataFrame({name: list(values) for name, values in _columns(data)})
