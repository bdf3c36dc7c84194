"""What axe-core finds on a page, below some elements: https://github.com/dequelabs/axe-core."""

from __future__ import annotations

from pathlib import Path

AXE = Path(__file__).parents[2] / "nbtrack" / "web" / "node_modules" / "axe-core" / "axe.min.js"
RUN = """async selector => {
    const { violations, passes } = await axe.run({ include: [...document.querySelectorAll(selector)] });
    const found = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    return { passed: passes.length, found: found.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 200)}`) };
}"""


def serious_violations(page, selector):
    """Return what is seriously wrong below the elements that a selector finds; something must have been checked."""
    page.evaluate(AXE.read_text("utf-8"))
    result = page.evaluate(RUN, selector)
    assert result["passed"] > 10, "hardly anything was checked"
    return result["found"]
