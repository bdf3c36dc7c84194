"""Reads values safely: only their type decides what they are, and nothing of an unknown type is touched.

No ``repr``, ``==``, ``bool`` or iteration of a foreign object; an attribute is looked up on its type
first, so that a lazy or hostile object costs nothing. No numpy, pandas or torch is imported: their
values are known by the names of their types.
"""

from __future__ import annotations

import decimal
import fractions
import types
from typing import TYPE_CHECKING, Any

from nbtrack.capture.analysis.constant_folding import MISSING, SHORT, Missing, Scalar, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

MOST_KEYS = 64
"""The most entries of a container that are read."""
_DATA_MODULES = frozenset({
    "builtins", "types", "collections", "datetime", "pathlib", "io", "re", "numpy", "pandas", "polars", "scipy",
    "PIL", "matplotlib",
})  # fmt: skip
"""Libraries whose objects are data, not models or parts of a training."""
_COLLECTIONS = (dict, list, tuple, set, str)
MOST_ATTRIBUTES = 128
"""The most attributes of an object that is looked into."""
_LONGEST_TEXT = 1_000
_DEEPEST = 4
_EXACT = frozenset({int, float})
SCALARS = frozenset({int, float, str, bool, type(None)})
"""The types of plain values, by themselves and not by what they are subclasses of."""
_RATIONALS = (decimal.Decimal, fractions.Fraction)
_BOXES = frozenset(
    {*("numpy", "torch", "jax", "jaxlib", "tensorflow", "cupy", "mxnet", "paddle", "mlx", "tinygrad"), "ml_dtypes"}
)
"""Libraries whose arrays of no dimension are numbers."""
_NUMPY_REALS = frozenset({
    "float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
})  # fmt: skip
_NAMESPACES = frozenset({"types.SimpleNamespace", "argparse.Namespace", "builtins.SimpleNamespace"})

weak_offset: Callable[[type], int] = type.__dict__["__weakrefoffset__"].__get__
"""Returns 0 for a type whose values have no weak references, without running code of the type."""


def number(value: object) -> int | float | None:
    """Return `value` as a real number, or None; bools, complex numbers and arrays are not numbers here.

    Raise whatever a tensor raises that cannot be read.
    """
    kind = type(value)
    if kind in _EXACT:
        return value  # type: ignore[return-value] # an exact int or float
    if kind is bool:
        return None
    if kind.__module__ == "numpy" and kind.__name__ in _NUMPY_REALS:
        return value.item()  # type: ignore[attr-defined,no-any-return] # a scalar of numpy
    if kind in _RATIONALS:
        return float(value)  # type: ignore[arg-type] # a Decimal or Fraction
    if _is_box(kind):
        return _unboxed(value)
    return None


def _is_box(kind: type) -> bool:
    """Return whether a type is an array or scalar of a numeric library, or behaves like one."""
    return kind.__module__.partition(".")[0] in _BOXES or (
        has(kind, "item") and has(kind, "shape") and has(kind, "dtype")
    )


def has(kind: type, name: str) -> bool:
    """Return whether a type or one of its base classes defines a name."""
    for one in kind.__mro__:  # noqa: SIM110 # a generator would take several times as long
        if name in one.__dict__:
            return True
    return False


def _unboxed(value: Any) -> int | float | None:
    """Return the Python value of a numpy scalar, or of an array or tensor without dimensions."""
    kind = type(value)
    if not (has(kind, "item") or has(kind, "numpy")) or not has(kind, "shape"):
        return None
    if len(value.shape):
        return None
    content = value.item() if has(kind, "item") else value.numpy().item()
    return content if type(content) in _EXACT else None


def scalar(value: object) -> Scalar | Missing:
    """Return a setting's plain value: a number, string, boolean or None; otherwise `MISSING`."""
    if type(value) in SCALARS:
        return value if not isinstance(value, str) or len(value) <= _LONGEST_TEXT else MISSING  # type: ignore[return-value] # an exact scalar
    if _is_box(type(value)) and has(type(value), "shape"):
        return _boxed_setting(value)
    found = number(value)
    return MISSING if found is None else found


def _boxed_setting(value: Any) -> Scalar | Missing:
    if len(value.shape) or not has(type(value), "item"):
        return MISSING
    content = value.item()
    return content if type(content) in SCALARS else MISSING


def setting(value: object) -> Value | Missing:
    """Return the value of one parameter: a scalar, or a short flat list or tuple of scalars; otherwise `MISSING`."""
    if type(value) is not list and type(value) is not tuple:
        return scalar(value)
    content: list[object] | tuple[object, ...] = value
    if not 0 < len(content) <= SHORT:
        return MISSING
    found = [scalar(element) for element in content]
    known = [element for element in found if not isinstance(element, Missing)]
    if len(known) < len(found):
        return MISSING
    return known if type(value) is list else tuple(known)


def settings(value: object, plain: Iterable[type] = ()) -> dict[str, Value] | None:
    """Return the dotted settings in a container of them, or None if `value` is not such a container.

    A container is a dict, dataclass, namedtuple, ``SimpleNamespace``, ``argparse.Namespace``, or an object (or class)
    of `plain`: classes of the notebook that hold only settings.
    """
    found: dict[str, Value] = {}
    return found if _gather(value, "", found, tuple(plain), _DEEPEST) else None


def _gather(value: object, prefix: str, found: dict[str, Value], plain: tuple[type, ...], depth: int) -> bool:
    """Add the settings of a container to `found`; return false if it is not a container of settings, or holds data."""
    fields = _fields(value, plain)
    if fields is None or len(fields) > MOST_KEYS or not depth:
        return False
    for key, content in fields.items():
        if type(key) is not str:
            return False
        known = setting(content)
        if not isinstance(known, Missing):
            found[prefix + key] = known
        elif _is_data(content):
            return False
        else:
            _gather(content, f"{prefix}{key}.", found, plain, depth - 1)
    return True


def _fields(value: object, plain: tuple[type, ...]) -> Mapping[str, object] | None:
    kind = type(value)
    if kind is dict:
        return value  # type: ignore[return-value] # an exact dict
    if f"{kind.__module__}.{kind.__name__}" in _NAMESPACES:
        return vars(value)
    if "__dataclass_fields__" in vars(kind):
        return _declared(value, vars(kind)["__dataclass_fields__"])
    if issubclass(kind, tuple) and has(kind, "_fields"):
        return dict(zip(kind._fields, tuple.__iter__(value), strict=False))  # type: ignore[attr-defined,arg-type] # a namedtuple
    if kind is type and value in plain:
        return {
            name: content for name, content in vars(value).items() if not name.startswith("_") and not callable(content)
        }
    if kind in plain:
        return getattr(value, "__dict__", {})
    return None


def _declared(value: object, names: Iterable[str]) -> dict[str, object]:
    """Return the fields of a dataclass instance, without calling its ``__getattr__``."""
    found = {}
    for name in names:
        try:
            found[name] = object.__getattribute__(value, name)
        except AttributeError:
            continue
    return found


def attributes(value: object) -> dict[str, Value] | None:
    """Return the attributes of an object that hold settings, also the current ones of an optimizer; None for data."""
    kind = type(value)
    if kind.__module__.partition(".")[0] in _DATA_MODULES or _is_data(value) or issubclass(kind, _COLLECTIONS):
        return None
    own = own_attributes(value)
    groups = own.get("param_groups")
    first = groups[0] if type(groups) is list and groups else None
    merged = {**own, **first} if type(first) is dict else own
    if len(merged) > MOST_ATTRIBUTES:
        return {}
    return {name: content for name, content in merged.items() if type(name) is str and type(content) in SCALARS}


def own_attributes(value: object) -> dict[str, Any]:
    """Return the attributes that an object holds itself, without evaluating any."""
    try:
        found = object.__getattribute__(value, "__dict__")
    except AttributeError:
        return {}
    return found if type(found) is dict else {}


def _is_data(value: object) -> bool:
    """Return whether an entry of a container is data rather than a setting."""
    kind = type(value)
    if kind in {list, tuple, set}:
        return len(value) > SHORT  # type: ignore[arg-type] # an exact collection
    return has(kind, "shape") or has(kind, "__array__")


def is_setting(value: object, plain: Iterable[type] = ()) -> bool:
    """Return whether a value is a parameter or a container of parameters."""
    return not isinstance(setting(value), Missing) or settings(value, plain) is not None or _is_settings_list(value)


def _is_settings_list(value: object) -> bool:
    kind = type(value)
    return kind is range or issubclass(kind, types.ModuleType) or (kind in {list, tuple} and len(value) == 0)  # type: ignore[arg-type] # exact


def entries(value: object) -> dict[str, int | float]:
    """Return the numbers in a dict, a Series with string labels or a frame of one row, by key."""
    found: dict[str, int | float] = {}
    kind = type(value)
    module = kind.__module__.partition(".")[0]
    if kind is dict or (
        module == "collections" and isinstance(value, dict) and kind.__name__ in {"OrderedDict", "defaultdict"}
    ):
        _gather_numbers(value, "", found, _DEEPEST)  # type: ignore[arg-type] # a dict
    elif module == "pandas" and kind.__name__ in {"Series", "DataFrame"}:
        _gather_numbers(_labelled(value), "", found, 1)
    return found


def is_table(value: object) -> bool:
    """Return whether a value is a frame, or one of its columns."""
    return type(value).__module__.partition(".")[0] in {"pandas", "polars"} and has(type(value), "shape")


def _labelled(value: Any) -> dict[object, object]:
    """Return a short Series, or the one row of a frame, as a dict."""
    if len(value.shape) == 2:
        if value.shape[0] != 1 or value.shape[1] > MOST_KEYS:
            return {}
        return {label: value.iat[0, place] for place, label in enumerate(list(value.columns))}
    if value.shape[0] > MOST_KEYS:
        return {}
    return {label: value.iat[place] for place, label in enumerate(list(value.index))}


def _gather_numbers(fields: dict[Any, Any], prefix: str, found: dict[str, int | float], depth: int) -> None:
    if len(fields) > MOST_KEYS or not depth:
        return
    for key, content in fields.items():
        if type(key) is not str:
            continue
        known = number(content)
        if known is not None:
            found[prefix + key] = known
        elif type(content) is dict:
            _gather_numbers(content, f"{prefix}{key}.", found, depth - 1)


def is_vector(value: Any) -> bool:
    """Return whether a value is a one-dimensional array or tensor."""
    kind = type(value)
    return _is_box(kind) and has(kind, "shape") and len(value.shape) == 1


def whole(value: object) -> int | None:
    """Return a value as an integer, also one of numpy, or None."""
    if type(value) is float:
        return None
    found = number(value)
    return found if type(found) is int else None


def metric(value: object) -> int | float | dict[str, int | float] | None:
    """Return a number, or the numbers of a container of them, or None."""
    found = number(value)
    return entries(value) or None if found is None else found


def looked_up(names: Mapping[str, Any], path: str, absent: Any = None) -> Any:
    """Return the value at a dotted path: of a name, or an entry of a dict or of a plain object."""
    name, *rest = path.split(".")
    value = names.get(name, absent)
    for part in rest:
        fields: Mapping[str, Any] = value if type(value) is dict else own_attributes(value)
        value = fields.get(part, absent)
    return value


class Token:
    """Stands for an object that must not be kept alive."""

    __slots__ = ("identity",)

    def __init__(self, value: object) -> None:
        self.identity = id(value)


def token(value: object) -> object:
    """Return what `is_same` recognises a value by later: the value itself if it is small, otherwise a `Token`."""
    return value if type(value) in SCALARS else Token(value)


def is_same(known: object, value: object) -> bool:
    """Return whether a value is the very object that `token` was given."""
    return known.identity == id(value) if isinstance(known, Token) else known is value
