"""A terminal's IPython, as it is typed into."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

TYPED = """%load_ext nbtrack
%%track fit
rate = 0.5
for epoch in range(12):
    loss = rate ** epoch


%runs
%chart loss
%track show fit
%track why
print("done")
"""


@pytest.fixture
def screen(tmp_path):
    """Return what a terminal shows after the lines have been typed."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("MLFLOW_", "NBTRACK_"))}
    env = {**clean, "HOME": str(tmp_path), "IPYTHONDIR": str(tmp_path / "ipython")}
    command = [
        sys.executable,
        "-m",
        "IPython",
        "--simple-prompt",
        "--no-banner",
        "--no-confirm-exit",
        "--colors=NoColor",
    ]
    done = subprocess.run(command, input=TYPED, env=env, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return done.stdout


def test_a_tracked_cell_waits_for_its_body_and_panels_are_text(screen):
    assert re.search(r"fit ✓ FINISHED .* loss=0.00048828", screen)
    table, chart = (screen.index(each) for each in ("RunTable(", "Chart("))
    assert re.search(r"name +status +duration.*loss", screen[table:chart])
    assert re.search("[▁▂▃▄▅▆▇█]{5}", screen[chart:])
    assert "parameters: rate=0.5" in screen
    assert "`rate` — constant assigned on line 2" in screen
    assert "done" in screen
