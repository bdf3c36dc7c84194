"""Stopping and pausing a cell from another process, through the store."""

from __future__ import annotations

import time

import pytest

import nbtrack

LOOP = """%%track endless {options}
import math, time
rate = 0.5
for step in range(100_000):
    loss = math.exp(-rate * step)
    time.sleep(0.005)
after = "the loop"
print(after)"""


def running(key="loss"):
    """Wait until there is a run with points; return it."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        runs = nbtrack.search_runs(output_format="list")
        if runs and (key is None or key in runs[0].data.metrics):
            return runs[0]
        time.sleep(0.02)
    return pytest.fail("no run is running")


def steps(run):
    return [each.step for each in nbtrack.MlflowClient().get_metric_history(run.info.run_id, "loss")]


def pauses_and_goes_on(run):
    nbtrack.pause(run)
    still = paused(run)
    nbtrack.unpause(run)
    deadline = time.monotonic() + 20
    while len(steps(run)) <= still and time.monotonic() < deadline:
        time.sleep(0.02)
    assert len(steps(run)) > still


def test_stop_leaves_the_loop_and_runs_what_follows(kernel):
    sent = kernel.send(LOOP.format(options=""))
    nbtrack.stop(running())
    done = kernel.collect(sent)
    assert done.reply["status"] == "ok"
    assert done.text == "the loop\n"
    run = nbtrack.get_run(running().info.run_id)
    assert run.info.status == "KILLED"
    assert steps(run) == list(range(len(steps(run))))
    assert run.data.params == {"rate": "0.5"}


def test_stop_can_raise(kernel):
    sent = kernel.send(LOOP.format(options="--stop raise"))
    nbtrack.stop(running().info.run_id)
    done = kernel.collect(sent)
    assert done.reply["ename"] == "KeyboardInterrupt"
    assert done.text == ""
    assert nbtrack.get_run(running().info.run_id).info.status == "KILLED"


def test_pause_and_unpause(kernel):
    sent = kernel.send(LOOP.format(options=""))
    run = running()
    pauses_and_goes_on(run)
    nbtrack.pause(run)
    paused(run)
    nbtrack.stop(run)
    kernel.collect(sent)
    assert nbtrack.get_run(run.info.run_id).info.status == "KILLED"
    assert steps(run) == list(range(len(steps(run))))


def paused(run):
    """Wait until a run gets no more points; return how many it has."""
    while True:
        known = len(steps(run))
        time.sleep(0.4)
        if len(steps(run)) == known:
            return known


def test_interrupt_ends_a_pause(kernel):
    sent = kernel.send(LOOP.format(options=""))
    run = running()
    nbtrack.pause(run)
    paused(run)
    kernel.manager.interrupt_kernel()
    assert kernel.collect(sent).reply["ename"] == "KeyboardInterrupt"
    assert nbtrack.get_run(run.info.run_id).info.status == "KILLED"


def test_cell_without_a_loop_of_curves_is_interrupted(kernel):
    sent = kernel.send("%%track\nimport time\nC = 2\nwhile True:\n    time.sleep(0.01)")
    nbtrack.stop(running(key=None))
    assert kernel.collect(sent).reply["ename"] == "KeyboardInterrupt"
    assert running(key=None).info.status == "KILLED"


def test_a_cell_that_waits_for_the_system_is_interrupted_at_once(kernel):
    sent = kernel.send("%%track\nimport time\ntime.sleep(600)")
    nbtrack.stop(running(key=None))
    assert kernel.collect(sent).reply["ename"] == "KeyboardInterrupt"
    assert running(key=None).info.status == "KILLED"


LOGS = """%%track endless
import nbtrack, time
def train(epoch):
    for batch in range(3):
        nbtrack.log_metric("loss", 1 / (1 + epoch), step=3 * epoch + batch)
for fold in range(100_000):
    for epoch in range(1000):
        train(epoch)
        time.sleep(0.005)
after = "the loop"
print(after)"""


def test_stop_and_pause_reach_loops_that_only_log(kernel):
    sent = kernel.send(LOGS)
    run = running()
    pauses_and_goes_on(run)
    nbtrack.stop(run)
    done = kernel.collect(sent)
    assert (done.reply["status"], done.text) == ("ok", "the loop\n")
    assert nbtrack.get_run(run.info.run_id).info.status == "KILLED"
    assert len(steps(run)) % 3 == 0, "no iteration was cut short"


def test_only_running_runs_can_be_stopped(fresh):
    with nbtrack.start_run() as run:
        pass
    for call in (nbtrack.stop, nbtrack.pause, nbtrack.unpause):
        with pytest.raises(nbtrack.MlflowException, match="FINISHED"):
            call(run)


def test_stopped_run_that_is_resumed_is_not_stopped_again(kernel):
    sent = kernel.send(LOOP.format(options=""))
    run = running()
    nbtrack.stop(run)
    kernel.collect(sent)
    known = len(steps(run))
    kernel.run("%track resume endless")
    kernel.run(LOOP.format(options="").replace("100_000", "100"))
    assert steps(run) == list(range(known + 100))
    assert nbtrack.get_run(run.info.run_id).info.status == "FINISHED"


def test_points_that_the_store_refuses_for_a_while_are_kept(kernel):
    kernel.run(
        "from nbtrack.errors import StorageFailed\nfrom nbtrack.tracking import MlflowClient\n"
        "kept, refused = MlflowClient.log_columns, []\n"
        "def refuse(self, *given):\n    refused.append(1)\n    MlflowClient.log_columns = kept\n    raise StorageFailed('the disk is full')\n"
        "MlflowClient.log_columns = refuse"
    )
    done = kernel.run(LOOP.format(options="").replace("100_000", "100"))
    assert kernel.run("print(len(refused))").text == "1\n"
    assert "the disk is full" in done.errors
    assert steps(running()) == list(range(100))
