"""Data flow: which bindings reach which references, through branches and loops."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from nbtrack.capture.analysis import known_names, syntax
from nbtrack.capture.analysis.def_use import Binding, Graph, Place, Use
from nbtrack.capture.analysis.side_effects import Effects

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from nbtrack.capture.analysis.def_use import Graph
    from nbtrack.capture.analysis.expressions import State

_ROUNDS = 12
"""More than any nest of loops needs until nothing new reaches its head."""


def follow(tree: ast.Module, functions: Mapping[str, ast.AST], origins: Mapping[str, str]) -> Graph:
    """Return the def-use graph of a cell, given the definitions and imports of earlier cells."""
    statements = _started(functions, origins)
    statements.cell(tree)
    return _finished(statements, tree)


def follow_body(body: ast.Module, functions: Mapping[str, ast.AST], origins: Mapping[str, str]) -> Graph:
    """Return the def-use graph of the body of a function: its parameters and globals come from before it."""
    statements = _started(functions, origins)
    statements.function(body)
    return _finished(statements, body)


def _started(functions: Mapping[str, ast.AST], origins: Mapping[str, str]) -> Statements:
    statements = Statements(functions)
    statements.graph.origins.update(origins)
    statements.graph.functions.update(functions)
    return statements


def _finished(statements: Statements, tree: ast.Module) -> Graph:
    graph = statements.graph
    graph.parents = {id(child): node for node in syntax.nodes(tree) for child in syntax.children(node)}
    graph.exit = statements.now()
    graph.link()
    return graph


class _Loop:
    """A loop under analysis: the states at its jumps."""

    __slots__ = ("breaks", "continues", "raises")

    def __init__(self) -> None:
        self.breaks: list[State] = []
        self.continues: list[State] = []
        self.raises: list[State] = []


class Statements(Effects):
    """Walks statements with the reaching bindings, and joins these where branches meet."""

    def __init__(self, functions: Mapping[str, ast.AST]) -> None:
        super().__init__(functions)
        self.running: list[_Loop] = []
        self.broken: list[State] = []
        self.returned: list[State] = []

    def cell(self, tree: ast.Module) -> None:
        """Follow a whole cell; its last expression is displayed."""
        last = tree.body[-1] if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        for statement in tree.body[:-1] if last else tree.body:
            before = dict(self.now())
            self.block([statement])
            if self.state is None:
                self.state = before
                return
        if last:
            self._last(last)

    def function(self, body: ast.Module) -> None:
        """Follow the body of a function, which may return early."""
        self.block(body.body)
        self.state = self._join(self.state, *self.returned)

    def block(self, body: Iterable[ast.stmt]) -> None:
        """Follow statements one after the other, until one leaves the block."""
        for statement in body:
            if self.state is None:
                return
            follow_it: Callable[[ast.stmt], None] = getattr(
                self, f"_on_{type(statement).__name__.lower()}", self._others
            )
            follow_it(statement)

    def _others(self, node: ast.stmt) -> None:
        self._parts(node, Use.COMPUTED)

    # --- branches

    def _join(self, *states: State | None) -> State | None:
        alive = [state for state in states if state is not None]
        if len(alive) < 2:
            return dict(alive[0]) if alive else None
        joined = {}
        for name in {name for state in alive for name in state}:
            joined[name] = frozenset().union(*(state.get(name) or {self.from_before(name)} for state in alive))
        return joined

    def _branch(self, node: ast.AST, part: str, body: Sequence[ast.stmt], start: State | None) -> State | None:
        """Follow a block that may not run, from `start`, and return the bindings after it."""
        self.state = dict(start) if start is not None else None
        outer, self.places = self.places, (*self.places, Place(node, part, conditional=True))
        self.block(body)
        self.places = outer
        return self.state

    def _on_if(self, node: ast.If) -> None:
        self.expression(node.test, Use.COMPARED)
        start = self.state
        taken = self._branch(node, "body", node.body, start)
        self.state = self._join(taken, self._branch(node, "orelse", node.orelse, start))

    def _on_match(self, node: ast.Match) -> None:
        self.expression(node.subject, Use.COMPARED)
        start, ends = self.state, []
        for number, case in enumerate(node.cases):
            self.state = dict(start) if start is not None else None
            for name in syntax.captures(case.pattern):
                self.bind(name, Binding.UNPACKED, case.pattern, node.subject)
            self.expression(case.guard, Use.COMPARED)
            ends.append(self._branch(node, f"case{number}", case.body, self.state))
        self.state = self._join(start, *ends)

    def _on_try(self, node: ast.Try) -> None:
        moments = [self.state]
        self.places = (*self.places, Place(node, "try", conditional=False))
        for statement in node.body:
            self.block([statement])
            moments.append(self.state)
        self.block(node.orelse)
        self.places = self.places[:-1]
        ends, risen = [self.state], self._join(*moments)
        ends.extend(self._handler(handler, risen) for handler in node.handlers)
        self.state = self._join(*ends)
        if self.state is None and node.finalbody:
            self.state = risen
            self.block(node.finalbody)
            self.state = None
        self.block(node.finalbody)

    _on_trystar = _on_try

    def _handler(self, handler: ast.ExceptHandler, risen: State | None) -> State | None:
        self.state = dict(risen) if risen is not None else None
        self.expression(handler.type, Use.COMPARED)
        if handler.name and self.state is not None:
            self.bind(handler.name, Binding.CAUGHT, handler)
        return self._branch(handler, "handler", handler.body, self.state)

    def _on_with(self, node: ast.With | ast.AsyncWith) -> None:
        for item in node.items:
            self.expression(item.context_expr, Use.COMPUTED)
            for target in syntax.targets(item.optional_vars) if item.optional_vars else ():
                self.bind(target.id, Binding.ENTERED, target, item.context_expr)
        self.block(node.body)

    _on_asyncwith = _on_with

    # --- loops

    def _on_for(self, node: ast.For | ast.AsyncFor) -> None:
        self.expression(node.iter, Use.COMPUTED)

        def head() -> None:
            for target in syntax.targets(node.target):
                self.bind(target.id, Binding.LOOPED, target, node.iter)
            if isinstance(node.target, ast.Subscript | ast.Attribute):
                self._store(node.target, node.iter, node)

        end = self._loop(node, head)
        self._after_loop(node, end)

    _on_asyncfor = _on_for

    def _on_while(self, node: ast.While) -> None:
        tested: list[State | None] = []

        def head() -> None:
            self.expression(node.test, Use.COMPARED)
            tested.append(dict(self.now()))

        self._loop(node, head)
        endless = isinstance(node.test, ast.Constant) and bool(node.test.value)
        self._after_loop(node, None if endless else tested[-1])

    def _loop(self, node: syntax.Loop, head: Callable[[], None]) -> State | None:
        """Follow a loop until nothing new reaches its head; return the bindings there."""
        if node not in self.graph.loops:
            self.graph.loops.append(node)
        outer, self.places = self.places, (*self.places, Place(node, "loop", conditional=False))
        loop = _Loop()
        self.running.append(loop)
        start = self.state
        for _ in range(_ROUNDS):
            loop.breaks, loop.continues, loop.raises = [], [], []
            self.state = dict(start) if start is not None else None
            head()
            self.block(node.body)
            end = self._join(self.state, *loop.continues)
            self.graph.ends[id(node)] = self._join(end, *loop.breaks, *loop.raises) or {}
            again = self._join(start, end)
            if again == start:
                break
            start = again
        self.running.pop()
        self.places = outer
        self.broken = loop.breaks
        return start

    def _after_loop(self, node: syntax.Loop, exhausted: State | None) -> None:
        broken = self.broken
        self.state = self._join(self._branch(node, "orelse", node.orelse, exhausted), *broken)

    def _on_break(self, _node: ast.Break) -> None:
        if self.running and self.state is not None:
            self.running[-1].breaks.append(self.state)
        self.state = None

    def _on_continue(self, _node: ast.Continue) -> None:
        if self.running and self.state is not None:
            self.running[-1].continues.append(self.state)
        self.state = None

    def _on_return(self, node: ast.Return) -> None:
        self.expression(node.value, Use.RETURNED)
        if self.state is not None:
            self.returned.append(self.state)
            for loop in self.running:
                loop.raises.append(self.state)
        self.state = None

    def _on_raise(self, node: ast.Raise) -> None:
        self.expression(node.exc, Use.FORMATTED)
        self.expression(node.cause, Use.FORMATTED)
        if self.running and self.state is not None:
            self.running[-1].raises.append(self.state)
        self.state = None

    def _on_assert(self, node: ast.Assert) -> None:
        self.expression(node.test, Use.COMPARED)
        self.expression(node.msg, Use.FORMATTED)

    # --- bindings

    def _on_assign(self, node: ast.Assign) -> None:
        plain = all(isinstance(target, ast.Name | ast.Tuple | ast.List | ast.Starred) for target in node.targets)
        self.expression(node.value, Use.COPIED if plain else Use.COLLECTED)
        self.touch_arguments(node.value)
        for target in node.targets:
            self._assign(target, node.value, node)

    def _on_annassign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.expression(node.value, Use.COPIED)
            self.touch_arguments(node.value)
            self._assign(node.target, node.value, node)

    def _assign(self, target: ast.expr, value: ast.expr, node: ast.stmt) -> None:
        if isinstance(target, ast.Name):
            self.bind(target.id, Binding.ASSIGNED, target, value)
        elif isinstance(target, ast.Starred):
            self._unpack(target, value)
        elif isinstance(target, ast.Tuple | ast.List):
            self._assign_each(target, value, node)
        else:
            self._store(target, value, node)

    def _assign_each(self, target: ast.Tuple | ast.List, value: ast.expr, node: ast.stmt) -> None:
        """Bind ``a, b = 1, 2`` part by part; unpack ``a, b = f()``."""
        starred = any(isinstance(part, ast.Starred) for part in target.elts)
        if isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts) and not starred:
            for part, its_value in zip(target.elts, value.elts, strict=True):
                self._assign(part, its_value, node)
            return
        for part in target.elts:
            if isinstance(part, ast.Attribute | ast.Subscript):
                self._store(part, value, node)
            else:
                self._unpack(part, value)

    def _unpack(self, target: ast.expr, value: ast.expr) -> None:
        for name in syntax.targets(target):
            self.bind(name.id, Binding.UNPACKED, name, value)

    def _store(self, target: ast.expr, value: ast.expr, node: ast.stmt) -> None:
        """``name[key] = value`` and ``name.key = value``."""
        self.reach(target, Use.DROPPED)
        base = syntax.root(target)
        if base is None:
            return
        again = isinstance(node, ast.AugAssign)
        self.note_store(target, value, node)
        stored = self.bind(base.id, Binding.STORED, target, None if again else value)
        stored.sources = (value, target)

    def _on_augassign(self, node: ast.AugAssign) -> None:
        listed = isinstance(node.value, ast.List) and isinstance(node.op, ast.Add)
        self.expression(node.value, Use.COLLECTED if listed else Use.COMPUTED)
        if not isinstance(node.target, ast.Name):
            self._store(node.target, node.value, node)
            return
        before, self.divided = self.divided, isinstance(node.op, ast.Div)
        self.read(node.target.id, node.target, Use.COLLECTED if listed else Use.COMPUTED)
        self.divided = before
        updated = self.bind(node.target.id, Binding.UPDATED, node, node.value)
        updated.sources = (node.target, node.value)
        if listed and isinstance(node.value, ast.List) and len(node.value.elts) == 1:
            self.collect((node.target.id,), node.value.elts[0], node)

    def _on_delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            for name in syntax.targets(target):
                self.now().pop(name.id, None)

    def _on_import(self, node: ast.Import | ast.ImportFrom) -> None:
        for name, origin in syntax.imported(node):
            if name == "*":
                continue
            self.bind(name, Binding.IMPORTED, node)
            self.graph.origins[name] = origin

    _on_importfrom = _on_import

    def _on_functiondef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for child in (*node.decorator_list, *node.args.defaults, *node.args.kw_defaults):
            self.expression(child, Use.COMPUTED)
        self._define(node)

    _on_asyncfunctiondef = _on_functiondef

    def _on_classdef(self, node: ast.ClassDef) -> None:
        for child in (*node.decorator_list, *node.bases, *(keyword.value for keyword in node.keywords)):
            self.expression(child, Use.COMPUTED)
        self._define(node)

    def _define(self, node: syntax.Function) -> None:
        self.bind(node.name, Binding.DEFINED, node)
        self.graph.functions[node.name] = node

    # --- expression statements

    def _on_expr(self, node: ast.Expr) -> None:
        call = node.value.value if isinstance(node.value, ast.Await) else node.value
        if not isinstance(call, ast.Call):
            self.expression(call, Use.COMPUTED)
            return
        collects = syntax.last_name(call.func) in known_names.COLLECTING and isinstance(call.func, ast.Attribute)
        self.bare(call, Use.COLLECTED if collects else Use.DROPPED)
        if collects:
            self.note_append(call, node)

    def _last(self, node: ast.Expr) -> None:
        """Follow the cell's last expression, which is displayed."""
        value = node.value.value if isinstance(node.value, ast.Await) else node.value
        if not isinstance(value, ast.Call):
            self.show(value, last=True)
            self.expression(value, Use.NAMED)
            return
        if syntax.last_name(value.func) in known_names.COLLECTING:
            self._on_expr(node)
            return
        self.bare(value, Use.PASSED)
        if id(value) not in self.graph.quiet:
            self.show(value, last=True)
