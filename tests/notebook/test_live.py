"""The live card: what it tells the page, and what its buttons do; its looks are tested in the browser."""

from __future__ import annotations

import json
import math

import pytest

import nbtrack
from nbtrack.capture import Points
from nbtrack.entities import Metric
from nbtrack.notebook.panels.live_card import LiveCard
from nbtrack.notebook.progress import Progress

WIDGET = "application/vnd.jupyter.widget-view+json"
FLOW = "%%track {options}\nimport time, nbtrack\nfor epoch in range(22):\n    {body}\n    time.sleep(0.1)"


@pytest.fixture
def card():
    client = nbtrack.MlflowClient()
    made = LiveCard(client.create_run("0", run_name="training"), client, 5000)
    yield made
    made.close()


@pytest.fixture
def progress():
    return Progress()


def inferred(key, values, first=0):
    steps = list(range(first, first + len(values)))
    return [Points(key, steps, steps, list(values))]


def logged(key, values, first=0):
    return [Metric(key, value, 0, step) for step, value in enumerate(values, first)]


def take(progress, way, values, first):
    if way == "inferred":
        progress.add_inferred(inferred("loss", values, first))
    else:
        progress.add_logged(logged("loss", values, first))


@pytest.mark.parametrize(("way", "turns"), [("inferred", 5000), ("logged", 4999)])
def test_curve_keeps_its_shape_in_few_points(progress, way, turns):
    for first in range(0, 5000, 10):
        take(progress, way, [math.exp(-step / 1000) for step in range(first, first + 10)], first)
    (metric,) = progress.as_dict()["metrics"]
    assert progress.turns == turns, "without a loop that is counted the step that was logged is all there is to tell"
    assert metric["value"] == "0.0067447", "as the card of the finished run writes it"
    assert 50 <= len(metric["curve"]) <= 120
    assert metric["curve"] == sorted(metric["curve"], reverse=True)
    assert metric["curve"][0] == 1.0


def test_what_json_does_not_know_is_left_out(progress):
    progress.add_inferred(inferred("loss", [1.0, math.nan, math.inf]))
    assert progress.as_dict()["metrics"] == [{"key": "loss", "value": "∞", "curve": [1.0, None, None]}]
    json.dumps(progress.as_dict(), allow_nan=False)


def test_many_metrics_are_cut_to_a_few(progress):
    for number in range(30):
        progress.add_inferred(inferred(f"metric {number}", [1.0]))
    assert len(progress.as_dict()["metrics"]) == 8


def test_what_is_logged_is_not_drawn_a_second_time(progress):
    progress.add_logged(logged("loss", [0.5, 0.25]))
    progress.add_inferred(inferred("loss", [5.0, 2.5, 1.25]), hidden={"loss"})
    assert [each["curve"] for each in progress.as_dict()["metrics"]] == [[0.5, 0.25]]
    assert progress.turns == 3, "they still tell how far the loop is"


def test_counted_turns_come_before_the_steps_of_batches(progress):
    progress.add_logged(logged("loss", [0.5] * 100, first=900))
    progress.done = 3
    assert progress.turns == 3


def test_the_page_gets_only_what_is_new(card, progress):
    changes = []
    card.observe(changes.append, "progress")
    for _ in range(3):
        card.push(progress)
    progress.add_logged(logged("loss", [0.5]))
    card.push(progress)
    assert [each["new"]["turns"] for each in changes] == [0, 0]
    assert [len(each["new"]["metrics"]) for each in changes] == [0, 1]


def test_buttons_go_through_the_store(card):
    def control(action):
        card.answer("nbtrack/runs/control", {"run_id": card.run, "action": action})
        return card.client.store.tag(card.run, "nbtrack.control"), card.paused

    asked = [control(action) for action in ("pause", "unpause", "stop")]
    assert asked == [("pause", True), ("unpause", False), ("stop", False)]
    assert card.stopping
    card.answer("mlflow/runs/set-tag", {"run_id": card.run, "key": "mlflow.note.content", "value": "fine"})
    assert card.client.get_run(card.run).data.tags["mlflow.note.content"] == "fine"
    with pytest.raises(nbtrack.MlflowException, match="nonsense"):
        control("nonsense")
    card.client.set_terminated(card.run)
    with pytest.raises(nbtrack.MlflowException, match="Run training is not running"):
        control("stop")


def test_parameters_that_differ_from_the_last_run_are_shown(card):
    last = card.client.create_run("0")
    card.client.log_batch(last.info.run_id, params=[("rate", "0.1"), ("epochs", "5")])
    card.client.log_batch(card.run, params=[("rate", "0.2"), ("epochs", "5"), ("text", "a " * 50)])
    run = card.client.get_run(card.run)
    second = LiveCard(run, card.client, last=card.client.get_run(last.info.run_id))
    second.renew()
    assert second.params[0] == ["rate", "0.2", "0.1"]
    assert [(key, len(value), old) for key, value, old in second.params[1:]] == [("text", 40, None)]
    second.close()


def test_short_cells_and_quiet_ones_have_none(kernel):
    cell = "%%track {}\nimport math, time\nfor i in range({}):\n    loss = math.exp(-i)\n    time.sleep(0.1)"
    assert not live(kernel.run(cell.format("", 3)))
    assert kernel.run(cell.format("--quiet", 25)).outputs == []
    done = kernel.run(cell.format("", 30))
    assert [WIDGET in each["data"] for each in done.outputs] == [True, False]
    assert [each["data"]["text/html"] == "" for each in done.final] == [True, False]
    assert len(done.cards) == 1, "it takes the place of the static one"


def live(done):
    """Return the outputs that were live cards."""
    return [each for each in done.outputs if WIDGET in each.get("data", {})]


@pytest.mark.parametrize(
    "body",
    ["nbtrack.log_metric('loss', 1 / (epoch + 1), step=epoch)", "[].append(epoch)"],
    ids=["logs", "gives nothing"],
)
def test_every_tracked_cell_that_takes_long_has_one(kernel, body):
    assert len(live(kernel.run(FLOW.format(options="", body=body)))) == 1
    assert live(kernel.run(FLOW.format(options="--quiet", body=body))) == []


def test_a_cell_without_any_loop_has_one(kernel):
    assert len(live(kernel.run("%%track\nimport time\ntime.sleep(2.4)"))) == 1


def test_cells_that_are_runs_by_themselves_have_one_as_soon_as_there_is_a_run(kernel):
    kernel.run("%track auto on")
    assert live(kernel.run(FLOW.format(options="", body="[]").partition("\n")[2])) == []
    logs = FLOW.format(options="", body="nbtrack.log_metric('loss', 1 / (epoch + 1))").partition("\n")[2]
    assert len(live(kernel.run(logs))) == 1
    kernel.run("%track auto off")


def test_output_that_the_cell_catches_is_its_own(kernel):
    kernel.run(
        "%%track\nimport time\nfrom IPython.utils.capture import capture_output\n"
        "with capture_output() as caught:\n    time.sleep(2.4)\n    print('mine')"
    )
    assert kernel.run("print(len(caught.outputs), repr(caught.stdout))").text == "0 'mine\\n'\n"


def test_plain_panels_are_not_broken_by_a_card_that_the_page_can_not_draw(kernel):
    kernel.run("os.environ['NBTRACK_PANELS'] = 'plain'")
    assert live(kernel.run("%%track\nimport time\ntime.sleep(2.4)")) == []
    kernel.run("del os.environ['NBTRACK_PANELS']")


def test_time_left_follows_the_pace_of_the_loop_without_what_came_before_it_and_pauses():
    progress = Progress()

    def at(seconds, done, *, paused=False):
        progress.done = done
        progress.look(seconds, paused=paused)

    at(100, 0)
    assert progress.pace is None
    at(101, 1)
    at(111, 11)
    assert progress.pace == 1000
    at(171, 11, paused=True)
    at(181, 21)
    assert progress.pace == 1000, "a minute of pause is no part of it"
    at(190, 2)
    at(192, 12)
    assert progress.pace == 200, "a loop that begins anew has a pace of its own"
