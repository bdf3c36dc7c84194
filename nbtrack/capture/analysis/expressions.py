"""Reads expressions: which names they read, and how each is used."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, TypeAlias

from nbtrack.capture.analysis import known_names, syntax
from nbtrack.capture.analysis.def_use import DISPLAYING, Binding, Definition, Graph, Place, Reference, Use

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

State: TypeAlias = dict[str, frozenset[Definition]]

_KEPT_IN_CALLS = frozenset({Use.DRAWN, Use.FORMATTED, Use.PASSED})
_TESTED_WHEN = frozenset({Use.COPIED, Use.WRAPPED, Use.COMPUTED, Use.DROPPED, Use.COLLECTED, Use.COMPARED})


class Expressions:
    """Walks expressions in the order of their evaluation and adds every reference to the graph."""

    def __init__(self, functions: Mapping[str, ast.AST]) -> None:
        self.graph = Graph()
        self.state: State | None = {}
        self.places: tuple[Place, ...] = ()
        self.hidden: list[set[str]] = []
        self.divided = False
        self.known = functions
        self.made: dict[tuple[int, str], Definition] = {}
        self.earlier: dict[str, Definition] = {}

    # --- names

    def now(self) -> State:
        """Return the bindings that reach this point."""
        return self.state if self.state is not None else {}

    def holding(self, name: str) -> frozenset[Definition]:
        """Return the bindings that `name` may have here; an unknown name is one of an earlier cell."""
        return self.now().get(name) or frozenset({self.from_before(name)})

    def from_before(self, name: str) -> Definition:
        """Return the binding that represents the value of `name` before the cell."""
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

    def read(self, name: str, node: ast.AST, use: Use, *, implied: bool = False) -> Reference:
        """Note that `name` is read here."""
        known = self.graph.references.setdefault(id(node), [])
        reference = next((one for one in known if one.name == name), None)
        if reference is None:
            reference = Reference(name, node, use, self.places)
            reference.implied = implied
            known.append(reference)
        reference.divided = reference.divided or self.divided
        reference.definitions |= self.holding(name)
        return reference

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

    def _read_through(self, name: str, node: ast.AST, seen: set[str]) -> None:
        """Note what the function `name` reads from outside itself, unless it is in `seen`, to which it is added."""
        function = self.function_of(name)
        if function is None or name in seen:
            return
        seen.add(name)
        for free, only_shown in syntax.outside(function).items():
            if free != name and not self._is_hidden(free):
                self.read(free, node, Use.SHOWN if only_shown else Use.COMPUTED, implied=True)
                self._read_through(free, node, seen)

    # --- expressions

    def expression(self, node: ast.AST | None, use: Use) -> None:
        """Note the references of an expression whose value is used in this use."""
        if node is None or self.state is None:
            return
        special: Callable[[ast.AST, Use], None] = getattr(self, f"_on_{type(node).__name__.lower()}", self._parts)
        special(node, use)

    def _parts(self, node: ast.AST, use: Use) -> None:
        for child in syntax.children(node):
            if isinstance(child, ast.expr):
                self.expression(child, _inside(use))

    def _same(self, node: ast.AST, use: Use) -> None:
        for child in syntax.children(node):
            if isinstance(child, ast.expr):
                self.expression(child, use)

    _on_await = _on_starred = _same

    def _on_name(self, node: ast.Name, use: Use) -> None:
        if not self._is_hidden(node.id):
            self.read(node.id, node, use)
            self._read_through(node.id, node, set())

    def _on_namedexpr(self, node: ast.NamedExpr, use: Use) -> None:
        self.expression(node.value, Use.COPIED)
        self.bind(node.target.id, Binding.ASSIGNED, node, node.value)
        self.read(node.target.id, node.target, use)

    def _on_binop(self, node: ast.BinOp, use: Use) -> None:
        inner = self._operand(node, use)
        before, self.divided = self.divided, self.divided or isinstance(node.op, ast.Div)
        self.expression(node.left, inner)
        self.divided = before
        self.expression(node.right, inner)

    def _operand(self, node: ast.BinOp, use: Use) -> Use:
        if syntax.is_text(node):
            return use if use in DISPLAYING else Use.FORMATTED
        if use is Use.COMPARED and isinstance(node.op, ast.Add | ast.Sub):
            return use
        if isinstance(node.op, ast.Add) and any(isinstance(side, ast.List) for side in (node.left, node.right)):
            return Use.COLLECTED
        return _inside(use)

    def _on_unaryop(self, node: ast.UnaryOp, use: Use) -> None:
        if isinstance(node.op, ast.Not):
            self.expression(node.operand, _tested(use))
        else:
            self.expression(node.operand, use if use is Use.COMPARED else _inside(use))

    def _on_compare(self, node: ast.Compare, use: Use) -> None:
        self._same(node, _tested(use))

    def _on_ifexp(self, node: ast.IfExp, use: Use) -> None:
        self.expression(node.test, Use.COMPARED)
        self.expression(node.body, use)
        self.expression(node.orelse, use)

    def _on_boolop(self, node: ast.BoolOp, use: Use) -> None:
        self._same(node, use)

    def _on_joinedstr(self, node: ast.JoinedStr, use: Use) -> None:
        self._same(node, use if use in DISPLAYING else Use.FORMATTED)

    _on_formattedvalue = _same

    def _collection(self, node: ast.AST, use: Use) -> None:
        self._same(node, Use.COLLECTED if use in {Use.COPIED, Use.WRAPPED} else use)

    _on_list = _on_tuple = _on_set = _on_dict = _collection

    def _on_subscript(self, node: ast.Subscript, use: Use) -> None:
        kept = use is Use.COMPARED or use in DISPLAYING
        self.expression(node.value, _inside(use) if not kept or use is Use.NAMED else use)
        self.expression(node.slice, _inside(use))

    def _on_lambda(self, node: ast.Lambda, use: Use) -> None:
        for default in (*node.args.defaults, *node.args.kw_defaults):
            self.expression(default, Use.COMPUTED)
        self.hidden.append(set(syntax.all_parameters(node.args)))
        self.expression(node.body, _inside(use))
        self.hidden.pop()

    def _comprehension(self, node: syntax.Comprehension, use: Use) -> None:
        inner = _inside(use)
        self.expression(node.generators[0].iter, inner)
        self.hidden.append({name.id for part in node.generators for name in syntax.targets(part.target)})
        for number, part in enumerate(node.generators):
            if number:
                self.expression(part.iter, inner)
            for test in part.ifs:
                self.expression(test, Use.COMPARED)
        elements = (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
        for element in elements:
            self.expression(element, inner)
        self.hidden.pop()

    _on_listcomp = _on_setcomp = _on_generatorexp = _on_dictcomp = _comprehension

    # --- calls

    def _on_call(self, node: ast.Call, use: Use) -> None:
        self.graph.calls.setdefault(id(node), self.places)
        if self.is_drawing(node):
            self._quietly(node, Use.DRAWN)
        elif self.is_showing(node):
            self._quietly(node, Use.NAMED)
        elif self.graph.callee(node) in known_names.PROGRESS:
            self._progress(node, use)
        else:
            self._callee(node, use)
            self._arguments(node, self.argument_use(node, use))

    def _quietly(self, node: ast.Call, use: Use) -> None:
        self.graph.quiet.add(id(node))
        self._callee(node, use)
        self._arguments(node, use)

    def _progress(self, node: ast.Call, use: Use) -> None:
        self.graph.quiet.add(id(node))
        for argument in node.args:
            self.expression(argument, _inside(use))
        for keyword in node.keywords:
            self.expression(keyword.value, _inside(use) if keyword.arg in {"iterable", "total"} else Use.SHOWN)

    def _callee(self, node: ast.Call, use: Use) -> None:
        func = node.func
        if isinstance(func, ast.Attribute) and func.attr in known_names.UNWRAPPING:
            self.expression(func.value, Use.WRAPPED if use is Use.COPIED else use)
        elif isinstance(func, ast.Attribute) and func.attr in known_names.FORMATTING:
            self.expression(func.value, use if use in DISPLAYING else Use.FORMATTED)
        elif use in {Use.DROPPED, Use.COLLECTED, Use.DRAWN}:
            self.reach(func, use)
        else:
            self.expression(
                func,
                Use.COMPARED if use is Use.COMPARED and not isinstance(func, ast.Attribute) else _inside(use),
            )

    def reach(self, node: ast.AST, use: Use) -> None:
        """Note what is read to reach an entry or a method: in ``a[i].b``, ``a`` in this use, and ``i``."""
        while isinstance(node, ast.Subscript | ast.Attribute):
            if isinstance(node, ast.Subscript):
                self.expression(node.slice, Use.COMPUTED)
            node = node.value
        self.expression(node, use)

    def _arguments(self, node: ast.Call, use: Use) -> None:
        for argument in node.args:
            self.expression(argument, use)
        for keyword in node.keywords:
            self.expression(keyword.value, use)

    def argument_use(self, node: ast.Call, use: Use) -> Use:
        """Return the use of a call's arguments when its own value is used in `use`."""
        name, bare = self.graph.callee(node), isinstance(node.func, ast.Name)
        if bare and name in known_names.WRAPPERS:
            return Use.WRAPPED if use is Use.COPIED else use
        if name in known_names.FORMATTING:
            return use if use in DISPLAYING else Use.FORMATTED
        if name in known_names.TESTING:
            return _tested(use)
        if name in known_names.TABLES or (name in known_names.GATHERERS and use is not Use.COMPUTED):
            return Use.COLLECTED if use in {Use.COPIED, Use.COMPUTED} else use
        if use in {Use.DROPPED, Use.COLLECTED}:
            return Use.COMPUTED
        return _passed(use)

    def is_drawing(self, node: ast.Call) -> bool:
        """Return whether a call plots."""
        base = syntax.root(node.func)
        if isinstance(node.func, ast.Name) and self._only_draws(self.function_of(node.func.id)):
            return True
        steps = {*syntax.chain(node.func), base.id if base is not None else ""}
        if steps & known_names.DRAWING_METHODS - {base.id if base is not None else ""} or any(
            step.endswith("Display") for step in steps
        ):
            return True
        return base is not None and not self._is_hidden(base.id) and self._draws(base.id, set())

    def _only_draws(self, function: ast.AST | None) -> bool:
        """Return whether a function of the notebook plots, returns nothing and trains nothing."""
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            return False
        calls = syntax.calls(function)
        gives = any(isinstance(node, ast.Return) and node.value is not None for node in syntax.nodes(function))
        trains = any(syntax.last_name(call.func) in known_names.TRAINING | {"step", "backward"} for call in calls)
        return (
            not gives
            and not trains
            and any(self.is_drawing(call) for call in calls if isinstance(call.func, ast.Attribute))
        )

    def _draws(self, name: str, seen: set[str]) -> bool:
        """Return whether a name is a plotting module or an object made by one."""
        if self.graph.origins.get(name, "").partition(".")[0] in known_names.DRAWING_MODULES:
            return True
        held = [one for one in self.holding(name) if one.real]
        if not held:
            return name in known_names.DRAWING_NAMES
        seen.add(name)
        return any(self._drawn_by(definition, seen) for definition in held)

    def _drawn_by(self, definition: Definition, seen: set[str]) -> bool:
        if definition.binding is Binding.IMPORTED or definition.value is None:
            return definition.name in known_names.DRAWING_NAMES
        value = _drawn_from(definition)
        base = syntax.root(value) if value is not None else None
        return base is not None and base.id not in seen and self._draws(base.id, seen)

    def is_showing(self, node: ast.Call) -> bool:
        """Return whether a call displays, logs text, or writes to a progress bar."""
        name, base = self.graph.callee(node), syntax.root(node.func)
        if name in known_names.SHOWING or name in known_names.SHOWING_METHODS:
            return True
        if base is None or not isinstance(node.func, ast.Attribute):
            return False
        source = self.graph.origins.get(base.id, base.id).partition(".")[0]
        if name in known_names.LOG_LEVELS and (source in known_names.LOGGERS or "getLogger" in self._callees(base.id)):
            return True
        return name == "write" and (
            base.id in known_names.PROGRESS or bool(set(syntax.chain(node.func)) & known_names.STREAMS)
        )

    def _callees(self, name: str) -> set[str | None]:
        values = (definition.value for definition in self.holding(name))
        return {self.graph.callee(value) for value in values if isinstance(value, ast.Call)}


def _drawn_from(definition: Definition) -> ast.expr | None:
    """Return what a binding takes its value from: in ``for ax, name in zip(axes, names)``, `ax` is from the axes."""
    loop, value = definition.loops[-1] if definition.loops else None, definition.value
    target = loop.target if definition.binding is Binding.LOOPED and isinstance(loop, ast.For) else None
    while isinstance(value, ast.Call) and isinstance(target, ast.Tuple) and len(target.elts) > 1:
        name = syntax.last_name(value.func)
        parts = {
            "zip": zip(target.elts, value.args, strict=False),
            "enumerate": zip(target.elts[1:], value.args, strict=False),
        }
        named = [
            one for one in parts.get(name or "", ()) if definition.name in {each.id for each in syntax.targets(one[0])}
        ]
        if not named:
            break
        target, value = named[0]
    return value


def _inside(use: Use) -> Use:
    """Return the use of an operand, when the operation's value is used in `use`."""
    if use is Use.NAMED:
        return Use.SHOWN
    return use if use in _KEPT_IN_CALLS or use is Use.SHOWN else Use.COMPUTED


def _passed(use: Use) -> Use:
    """Return the use of an argument, when the call's value is used in `use`."""
    if use in {Use.NAMED, Use.SHOWN}:
        return Use.PASSED
    return use if use in _KEPT_IN_CALLS else Use.COMPUTED


def _tested(use: Use) -> Use:
    return Use.COMPARED if use in _TESTED_WHEN else _inside(use)
