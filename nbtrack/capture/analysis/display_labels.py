"""The text before a displayed value, as a name: ``"Test accuracy: "`` is ``test_accuracy``."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from nbtrack.capture.analysis import known_names, result_words, syntax

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_LONGEST = 4
"""The most words of a label that is a name as it stands."""
_FILLING = frozenset({
    *("a", "an", "the", "is", "was", "are", "of", "at", "on", "for", "in", "to", "by", "with", "and", "our", "my"),
    *("equals", "about", "after", "we", "got", "has", "have", "had", "value", "current", "now"),
})  # fmt: skip
_SPEC = re.compile(r"%[-+ #0-9.*]*[a-zA-Z]")
_FIELD = re.compile(r"\{[^{}]*\}")


def label(node: ast.AST, parents: Mapping[int, ast.AST]) -> str | None:
    """Return the name that the text before a displayed expression gives it, or None."""
    *earlier, last = _before(node, parents) or ("",)
    words = _words(last)
    return "_".join(_completed(words, earlier)) or None


def _completed(words: list[str], earlier: Sequence[str]) -> list[str]:
    """Return the words of a label; in ``RMSE train %.2f, val %.2f`` the second one is ``RMSE val``."""
    if words and result_words.PARTS.issuperset(words):
        for before in map(_words, reversed(earlier)):
            if result_words.PARTS.intersection(before) and result_words.RESULT_WORDS.intersection(before):
                return [words[0] if one in result_words.PARTS else one for one in before]
    return words


def _words(text: str) -> list[str]:
    """Return the words of the last label in a text, without filler words."""
    last = re.split(r"[\n\t|,;()\[\]{}]|\s[-/]\s|:\s*(?=\S)", text.strip(" \t\n:=>-'\"~≈"))[-1]
    words = re.findall(r"[a-z][a-z0-9]*", last.lower().replace("'s", ""))
    while words and words[-1] in _FILLING:
        words.pop()
    while words and words[0] in _FILLING:
        del words[0]
    return _gist(words) if len(words) > _LONGEST else words


def _gist(words: list[str]) -> list[str]:
    """``accuracy of the network on the 10000 test images`` is ``test accuracy``."""
    measured = [word for word in words if word in result_words.RESULT_WORDS]
    return [*(word for word in words if word in result_words.PARTS), measured[0]] if measured else []


def _before(node: ast.AST, parents: Mapping[int, ast.AST]) -> Sequence[str]:
    """Return the texts that are displayed before an expression, the nearest last."""
    above = parents.get(id(node))
    if isinstance(above, ast.FormattedValue | ast.Starred):
        return _before(above, parents)
    if isinstance(above, ast.JoinedStr):
        return _within(above.values, node) or _if_first(above.values, node, above, parents)
    if isinstance(above, ast.Tuple) and isinstance(parents.get(id(above)), ast.BinOp):
        return _in_template(parents[id(above)], above.elts.index(node), parents) if node in above.elts else ()
    if isinstance(above, ast.BinOp):
        return _in_text(above, node, parents)
    return _in_call(above, node, parents) if isinstance(above, ast.Call) else ()


def _within(parts: Sequence[ast.expr], node: ast.AST) -> Sequence[str]:
    place = parts.index(node) if node in parts else 0
    return [_ending(part) for part in parts[:place]]


def _if_first(
    parts: Sequence[ast.expr], node: ast.AST, above: ast.AST, parents: Mapping[int, ast.AST]
) -> Sequence[str]:
    return _before(above, parents) if parts and parts[0] is node else ()


def _ending(node: ast.AST) -> str:
    """Return the text at the end of an expression's value."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr) and node.values:
        return _ending(node.values[-1])
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _ending(node.right)
    return ""


def _in_text(above: ast.BinOp, node: ast.AST, parents: Mapping[int, ast.AST]) -> Sequence[str]:
    """``"loss: " + str(loss)`` and ``"loss: %f" % loss``."""
    if above.right is not node:
        return ()
    if isinstance(above.op, ast.Mod):
        return _in_template(above, 0, parents)
    return [_ending(above.left)] if isinstance(above.op, ast.Add) else ()


def _in_template(above: ast.AST, place: int, parents: Mapping[int, ast.AST]) -> Sequence[str]:
    if not isinstance(above, ast.BinOp) or not isinstance(above.op, ast.Mod):
        return ()
    return _pieces(_SPEC, above.left, place) or (_before(above, parents) if place == 0 else ())


def _pieces(field: re.Pattern[str], template: ast.AST, place: int) -> Sequence[str]:
    """Return the texts between the fields of a template, up to the one before a field; none if that is empty."""
    text = template.value if isinstance(template, ast.Constant) else None
    pieces = field.split(text)[: place + 1] if isinstance(text, str) else []
    return pieces if len(pieces) > place and pieces[place] else ()


def _in_call(above: ast.Call, node: ast.AST, parents: Mapping[int, ast.AST]) -> Sequence[str]:
    name = syntax.last_name(above.func)
    if node not in above.args:
        return ()
    place = above.args.index(node)
    if name in known_names.SHOWING or name in known_names.LOG_LEVELS:
        return [_ending(argument) for argument in above.args[:place]]
    if name == "format" and isinstance(above.func, ast.Attribute):
        return _pieces(_FIELD, above.func.value, place) or (_before(above, parents) if place == 0 else ())
    wraps = name in known_names.FORMATTING or name in known_names.WRAPPERS
    return _before(above, parents) if wraps and place == 0 else ()
