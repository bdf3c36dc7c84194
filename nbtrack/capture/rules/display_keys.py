"""The keys of displayed values: the name of the expression, the label before it, and what distinguishes two of them."""

from __future__ import annotations

import ast
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from nbtrack.capture.analysis import constant_folding, display_labels, result_words, syntax
from nbtrack.capture.analysis.def_use import Use
from nbtrack.capture.analysis.kinds import Level, is_computed
from nbtrack.capture.rules.expression_names import name_of, says_nothing, unwrapped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nbtrack.capture.analysis.def_use import Graph
    from nbtrack.capture.analysis.value_kinds import ValueKinds
    from nbtrack.capture.rules.display import Display

_RATES = frozenset({"rate", "mean", "average", "avg", "std", "gap", "ratio", "improvement", "percent", "correlation"})
"""Words of labels, besides those of results, that say that a value was computed to be seen."""

_HITS = frozenset({"correct", "corrects", "hits"})
"""Words of names that count what was right, and whose share is an accuracy."""


def key(node: ast.expr, kinds: ValueKinds) -> str | None:
    """Return the key of a displayed expression: its own name, or else the label before it."""
    own = name_of(node)
    label = display_labels.label(node, kinds.graph.parents)
    tells = label is not None and (_tells(label) or (_is_of_results(node, kinds) and _may_be_label(label)))
    labelled = tells and not _times(node, kinds)
    if own is not None and not says_nothing(own):
        return label if labelled and _says_more(label or "", own, node) else own
    return label if labelled else own or _of_quotient(node, kinds)


def _says_more(label: str, own: str, node: ast.expr) -> bool:
    """``print("test accuracy", evaluate(model))``: the label names what is measured, and the callee does not."""
    inner = unwrapped(node)
    is_callee = isinstance(inner, ast.Call) and syntax.last_name(inner.func) == own
    return is_callee and not result_words.measures(own) and result_words.measures(label)


def _tells(label: str) -> bool:
    words = result_words.words(label)
    return bool(words & (result_words.RESULT_WORDS | _RATES)) and _may_be_label(label)


def _may_be_label(label: str) -> bool:
    return not result_words.is_bookkeeping(label)


def _is_of_results(node: ast.expr, kinds: ValueKinds) -> bool:
    """``f1_new - f1_old``: return whether an expression computes with results only, so that its label names one."""
    parts = kinds.graph.parts(node)
    named = isinstance(node, ast.BinOp) and bool(parts.names) and not parts.calls
    return named and all(_is_result(name, kinds) for name in parts.names)


def _is_result(name: ast.Name, kinds: ValueKinds) -> bool:
    """Return whether a name holds a result, according to the name itself or since the cell displays it."""
    held = (one for reference in kinds.graph.references.get(id(name), ()) for one in reference.definitions)
    shown = any(each.use is Use.NAMED for one in held for each in one.references)
    return (shown or result_words.measures(name.id)) and is_computed(kinds.of(name))


def _times(node: ast.expr, kinds: ValueKinds) -> bool:
    """Return whether an expression uses points in time."""
    return any(isinstance(one, ast.expr) and kinds.of(one).level is Level.TIME for one in ast.walk(node))


def _of_quotient(node: ast.expr, kinds: ValueKinds) -> str | None:
    """``running_loss / len(loader)`` and ``100 * correct / total`` are the results for which the sums are computed."""
    node = _without_factor(node)
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Div):
        return None
    summed = _without_factor(node.left)
    if not isinstance(summed, ast.Name):
        return None
    is_result = result_words.measures(summed.id) and is_computed(kinds.of(summed))
    return summed.id if is_result or result_words.words(summed.id) & _HITS else None


def _without_factor(node: ast.expr) -> ast.expr:
    """Return an expression without a constant factor."""
    node = unwrapped(node)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        for side, other in ((node.left, node.right), (node.right, node.left)):
            if constant_folding.is_constant(other):
                return unwrapped(side)
    return node


def only_name(node: ast.expr) -> str | None:
    """Return the name whose value an expression shows in another unit: ``acc * 100``, ``1 - acc``, ``loss.item()``."""
    if any(isinstance(one, ast.Call) and syntax.last_name(one.func) in {"min", "max"} for one in ast.walk(node)):
        return None
    node = unwrapped(node)
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.UnaryOp):
        return only_name(node.operand)
    if isinstance(node, ast.BinOp):
        for side, other in ((node.left, node.right), (node.right, node.left)):
            if constant_folding.is_constant(other):
                return only_name(side)
    return None


def told_apart(displays: Sequence[Display], graph: Graph) -> list[Display]:
    """Return the displays; those that would share a key for different values get what distinguishes them."""
    groups: dict[str, list[Display]] = defaultdict(list)
    for one in displays:
        if one.key is not None and one.name is None:
            groups[one.key].append(one)
    renamed: dict[int, str] = {}
    for shared, group in groups.items():
        if len({ast.dump(one.expression) for one in group}) > 1:
            marks = _marks(group, graph)
            renamed.update(
                (id(one.expression), f"{shared}.{mark}" if mark else shared)
                for one, mark in zip(group, marks, strict=True)
            )
    return [one._replace(key=renamed.get(id(one.expression), one.key)) for one in displays]


def _marks(group: Sequence[Display], graph: Graph) -> list[str]:
    """Return a word for each display of a group, by the first method that gives each its own."""
    nodes = [unwrapped(one.expression) for one in group]
    labels = [display_labels.label(one.expression, graph.parents) or "" for one in group]
    for texts in (labels, [_receiver(node) for node in nodes], *_columns(nodes)):
        marks = _without_common_words(texts)
        if all(marks) and len(set(marks)) == len(marks):
            return marks
    marks = _without_words(labels, group[0].key or "")
    if all(labels) and len(set(marks)) == len(marks):
        # "AUC of fold 2" and "Full AUC": one of them adds nothing to the key.
        return marks
    return [str(number) for number in range(1, len(group) + 1)]


def _without_words(labels: Sequence[str], key: str) -> list[str]:
    """Return labels without the words that a key already has."""
    known = result_words.words(key)
    return ["_".join(part for part in label.split("_") if part not in known) for label in labels]


def _receiver(node: ast.expr) -> str:
    inner = node.func if isinstance(node, ast.Call) else node
    return ".".join(syntax.path(inner)[:-1])


def _columns(nodes: Sequence[ast.expr]) -> Iterator[list[str]]:
    """Yield, for each argument that all calls have, its names in each call."""
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    if len(calls) == len(nodes):
        for place in range(min(len(call.args) for call in calls)):
            yield ["_".join(_names(call.args[place])) for call in calls]


def _names(node: ast.AST) -> Iterator[str]:
    return (one.id for one in ast.walk(node) if isinstance(one, ast.Name))


def _without_common_words(texts: Sequence[str]) -> list[str]:
    """``y_train`` and ``y_valid`` differ in ``train`` and ``valid``."""
    parts = [[part for part in text.replace(".", "_").split("_") if part] for text in texts]
    common = Counter(part for one in parts for part in set(one))
    return ["_".join(part for part in one if common[part] < len(texts)) for one in parts]
