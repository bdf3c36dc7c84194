"""Artifacts that are written after the code that they come from."""

from __future__ import annotations

import threading

import pytest

from nbtrack import MlflowClient
from nbtrack.tracking.capture_options import CaptureOptions
from nbtrack.tracking.captured_run import CapturedRun
from nbtrack.tracking.pending_artifacts import PendingArtifacts
from nbtrack.transfer import copy_run


@pytest.fixture
def run():
    """Return an open run whose code waits to be written."""
    run = CapturedRun(CaptureOptions("short"))
    run.open()
    run.keep({"cell.py": b"x = 1"}, soon=True)
    yield run
    run.leave()


def test_a_copy_of_a_run_has_what_waited(run, tmp_path):
    target = str(tmp_path / "there")
    copy = copy_run(run.run_id, target)
    assert MlflowClient(target).fetch(copy.info.run_id, "cell.py") == b"x = 1"


def test_a_slow_upload_does_not_block_other_runs():
    waiting, begun, proceed, written = PendingArtifacts(), threading.Event(), threading.Event(), []

    def upload():
        begun.set()
        assert proceed.wait(60)
        written.append("slow")

    waiting.add("slow", upload)
    slow = threading.Thread(target=waiting.write, args=("slow",))
    slow.start()
    assert begun.wait(60)
    quick = threading.Thread(
        target=lambda: (waiting.add("quick", lambda: written.append("quick")), waiting.write("quick"))
    )
    quick.start()
    quick.join(10)
    proceed.set()
    slow.join()
    quick.join()
    assert written == ["quick", "slow"]
