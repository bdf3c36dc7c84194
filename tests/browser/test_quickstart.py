"""The quickstart in a real JupyterLab: run it, click rows, see the chart change."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

pytestmark = pytest.mark.browser
NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "01-quickstart.ipynb"


def test_quickstart(open_notebook):
    notebook = open_notebook(nbformat.read(NOTEBOOK, as_version=4), height=1000)
    page = notebook.page
    assert page.locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.error']").count() == 0
    assert page.locator(".nbtrack-card").count() == 5
    table = page.locator(".nbt-table").first
    table.scroll_into_view_if_needed()
    legend = page.locator(".nbt-legend").first
    page.wait_for_function("() => document.querySelector('.nbt-legend')?.innerText.includes('softmax-2')")
    before = page.locator(".nbt-plot canvas").first.evaluate("canvas => canvas.toDataURL()")
    table.locator(".nbt-row:has(.nbt-name :text-is('softmax')) .nbt-status").click()
    page.wait_for_function("() => document.querySelector('.nbt-legend')?.innerText.trim() === 'softmax'")
    page.wait_for_function("before => document.querySelector('.nbt-plot canvas').toDataURL() !== before", arg=before)
    assert legend.inner_text().strip() == "softmax"
    assert notebook.faults == []
