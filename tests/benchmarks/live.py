"""Measure what is live: how soon points are drawn, how many updates arrive, and what that costs the cell.

    .venv/bin/python tests/benchmarks/live.py [--rounds N] [--json PATH]

A cell offers 80 updates in 8 s to a chart on the same page. The chart receives the time at which the kernel logged each, and the page
tells when pixels of it have been drawn. Then a loop of pure computing that logs runs by turns with a chart that is
seen and without one. Both clocks are the machine's, so they may be compared.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "browser")]

import lab  # noqa: E402 - it is in the folder of the browser tests
import machine  # noqa: E402 - it follows the change of the path
import nbformat  # noqa: E402 - it follows the change of the path
from playwright.sync_api import sync_playwright  # noqa: E402 - it follows the change of the path
from workload import middle  # noqa: E402 - it follows the change of the path

BEFORE = 2
"""Points that are there before the first update."""
PREPARE = """%load_ext nbtrack
import json, math, time, nbtrack
nbtrack.set_tracking_uri({!r})
run = nbtrack.start_run(run_name="live")
for step in range(2):
    nbtrack.log_metric("loss", 1, step=step)
chart = nbtrack.chart("loss", runs=[run.info.run_id])
chart"""
OFFER = """logged = []
for step in range(2, 82):
    logged.append(time.time() * 1000)
    nbtrack.log_metric("loss", math.exp(-step / 20), step=step)
    time.sleep(0.1)
print(json.dumps(logged))"""
WORK = """def work():
    began, kept = time.perf_counter(), 0.0
    for step in range(2000):
        kept += sum(math.sqrt(each) for each in range(15_000))
        if step % 10 == 0:
            nbtrack.log_metric("cost", kept, step=step)
    return time.perf_counter() - began
print(json.dumps(work()))"""
WATCH = """() => {
  const drawing = CanvasRenderingContext2D.prototype;
  const { clearRect, moveTo, lineTo } = drawing;
  const isOurs = (context) => context.canvas === document.querySelector('.nbt-plot canvas');
  window.drawings = [];
  let points = 0, longest = 0;
  drawing.clearRect = function (...args) {
    if (isOurs(this)) {
      longest = 0;
      requestAnimationFrame(() => window.drawings.push([Date.now(), longest]));
    }
    return clearRect.apply(this, args);
  };
  drawing.moveTo = function (...args) { points = 1; return moveTo.apply(this, args); };
  drawing.lineTo = function (...args) { longest = Math.max(longest, ++points); return lineTo.apply(this, args); };
}"""
"""Note of each drawing when it could be seen, and how many points its line had."""


def last_text(page: Any, cell: int) -> Any:
    """Return what a cell printed, read as JSON."""
    return json.loads(page.locator(".jp-CodeCell").nth(cell).locator(".jp-OutputArea-output pre").last.inner_text())


def run(page: Any, cell: int) -> None:
    """Run one cell, and wait for its end."""
    page.evaluate(
        "cell => { const { content } = window.jupyterapp.shell.currentWidget; content.activeCellIndex = cell; return window.jupyterapp.commands.execute('notebook:run-cell'); }",
        cell,
    )
    page.wait_for_function(lab.READY, timeout=120_000)


def measured(rounds: int) -> dict[str, Any]:
    """Measure in one notebook."""
    chromium = os.environ.get("NBTRACK_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home,
        lab.serving(Path(home)) as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        cells = [PREPARE.format(f"{home}/mlruns"), OFFER, WORK, "chart.close()", WORK]
        nbformat.write(
            nbformat.v4.new_notebook(
                cells=[nbformat.v4.new_code_cell(each) for each in cells],
                metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
            ),
            server.folder / "live.ipynb",
        )
        page = browser.new_page(viewport={"width": 1200, "height": 1600})
        page.set_default_timeout(60_000)
        page.goto(server.url("live.ipynb"))
        page.wait_for_function("() => window.jupyterapp?.shell?.currentWidget?.sessionContext")
        page.wait_for_function(lab.READY)
        found: dict[str, Any] = {"late": [], "drawings": 0, "with": [], "without": []}
        run(page, 0)
        page.wait_for_selector(".nbt-plot canvas")
        page.evaluate(WATCH)
        run(page, 1)
        page.wait_for_timeout(1000)
        logged, drawings = last_text(page, 1), page.evaluate("window.drawings")
        found["late"] = [
            min((when - at for when, points in drawings if points >= number), default=math.inf)
            for number, at in enumerate(logged, BEFORE + 1)
        ]
        found["drawings"] = len(drawings)
        for _ in range(rounds):
            run(page, 0)
            page.wait_for_selector(".nbt-plot canvas")
            run(page, 2)
            found["with"].append(last_text(page, 2))
            run(page, 3)
            run(page, 4)
            found["without"].append(last_text(page, 4))
        browser.close()
    return found


def main() -> None:
    """Measure and print."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--rounds", type=int, default=5)
    words.add_argument("--json", type=Path, help="write all samples to this file")
    options = words.parse_args()
    found = measured(options.rounds)
    late = found["late"]
    slower = [100 * (a / b - 1) for a, b in zip(found["with"], found["without"], strict=True)]
    arrived = sum(each < math.inf for each in late)
    print(machine.line(machine.described(None)), "", "| live | |", "|---|---|", sep="\n")
    print(f"| updates of {len(late)} that were drawn | {arrived} |")
    print(f"| from the log call to pixels: median, most | {middle(late):.0f} ms, {max(late):.0f} ms |")
    print(f"| drawings a second | {found['drawings'] / 8:.1f} |")
    print(
        f"| the cell is slower by: median, best of {options.rounds} | {middle(slower):.1f} %, {100 * (min(found['with']) / min(found['without']) - 1):.1f} % |"
    )
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
