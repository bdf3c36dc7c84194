"""The file formats of tables: JSON, CSV and Parquet. Rows are appended by the names of their columns."""

from __future__ import annotations

import csv
import io
import json
import math
import re
import uuid
from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack.errors import InvalidValue, Unsupported
from nbtrack.media.json_values import encode_utf8

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import pandas as pd

EXACT = 2**53
"""The largest integer up to which all integers are exact as floats."""
_CSV_TYPES: dict[Callable[[str], Any], re.Pattern[str]] = {
    int: re.compile(r"-?(0|[1-9][0-9]{0,1000})"),
    float: re.compile(r"[+-]?(((0|[1-9][0-9]{0,300})(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?|inf)|nan"),
    "True".__eq__: re.compile(r"True|False"),
}
"""The types of CSV fields, with the pattern of each."""
_NEEDS_QUOTES = re.compile(r'[",\r\n]')


class Table(NamedTuple):
    """Column labels and rows of JSON values."""

    columns: list[Any]
    rows: list[list[Any]]


def to_json(table: Table) -> bytes:
    """Return a table as valid JSON without loss of precision."""
    value = {"columns": table.columns, "data": table.rows}
    try:
        return encode_utf8(lambda ascii_only: _compact_json(value, ascii_only))
    except ValueError:
        return _json_with_infinities(value)


def _compact_json(value: Any, ascii_only: bool) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=ascii_only, allow_nan=False)


def _json_with_infinities(value: Any) -> bytes:
    """Return JSON with infinities as numbers that are too large for a float, since JSON has no infinity."""
    mark = uuid.uuid4().hex
    try:
        written = encode_utf8(lambda ascii_only: _compact_json(_with_marks(value, mark), ascii_only))
    except ValueError as error:
        raise InvalidValue(f"the table can't be written: {error}") from error
    return written.replace(f'"{mark}+"'.encode(), b"1e999").replace(f'"{mark}-"'.encode(), b"-1e999")


def _with_marks(value: Any, mark: str) -> Any:
    if isinstance(value, list):
        return [_with_marks(each, mark) for each in value]
    if isinstance(value, dict):
        return {name: _with_marks(each, mark) for name, each in value.items()}
    if not isinstance(value, float) or math.isfinite(value):
        return value
    return None if math.isnan(value) else f"{mark}{'+' if value > 0 else '-'}"


def from_json(content: bytes) -> Table:
    """Return the table in a JSON file of nbtrack, MLflow or pandas."""
    try:
        value = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise InvalidValue(f"the file can't be read as a table: {str(error)[:300]}") from error
    columns, rows = (value.get("columns"), value.get("data")) if isinstance(value, dict) else (None, None)
    if not isinstance(columns, list) or not isinstance(rows, list):
        raise InvalidValue('the file is not a table: it has no "columns" and "data"')
    if not all(isinstance(row, list) and len(row) == len(columns) for row in rows):
        raise InvalidValue(f"the file is not a table: not every row has {len(columns)} cells")
    return Table(columns, rows)


def to_frame(table: Table) -> pd.DataFrame:
    """Return a table as a data frame."""
    import pandas as pd

    columns = {place: _series([row[place] for row in table.rows]) for place in range(len(table.columns))}
    frame = pd.DataFrame(columns, index=range(len(table.rows)))
    frame.columns = _index(table.columns)
    return frame


def _series(values: list[Any]) -> Any:
    """Return a column; integers next to missing values stay integers if a float would round them."""
    import pandas as pd

    kinds = {*map(type, values)}
    rounded = int in kinds and len(kinds) > 1 and any(type(each) is int and abs(each) > EXACT for each in values)
    return pd.Series(values, dtype=object) if rounded or not values else pd.Series(values)


def _index(labels: list[Any]) -> Any:
    import pandas as pd

    if labels and all(isinstance(each, list) for each in labels) and len({*map(len, labels)}) == 1 and labels[0]:
        return pd.MultiIndex.from_tuples([tuple(map(_hashable, each)) for each in labels])
    return pd.Index([_hashable(each) for each in labels], dtype=object if not labels or None in labels else None)


def _hashable(label: Any) -> Any:
    return json.dumps(label) if isinstance(label, list | dict) else label


def append_rows(one: Table, other: Table) -> Table:
    """Return a table with the rows and the columns of both."""
    if one.columns == other.columns:
        return Table(one.columns, one.rows + other.rows)
    first, second = _column_names(one.columns), _column_names(other.columns)
    added = [label for name, label in zip(second, other.columns, strict=True) if name not in {*first}]
    names = list(dict.fromkeys(first + second))
    return Table(one.columns + added, [*_reordered(one.rows, first, names), *_reordered(other.rows, second, names)])


def _column_names(columns: list[Any]) -> list[str]:
    names = [json.dumps(each) for each in columns]
    if len({*names}) < len(names):
        raise InvalidValue("rows with other columns can't be combined with a table that has duplicate column names")
    return names


def _reordered(rows: list[list[Any]], names: list[str], wanted: list[str]) -> Iterable[list[Any]]:
    places = {name: place for place, name in enumerate(names)}
    order = [places.get(name) for name in wanted]
    return [[None if place is None else row[place] for place in order] for row in rows]


def to_csv(table: Table) -> bytes:
    """Return a table as CSV; lone surrogates are escaped."""
    written = as_texts(table)
    lines = (",".join(map(_csv_field, row)) or '""' for row in (written.columns, *written.rows))
    return "".join(f"{line}\n" for line in lines).encode(errors="backslashreplace")


def _csv_field(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if _NEEDS_QUOTES.search(text) else text


def as_texts(table: Table) -> Table:
    """Return a table with all values as strings, for CSV."""
    return Table([_text(each) for each in table.columns], [[_text(each) for each in row] for row in table.rows])


def _text(value: Any) -> str:
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return "" if value is None else str(value)


def from_csv(content: bytes) -> Table:
    """Return the table in a CSV file, with all values as strings."""
    try:
        lines = [*csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)]
    except (ValueError, csv.Error) as error:
        raise InvalidValue(f"the file can't be read as .csv: {error}") from error
    columns = lines[0] if lines else []
    rows = [[*row, *[""] * (len(columns) - len(row))] for row in lines[1:]]
    if any(len(row) > len(columns) for row in rows):
        raise InvalidValue(f"the file is not a table: not every row has {len(columns)} cells")
    return Table(list(columns), rows)


def infer_types(table: Table) -> Table:
    """Convert columns of strings that contain only numbers or booleans, and empty strings to None."""
    columns = [_inferred([row[place] for row in table.rows]) for place in range(len(table.columns))]
    return Table(table.columns, [list(row) for row in zip(*columns, strict=True)])


def _inferred(values: list[str]) -> list[Any]:
    known = {each for each in values if each}
    for kind, pattern in _CSV_TYPES.items():
        if known and all(pattern.fullmatch(each) for each in known):
            return [kind(each) if each else None for each in values]
    return [each or None for each in values]


def to_parquet(frame: pd.DataFrame) -> bytes:
    """Return a data frame as Parquet."""
    return bytes(_parquet(lambda: frame.to_parquet(index=False)))


def from_parquet(content: bytes) -> pd.DataFrame:
    """Return the data frame in a Parquet file."""
    import pandas as pd

    frame: pd.DataFrame = _parquet(lambda: pd.read_parquet(io.BytesIO(content)))
    return frame


def append_frame(one: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """Return a data frame with the rows of both."""
    import pandas as pd

    parts = [each for each in (one, other) if len(each)]
    return pd.concat(parts, ignore_index=True) if parts else one


def _parquet(action: Callable[[], Any]) -> Any:
    try:
        return action()
    except ImportError as error:
        raise Unsupported("Parquet needs the package pyarrow: install nbtrack[parquet], or use .json") from error
    except (ValueError, TypeError, NotImplementedError, OSError) as error:
        raise InvalidValue(f"the table can't be written or read as Parquet: {str(error)[:300]}") from error
