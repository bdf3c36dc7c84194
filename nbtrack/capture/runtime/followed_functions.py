"""Follows the functions that a cell calls: while it runs, their code has hooks in it; then it is restored."""

from __future__ import annotations

import sys
from types import FunctionType
from typing import TYPE_CHECKING, Any

from nbtrack.capture.runtime.code_swap import CodeSwap, Source, hooked_code, plain_function
from nbtrack.capture.runtime.function_hooks import FunctionHooks
from nbtrack.capture.runtime.hook import Hook

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from nbtrack.capture.analysis.probe_points import Call
    from nbtrack.capture.rules.function_results import FollowedFunction
    from nbtrack.capture.runtime.function_hooks import Shared


class FollowedFunctions:
    """The functions that are followed; `pending_hooks` are the last two hooks of each, see `instrumentation`."""

    def __init__(
        self,
        functions: Sequence[FollowedFunction],
        namespace: Mapping[str, Any],
        shared: Shared,
        pending_hooks: Sequence[Callable[[], Any]],
    ) -> None:
        self._namespace, self._nesting = namespace, shared.nesting
        self._swap = CodeSwap()
        self._hooks = [[FunctionHooks(one, keys, shared) for keys in one.recorded_as] for one in functions]
        self._current = [0] * len(functions)
        """For each function: the number of the call, if its calls are recorded separately."""
        last = [Hook(hook) for hook in pending_hooks]
        self._followed = [(one, [*self._hooks_of(number), *last]) for number, one in enumerate(functions)]

    def _hooks_of(self, function: int) -> list[Hook]:
        first, *others = [hooks.hooks for hooks in self._hooks[function]]
        return [self._by_call(function, alike) for alike in zip(first, *others, strict=True)] if others else first

    def _by_call(self, function: int, hooks: Sequence[Hook]) -> Hook:
        """Return a hook that acts differently for each call."""
        current = self._current

        def call(*values: Any) -> Any:
            return hooks[current[function]](*values)

        return type(hooks[0])(call)

    def caller(self, point: Call) -> Callable[[], bool]:
        """Return the hook before a call that is recorded separately from other calls."""
        current = self._current

        def call() -> bool:
            current[point.function] = point.number
            return False

        return call

    @property
    def have_loops(self) -> bool:
        """Whether any of them has a loop."""
        return any(function.points.numberings for function, _ in self._followed)

    def enter(self) -> None:
        """Put hooks into the functions that exist before the cell runs."""
        for function, hooks in self._followed:
            if not function.in_cell:
                self._follow(function, hooks, self._held_by(function))

    def defined(self, name: str, value: object) -> None:
        """Put hooks into a function that the cell has just defined, or into the methods of a class."""
        for function, hooks in self._followed:
            if function.in_cell and function.callee.path[0] == name:
                self._follow(function, hooks, value)

    def restore(self) -> None:
        """Remove all hooks; those in copies of the code that something else has kept do nothing from now on."""
        self._nesting.end()
        self._swap.restore()

    def leave(self) -> None:
        """Remove all hooks, and add the remaining points."""
        self.restore()
        for hooks in (each for some in self._hooks for each in some):
            hooks.release()

    def _held_by(self, function: FollowedFunction) -> object:
        module = function.callee.scope.module
        names = self._namespace if module is None else vars(sys.modules.get(module, sys))
        return names.get(function.callee.path[0])

    def _follow(self, function: FollowedFunction, hooks: Sequence[Hook], value: object) -> None:
        callee = function.callee
        if len(callee.path) == 2:
            value = type.__getattribute__(value, "__dict__").get(callee.path[1]) if isinstance(value, type) else None
        found = plain_function(value)
        if type(found) is not FunctionType:
            return
        source = Source(callee.definition, callee.node, function.imports, function.points.insertions)
        own = found.__code__
        code = hooked_code(own, source, hooks, function.body.compiled)
        if code is not None:
            self._swap.swap(found, own, code)
