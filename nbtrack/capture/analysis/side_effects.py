"""Side effects of a cell: what it displays, changes by bare calls, and collects in lists."""

from __future__ import annotations

import ast

from nbtrack.capture.analysis import constant_folding, known_names, syntax
from nbtrack.capture.analysis.def_use import Binding, Collected, Filled, Shown, Use, key_path
from nbtrack.capture.analysis.expressions import Expressions

_MAKING = frozenset({Binding.ASSIGNED, Binding.UNPACKED, Binding.ENTERED})
_DICTS = frozenset({"dict", "OrderedDict", "defaultdict"})
_LAYING_OUT = frozenset({"zeros", "empty", "ones", "full", "zeros_like", "empty_like"})


class Effects(Expressions):
    """Walks calls and notes what they do, besides what they read."""

    # --- display

    def show(self, node: ast.expr, *, last: bool = False) -> None:
        """Note that an expression is displayed."""
        self.graph.shown.setdefault(id(node), Shown(node, self.places, last))

    def _quietly(self, node: ast.Call, use: Use) -> None:
        super()._quietly(node, use)
        if use is Use.NAMED:
            for argument in (
                *node.args,
                *(keyword.value for keyword in node.keywords if keyword.arg not in {"sep", "end", "file"}),
            ):
                self.show(argument)

    def bare(self, call: ast.Call, use: Use) -> None:
        """Follow a call whose value is discarded."""
        self.graph.calls.setdefault(id(call), self.places)
        if self.is_drawing(call) or self.is_showing(call) or self.graph.callee(call) in known_names.PROGRESS:
            self._on_call(call, Use.DROPPED)
            return
        self.graph.bare[id(call)] = call
        self._callee(call, use)
        wrapped = self.graph.callee(call) in known_names.FORMATTING
        self._arguments(call, Use.FORMATTED if wrapped else use)
        self._touch(call)

    def _touch(self, call: ast.Call) -> None:
        """Note what a bare call may have changed: its receiver and what that was made from, or its arguments."""
        name = self.graph.callee(call) or ""
        if (
            isinstance(call.func, ast.Attribute)
            and (name in known_names.REPORTING or name.startswith("to_"))
            and name != "to_"
        ):
            return
        base = syntax.root(call.func.value) if isinstance(call.func, ast.Attribute) else None
        if base is not None and base.id not in self.graph.origins:
            self._change(call, self._makers(base.id))
        else:
            self._change(call, self._argument_names(call))

    def touch_arguments(self, value: ast.expr) -> None:
        """Note what calls change even if their value is used: calls of the notebook's functions, and training calls."""
        for call in self.graph.parts(value).calls:
            if isinstance(call.func, ast.Name) and isinstance(self.function_of(call.func.id), syntax.FUNCTIONS):
                self._change(call, self._argument_names(call))
            elif isinstance(call.func, ast.Attribute) and call.func.attr in known_names.TRAINING:
                base = syntax.path(call.func)[:1]
                self._change(call, set(base) - self.graph.origins.keys() - self.graph.functions.keys())

    def _argument_names(self, call: ast.Call) -> set[str]:
        arguments = (*call.args, *(keyword.value for keyword in call.keywords))
        bases = (syntax.root(argument) for argument in arguments)
        written = (
            syntax.shared_writes(self.function_of(call.func.id) or call) if isinstance(call.func, ast.Name) else set()
        )
        return {base.id for base in bases if base is not None} | written

    def _makers(self, name: str) -> set[str]:
        """Return `name` and the names of the objects that it was made from."""
        found, waiting = {name}, [name]
        while waiting:
            for definition in self.holding(waiting.pop()):
                if definition.binding not in _MAKING:
                    continue
                for source in definition.sources:
                    fresh = {r.name for r in self.graph.read_in(source) if r.definitions & self.holding(r.name)} - found
                    found |= fresh
                    waiting.extend(fresh)
        return found

    def _change(self, call: ast.Call, changed: set[str]) -> None:
        for name in sorted(changed):
            if self._can_change(name):
                touched = self.bind(name, Binding.TOUCHED, call, call)
                touched.sources = (call,)

    def _can_change(self, name: str) -> bool:
        held = self.holding(name)
        fixed = {Binding.IMPORTED, Binding.DEFINED}
        return not all(one.binding in fixed or (one.real and isinstance(one.value, ast.Constant)) for one in held)

    # --- lists that collect

    def note_append(self, call: ast.Call, node: ast.stmt) -> None:
        """``losses.append(value)``."""
        if isinstance(call.func, ast.Attribute) and call.func.attr in {"append", "appendleft"} and len(call.args) == 1:
            self.collect(_list_path(call.func.value), call.args[0], node)

    def note_store(self, target: ast.expr, value: ast.expr, node: ast.stmt) -> None:
        """``losses[i] = value`` and ``losses[i] += value`` of a list that was preallocated, or of a new dict."""
        if (
            not isinstance(target, ast.Subscript)
            or not isinstance(target.slice, ast.Name)
            or not isinstance(target.value, ast.Name)
        ):
            return
        name, index, again = target.value.id, target.slice.id, isinstance(node, ast.AugAssign)
        if self._is_preallocated(name):
            self.graph.filled.setdefault(id(node), Filled(name, index, value, self.places, node))
            if not again:
                self.collect((name,), value, node)
        elif not again and self._is_new_dict(name) and self._goes_through_numbers(index):
            self.collect((name,), value, node)

    def collect(self, path: tuple[str, ...], value: ast.expr, node: ast.stmt) -> None:
        """Note that a value is put into the list that a path leads to."""
        if path:
            self.graph.collected.setdefault(id(value), Collected(path, value, self.places, node))

    def _is_preallocated(self, name: str) -> bool:
        """Return whether a name holds a list or array that was preallocated to be filled by index."""
        values = [one.value for one in self.holding(name) if one.real]
        return bool(values) and all(
            isinstance(value, ast.BinOp | ast.ListComp)
            or (isinstance(value, ast.Call) and self.graph.callee(value) in _LAYING_OUT)
            for value in values
        )

    def _is_new_dict(self, name: str) -> bool:
        values = [one.value for one in self.holding(name) if one.real]
        return bool(values) and all(
            (isinstance(value, ast.Dict) and not value.keys)
            or (isinstance(value, ast.Call) and self.graph.callee(value) in _DICTS and not value.args)
            for value in values
        )

    def _goes_through_numbers(self, name: str) -> bool:
        """Return whether a name is the variable of a loop over numbers that the code enumerates."""
        held = [one for one in self.holding(name) if one.real]
        return bool(held) and all(one.binding is Binding.LOOPED and self._lays_out_numbers(one.value) for one in held)

    def _lays_out_numbers(self, node: ast.expr | None) -> bool:
        if isinstance(node, ast.Name):
            values = [one.value for one in self.holding(node.id) if one.binding is Binding.ASSIGNED]
            return bool(values) and all(map(self._lays_out_numbers, values))
        if isinstance(node, ast.Call):
            return self.graph.callee(node) in known_names.SPACING | {"range"}
        known = constant_folding.sequence(node)
        return not isinstance(known, constant_folding.Missing) and all(type(one) in {int, float} for one in known)


def _list_path(node: ast.expr) -> tuple[str, ...]:
    """Return the path of the list that ``….append`` belongs to, through ``setdefault("key", [])`` too."""
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "setdefault"
        and node.args
    ):
        key = node.args[0]
        base = key_path(node.func.value)
        return (*base, key.value) if base and isinstance(key, ast.Constant) and isinstance(key.value, str) else ()
    return key_path(node)
