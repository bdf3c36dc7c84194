"""Replaces the code of functions while a cell runs: their source is compiled again, with hooks in it."""

from __future__ import annotations
import __future__

import ast
import copy
import warnings
from contextlib import contextmanager
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from nbtrack.capture.runtime.instrumentation import instrumented

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nbtrack.capture.analysis.probe_points import Insertion
    from nbtrack.capture.runtime.hook import Hook

_FUTURES = sum(getattr(__future__, name).compiler_flag for name in __future__.all_feature_names)
_PLACEHOLDER = "\0nbtrack hook "


class CodeSwap:
    """The functions whose code is replaced at the moment; `restore` gives them their own back."""

    def __init__(self) -> None:
        self._swapped: list[tuple[FunctionType, CodeType, CodeType]] = []

    def swap(self, function: FunctionType, own: CodeType, code: CodeType) -> None:
        """Replace the code of a function; `own` is what it had before any thread replaced it."""
        self._swapped.append((function, own, code))
        function.__code__ = code

    def restore(self) -> None:
        """Give all functions their own code back, unless something else has replaced it; safe to repeat."""
        for function, own, other in reversed(self._swapped):
            if function.__code__ is other:
                function.__code__ = own
        self._swapped.clear()


def plain_function(value: object) -> FunctionType | None:
    """Return the function that an attribute or a name holds, without the wrappers of known decorators."""
    if isinstance(value, staticmethod | classmethod):
        value = value.__func__
    wrapped = value.__dict__.get("__wrapped__") if type(value) is FunctionType else None
    if type(wrapped) is FunctionType:
        return wrapped
    return value if type(value) is FunctionType else None


class Source(NamedTuple):
    """Where the code of a function comes from."""

    definition: ast.stmt
    """The statement at the top level that defines the function, or its class."""
    node: ast.FunctionDef
    """The function: that statement itself, or a method of the class."""
    imports: Sequence[ast.stmt]
    """The imports beside it, which may have been compiled with it: calls of what they bind have other code then."""
    insertions: Sequence[Insertion]

    @property
    def alone(self) -> ast.stmt:
        """The definition without the other methods of its class, on which its code does not depend."""
        if not isinstance(self.definition, ast.ClassDef):
            return self.definition
        alone = copy.copy(self.definition)
        alone.body = [self.node]
        return alone


Known: TypeAlias = "dict[tuple[CodeType, str], CodeType | None]"
"""For the code of a function and its file: this code with places for hooks; None where it is not exactly its source."""


def hooked_code(own: CodeType, source: Source, hooks: Sequence[Hook], known: Known) -> CodeType | None:
    """Return the code of a function with hooks in it, or None if `source` is not exactly its source.

    The last two hooks are the ones that `instrumentation` names. `known` has what was compiled before from this source.
    """
    key = own, own.co_filename
    if key not in known:
        known[key] = _with_places(own, source)
    code = known[key]
    return None if code is None else _with_hooks(code, hooks)


def _with_places(own: CodeType, source: Source) -> CodeType | None:
    alone = source.alone
    with _silent():
        for beside in ([], source.imports) if source.imports else ([],):
            module = ast.Module([*beside, alone], [])
            if _inside(_compiled(module, own), own) == own:
                tree = instrumented(module, module, source.insertions, _placeholder)
                return _checked(_inside(_compiled(tree, own), own), own)
    return None


def _checked(code: CodeType | None, own: CodeType) -> CodeType | None:
    same = code is not None and (code.co_freevars, code.co_varnames) == (own.co_freevars, own.co_varnames)
    return code if same else None


def _compiled(module: ast.Module, own: CodeType) -> CodeType:
    compiled: CodeType = compile(module, own.co_filename, "exec", own.co_flags & _FUTURES, dont_inherit=True)
    return compiled


@contextmanager
def _silent() -> Iterator[None]:
    """Suppress the warnings that compiling a source again would repeat.

    The filters are changed without the notice of `warnings.catch_warnings`, by which warnings that were shown once
    would be shown again.
    """
    ignore = ("ignore", None, SyntaxWarning, None, 0)
    filters: Any = warnings.filters
    filters.insert(0, ignore)
    try:
        yield
    finally:
        filters.remove(ignore)


def _inside(code: CodeType, wanted: CodeType) -> CodeType | None:
    """Return the code inside another that has the name and line of the one that is wanted."""
    for constant in code.co_consts:
        if not isinstance(constant, CodeType):
            continue
        if (constant.co_qualname, constant.co_firstlineno) == (wanted.co_qualname, wanted.co_firstlineno):
            return constant
        if (found := _inside(constant, wanted)) is not None:
            return found
    return None


def _placeholder(number: int) -> ast.expr:
    return ast.Constant(f"{_PLACEHOLDER}{number}")


def _with_hooks(code: CodeType, hooks: Sequence[Hook]) -> CodeType:
    return code.replace(co_consts=tuple(_constant(constant, hooks) for constant in code.co_consts))


def _constant(constant: object, hooks: Sequence[Hook]) -> object:
    if isinstance(constant, CodeType):
        return _with_hooks(constant, hooks)
    if isinstance(constant, str) and constant.startswith(_PLACEHOLDER):
        return hooks[int(constant.removeprefix(_PLACEHOLDER))]
    return constant
