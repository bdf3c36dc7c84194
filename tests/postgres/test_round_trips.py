"""How often a call waits for PostgreSQL: twice at most, whatever it records or reads."""

from __future__ import annotations

import time

import pytest
from counting_proxy import CountingProxy

from nbtrack import locate
from nbtrack.entities import Dataset, DatasetInput, Metric, Tag, ViewType
from nbtrack.query import parse

ENDS = "QCOMMIT"
"""What ends a transaction that has only read; nobody waits for the answer."""


@pytest.fixture(scope="module")
def proxy(postgres):
    """Run a proxy that counts."""
    proxy = CountingProxy(postgres.port)
    yield proxy
    proxy.close()


@pytest.fixture
def store(proxy, postgres, monkeypatch):
    """Return a store behind the proxy that does not look for runs of dead processes."""
    store = locate.store(postgres.fresh().replace(str(postgres.port), str(proxy.port)))
    monkeypatch.setattr(store._database._orphan_check, "due", lambda: False)
    store.get_experiment("0")
    yield store
    store.close()


@pytest.fixture
def waits(proxy):
    """Return a function that makes a call and tells how often it waited."""

    def count(call, *arguments, **options):
        proxy.messages.clear()
        call(*arguments, **options)
        return len([each for each in list(proxy.messages) if each != ENDS])

    return count


def new_run(store):
    return store.create_run("0", name=None, user_id="ada", start_time=1, tags={"a": "1", "b": "2"}).info.run_id


def points(keys, count, value=0.5):
    return [Metric(f"m{key}", value, step, step) for key in range(keys) for step in range(count)]


def test_run_is_created_filled_and_ended_in_six(store, waits):
    texts = [(f"p{number}", str(number)) for number in range(1000)]

    def whole():
        run = new_run(store)
        store.log_batch(run, points(50, 1), texts, texts)
        store.update_run(run, status="FINISHED", end_time=2)

    assert waits(whole) <= 6


@pytest.mark.parametrize("once", [False, True])
def test_batch_of_any_size_waits_twice(store, waits, once):
    run = new_run(store)
    for batch in (points(3, 2), points(30, 3), points(2, 3000), points(2, 3000, 0.25)):
        assert waits(store.log_batch, run, batch, [("p", "1")], [("t", "1")], once=once) <= 2
    assert waits(store.log_batch, run, points(2, 3000), once=True) <= 2
    assert len(store.metric_history(run, "m1").values) == (6000 if once else 6005)


def test_run_with_many_points_ends_in_two(store, waits):
    run = new_run(store)
    before = []
    for start in range(0, 1500, 300):
        part = [Metric(key, float(step), step, step) for key in ("m", "n") for step in range(start, start + 300)]
        store.log_batch(run, part)
        before += part
    assert waits(store.update_run, run, status="FINISHED", end_time=5) <= 2
    for key in ("m", "n"):
        assert list(store.metric_history(run, key).points()) == [each for each in before if each.key == key]


def test_reads_wait_twice_at_most(store, waits):
    for number in range(30):
        run = new_run(store)
        store.log_batch(run, points(5, number + 1), [("p", str(number))])
        store.log_inputs(run, [DatasetInput(Dataset("d", "x", "local", "{}"), (Tag("a", "b"),))])
    search = (["0"], parse("params.p != '3' and metrics.m1 > 0", ["metrics.m1 DESC"]), ViewType.ALL, 10)
    token = store.search_runs(*search).token
    assert waits(store.search_runs, *search, token) <= 2
    assert waits(store.search_runs, ["0"], parse(""), ViewType.ALL, 10) == 1
    assert waits(store.get_run, run) == waits(store.metric_history, run, "m1") == waits(store.tag, run, "a") == 1
    assert waits(store.get_experiment, "0") <= 2
    assert waits(store.appender(run).moment, {"a": 1.0, "b": 2.0}, 1, 1) <= 2


def test_runs_are_created_beside_one_that_is_locked(store):
    run = new_run(store)
    with store._database.writing(run) as session:
        list(session.execute("SELECT 1"))
        begun = time.monotonic()
        store.update_run(new_run(store), status="FINISHED", end_time=2)
        store.create_experiment("another")
        assert time.monotonic() - begun < 20
