"""Copies of the names of a notebook, one for each trial, in which functions and classes see these names only.

What the code of a trial can reach is written once with pickle and read again for each trial, so that objects which
belong together (a model and its optimizer) stay together. Functions and classes of the notebook are made anew around
the new names. Modules, what can't be copied (files, locks, generators) and large data are shared by all trials.
"""

from __future__ import annotations

import copyreg
import io
import pickle
import types
from abc import ABCMeta
from typing import TYPE_CHECKING, Any

from nbtrack.sweeps import shared_data
from nbtrack.sweeps.reached_names import contents, is_of_notebook, reached_names
from nbtrack.sweeps.shared_data import SharedData

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_SHARED_MODULES = frozenset({
    "IPython", "anywidget", "ipykernel", "ipywidgets", "logging", "matplotlib", "nbtrack", "threading", "tqdm",
    "traitlets",
})  # fmt: skip
"""Packages whose objects stand for something outside of the notebook: a figure, a widget, a lock."""
_SHARED_TYPES = (types.ModuleType, types.CodeType, types.BuiltinFunctionType, types.FrameType, types.TracebackType)
_NOT_COPIED = frozenset({"__dict__", "__weakref__", "_abc_impl", "__module__", "__doc__"})
_NAMES = "names"


class _Token:
    """Stands for an object that is shared instead of pickled."""

    def __init__(self, thing: object) -> None:
        self.thing = thing


class NamespaceCopies:
    """Copies the names that some code reaches; other names are present, but shared.

    Parameters
    ----------
    names
        The names of the notebook.
    identifiers
        The names that occur in the code of the trials.
    """

    def __init__(self, names: dict[str, Any], identifiers: Iterable[str]) -> None:
        self._names = names
        self.shared = SharedData()
        self._tokens: list[object] = []
        self._unwritable: set[int] = set()
        reached = sorted(reached_names(names, identifiers))
        self._written, single = self._copied({name: names[name] for name in reached})
        self.uncopied = sorted(single | {name for name in reached if id(names[name]) in self._unwritable})
        """The names whose objects can't be copied."""

    def new(self) -> dict[str, Any]:
        """Return the names for one trial."""
        fresh = dict(self._names)
        fresh.update(self._read(self._written, fresh))
        return fresh

    def _copied(self, wanted: Mapping[str, Any]) -> tuple[bytes, set[str]]:
        try:
            written = self._write(wanted)
            self._read(written, {})
        except Exception:  # noqa: BLE001 # reading objects runs their code, which may raise anything
            return self._copied_singly(wanted)
        self._watch(wanted)
        return written, set()

    def _copied_singly(self, wanted: Mapping[str, Any]) -> tuple[bytes, set[str]]:
        """Leave out each name that can't be copied on its own."""
        good = {name: thing for name, thing in wanted.items() if self._can_copy(name, thing)}
        self._watch(good)
        return self._write(good), set(wanted) - set(good)

    def _can_copy(self, name: str, thing: object) -> bool:
        try:
            self._read(self._write({name: thing}), {})
        except Exception:  # noqa: BLE001 # reading objects runs their code, which may raise anything
            return False
        return True

    def _watch(self, wanted: Mapping[str, Any]) -> None:
        for name, thing in wanted.items():
            if shared_data.size(thing) >= shared_data.LARGE:
                self.shared.add(name, thing)

    def _write(self, wanted: Mapping[str, Any]) -> bytes:
        file = io.BytesIO()
        _Writer(file, self._names, self._tokens, self._unwritable).dump(dict(wanted))
        return file.getvalue()

    def _read(self, written: bytes, names: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = _Reader(io.BytesIO(written), names, self._tokens).load()
        return found


class _Writer(pickle.Pickler):
    def __init__(self, file: io.BytesIO, names: dict[str, Any], tokens: list[object], unwritable: set[int]) -> None:
        super().__init__(file, protocol=5)
        self._names, self._tokens, self._unwritable = names, tokens, unwritable
        self._shared_ids: set[int] = set()

    def persistent_id(self, thing: Any) -> object:
        if thing is self._names:
            return _NAMES
        if type(thing) is _Token:
            return self._number(thing.thing)
        if isinstance(thing, _SHARED_TYPES) or id(thing) in self._shared_ids:
            return self._number(thing)
        if isinstance(thing, types.FunctionType):
            return None if thing.__globals__ is self._names or thing.__globals__ is globals() else self._number(thing)
        if isinstance(thing, type):
            return None if is_of_notebook(thing) and type(thing) in {type, ABCMeta} else self._number(thing)
        module = type(thing).__module__
        if module != "builtins" and module.partition(".")[0] in _SHARED_MODULES:
            return self._number(thing)
        return self._number(thing) if shared_data.size(thing) >= shared_data.LARGE else None

    def _number(self, thing: object) -> int:
        self._tokens.append(thing)
        return len(self._tokens) - 1

    def reducer_override(self, thing: Any) -> Any:
        if isinstance(thing, types.FunctionType):
            return self._of_function(thing)
        if isinstance(thing, type):
            return self._of_class(thing)
        if isinstance(thing, property):
            return property, (thing.fget, thing.fset, thing.fdel, thing.__doc__)
        if isinstance(thing, classmethod | staticmethod):
            return type(thing), (thing.__func__,)
        return self._of_object(thing)

    def _of_function(self, function: types.FunctionType) -> Any:
        if function.__globals__ is not self._names:
            return NotImplemented
        cells = function.__closure__ or ()
        held = [contents(cell) for cell in cells]
        state = (held, function.__defaults__, function.__kwdefaults__, vars(function), function.__module__)
        arguments = (self._names, _Token(function.__code__), function.__name__, function.__qualname__, len(cells))
        return _new_function, arguments, state, None, None, _fill_function

    def _of_class(self, kind: type) -> Any:
        own = {name: value for name, value in vars(kind).items() if name not in _NOT_COPIED and not _is_slot(value)}
        for value in own.values():
            if not isinstance(value, _COPIED_IN_CLASSES):
                self._shared_ids.add(id(value))
        fields = own.get("__dataclass_fields__")
        if fields is not None:
            self._shared_ids.add(id(fields))
        begun = {name: vars(kind)[name] for name in ("__slots__", "__doc__") if name in vars(kind)}
        arguments = (_Token(type(kind)), kind.__name__, kind.__bases__, _Token(begun), kind.__module__)
        return _new_class, arguments, own, None, None, _fill_class

    def _of_object(self, thing: Any) -> Any:
        if type(thing) in copyreg.dispatch_table:
            return NotImplemented
        try:
            return thing.__reduce_ex__(5)
        except Exception:  # noqa: BLE001 # what can't be pickled is shared
            self._unwritable.add(id(thing))
            return _identity, (_Token(thing),)


class _Reader(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, names: dict[str, Any], tokens: list[object]) -> None:
        super().__init__(file)
        self._names, self._tokens = names, tokens

    def persistent_load(self, pid: Any) -> object:
        return self._names if pid == _NAMES else self._tokens[pid]


_COPIED_IN_CLASSES = (types.FunctionType, property, classmethod, staticmethod, list, dict, set)


def _identity(thing: object) -> object:
    return thing


def _new_function(names: dict[str, Any], code: types.CodeType, name: str, qualified: str, cells: int) -> Any:
    function = types.FunctionType(code, names, name, None, tuple(types.CellType() for _ in range(cells)))
    function.__qualname__ = qualified
    return function


def _fill_function(function: Any, state: tuple[Any, ...]) -> None:
    held, function.__defaults__, function.__kwdefaults__, attributes, function.__module__ = state
    for cell, content in zip(function.__closure__ or (), held, strict=True):
        if content:
            cell.cell_contents = content[0]
    vars(function).update(attributes)


def _new_class(meta: Any, name: str, bases: tuple[type, ...], begun: dict[str, Any], module: str) -> Any:
    return meta(name, bases, {**begun, "__module__": module})


def _fill_class(kind: type, own: dict[str, Any]) -> None:
    for name, value in own.items():
        try:
            setattr(kind, name, value)
        except (AttributeError, TypeError):
            continue


def _is_slot(value: object) -> bool:
    return isinstance(value, types.MemberDescriptorType | types.GetSetDescriptorType)
