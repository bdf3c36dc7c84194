"""What is accepted as a key, a value, a step or a time.

The rule of the house: refuse cleanly or round-trip exactly. Nothing is cut, rounded or clamped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, SupportsIndex

from nbtrack.entities import RunStatus, ViewType
from nbtrack.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

INT64_MIN, INT64_MAX = -(2**63), 2**63 - 1
MAX_KEY = 10_000
"""Characters of a key; generous, since keys are indexed."""
MAX_TEXT = 1_000_000
"""Characters of a parameter or a tag; longer text belongs into an artifact."""


def metric_value(key: str, value: object) -> float:
    """Return `value` as a float, exactly; any real number of one element is taken.

    Raises
    ------
    InvalidValue
        For text, bytes, complex numbers, arrays of several elements, and integers beyond a float.
    """
    kind = type(value)
    if kind is float:
        return value  # type: ignore[return-value] # the line above has just told
    if isinstance(value, str | bytes | bytearray | complex) or value is None:
        raise InvalidValue(_not_a_number(key, value))
    try:
        return _to_float(value)
    except OverflowError:
        msg = f"metric {key!r} is an integer too large for a float: log it as a parameter instead"
        raise InvalidValue(msg) from None
    except (TypeError, ValueError, RuntimeError):
        raise InvalidValue(_not_a_number(key, value)) from None


def _to_float(value: object) -> float:
    item = getattr(value, "item", None)
    number = item() if callable(item) else value
    if isinstance(number, str | bytes | complex) or not hasattr(number, "__float__"):
        raise TypeError
    return float(number)


def _not_a_number(key: str, value: object) -> str:
    shown = repr(value) if isinstance(value, str | bytes | complex | None) else f"a {type(value).__name__}"
    shape = getattr(value, "shape", None)
    if isinstance(shape, tuple) and shape:
        shown += f" of shape {shape}"
    return f"metric {key!r} must be one real number, not {shown[:200]}"


def int64(what: str, value: object) -> int:
    """Return `value` as an int, when it is integral and fits 64 bits.

    Raises
    ------
    InvalidValue
        Naming `what` was wrong.
    """
    if type(value) is int and INT64_MIN <= value <= INT64_MAX:
        return value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, SupportsIndex):
        msg = f"{what} must be an integer, not {type(value).__name__}"
        raise InvalidValue(msg)
    number = value.__index__()
    if not INT64_MIN <= number <= INT64_MAX:
        msg = f"{what} must fit 64 bits, and {number} does not"
        raise InvalidValue(msg)
    return number


def positive(what: str, value: object) -> int:
    """Return `value` as an int of at least 1; `InvalidValue` names `what` when it is not."""
    number = int64(what, value)
    if number < 1:
        msg = f"{what} must be at least 1, not {number}"
        raise InvalidValue(msg)
    return number


def run_status(value: Any) -> str:
    """Return the name of a run's status, unchanged; `InvalidValue` lists the names when there is none."""
    try:
        return RunStatus.to_string(value)
    except ValueError:
        msg = f"a run status is one of {', '.join(RunStatus)}, not {value!r}"
        raise InvalidValue(msg) from None


def view_type(value: Any) -> ViewType:
    """Return the view type of that number; `InvalidValue` lists the members when there is none."""
    try:
        return ViewType(value)
    except ValueError:
        msg = f"a view type is one of {', '.join(f'ViewType.{each.name}' for each in ViewType)}, not {value!r}"
        raise InvalidValue(msg) from None


def key(what: str, name: object) -> str:
    """Return the name of a metric, parameter or tag, unchanged.

    Raises
    ------
    InvalidValue
        When it is no text, empty, longer than `MAX_KEY`, or holds what no store can keep.
    """
    if not isinstance(name, str):
        msg = f"the name of a {what} must be text, not {type(name).__name__}"
        raise InvalidValue(msg)
    if not name.strip():
        msg = f"the name of a {what} must not be empty"
        raise InvalidValue(msg)
    if len(name) > MAX_KEY:
        msg = f"the name of a {what} may have {MAX_KEY:,} characters; {name[:40]!r}… has {len(name):,}"
        raise InvalidValue(msg)
    _storable(f"the name of {what} {name[:200]!r}", name)
    return name


def text(what: str, value: object) -> str:
    """Return a parameter or tag as text.

    Raises
    ------
    InvalidValue
        When it is longer than `MAX_TEXT` or holds what no store can keep.
    """
    written = value if type(value) is str else str(value)
    if len(written) > MAX_TEXT:
        msg = f"{what} has {len(written):,} characters, and {MAX_TEXT:,} are the most: log it with log_text instead"
        raise InvalidValue(msg)
    _storable(what, written)
    return written


def _storable(what: str, written: str) -> None:
    if "\0" in written:
        msg = f"{what} holds a NUL character"
        raise InvalidValue(msg)
    try:
        written.encode()
    except UnicodeEncodeError:
        msg = f"{what} holds half a character (a lone surrogate)"
        raise InvalidValue(msg) from None


def texts(what: str, items: Mapping[str, object] | Iterable[tuple[str, object]]) -> list[tuple[str, str]]:
    """Return pairs of checked key and text, in the order given."""
    pairs = items.items() if hasattr(items, "items") else items
    return [(key(what, name), text(f"{what} {name!r}", value)) for name, value in pairs]
