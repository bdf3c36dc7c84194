"""Where a followed function is observed: its hooks are given the values of its names, which nothing else can read."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from nbtrack.capture.analysis import definite_assignment, syntax
from nbtrack.capture.analysis.loop_numbering import LoopNumbering, numbering_of
from nbtrack.capture.analysis.probe_points import End, Enter, Fill, Insertion, Leave, Slot, Tap, Trained

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from nbtrack.capture.analysis.def_use import Graph
    from nbtrack.capture.analysis.definite_assignment import Exit
    from nbtrack.capture.analysis.probe_points import Followed


class Result(NamedTuple):
    """A name that holds a result when its function returns."""

    key: str
    name: str


class Return(NamedTuple):
    """The function returns; the values of these keys are passed, in this order."""

    keys: tuple[str, ...]


class Hand(NamedTuple):
    """A name was bound that not every path through the function binds: its value is passed immediately."""

    keys: tuple[str, ...]


class HandedEnd(NamedTuple):
    """An iteration of a loop ends; `names` are those whose values are passed, in this order."""

    end: End
    names: tuple[str, ...]


class HandedMark(NamedTuple):
    """A name was bound whose value counts at the end of this iteration."""

    slot: int
    name: str


class HandedTap(NamedTuple):
    """The value of an expression goes to a slot, at the end of this iteration."""

    tap: Tap
    loop: int


class HandedShow(NamedTuple):
    """The value of an expression that the function displays, with a key if it is a separate result."""

    display: int
    """The expression, by its ``id``."""
    key: str | None


class HandedTraining(NamedTuple):
    """A training call has returned; `names` are those whose values are passed, in this order."""

    point: Trained
    names: tuple[str, ...]


FunctionPoint = HandedShow | HandedTraining | Return | Hand | HandedEnd | HandedMark | HandedTap | Fill | Enter | Leave


class FunctionPoints:
    """The places in one function, the keys that its loops give points to, and how these are numbered."""

    def __init__(self, graph: Graph, body: Sequence[ast.stmt]) -> None:
        self._graph, self._body = graph, body
        self._unsafe = frozenset(_unsafe(body))
        """Names that may be unbound after a statement that binds them."""
        self.points: list[FunctionPoint] = []
        self.insertions: list[Insertion] = []
        self.slots: list[Slot] = []
        self.numberings: list[LoopNumbering] = []

    def _insert(
        self, point: FunctionPoint, node: ast.AST, where: str, at: ast.AST, values: tuple[str, ...] = ()
    ) -> None:
        leaves = isinstance(point, HandedEnd)
        self.insertions.append(Insertion(len(self.points), node, where, at, "body", leaves, values))
        self.points.append(point)

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the points and results of the function."""
        handed = (key for one in self.points if isinstance(one, Return | Hand) for key in one.keys)
        shown = (one.key for one in self.points if isinstance(one, HandedShow) and one.key is not None)
        return tuple(dict.fromkeys([*(slot.key for slot in self.slots), *handed, *shown]))

    # --- curves

    def follow(self, curves: Iterable[Followed]) -> None:
        """Place the hooks of the curves of the function's own loops."""
        known = [one for one in curves if one.name is None or one.name not in self._unsafe]
        for loop in {id(one.loop): one.loop for one in known}.values():
            self._follow_loop(loop, [one for one in known if one.loop is loop])

    def _follow_loop(self, loop: syntax.Loop, curves: Sequence[Followed]) -> None:
        number = len(self.numberings)
        numbered = numbering_of(loop, self._graph)._replace(nested=True)
        self.numberings.append(numbered._replace(variable=None) if numbered.variable in self._unsafe else numbered)
        self._insert(Enter(number), loop, "before", loop)
        first = len(self.slots)
        self.slots.extend(Slot(one.key, number, one.name, fresh=True) for one in curves)
        named = {one.name: first + place for place, one in enumerate(curves) if one.name}
        tapped = [first + place for place, one in enumerate(curves) if one.name is None]
        marked = {
            name
            for way in definite_assignment.exits_in_loop(loop)
            for name in self._end(number, loop, way, named, tapped)
        }
        self._marks(loop, {name: named[name] for name in marked})
        for slot in tapped:
            expression = curves[slot - first].expression
            if expression is not None:
                self._insert(HandedTap(Tap((slot,)), number), expression, "around", expression)
            for store in curves[slot - first].stores:
                self._insert(Fill(slot), store.node, "after", loop, (store.name, store.index_name))
        self._insert(Leave(number), loop, "finally", loop)

    def _end(
        self, number: int, loop: syntax.Loop, way: Exit, named: dict[str, int], tapped: Sequence[int]
    ) -> list[str]:
        """Place a hook at one end of an iteration; return the names whose bindings have to be marked."""
        surely = [name for name in named if name in way.bound.surely]
        perhaps = [name for name in named if name in way.bound.possibly and name not in way.bound.surely]
        variable = self.numberings[number].variable
        names = (*((variable,) if variable is not None else ()), *surely)
        end = End(number, tuple(named[name] for name in surely), (*(named[name] for name in perhaps), *tapped))
        place = (loop, "end") if way.jump is None else (way.jump, "before")
        self._insert(HandedEnd(end, names), *place, loop, names)
        return perhaps

    def _marks(self, loop: syntax.Loop, named: dict[str, int]) -> None:
        for statement, found, _ in definite_assignment.binding_statements(loop.body, frozenset(named)):
            for name in sorted(found):
                self._insert(HandedMark(named[name], name), statement, "after", loop, (name,))

    # --- results

    def hand_over(self, results: Sequence[Result]) -> None:
        """Place the hooks for the results of the function when it returns."""
        known = [one for one in results if one.name not in self._unsafe]
        ways = definite_assignment.exits_in_function(self._body)
        unsure = {one.name for one in known if any(one.name not in way.bound.surely for way in ways)}
        for way in ways:
            self._return(way, [one for one in known if one.name not in unsure])
        for one in known:
            if one.name in unsure:
                self._hand(one)

    def _return(self, way: Exit, results: Sequence[Result]) -> None:
        if results:
            place = (self._body[-1], "after") if way.jump is None else (way.jump, "before")
            keys, names = tuple(one.key for one in results), tuple(one.name for one in results)
            self._insert(Return(keys), *place, place[0], names)

    def _hand(self, result: Result) -> None:
        for statement, _, _ in definite_assignment.binding_statements(self._body, frozenset({result.name})):
            self._insert(Hand((result.key,)), statement, "after", statement, (result.name,))

    # --- expressions

    def show(self, expression: ast.expr, key: str | None) -> None:
        """Place a hook around a displayed expression, whose value is a result if it has a key."""
        self._insert(HandedShow(id(expression), key), expression, "around", expression)

    def train(self, point: Trained, call: ast.Call, local: frozenset[str]) -> None:
        """Place a hook around a training call; `local` are the names of the function."""
        roots = {(point.receiver or "").partition(".")[0], *point.given}
        names = tuple(dict.fromkeys(one for one in _surely_read(call) if one in roots & local - self._unsafe))
        self._insert(HandedTraining(point, names), call, "around", call, names)


def _surely_read(node: ast.AST) -> Iterator[str]:
    """Yield the names that are read whenever an expression is evaluated."""
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.Call | ast.Attribute | ast.Subscript | ast.keyword | ast.List | ast.Tuple | ast.Dict):
        for part in ast.iter_child_nodes(node):
            yield from _surely_read(part)


def _unsafe(body: Sequence[ast.stmt]) -> Iterable[str]:
    """Yield names that are deleted, perhaps by an inner function, or bound in expressions that may not be evaluated."""
    module = ast.Module(list(body), [])
    yield from (node.id for node in ast.walk(module) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Del))
    for node in syntax.own_nodes(module):
        if isinstance(node, ast.NamedExpr):
            yield node.target.id
        elif isinstance(node, ast.ExceptHandler) and node.name:
            yield node.name
