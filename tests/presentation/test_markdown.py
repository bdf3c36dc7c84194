"""Markdown and code as trees and pieces: nothing in them but known elements, links to the web, and text."""

from __future__ import annotations

import pytest
from hostile import HOSTILE

from nbtrack.presentation import markdown, syntax


def flat(nodes):
    """Yield the elements of a tree, and its text."""
    for node in nodes:
        yield node
        if not isinstance(node, str):
            yield from flat(node.children)


def text(nodes):
    return "".join(each for each in flat(nodes) if isinstance(each, str))


def test_markdown_gives_elements():
    nodes = markdown.parsed("# A\n\na *b* **c** `d`\n\n3. e\n\n| f | g |\n|---|--:|\n| h | 1 |\n\n> i\n")
    names = [each.name for each in flat(nodes) if not isinstance(each, str)]
    assert [each for each in names if each not in {"tr", "th", "td", "p"}] == (
        ["h5", "em", "strong", "code", "ol", "li", "table", "thead", "tbody", "blockquote"]
    )
    assert ("ol", {"start": "3"}) in [each[:2] for each in flat(nodes)]
    assert [each.attributes for each in flat(nodes) if getattr(each, "name", "") == "td"] == [{}, {"align": "right"}]


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "JavaScript:x",
        "/hub/logout",
        "//example.org",
        "file:///etc",
        "vbscript:x",
    ],
)
def test_links_lead_to_the_web_only(address):
    nodes = markdown.parsed(f"[a]({address}) <{address}> ![b]({address})")
    assert [each.name for each in flat(nodes) if not isinstance(each, str)] == ["p"]
    assert "a" in text(nodes)


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("plot.png", "reports/plot.png"),
        ("./a%20b/plot.png#top", "reports/a b/plot.png"),
        ("../data/x.csv", "data/x.csv"),
        ("../../x", None),
        ("..", None),
        ("%2e%2e/../x", None),
        ("/x", None),
        ("#top", None),
        ("?x", None),
        ("//host/x", None),
        ("ftp:x", None),
        ("a%5C..%5Cb", None),
        ("a%0Ab", None),
    ],
)
def test_relative_addresses_are_artifacts_of_the_run(address, path):
    nodes = markdown.parsed(f"[a]({address}) ![b]({address})", "reports")
    found = [each.attributes for each in flat(nodes) if not isinstance(each, str) and each.name != "p"]
    assert found == ([] if path is None else [{"artifact": path}, {"artifact": path, "alt": "b"}])
    assert "a" in text(nodes)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_html_is_text(hostile):
    names = {each.name for each in flat(markdown.parsed(hostile)) if not isinstance(each, str)}
    assert names <= {
        "p",
        "pre",
        "code",
        "em",
        "strong",
        "ul",
        "ol",
        "li",
        "h5",
        "h6",
        "blockquote",
        "hr",
        "br",
        "s",
        "a",
        "table",
    }


@pytest.mark.parametrize("long", ["[" * 10**5, "*a" * 10**5, "> " * 10**5, "- " * 4000, "a" * 10**6])
def test_long_and_nested_text_is_read_or_shown_as_it_is(long):
    assert len(text(markdown.parsed(long))) <= markdown.MOST_CHARACTERS + 1


def test_changed_code_is_shown_line_by_line():
    lines = ["%%track", "def f(x):", '    """a', 'b"""', "    return 1  # c", ""]
    found = syntax.highlighted(lines, "python")
    assert ["".join(piece for _, piece in line) for line in found] == lines
    assert found[1][0] == ("keyword", "def")
    assert found[2][-1] == ("string", '"""a')
    assert found[4][-1] == ("comment", "# c")


@pytest.mark.parametrize("language", sorted(set(syntax.LANGUAGES.values())))
def test_every_language_is_known_and_keeps_its_text(language):
    lines = ["a = [1, 'x']", "", "\t# {", "end"]
    assert ["".join(piece for _, piece in line) for line in syntax.highlighted(lines, language)] == lines


def test_long_code_stays_plain():
    assert syntax.highlighted(["x" * syntax.MOST_CHARACTERS, "1"], "python") == [
        [("", "x" * syntax.MOST_CHARACTERS)],
        [("", "1")],
    ]
