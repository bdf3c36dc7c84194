"""Alerts of tracked cells, in a real kernel."""

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
    assert "loss is nan, and are stopped" in kernel.run('%track alert "loss is nan" --stop').text
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
