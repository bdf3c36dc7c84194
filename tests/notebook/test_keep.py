"""What a cell did not record: the card says so, and `%track keep` records it."""

from __future__ import annotations

import pytest

import nbtrack
from nbtrack.notebook.panels.card_actions import CardActions

CELL = """%%track fit
import math
loss = math.exp(0) / 2
acc = math.exp(-loss)
"""
LOOP = """%%track loop
for step in range(3):
    rate = 0.1 / (step + 1)
    loss = math.exp(rate)
"""


def newest():
    return nbtrack.search_runs(output_format="list")[0]


def page(done):
    return done.outputs[-1]["data"]["text/html"]


@pytest.fixture
def kernel(kernel):
    kernel.run("import math\nfrom nbtrack.notebook import session_registry\nsession_registry.current().kept.clear()")
    kernel.run("session_registry.current().dropped.clear()")
    return kernel


def test_card_names_what_was_not_recorded_and_why(kernel):
    shown = page(kernel.run(CELL))
    assert list(newest().data.metrics) == ["acc"]
    assert "Not recorded:" in shown
    assert 'data-nbtrack-candidate="loss"' in shown
    assert "used by acc, line 4" in shown
    assert "Not recorded" not in page(kernel.run("%%track other\nacc = math.exp(0)"))


def test_kept_value_is_recorded_at_once_and_by_later_runs(kernel):
    kernel.run(CELL)
    assert kernel.run("%track keep loss").reply["status"] == "ok"
    assert newest().data.metrics["loss"] == 0.5
    assert "`loss` — asked for by name, line 3" in kernel.run("%track why").text
    shown = page(kernel.run(CELL.replace("/ 2", "/ 4")))
    assert newest().data.metrics["loss"] == 0.25
    assert "Not recorded" not in shown


def test_kept_value_is_remembered_by_the_next_kernel(kernel):
    kernel.run(CELL)
    kernel.run("%track keep loss")
    kernel.run(CELL)
    kernel.run("session_registry.current().kept.clear()")
    kernel.run(CELL)
    assert newest().info.run_name == "fit-3"
    assert newest().data.metrics["loss"] == 0.5


def test_kept_value_of_a_loop_has_a_curve_from_the_next_run_on(kernel):
    kernel.run(LOOP)
    assert "rate" not in newest().data.metrics
    kernel.run("%track keep rate")
    kernel.run(LOOP)
    run = newest()
    assert len(nbtrack.MlflowClient().get_metric_history(run.info.run_id, "rate")) == 3


def test_dropped_value_is_no_longer_kept(kernel):
    kernel.run(CELL)
    kernel.run("%track keep loss")
    kernel.run("%track drop loss")
    assert "loss" not in newest().data.metrics
    kernel.run(CELL)
    kernel.run("session_registry.current().kept.clear()\nsession_registry.current().dropped.clear()")
    kernel.run(CELL)
    assert "loss" not in newest().data.metrics


def test_any_number_of_the_notebook_can_be_kept(kernel):
    kernel.run(CELL)
    kernel.run("other = 7")
    kernel.run("%track keep other")
    assert newest().data.metrics["other"] == 7


def test_only_numbers_can_be_kept(kernel):
    kernel.run(CELL)
    done = kernel.run("%track keep nothing")
    assert "has no unrecorded number 'nothing'; it has 'loss'" in done.errors + done.text + str(done.reply)
    assert kernel.run("%track keep").reply["status"] == "error"


def test_button_of_the_card_keeps(kernel):
    kernel.run(CELL)
    run = newest()
    actions = CardActions("kernel")
    actions.answer("kernel/keep-value", {"run_id": run.info.run_id, "key": "loss"})
    actions.close()
    assert newest().data.metrics["loss"] == 0.5


def test_empty_card_says_what_is_recognised(kernel):
    shown = page(kernel.run("%%track nothing\nprint('x')"))
    for words in ("parameter: a constant", "metric: a result", "curve: a result of each iteration", "--metrics NAME"):
        assert words in shown
    assert "parameter: a constant" not in page(kernel.run("%%track something\nC = 3"))
    failed = kernel.run("%%track broken\n1 / 0")
    assert "parameter: a constant" not in page(failed)
