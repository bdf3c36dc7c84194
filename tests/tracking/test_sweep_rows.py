"""The rows of a sweep: stored with the run, read as a frame and by `load_table`, shown on the card."""

from __future__ import annotations

import pytest

import nbtrack
from nbtrack.capture import Facts
from nbtrack.notebook import card_display
from nbtrack.tracking.capture_options import CaptureOptions
from nbtrack.tracking.captured_execution import CapturedExecution
from nbtrack.tracking.captured_run import CapturedRun

ROWS = [{"C": 0.1, "kernel": "rbf", "acc": 0.5}, {"C": 1, "kernel": "linear", "acc": 0.75}, {"C": 10, "acc": None}]


class Sweep:
    """An observed cell that ran through settings."""

    def __init__(self, rows):
        self.rows = rows

    def begin(self):
        """Observe nothing."""

    def stop(self):
        """Have nothing to stop."""

    def end(self, result, *, failed):
        """Return the rows."""
        return Facts([], [], [], frozenset(), [], rows=self.rows)


def sweep(rows=ROWS):
    run = CapturedRun(CaptureOptions("sweep"))
    execution = CapturedExecution(run)
    execution.open()
    execution.observe(Sweep(rows))
    execution.leave()
    assert execution.settle()
    execution.close(None, str)
    return run


def test_rows_are_a_frame():
    run = sweep()
    frame = nbtrack.rows()
    assert list(frame.columns) == ["C", "kernel", "acc"]
    assert list(frame["C"]) == [0.1, 1, 10]
    assert frame["acc"].isna().tolist() == [False, False, True]
    assert frame.equals(nbtrack.rows(run.run_id))
    assert len(nbtrack.load_table("rows.json")) == 3


def test_card_shows_the_first_rows():
    run = sweep([{"C": number, "acc": number / 100} for number in range(30)])
    found = nbtrack.get_run(run.run_id)
    page = card_display.rendered_card(run.client, found, None)["text/html"]
    assert page.count("<tr ") == 11
    assert "0.09" in page
    assert "0.11" not in page
    assert "and 20 more rows" in page
    assert "Nothing in this cell" not in page


def test_a_run_without_rows_says_so():
    run = sweep([])
    assert not any(each.path == "rows.json" for each in run.client.list_artifacts(run.run_id))
    with pytest.raises(nbtrack.MlflowException, match="'sweep' has no rows"):
        nbtrack.rows(run.run_id)
