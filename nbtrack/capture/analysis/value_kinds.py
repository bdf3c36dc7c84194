"""The kind of value that each expression of a cell has."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, TypeAlias

from nbtrack.capture.analysis import choices, known_names, recurrence, result_words, syntax
from nbtrack.capture.analysis.container_updates import is_mutation
from nbtrack.capture.analysis.def_use import Binding, Definition, Graph, Reference
from nbtrack.capture.analysis.kinds import (
    COMPUTED,
    SETTING,
    Kind,
    Level,
    counted,
    of_booleans,
    operation,
    quotient,
    union,
)
from nbtrack.capture.analysis.loop_elements import elements
from nbtrack.capture.analysis.settings_classes import holds_settings, returns_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


Local: TypeAlias = dict[str, Kind]


class ValueKinds:
    """The kind of value of each expression of one cell."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.state = recurrence.state(graph)
        """The bindings that feed on themselves by more than a step of their own."""
        self.known: dict[Definition, Kind] = dict.fromkeys(self.state, COMPUTED)
        self._settle()

    def _settle(self) -> None:
        """Find the kind of each binding; kinds only rise, so this terminates."""
        changed = True
        while changed:
            changed = False
            for definition in self.graph.definitions:
                kind = self.known.get(definition, SETTING) | self._bound(definition)
                if kind != self.known.get(definition):
                    self.known[definition] = kind
                    changed = True

    # --- bindings

    def of_definition(self, definition: Definition) -> Kind:
        """Return the kind of value that a binding gives its name."""
        if definition.binding is Binding.EARLIER:
            return Kind(Level.SETTING, frozenset({definition.name}))
        return self.known.get(definition, SETTING)

    def _bound(self, definition: Definition) -> Kind:
        binding, value = definition.binding, definition.value
        if binding is Binding.STORED:
            return self.of(definition.sources[0])
        if value is None or binding is Binding.IMPORTED:
            return SETTING
        if binding is Binding.LOOPED:
            return self._looped(definition, value)
        if binding is Binding.TOUCHED:
            return self._touched(definition)
        if choices.is_key_of_item(definition, self.graph):
            return SETTING
        kind = self.of(value)
        if binding is Binding.UPDATED and isinstance(definition.node, ast.AugAssign):
            kind = self._operation(definition.node.op, self._read(definition.node.target), kind)
        if _adds(definition) and self._is_step(definition) and kind.level <= Level.SIZE and self._by_chance(definition):
            return kind.at(Level.COUNT)
        if kind.level is Level.INDEX and result_words.is_best(definition.name):
            return COMPUTED
        return kind

    def _touched(self, definition: Definition) -> Kind:
        """Return the kind that a container gets from what a bare call adds to it."""
        call = definition.value
        if isinstance(call, ast.Call) and is_mutation(definition):
            return self._all(call.args) | self._all(keyword.value for keyword in call.keywords)
        return SETTING

    def _is_step(self, definition: Definition) -> bool:
        """``n += 1`` and ``n = n + 1``."""
        if definition.binding is Binding.UPDATED:
            return True
        return any(reference.name == definition.name for reference in definition.fed_by)

    def _by_chance(self, definition: Definition) -> bool:
        """Return whether data decide how often a binding is executed."""
        chosen = (node for source in definition.sources for node in syntax.nodes(source) if isinstance(node, ast.IfExp))
        return any(self._decided_by_data(place.node) for place in definition.places) or any(
            self._rests_on_data(node.test) for node in chosen
        )

    def _decided_by_data(self, node: ast.AST) -> bool:
        if isinstance(node, ast.If | ast.While):
            return self._rests_on_data(node.test)
        if isinstance(node, ast.ExceptHandler | ast.Match):
            return True
        return isinstance(node, ast.For | ast.AsyncFor) and any(
            isinstance(inner, ast.Break) for inner in syntax.nodes(node)
        )

    def _rests_on_data(self, test: ast.expr) -> bool:
        return any(isinstance(node, ast.Call) for node in syntax.nodes(test)) or any(
            kind.level > Level.SETTING or bool(kind.earlier)
            for kind in map(self.of_reference, self.graph.read_in(test))
        )

    def _looped(self, definition: Definition, value: ast.expr) -> Kind:
        loop = definition.loops[-1] if definition.loops else None
        target = loop.target if isinstance(loop, ast.For | ast.AsyncFor) else None
        return self.element(value, target, definition.name, {})

    # --- what a loop takes from an iterable

    def element(self, iterable: ast.expr, target: ast.expr | None, name: str, local: Local) -> Kind:
        """Return the kind of `name` in ``for target in iterable``."""
        taken = elements(iterable, target, name, self.graph)
        if taken is None:
            return SETTING
        if isinstance(taken.iterable, ast.List | ast.Tuple) and isinstance(taken.target, ast.Tuple):
            return self._column(taken.iterable, taken.target, name, local)
        return self.of(taken.iterable, local)

    def _column(self, rows: ast.List | ast.Tuple, target: ast.Tuple, name: str, local: Local) -> Kind:
        """``for name, model in [("a", A()), ("b", B())]``."""
        kind = SETTING
        for row in rows.elts:
            if not isinstance(row, ast.Tuple | ast.List) or len(row.elts) != len(target.elts):
                return self.of(rows, local)
            for part, value in zip(target.elts, row.elts, strict=True):
                if name in {one.id for one in syntax.targets(part)}:
                    kind |= self.of(value, local)
        return kind

    # --- expressions

    def of(self, node: ast.AST | None, local: Local | None = None) -> Kind:
        """Return the kind of value of an expression."""
        special: Callable[[ast.AST, Local], Kind] = getattr(self, f"_on_{type(node).__name__.lower()}", self._computed)
        return special(node, local or {}) if node is not None else SETTING

    def _all(self, nodes: Iterable[ast.AST | None], local: Local | None = None) -> Kind:
        return union(self.of(node, local) for node in nodes)

    def _read(self, node: ast.AST) -> Kind:
        references = self.graph.references.get(id(node), ())
        return union(self.of_reference(each) for each in references if not each.implied)

    def of_reference(self, reference: Reference) -> Kind:
        """Return the kind of what one reference reads."""
        return union(map(self.of_definition, reference.definitions))

    def _computed(self, _node: ast.AST, _local: Local) -> Kind:
        return COMPUTED

    def _plain(self, _node: ast.AST, _local: Local) -> Kind:
        return SETTING

    _on_constant = _on_joinedstr = _on_formattedvalue = _on_lambda = _plain

    def _on_name(self, node: ast.Name, local: Local) -> Kind:
        return local[node.id] if node.id in local else self._read(node)

    def _on_namedexpr(self, node: ast.NamedExpr, local: Local) -> Kind:
        return self.of(node.value, local)

    def _value(self, node: ast.Await | ast.Starred, local: Local) -> Kind:
        return self.of(node.value, local)

    _on_await = _on_starred = _value

    def _on_unaryop(self, node: ast.UnaryOp, local: Local) -> Kind:
        kind = self.of(node.operand, local)
        return kind.at(Level.BOOLEAN) if isinstance(node.op, ast.Not) else kind

    def _on_compare(self, node: ast.Compare, local: Local) -> Kind:
        return self._all((node.left, *node.comparators), local).at(Level.BOOLEAN)

    def _on_boolop(self, node: ast.BoolOp, local: Local) -> Kind:
        return self._all(node.values, local)

    def _on_ifexp(self, node: ast.IfExp, local: Local) -> Kind:
        return self.of(node.body, local) | self.of(node.orelse, local)

    def _elements(self, node: ast.List | ast.Tuple | ast.Set, local: Local) -> Kind:
        return self._all(node.elts, local)

    _on_list = _on_tuple = _on_set = _elements

    def _on_dict(self, node: ast.Dict, local: Local) -> Kind:
        return self._all(node.values, local)

    def _on_binop(self, node: ast.BinOp, local: Local) -> Kind:
        return self._operation(operation(node), self.of(node.left, local), self.of(node.right, local))

    def _operation(self, op: ast.operator, left: Kind, right: Kind) -> Kind:
        both = left | right
        if (left.open or right.open) and both.level < Level.COMPUTED:
            return self._open_operation(op, left, right)
        if isinstance(op, ast.Div):
            return both.at(quotient(left.level, right.level))
        if isinstance(op, ast.Sub) and left.level is right.level is Level.TIME:
            return both.at(Level.COMPUTED)
        if isinstance(op, ast.MatMult):
            return both.at(Level.COMPUTED)
        if both.level is Level.BOOLEAN:
            return both.at(of_booleans(op, left.level, right.level))
        return both

    def _open_operation(self, op: ast.operator, left: Kind, right: Kind) -> Kind:
        """Return the kind of an operation on possible data: then a result, unless it turns out to be a setting."""
        levels = {left.level, right.level}
        shares = isinstance(op, ast.Div) and left.level is Level.COUNT
        if shares or (isinstance(op, ast.Sub) and Level.TIME in levels):
            return COMPUTED
        return Kind(Level.SETTING, left.earlier | right.earlier)

    def _on_subscript(self, node: ast.Subscript, local: Local) -> Kind:
        base, index = self.of(node.value, local), self.of(node.slice, local)
        chosen = choices.finds_place(node.slice, self.graph) and choices.is_gone_through(node.value, self.graph)
        found = index.level in {Level.COMPUTED, Level.BOOLEAN, Level.INDEX} and not chosen
        if base.level is Level.SETTING and found:
            return (base | index).at(Level.COMPUTED)
        return base

    def _on_attribute(self, node: ast.Attribute, local: Local) -> Kind:
        base = self.of(node.value, local)
        if known_names.is_tally(node.attr):
            return base.at(Level.SIZE)
        if node.attr.endswith("_") and result_words.measures(node.attr):
            return COMPUTED
        if base.level is Level.SETTING or node.attr in known_names.SAME_KIND:
            return base
        return base.at(Level.COMPUTED)

    def _comprehension(self, node: syntax.Comprehension, local: Local) -> Kind:
        inside = self._inside(node.generators, local)
        value = node.value if isinstance(node, ast.DictComp) else node.elt
        return self.of(value, inside)

    _on_listcomp = _on_setcomp = _on_generatorexp = _on_dictcomp = _comprehension

    def _inside(self, parts: Iterable[ast.comprehension], local: Local) -> Local:
        inside = dict(local)
        for part in parts:
            for name in syntax.targets(part.target):
                inside[name.id] = self.element(part.iter, part.target, name.id, inside)
        return inside

    # --- calls

    def _on_call(self, node: ast.Call, local: Local) -> Kind:
        parts = self.graph.origin(syntax.path(node.func))
        name = self.graph.callee(node)
        bare = isinstance(node.func, ast.Name) and len(parts) == 1
        if name is None:
            return COMPUTED
        if self.graph.is_live_value(node) or (id(node) in self.graph.quiet and name not in known_names.PROGRESS):
            return SETTING
        if bare and name in self.graph.functions:
            return self._of_notebook(node, self.graph.functions[name], local)
        return self._named_call(node, name, bare=bare, local=local)

    def _of_notebook(self, node: ast.Call, function: ast.AST, local: Local) -> Kind:
        """Return the kind of what a function or class of the notebook makes; from settings, a container of settings."""
        given = self._arguments(node, local)
        if returns_settings(function) or (isinstance(function, ast.ClassDef) and holds_settings(function)):
            return given
        return given if given.level is Level.TIME and self._all_times(node, local) else COMPUTED

    def _all_times(self, node: ast.Call, local: Local) -> bool:
        """``epoch_time(start, end)``: a value computed only from points in time is a duration, and no result."""
        parts = (*node.args, *(keyword.value for keyword in node.keywords))
        return all(self.of(part, local).level is Level.TIME for part in parts)

    def _arguments(self, node: ast.Call, local: Local) -> Kind:
        return self._all(node.args, local) | self._all((keyword.value for keyword in node.keywords), local)

    def _named_call(self, node: ast.Call, name: str, *, bare: bool, local: Local) -> Kind:
        given = self._arguments(node, local)
        method = isinstance(node.func, ast.Attribute) and not self._is_on_module(node.func)
        subject = self.of(node.func.value, local) if method and isinstance(node.func, ast.Attribute) else given
        if name in known_names.CLOCKS and self._is_clock(node):
            return Kind(Level.TIME)
        if bare and name in choices.PICKING and node.args and (key := choices.key_of(node)) is not None:
            return SETTING if choices.picks_keys(node, key) else self._all(node.args, local)
        if name in known_names.SIZES or name in known_names.IDENTITIES:
            return self._size(node, subject)
        if name in known_names.COUNTS and not any(keyword.arg == "normalize" for keyword in node.keywords):
            return subject.at(Level.COUNT)
        if name in known_names.INDICES:
            return subject.at(Level.INDEX)
        if name in known_names.BOOLEANS:
            return subject.at(Level.BOOLEAN)
        if name == "sum":
            return self._sum(node, subject | given, local)
        return self._other_call(name, subject, given, bare=bare, method=method)

    def _other_call(self, name: str, subject: Kind, given: Kind, *, bare: bool, method: bool) -> Kind:
        if bare and name in known_names.BUILTINS:
            return counted(given)
        if name in known_names.ROUNDING or name in known_names.SPACING or name in known_names.PROGRESS:
            return counted(given)
        if name in known_names.SETTING_MAKERS:
            return given
        if name in known_names.SAME_KIND or name in known_names.UNFOLDING:
            return subject
        if method and name in known_names.ITEMS:
            return subject
        return (subject | given).at(Level.COMPUTED)

    def _is_clock(self, node: ast.Call) -> bool:
        """Distinguish ``time.time()`` and ``datetime.now()`` from methods of other objects with these names."""
        base = syntax.root(node.func)
        if base is None or isinstance(node.func, ast.Name):
            return base is not None
        return self.graph.origins.get(base.id, base.id).partition(".")[0] in known_names.CLOCK_MODULES

    def _is_on_module(self, func: ast.Attribute) -> bool:
        base = syntax.path(func)
        return bool(base) and base[0] in self.graph.origins

    def _size(self, node: ast.Call, subject: Kind) -> Kind:
        filtered = any(
            isinstance(arg, syntax.COMPREHENSIONS) and any(part.ifs for part in arg.generators) for arg in node.args
        )
        return subject.at(Level.COUNT if filtered or subject.level is Level.BOOLEAN else Level.SIZE)

    def _sum(self, node: ast.Call, subject: Kind, local: Local) -> Kind:
        """Return the kind of a sum; a sum of booleans is a count, and so is ``sum(1 for … if …)``."""
        if subject.level is Level.BOOLEAN:
            return subject.at(Level.COUNT)
        first = node.args[0] if node.args else None
        if isinstance(first, syntax.COMPREHENSIONS) and subject.level <= Level.SIZE:
            return self._tally(first, subject, local)
        bare = isinstance(node.func, ast.Name)
        if subject.level is Level.SETTING and not bare:
            return subject if subject.earlier else COMPUTED
        return subject

    def _tally(self, node: syntax.Comprehension, subject: Kind, local: Local) -> Kind:
        drawn = self._all((part.iter for part in node.generators), local)
        picked = any(part.ifs for part in node.generators) and (drawn.level is Level.COMPUTED or bool(drawn.earlier))
        return (subject | drawn).at(Level.COUNT) if picked else subject


def _adds(definition: Definition) -> bool:
    """Return whether a binding adds to something, or subtracts from it."""
    node = definition.node if isinstance(definition.node, ast.AugAssign) else definition.value
    return isinstance(node, ast.AugAssign | ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub)
