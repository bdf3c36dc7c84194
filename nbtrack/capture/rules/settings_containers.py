"""The entries of a dict, a dataclass or another container of constants are parameters, with dotted keys.

A cell::

    cfg = {"lr": 0.1, "opt": {"momentum": 0.9}}
    cfg["epochs"] = 5
    loss = train(cfg)

Parameters::

    cfg.lr = 0.1
    cfg.opt.momentum = 0.9
    cfg.epochs = 5
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from nbtrack.capture.analysis import constant_folding, known_names, syntax
from nbtrack.capture.analysis.container_updates import is_mutation, updates
from nbtrack.capture.analysis.def_use import Binding, Definition, Graph
from nbtrack.capture.analysis.kinds import Level
from nbtrack.capture.analysis.settings_classes import holds_settings, is_settings_class, returns_settings
from nbtrack.capture.facts import Fact
from nbtrack.capture.rules.display_only import is_only_displayed
from nbtrack.capture.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nbtrack.capture.analysis.container_updates import Update
    from nbtrack.capture.analysis.value_kinds import ValueKinds
    from nbtrack.capture.rules.rule import CellCode, CellValues

_DICTS = frozenset({"dict", "OrderedDict", "defaultdict"})


class SettingsContainers(Rule):
    """Names bound to containers of settings; their entries are read when the cell has run."""

    code = "P2"
    origin = "settings assigned on line {line}"

    def __init__(self, code: CellCode) -> None:
        reader = _Reader(code.graph, code.kinds)
        found = (reader.container(name) for name in code.graph.exit)
        self._containers = sorted((one for one in found if one is not None), key=lambda one: one.line)
        code.bound_settings.update(one.name for one in self._containers)
        code.containers.update(one.name for one in self._containers if one.sure)
        for one in self._containers:
            for call in one.calls:
                code.container_calls.setdefault(call, set()).add(one.name)

    def facts(self, values: CellValues) -> Iterator[Fact]:
        """Yield the entries that the cell did not compute."""
        for one in self._containers:
            fields = _settings(one, values.fields(one.name))
            if fields:
                values.came_about.add(f"container:{one.name}")
            for key, value in fields.items():
                yield Fact(f"{one.name}.{key}", value, self.code, one.line)


class _Container(NamedTuple):
    """A name bound to a container of settings; its entries are read when the cell has run."""

    name: str
    line: int
    keys: frozenset[str] | None
    """The entries that count, or None for all."""
    without: frozenset[str]
    """Entries that the cell computes."""
    initial: dict[str, constant_folding.Value]
    """Entries that a schedule changes, as they were."""
    calls: frozenset[int]
    """The calls (by ``id``) that only make the container."""
    sure: bool
    """Whether the code alone shows that it is one; otherwise its type decides."""


def _settings(container: _Container, fields: dict[str, constant_folding.Value]) -> dict[str, constant_folding.Value]:
    wanted, without = container.keys, container.without
    kept = {key: value for key, value in fields.items() if (wanted is None or key in wanted) and key not in without}
    return {**kept, **container.initial} if fields else {}


class _Shape(NamedTuple):
    """What the code tells about a container's entries: None for "any"."""

    keys: frozenset[str] | None
    values: dict[str, constant_folding.Value]


_ANY = _Shape(None, {})


class _Reader:
    def __init__(self, graph: Graph, kinds: ValueKinds) -> None:
        self.graph = graph
        self.kinds = kinds

    def container(self, name: str) -> _Container | None:
        held = self.graph.reaching(name)
        if not held or name.startswith("_") or any(one.loops for one in held):
            return None
        shapes = [self._bound(one) for one in held]
        known = [shape for shape in shapes if shape is not None]
        if len(known) < len(shapes) or is_only_displayed(held, self.kinds) or self._is_refilled(name):
            return None
        calls = frozenset(id(call) for one in held for call in self._making(one))
        made = self._with_stores(name, held[-1].line, known)
        return made and made._replace(calls=calls, sure=not any(self._is_foreign(one) for one in held))

    def _making(self, definition: Definition) -> list[ast.Call]:
        """Return the calls that only make a container, and not the models in it."""
        calls = self.graph.parts(definition.value).calls if definition.value is not None else []
        return [call for call in calls if call is definition.value or not self._is_of_import(call)]

    def _is_foreign(self, definition: Definition) -> bool:
        """Return whether a container is made with imported classes."""
        calls = self.graph.parts(definition.value).calls if definition.value is not None else []
        return any(map(self._is_of_import, calls))

    def _is_of_import(self, call: ast.Call) -> bool:
        own = known_names.SETTING_MAKERS | known_names.COPIERS | _DICTS
        parts = syntax.path(call.func)
        return bool(parts) and parts[0] in self.graph.origins and self.graph.callee(call) not in own

    def _bound(self, definition: Definition) -> _Shape | None:
        if definition.binding is Binding.DEFINED and isinstance(definition.node, ast.ClassDef):
            return _ANY if is_settings_class(definition.node) and self._is_read_by_attribute(definition) else None
        if definition.binding is Binding.UPDATED and isinstance(definition.node, ast.AugAssign):
            target, added = definition.node.target, definition.node.value
            is_union = isinstance(definition.node.op, ast.BitOr)
            return _merged([self._base(target), self.shape(added) or self._base(added)]) if is_union else None
        return self.shape(definition.value) if definition.binding is Binding.ASSIGNED else None

    def _is_read_by_attribute(self, definition: Definition) -> bool:
        """Return whether a class is read for its attributes and never called."""
        called = {id(call.func) for source in self._values() for call in self.graph.parts(source).calls}
        return bool(definition.references) and not any(
            id(reference.node) in called and not reference.implied for reference in definition.references
        )

    def _values(self) -> Iterable[ast.AST]:
        yield from (source for one in self.graph.definitions for source in one.sources)
        yield from (shown.expression for shown in self.graph.shown.values())

    # --- what the code says about the entries

    def shape(self, node: ast.expr | None) -> _Shape | None:
        """Return what the code tells about the entries of an expression, or None if they are not settings."""
        if isinstance(node, ast.Dict):
            return self._of_dict(node)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            return _merged(
                [self.shape(node.left) or self._base(node.left), self.shape(node.right) or self._base(node.right)]
            )
        if isinstance(node, ast.Call):
            return self._of_call(node)
        return None

    def _of_dict(self, node: ast.Dict) -> _Shape | None:
        if not node.keys:
            return None
        parts: list[_Shape | None] = []
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None:
                parts.append(self.shape(value) or self._base(value))
            elif isinstance(key, ast.Constant) and isinstance(key.value, str):
                parts.append(self._entry(key.value, value))
            else:
                return None
        return _merged(parts)

    def _entry(self, key: str, value: ast.expr) -> _Shape | None:
        known = constant_folding.value(value)
        if not isinstance(known, constant_folding.Missing):
            return _Shape(frozenset({key}), {key: known})
        nested = self.shape(value) if isinstance(value, ast.Dict | ast.Call) else None
        if nested is not None:
            return _prefixed(key, nested)
        return _Shape(frozenset(), {}) if self._is_neutral(value) else None

    def _is_neutral(self, value: ast.expr) -> bool:
        """Return whether an entry is neither a setting nor a result."""
        if isinstance(value, ast.Lambda | ast.Dict):
            return True
        if isinstance(value, ast.List | ast.Tuple):
            return all(constant_folding.is_constant(element) or self._is_neutral(element) for element in value.elts)
        return not isinstance(value, ast.Call) and self.kinds.of(value).level in {Level.SETTING, Level.SIZE}

    def _base(self, node: ast.expr) -> _Shape | None:
        """Return the entries of a name that ``**name`` unpacks."""
        if not isinstance(node, ast.Name):
            return None
        held = [one for reference in self.graph.references.get(id(node), ()) for one in reference.definitions]
        shapes = [
            _ANY if one.binding is Binding.EARLIER else self._bound(one)
            for one in held
            if one.real or one.binding is Binding.EARLIER
        ]
        return _merged(shapes) if shapes else None

    def _of_call(self, node: ast.Call) -> _Shape | None:
        name = self.graph.callee(node)
        if name in _DICTS:
            return self._of_dict_call(node)
        if name in known_names.SETTING_MAKERS | known_names.COPIERS:
            return _ANY if self._takes_settings(node) and self._copies_settings(node) else None
        return _ANY if name is not None and self._makes_settings(node, name) and self._takes_settings(node) else None

    def _copies_settings(self, node: ast.Call) -> bool:
        """Return whether a call copies a container of settings."""
        name = self.graph.callee(node)
        if name in known_names.SETTING_MAKERS:
            return True
        on_module = (
            isinstance(node.func, ast.Attribute)
            and syntax.path(node.func)[:1]
            and syntax.path(node.func)[0] in self.graph.origins
        )
        bare = isinstance(node.func, ast.Name) or on_module
        original = (
            node.args[0] if bare and node.args else node.func.value if isinstance(node.func, ast.Attribute) else None
        )
        return original is not None and self._base(original) is not None

    def _of_dict_call(self, node: ast.Call) -> _Shape | None:
        parts = [self.shape(argument) or self._base(argument) for argument in node.args]
        for keyword in node.keywords:
            if keyword.arg is None:
                parts.append(self.shape(keyword.value) or self._base(keyword.value))
            else:
                parts.append(self._entry(keyword.arg, keyword.value))
        return _merged(parts) if parts else None

    def _makes_settings(self, node: ast.Call, name: str) -> bool:
        """Return whether a callee is a class of the notebook that holds settings, or a function that returns them."""
        function = self.graph.functions.get(name)
        if isinstance(function, ast.ClassDef):
            return holds_settings(function)
        return name[:1].isupper() if function is None else returns_settings(function)

    def _takes_settings(self, node: ast.Call) -> bool:
        values = (*node.args, *(keyword.value for keyword in node.keywords))
        return all(
            constant_folding.is_constant(v)
            or self.shape(v) is not None
            or self._base(v) is not None
            or self._is_neutral(v)
            for v in values
        )

    # --- what the cell does to them later

    def _is_refilled(self, name: str) -> bool:
        """Return whether bare calls add computed entries to a container."""
        touched = (
            one
            for one in self.graph.definitions
            if one.name == name and one.binding is Binding.TOUCHED and is_mutation(one)
        )
        return any(self.kinds.of_definition(one).level is not Level.SETTING for one in touched)

    def _with_stores(self, name: str, line: int, shapes: list[_Shape]) -> _Container | None:
        shape = _merged(shapes) or _ANY
        keys, without, initial = set(shape.keys or ()), set(), {}
        for one in (one for one in self.graph.definitions if one.name == name):
            for store in updates(one):
                if store.key is None:
                    shape = _ANY
                elif not store.key:
                    return None
                elif constant_folding.is_constant(store.value) and not one.loops:
                    keys.add(store.key)
                elif self._kind(store, one) is Level.SETTING and store.key in shape.values:
                    initial[store.key] = shape.values[store.key]
                else:
                    without.add(store.key)
        counted = None if shape.keys is None else frozenset(keys)
        return _Container(name, line, counted, frozenset(without), initial, frozenset(), sure=True)

    def _kind(self, store: Update, definition: Definition) -> Level:
        known = definition.binding is Binding.STORED or store.value is None
        return (self.kinds.of_definition(definition) if known else self.kinds.of(store.value)).level


def _prefixed(key: str, shape: _Shape) -> _Shape:
    if shape.keys is None:
        return _ANY
    return _Shape(
        frozenset(f"{key}.{inner}" for inner in shape.keys),
        {f"{key}.{inner}": value for inner, value in shape.values.items()},
    )


def _merged(shapes: Iterable[_Shape | None]) -> _Shape | None:
    keys: frozenset[str] | None = frozenset()
    values: dict[str, constant_folding.Value] = {}
    for shape in shapes:
        if shape is None:
            return None
        keys = None if keys is None or shape.keys is None else keys | shape.keys
        values.update(shape.values)
    return _Shape(keys, values)
