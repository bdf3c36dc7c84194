"""Python objects as bytes: equal for equal numbers, texts, times and containers of them, in every process.

Objects of other types add the name of their type and nothing else, and none of their methods is called.
"""

from __future__ import annotations

import math
import struct
import sys
from typing import TYPE_CHECKING, Any

from nbtrack.datasets.canonical import canonical
from nbtrack.datasets.spread import spread

if TYPE_CHECKING:
    from collections.abc import Iterable

CHARACTERS = 4_000_000
"""Characters that are read of texts."""
OTHERS, CONTAINERS = 10_000, 2_000
"""How many objects other than texts are read; how many when there are lists, dicts or arrays."""
ELEMENTS = 50_000
"""Elements that are read of containers, shared evenly by them."""
NUMBERS = 16
"""Plain numbers count as one element when they are as many."""
LONGEST_TEXT = 1_000
"""Characters of a text, or bytes, inside a container or beside other objects."""
LARGEST_INTEGER = 4_096
"""Bits of an integer; of a larger one the lowest."""
LARGEST_DICT = 1_000
"""Keys of a dict; of a larger one, and of a set with more members than may be read, only the size counts."""
DEEPEST = 8
_MISSING = b"-"
_ISO = {"datetime.date", "datetime.datetime", "datetime.time", "pandas.Timestamp", "pandas.Timedelta"}
_TEXTUAL = {"decimal.Decimal", "fractions.Fraction", "uuid.UUID", "datetime.timedelta"}
_CONTAINERS = (list, tuple, dict, set, frozenset)


def written(values: list[Any], sharing: int = 1) -> bytes:
    """Return bytes that stand for a list of objects, when as many lists share what may be read."""
    kinds = {*map(type, values)}
    texts = _texts(values, CHARACTERS // sharing) if kinds <= {str, float, type(None)} else None
    if texts is not None:
        return b"t" + texts
    contained = any(issubclass(each, _CONTAINERS) or _is_array(each) for each in kinds)
    few = picked(values, max(1, (CONTAINERS if contained else OTHERS) // sharing))
    share = max(NUMBERS, ELEMENTS // sharing // len(few))
    return b"o" + b"".join(_framed(_Cell(share).token(each)) for each in few)


def picked(values: Any, most: int) -> list[Any]:
    """Return the items of a sequence, or about `most` of them spread over it."""
    places = spread(len(values), most)
    return list(values) if isinstance(places, slice) else [values[place] for place in places.tolist()]


def _texts(values: list[Any], characters: int) -> bytes | None:
    """Return bytes for texts, some of them missing; None where there is a number among them."""
    missing = bytes(type(each) is not str for each in values)
    if any(missing):
        if not all(type(each) is str or is_missing(each) for each in values):
            return None
        values = [each if type(each) is str else "" for each in values]
    lengths = [*map(len, values)]
    if sum(lengths) > characters:
        values = [_ends(each, characters // len(values)) for each in values]
    return missing + struct.pack(f"<{len(lengths)}q", *lengths) + _utf8("".join(values))


def is_missing(value: object) -> bool:
    """Tell whether an object stands for a value that is not there: None, NaN, ``pandas.NA`` or ``NaT``."""
    kind = type(value)
    if issubclass(kind, float):
        return math.isnan(value)  # type: ignore[arg-type] # a float, as just told
    return value is None or (_home(kind) == "pandas" and kind.__name__ in {"NAType", "NaTType"})


def _home(kind: type) -> str:
    module = kind.__module__
    return module.partition(".")[0] if type(module) is str else ""


def _known(kind: type) -> str:
    """Return ``module.name`` of a type that is what this name says, else nothing."""
    home, name = _home(kind), str(kind.__name__)
    return f"{home}.{name}" if getattr(sys.modules.get(home), name, None) is kind else ""


def _is_array(kind: type) -> bool:
    numpy = sys.modules.get("numpy")
    return numpy is not None and issubclass(kind, numpy.ndarray)


def _ends(text: Any, most: int) -> Any:
    """Return the first and the last part of a text or of bytes."""
    return text if len(text) <= most else text[: most - most // 2] + text[len(text) - most // 2 :]


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _framed(token: bytes) -> bytes:
    return len(token).to_bytes(4, "little") + token


class _Cell:
    """Reads one object, and no more than some elements of what it contains."""

    def __init__(self, left: int) -> None:
        self.left = left

    def token(self, value: Any, depth: int = 0) -> bytes:
        """Return bytes for an object; only the name of its type, when that is unknown."""
        self.left -= 1
        kind = type(value)
        if is_missing(value):
            return _MISSING
        scalar = _scalar(kind, value)
        if scalar is not None:
            return scalar
        base = next((each for each in _CONTAINERS if issubclass(kind, each)), None)
        if base is not None:
            return self._container(base, value, depth + 1)
        return self._array(value, depth + 1) if _is_array(kind) else _named(kind)

    def _container(self, base: Any, value: Any, depth: int) -> bytes:
        """Return bytes for a container, read by the methods of the builtin that it is."""
        length: int = base.__len__(value)
        head = _named(type(value)) + b"%d" % length
        if depth > DEEPEST or self.left <= 0:
            return head
        if base is dict:
            return head + self._dict(value, length, depth)
        if base in {set, frozenset}:
            return head + self._set([*base.__iter__(value)] if length <= self.left else [])
        return head + self._list(base, value, length, depth)

    def _list(self, base: Any, value: Any, length: int, depth: int) -> bytes:
        numbers = _numbers(_part(base, value, length, self.left * NUMBERS))
        if numbers is not None:
            self.left -= length // NUMBERS
            return numbers
        return self._each(_part(base, value, length, self.left), depth)

    def _each(self, values: Iterable[Any], depth: int) -> bytes:
        return b"".join(_framed(self.token(each, depth)) for each in values if self.left > 0)

    def _dict(self, value: dict[Any, Any], length: int, depth: int) -> bytes:
        if length > LARGEST_DICT:
            return b""
        items = sorted(((_key(key), each) for key, each in dict.items(value)), key=lambda pair: pair[0])
        return b"".join(_framed(key) + _framed(self.token(each, depth)) for key, each in items if self.left > 0)

    def _set(self, members: list[Any]) -> bytes:
        """Return bytes for what can't depend on an order: the whole set or nothing of it."""
        self.left -= len(members)
        return b"".join(_framed(each) for each in sorted(_key(each) for each in members))

    def _array(self, value: Any, depth: int) -> bytes:
        head = b"a" + str((value.dtype.name, value.shape)).encode()
        if depth > DEEPEST or self.left <= 0 or value.dtype.names is not None:
            return head
        plain = value.view(sys.modules["numpy"].ndarray)
        if plain.dtype.kind in "OT":
            return head + self._each(plain.flat[: self.left].tolist(), depth)
        most = self.left * NUMBERS
        self.left -= plain.size // NUMBERS
        return head + canonical(plain if plain.size <= most else plain.flat[:most])


def _part(base: Any, value: Any, length: int, most: int) -> list[Any]:
    """Return the first and the last elements of a list or tuple."""
    if length <= most:
        return [*base.__iter__(value)]
    last = most // 2
    return [*base.__getitem__(value, slice(0, most - last)), *base.__getitem__(value, slice(length - last, length))]


def _numbers(values: list[Any]) -> bytes | None:
    """Return bytes for integers or floats alone, None for anything else."""
    kinds = {*map(type, values)}
    if kinds == {float}:
        return b"F" + canonical(_numpy_array(values, "f8"))
    if kinds == {int} and max(values) < 2**63 and min(values) >= -(2**63):
        return b"I" + canonical(_numpy_array(values, "i8"))
    return None


def _numpy_array(values: Any, dtype: Any) -> Any:
    import numpy as np

    return np.array(values, dtype)


def _key(value: Any, depth: int = 0) -> bytes:
    """Return bytes for a key or the member of a set."""
    kind = type(value)
    if is_missing(value):
        return _MISSING
    if kind is tuple and depth < 2:
        return b"(" + b"".join(_framed(_key(each, depth + 1)) for each in value[:NUMBERS])
    return _scalar(kind, value) or _named(kind)


def _scalar(kind: type, value: Any) -> bytes | None:
    """Return bytes for a number, a text or a time; None for anything else."""
    if kind is bool:
        return b"b1" if value else b"b0"
    if issubclass(kind, str):
        text = str.__str__(value)
        return b"s%d:" % len(text) + _utf8(_ends(text, LONGEST_TEXT))
    if kind is int:
        return _integer(value)
    if kind is float:
        return b"f" + struct.pack("<d", value + 0.0)
    if kind is complex:
        return b"c" + canonical(_numpy_array(value, "c16"))
    if kind in {bytes, bytearray}:
        return b"y%d:" % len(value) + bytes(_ends(value, LONGEST_TEXT))
    return _rarer(kind, value)


def _rarer(kind: type, value: Any) -> bytes | None:
    name = _known(kind)
    if name in _ISO:
        return _named(kind) + _utf8(value.isoformat())
    if name in _TEXTUAL:
        return _named(kind) + _utf8(str(value))
    if name == "pandas.Period":
        return b"p" + _utf8(f"{value.ordinal} {value.freqstr}")
    if name == "pandas.Interval":
        return b"i" + b"".join(_framed(_key(each)) for each in (value.closed, value.left, value.right))
    if name.startswith("numpy.") and issubclass(kind, sys.modules["numpy"].number | sys.modules["numpy"].bool_):
        return b"n" + str(value.dtype.name).encode() + canonical(_numpy_array(value, value.dtype))
    return None


def _integer(value: int) -> bytes:
    bits = value.bit_length()
    low = value if bits <= LARGEST_INTEGER else value & ((1 << LARGEST_INTEGER) - 1)
    return b"i%d:" % bits + low.to_bytes(low.bit_length() // 8 + 1, "little", signed=True)


def _named(kind: type) -> bytes:
    return b"<" + _utf8(str(kind.__name__)) + b">"
