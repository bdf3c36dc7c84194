"""Measure how soon the Tracking UI is seen: the page with 10,000 runs, and a chart of 1,000,000 points.

    .venv/bin/python tests/benchmarks/page.py [--visits N]

A figure is the median of visits, each with an empty cache; the least and the most stand behind it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import numpy as np
from playwright.sync_api import sync_playwright

import nbtrack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

RUNS, POINTS = 10_000, 1_000_000
CHROMIUM = os.environ.get("NBTRACK_TEST_CHROMIUM") or shutil.which("chromium")
PAINTED = """selector => new Promise(resolve => {
    const look = () => document.querySelector(selector)
        ? requestAnimationFrame(() => setTimeout(() => resolve(performance.now())))
        : requestAnimationFrame(look);
    look();
})"""


def filled(folder: Path) -> str:
    """Fill a store, and return the id of the run with the long curve."""
    nbtrack.set_tracking_uri(folder)
    client = nbtrack.MlflowClient()
    for number in range(RUNS):
        run = client.create_run("0", run_name=f"run-{number}")
        metrics = [
            nbtrack.entities.Metric(key, number / (place + 2), 1, 0) for place, key in enumerate(("loss", "acc", "f1"))
        ]
        params = [nbtrack.entities.Param(f"p{place}", str(number % (place + 2))) for place in range(10)]
        client.log_batch(run.info.run_id, metrics, params)
        client.set_terminated(run.info.run_id)
    client.create_experiment("long")
    run_id: str = client.create_run("1", run_name="long").info.run_id
    steps = np.arange(POINTS)
    client.log_columns(run_id, {"loss": (steps, steps, np.random.default_rng(0).normal(size=POINTS).cumsum())})
    client.set_terminated(run_id)
    nbtrack.flush()
    return run_id


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Run ``nbtrack ui``, and give its address."""
    command = [sys.executable, "-m", "nbtrack", "ui", "--backend-store-uri", str(folder), "--port", "0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"}
    ) as process:
        assert process.stdout is not None
        address = process.stdout.readline().split()[0]
        try:
            with httpx.Client(transport=httpx.HTTPTransport(retries=8), trust_env=False) as client:
                client.get(f"{address}health")
            yield address
        finally:
            process.terminate()


def seen(browser: Browser, address: str, selector: str) -> float:
    """Return how many ms after the visit began something was painted."""
    context = browser.new_context(viewport={"width": 1600, "height": 1000})
    page = context.new_page()
    page.goto(address, wait_until="commit")
    took: float = page.evaluate(PAINTED, selector)
    context.close()
    return took


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visits", type=int, default=7)
    visits = parser.parse_args().visits
    with tempfile.TemporaryDirectory() as folder:
        run_id = filled(Path(folder))
        with served(Path(folder)) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
            subjects = {
                "page, first rows of 10,000 runs": ("#/experiments/0", ".nbt-row .nbt-name"),
                "page, a run with 1,000,000 points": (f"#/experiments/1/runs/{run_id}", ".nbt-plot canvas"),
            }
            for name, (path, selector) in subjects.items():
                times = [seen(browser, f"{address}{path}", selector) for _ in range(visits + 1)][1:]
                middle = sorted(times)[len(times) // 2]
                print(f"{name:40} {middle:6.0f} ms  ({min(times):.0f} to {max(times):.0f})")
            browser.close()


if __name__ == "__main__":
    main()
