"""A notebook as a Voilà application: a kernel for each visitor, and no server extension of ours."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request

import nbformat
import pytest
from lab import free_port

pytestmark = pytest.mark.browser
CELLS = [
    "%load_ext nbtrack\nimport math, nbtrack, time",
    """for rate in (0.1, 0.2, 0.4):
    with nbtrack.auto_run(f"warm-up {rate}"):
        for step in range(20):
            loss = math.exp(-rate * step)""",
    """%%track training
rate, epochs = 0.3, 60
for epoch in range(epochs):
    loss = math.exp(-rate * epoch / 10)
    time.sleep(0.05)""",
    "%runs",
    "%chart loss",
    "nbtrack.show('training')",
]


@pytest.fixture
def address(tmp_path):
    """Serve the cells as an application on an empty folder, and return its address."""
    pytest.importorskip("voila")
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cells = [nbformat.v4.new_code_cell(each) for each in CELLS]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), tmp_path / "app.ipynb")
    port = free_port()
    command = [sys.executable, "-m", "voila", "app.ipynb", "--no-browser", f"--port={port}"]
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("MLFLOW_", "NBTRACK_", "JPY_"))}
    env = {**clean, "HOME": str(tmp_path), "MLFLOW_TRACKING_URI": str(tmp_path / "mlruns")}
    with (
        (tmp_path / "voila.log").open("wb") as log,
        subprocess.Popen(command, cwd=tmp_path, env=env, stdout=log, stderr=log) as process,
    ):
        found = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and process.poll() is None:
            try:
                with urllib.request.urlopen(f"{found}/voila/static/voila.js", timeout=5):
                    break
            except urllib.error.HTTPError:
                break
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.1)
        yield found
        process.terminate()


def test_card_table_chart_and_run_view_work(chromium, address):
    page = chromium.new_page(viewport={"width": 1200, "height": 2400})
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(address, timeout=90_000)
    page.locator(".nbtrack-card >> text=training").wait_for(timeout=60_000)
    page.locator(".nbt-row >> text=warm-up 0.4").wait_for(timeout=60_000)
    page.locator(".nbt-details >> text=rate, epochs = 0.3, 60").wait_for()
    page.wait_for_function("() => document.querySelectorAll('.nbt-chart canvas').length >= 3")
    page.locator(".nbt-row:has-text('warm-up 0.2') .nbt-status").click()
    page.wait_for_function("() => document.querySelector('.nbt-legend')?.innerText.trim() === 'warm-up 0.2'")
    page.locator(".nbt-row:has-text('warm-up 0.1') .nbt-status").click(modifiers=["Control"])
    page.get_by_role("button", name="Compare").click()
    page.locator(".nbt-sides >> text=warm-up 0.1").first.wait_for()
    page.get_by_role("button", name="Close", exact=True).click()
    page.fill(".nbt-filter .nbt-input", "metrics.loss > 0.16")
    page.keyboard.press("Enter")
    page.locator(".nbt-row >> text=warm-up 0.4").wait_for(state="detached")
    assert page.locator("[data-nbtrack-static]:visible").count() == 0
    assert not page.get_by_text("Error displaying widget").is_visible()
    assert faults == []
    page.close()
