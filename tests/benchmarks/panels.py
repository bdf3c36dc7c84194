"""Measure the panels in a real JupyterLab and Chromium, beside the peers, from the click on Run to what is painted.

    .venv/bin/python tests/benchmarks/panels.py [--peers] [--quick] [--rounds N] [--json PATH] [--only SUBJECT ...]

Every contender has a notebook and a kernel of its own; they take turns (A B C A B C …), each time in the cell that
was run before, after one round that is not counted. A figure is the median of the rounds; the least and the most
stand behind it. `--peers` measures itables as well, which is installed into `.benchmarks/` the first time.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "browser")]

import lab  # noqa: E402 - it is in the folder of the browser tests
import machine  # noqa: E402 - it follows the change of the path
import nbformat  # noqa: E402 - it follows the change of the path
from playwright.sync_api import Page, sync_playwright  # noqa: E402 - it follows the change of the path
from run import kept  # noqa: E402 - it follows the change of the path
from sheets import CHART, TABLE, Contender, stored  # noqa: E402 - it follows the change of the path
from workload import middle  # noqa: E402 - it follows the change of the path

if TYPE_CHECKING:
    from collections.abc import Iterator

SUBJECTS = {"table": TABLE, "chart": CHART}
PEERS = ("itables",)
RUN = (HERE / "painted.js").read_text("utf-8")


class Sample(NamedTuple):
    """One round: ms from the click to the first paint, and bytes that had come from the kernel by then."""

    ms: float
    bytes: int


class Sheet:
    """A contender's notebook, open in a page of its own."""

    def __init__(self, page: Page, contender: Contender) -> None:
        self.page, self.contender, self.received = page, contender, 0
        page.on("websocket", lambda socket: socket.on("framereceived", self._count))

    def _count(self, frame: bytes | str) -> None:
        self.received += len(frame)

    def ready(self, address: str) -> None:
        """Open the notebook, and run the cell that prepares it."""
        self.page.goto(address)
        self.page.wait_for_function("() => window.jupyterapp?.shell?.currentWidget?.sessionContext", timeout=60_000)
        self.page.wait_for_function(lab.READY, timeout=60_000)
        self.page.evaluate("() => window.jupyterapp.commands.execute('application:toggle-left-area')")
        self.page.evaluate(RUN, {"cell": 0, "painted": ".jp-OutputArea-output pre"})
        self.page.wait_for_function(lab.READY, timeout=120_000)

    def once(self) -> Sample:
        """Run the cell, and say when its output was painted."""
        self.page.bring_to_front()
        before = self.received
        took = self.page.evaluate(RUN, {"cell": 1, "painted": self.contender.painted})
        came = self.received - before
        self.page.wait_for_function(lab.READY, timeout=60_000)
        return Sample(took, came)


@contextmanager
def opened(server: lab.Server, contenders: dict[str, Contender], settings: dict[str, Any]) -> Iterator[list[Sheet]]:
    """Open a page for each contender."""
    chromium = os.environ.get("NBTRACK_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright, ExitStack() as stack:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        stack.callback(browser.close)
        sheets = []
        for number, contender in enumerate(contenders.values()):
            cells = [f"SETTINGS = {settings!r}\n{contender.prepare}\nprint('ready')", contender.show]
            name = f"{number}.ipynb"
            nbformat.write(
                nbformat.v4.new_notebook(
                    cells=[nbformat.v4.new_code_cell(each) for each in cells],
                    metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
                ),
                server.folder / name,
            )
            page = browser.new_page(viewport={"width": 1200, "height": 900})
            page.set_default_timeout(60_000)
            sheet = Sheet(page, contender)
            sheet.ready(server.url(name))
            sheets.append(sheet)
        yield sheets


def measured(subject: str, settings: dict[str, Any], rounds: int) -> dict[str, list[Sample]]:
    """Let the contenders of a subject take turns."""
    contenders = {name: each for name, each in SUBJECTS[subject].items() if settings["peers"] or not each.peer}
    found: dict[str, list[Sample]] = {name: [] for name in contenders}
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home,
        lab.serving(Path(home)) as server,
        opened(server, contenders, settings) as sheets,
    ):
        for _ in range(1 + rounds):
            for samples, sheet in zip(found.values(), sheets, strict=True):
                samples.append(sheet.once())
    return {name: samples[1:] for name, samples in found.items()}


def installed(folder: Path) -> Path:
    """Return the folder that has the peers, installing them once."""
    if not folder.exists():
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
        subprocess.run([*pip, "--target", folder, *PEERS], check=True)
    return folder


def asked() -> argparse.Namespace:
    """Read the command line."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--peers", action="store_true", help="measure itables as well")
    words.add_argument("--quick", action="store_true", help="little of everything: it shows that all of it works")
    words.add_argument("--rounds", type=int, default=15)
    words.add_argument("--json", type=Path, help="write all samples to this file")
    words.add_argument("--only", nargs="+", choices=SUBJECTS, default=list(SUBJECTS))
    return words.parse_args()


def main() -> None:
    """Measure and print."""
    options = asked()
    size = {"runs": 200, "points": 1000} if options.quick else {"runs": 10_000, "points": 200_000}
    peers = str(installed(kept() / "panel-peers")) if options.peers else ""
    found = {}
    with tempfile.TemporaryDirectory(dir=kept(), ignore_cleanup_errors=True) as folder:
        print("filling the stores …", file=sys.stderr)
        settings = {"peers": peers, **stored(Path(folder), **size)}
        where = machine.described(None)
        for subject in options.only:
            print(f"{subject} …", file=sys.stderr)
            found[subject] = measured(subject, settings, 2 if options.quick else options.rounds)
    print(machine.line(where), "", "| panel | contender | ms | least–most | kB |", "|---|---|---|---|---|", sep="\n")
    for subject, contenders in found.items():
        for name, samples in contenders.items():
            took, sizes = [each.ms for each in samples], [each.bytes for each in samples]
            spread = f"{min(took):.0f}–{max(took):.0f}"
            print(f"| {subject} | {name} | {middle(took):.0f} | {spread} | {middle(sizes) / 1000:.0f} |")
    if options.json:
        options.json.write_text(json.dumps({**where, "samples": found}, indent=1) + "\n")


if __name__ == "__main__":
    main()
