"""Alerts of tracked cells, in a real kernel."""

import time

import nbtrack
from nbtrack.alerting import alert

LOOP = """%%track endless
import math, time
rate = 0.5
for step in range(100_000):
    loss = math.exp(-rate * step) if step < 20 else math.nan
    time.sleep(0.005)
after = "the loop"
print(after)"""


def html(done):
    return "".join(each["data"].get("text/html", "") for each in done.final if "data" in each)


def alerts(run):
    return [(each.level, each.title, each.text) for each in alert.from_tags(run.data.tags)]


def test_a_rule_stops_a_tracked_cell_and_its_card_says_so(kernel):
    assert "loss is nan, and stop" in kernel.run('%track alert "loss is nan" --stop').text
    assert kernel.run("%track alert").text == "Alert rules of this experiment: loss is nan (error, stops the run)\n"
    done = kernel.run(LOOP)
    assert done.text == "the loop\n"
    (run,) = nbtrack.search_runs(output_format="list")
    assert run.info.status == "KILLED"
    assert alerts(run) == [("error", "loss is nan", "at step 20")]
    assert 'data-nbtrack-alert="error"' in html(done)
    kernel.run('%track alert off "loss is nan"')
    assert kernel.run("%track alert").text == "This experiment has no alert rules.\n"


def test_what_a_cell_raises_is_on_its_card(kernel):
    done = kernel.run('%%track\nC = 3\nnbtrack.alert("<b>Odd</b> labels", "3 of 10", "warning")')
    assert "&lt;b&gt;Odd&lt;/b&gt; labels" in html(done)
    (run,) = nbtrack.search_runs(output_format="list")
    assert alerts(run) == [("warning", "<b>Odd</b> labels", "3 of 10")]


def test_a_line_that_is_not_understood_says_where(kernel):
    assert "at column 9 of 'loss is nam'" in kernel.run('%track alert "loss is nam"').errors
    assert "--level LEVEL, and off" in kernel.run("%track alert --why loss").errors


STEERED = """%%track steered
import time
turns = 0
while turns < 100_000:
    lr = nbtrack.live("lr", 0.1)
    loss = 5.0 if lr > 0.05 else 1.0 + lr
    turns += 1
    time.sleep(0.005)
print("after the loop")"""


def test_a_cell_is_told_of_steered_and_stopped_by_a_client(kernel):
    kernel.run('%track alert "loss plateaus for 20"')
    sent = kernel.send(STEERED)
    until(lambda: [run for run in nbtrack.search_runs(output_format="list") if alerts(run)])
    (run,) = nbtrack.search_runs(output_format="list")
    assert alerts(run) == [("warning", "loss plateaus for 20", "best 5 at step 0")]
    nbtrack.control(run, lr=0.01)
    until(lambda: nbtrack.get_run(run.info.run_id).data.metrics["loss"] == 1.01)
    nbtrack.stop(run)
    assert kernel.collect(sent).text == "after the loop\n"
    done = nbtrack.get_run(run.info.run_id)
    assert (done.info.status, done.data.params) == ("KILLED", {})
    points = nbtrack.MlflowClient().get_metric_history(run.info.run_id, "live/lr")
    assert [each.value for each in points] == [0.1, 0.01]
    assert 0 == points[0].step < points[1].step


def until(holds):
    deadline = time.monotonic() + 30
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert holds()
