"""Columns of points → points that are sure to be such."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack.entities import Metric
from nbtrack.errors import InvalidValue
from nbtrack.stores import column_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbtrack.stores.interface import Columns


def points(columns: Mapping[str, Columns]) -> list[Metric]:
    """Return columns as points; `InvalidValue` names the metric whose columns are none."""
    return [each for key, given in columns.items() for each in _points(key, given)]


def _points(key: str, columns: Columns) -> list[Metric]:
    lengths = [len(each) for each in columns]
    if len(set(lengths)) > 1:
        msg = f"the columns of metric {key!r} differ in length: steps, times and values are {lengths}"
        raise InvalidValue(msg)
    try:
        steps, timestamps, values = (
            column_bytes.unpacked(code, column_bytes.packed(code, column))
            for code, column in zip("qqd", columns, strict=True)
        )
    except (TypeError, ValueError, OverflowError):
        msg = f"the columns of metric {key!r} hold what is no number, or no int64"
        raise InvalidValue(msg) from None
    return list(map(Metric, [key] * len(values), values, timestamps, steps))
