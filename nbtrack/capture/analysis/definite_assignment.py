"""Which names are definitely, or possibly, bound where an iteration of a loop ends."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from nbtrack.capture.analysis import syntax

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_SWALLOWING = frozenset({"suppress", "raises", "ignored"})
"""Context managers that end a block early without a word."""


class Bound(NamedTuple):
    """The names bound so far in an iteration."""

    surely: frozenset[str]
    possibly: frozenset[str]

    def with_names(self, more: Iterable[str]) -> Bound:
        """Return a copy with names that are bound next."""
        fresh = frozenset(more)
        return Bound(self.surely | fresh, self.possibly | fresh)


class Exit(NamedTuple):
    """One way in which an iteration ends: at a jump, or (None) at the end of the body."""

    jump: ast.stmt | None
    bound: Bound


_State: TypeAlias = Bound | None


_NOTHING = Bound(frozenset(), frozenset())


def exits(loop: syntax.Loop) -> list[Exit]:
    """Return the ways in which an iteration of a loop ends, with the names bound by then."""
    drawn = _bound_in(loop.test) if isinstance(loop, ast.While) else _targets(loop)
    return _exits(_Walker(), loop.body, _NOTHING.with_names(drawn))


def exits_in_loop(loop: syntax.Loop) -> list[Exit]:
    """Return the ways in which an iteration of a loop in a function ends, as `exits_in_function` does."""
    drawn = () if isinstance(loop, ast.While) else _targets(loop)
    return _exits(_StrictWalker(), loop.body, _NOTHING.with_names(drawn))


def _targets(loop: ast.For | ast.AsyncFor) -> Iterator[str]:
    return (name.id for name in syntax.targets(loop.target))


def exits_in_function(body: Sequence[ast.stmt]) -> list[Exit]:
    """Return the ways in which the body of a function ends.

    Names count as definitely bound only where reading them cannot fail, whichever errors context managers suppress.
    """
    return _exits(_StrictWalker(), body, _NOTHING)


def _exits(walker: _Walker, body: Sequence[ast.stmt], start: Bound) -> list[Exit]:
    end = walker.block(body, start)
    return [*walker.found, Exit(None, end)] if end is not None else walker.found


class _Walker:
    def __init__(self) -> None:
        self.found: list[Exit] = []
        self.inner = 0

    def block(self, body: Sequence[ast.stmt], bound: _State) -> _State:
        for statement in body:
            if bound is None:
                return None
            bound = self._statement(statement, bound)
        return bound

    def _statement(self, node: ast.stmt, bound: Bound) -> _State:
        if isinstance(node, ast.Break | ast.Continue):
            if not self.inner:
                self.found.append(Exit(node, bound))
            return None
        if isinstance(node, ast.Raise | ast.Return):
            self._leave(node, bound)
            return None
        if isinstance(node, ast.If):
            bound = self._with_head(node.test, bound)
            return _met([self.block(node.body, bound), self.block(node.orelse, bound)])
        if isinstance(node, syntax.LOOPS):
            return self._loop(node, bound)
        if isinstance(node, ast.Try | ast.TryStar):
            return self._try(node, bound)
        if isinstance(node, ast.With | ast.AsyncWith):
            return self._with(node, bound)
        if isinstance(node, ast.Match):
            return _met([bound, *(self.block(case.body, bound) for case in node.cases)])
        return bound.with_names(own_bindings(node))

    def _leave(self, node: ast.Raise | ast.Return, bound: Bound) -> None:
        """Note that a statement leaves the loop and the blocks around it."""

    def _with_head(self, head: ast.expr, bound: Bound) -> Bound:
        """Return a copy with the names that the head of a compound statement binds."""
        return bound.with_names(_bound_in(head))

    def _swallows(self, node: ast.With | ast.AsyncWith) -> bool:
        """Return whether a block may end early without an error."""
        return any(
            isinstance(item.context_expr, ast.Call) and syntax.last_name(item.context_expr.func) in _SWALLOWING
            for item in node.items
        )

    def _loop(self, node: syntax.Loop, bound: Bound) -> _State:
        bound = self._with_head(node.test if isinstance(node, ast.While) else node.iter, bound)
        self.inner += 1
        inside = self.block(node.body, bound)
        self.inner -= 1
        after = self.block(node.orelse, bound)
        everywhere = frozenset(name for part in node.body for name in all_bindings(part))
        ends = _met([bound, inside, after])
        return None if ends is None else Bound(ends.surely, ends.possibly | everywhere)

    def _try(self, node: ast.Try | ast.TryStar, bound: Bound) -> _State:
        tried = self.block([*node.body, *node.orelse], bound)
        maybe = frozenset(name for part in node.body for name in all_bindings(part))
        risen = Bound(bound.surely, bound.possibly | maybe)
        ends = _met([tried, *(self.block(handler.body, risen) for handler in node.handlers)])
        final = self.block(node.finalbody, risen if ends is None else Bound(risen.surely, ends.possibly))
        if ends is None or final is None:
            return None
        return Bound(ends.surely | final.surely, final.possibly)

    def _with(self, node: ast.With | ast.AsyncWith, bound: Bound) -> _State:
        for item in node.items:
            bound = self._with_head(item.context_expr, bound)
        end = self.block(node.body, bound)
        if not self._swallows(node):
            return end
        maybe = frozenset(name for part in node.body for name in all_bindings(part))
        return Bound(bound.surely, bound.possibly | maybe)


class _StrictWalker(_Walker):
    """Considers a name bound only after a statement that binds it and has definitely run."""

    def _leave(self, node: ast.Raise | ast.Return, bound: Bound) -> None:
        if isinstance(node, ast.Return):
            self.found.append(Exit(node, bound))

    def _with_head(self, head: ast.expr, bound: Bound) -> Bound:
        return bound

    def _swallows(self, node: ast.With | ast.AsyncWith) -> bool:
        return True


def _met(states: Iterable[_State]) -> _State:
    """Return the bindings where several branches meet."""
    alive = [state for state in states if state is not None]
    if not alive:
        return None
    surely = frozenset.intersection(*(state.surely for state in alive))
    return Bound(surely, frozenset().union(*(state.possibly for state in alive)))


def own_bindings(node: ast.stmt) -> Iterator[str]:
    """Yield the names that a simple statement binds."""
    if isinstance(node, syntax.FUNCTIONS):
        yield node.name
        return
    yield from all_bindings(node)


def all_bindings(node: ast.AST) -> Iterator[str]:
    """Yield the names bound anywhere in a statement, without inner scopes."""
    if isinstance(node, ast.AnnAssign) and node.value is None:
        return
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    for child in syntax.children(node):
        if isinstance(child, ast.comprehension):
            yield from _bound_in(child.iter)
        elif not isinstance(child, ast.Lambda | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield from all_bindings(child)


def _bound_in(node: ast.expr) -> Iterator[str]:
    """Yield the names that an expression binds by ``:=``."""
    yield from (child.target.id for child in syntax.nodes(node) if isinstance(child, ast.NamedExpr))


def binding_statements(
    body: Sequence[ast.stmt], wanted: frozenset[str]
) -> Iterator[tuple[ast.stmt, frozenset[str], bool]]:
    """Yield the statements of a block that bind wanted names, with these and whether to read them after or before."""
    waiting: list[ast.stmt] = list(body)
    while waiting:
        node = waiting.pop(0)
        inner = [statement for block in _blocks(node) for statement in block]
        if inner:
            found = frozenset(name for part in _heads(node) for name in _bound_in(part)) & wanted
            after = False
            waiting.extend(inner)
        else:
            found = frozenset(own_bindings(node)) & wanted
            after = True
        if found:
            yield node, found, after


def _blocks(node: ast.stmt) -> Iterator[list[ast.stmt]]:
    """Yield the blocks of a compound statement, but not those of a function or class."""
    if isinstance(node, syntax.FUNCTIONS):
        return
    for field in ("body", "orelse", "finalbody"):
        block = getattr(node, field, None)
        if isinstance(block, list) and block:
            yield block
    for part in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
        yield part.body


def _heads(node: ast.stmt) -> Iterator[ast.expr]:
    for field in ("test", "iter", "subject"):
        head = getattr(node, field, None)
        if isinstance(head, ast.expr):
            yield head
    yield from (item.context_expr for item in getattr(node, "items", ()))
