"""Reading points, parameters and tags as clients nearly always send them, several times as fast as `values` reads them.

Whatever is unusual about a record, such as text in place of a number or a value that may be too long, is left to
`values`, which also knows how to refuse it.
"""

from __future__ import annotations

from nbtrack import validation
from nbtrack.entities import Metric

LONGEST = 1_000
"""The length of a value up to which it is usual."""


def pair(what: str, record: object) -> tuple[str, str] | None:
    """Return the key and the value of a parameter or tag; None if it is unusual."""
    if type(record) is not dict or len(record) != 2:
        return None
    key, value = record.get("key"), record.get("value")
    if type(key) is str and type(value) is str and len(value) <= LONGEST and value.isascii() and "\0" not in value:
        return validation.key(what, key), value
    return None


def point(record: object) -> Metric | None:
    """Return a point of a metric; None if it is unusual."""
    if type(record) is not dict or len(record) != 4:
        return None
    key, value, timestamp, step = map(record.get, ("key", "value", "timestamp", "step"))
    if (
        type(key) is str
        and type(value) is float
        and type(timestamp) is int
        and type(step) is int
        and 0 <= timestamp <= validation.INT64_MAX
        and abs(step) <= validation.INT64_MAX
    ):
        return Metric(validation.key("metric", key), value, timestamp, step)
    return None
