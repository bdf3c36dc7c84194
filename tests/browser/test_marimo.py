"""The panels in marimo, each of whose outputs is a part of the page with styles of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from lab import free_port

pytestmark = pytest.mark.browser
NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "08-marimo.py"


@pytest.fixture
def address(tmp_path):
    """Run the notebook as an application on an empty folder, and return its address."""
    pytest.importorskip("marimo")
    port = free_port()
    command = [sys.executable, "-m", "marimo", "--quiet", "run", str(NOTEBOOK), "--headless", "--no-token"]
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("MLFLOW_", "NBTRACK_"))}
    env = {**clean, "HOME": str(tmp_path), "MLFLOW_TRACKING_URI": str(tmp_path / "mlruns")}
    with subprocess.Popen([*command, "--port", str(port)], cwd=tmp_path, env=env) as process:
        found = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and process.poll() is None:
            try:
                with urllib.request.urlopen(f"{found}/health", timeout=5):
                    break
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.1)
        yield found
        process.terminate()


def test_cards_table_charts_comparison_and_run_view_are_shown_with_their_styles(chromium, address):
    page = chromium.new_page(viewport={"width": 1200, "height": 2400})
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(address)
    page.locator(".nbt-row >> text=momentum").wait_for(timeout=60_000)
    page.locator(".nbt-chart canvas").nth(2).wait_for()
    page.locator(".nbt-sides >> text=descent").first.wait_for()
    page.locator(".nbt-details >> text=with nbtrack.auto_run").wait_for()
    for panel in (".nbt-table", ".nbt-chart", ".nbt-details"):
        toolbar = page.locator(f"{panel} .nbt-toolbar").first
        assert toolbar.evaluate("el => getComputedStyle(el).display") == "flex", f"the style sheet of {panel} is there"
    cards = page.locator(".nbtrack-card")
    names = [each.split("\n")[0].split()[0] for each in cards.all_inner_texts()]
    assert names == ["descent"] * 4 + ["momentum"]
    assert cards.locator("img, svg").count() == 5, "each has the curve of its loop"
    page.locator(".nbt-table .nbt-row:has-text('momentum') .nbt-status").click()
    page.locator(".nbt-row[aria-selected=true] >> text=momentum").wait_for()
    page.wait_for_function("() => !document.querySelector('marimo-error')")
    assert faults == []
    page.close()
