"""Wraps functions of a library when it is imported, and unwraps them again."""

from __future__ import annotations

import functools
import importlib.util
import sys
from typing import TYPE_CHECKING, Any

from nbtrack import process
from nbtrack.errors import warn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

    Wrapper = Callable[[Callable[..., Any], tuple[Any, ...], dict[str, Any]], Any]
    """Is called in place of a function, with the function itself and its arguments."""


class Patches:
    """What is wrapped in this process, and what is to be wrapped on import."""

    def __init__(self) -> None:
        self.undo: dict[str, list[Callable[[], None]]] = {}
        """By library, the functions that undo its patches."""
        self.waiting: dict[str, list[tuple[str, Callable[[], None]]]] = {}
        """By the module whose import is awaited: the library, and the function that wraps its functions."""


def wrap(library: str, owner: Any, name: str, wrapper: Wrapper) -> None:
    """Call `wrapper` in place of a function or method that `owner` itself defines; a second call changes nothing."""
    original = vars(owner).get(name)
    if original is None or hasattr(original, "nbtrack_wrapper"):
        return
    replaced = _replaced(original, wrapper)
    if replaced is not None:
        setattr(owner, name, replaced)
        process.state(Patches).undo.setdefault(library, []).append(lambda: setattr(owner, name, original))


def define(library: str, owner: type, name: str, value: Any) -> None:
    """Define an attribute on a class that so far inherits it."""
    if name not in vars(owner):
        setattr(owner, name, value)
        process.state(Patches).undo.setdefault(library, []).append(lambda: delattr(owner, name))


def _replaced(original: Any, wrapper: Wrapper) -> Any:
    if hasattr(original, "fn") and hasattr(original, "check"):
        # A method that scikit-learn offers conditionally: sklearn.utils.metaestimators.available_if
        inner = _replaced(original.fn, wrapper)
        return None if inner is None else type(original)(inner, original.check, original.attribute_name)
    if not callable(original) or isinstance(original, type):
        return None

    @functools.wraps(original)
    def function(*args: Any, **kwargs: Any) -> Any:
        return wrapper(original, args, kwargs)

    function.nbtrack_wrapper = True  # type: ignore[attr-defined] # mypy does not model attributes of functions
    return function


def subclasses(kind: type[Any]) -> Iterator[type[Any]]:
    """Yield all classes below a class."""
    for each in kind.__subclasses__():
        yield each
        yield from subclasses(each)


def unwrap(library: str) -> None:
    """Restore the functions of a library, and stop waiting for its import."""
    patches = process.state(Patches)
    for restore in patches.undo.pop(library, []):
        restore()
    for module, waiting in patches.waiting.items():
        patches.waiting[module] = [each for each in waiting if each[0] != library]


def when_imported(library: str, module: str, act: Callable[[], None]) -> None:
    """Call `act` now if a module is imported, else as soon as it is."""
    if module in sys.modules:
        act()
        return
    waiting = process.state(Patches).waiting
    waiting.setdefault(module, []).append((library, act))
    if not any(isinstance(each, _Finder) for each in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


class _Finder:
    """Finds modules as Python does, and calls the functions that wait for a module after it was executed."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        waiting = process.state(Patches).waiting
        acts = [act for _, act in waiting.pop(name, [])]
        if not acts:
            return None
        spec = importlib.util.find_spec(name)
        if spec is None or spec.loader is None:
            return None
        loader, execute = spec.loader, spec.loader.exec_module

        def executed(module: ModuleType) -> None:
            loader.exec_module = execute  # type: ignore[method-assign] # restores the loader's own method
            execute(module)
            for each in acts:
                _attempt(name, each)

        loader.exec_module = executed  # type: ignore[method-assign] # loaders have no hook for this
        return spec


def _attempt(module: str, act: Callable[[], None]) -> None:
    """Wrap what is to be wrapped in a module; its import succeeds in any case."""
    try:
        act()
    except Exception as error:  # noqa: BLE001 # a version of the library may differ in anything
        warn(f"Training with {module} can't be logged automatically: {type(error).__name__}: {error}")
