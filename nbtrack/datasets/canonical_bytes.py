"""Arrays and Python objects as bytes that depend on their values alone, and are the same in every process.

Numbers, texts, times and containers of them are equal when they are equal as data. Objects of other types add the
name of their type and nothing else, and none of their methods is called.
"""

from __future__ import annotations

import math
import struct
import sys
from typing import TYPE_CHECKING, Any

from nbtrack.datasets.sampling import sample_items

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

CHARACTERS = 4_000_000
"""Characters of texts that are read."""
OTHERS, CONTAINERS = 10_000, 2_000
"""Objects other than texts that are read; objects that are read if there are lists, dicts or arrays."""
ELEMENTS = 50_000
"""Elements of containers that are read, shared evenly."""
NUMBERS = 16
"""Numbers that count as one element."""
LONGEST_TEXT = 1_000
"""Characters or bytes that are read of a text inside a container or next to other objects."""
PIECE = 8_192
"""How many floats are made canonical at a time."""
LARGEST_INTEGER = 4_096
"""Bits of an integer that are read, the lowest ones."""
LARGEST_DICT = 1_000
"""Keys of a dict; of larger dicts, and of sets with more members than may be read, only the size counts."""
DEEPEST = 8
_MISSING = b"-"
_ISO = {"datetime.date", "datetime.datetime", "datetime.time", "pandas.Timestamp", "pandas.Timedelta"}
_TEXTUAL = {"decimal.Decimal", "fractions.Fraction", "uuid.UUID", "datetime.timedelta"}
_CONTAINERS = (list, tuple, dict, set, frozenset)


def canonical_pieces(array: NDArray[Any]) -> Iterator[memoryview]:
    """Yield an array of fixed-width items as contiguous buffers: little-endian, in C order, one zero, one NaN."""
    import numpy as np

    kind = array.dtype.kind
    if kind == "c":
        yield from canonical_pieces(array.real)
        yield from canonical_pieces(array.imag)
        return
    if kind in "mM":
        array = array.astype("i8")
    flat = np.ascontiguousarray(array).reshape(-1)
    if kind == "f":
        yield from _float_pieces(flat)
    elif kind in "SUV":
        yield memoryview(flat.astype(flat.dtype.newbyteorder("<"), copy=False).tobytes())
    else:
        yield flat.astype(flat.dtype.newbyteorder("<"), copy=False).data


def _float_pieces(flat: NDArray[Any]) -> Iterator[memoryview]:
    """Yield floats in pieces that stay in the processor's cache while they are made canonical."""
    import numpy as np

    with np.errstate(all="ignore"):
        for start in range(0, len(flat), PIECE):
            values = flat[start : start + PIECE] + flat.dtype.type(0)
            missing = np.isnan(values)
            if missing.any():
                values[missing] = np.nan
            if values.dtype.itemsize <= 8:
                yield values.astype(values.dtype.newbyteorder("<"), copy=False).data
                continue
            # The bytes of a long double are partly undefined; two doubles hold all of it.
            high = values.astype("<f8")
            yield high.data
            yield from _float_pieces((values - high).astype("<f8"))


def canonical_bytes(array: NDArray[Any]) -> bytes:
    """Return the bytes of an array of fixed-width items; see `canonical_pieces`."""
    return b"".join(canonical_pieces(array))


def encode_objects(values: list[Any], sharing: int = 1) -> bytes:
    """Return bytes that represent a list of objects; `sharing` lists share the limits."""
    kinds = {*map(type, values)}
    texts = _encode_texts(values, CHARACTERS // sharing) if kinds <= {str, float, type(None)} else None
    if texts is not None:
        return b"t" + texts
    contained = any(issubclass(each, _CONTAINERS) or _is_array(each) for each in kinds)
    few = sample_items(values, max(1, (CONTAINERS if contained else OTHERS) // sharing))
    share = max(NUMBERS, ELEMENTS // sharing // len(few))
    return b"o" + b"".join(_length_prefixed(_ObjectEncoder(share).token(each)) for each in few)


def _encode_texts(values: list[Any], characters: int) -> bytes | None:
    """Return bytes for texts, some of them missing; None where there is a number among them."""
    missing = bytes(type(each) is not str for each in values)
    if any(missing):
        if not all(type(each) is str or is_missing(each) for each in values):
            return None
        values = [each if type(each) is str else "" for each in values]
    lengths = [*map(len, values)]
    if sum(lengths) > characters:
        values = [_head_and_tail(each, characters // len(values)) for each in values]
    return missing + struct.pack(f"<{len(lengths)}q", *lengths) + _utf8("".join(values))


def is_missing(value: object) -> bool:
    """Return whether an object is a missing value: None, NaN, ``pandas.NA`` or ``NaT``."""
    kind = type(value)
    if issubclass(kind, float):
        return math.isnan(value)  # type: ignore[arg-type] # the line above checks that it is a float
    return value is None or (_top_module(kind) == "pandas" and kind.__name__ in {"NAType", "NaTType"})


def _top_module(kind: type) -> str:
    module = kind.__module__
    return module.partition(".")[0] if type(module) is str else ""


def _qualified_name(kind: type) -> str:
    """Return ``module.name`` of a type if that name refers to it, else an empty string."""
    home, name = _top_module(kind), str(kind.__name__)
    return f"{home}.{name}" if getattr(sys.modules.get(home), name, None) is kind else ""


def _is_array(kind: type) -> bool:
    numpy = sys.modules.get("numpy")
    return numpy is not None and issubclass(kind, numpy.ndarray)


def _head_and_tail(text: Any, most: int) -> Any:
    return text if len(text) <= most else text[: most - most // 2] + text[len(text) - most // 2 :]


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _length_prefixed(token: bytes) -> bytes:
    return len(token).to_bytes(4, "little") + token


class _ObjectEncoder:
    """Encodes one object, reading a limited number of the elements it contains."""

    def __init__(self, left: int) -> None:
        self.left = left

    def token(self, value: Any, depth: int = 0) -> bytes:
        """Return bytes for an object; only the name of its type if that is unknown."""
        self.left -= 1
        kind = type(value)
        if is_missing(value):
            return _MISSING
        scalar = _encode_scalar(kind, value)
        if scalar is not None:
            return scalar
        base = next((each for each in _CONTAINERS if issubclass(kind, each)), None)
        if base is not None:
            return self._container(base, value, depth + 1)
        return self._array(value, depth + 1) if _is_array(kind) else _type_name(kind)

    def _container(self, base: Any, value: Any, depth: int) -> bytes:
        """Return bytes for a container, read by the methods of its builtin base class."""
        length: int = base.__len__(value)
        head = _type_name(type(value)) + b"%d" % length
        if depth > DEEPEST or self.left <= 0:
            return head
        if base is dict:
            return head + self._dict(value, length, depth)
        if base in {set, frozenset}:
            return head + self._set([*base.__iter__(value)] if length <= self.left else [])
        return head + self._list(base, value, length, depth)

    def _list(self, base: Any, value: Any, length: int, depth: int) -> bytes:
        numbers = _encode_numbers(_first_and_last(base, value, length, self.left * NUMBERS))
        if numbers is not None:
            self.left -= length // NUMBERS
            return numbers
        return self._each(_first_and_last(base, value, length, self.left), depth)

    def _each(self, values: Iterable[Any], depth: int) -> bytes:
        return b"".join(_length_prefixed(self.token(each, depth)) for each in values if self.left > 0)

    def _dict(self, value: dict[Any, Any], length: int, depth: int) -> bytes:
        if length > LARGEST_DICT:
            return b""
        items = sorted(((_encode_key(key), each) for key, each in dict.items(value)), key=lambda pair: pair[0])
        return b"".join(
            _length_prefixed(key) + _length_prefixed(self.token(each, depth)) for key, each in items if self.left > 0
        )

    def _set(self, members: list[Any]) -> bytes:
        """Return bytes for a set, independent of its order: all members or none."""
        self.left -= len(members)
        return b"".join(_length_prefixed(each) for each in sorted(_encode_key(each) for each in members))

    def _array(self, value: Any, depth: int) -> bytes:
        head = b"a" + str((value.dtype.name, value.shape)).encode()
        if depth > DEEPEST or self.left <= 0 or value.dtype.names is not None:
            return head
        plain = value.view(sys.modules["numpy"].ndarray)
        if plain.dtype.kind in "OT":
            return head + self._each(plain.flat[: self.left].tolist(), depth)
        most = self.left * NUMBERS
        self.left -= plain.size // NUMBERS
        return head + canonical_bytes(plain if plain.size <= most else plain.flat[:most])


def _first_and_last(base: Any, value: Any, length: int, most: int) -> list[Any]:
    if length <= most:
        return [*base.__iter__(value)]
    last = most // 2
    return [*base.__getitem__(value, slice(0, most - last)), *base.__getitem__(value, slice(length - last, length))]


def _encode_numbers(values: list[Any]) -> bytes | None:
    """Return bytes for integers or floats alone, None for anything else."""
    kinds = {*map(type, values)}
    if kinds == {float}:
        return b"F" + canonical_bytes(_numpy_array(values, "f8"))
    if kinds == {int} and max(values) < 2**63 and min(values) >= -(2**63):
        return b"I" + canonical_bytes(_numpy_array(values, "i8"))
    return None


def _numpy_array(values: Any, dtype: Any) -> Any:
    import numpy as np

    return np.array(values, dtype)


def _encode_key(value: Any, depth: int = 0) -> bytes:
    kind = type(value)
    if is_missing(value):
        return _MISSING
    if kind is tuple and depth < 2:
        return b"(" + b"".join(_length_prefixed(_encode_key(each, depth + 1)) for each in value[:NUMBERS])
    return _encode_scalar(kind, value) or _type_name(kind)


def _encode_scalar(kind: type, value: Any) -> bytes | None:
    """Return bytes for a number, a text or a time; None for anything else."""
    if kind is bool:
        return b"b1" if value else b"b0"
    if issubclass(kind, str):
        text = str.__str__(value)
        return b"s%d:" % len(text) + _utf8(_head_and_tail(text, LONGEST_TEXT))
    if kind is int:
        return _encode_integer(value)
    if kind is float:
        return b"f" + struct.pack("<d", value + 0.0)
    if kind is complex:
        return b"c" + canonical_bytes(_numpy_array(value, "c16"))
    if kind in {bytes, bytearray}:
        return b"y%d:" % len(value) + bytes(_head_and_tail(value, LONGEST_TEXT))
    return _other_scalar(kind, value)


def _other_scalar(kind: type, value: Any) -> bytes | None:
    name = _qualified_name(kind)
    if name in _ISO:
        return _type_name(kind) + _utf8(value.isoformat())
    if name in _TEXTUAL:
        return _type_name(kind) + _utf8(str(value))
    if name == "pandas.Period":
        return b"p" + _utf8(f"{value.ordinal} {value.freqstr}")
    if name == "pandas.Interval":
        return b"i" + b"".join(_length_prefixed(_encode_key(each)) for each in (value.closed, value.left, value.right))
    if name.startswith("numpy.") and issubclass(kind, sys.modules["numpy"].number | sys.modules["numpy"].bool_):
        return b"n" + str(value.dtype.name).encode() + canonical_bytes(_numpy_array(value, value.dtype))
    return None


def _encode_integer(value: int) -> bytes:
    bits = value.bit_length()
    low = value if bits <= LARGEST_INTEGER else value & ((1 << LARGEST_INTEGER) - 1)
    return b"i%d:" % bits + low.to_bytes(low.bit_length() // 8 + 1, "little", signed=True)


def _type_name(kind: type) -> bytes:
    return b"<" + _utf8(str(kind.__name__)) + b">"
