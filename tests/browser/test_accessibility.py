"""The panels of a notebook as a screen reader and a keyboard find them."""

from __future__ import annotations

import pytest
from accessibility import AXE, serious_violations

pytestmark = [pytest.mark.browser, pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: .ci/web")]
RUNS = """%load_ext nbtrack
import nbtrack, math
runs = []
for i in range(6):
    with nbtrack.start_run(run_name=f"net-{i}") as run:
        runs.append(run)
        nbtrack.log_params({"lr": 0.1 * i, "depth": i})
        for step in range(20):
            nbtrack.log_metric("loss", math.exp(-step * i / 20), step=step)
        nbtrack.log_metric("acc", 0.9 + i / 100)
        nbtrack.set_tags({"stage": "final", "team": "vision"})"""
TRACKED = "%%track toy\nrate = 0.5\nfor epoch in range(9):\n    loss = math.exp(-rate * epoch)"
PANELS = ["%runs", "nbtrack.compare(*runs[1:3])", "nbtrack.show(runs[1])", "%chart --scatter lr acc"]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_nothing_serious_is_wrong_with_cards_and_panels(open_notebook, dark):
    notebook = open_notebook([RUNS, TRACKED, *PANELS], dark=dark)
    page = notebook.page
    page.locator(".nbt-points circle").first.wait_for()
    page.get_by_role("button", name="Edit values").click()
    page.get_by_role("button", name="Drop rate").wait_for()
    assert serious_violations(page, ".nbtrack, .nbtrack-card") == []
