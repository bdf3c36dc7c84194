"""Where a running cell is observed: the places where its code calls the probe, and what each call means."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from nbtrack.capture.analysis import definite_assignment, nested_loops, syntax
from nbtrack.capture.analysis.loop_numbering import LoopNumbering, numbering_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from nbtrack.capture.analysis.def_use import Definition, Graph, Place


class Insertion(NamedTuple):
    """A call of the hook number `point` at a place of the tree.

    `where` is ``"before"`` or ``"after"`` the statement `node`, or ``"finally"``, when it is left in whatever way; at
    the ``"end"`` of a loop's body, at the ``"start"`` of the block (or case) named `block`, or ``"around"`` an
    expression. The call takes the line of the node `at`: the header of the loop.
    """

    point: int
    node: ast.AST
    where: str
    at: ast.AST
    block: str = "body"
    leaves: bool = False
    """Whether the hook may ask to leave the loop around it."""
    values: tuple[str, ...] = ()
    """The names whose values the call hands over."""


class Store(NamedTuple):
    """A statement that stores into an element of a list or array: both names can be read after it."""

    node: ast.stmt
    name: str
    index_name: str


class Followed(NamedTuple):
    """What gets a point at the end of an iteration: a name, or (None) the value of an expression or an element."""

    key: str
    loop: syntax.Loop
    name: str | None
    expression: ast.expr | None
    stores: tuple[Store, ...] = ()


class End(NamedTuple):
    """An iteration of a loop ends."""

    loop: int
    surely: tuple[int, ...]
    """The slots of names that are certainly bound."""
    perhaps: tuple[int, ...]
    """The slots that count if they were marked in this iteration."""


class Mark(NamedTuple):
    """Slots whose name was just bound."""

    slots: tuple[int, ...]


class Branch(NamedTuple):
    """A conditional block was entered, or one side of ``a if c else b`` evaluated."""

    branch: int


class Tap(NamedTuple):
    """The value of an expression goes to slots."""

    slots: tuple[int, ...]


class Fill(NamedTuple):
    """An element of a list or array was stored, which counts at the end of this iteration."""

    slot: int


class Show(NamedTuple):
    """The value of an expression that the cell displays."""

    display: int


class Bound(NamedTuple):
    """The name of a metric was bound, to a result or to something else."""

    name: str
    result: bool


class Enter(NamedTuple):
    """A loop begins that calls followed functions, or one inside such a function."""

    loop: int


class Leave(NamedTuple):
    """Such a loop is left, in any way."""

    loop: int


class Defined(NamedTuple):
    """A followed function or class was just defined."""

    name: str


class Call(NamedTuple):
    """The next call is of a function whose calls are recorded separately."""

    function: int
    number: int


class Trained(NamedTuple):
    """A call that trains or evaluates has returned."""

    call: int
    """The call, by its ``id``."""
    name: str
    """What its value is called."""
    receiver: str | None
    """The dotted path of the object whose method it is."""
    given: tuple[str, ...]
    """Names of the containers and callbacks that it may fill."""
    evaluates: bool
    """Whether it only evaluates, so that its receiver keeps nothing of it."""


ProbePoint: TypeAlias = End | Mark | Branch | Tap | Fill | Show | Bound | Trained | Enter | Leave | Defined | Call


class Slot(NamedTuple):
    """One key that one loop gives points to."""

    key: str
    loop: int
    name: str | None
    fresh: bool
    """Whether the name is bound inside this loop only."""


class ProbePoints:
    """Numbers the places, and determines what is inserted there."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.points: list[ProbePoint] = []
        self.insertions: list[Insertion] = []
        self.slots: list[Slot] = []
        self.loops: list[syntax.Loop] = []
        self.around_calls: set[int] = set()
        """The numbers of the loops in which functions are called that are followed."""
        self.sweeping: set[int] = set()
        """Those of them whose variables go into the calls, which have results of their own in each iteration."""
        self.settings: dict[int, tuple[str, ...]] = {}
        """For the numbers of loops that sweep over settings: the variables that hold these."""
        self.branches: dict[tuple[int, str], int] = {}

    def _insert(
        self,
        point: ProbePoint,
        node: ast.AST,
        where: str,
        at: ast.AST,
        block: str = "body",
        values: tuple[str, ...] = (),
    ) -> None:
        leaves = isinstance(point, End)
        self.insertions.append(Insertion(len(self.points), node, where, at, block, leaves, values))
        self.points.append(point)

    # --- curves

    def follow(self, curves: Sequence[Followed]) -> None:
        """Place the hooks of all curves."""
        self.loops = list({id(curve.loop): curve.loop for curve in curves}.values())
        for number, loop in enumerate(self.loops):
            self._follow_loop(number, loop, [curve for curve in curves if curve.loop is loop])
            self._note_settings(number, loop)

    def _note_settings(self, number: int, loop: syntax.Loop) -> None:
        """Note the variables of a loop, and of those around it, if it sweeps over settings."""
        own = nested_loops.settings_of(loop, self.graph)
        swept = [own]
        node = self.graph.parents.get(id(loop))
        while own and node is not None:
            if isinstance(node, syntax.LOOPS):
                swept.insert(0, nested_loops.settings_of(node, self.graph))
            node = self.graph.parents.get(id(node))
        if own:
            self.settings[number] = tuple(dict.fromkeys(name for names in swept for name in names))

    def _follow_loop(self, number: int, loop: syntax.Loop, curves: Sequence[Followed]) -> None:
        slots: dict[str, int] = {}
        for curve in curves:
            if curve.key not in slots:
                slots[curve.key] = len(self.slots)
                self.slots.append(Slot(curve.key, number, curve.name, self._is_fresh(curve, loop)))
        named = {curve.name: slots[curve.key] for curve in curves if curve.name}
        tapped = {slots[curve.key] for curve in curves if curve.name is None}
        marked = self._ends(number, loop, named, tapped)
        self._marks(loop, {name: slot for name, slot in named.items() if name in marked})
        for curve in curves:
            if curve.expression is not None:
                self._insert(Tap((slots[curve.key],)), curve.expression, "around", curve.expression)
            for store in curve.stores:
                self._insert(Fill(slots[curve.key]), store.node, "after", loop, values=(store.name, store.index_name))

    def follow_call(self, call: ast.Call, loop: syntax.Loop) -> None:
        """Place the hooks of a loop that calls a followed function."""
        if loop not in self.loops:
            self._ends(len(self.loops), loop, {}, set())
            self.loops.append(loop)
        number = self.loops.index(loop)
        if nested_loops.goes_into(loop, call, self.graph):
            self.sweeping.add(number)
        if number not in self.around_calls:
            self.around_calls.add(number)
            self._insert(Enter(number), loop, "before", loop)
            self._insert(Leave(number), loop, "finally", loop)

    def follow_definition(self, node: syntax.Function) -> None:
        """Place a hook after the definition of a followed function or class."""
        self._insert(Defined(node.name), node, "after", node, values=(node.name,))

    def tell_apart(self, function: int, calls: Sequence[ast.Call]) -> None:
        """Place a hook before each statement that calls a function, so that each call has its own keys."""
        for number, call in enumerate(calls):
            statement = _statement(call, self.graph.parents)
            self._insert(Call(function, number), statement, "before", statement)

    def pace(self, loops: Sequence[syntax.Loop]) -> None:
        """Place the hooks of loops that give no curves."""
        for loop in loops:
            self._ends(len(self.loops), loop, {}, set())
            self.loops.append(loop)

    def _is_fresh(self, curve: Followed, loop: syntax.Loop) -> bool:
        return all(loop in one.loops for one in self.graph.definitions if one.real and one.name == curve.name)

    def _ends(self, number: int, loop: syntax.Loop, named: dict[str, int], tapped: set[int]) -> frozenset[str]:
        """Place a hook at each end of an iteration; return the names whose bindings have to be marked."""
        marked: set[str] = set()
        for jump, state in definite_assignment.exits(loop):
            surely = [name for name in named if name in state.surely]
            perhaps = [name for name in named if name in state.possibly and name not in state.surely]
            marked.update(perhaps)
            end = End(
                number, tuple(named[name] for name in surely), (*(named[name] for name in perhaps), *sorted(tapped))
            )
            if jump is None:
                self._insert(end, loop, "end", loop)
            else:
                self._insert(end, jump, "before", loop)
        return frozenset(marked)

    def _marks(self, loop: syntax.Loop, named: dict[str, int]) -> None:
        for statement, found, after in definite_assignment.binding_statements(loop.body, frozenset(named)):
            slots = tuple(sorted(named[name] for name in found))
            self._insert(Mark(slots), statement, "after" if after else "before", loop)

    # --- conditional blocks and displayed values

    def watch(self, places: Iterable[Place]) -> tuple[int, ...]:
        """Place a hook at the start of each conditional block; return their numbers."""
        return tuple(self._watched(place) for place in places)

    def watch_sides(self, sides: Iterable[ast.expr]) -> tuple[int, ...]:
        """Place a hook around each side of a conditional expression; return their numbers."""
        return tuple(self._watched_side(side) for side in sides)

    def _watched_side(self, side: ast.expr) -> int:
        key = (id(side), "side")
        if key not in self.branches:
            self.branches[key] = len(self.branches)
            self._insert(Branch(self.branches[key]), side, "around", side)
        return self.branches[key]

    def _watched(self, place: Place) -> int:
        key = (id(place.node), place.part)
        if key not in self.branches:
            self.branches[key] = len(self.branches)
            block = "body" if place.part == "handler" else place.part
            first = _first(place.node, block)
            self._insert(Branch(self.branches[key]), place.node, "start", first, block)
        return self.branches[key]

    def judge(self, name: str, results: Sequence[Definition], others: Sequence[Definition]) -> None:
        """Place a hook after each binding of a name that may hold a result at the end or not."""
        for one in (*results, *others):
            statement = _statement(one.node, self.graph.parents)
            self._insert(Bound(name, one in results), statement, "after", (*one.loops, statement)[0])

    def show(self, number: int, expression: ast.expr) -> None:
        """Place a hook around a displayed expression that no name holds."""
        self._insert(Show(number), expression, "around", expression)

    def train(self, point: Trained, call: ast.Call) -> None:
        """Place a hook around a call that trains or evaluates."""
        self._insert(point, call, "around", call)

    def numberings(self) -> list[LoopNumbering]:
        """Return how the iterations of each loop are numbered; those of loops without curves are only counted."""
        curved = {slot.loop for slot in self.slots} | self.around_calls
        return [
            numbering_of(loop, self.graph) if number in curved else LoopNumbering(None, grows=False, nested=False)
            for number, loop in enumerate(self.loops)
        ]


def _statement(node: ast.AST, parents: Mapping[int, ast.AST]) -> ast.AST:
    while not isinstance(node, ast.stmt):
        node = parents[id(node)]
    return node


def _first(node: ast.AST, block: str) -> ast.AST:
    body: list[ast.AST] = node.cases[int(block[4:])].body if block.startswith("case") else getattr(node, block)  # type: ignore[attr-defined] # only blocks of `ast.Match` are called so
    return body[0]
