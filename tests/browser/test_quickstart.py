"""The quickstart in a real JupyterLab: run it, click rows, see the chart change."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

pytestmark = pytest.mark.browser
NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "01-quickstart.ipynb"


def test_q(open_notebook):
    sheet = open_notebook(nbformat.read(NOTEBOOK, as_version=4), height=4600)
    sheet.page.wait_for_timeout(3000)
    sheet.page.screenshot(path=f"/tmp/q.png")
    print(sheet.faults)
