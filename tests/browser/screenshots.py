"""Take pictures of every panel, light and dark, narrow and wide, with no runs and with many.

    .venv/bin/python tests/browser/screenshots.py FOLDER [--only NAME ...]
    .venv/bin/python tests/browser/screenshots.py --readme

Each picture is `NAME-RUNS-THEME-WIDTH.png`; look at them. Those of the README go to `tests/browser/pictures`.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "benchmarks")]

import lab  # noqa: E402 - it is in the folder of this file
import nbformat  # noqa: E402 - it follows the change of the path
from playwright.sync_api import sync_playwright  # noqa: E402 - it follows the change of the path

STORE = """%load_ext nbtrack
import math, random, nbtrack
nbtrack.set_tracking_uri({!r})
chance = random.Random(0)
for i in range({}):
    with nbtrack.start_run(run_name=f"net-{{i:02d}}") as run:
        nbtrack.log_params({{"lr": [0.1, 0.05, 0.02, 0.01][i % 4], "depth": i % 3, "optimizer": ["adam", "sgd"][i % 2], "seed": 0}})
        for step in range(60 if i > {} - 13 else 1):
            noise = chance.random() / 20
            nbtrack.log_metrics({{"loss": math.exp(-step / (9 + i % 5)) + noise, "acc": 1 - math.exp(-step / (4 + i % 5)) - noise}}, step=step)
        if i < 12:
            nbtrack.log_text(f"rate = {{0.1 / (i % 4 + 1):.3f}}\\nmodel = fit(X, y, rate)\\nscore = model.score(X, y)", "cell.py")
            nbtrack.log_text("step,loss\\n1,0.5\\n2,0.25", "tables/history.csv")
            nbtrack.set_tag("mlflow.note.content", "The first that converged.")
"""
PANELS = {
    "table": ("nbtrack.runs().table", ".nbt-table"),
    "groups": (
        "t = nbtrack.runs().table; t.group = 'params.lr'; t.marks = {'metrics.loss': 'bars', 'metrics.acc': 'heat'}; t",
        ".nbt-table",
    ),
    "chart": ("nbtrack.chart(most=5)", ".nbt-chart"),
    "scatter": ("nbtrack.chart('lr', 'acc', kind='scatter', logs=['params.lr'])", ".nbt-chart"),
    "parallel": (
        "c = nbtrack.chart('lr', 'optimizer', 'depth', 'acc', kind='parallel', logs=['params.lr']); c.colour_by_metric = True; c",
        ".nbt-chart",
    ),
    "runs": ("%runs", ".nbt-table"),
    "compare": ("nbtrack.compare('net-00', 'net-01', 'net-02')", ".nbt-details"),
    "run": ("nbtrack.show('net-00')", ".nbt-details"),
}
NEEDS = {"compare": 3, "run": 1}
WIDTHS = (400, 600, 1600)
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark", "contrast": "JupyterLab Dark High Contrast"}
README = (("runs", "light", 1000), ("parallel", "dark", 1000), ("compare", "light", 1000), ("table", "dark", 1000))
"""Pictures for the README: panel, theme, width."""
MOST_BYTES = 150_000


def main() -> None:
    """Take them all."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("folder", type=Path, nargs="?", default=HERE / "pictures")
    words.add_argument("--readme", action="store_true")
    words.add_argument("--themes", nargs="+", choices=THEMES, default=list(THEMES))
    words.add_argument("--only", nargs="+", choices=PANELS, default=list(PANELS))
    words.add_argument("--runs", nargs="+", type=int, default=[0, 1, 12, 10_000])
    options = words.parse_args()
    wanted = [(name, theme, width) for theme in options.themes for width in WIDTHS for name in options.only]
    if options.readme:
        options.only, options.runs, wanted = [name for name, *_ in README], [12], list(README)
    options.folder.mkdir(parents=True, exist_ok=True)
    chromium = os.environ.get("NBTRACK_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home,
        lab.serving(Path(home)) as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for runs in options.runs:
            pictures(browser, server, runs, options, wanted)
        browser.close()


def pictures(browser, server, runs, options, wanted):
    """Open a notebook with a store of so many runs, and take pictures of its panels."""
    shown = [each for each in options.only if runs >= NEEDS.get(each, 0)]
    cells = [STORE.format(f"{server.folder}/{runs}/mlruns", runs, runs), *(PANELS[each][0] for each in shown)]
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(each) for each in cells],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )
    nbformat.write(notebook, server.folder / f"{runs}.ipynb")
    page = browser.new_page(viewport={"width": 1600, "height": 1400})
    page.set_default_timeout(60_000)
    page.goto(server.url(f"{runs}.ipynb"))
    page.wait_for_function("() => window.jupyterapp?.shell?.currentWidget?.sessionContext")
    page.wait_for_function(lab.READY)
    page.evaluate("() => window.jupyterapp.commands.execute('application:toggle-left-area')")
    page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-all-cells'); }")
    page.wait_for_function(
        "() => ![...document.querySelectorAll('.jp-InputPrompt')].some(e => e.textContent.includes('*')) && document.querySelectorAll('.nbtrack').length"
    )
    for name, theme, width in wanted:
        if name not in shown:
            continue
        dress(page, theme, width)
        cell = page.locator(".jp-CodeCell").nth(shown.index(name) + 1)
        cell.scroll_into_view_if_needed()
        page.wait_for_timeout(900)
        path = options.folder / (f"{name}.png" if options.readme else f"{name}-{runs}-{theme}-{width}.png")
        cell.locator(".jp-Cell-outputArea").first.screenshot(path=path)
        if options.readme and path.stat().st_size > MOST_BYTES:
            raise RuntimeError(f"{path} has {path.stat().st_size} bytes, more than {MOST_BYTES}")
    page.close()


def dress(page, theme, width):
    """Give the page a theme and a width, where it has others."""
    page.set_viewport_size({"width": width, "height": 1400})
    page.emulate_media(forced_colors="active" if theme == "contrast" else "none")
    page.evaluate(
        "theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})",
        THEMES[theme],
    )


if __name__ == "__main__":
    main()
