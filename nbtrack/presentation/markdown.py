"""Markdown as a tree of elements: HTML in it is text, links lead to the web or to artifacts of the same run.

Images are elements where they are artifacts of the run; others are their descriptions: nothing is fetched from the web.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote, urlsplit

from nbtrack.presentation import syntax

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.tree import SyntaxTreeNode

MOST_CHARACTERS = 10_000
"""Longer text is shown unformatted, up to this length."""
LINKS = ("http://", "https://")
"""The schemes of links; other links are shown as text."""
_ELEMENTS = {
    "blockquote": "blockquote",
    "bullet_list": "ul",
    "code_inline": "code",
    "em": "em",
    "hardbreak": "br",
    "hr": "hr",
    "list_item": "li",
    "ordered_list": "ol",
    "paragraph": "p",
    "s": "s",
    "strong": "strong",
    "table": "table",
    "tbody": "tbody",
    "td": "td",
    "th": "th",
    "thead": "thead",
    "tr": "tr",
}


class Element(NamedTuple):
    """An element with its attributes and content."""

    name: str
    attributes: dict[str, str]
    children: tuple[Element | str, ...]


def parsed(text: str, folder: str | None = None) -> tuple[Element | str, ...]:
    """Return Markdown, with tables, as elements and text.

    `folder` is the folder of the text among the artifacts of a run. Relative addresses in it become the attribute
    ``artifact``, a path among these artifacts; those that lead out of them, and all without a folder, are text.
    """
    if len(text) > MOST_CHARACTERS:
        return (Element("pre", {}, (f"{text[:MOST_CHARACTERS]}…",)),)
    from markdown_it import MarkdownIt
    from markdown_it.tree import SyntaxTreeNode

    reader = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    return tuple(_below(SyntaxTreeNode(reader.parse(text)), folder))


def _below(node: SyntaxTreeNode, folder: str | None) -> Iterator[Element | str]:
    for child in node.children:
        yield from _read(child, folder)


def _read(node: SyntaxTreeNode, folder: str | None) -> Iterator[Element | str]:
    match node.type:
        case "text":
            yield node.content
        case "softbreak":
            yield "\n"
        case "fence" | "code_block":
            yield Element("pre", {}, tuple(_code(node.content.rstrip("\n"), node.info)))
        case "code_inline":
            yield Element("code", {}, (node.content,))
        case "heading":
            yield Element("h5" if node.tag == "h1" else "h6", {}, tuple(_below(node, folder)))
        case "link":
            yield from _link(node, folder)
        case "image":
            yield _image(node, folder)
        case kind if kind in _ELEMENTS:
            yield Element(_ELEMENTS[kind], _attributes(node), tuple(_below(node, folder)))
        case _:
            yield from _below(node, folder)


def _code(text: str, language: str) -> Iterator[Element | str]:
    """Yield code with its pieces as elements, where its language is known."""
    name = language.partition(" ")[0].lower()
    known = name if name in syntax.LANGUAGES.values() else syntax.LANGUAGES.get(f".{name}", "")
    for number, line in enumerate(syntax.highlighted(text.split("\n"), known)):
        yield from ["\n"] if number else []
        for kind, piece in line:
            yield Element("span", {"class": kind}, (piece,)) if kind else piece


def _link(node: SyntaxTreeNode, folder: str | None) -> Iterator[Element | str]:
    address = str(node.attrs.get("href", ""))
    artifact = _artifact(address, folder)
    if address.lower().startswith(LINKS):
        yield Element("a", {"href": address}, tuple(_below(node, folder)))
    elif artifact is not None:
        yield Element("a", {"artifact": artifact}, tuple(_below(node, folder)))
    else:
        yield from _below(node, folder)


def _image(node: SyntaxTreeNode, folder: str | None) -> Element | str:
    address = str(node.attrs.get("src", ""))
    artifact = _artifact(address, folder)
    described = node.content or address
    return described if artifact is None else Element("img", {"artifact": artifact, "alt": described}, ())


def _artifact(address: str, folder: str | None) -> str | None:
    """Return the path among the artifacts of a run that a relative address names; None if it names none."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    path = unquote(parts.path)
    if folder is None or parts.scheme or parts.netloc or not path or path.startswith("/") or not path.isprintable():
        return None
    found = posixpath.normpath(posixpath.join(folder, path))
    return None if found == "." or found.partition("/")[0] == ".." or "\\" in found else found


def _attributes(node: SyntaxTreeNode) -> dict[str, str]:
    """Return the first number of a list, or the alignment of a cell."""
    if node.type == "ordered_list" and "start" in node.attrs:
        return {"start": str(node.attrs["start"])}
    style = str(node.attrs.get("style", ""))
    return {"align": style.removeprefix("text-align:")} if style else {}
