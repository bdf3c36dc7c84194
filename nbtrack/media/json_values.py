"""Converting Python values to what JSON and YAML can represent: strings, numbers, lists and dictionaries."""

from __future__ import annotations

import datetime as dt
import decimal
import enum
import fractions
import json
import pathlib
import uuid
from typing import TYPE_CHECKING, Any

from nbtrack.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Callable

DEEPEST = 100
_STRING_TYPES = (pathlib.PurePath, uuid.UUID, decimal.Decimal, fractions.Fraction)
_JSON_TYPES = {str, int, bool, float, type(None)}


def to_json_value(value: Any, otherwise: Callable[[Any], Any]) -> Any:
    """Return a value that consists of strings, numbers, booleans, None, lists and dicts only.

    Arrays, tensors and series become lists, numpy's numbers Python's, times ISO 8601, paths, UUIDs and decimals text,
    members of an enumeration their values, ``NaT`` and ``NA`` None. `otherwise` converts an object of another type, or
    raises an exception.

    Raise `InvalidValue` when it contains itself, or keys that are equal as text.
    """
    return value if type(value) in _JSON_TYPES else _Converter(otherwise).to_json_value(value)


class _Converter:
    """Converts a value recursively, detecting containers that contain themselves."""

    def __init__(self, otherwise: Callable[[Any], Any]) -> None:
        self.otherwise = otherwise
        self.inside: set[int] = set()

    def to_json_value(self, value: Any) -> Any:
        if type(value) in _JSON_TYPES:
            return value
        if not isinstance(value, dict | list | tuple | set | frozenset):
            return self.scalar(value)
        if id(value) in self.inside or len(self.inside) > DEEPEST:
            raise InvalidValue(f"the value contains itself, or is nested deeper than {DEEPEST} levels")
        self.inside.add(id(value))
        found = self.dictionary(value) if isinstance(value, dict) else self.sequence(value)
        self.inside.discard(id(value))
        return found

    def sequence(self, value: Any) -> list[Any]:
        members = [self.to_json_value(each) for each in value]
        if isinstance(value, set | frozenset):
            members.sort(key=lambda each: (type(each).__name__, str(each)))
        return members

    def dictionary(self, value: dict[Any, Any]) -> dict[Any, Any]:
        found = {self.key(key): self.to_json_value(each) for key, each in value.items()}
        if len(found) < len(value) or len({key if isinstance(key, str) else json.dumps(key) for key in found}) < len(
            found
        ):
            names = ", ".join(str(key)[:40] for key in list(value)[:10])
            raise InvalidValue(f"two keys of a dictionary are the same as text: {names}")
        return found

    def key(self, key: Any) -> Any:
        if type(key) in _JSON_TYPES:
            return key
        found = None if isinstance(key, tuple | frozenset) else _Converter(lambda _: None).to_json_value(key)
        if found is None or isinstance(found, list | dict):
            raise InvalidValue(f"the keys of a dictionary must be text or numbers, not {type(key).__name__}")
        return found

    def scalar(self, value: Any) -> Any:
        if isinstance(value, enum.Enum):
            return self.to_json_value(value.value)
        if is_missing(value):
            return None
        for kind in (str, bool, int, float):
            if isinstance(value, kind):
                return kind(value)
        if isinstance(value, dt.date | dt.time):
            return value.isoformat()
        if isinstance(value, dt.timedelta):
            return _duration(value)
        if isinstance(value, _STRING_TYPES):
            return str(value)
        return self.array(value) if hasattr(type(value), "tolist") else self.otherwise(value)

    def array(self, value: Any) -> Any:
        """Convert an array of any library to lists."""
        if getattr(getattr(value, "dtype", None), "kind", None) in {"M", "m"}:
            return _times_as_text(value)
        found = value.tolist()
        return self.to_json_value(found) if type(found) is not type(value) else self.otherwise(value)


def is_missing(value: Any) -> bool:
    """Return whether a value is None, ``pandas.NA`` or ``NaT``."""
    kind = type(value)
    return value is None or (kind.__name__ in {"NAType", "NaTType"} and kind.__module__.startswith("pandas."))


def _times_as_text(value: Any) -> Any:
    import numpy as np
    import pandas as pd

    if hasattr(value, "to_numpy"):
        return to_json_value([*value], str)
    array = np.asarray(value)
    if array.ndim:
        return [_times_as_text(each) for each in array]
    if np.isnat(array):
        return None
    return _duration(pd.Timedelta(value)) if array.dtype.kind == "m" else str(np.datetime_as_string(array))


def _duration(value: dt.timedelta) -> str:
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    minutes, seconds = divmod(value.seconds, 60)
    fraction = f".{value.microseconds:06}" if value.microseconds else ""
    return f"P{value.days}DT{minutes // 60}H{minutes % 60}M{seconds}{fraction}S"


def encode_utf8(written: Callable[[bool], str]) -> bytes:
    """Return the result of `written` as UTF-8; with ASCII only if it contains lone surrogates."""
    try:
        return written(False).encode()
    except UnicodeEncodeError:
        return written(True).encode()
