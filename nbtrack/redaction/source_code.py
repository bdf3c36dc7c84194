"""Secrets in source code: strings bound to names of secrets, comments and magic lines. The number of lines stays."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from nbtrack.redaction.secrets import MASK, is_secret_name, is_secret_under, is_token, masked, without_shapes
from nbtrack.redaction.text import HINT, OPTION, by_line, redact_text, without_known, without_named, without_named_long

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MOST_REMEMBERED = 64
"""Sources whose redacted form is remembered: each run of a notebook stores the same earlier cells again."""
_ENV = re.compile(r"%(?:set_)?env\s+(?P<name>[\w.-]+)[ =]+(?P<text>.+)")
_MAGIC = re.compile(r"[ \t]*(?:[%!?]|\w+[ \t]*=[ \t]*[%!])")


class _Span(NamedTuple):
    """A part of a source, from its first character to the one after its last."""

    start: tuple[int, int]
    end: tuple[int, int]


def redact_source(code: str, known: Iterable[str] = ()) -> str:
    """Return the source of a cell, magics included, without the secrets in its strings, comments and magic lines.

    The secrets in `known` are replaced wherever they occur.
    """
    return without_known(_redacted_source(code), known)


@lru_cache(maxsize=MOST_REMEMBERED)
def _redacted_source(code: str) -> str:
    lines = code.split("\n")
    magic = _magic_lines(lines)
    python = "\n".join("" if number in magic else line for number, line in enumerate(lines))
    kept = _redacted_python(python).split("\n")
    joined = (_redacted_command(line) if number in magic else kept[number] for number, line in enumerate(lines))
    return without_shapes("\n".join(joined))


def secrets_in(code: str) -> frozenset[str]:
    """Return the strings that a source binds to names of secrets."""
    tree = _parsed(code)
    spans = _secret_strings(tree) if tree is not None else ()
    return frozenset(node.value for node in spans if isinstance(node, ast.Constant) and isinstance(node.value, str))


def _magic_lines(lines: list[str]) -> set[int]:
    if lines and lines[0].startswith("%%") and not lines[0].startswith(("%%time", "%%capture", "%%track", "%%prun")):
        return set(range(len(lines)))
    return {number for number, line in enumerate(lines) if _MAGIC.match(line)}


def _redacted_command(line: str) -> str:
    """Return a magic or shell line without secrets; every option and variable counts as an assignment."""
    return redact_text(_ENV.sub(_masked_setting, OPTION.sub(_masked_setting, line)))


def _masked_setting(found: re.Match[str]) -> str:
    start = found.start("text") - found.start()
    return f"{found[0][:start]}{MASK}" if is_secret_under(found["name"], found["text"]) else found[0]


def _redacted_python(code: str) -> str:
    """Return Python code with its secret strings and comments redacted; redact other text as text."""
    tree = _parsed(code)
    if tree is None:
        return redact_text(code)
    secret = [_Span(*_ends(node, code)) for node in _secret_strings(tree)]
    try:
        pieces = list(_pieces(code, secret))
    except (tokenize.TokenError, IndentationError):
        return redact_text(code)
    return _replaced(code, pieces)


def _parsed(code: str) -> ast.Module | None:
    try:
        return ast.parse(code)
    except (SyntaxError, ValueError, RecursionError):
        return None


def _ends(node: ast.expr, code: str) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the start and end of a node, in characters; the tree counts bytes."""
    lines = code.split("\n")

    def characters(line: int, column: int) -> tuple[int, int]:
        return line, len(lines[line - 1].encode()[:column].decode(errors="ignore"))

    return characters(node.lineno, node.col_offset), characters(node.end_lineno or 0, node.end_col_offset or 0)


def _pieces(code: str, secret: list[_Span]) -> Iterator[tuple[_Span, str]]:
    """Yield the strings and comments that change, with their replacements."""
    lines = code.split("\n")
    for span, kind in _literals(code):
        text = _cut(lines, span)
        if kind == tokenize.COMMENT:
            new = redact_text(text)
        elif any(one.start <= span.start and span.end <= one.end for one in secret):
            new = _masked_literal(text)
        else:
            new = _redacted_literal(text)
        if new != text:
            yield span, new


def _literals(code: str) -> Iterator[tuple[_Span, int]]:
    """Yield the strings, f-strings as one, and the comments of a source."""
    opened: list[tuple[int, int]] = []
    starts, ends = (getattr(tokenize, f"FSTRING_{end}", -1) for end in ("START", "END"))
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        if token.type == starts:
            opened.append(token.start)
        elif token.type == ends:
            first = opened.pop()
            if not opened:
                yield _Span(first, token.end), tokenize.STRING
        elif token.type in {tokenize.STRING, tokenize.COMMENT} and not opened:
            yield _Span(token.start, token.end), token.type


def _cut(lines: list[str], span: _Span) -> str:
    (first, left), (last, right) = span
    if first == last:
        return lines[first - 1][left:right]
    return "\n".join([lines[first - 1][left:], *lines[first : last - 1], lines[last - 1][:right]])


_LITERAL = re.compile(r"(?P<prefix>\w*)(?P<quote>\"\"\"|'''|[\"'])(?P<text>.*)(?P=quote)", re.DOTALL)


def _masked_literal(literal: str) -> str:
    found = _LITERAL.fullmatch(literal)
    if found is None or not found["text"]:
        return literal
    prefix = re.sub("[fFtT]", "", found["prefix"])
    return f"{prefix}{found['quote']}{masked(found['text'])}{found['quote']}"


def _redacted_literal(literal: str) -> str:
    """Return a string literal without the secrets in its text."""
    found = _LITERAL.fullmatch(literal)
    if found is None or not HINT.search(literal):
        return literal
    text = by_line(without_named_long(found["text"]), without_named)
    return f"{found['prefix']}{found['quote']}{text}{found['quote']}"


def _replaced(code: str, pieces: list[tuple[_Span, str]]) -> str:
    lines = code.split("\n")
    for ((first, left), (last, right)), new in reversed(pieces):
        lines[first - 1 : last] = (lines[first - 1][:left] + new + lines[last - 1][right:]).split("\n")
    return "\n".join(lines)


# --- the strings that are bound to names of secrets


def _secret_strings(tree: ast.AST) -> list[ast.expr]:
    """Return the string expressions of a tree that are bound to the name of a secret."""
    return [part for value in _secret_values(tree) for part in _strings(value)]


def _secret_values(tree: ast.AST) -> Iterator[ast.expr]:
    """Yield the expressions that are bound to the name of a secret."""
    for node in ast.walk(tree):
        for name, value in _bindings(node):
            if value is not None and is_secret_name(name):
                yield value


def _bindings(node: ast.AST) -> Iterator[tuple[str, ast.expr | None]]:
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield from _bound(target, node.value)
    elif isinstance(node, ast.AnnAssign | ast.NamedExpr | ast.AugAssign):
        yield from _bound(node.target, node.value)
    elif isinstance(node, ast.Dict):
        yield from ((_string(key), value) for key, value in zip(node.keys, node.values, strict=True))
    elif isinstance(node, ast.Call):
        yield from _given(node)
    elif isinstance(node, ast.arguments):
        yield from _defaults(node)
    elif isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        yield from ((_called(one), other) for one in sides for other in sides if not is_token(_called(one)))


def _bound(target: ast.expr, value: ast.expr | None) -> Iterator[tuple[str, ast.expr | None]]:
    if isinstance(target, ast.Tuple | ast.List) and isinstance(value, ast.Tuple | ast.List):
        for one, part in zip(target.elts, value.elts, strict=False):
            yield from _bound(one, part)
    else:
        yield _called(target), value


def _called(node: ast.expr) -> str:
    """Return the name of a target: ``a.password``, ``headers["token"]``."""
    if isinstance(node, ast.Subscript):
        return _string(node.slice)
    return _last_name(node)


def _string(node: ast.expr | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _given(node: ast.Call) -> Iterator[tuple[str, ast.expr | None]]:
    """``f(token="…")``, ``setdefault("TOKEN", "…")``, ``add_argument("--token", default="…")``."""
    yield from ((keyword.arg or "", keyword.value) for keyword in node.keywords)
    for before, value in zip(node.args, node.args[1:], strict=False):
        yield _string(before), value
    if node.args and _string(node.args[0]).startswith("-"):
        yield from (
            (_string(node.args[0]).lstrip("-"), keyword.value) for keyword in node.keywords if keyword.arg == "default"
        )


def _defaults(node: ast.arguments) -> Iterator[tuple[str, ast.expr | None]]:
    positional = [*node.posonlyargs, *node.args]
    tail = positional[len(positional) - len(node.defaults) :]
    yield from ((one.arg, value) for one, value in zip(tail, node.defaults, strict=True))
    yield from ((one.arg, value) for one, value in zip(node.kwonlyargs, node.kw_defaults, strict=True))


def _strings(node: ast.expr) -> Iterator[ast.expr]:
    """Yield the strings that an expression's value may be, or is made of."""
    if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str | bytes)):
        if not isinstance(node, ast.Constant) or node.value:
            yield node
    elif isinstance(node, ast.Call):
        yield from _strings_of_call(node)
    elif isinstance(node, ast.Dict):
        for value in node.values:
            yield from _strings(value)
    elif isinstance(node, ast.IfExp):
        yield from (*_strings(node.body), *_strings(node.orelse))
    elif isinstance(
        node, ast.BinOp | ast.BoolOp | ast.List | ast.Tuple | ast.Set | ast.NamedExpr | ast.Await | ast.Starred
    ):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                yield from _strings(child)


def _strings_of_call(node: ast.Call) -> Iterator[ast.expr]:
    """``"…".strip()``, ``SecretStr("…")``, ``bytes("…", "utf-8")``; not ``getpass("Password: ")``."""
    if isinstance(node.func, ast.Attribute):
        yield from _strings(node.func.value)
    name = _last_name(node.func)
    if name in {"str", "bytes", "b64encode", "b64decode"} or is_secret_name(name):
        for argument in node.args[:1]:
            yield from _strings(argument)


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
