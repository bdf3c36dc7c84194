"""The live card: what it tells the page, and what its buttons do; its looks are tested in the browser."""

from __future__ import annotations

import json
import math

import pytest

import nbtrack
from nbtrack.lineage import Points
from nbtrack.notebook.panels.live import LiveCard


@pytest.fixture
def card():
    client = nbtrack.MlflowClient()
    made = LiveCard(client.create_run("0", run_name="training"), client, 5000)
    yield made
    made.close()


def heard(card, key, values, first=0):
    steps = list(range(first, first + len(values)))
    card._pushed = 0.0
    card.hear([Points(key, steps, steps, list(values))])
    return card.progress


def test_curve_keeps_its_shape_in_few_points(card):
    progress = {}
    for first in range(0, 5000, 10):
        progress = heard(card, "loss", [math.exp(-step / 1000) for step in range(first, first + 10)], first)
    (metric,) = progress["metrics"]
    assert progress["turns"] == 5000
    assert metric["value"] == math.exp(-4.999)
    assert 50 <= len(metric["curve"]) <= 120
    assert metric["curve"] == sorted(metric["curve"], reverse=True)
    assert metric["curve"][0] == 1.0


def test_what_json_does_not_know_is_left_out(card):
    progress = heard(card, "loss", [1.0, math.nan, math.inf])
    assert progress["metrics"] == [{"key": "loss", "value": None, "curve": [1.0, None, None]}]
    json.dumps(progress, allow_nan=False)


def test_many_metrics_are_cut_to_a_few(card):
    for number in range(30):
        progress = heard(card, f"metric {number}", [1.0])
    assert len(progress["metrics"]) == 8


def test_buttons_go_through_the_store(card):
    asked = [
        (card.answer(kind, {}), card.client.store.tag(card.run, "nbtrack.control"), card.paused)[1:]
        for kind in ("hello", "pause", "go_on", "stop")
    ]
    assert asked == [(None, False), ("pause", True), ("go on", False), ("stop", False)]
    card.answer("note", {"text": "fine"})
    assert card.client.get_run(card.run).data.tags["mlflow.note.content"] == "fine"
    with pytest.raises(nbtrack.MlflowException, match="nonsense"):
        card.answer("nonsense", {})


def test_short_cells_and_quiet_ones_have_none(kernel):
    cell = "%%track {}\nimport math, time\nfor i in range({}):\n    loss = math.exp(-i)\n    time.sleep(0.1)"
    widget = "application/vnd.jupyter.widget-view+json"
    assert not [each for each in kernel.run(cell.format("", 3)).outputs if widget in each.get("data", {})]
    assert kernel.run(cell.format("--quiet", 25)).outputs == []
    shown = kernel.run(cell.format("", 30)).outputs
    assert [widget in each["data"] for each in shown] == [True, False]
    assert "nbtrack-card" in shown[-1]["data"]["text/html"]
