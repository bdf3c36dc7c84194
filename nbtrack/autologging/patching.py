"""Puts functions of ours around functions of a library, when it is imported, and takes them off again."""

from __future__ import annotations

import functools
import importlib.util
import sys
from typing import TYPE_CHECKING, Any

from nbtrack import process

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

    Around = Callable[[Callable[..., Any], tuple[Any, ...], dict[str, Any]], Any]
    """Is called in place of a function, with the function itself and its arguments."""


class Patches:
    """What was put around functions in this process."""

    def __init__(self) -> None:
        self.undo: dict[str, list[Callable[[], None]]] = {}
        self.waiting: dict[str, list[Callable[[], None]]] = {}


def put_around(library: str, owner: Any, name: str, around: Around) -> None:
    """Have `around` called in place of a function or method that `owner` itself has; once for each library."""
    original = vars(owner).get(name)
    if original is None or hasattr(original, "nbtrack_around"):
        return
    replaced = _replaced(original, around)
    if replaced is not None:
        setattr(owner, name, replaced)
        process.state(Patches).undo.setdefault(library, []).append(lambda: setattr(owner, name, original))


def define(library: str, owner: type, name: str, value: Any) -> None:
    """Give a class an attribute that it inherits so far."""
    if name not in vars(owner):
        setattr(owner, name, value)
        process.state(Patches).undo.setdefault(library, []).append(lambda: delattr(owner, name))


def _replaced(original: Any, around: Around) -> Any:
    if hasattr(original, "fn") and hasattr(original, "check"):
        # A method that scikit-learn offers under a condition only: sklearn.utils.metaestimators.available_if
        inner = _replaced(original.fn, around)
        return None if inner is None else type(original)(inner, original.check, original.attribute_name)
    if not callable(original) or isinstance(original, type):
        return None

    @functools.wraps(original)
    def function(*args: Any, **kwargs: Any) -> Any:
        return around(original, args, kwargs)

    function.nbtrack_around = True  # type: ignore[attr-defined] # a mark of ours
    return function


def subclasses(kind: type[Any]) -> Iterator[type[Any]]:
    """Yield all classes below a class."""
    for each in kind.__subclasses__():
        yield each
        yield from subclasses(each)


def take_off(library: str) -> None:
    """Put the functions of a library back."""
    patches = process.state(Patches)
    for restore in patches.undo.pop(library, []):
        restore()
    for waiting in patches.waiting.values():
        waiting.clear()


def when_imported(module: str, act: Callable[[], None]) -> None:
    """Call `act` now if a module is imported, else as soon as it is."""
    if module in sys.modules:
        act()
        return
    waiting = process.state(Patches).waiting
    waiting.setdefault(module, []).append(act)
    if not any(isinstance(each, _Finder) for each in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


class _Finder:
    """Finds modules as Python does, and has what waits for one called after it was executed."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        waiting = process.state(Patches).waiting
        acts = waiting.pop(name, None)
        if not acts:
            return None
        spec = importlib.util.find_spec(name)
        if spec is None or spec.loader is None:
            return None
        loader, execute = spec.loader, spec.loader.exec_module

        def executed(module: ModuleType) -> None:
            loader.exec_module = execute  # type: ignore[method-assign] # as it was
            execute(module)
            for each in acts:
                each()

        loader.exec_module = executed  # type: ignore[method-assign] # for this module, once
        return spec
