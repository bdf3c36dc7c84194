"""Inserts calls of the hooks into a copy of a tree, without changing what the code does.

At a statement: ``if hooks[3](): raise hooks[-1]()``; the hook returns whether something that interrupted
it, a Ctrl-C or the handler of a signal, still has to be raised. At the end of an iteration it may also
request to leave the loop: ``if hooks[3](): if hooks[-2](): raise hooks[-1]()``, and then ``break``. Around an
expression: ``hooks[3](…)``. In functions, whose names cannot be read from outside, a statement hands over values:
``if hooks[3](loss): …``; around an expression, ``hooks[3]((…, model))``.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from nbtrack.capture.analysis import syntax

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nbtrack.capture.analysis.probe_points import Insertion


PENDING = -1
"""The index, among the hooks, of the one that returns the error by which another was interrupted."""
IS_PENDING = -2
"""The index of the one that returns whether there is such an error."""


HookOf: TypeAlias = "Callable[[int], ast.expr]"
"""Returns the expression that code calls the hook of a number by."""


def instrumented(own: ast.Module, tree: ast.Module, insertions: Sequence[Insertion], hook: HookOf) -> ast.Module:
    """Return a copy of `tree`, which equals `own`, with a hook called at each insertion, or `tree` itself.

    Insertions at nodes that `own` does not have, such as the code behind a magic, are left out.
    """
    if not insertions:
        return tree
    pairs = () if tree is own else zip(ast.walk(own), ast.walk(tree), strict=False)
    same = {id(node): id(other) for node, other in pairs}
    copies: dict[int, ast.AST] = {}
    copied = syntax.copy_tree(tree, copies)

    def copy_of(node: ast.AST) -> ast.AST | None:
        return copies.get(same.get(id(node), id(node)))

    found = ((one, copy_of(one.node), copy_of(one.at)) for one in insertions)
    there = [one._replace(node=node, at=at) for one, node, at in found if node is not None and at is not None]
    if not there:
        return tree
    _Inserter(there, hook).visit(copied)
    return copied


def element_of(hooks: str) -> HookOf:
    """Return a function that makes the expression of a hook: an element of the sequence that a name holds."""
    return lambda number: ast.Subscript(ast.Name(hooks, ast.Load()), ast.Constant(number), ast.Load())


class _Inserter(ast.NodeTransformer):
    def __init__(self, insertions: Sequence[Insertion], hook: HookOf) -> None:
        self.hook = hook
        self.by_node: dict[int, list[Insertion]] = {}
        for one in insertions:
            self.by_node.setdefault(id(one.node), []).append(one)

    def visit(self, node: ast.AST) -> ast.AST | list[ast.AST]:
        self.generic_visit(node)
        found = self.by_node.get(id(node), [])
        before = [self._statement(one) for one in found if one.where == "before"]
        after = [self._statement(one) for one in found if one.where == "after"]
        around = [one for one in found if one.where == "finally"]
        for one in found:
            self._inside(node, one)
        for one in found:
            if one.where == "around" and isinstance(node, ast.expr):
                node = self._around(node, one)
        for one in around:
            node, after = self._left(node, one), [self._if_pending(one), *after]
        return [*before, node, *after] if before or after else node

    def _inside(self, node: ast.AST, one: Insertion) -> None:
        """Put a call at the end of a loop's body, or at the start of a block."""
        if one.where == "end":
            node.body.append(self._statement(one))  # type: ignore[attr-defined] # a loop
        elif one.where == "start":
            block = node.cases[int(one.block[4:])].body if one.block.startswith("case") else getattr(node, one.block)  # type: ignore[attr-defined] # a match
            block.insert(0, self._statement(one))

    def _left(self, node: ast.AST, one: Insertion) -> ast.With:
        """Put a statement under a hook that is called when it is left.

        ``finally`` would do, but then IPython would show its line for an error instead of the line that failed.
        """
        left = _placed(ast.With([ast.withitem(self.hook(one.point))], []), one.at)
        left.body.append(node)  # type: ignore[arg-type] # a statement
        return left

    def _if_pending(self, one: Insertion) -> ast.If:
        return _placed(ast.If(self._call(IS_PENDING), [ast.Raise(self._call(PENDING))], []), one.at)

    def _statement(self, one: Insertion) -> ast.If:
        answer: list[ast.stmt] = [ast.Raise(self._call(PENDING))]
        if one.leaves:
            leave = [] if isinstance(one.node, ast.Return) else [ast.Break()]
            answer = [ast.If(self._call(IS_PENDING), answer, []), *leave]
        values = [ast.Name(name, ast.Load()) for name in one.values]
        return _placed(ast.If(self._call(one.point, *values), answer, []), one.at)

    def _around(self, node: ast.expr, one: Insertion) -> ast.Call:
        names = [ast.Name(name, ast.Load()) for name in one.values]
        given = ast.Tuple([node, *names], ast.Load()) if names else node
        call = self._call(one.point, given)
        for part in (call, *ast.walk(call.func), given, *names):
            ast.copy_location(part, node)
        return call

    def _call(self, point: int, *given: ast.expr) -> ast.Call:
        return ast.Call(self.hook(point), list(given), [])


_Statement = TypeVar("_Statement", bound=ast.stmt)


def _placed(statement: _Statement, at: ast.AST) -> _Statement:
    """Give a statement and its parts the position of a node."""
    line, column = getattr(at, "lineno", 1), getattr(at, "col_offset", 0)
    for part in ast.walk(statement):
        if isinstance(part, ast.expr | ast.stmt):
            part.lineno = part.end_lineno = line
            part.col_offset = part.end_col_offset = column
    return statement
