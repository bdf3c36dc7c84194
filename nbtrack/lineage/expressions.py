"""Reading an expression: which names it reads, and in what manner."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, TypeAlias

from nbtrack.lineage import names, words
from nbtrack.lineage.graph import DISPLAYING, Binding, Definition, Graph, Manner, Place, Reading

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

State: TypeAlias = dict[str, frozenset[Definition]]

_KEPT_IN_CALLS = frozenset({Manner.DRAWN, Manner.FORMATTED, Manner.PASSED})
_TRUTH = frozenset({Manner.COPIED, Manner.WRAPPED, Manner.COMPUTED, Manner.DROPPED, Manner.COLLECTED, Manner.COMPARED})


class Expressions:
    """Walks expressions in the order of their evaluation and notes every reading in the graph."""

    def __init__(self, functions: Mapping[str, ast.AST]) -> None:
        self.graph = Graph()
        self.state: State | None = {}
        self.places: tuple[Place, ...] = ()
        self.hidden: list[set[str]] = []
        self.divided = False
        self.known = functions
        self.made: dict[tuple[int, str], Definition] = {}
        self.outside: dict[int, dict[str, bool]] = {}
        self.earlier: dict[str, Definition] = {}

    # --- names

    def now(self) -> State:
        """Return the bindings in force here."""
        return self.state if self.state is not None else {}

    def holding(self, name: str) -> frozenset[Definition]:
        """Return the bindings that `name` may have here; an unknown name is one of an earlier cell."""
        return self.now().get(name) or frozenset({self.from_before(name)})

    def from_before(self, name: str) -> Definition:
        """Return the binding that stands for whatever `name` was before the cell."""
        if name not in self.earlier:
            self.earlier[name] = Definition(name, Binding.EARLIER, ast.Pass(), None, ())
        return self.earlier[name]

    def bind(self, name: str, binding: Binding, node: ast.AST, value: ast.expr | None = None) -> Definition:
        """Note that `name` is bound, or changed, here."""
        key = (id(node), name)
        if key not in self.made:
            self.made[key] = Definition(name, binding, node, value, self.places)
            self.graph.definitions.append(self.made[key])
        made = self.made[key]
        kept = frozenset() if made.real else self.holding(name)
        self.now()[name] = kept | {made}
        return made

    def read(self, name: str, node: ast.AST, manner: Manner, *, implied: bool = False) -> Reading:
        """Note that `name` is read here."""
        known = self.graph.readings.setdefault(id(node), [])
        reading = next((one for one in known if one.name == name), None)
        if reading is None:
            reading = Reading(name, node, manner, self.places)
            reading.implied = implied
            known.append(reading)
        reading.divided = reading.divided or self.divided
        reading.definitions |= self.holding(name)
        return reading

    def _is_hidden(self, name: str) -> bool:
        return any(name in local for local in self.hidden)

    def function_of(self, name: str) -> ast.AST | None:
        """Return the function that `name` may be here, when the notebook or the cell defines it."""
        for definition in self.holding(name):
            if definition.binding is Binding.DEFINED:
                return definition.node
            if definition.binding is Binding.ASSIGNED and isinstance(definition.value, ast.Lambda):
                return definition.value
            if definition.binding is Binding.EARLIER and name in self.known:
                return self.known[name]
        return None

    def _read_through(self, name: str, node: ast.AST, seen: frozenset[str]) -> None:
        """Read what the function `name` reads from outside itself."""
        function = self.function_of(name)
        if function is None or name in seen:
            return
        if id(function) not in self.outside:
            self.outside[id(function)] = names.outside(function)
        for free, only_shown in self.outside[id(function)].items():
            if free != name and not self._is_hidden(free):
                self.read(free, node, Manner.SHOWN if only_shown else Manner.COMPUTED, implied=True)
                self._read_through(free, node, seen | {name})

    # --- expressions

    def expression(self, node: ast.AST | None, manner: Manner) -> None:
        """Note the readings of an expression whose value is used in this manner."""
        if node is None or self.state is None:
            return
        special: Callable[[ast.AST, Manner], None] = getattr(self, f"_on_{type(node).__name__.lower()}", self._parts)
        special(node, manner)

    def _parts(self, node: ast.AST, manner: Manner) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.expression(child, _inside(manner))

    def _same(self, node: ast.AST, manner: Manner) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.expression(child, manner)

    _on_await = _on_starred = _same

    def _on_name(self, node: ast.Name, manner: Manner) -> None:
        if not self._is_hidden(node.id):
            self.read(node.id, node, manner)
            self._read_through(node.id, node, frozenset())

    def _on_namedexpr(self, node: ast.NamedExpr, manner: Manner) -> None:
        self.expression(node.value, Manner.COPIED)
        self.bind(node.target.id, Binding.ASSIGNED, node, node.value)
        self.read(node.target.id, node.target, manner)

    def _on_binop(self, node: ast.BinOp, manner: Manner) -> None:
        inner = self._operand(node, manner)
        before, self.divided = self.divided, self.divided or isinstance(node.op, ast.Div)
        self.expression(node.left, inner)
        self.divided = before
        self.expression(node.right, inner)

    def _operand(self, node: ast.BinOp, manner: Manner) -> Manner:
        if _makes_text(node):
            return manner if manner in DISPLAYING else Manner.FORMATTED
        if manner is Manner.COMPARED and isinstance(node.op, ast.Add | ast.Sub):
            return manner
        if isinstance(node.op, ast.Add) and any(isinstance(side, ast.List) for side in (node.left, node.right)):
            return Manner.COLLECTED
        return _inside(manner)

    def _on_unaryop(self, node: ast.UnaryOp, manner: Manner) -> None:
        if isinstance(node.op, ast.Not):
            self.expression(node.operand, _tested(manner))
        else:
            self.expression(node.operand, manner if manner is Manner.COMPARED else _inside(manner))

    def _on_compare(self, node: ast.Compare, manner: Manner) -> None:
        self._same(node, _tested(manner))

    def _on_ifexp(self, node: ast.IfExp, manner: Manner) -> None:
        self.expression(node.test, Manner.COMPARED)
        self.expression(node.body, manner)
        self.expression(node.orelse, manner)

    def _on_boolop(self, node: ast.BoolOp, manner: Manner) -> None:
        self._same(node, manner)

    def _on_joinedstr(self, node: ast.JoinedStr, manner: Manner) -> None:
        self._same(node, manner if manner in DISPLAYING else Manner.FORMATTED)

    _on_formattedvalue = _same

    def _collection(self, node: ast.AST, manner: Manner) -> None:
        self._same(node, Manner.COLLECTED if manner in {Manner.COPIED, Manner.WRAPPED} else manner)

    _on_list = _on_tuple = _on_set = _on_dict = _collection

    def _on_subscript(self, node: ast.Subscript, manner: Manner) -> None:
        kept = manner is Manner.COMPARED or manner in DISPLAYING
        self.expression(node.value, _inside(manner) if not kept or manner is Manner.NAMED else manner)
        self.expression(node.slice, _inside(manner))

    def _on_lambda(self, node: ast.Lambda, manner: Manner) -> None:
        for default in (*node.args.defaults, *node.args.kw_defaults):
            self.expression(default, Manner.COMPUTED)
        self.hidden.append(set(names.all_parameters(node.args)))
        self.expression(node.body, _inside(manner))
        self.hidden.pop()

    def _comprehension(self, node: names.Comprehension, manner: Manner) -> None:
        inner = _inside(manner)
        self.expression(node.generators[0].iter, inner)
        self.hidden.append({name.id for part in node.generators for name in names.targets(part.target)})
        for number, part in enumerate(node.generators):
            if number:
                self.expression(part.iter, inner)
            for test in part.ifs:
                self.expression(test, Manner.COMPARED)
        elements = (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
        for element in elements:
            self.expression(element, inner)
        self.hidden.pop()

    _on_listcomp = _on_setcomp = _on_generatorexp = _on_dictcomp = _comprehension

    # --- calls

    def _on_call(self, node: ast.Call, manner: Manner) -> None:
        self.graph.calls.setdefault(id(node), self.places)
        if self.is_drawing(node):
            self._quietly(node, Manner.DRAWN)
        elif self.is_showing(node):
            self._quietly(node, Manner.NAMED)
        elif self.graph.callee(node) in words.PROGRESS:
            self._progress(node, manner)
        else:
            self._callee(node, manner)
            self._arguments(node, self.argument_manner(node, manner))

    def _quietly(self, node: ast.Call, manner: Manner) -> None:
        self.graph.quiet.add(id(node))
        self._callee(node, manner)
        self._arguments(node, manner)

    def _progress(self, node: ast.Call, manner: Manner) -> None:
        self.graph.quiet.add(id(node))
        for argument in node.args:
            self.expression(argument, _inside(manner))
        for keyword in node.keywords:
            self.expression(keyword.value, _inside(manner) if keyword.arg in {"iterable", "total"} else Manner.SHOWN)

    def _callee(self, node: ast.Call, manner: Manner) -> None:
        func = node.func
        if isinstance(func, ast.Attribute) and func.attr in words.UNWRAPPING:
            self.expression(func.value, Manner.WRAPPED if manner is Manner.COPIED else manner)
        elif isinstance(func, ast.Attribute) and func.attr in words.FORMATTING:
            self.expression(func.value, manner if manner in DISPLAYING else Manner.FORMATTED)
        elif manner in {Manner.DROPPED, Manner.COLLECTED, Manner.DRAWN}:
            self.reach(func, manner)
        else:
            self.expression(
                func,
                Manner.COMPARED
                if manner is Manner.COMPARED and not isinstance(func, ast.Attribute)
                else _inside(manner),
            )

    def reach(self, node: ast.AST, manner: Manner) -> None:
        """Read what leads to a place or a method: ``a`` in this manner, and ``i``, of ``a[i].b``."""
        while isinstance(node, ast.Subscript | ast.Attribute):
            if isinstance(node, ast.Subscript):
                self.expression(node.slice, Manner.COMPUTED)
            node = node.value
        self.expression(node, manner)

    def _arguments(self, node: ast.Call, manner: Manner) -> None:
        for argument in node.args:
            self.expression(argument, manner)
        for keyword in node.keywords:
            self.expression(keyword.value, manner)

    def argument_manner(self, node: ast.Call, manner: Manner) -> Manner:
        """Return the manner in which a call uses its arguments when its own value is used in `manner`."""
        name, bare = self.graph.callee(node), isinstance(node.func, ast.Name)
        if bare and name in words.WRAPPERS:
            return Manner.WRAPPED if manner is Manner.COPIED else manner
        if name in words.FORMATTING:
            return manner if manner in DISPLAYING else Manner.FORMATTED
        if name in words.TESTING:
            return _tested(manner)
        if name in words.TABLES or (name in words.GATHERERS and manner is not Manner.COMPUTED):
            return Manner.COLLECTED if manner in {Manner.COPIED, Manner.COMPUTED} else manner
        if manner in {Manner.DROPPED, Manner.COLLECTED}:
            return Manner.COMPUTED
        return _passed(manner)

    def is_drawing(self, node: ast.Call) -> bool:
        """Tell whether a call plots."""
        base = names.root(node.func)
        if isinstance(node.func, ast.Name) and self._only_draws(self.function_of(node.func.id)):
            return True
        steps = {*names.chain(node.func), base.id if base is not None else ""}
        if steps & words.DRAWING_METHODS - {base.id if base is not None else ""} or any(
            step.endswith("Display") for step in steps
        ):
            return True
        return base is not None and not self._is_hidden(base.id) and self._draws(base.id, set())

    def _only_draws(self, function: ast.AST | None) -> bool:
        """Tell whether a function of the notebook plots, gives nothing back and trains nothing."""
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            return False
        nodes = list(ast.walk(function))
        calls = [node for node in nodes if isinstance(node, ast.Call)]
        gives = any(isinstance(node, ast.Return) and node.value is not None for node in nodes)
        trains = any(names.last_name(call.func) in words.TRAINING | {"step", "backward"} for call in calls)
        return (
            not gives
            and not trains
            and any(self.is_drawing(call) for call in calls if isinstance(call.func, ast.Attribute))
        )

    def _draws(self, name: str, seen: set[str]) -> bool:
        """Tell whether a name is a plotting module or something that one made."""
        if self.graph.origins.get(name, "").partition(".")[0] in words.DRAWING_MODULES:
            return True
        held = [one for one in self.holding(name) if one.real]
        if not held:
            return name in words.DRAWING_NAMES
        seen.add(name)
        return any(self._drawn_by(definition, seen) for definition in held)

    def _drawn_by(self, definition: Definition, seen: set[str]) -> bool:
        if definition.binding is Binding.IMPORTED or definition.value is None:
            return definition.name in words.DRAWING_NAMES
        base = names.root(definition.value)
        return base is not None and base.id not in seen and self._draws(base.id, seen)

    def is_showing(self, node: ast.Call) -> bool:
        """Tell whether a call displays, logs as text, or writes on a progress bar."""
        name, base = self.graph.callee(node), names.root(node.func)
        if name in words.SHOWING or name in words.SHOWING_METHODS:
            return True
        if base is None or not isinstance(node.func, ast.Attribute):
            return False
        source = self.graph.origins.get(base.id, base.id).partition(".")[0]
        if name in words.LOG_LEVELS and (source in words.LOGGERS or "getLogger" in self._callees(base.id)):
            return True
        return name == "write" and (base.id in words.PROGRESS or bool(set(names.chain(node.func)) & words.STREAMS))

    def _callees(self, name: str) -> set[str | None]:
        values = (definition.value for definition in self.holding(name))
        return {self.graph.callee(value) for value in values if isinstance(value, ast.Call)}


def _inside(manner: Manner) -> Manner:
    """Return the manner of an operand, when the operation's value is used in `manner`."""
    if manner is Manner.NAMED:
        return Manner.SHOWN
    return manner if manner in _KEPT_IN_CALLS or manner is Manner.SHOWN else Manner.COMPUTED


def _passed(manner: Manner) -> Manner:
    """Return the manner of an argument, when the call's value is used in `manner`."""
    if manner in {Manner.NAMED, Manner.SHOWN}:
        return Manner.PASSED
    return manner if manner in _KEPT_IN_CALLS else Manner.COMPUTED


def _tested(manner: Manner) -> Manner:
    return Manner.COMPARED if manner in _TRUTH else _inside(manner)


def _makes_text(node: ast.BinOp) -> bool:
    """Tell whether ``a + b`` or ``a % b`` builds a text."""
    sides = (node.left,) if isinstance(node.op, ast.Mod) else (node.left, node.right)
    return isinstance(node.op, ast.Mod | ast.Add) and any(_is_text(side) for side in sides)


def _is_text(node: ast.expr) -> bool:
    if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str)):
        return True
    if isinstance(node, ast.BinOp):
        return _makes_text(node)
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"str", "repr", "format"}
