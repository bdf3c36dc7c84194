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
        nbtrack.set_tags({"stage": "final", "team": "vision"})
        nbtrack.log_table({"depth": [1, 2], "score": [0.5, 0.25]}, "rows.json")"""
TRACKED = "%%track toy\nrate = 0.5\nfor epoch in range(9):\n    loss = math.exp(-rate * epoch)"
SWEEP = "%%track swept --grid rate=1,2\nrate = 0\nscore = math.tanh(rate)"
PANELS = [
    "%runs",
    "nbtrack.compare(*runs[1:3])",
    "nbtrack.show(runs[1])",
    "%chart --scatter lr acc",
    "%chart --parallel lr acc",
]
LIVE = """%%track live
import time
for epoch in range(4000):
    lr = nbtrack.live("lr", 0.1)
    loss = lr / (epoch + 1)
    time.sleep(0.02)"""


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_nothing_serious_is_wrong_with_cards_and_panels(open_notebook, dark):
    notebook = open_notebook([RUNS, TRACKED, SWEEP, *PANELS, LIVE], dark=dark, run=False)
    notebook.start_all()
    page = notebook.page
    live = page.locator(".nbt-card")
    live.get_by_label("lr", exact=True).wait_for(timeout=60_000)
    page.locator(".nbt-points circle").first.wait_for()
    page.locator(".nbt-ruler").first.wait_for()
    live.get_by_role("button", name="Note").click()
    edit = page.locator(".nbtrack-card").first.get_by_role("button", name="Edit values")
    edit.click()
    page.get_by_role("button", name="Drop rate").wait_for()
    columns = page.locator(".nbt-table").nth(1).get_by_role("button", name="Columns", exact=True)
    columns.click()
    page.locator(".nbt-menu:popover-open .nbt-choice").first.wait_for()
    assert serious_violations(page, ".nbtrack, .nbtrack-card") == []
    live.get_by_role("button", name="Stop").click()
    notebook.idle()
