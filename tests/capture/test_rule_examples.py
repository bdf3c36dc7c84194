"""The example in the docstring of each rule is what the rule does."""

from __future__ import annotations

import ast
import re
import sys
import textwrap

import pytest
from cell_runner import see

from nbtrack.capture import rules

RULES = {
    module: sys.modules[module]
    for module in dict.fromkeys(rule.__module__ for rule in (*rules.PARAMETERS, *rules.METRICS))
}
BLOCK = re.compile(r"^(?P<title>\w[^\n]*)::\n\n(?P<text>(?: {4}[^\n]*\n|\n)+)", re.MULTILINE)
EARLIER = "def train(*_, **__):\n    return sum([0.5, 0.25]) / 1\nclass Model:\n    fit = train\nmodel = Model()"


def example(docstring):
    """Return the indented blocks of a docstring, by what stands before them."""
    return {found["title"]: textwrap.dedent(found["text"]).strip() for found in BLOCK.finditer(docstring)}


def values(block):
    return {key: ast.literal_eval(value) for key, _, value in (line.partition(" = ") for line in block.splitlines())}


@pytest.mark.parametrize("module", RULES.values(), ids=lambda module: module.__name__.rpartition(".")[2])
def test_example(module):
    blocks = example(module.__doc__)
    title = next(each for each in blocks if each.startswith("A cell"))
    options = {kind: (name,) for kind, name in re.findall(r"--(params|metrics) (\w+)", title)}
    seen = see(blocks[title], EARLIER, blocks.get("An earlier cell", ""), **options)
    assert seen.ran.error is None
    found = {
        "Parameters": seen.params,
        "Metrics": seen.metrics,
        "Curves": {key: dict(points) for key, points in seen.curves.items()},
    }
    results = [each for each in ("Parameters", "Metrics", "Curves") if each in blocks]
    assert results
    for each in results:
        assert found[each] == values(blocks[each]), each


def test_each_rule_says_where_its_values_come_from():
    assert rules.origin("P1", 3) == "constant assigned on line 3"
    codes = {rule.code: rule.origin for rule in (*rules.PARAMETERS, *rules.METRICS)}
    assert len(set(codes.values())) == len(codes)
    assert all("{line}" in words for words in codes.values())
