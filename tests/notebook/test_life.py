"""The life of a run across kernels: killed, restarted, resumed, kept, discarded; and words about it."""

from __future__ import annotations

import re
import time

import pytest
from kernels import Kernel

import nbtrack

LOOP = """%%track descent
import time, math
rate = 0.5
for step in range(100_000):
    loss = math.exp(-rate * step)
    time.sleep(0.005)
"""


@pytest.fixture
def start(fresh):
    """Return a function that starts a kernel on the store of this test."""
    started = []

    def start_():
        kernel = Kernel(fresh)
        started.append(kernel)
        kernel.card = kernel.run("%load_ext nbtrack\nimport nbtrack, math, os, signal")
        return kernel

    nbtrack.set_tracking_uri(fresh / "mlruns")
    yield start_
    for each in started:
        each.stop()


def looked():
    """Have this process look for dead ones anew."""
    nbtrack.MlflowClient().store._database._looked = -1e9


def the_run():
    looked()
    (run,) = nbtrack.search_runs(output_format="list")
    return run


def interrupted(start):
    """Kill a kernel in the middle of a tracked loop; return the run and how many points it had at least."""
    kernel = start()
    kernel.send(LOOP)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        runs = nbtrack.search_runs(output_format="list")
        if runs and runs[0].data.latest and runs[0].data.latest[0].step > 5:
            break
        time.sleep(0.02)
    kernel.manager.kernel_id = None
    kernel.manager.signal_kernel(9)
    while kernel.manager.is_alive():
        time.sleep(0.01)
    return runs[0].info.run_id, runs[0].data.latest[0].step


def test_killed_kernel_leaves_a_killed_run_and_the_next_one_says_so(start):
    run_id, seen = interrupted(start)
    kernel = start()
    (card,) = kernel.card.cards
    run = the_run()
    steps = [each.step for each in nbtrack.MlflowClient().get_metric_history(run_id, "loss")]
    assert steps == list(range(len(steps)))
    assert len(steps) > seen
    assert card == f"1 run interrupted: descent, {len(steps)} steps kept"
    assert (run.info.status, run.data.params) == ("KILLED", {"rate": "0.5"})
    assert run.info.end_time >= run.info.start_time


def test_resumed_run_goes_on_with_its_cell(start):
    run_id, _ = interrupted(start)
    kernel = start()
    assert "Run the cell again to continue run descent" in kernel.run("%track resume descent").text
    assert start().card.outputs == []
    kernel.run(LOOP.replace("100_000", "3"))
    run = the_run()
    assert (run.info.run_id, run.info.status) == (run_id, "FINISHED")
    steps = [each.step for each in nbtrack.MlflowClient().get_metric_history(run_id, "loss")]
    assert steps == list(range(len(steps)))
    kernel.run(LOOP.replace("100_000", "3"))
    assert len(nbtrack.search_runs()) == 2


def test_buttons_of_the_card(start):
    interrupted(start)
    kernel = start()
    find = "import ipywidgets\nbuttons = {w.description: w for w in ipywidgets.Widget.widgets.values() if hasattr(w, 'on_click')}\n"
    kernel.run(find + "buttons['Keep'].click()")
    assert the_run().data.tags["nbtrack.interrupted"] == "kept"
    assert start().card.outputs == []


def test_discarded_run_is_in_the_trash(start):
    run_id, _ = interrupted(start)
    kernel = start()
    kernel.run("nbtrack.discard()")
    assert nbtrack.get_run(run_id).info.lifecycle_stage == "deleted"
    assert start().card.outputs == []


def test_run_without_a_cell_is_active_when_it_is_resumed(start, fresh):
    kernel = start()
    kernel.run("run = nbtrack.start_run(run_name='long')\nnbtrack.log_metric('m', 1)")
    kernel.manager.signal_kernel(9)
    while kernel.manager.is_alive():
        time.sleep(0.01)
    looked()
    other = start()
    assert "is active again" in other.run("%track resume long").text
    other.run("nbtrack.log_metric('m', 2, step=1)\nnbtrack.end_run()")
    run = the_run()
    assert (run.info.status, run.data.metrics) == ("FINISHED", {"m": 2.0})


def test_two_kernels_never_touch_each_others_runs(start):
    one, two = start(), start()
    sent = one.send(LOOP)
    two.run("%%track other\nC = 3\nscore = math.exp(-C)")
    two.manager.signal_kernel(9)
    while two.manager.is_alive():
        time.sleep(0.01)
    three = start()
    assert three.card.outputs == []
    looked()
    runs = {run.info.run_name: run.info.status for run in nbtrack.search_runs(output_format="list")}
    assert runs == {"descent": "RUNNING", "other": "FINISHED"}
    one.manager.interrupt_kernel()
    one.collect(sent)


def test_kernel_that_shuts_down_ends_its_open_runs(start):
    kernel = start()
    kernel.run("nbtrack.start_run(run_name='open')\nnbtrack.log_metric('m', 1)")
    kernel.client.shutdown()
    deadline = time.monotonic() + 20
    while kernel.manager.is_alive() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert the_run().info.status == "FINISHED"


# words about a run

FIT = "%%track fit\ndepth = 3\nscore = math.exp(-depth)\nfor epoch in range(4):\n    loss = math.exp(-depth * epoch)"


@pytest.fixture
def fitted(kernel):
    """Return the shared kernel after a tracked cell."""
    kernel.run("import math")
    kernel.run(FIT)
    return kernel


def test_note_and_tags(fitted):
    fitted.run("%track note 'overwritten'")
    assert fitted.run('%track note "looks good"').text == "Run fit has this note now.\n"
    tagged = fitted.run("%track tag team=red 'who=ada b'")
    assert tagged.text == "Run fit is tagged team=red, who=ada b.\n"
    fitted.run("nbtrack.tag({'any key': 1}, more=2)")
    tags = the_run().data.tags
    assert tags["mlflow.note.content"] == "looks good"
    assert (tags["team"], tags["who"], tags["any key"], tags["more"]) == ("red", "ada b", "1", "2")


def test_why_and_drop(fitted):
    explanation = fitted.run("%track why").text
    assert "`depth` — constant assigned on line 2" in explanation
    assert "`loss` — result of each iteration, computed on line 5" in explanation
    fitted.run("%track drop loss")
    fitted.run("nbtrack.drop('depth')")
    run = the_run()
    assert (run.data.params, set(run.data.metrics)) == ({}, {"score"})
    assert list(nbtrack.MlflowClient().get_metric_history(run.info.run_id, "loss")) == []
    assert "loss" in fitted.run("%track drop loss").errors
    fitted.run(FIT)
    again, _ = nbtrack.search_runs(output_format="list")
    assert (again.data.params, set(again.data.metrics)) == ({}, {"score"})


def verdict(page):
    """Return what a card says of the change of the score."""
    return re.search(r'>score<.*?title="(\w+) than', page, re.DOTALL)[1]


def test_goal_decides_what_is_better(fitted):
    fitted.run("%track goal score min")
    page = fitted.run(FIT.replace("depth = 3", "depth = 4")).outputs[0]["data"]["text/html"]
    assert verdict(page) == "better"
    assert fitted.run("%track goal score max").text == "In this experiment, a higher score is better.\n"
    page = fitted.run(FIT.replace("depth = 3", "depth = 5")).outputs[0]["data"]["text/html"]
    assert verdict(page) == "worse"
    assert "max" in fitted.run("%track goal score more").errors


def test_quiet(fitted):
    fitted.run("%track quiet")
    assert fitted.run(FIT).outputs == []
    assert "no cards" in fitted.run("%track").text
    fitted.run("%track quiet off")
    assert len(fitted.run(FIT).cards) == 1


@pytest.mark.parametrize(
    ("line", "culprit"),
    [
        ("nonsense", "nonsense"),
        ("auto sometimes", "sometimes"),
        ("auto on --wrong", "--wrong"),
        ("note", "text"),
        ("tag nope", "nope"),
        ("goal", "metric"),
        ("drop", "name"),
        ("resume nobody", "nobody"),
        ("quiet loud", "loud"),
    ],
)
def test_unknown_arguments_are_reported_in_one_line(fitted, line, culprit):
    done = fitted.run(f"%track {line}")
    assert done.reply["ename"] == "UsageError"
    assert culprit in done.errors
    assert done.errors.count("\n") == 1


def test_help_and_completion(kernel):
    shown = kernel.run("%%track?").reply["payload"][0]["data"]["text/plain"]
    assert "--experiment E" in shown
    found = kernel.client.complete("%%track --", reply=True, timeout=60)["content"]["matches"]
    assert {"--experiment", "--no-infer", "--params"} <= set(found)
    found = kernel.client.complete("%track au", reply=True, timeout=60)["content"]["matches"]
    assert "auto" in found
