"""Searches read few rows, wherever they start, and find the same."""

from __future__ import annotations

import math

import pytest

from nbtrack import locate
from nbtrack.entities import Metric, ViewType
from nbtrack.query import parse
from nbtrack.stores.sql import selectivity
from nbtrack.stores.sql.selectivity import Start

RUNS = 120
FILTERS = (
    "",
    "params.rare = '1' and params.half = '1'",
    "metrics.m > 0.5 and params.half = '1' and status = 'RUNNING'",
    "params.half != '1' and metrics.m != 2 and tags.t LIKE 'x%'",
    "params.rare IS NULL and metrics.m < 1e9",
)
ORDERS = ([], ["metrics.m DESC", "params.half"], ["params.half", "metrics.m"], ["attributes.run_name"])


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def store(request, tmp_path_factory):
    """Return a store with a large and a small experiment."""
    place = tmp_path_factory.mktemp("runs")
    uri = request.getfixturevalue("postgres").fresh() if request.param == "postgres" else str(place)
    store = locate.store(uri)
    small = store.create_experiment("small")
    for number in range(RUNS):
        home = small if number % 40 == 7 else "0"
        run = store.create_run(home, name=f"r{number % 9}", user_id="ada", start_time=number // 2, tags={"t": "xy"})
        metrics = [Metric("m", math.nan if number % 10 == 3 else number / 50, 1)] if number % 6 else []
        params = [("half", str(number % 2)), *([("rare", str(number % 20))] if number % 5 else [])]
        store.log_batch(run.info.run_id, metrics, params)
    yield store
    store.close()


@pytest.mark.parametrize("order", ORDERS, ids=" ".join)
@pytest.mark.parametrize("text", FILTERS)
def test_pages_are_the_same_wherever_a_search_starts(store, monkeypatch, text, order):
    query = parse(text, order)
    listed = [run.info.run_id for run in store.search_runs(["0"], query, ViewType.ACTIVE_ONLY, RUNS)]
    monkeypatch.setattr(selectivity, "FEW", -1)
    token, found = None, []
    while not found or token:
        page = store.search_runs(["0"], query, ViewType.ACTIVE_ONLY, 17, token)
        found += [run.info.run_id for run in page]
        token = page.token
    assert found == listed
    assert listed


@pytest.mark.parametrize(
    ("home", "text", "order", "start"),
    [
        ("0", "params.half = '1' and params.rare = '2'", ["metrics.m"], "rare"),
        ("0", "params.half = '1' and params.rare = '1'", [], "rare"),
        ("0", "tags.t = 'xy'", ["metrics.m"], Start.ORDER),
        ("1", "tags.t = 'xy'", ["metrics.m"], Start.EXPERIMENTS),
        ("1", "", ["params.half"], Start.EXPERIMENTS),
    ],
    ids=["rarest of two", "in the default order", "common", "small experiment", "small experiment, all of it"],
)
def test_most_selective_condition_is_where_a_search_starts(store, monkeypatch, home, text, order, start):
    monkeypatch.setattr(selectivity, "FEW", -1)
    monkeypatch.setattr(selectivity, "SAMPLE", RUNS)
    monkeypatch.setattr(selectivity, "PAGE", 5)
    with store._searching([home], parse(text, order), ViewType.ACTIVE_ONLY) as search:
        found = search._start()
    assert getattr(found, "key", found) == start
