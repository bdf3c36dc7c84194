"""Calls that are written in one transaction have the effect that each has alone, and keep each other from nothing."""

from __future__ import annotations

import asyncio
import math
from concurrent.futures import ThreadPoolExecutor

import pytest
from serving import serving

from nbtrack import locate, tags
from nbtrack.entities import Metric, ViewType
from nbtrack.errors import InvalidValue, NbtrackError
from nbtrack.query import parse
from nbtrack.server.responses import RequestPool
from nbtrack.server.write_groups import WriteGroups
from nbtrack.stores.interface import Delivery
from nbtrack.stores.write_calls import ALONE, CreateRun, LogBatch, UpdateRun

ODD = ["", "NULL", "null", 'a"b', "a\\b", "{a,b}", "a, b", "ünï 🎉", "\t\n", "'", "%s", "$1", "?"]


@pytest.fixture
def store(postgres):
    """Return an empty store."""
    store = locate.store(postgres.fresh())
    store.get_experiment("0")
    yield store
    store.close()


def new():
    return CreateRun("0", "a", "ada", 1, {"b": "c"})


def runs(store, count):
    """Create runs together, and return their ids."""
    return [each.info.run_id for each in store.write_together([new() for _ in range(count)])]


def content(store, run_id):
    """Return all that a run has."""
    run = store.get_run(run_id)
    histories = {key: list(map(repr, store.metric_history(run_id, key).points())) for key in run.data.metrics}
    return run.info._replace(run_id="", artifact_uri=""), repr(run.data), histories


def logged(run_id):
    """Return batches of a run, of which some come again."""
    points = [Metric("m", 1.5, 5, 2), Metric("nan", math.nan, 5, 2), Metric("inf", -math.inf, 5, -(2**63))]
    repeated = [Metric("m", 1.5, 5, 2), Metric("m", 2.5, 5, 2), Metric("m", 1.5, 5, 1), Metric("m", 1.5, 5, 1)]
    odd = [(f"key {number}", text) for number, text in enumerate(ODD)]
    sent = [Metric("same", float(number % 2), 7, 7) for number in range(4)]
    return [
        LogBatch(run_id, points, odd, [*odd, (tags.RUN_NAME, "renamed")]),
        LogBatch(run_id, repeated, odd[:2], [("key 1", "other")]),
        LogBatch(run_id, points, (), ()),
        LogBatch(run_id, sent, [("p", "1")], (), Delivery(f"queue-{run_id}", 0, 10)),
        LogBatch(run_id, sent, [("p", "1")], (), Delivery(f"queue-{run_id}", 0, 10)),
        LogBatch(run_id, sent, (), [("t", "2")], Delivery(f"queue-{run_id}", 10, 20)),
        LogBatch(run_id, [Metric("long", float(step), step, step) for step in range(600)], (), ()),
        LogBatch(run_id, [Metric("long", 5.0, 5, 5), Metric("long", 6.0, 5, 5)], (), ()),
        UpdateRun(run_id, "FAILED", 9),
        UpdateRun(run_id, "RUNNING"),
        UpdateRun(run_id, "KILLED", None),
    ]


def test_calls_together_do_what_they_do_alone(store):
    alone, *together = runs(store, 4)
    for call in logged(alone):
        call.make(store)
    written = 0
    for calls in zip(*map(logged, together), strict=True):
        for call, result in zip(calls, store.write_together(calls), strict=True):
            written += result is not ALONE
            expected = call.make(store) if result is ALONE else result
            assert isinstance(call, LogBatch) or expected.run_id == call.run_id
            assert expected == call.delivery.end if getattr(call, "delivery", None) else True
    assert written == 5 * len(together)
    assert [content(store, each) for each in together] == [content(store, alone)] * len(together)


def test_created_together_they_are_what_they_are_alone(store):
    experiment = store.create_experiment("elsewhere", "s3://bucket/place/")
    calls = [CreateRun(each, None, "ada", 5, {"a": "1"}) for each in ("0", experiment, "0")]
    for run, call in zip(store.write_together(calls), calls, strict=True):
        assert store.get_run(run.info.run_id) == run
        same = call.make(store).info.artifact_uri.split("/")
        assert run.info.artifact_uri.split("/")[:-2] == same[:-2]


def test_what_is_refused_keeps_nothing_else_from_being_written(store):
    kept, changed, deleted, came, ended = runs(store, 5)
    store.log_batch(changed, params=[("p", "1")])
    store.update_run(deleted, stage="deleted")
    store.deliver(came, Delivery("came", 0, 10), [], [("a", "1")])
    gone = store.create_experiment("gone")
    store.update_experiment(gone, stage="deleted")
    calls = [
        LogBatch(kept, [Metric("m", 1.0, 1, 1)], [("p", "1")], ()),
        LogBatch(changed, (), [("p", "2"), ("q", "2")], ()),
        LogBatch(deleted, (), [("p", "2")], ()),
        LogBatch(came, (), [("b", "1")], (), Delivery("came", 5, 15)),
        UpdateRun(ended, "FINISHED", 5),
        LogBatch("unknown", (), (), [("t", "1")]),
        UpdateRun("nul \0", "FINISHED", 5),
        CreateRun(gone, None, "ada", 1, {}),
        CreateRun("none", None, "ada", 1, {}),
        CreateRun("0", "a", "ada", 1, {tags.RUN_NAME: "b"}),
        new(),
    ]
    results = store.write_together([each for each in calls if "\0" not in "".join(each.locks)])
    made = [number for number, each in enumerate(results) if each is not ALONE]
    assert made == [0, 4, 9]
    assert store.get_run(kept).data.params == {"p": "1"}
    assert store.get_run(ended).info.status == "FINISHED"
    assert store.get_run(changed).data.params == {"p": "1"}
    assert calls[3].make(store) == 10
    for each in (*calls[1:3], *calls[5:6], *calls[7:10]):
        with pytest.raises(NbtrackError):
            each.make(store)
    assert store.write_together([LogBatch(kept, (), [("q", "1")], ()), calls[6]]) == [ALONE, ALONE]
    with pytest.raises(InvalidValue, match="NUL"):
        calls[6].make(store)


def test_calls_that_share_a_lock_are_made_in_the_order_in_which_they_came(store):
    """A later batch of a sequence must not overtake one that waits for its run: it would be taken for recorded."""
    first, second = runs(store, 2)

    def steps(call):
        return (yield call)

    async def answers():
        groups = WriteGroups(store, RequestPool())
        calls = [
            new(),
            LogBatch(first, (), [("a", "1")], ()),
            LogBatch(first, (), [("b", "1")], (), Delivery("q", 0, 10)),
            LogBatch(second, (), [("c", "1")], (), Delivery("q", 10, 20)),
        ]
        return await asyncio.gather(*(groups.answer(steps(each)) for each in calls))

    assert asyncio.run(answers())[1:] == [None, 10, 20]
    assert store.get_run(first).data.params == {"a": "1", "b": "1"}
    assert store.get_run(second).data.params == {"c": "1"}


def test_run_that_another_transaction_holds_delays_nobody(store):
    held, free = runs(store, 2)
    with store._database.writing(held) as session:
        list(session.execute("SELECT 1"))
        calls = [LogBatch(each, (), [("p", "1")], ()) for each in (held, free)]
        assert store.write_together([*calls, UpdateRun("unknown", "FINISHED")]) == [ALONE, None, ALONE]
    assert store.get_run(free).data.params == {"p": "1"}


def test_concurrent_requests_are_each_answered_for_themselves(postgres, tmp_path):
    uri = postgres.fresh()
    with serving(tmp_path, store=uri) as server, ThreadPoolExecutor(24) as pool:

        def whole(number):
            run = server.run(run_name=f"run {number}")
            points = [{"key": f"m{each}", "value": number, "timestamp": 1, "step": each} for each in range(5)]
            batch = {"run_id": run, "metrics": points, "params": [{"key": "p", "value": str(number)}]}
            server.made("runs/log-batch", batch)
            changed = {"run_id": run, "key": "p", "value": "other"}
            refused = server.call("runs/log-parameter", changed)
            assert refused.status_code == 400
            assert f"{run} is '{number}'" in refused.json()["message"]
            end = server.made("runs/update", {"run_id": run, "status": "FINISHED", "end_time": number})
            return end["run_info"]

        ended = list(pool.map(whole, range(48)))
    store = locate.store(uri)
    found = store.search_runs(["0"], parse(""), ViewType.ALL, 100)
    assert {each.info.run_name: each.data.params["p"] for each in found} == {f"run {n}": str(n) for n in range(48)}
    assert {each["run_id"]: each["end_time"] for each in ended} == {
        each.info.run_id: each.info.end_time for each in found
    }
    assert all(len(each.data.metrics) == 5 and each.info.status == "FINISHED" for each in found)
