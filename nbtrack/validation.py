"""Validation of keys, values, steps, times and the types of arguments.

A value is refused, or stored and returned exactly: nothing is truncated, rounded or clamped.
"""

from __future__ import annotations

import functools
import os
import re
import sys
from types import FunctionType
from typing import TYPE_CHECKING, Any, NamedTuple, SupportsIndex, TypeVar

from nbtrack.entities import RunStatus, ViewType
from nbtrack.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from nbtrack.entities import Run

    Function = TypeVar("Function", bound=Callable[..., Any])
    Class = TypeVar("Class", bound=type)


class MlflowLimits:
    """What MLflow's servers accept and return at most, in characters and items.

    From ``mlflow/utils/validation.py`` and ``mlflow/store/tracking/__init__.py`` of MLflow 3. nbtrack's own stores take
    more (see `MAX_KEY` and `MAX_TEXT`): these limits apply to requests to MLflow's servers and to ours.
    """

    PARAM_VALUE = 6_000
    TAG_VALUE = 8_000
    EXPERIMENT_NAME, ARTIFACT_LOCATION = 500, 2_048
    INPUT_TAG_KEY, INPUT_TAG_VALUE = 255, 500
    DATASET_NAME, DATASET_DIGEST = 500, 36
    DATASET_SCHEMA, DATASET_SOURCE, DATASET_PROFILE = 1_048_575, 65_535, 16_777_215
    METRICS_PER_BATCH, PARAMS_PER_BATCH, TAGS_PER_BATCH, ENTITIES_PER_BATCH = 1_000, 100, 100, 1_000
    RESULTS_PER_PAGE = 50_000
    """Runs or experiments."""
    POINTS_PER_PAGE = 25_000
    """Points of a metric's history."""
    DATASET_SUMMARIES = 1_000
    """Datasets that a search for those of experiments returns."""
    SAMPLED_POINTS, SAMPLED_RUNS = 2_500, 100
    """Points of histories that are sampled for a chart; from ``mlflow/server/handlers.py``."""


INT64_MIN, INT64_MAX = -(2**63), 2**63 - 1
MAX_KEY = 10_000
"""Characters of a key in nbtrack's own stores."""
MAX_TEXT = 1_000_000
"""Characters of a parameter or tag in nbtrack's own stores; longer text belongs in an artifact."""


def metric_value(key: str, value: object) -> float:
    """Return `value` as a float, exactly; any real number or array of one element is accepted.

    Raise `InvalidValue` for text, bytes, complex numbers, arrays of several elements, and integers beyond a float.
    """
    kind = type(value)
    if kind is float:
        return value  # type: ignore[return-value] # the line above checks its type
    if isinstance(value, str | bytes | bytearray | complex) or value is None:
        raise InvalidValue(_not_a_number(key, value))
    try:
        return _to_float(value)
    except OverflowError:
        msg = f"Metric {key!r} is an integer too large for a float: log it as a parameter instead"
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
    return f"Metric {key!r} must be a single real number, not {shown[:200]}"


def int64(what: str, value: object) -> int:
    """Return `value` as an int.

    Raise `InvalidValue` when it is not integral or does not fit 64 bits; the message names `what`.
    """
    if type(value) is int and INT64_MIN <= value <= INT64_MAX:
        return value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, SupportsIndex):
        raise InvalidValue(f"{what} must be an integer, not {type(value).__name__}")
    number = value.__index__()
    if not INT64_MIN <= number <= INT64_MAX:
        raise InvalidValue(f"{what} must fit into 64 bits, which {number} does not")
    return number


def experiment_number(experiment_id: object) -> int:
    """Return the number that the id of an experiment says, or -1 for one that no experiment has.

    Raise `InvalidValue` unless it is a whole number.
    """
    digits = str(experiment_id)
    if not digits.removeprefix("-").isdecimal():
        raise InvalidValue(f"Invalid experiment ID {digits[:200]!r}. Experiment ID must be a valid integer.")
    found = int(digits)
    return found if 0 <= found <= INT64_MAX else -1


def positive(what: str, value: object) -> int:
    """Return `value` as an int of at least 1; raise `InvalidValue`, naming `what`, if it is not."""
    number = int64(what, value)
    if number < 1:
        raise InvalidValue(f"{what} must be at least 1, not {number}")
    return number


def run_status(value: Any) -> str:
    """Return the name of a run status; raise `InvalidValue`, listing the names, for anything else."""
    try:
        return RunStatus.to_string(value)
    except ValueError:
        raise InvalidValue(f"A run status must be one of {', '.join(RunStatus)}, not {value!r}") from None


def view_type(value: Any) -> ViewType:
    """Return the view type of a number; raise `InvalidValue`, listing the view types, for anything else."""
    try:
        return ViewType(value)
    except ValueError:
        msg = f"A view type must be one of {', '.join(f'ViewType.{each.name}' for each in ViewType)}, not {value!r}"
        raise InvalidValue(msg) from None


def key(what: str, name: object) -> str:
    """Return the name of a metric, parameter or tag, unchanged.

    Raise `InvalidValue` when it is not a string, empty, longer than `MAX_KEY`, or contains characters that no store can
    hold.
    """
    if not isinstance(name, str):
        raise InvalidValue(f"The name of {_with_article(what)} must be text, not {type(name).__name__}")
    if not name.strip():
        raise InvalidValue(f"The name of {_with_article(what)} must not be empty")
    if len(name) > MAX_KEY:
        raise InvalidValue(
            f"The name of {_with_article(what)} exceeds the maximum length of {MAX_KEY:,} characters: {name[:40]!r}…"
        )
    if not name.isascii() or "\0" in name:
        _storable(f"the name of {what} {name[:200]!r}", name)
    return name


def _with_article(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def text(what: str, value: object) -> str:
    """Return a parameter or tag as text.

    Raise `InvalidValue` when it is longer than `MAX_TEXT` or contains characters that no store can hold.
    """
    written = value if type(value) is str else str(value)
    if len(written) > MAX_TEXT:
        most, length = f"{MAX_TEXT:,}", f"{len(written):,}"
        msg = f"{what} exceeds the maximum length of {most} characters: it has {length}; log it with log_text instead"
        raise InvalidValue(msg)
    _storable(what, written)
    return written


def _storable(what: str, written: str) -> None:
    if "\0" in written:
        raise InvalidValue(f"{what} contains a NUL character")
    try:
        written.encode()
    except UnicodeEncodeError:
        raise InvalidValue(f"{what} contains half a character (a lone surrogate)") from None


def artifact_location(location: str) -> None:
    """Refuse a URI with a query or a fragment, which would cut off the folders of runs; `InvalidValue`."""
    if ":" in location and {"?", "#"} & set(location):
        msg = f"{location[:200]!r} can't be a location for artifacts: a URI with '?' or '#' has no folders for runs"
        raise InvalidValue(msg)


def file_extension(suffix: object) -> str:
    """Return the extension of a file name in lower case, ``.png`` for ``PNG``; an empty one stays empty."""
    if not isinstance(suffix, str):
        raise InvalidValue(_of_wrong_type("a file extension", "a string", suffix))
    bare = suffix.strip().lower().lstrip(".")
    return f".{bare}" if bare else ""


def texts(what: str, items: Mapping[str, object] | Iterable[tuple[str, object]]) -> list[tuple[str, str]]:
    """Return validated pairs of key and text, in the given order."""
    pairs = items.items() if hasattr(items, "items") else items
    return [_pair(what, each) for each in pairs]


def experiment_ids(value: object) -> list[str]:
    """Return a list of experiment ids, given as a list or a single id; raise `InvalidValue` for anything else."""
    if isinstance(value, str | int):
        return [str(value)]
    if not _is_list(value):
        raise InvalidValue(_of_wrong_type("experiment_ids", "a list of experiment ids", value))
    return [str(each) for each in value]  # type: ignore[attr-defined] # the line above checks that it is a list


def _pair(what: str, pair: tuple[str, object]) -> tuple[str, str]:
    try:
        name, value = pair
    except (TypeError, ValueError):
        raise InvalidValue(f"a {what} must be a pair of key and value, not {repr(pair)[:200]}") from None
    return key(what, name), text(f"{what} {name!r}", value)


def run_id(run: Run | str) -> str:
    """Return the id of a run, given as a run or its id; raise `InvalidValue` for anything else."""
    if isinstance(run, str):
        return run
    if not hasattr(run, "info"):
        raise InvalidValue(_of_wrong_type("a run", "a run or the id of one", run))
    return run.info.run_id


def run_ids(runs: Iterable[Run | str] | Run | str) -> list[str]:
    """Return the ids of runs, given as a list or a single one; raise `InvalidValue` for anything else."""
    if isinstance(runs, str) or not _is_list(runs) or hasattr(runs, "info"):
        return [run_id(runs)]  # type: ignore[arg-type] # the line above handles lists
    return [run_id(each) for each in runs]


def mapping(what: str, value: object) -> None:
    """Raise `InvalidValue`, naming `what`, unless `value` is a mapping."""
    if not _is_mapping(value):
        raise InvalidValue(_of_wrong_type(what, "a mapping", value))


def _is_mapping(value: object) -> bool:
    return hasattr(value, "items")


def _is_list(value: object) -> bool:
    return hasattr(value, "__iter__") and not isinstance(value, str | bytes | bytearray)


def _of_wrong_type(what: str, wanted: str, value: object) -> str:
    return f"{what} must be {wanted}, not {'None' if value is None else type(value).__name__}"


class _Type(NamedTuple):
    """A type of arguments: its name in messages, its most frequent class, and a test for all others."""

    name: str
    usual: type
    accepts: Callable[[object], bool]


_TYPES: dict[str, _Type] = {
    "None": _Type("None", type(None), lambda _: False),
    "str": _Type("a string", str, lambda value: isinstance(value, str)),
    "Path": _Type("a path", os.PathLike, lambda value: isinstance(value, os.PathLike)),
    "Mapping": _Type("a mapping", dict, _is_mapping),
    "dict": _Type("a mapping", dict, _is_mapping),
    "Sequence": _Type("a list", list, _is_list),
    "Iterable": _Type("a list", list, _is_list),
    "Run": _Type("a run", _Type, lambda value: hasattr(value, "info")),
    "MlflowClient": _Type("a client", _Type, lambda value: hasattr(value, "store")),
    "BinaryIO": _Type("a file opened in binary mode", _Type, lambda value: hasattr(value, "read")),
    "timedelta": _Type("a timedelta", _Type, lambda value: hasattr(value, "total_seconds")),
}
"""By annotation; arguments of other types are checked where they are used."""


def typed(function: Function) -> Function:
    """Make a function raise `InvalidValue`, naming the argument, for types that its annotations exclude.

    Numbers and experiment ids are not checked, since functions convert them.
    """
    code = function.__code__
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    checks = [
        (place if place < code.co_argcount else sys.maxsize, name, {each.usual for each in types}, types)
        for place, name in enumerate(names)
        if (types := _types(name, function.__annotations__.get(name, "")))
    ]

    @functools.wraps(function)
    def call(*given: Any, **named: Any) -> Any:
        count = len(given)
        for place, name, usual, types in checks:
            if place >= count and name not in named:
                continue
            value = given[place] if place < count else named[name]
            if type(value) not in usual and not any(each.accepts(value) for each in types):
                wanted = " or ".join(each.name for each in types)
                raise InvalidValue(_of_wrong_type(f"{name} of {function.__name__}", wanted, value))
        return function(*given, **named)

    return call  # type: ignore[return-value] # it has the signature of the function


def _types(argument: str, annotation: str) -> list[_Type]:
    """Return the types that an annotation allows; none if the argument is not checked."""
    nested = 1
    while nested:
        annotation, nested = re.subn(r"\[[^\[\]]*\]", "", annotation)
    names = annotation.split(" | ")
    return [_TYPES[each] for each in names] if argument != "experiment_id" and {*names} <= {*_TYPES} else []


def typed_methods(cls: Class) -> Class:
    """Apply `typed` to the public methods of a class."""
    for name, member in list(vars(cls).items()):
        if isinstance(member, FunctionType) and not name.startswith("_"):
            setattr(cls, name, typed(member))
    return cls
