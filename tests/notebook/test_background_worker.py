"""Work beside the cells waits until no cell runs."""

from __future__ import annotations

import threading

import pytest

from nbtrack.notebook import background_worker
from nbtrack.notebook.background_worker import BackgroundWorker

WAIT = 30


@pytest.fixture
def worker():
    made = BackgroundWorker()
    yield made
    made.close()


def test_work_waits_for_the_end_of_the_cell(worker):
    running, seen, done = [True], [], threading.Event()
    worker.cell_began()
    worker.later(lambda: seen.append(bool(running)))
    worker.later(done.set)
    running.clear()
    worker.cell_ended()
    assert done.wait(WAIT)
    assert seen == [False]


def test_work_is_done_beside_a_cell_that_takes_long(worker, monkeypatch):
    monkeypatch.setattr(background_worker, "SECONDS_BESIDE_CELLS", 0.0)
    done = threading.Event()
    worker.cell_began()
    worker.later(done.set)
    assert done.wait(WAIT)


def test_work_is_done_beside_cells_that_follow_one_another(worker, monkeypatch):
    monkeypatch.setattr(background_worker, "SECONDS_BESIDE_CELLS", 0.1)
    done = threading.Event()
    worker.cell_began()
    worker.later(done.set)
    cells = 0
    while not done.wait(0.01) and cells < 100 * WAIT:
        worker.cell_ended()
        worker.cell_began()
        cells += 1
    assert done.is_set()


def test_what_waits_is_done_when_the_kernel_ends(worker):
    seen = []
    worker.cell_began()
    worker.later(lambda: worker.later(lambda: seen.append("inner")))
    worker.later(lambda: seen.append("outer"))
    worker.close()
    assert seen == ["inner", "outer"]
    worker.cell_ended()
    done = threading.Event()
    worker.later(done.set)
    assert done.wait(WAIT), "it starts again"


def test_work_that_fails_leaves_the_rest_alone(worker, capsys):
    done = threading.Event()
    worker.later(lambda: 1 / 0)
    worker.later(done.set)
    assert done.wait(WAIT)
    assert "ZeroDivisionError" in capsys.readouterr().err
