"""MLflow's names for the types of columns, from a dtype or from the values of an object column."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING, Any

from nbtrack.datasets.canonical_bytes import is_missing

if TYPE_CHECKING:
    from collections.abc import Iterable

    Kind = dict[str, Any]

ELEMENTS = 100
"""Elements of a list that are examined, and the maximum number of fields of an object."""
DEEPEST = 5
ANY = "any"
_BUILTIN = {bool: "boolean", int: "long", float: "double", str: "string", bytes: "binary", bytearray: "binary"}


def type_of_dtype(dtype: Any) -> str | None:
    """Return MLflow's name of a dtype; None if it depends on the values."""
    kind, size = dtype.kind, getattr(dtype, "itemsize", 8)
    if kind in "iu":
        return "integer" if size < 4 or (kind, size) == ("i", 4) else ANY if (kind, size) == ("u", 8) else "long"
    if kind == "f":
        return "float" if size <= 4 else "double" if size == 8 else ANY
    return {"b": "boolean", "M": "datetime", "U": "string", "S": "binary", "O": None}.get(kind, ANY)


def type_of_values(values: Iterable[Any]) -> Kind:
    """Return the common type of values; ``any`` if there is none, or no value."""
    return _common_type(values, 0) or {"type": ANY}


def _common_type(values: Iterable[Any], depth: int) -> Kind | None:
    types = {*map(type, values)}
    if len(types) == 1 and (name := _BUILTIN.get(*types)) is not None:
        return {"type": name}
    found: Kind | None = None
    for each in values:
        found = _merged(found, _type_of_value(each, depth))
    return found


def _type_of_value(value: Any, depth: int) -> Kind | None:
    """Return the type of a value; None if it is missing or empty, since then the other values decide."""
    kind = type(value)
    if is_missing(value):
        return None
    if kind in _BUILTIN:
        return {"type": _BUILTIN[kind]}
    if kind is dict:
        return _type_of_dict(value, depth + 1)
    if kind is list:
        return _type_of_list(value, depth + 1)
    if kind.__module__ == "numpy" and kind.__name__ == "ndarray":
        return _type_of_array(value, depth + 1)
    return {"type": _other_type(kind, value)}


def _other_type(kind: type, value: Any) -> str:
    if issubclass(kind, dt.date):
        return "datetime"
    if issubclass(kind, str):
        return "string"
    if kind.__module__ == "numpy" and hasattr(kind, "dtype"):
        return type_of_dtype(value.dtype) or ANY
    return ANY


def _type_of_array(value: Any, depth: int) -> Kind | None:
    kind = type_of_dtype(value.dtype)
    if not value.ndim or not value.size:
        return None
    if kind is None:
        return _type_of_list(value.flat[:ELEMENTS].tolist() if value.ndim == 1 else value.tolist(), depth)
    found: Kind = {"type": kind}
    for _ in range(value.ndim):
        found = {"type": "array", "items": found}
    return found


def _type_of_list(value: list[Any], depth: int) -> Kind | None:
    if depth > DEEPEST:
        return {"type": ANY}
    if not value:
        return None
    return {"type": "array", "items": _common_type(value[:ELEMENTS], depth) or {"type": ANY}}


def _type_of_dict(value: dict[Any, Any], depth: int) -> Kind | None:
    if not value:
        return None
    if depth > DEEPEST or len(value) > ELEMENTS or not all(type(each) is str for each in value):
        return {"type": ANY}
    return {"type": "object", "properties": {name: _field(each, depth) for name, each in sorted(value.items())}}


def _field(value: Any, depth: int) -> Kind:
    known = _type_of_value(value, depth)
    return {**(known or {"type": ANY}), "required": known is not None}


def _merged(one: Kind | None, other: Kind | None) -> Kind | None:
    if one is None or other is None or one == other:
        return other if one is None else one
    names = {one["type"], other["type"]}
    if names == {"array"}:
        return {"type": "array", "items": _merged(one["items"], other["items"])}
    if names == {"object"}:
        return _merged_objects(one["properties"], other["properties"])
    return {"type": "double" if names == {"long", "double"} else ANY}


def _merged_objects(one: Kind, other: Kind) -> Kind:
    fields = {name: _merged_fields(one.get(name), other.get(name)) for name in sorted({*one, *other})}
    return {"type": "object", "properties": fields} if len(fields) <= ELEMENTS else {"type": ANY}


def _merged_fields(one: Kind | None, other: Kind | None) -> Kind:
    known = [each for each in (one, other) if each is not None]
    types = [_without_required(each) for each in known if each["type"] != ANY or each["required"]]
    merged = _merged(*types) if len(types) == 2 else types[0] if types else {"type": ANY}
    return {**(merged or {}), "required": len(known) == 2 and all(each["required"] for each in known)}


def _without_required(field: Kind) -> Kind:
    return {name: each for name, each in field.items() if name != "required"}


def label(name: Any) -> Any:
    """Return the name of a column for JSON: strings and numbers unchanged, tuples as lists."""
    if isinstance(name, tuple):
        return [label(each) for each in name]
    name = name.item() if type(name).__module__ == "numpy" and hasattr(name, "item") else name
    if type(name) in {str, int, bool}:
        return name
    if type(name) is float:
        return name if math.isfinite(name) else str(name)
    return str(name) if name is None or hasattr(name, "isoformat") else f"<{type(name).__name__}>"
