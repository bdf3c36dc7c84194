"""Recurrences: running sums and schedules of one name, and state that a loop computes from itself."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from nbtrack.capture.analysis import known_names, syntax
from nbtrack.capture.analysis.container_updates import is_mutation
from nbtrack.capture.analysis.def_use import Binding, Use, key_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbtrack.capture.analysis.def_use import Definition, Graph, Reference

_CARRYING = frozenset({Use.COMPUTED, Use.COPIED, Use.WRAPPED})


def accumulates(reference: Reference) -> bool:
    """``total += x`` and ``mean = .9 * mean + .1 * x``: only the name itself is updated."""
    return bool(reference.feeds) and all(updates_itself(one, reference) for one in reference.feeds)


def updates_itself(definition: Definition, reference: Reference) -> bool:
    """Return whether a binding updates its own name from what a reference reads."""
    if definition.name != reference.name:
        return False
    if definition.binding is Binding.UPDATED:
        return reference.node is getattr(definition.node, "target", None)
    if definition.binding is Binding.STORED:
        return definition.value is not None and _uses(definition.value, key_path(definition.node)) == 1
    return (
        definition.binding is Binding.ASSIGNED
        and definition.value is not None
        and _uses(definition.value, (reference.name,)) == 1
    )


def _uses(node: ast.AST, path: tuple[str, ...]) -> int:
    """Return how often a name or entry is a plain operand of an expression; 2 where it is nested deeper."""
    if path and key_path(node) == path:
        return 1
    if isinstance(node, ast.BinOp):
        return _uses(node.left, path) + _uses(node.right, path)
    if isinstance(node, ast.UnaryOp):
        return _uses(node.operand, path)
    if isinstance(node, ast.IfExp):
        return max(_uses(node.body, path), _uses(node.orelse, path))
    if isinstance(node, ast.Call) and syntax.last_name(node.func) in known_names.WRAPPERS:
        return sum(_uses(argument, path) for argument in node.args)
    return 2 if any(key_path(child) == path for child in syntax.nodes(node)) else 0


def adds(definition: Definition) -> bool:
    """Return whether a binding adds to its own name, or subtracts from it."""
    if definition.binding is Binding.UPDATED and isinstance(definition.node, ast.AugAssign):
        return isinstance(definition.node.op, ast.Add | ast.Sub)
    value = definition.value
    return isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add | ast.Sub) and reads_itself(definition)


def reads_itself(definition: Definition) -> bool:
    """Return whether a binding is made from the name that it binds."""
    return any(
        child.id == definition.name
        for source in definition.sources
        for child in syntax.nodes(source)
        if isinstance(child, ast.Name)
    )


def state(graph: Graph) -> set[Definition]:
    """Return the bindings that depend on themselves by more than an update: ``w`` and ``g`` of a gradient descent."""
    found: set[Definition] = set()
    for cycle in _cycles(graph):
        if not all(_steps(one, cycle) for one in cycle):
            found |= cycle
    return found


def _steps(definition: Definition, cycle: set[Definition]) -> bool:
    """Return whether a binding reads its cycle only once, to update itself."""
    read = [reference for reference in _read(definition) if reference.definitions & cycle]
    return len(read) == 1 and updates_itself(definition, read[0]) and len({one.name for one in cycle}) == 1


def _read(definition: Definition) -> Iterator[Reference]:
    return (one for one in definition.fed_by if one.use in _CARRYING and not one.implied)


def _made_from(definition: Definition) -> set[Definition]:
    """Return the bindings whose values a binding uses; none for an object that is only used."""
    if definition.binding is Binding.TOUCHED and not is_mutation(definition):
        return set()
    return {found for reference in _read(definition) for found in reference.definitions}


def _cycles(graph: Graph) -> Iterator[set[Definition]]:
    """Yield the strongly connected groups of bindings, without single ones that do not depend on themselves."""
    ahead = {one: _made_from(one) for one in graph.definitions}
    behind: dict[Definition, set[Definition]] = {one: set() for one in ahead}
    for one, made in ahead.items():
        for other in made & ahead.keys():
            behind[other].add(one)
    done: set[Definition] = set()
    for one in reversed(_in_depth(ahead)):
        if one not in done:
            cycle = _reachable(one, behind, done)
            done |= cycle
            if len(cycle) > 1 or one in ahead[one]:
                yield cycle


def _in_depth(ahead: dict[Definition, set[Definition]]) -> list[Definition]:
    """Return the bindings in depth-first order, each after those that it leads to."""
    order: list[Definition] = []
    seen: set[Definition] = set()
    waiting = [(one, False) for one in ahead]
    while waiting:
        one, finished = waiting.pop()
        if finished:
            order.append(one)
        elif one not in seen:
            seen.add(one)
            waiting.append((one, True))
            waiting.extend((other, False) for other in ahead[one] if other in ahead and other not in seen)
    return order


def _reachable(start: Definition, ways: dict[Definition, set[Definition]], closed: set[Definition]) -> set[Definition]:
    found: set[Definition] = {start}
    waiting = [start]
    while waiting:
        fresh = ways[waiting.pop()] - found - closed
        found |= fresh
        waiting.extend(fresh)
    return found
