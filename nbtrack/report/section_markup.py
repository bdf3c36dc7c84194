"""The sections of a run as HTML with classes: a report has no style attributes, which its policy forbids."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

from nbtrack.presentation import markdown, syntax
from nbtrack.presentation.formatting import STATUS_SIGNS, counted, short
from nbtrack.presentation.html import Html, element
from nbtrack.presentation.section_painting import row_value
from nbtrack.presentation.sections import Code, Files, Images, Note, Rows, Runs, State, Tags, Values

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nbtrack.presentation.sections import Section
    from nbtrack.report.pictures import Pictures

MOST_OF_VALUE = 300
MOST_VALUES = 200
MOST_ROWS = 20
MOST_FILES = 20
CODE_ROOM, LEAST_CODE = 200_000, 2_000
"""Characters of the code and outputs of all runs, and those that each run has at least."""
_SIGNS = {"+": "added", "-": "removed", "@": "place"}
_EMPTY = ("br", "hr")


class SectionMarkup:
    """Paints sections; code that several runs have is shown once.

    Parameters
    ----------
    pictures : Pictures
        What makes pictures of artifacts.
    runs : int
        How many runs share the limit.
    """

    def __init__(self, pictures: Pictures, runs: int) -> None:
        self._pictures = pictures
        self._room_of_run = max(LEAST_CODE, CODE_ROOM // max(1, runs))
        self._left: dict[str, int] = {}
        self._codes: dict[object, tuple[str, str]] = {}

    def markup(self, section: Section, run_id: str, run_name: str) -> Html:
        """Return a section of a run; empty for sections that a report does not show."""
        match section:
            case State():
                return state(section)
            case Note():
                return element("div", *map(_marked_up, markdown.parsed(section.text)), class_="note")
            case Values() | Tags():
                return titled(section.title, values(section.rows)) if section.rows else Html("")
            case Code():
                return titled(section.title, self._code(section, run_id, run_name))
            case Images():
                return titled(section.title, self._images(section.images))
            case _:
                return _listed(section)

    def _code(self, section: Code, run_id: str, run_name: str) -> Html:
        known = self._codes.setdefault((section.title, section.lines), (run_id, run_name))
        if known[0] == run_id:
            return self.code(section, run_id)
        return element("p", "the same as in ", element("a", short(known[1]), href=f"#run-{known[0]}"), class_="faint")

    def code(self, section: Code, run_id: str) -> Html:
        """Return the lines of code or output that fit, and how many more there are."""
        left = self._left.setdefault(run_id, self._room_of_run)
        sizes = accumulate(len(line) + 1 for _, line in section.lines)
        kept = section.lines[: sum(size <= left for size in sizes)]
        self._left[run_id] = left - sum(len(line) + 1 for _, line in kept)
        hidden = len(section.lines) - len(kept)
        more = element("p", f"and {counted(hidden, 'more line')}", class_="faint") if hidden else Html("")
        return Html((code(section._replace(lines=kept)) if kept else "") + more)

    def _images(self, images: Iterable[tuple[str, str, str]]) -> Html:
        return element("div", *(self._pictures.picture(*each) for each in images), class_="pictures")


def _listed(section: Section) -> Html:
    """Return a section of rows, files or runs; empty for others."""
    match section:
        case Rows():
            return titled(section.title, _rows(section))
        case Files():
            return titled(section.title, _files(section))
        case Runs():
            return titled(section.title, element("p", ", ".join(short(each.name) for each in section.runs)))
        case _:
            return Html("")


def titled(title: str, content: Html) -> Html:
    """Return content below its title."""
    return element("section", element("h4", title), content)


def state(section: State) -> Html:
    """Return the status of a run."""
    sign = STATUS_SIGNS.get(section.status, "?")
    error = [element("pre", section.error, class_="error")] if section.error else []
    line = element("p", f"{sign} {section.status.lower()}", *(f" · {each}" for each in section.facts), class_="faint")
    return element("div", line, *error)


def values(rows: Sequence[tuple[str, str]]) -> Html:
    """Return keys with their values."""
    rows = [*rows[:MOST_VALUES], *(("", each) for each in _more(len(rows) - MOST_VALUES))]
    pairs = (Html(element("dt", short(key, 80)) + element("dd", short(value, MOST_OF_VALUE))) for key, value in rows)
    return element("dl", *(element("div", each) for each in pairs))


def code(section: Code) -> Html:
    """Return lines of code, each with its sign in a diff."""
    pieces = syntax.highlighted([line for _, line in section.lines], section.language)
    lines = [
        element("span", _line(sign, line, found), "\n", class_=_SIGNS.get(sign, "plain"))
        for (sign, line), found in zip(section.lines, pieces, strict=True)
    ]
    return element("pre", *lines, class_="code")


def _line(sign: str, line: str, pieces: Sequence[tuple[str, str]]) -> Html:
    if sign == "@":
        return element("span", line)
    written = (element("span", text, class_=kind) if kind else text for kind, text in pieces)
    return element("span", sign, *written)


def table(heads: Sequence[str], lines: Iterable[Sequence[str | Html]], **attributes: str) -> Html:
    """Return a table."""
    head = element("tr", *(element("th", each, scope="col") for each in heads))
    body = (element("tr", *(element("td", cell) for cell in line)) for line in lines)
    made = element("table", element("thead", head), element("tbody", *body), **attributes)
    return element("div", made, class_="wide")


def _files(section: Files) -> Html:
    named = [f"{path} ({size:,} bytes)" for path, size in section.files[:MOST_FILES]]
    hidden = len(section.files) - len(named)
    return element("ul", *(element("li", each) for each in [*named, *_more(hidden)]), class_="files")


def _more(hidden: int) -> list[str]:
    return [f"and {hidden} more"] if hidden > 0 else []


def _rows(section: Rows) -> Html:
    heads = [" · ".join(filter(None, (each.label, each.run_name))) for each in section.columns]
    lines = [[row_value(value) for value in row] for row in section.rows[:MOST_ROWS]]
    hidden = section.total - len(lines)
    more = (element("p", each, class_="faint") for each in _more(hidden))
    return Html(table([short(each) for each in heads], lines) + "".join(more))


def _marked_up(node: markdown.Element | str) -> str | Html:
    """Return Markdown as HTML; links open a new page."""
    if isinstance(node, str):
        return node
    if node.name in _EMPTY:
        return Html(f"<{node.name}>")
    away = {"rel": "noopener noreferrer", "target": "_blank"} if "href" in node.attributes else {}
    kept = {key: value for key, value in node.attributes.items() if key in {"href", "start", "align"}}
    return element(node.name, *map(_marked_up, node.children), **kept, **away)
