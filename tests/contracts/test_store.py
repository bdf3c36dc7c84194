"""The laws of `Store`, kept by every store."""

from __future__ import annotations

import math
import threading
from array import array

import numpy as np
import pytest

from nbtrack.entities import Dataset, DatasetInput, Metric, Tag, ViewType
from nbtrack.errors import AlreadyExists, InvalidValue, NotFound, WrongState
from nbtrack.query import EXPERIMENTS, parse
from nbtrack.stores.sql_views import select

ALL = ViewType.ALL
ACTIVE = ViewType.ACTIVE_ONLY
UNKNOWN = "f" * 32


def new_run(store, experiment="0", name=None, start=1000, **tags):
    return store.create_run(experiment, name=name, user_id="ada", start_time=start, tags=tags).info.run_id


def found(store, filter_string="", order=(), experiments=("0",), view=ACTIVE, limit=100):
    return [run.info.run_id for run in store.search_runs(list(experiments), parse(filter_string, order), view, limit)]


# experiments


def test_default_experiment_is_there(store):
    assert store.get_experiment("0").name == "Default"
    assert store.find_experiment("Default").experiment_id == "0"


def test_experiment_round_trips(store):
    made = store.create_experiment("digits", tags={"team": "red"})
    read = store.get_experiment(made)
    assert (read.name, read.lifecycle_stage, read.tags) == ("digits", "active", {"team": "red"})
    assert read.creation_time == read.last_update_time > 0


def test_experiment_name_is_taken_once_also_by_a_deleted_one(store):
    made = store.create_experiment("digits")
    with pytest.raises(AlreadyExists, match="digits"):
        store.create_experiment("digits")
    store.update_experiment(made, stage="deleted")
    with pytest.raises(AlreadyExists, match="deleted"):
        store.create_experiment("digits")


def test_rename_delete_and_restore_experiment(store):
    made = store.create_experiment("digits")
    run = new_run(store, made)
    store.update_experiment(made, name="letters")
    assert store.find_experiment("digits") is None
    store.update_experiment(made, stage="deleted")
    assert store.get_experiment(made).lifecycle_stage == "deleted"
    assert store.get_run(run).info.lifecycle_stage == "deleted"
    with pytest.raises(NotFound):
        store.update_experiment(made, stage="deleted")
    with pytest.raises(WrongState):
        new_run(store, made)
    store.update_experiment(made, stage="active")
    assert store.get_run(run).info.lifecycle_stage == "active"


def test_experiment_tags_are_set_and_removed(store):
    store.set_experiment_tags("0", {"a": "1", "b": "2"})
    store.set_experiment_tags("0", {"a": "3", "b": None})
    assert store.get_experiment("0").tags == {"a": "3"}
    with pytest.raises(NotFound, match="No tag with name: b"):
        store.set_experiment_tags("0", {"b": None})


@pytest.mark.parametrize("odd", ["abc", "1.5", "1-", ""])
def test_odd_experiment_id_is_refused(store, odd):
    with pytest.raises(InvalidValue):
        store.get_experiment(odd)


def test_unknown_ids(store):
    for experiment_id in ("999", "-1"):
        with pytest.raises(NotFound, match=f"No Experiment with id={experiment_id} exists"):
            store.get_experiment(experiment_id)
    for call in (store.get_run, lambda run: store.log_batch(run), lambda run: store.metric_history(run, "m")):
        with pytest.raises(NotFound, match=UNKNOWN):
            call(UNKNOWN)


def test_experiments_are_searched_in_pages(store):
    made = [store.create_experiment(name) for name in ("a", "b", "c")]
    first = store.search_experiments(parse("", [], EXPERIMENTS), ACTIVE, 2)
    second = store.search_experiments(parse("", [], EXPERIMENTS), ACTIVE, 2, first.token)
    assert {each.experiment_id for each in [*first, *second]} == {"0", *made}
    assert second.token is None
    named = store.search_experiments(parse("name ILIKE 'B%'", ["name DESC"], EXPERIMENTS), ACTIVE, 9)
    assert [each.name for each in named] == ["b"]


# runs


def test_run_round_trips(store):
    run = store.create_run("0", name="first", user_id="ada", start_time=1234, tags={"k": "v"})
    assert store.get_run(run.info.run_id) == run
    info = run.info
    assert (info.run_name, info.user_id, info.status, info.start_time, info.end_time) == (
        "first",
        "ada",
        "RUNNING",
        1234,
        None,
    )
    assert len(info.run_id) == 32
    assert int(info.run_id, 16) >= 0
    assert run.data.tags == {"k": "v", "mlflow.runName": "first"}


def test_run_without_a_name_gets_one_and_the_tag_names_it(store):
    run = store.create_run("0", name=None, user_id="ada", start_time=1, tags={})
    assert run.info.run_name
    assert run.data.tags["mlflow.runName"] == run.info.run_name
    tagged = store.create_run("0", name=None, user_id="ada", start_time=1, tags={"mlflow.runName": "mine"})
    assert tagged.info.run_name == "mine"
    with pytest.raises(InvalidValue, match="differ"):
        store.create_run("0", name="a", user_id="ada", start_time=1, tags={"mlflow.runName": "b"})


def test_neighbours_differ_in_their_last_digit(store):
    digits = [new_run(store)[-1] for _ in range(16)]
    assert len(set(digits)) == 16


def test_update_changes_what_is_given(store):
    run = new_run(store, name="old")
    store.update_run(run, name="new")
    assert store.get_run(run).data.tags["mlflow.runName"] == "new"
    ended = store.update_run(run, status="FINISHED", end_time=5000)
    assert (ended.status, ended.end_time, ended.run_name) == ("FINISHED", 5000, "new")
    again = store.update_run(run, status="RUNNING")
    assert (again.status, again.end_time) == ("RUNNING", None)


def test_deleted_run_takes_no_writes_and_can_be_restored(store):
    run = new_run(store)
    appender = store.appender(run)
    appender.point("m", 0.0, 0, 0)
    store.update_run(run, stage="deleted")
    store.update_run(run, stage="deleted")
    writes = [
        lambda: store.log_batch(run, [Metric("m", 1.0, 1)]),
        lambda: store.log_batch(run, [], [("p", "1")]),
        lambda: store.delete_tag(run, "mlflow.runName"),
        lambda: store.update_run(run, name="x"),
        lambda: store.log_inputs(run, []),
        lambda: appender.point("m", 1.0, 0, 0),
        lambda: appender.moment({"m": 1.0}, 0, 0),
        lambda: appender.columns({"m": ([0], [0], [1.0])}),
        lambda: store.appender(run).moment({"m": 1.0}, 0, 0),
    ]
    for write in writes:
        with pytest.raises(WrongState, match=run):
            write()
    assert found(store) == []
    assert found(store, view=ViewType.DELETED_ONLY) == [run] == found(store, view=ALL)
    store.update_run(run, stage="active")
    assert found(store) == [run]
    appender.moment({"m": 1.0}, 1, 1)
    assert list(store.metric_history(run, "m").values) == [0.0, 1.0]


def test_runs_of_a_deleted_experiment_take_no_writes(store):
    run = new_run(store, store.create_experiment("digits"))
    appender = store.appender(run)
    appender.point("m", 0.0, 0, 0)
    store.update_experiment(store.get_run(run).info.experiment_id, stage="deleted")
    with pytest.raises(WrongState, match=run):
        appender.point("m", 1.0, 1, 1)
    store.purge([run])
    with pytest.raises(NotFound, match=run):
        appender.point("m", 1.0, 1, 1)


def test_appender_records_points_moments_and_columns(store):
    run = new_run(store)
    appender = store.appender(run)
    appender.point("a", 0.5, 0, 10)
    appender.moment({"b": 1.0, "a": math.inf}, 1, 11)
    appender.columns({"a": (range(2, 4), [12, 13], [2, True]), "c": ([], [], []), "b": ([-5], array("q", [12]), [7.5])})
    appender.columns(
        {"a": (np.arange(4, 9)[::2], np.arange(4, 7), np.arange(3) / 2), "d": ([1], [1], np.ones(1, "f4"))}
    )
    read = store.metric_history(run, "a")
    assert list(read.steps) == [0, 1, 2, 3, 4, 6, 8]
    assert list(read.timestamps) == [10, 11, 12, 13, 4, 5, 6]
    assert list(read.values) == [0.5, math.inf, 2.0, 1.0, 0.0, 0.5, 1.0]
    assert list(store.metric_history(run, "b").values) == [1.0, 7.5]
    assert store.get_run(run).data.metrics == {"a": 1.0, "b": 1.0, "d": 1.0}


@pytest.mark.parametrize(
    "columns",
    [
        ([0, 1], [0], [0.0]),
        ([0], [0], ["a"]),
        ([0.5], [0], [0.0]),
        ([2**63], [0], [0.0]),
        ([0], [0], [1j]),
        ([0], [None], [1]),
    ],
)
def test_columns_that_are_no_points_are_refused_whole(store, columns):
    run = new_run(store)
    with pytest.raises(InvalidValue, match="'odd'"):
        store.appender(run).columns({"good": ([0], [0], [1.0]), "odd": columns})
    assert store.get_run(run).data.metrics == {}


def test_purged_run_leaves_nothing_to_the_next(store):
    run = new_run(store)
    store.log_batch(run, [Metric("m", 1.0, 1)], [("p", "1")], [("t", "1")])
    store.log_inputs(run, [DatasetInput(Dataset("d", "x", "local", "{}"), (Tag("a", "b"),))])
    store.purge([run])
    assert found(store) == [run]
    store.update_run(run, stage="deleted")
    store.purge([run])
    assert found(store, view=ALL) == []
    fresh = store.get_run(new_run(store, name="fresh"))
    assert (fresh.data.params, fresh.data.metrics, fresh.inputs.dataset_inputs) == ({}, {}, ())
    assert fresh.data.tags == {"mlflow.runName": "fresh"}
    assert len(store.metric_history(fresh.info.run_id, "m").values) == 0


def test_what_was_returned_never_changes(store):
    run = new_run(store)
    before = store.get_run(run)
    store.log_batch(run, [Metric("m", 1.0, 1)], [("p", "1")], [("t", "1")])
    assert before.data.params == {}
    assert before.data.metrics == {}
    assert "t" not in before.data.tags


# batches


def test_parameter_is_written_once(store):
    run = new_run(store)
    store.log_batch(run, [], [("lr", "0.1")])
    store.log_batch(run, [], [("lr", "0.1")])
    with pytest.raises(InvalidValue, match="'lr'"):
        store.log_batch(run, [], [("lr", "0.2")])
    assert store.get_run(run).data.params == {"lr": "0.1"}


def test_batch_is_all_or_nothing(store):
    run = new_run(store)
    store.log_batch(run, [], [("lr", "0.1")])
    with pytest.raises(InvalidValue):
        store.log_batch(run, [Metric("m", 1.0, 1)], [("new", "1"), ("lr", "0.2")], [("t", "1")])
    read = store.get_run(run)
    assert (read.data.params, read.data.metrics) == ({"lr": "0.1"}, {})
    assert "t" not in read.data.tags
    assert len(store.metric_history(run, "m").values) == 0


def test_tags_are_replaced_and_removed(store):
    run = new_run(store)
    store.log_batch(run, tags=[("t", "1"), ("t", "2")])
    assert store.get_run(run).data.tags["t"] == "2"
    store.delete_tag(run, "t")
    with pytest.raises(NotFound, match="No tag with name: t"):
        store.delete_tag(run, "t")


def test_history_comes_in_logged_order_with_repeats(store):
    run = new_run(store)
    points = [Metric("m", 0.5, 20, 2), Metric("m", 0.1, 10, 1), Metric("m", 0.1, 10, 1), Metric("m", 0.7, 30, -3)]
    for each in points:
        store.log_batch(run, [each])
    assert list(store.metric_history(run, "m").points()) == points


def test_batch_that_is_sent_again_is_recorded_once_when_asked(store):
    run = new_run(store)
    points = [
        Metric("m", 0.5, 20, 2),
        Metric("m", 0.25, 20, 2),
        Metric("m", 0.5, 20, 2),
        Metric("m", math.nan, 30, 3),
        Metric("n", -math.inf, 2**63 - 1, -(2**63)),
    ]
    for _ in range(3):
        store.log_batch(run, points, [("p", "1")], [("t", "1")], once=True)
    assert repr(list(store.metric_history(run, "m").points())) == repr([points[0], points[1], points[3]])
    assert list(store.metric_history(run, "n").points()) == [points[4]]
    store.log_batch(run, points[:1])
    assert len(store.metric_history(run, "m").values) == 4


def test_once_looks_at_whatever_was_recorded_before(store):
    run = new_run(store)
    appender = store.appender(run)
    appender.columns({"m": (range(3000), range(3000), [0.5] * 3000)})
    appender.point("m", 0.25, 5, 5)
    store.log_batch(run, [Metric("m", 0.125, 9, 9)])
    again = [Metric("m", 0.5, 7, 7), Metric("m", 0.25, 5, 5), Metric("m", 0.125, 9, 9), Metric("m", 0.75, 9, 9)]
    store.log_batch(run, again, once=True)
    assert list(store.metric_history(run, "m").values)[3000:] == [0.25, 0.125, 0.75]
    store.log_batch(run, [Metric("m", 1.0, 5000, 5000)], once=True)
    assert store.get_run(run).data.metrics == {"m": 1.0}


def test_experiment_of_a_run_is_told(store):
    experiment = store.create_experiment("other")
    run = store.create_run(experiment, name=None, user_id="ada", start_time=1, tags={}).info.run_id
    assert store.experiment_of(run) == experiment
    with pytest.raises(NotFound):
        store.experiment_of("f" * 32)


def test_two_that_send_the_same_batch_at_once_record_it_once(store):
    run = new_run(store)
    points = [Metric("m", float(step), step, step) for step in range(50)]
    senders = [threading.Thread(target=store.log_batch, args=(run, points), kwargs={"once": True}) for _ in range(6)]
    for each in senders:
        each.start()
    for each in senders:
        each.join()
    assert list(store.metric_history(run, "m").points()) == points


def test_latest_is_the_greatest_step_then_time_then_the_later_logged(store):
    run = new_run(store)
    store.log_batch(run, [Metric("m", 1.0, 50, 2), Metric("m", 2.0, 90, 1)])
    assert store.get_run(run).data.metrics["m"] == 1.0
    store.log_batch(run, [Metric("m", 3.0, 50, 2)])
    assert store.get_run(run).data.metrics["m"] == 3.0
    store.log_batch(run, [Metric("m", 4.0, 49, 2)])
    assert store.get_run(run).data.metrics["m"] == 3.0


def test_latest_of_batches_that_may_be_repeated_is_the_greatest_of_one_step_and_time(store):
    run = new_run(store)
    for values in ([20.0, 10.0], [15.0], [math.nan], [-1.0]):
        store.log_batch(run, [Metric("m", value, 50, 2) for value in values], once=True)
        assert store.get_run(run).data.metrics["m"] == 20.0
    store.log_batch(run, [Metric("m", 99.0, 49, 2), Metric("m", 99.0, 51, 1)], once=True)
    assert store.get_run(run).data.metrics["m"] == 20.0
    store.log_batch(run, [Metric("m", 1.0, 51, 2)], once=True)
    assert store.get_run(run).data.metrics["m"] == 1.0


@pytest.mark.parametrize("value", [0.0, -0.0, 5e-324, 1.7976931348623157e308, math.inf, -math.inf, math.nan, 1 / 3])
@pytest.mark.parametrize("step", [0, -(2**63), 2**63 - 1, 2**53 + 1])
def test_values_and_steps_round_trip(store, value, step):
    run = new_run(store)
    store.log_batch(run, [Metric("m", value, 2**63 - 1, step)])
    (point,) = store.metric_history(run, "m").points()
    assert (repr(point.value), point.step, point.timestamp) == (repr(value), step, 2**63 - 1)
    assert repr(store.get_run(run).data.metrics["m"]) == repr(value + 0.0)


@pytest.mark.parametrize(
    "key", ["é", "e\u0301", "a b", "a/b", "Case", "case", "🎈", "x" * 1000, "quote'\"`", "%_*?[", "a.b.c", "\u202e"]
)
def test_keys_and_texts_round_trip(store, key):
    run = new_run(store)
    store.log_batch(run, [Metric(key, 1.0, 1)], [(key, key * 3)], [(key, "")])
    data = store.get_run(run).data
    assert (data.metrics, data.params, data.tags[key]) == ({key: 1.0}, {key: key * 3}, "")
    assert list(store.metric_history(run, key).points()) == [Metric(key, 1.0, 1)]


def test_keys_are_never_merged(store):
    run = new_run(store)
    twins = ["é", "e\u0301", "Case", "case", "CASE"]
    store.log_batch(run, [Metric(key, float(number), 1) for number, key in enumerate(twins)])
    assert store.get_run(run).data.metrics == {key: float(number) for number, key in enumerate(twins)}


def test_inputs_keep_their_first_description(store):
    run = new_run(store)
    first = DatasetInput(Dataset("d", "abc", "local", "{}", schema="s"), (Tag("mlflow.data.context", "train"),))
    second = DatasetInput(Dataset("d", "abc", "local", "other"), (Tag("mlflow.data.context", "test"),))
    store.log_inputs(run, [first])
    store.log_inputs(run, [second])
    assert store.get_run(run).inputs.dataset_inputs == (first,)
    assert found(store, "datasets.name = 'd' and datasets.context = 'train'") == [run]


def test_datasets_of_experiments(store):
    other = store.create_experiment("other")
    first, second, deleted, elsewhere = (new_run(store), new_run(store), new_run(store), new_run(store, other))
    train = (Tag("mlflow.data.context", "train"),)
    plain, again = Dataset("b", "1", "local", "{}"), Dataset("a", "2", "local", "{}")
    store.log_inputs(first, [DatasetInput(plain, train), DatasetInput(again)])
    store.log_inputs(second, [DatasetInput(plain, train)])
    store.log_inputs(elsewhere, [DatasetInput(plain)])
    store.log_inputs(deleted, [DatasetInput(plain, (Tag("mlflow.data.context", "test"),))])
    store.update_run(deleted, stage="deleted")
    expected = {("0", "a", "2", None), ("0", "b", "1", "test"), ("0", "b", "1", "train")}
    assert set(store.dataset_summaries(["0"], 1000)) == expected
    assert set(store.dataset_summaries(["0", other], 1000)) == {*expected, (other, "b", "1", None)}
    assert len(store.dataset_summaries(["0"], 2)) == 2


# searching


def test_pages_are_stable_under_inserts(store):
    old = [new_run(store, start=1000 + number) for number in range(5)]
    first = store.search_runs(["0"], parse(""), ACTIVE, 2)
    new_run(store, start=9999)
    second = store.search_runs(["0"], parse(""), ACTIVE, 2, first.token)
    third = store.search_runs(["0"], parse(""), ACTIVE, 2, second.token)
    assert [run.info.run_id for run in [*first, *second, *third]] == old[::-1]
    assert third.token is None


def test_pages_can_be_skipped(store):
    runs = [new_run(store, start=number) for number in range(5)]
    page = store.search_runs(["0"], parse("", ["attributes.start_time"]), ACTIVE, 2, offset=3)
    assert [run.info.run_id for run in page] == runs[3:]


@pytest.mark.parametrize("token", ["nonsense", "bm9wZQ==", "🎈", "eyJvZmZzZXQiOiAxfQ=="])
def test_odd_page_tokens_are_refused(store, token):
    with pytest.raises(InvalidValue, match="token"):
        store.search_runs(["0"], parse(""), ACTIVE, 2, token)


def test_page_token_belongs_to_its_search(store):
    for _ in range(3):
        new_run(store)
    token = store.search_runs(["0"], parse(""), ACTIVE, 1).token
    with pytest.raises(InvalidValue, match="another search"):
        store.search_runs(["0"], parse("status = 'RUNNING'"), ACTIVE, 1, token)


ORDERS = (
    ["metrics.m"],
    ["metrics.m DESC", "attributes.run_name"],
    ["params.p DESC"],
    ["tags.t", "metrics.m DESC"],
    ["attributes.end_time DESC", "params.p"],
)


def test_pages_lead_through_every_order_as_one_page_does(store):
    for number in range(14):
        run = new_run(store, name=f"r{number % 3}", start=1000 + number // 2)
        value = (0.5, -1.5, math.nan, 2.0)[number % 4]
        metrics = [Metric("m", value, 1)] if number % 5 else []
        texts = [("p", ("x" * 70 + "b", "x" * 70 + "a", "", "é")[number % 4])] if number % 3 else []
        store.log_batch(run, metrics, texts, [("t", str(number % 2))] if number % 7 else [])
        if number % 4 == 1:
            store.update_run(run, status="FINISHED", end_time=5000 + number % 3)
    for order in ORDERS:
        query, token, pages = parse("", order), None, []
        while not pages or token:
            page = store.search_runs(["0"], query, ACTIVE, 4, token)
            pages += [run.info.run_id for run in page]
            token = page.token
        assert pages == found(store, order=order)


def test_nothing_is_found_nowhere(store):
    new_run(store)
    assert found(store, experiments=()) == []
    assert found(store, experiments=("77",)) == []


def test_overview_shows_what_differs(store):
    for lr, acc in (("0.1", 0.5), ("0.2", math.nan), ("0.1", 0.9)):
        run = new_run(store)
        store.log_batch(run, [Metric("acc", acc, 1)], [("lr", lr), ("seed", "1")])
    new_run(store, store.create_experiment("other"))
    seen = store.overview(["0"], parse(""), ACTIVE)
    assert seen.total == 3
    assert seen.params == {"lr": (3, "0.1", "0.2"), "seed": (3, "1", "1")}
    assert seen.metrics == {"acc": (3, 0.5, 0.9)}
    assert store.overview(["0"], parse("params.lr = '0.2'"), ACTIVE).total == 1


def test_overview_of_all_runs_equals_that_of_the_same_runs_by_id(store):
    for number in range(5):
        run_id = new_run(store, name="all")
        metrics = [Metric("nan", math.nan, 1, 0), Metric("m", float(number), 1, 0)]
        store.log_batch(run_id, metrics, [("p", str(number)), ("é", "x")], [("t", "")] if number else [])
    everything = store.overview(["0"], parse(""), ACTIVE)
    assert everything.params["p"] == (5, "0", "4")
    assert everything.metrics["nan"][0] == 5
    new_run(store, name="another")
    assert store.overview(["0"], parse("run_name = 'all'"), ACTIVE)[1:3] == everything[1:3]


def test_threads_lose_nothing(store):
    run = new_run(store)

    def log(thread):
        for step in range(20):
            store.log_batch(run, [Metric(f"m{thread}", step, 1, step), Metric("all", thread, 1, step)])

    threads = [threading.Thread(target=log, args=(number,)) for number in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(store.metric_history(run, "all").values) == 160
    assert all(list(store.metric_history(run, f"m{number}").steps) == list(range(20)) for number in range(8))


def test_closed_store_may_be_used_again(store):
    run = new_run(store)
    store.close()
    assert found(store) == [run]


# SQL

BEST = """
SELECT runs.name, experiment, params.value AS lr, MIN(points.value) AS best, COUNT(*) AS n, metrics.value, tags.value
FROM runs JOIN params USING (run_id) JOIN points USING (run_id) JOIN metrics USING (run_id) JOIN tags USING (run_id)
WHERE params.key = 'lr' AND lr > ? AND points.key = 'loss' AND metrics.key = 'loss' AND tags.key = 'team'
GROUP BY run_id ORDER BY lr
"""


def test_runs_and_points_are_selected(store):
    digits = store.create_experiment("digits")
    for place, lr in enumerate(("1e-2", "0.5", "10", "high")):
        run = store.create_run(digits, name=f"run-{place}", user_id="ada", start_time=1000, tags={"team": "red"})
        points = [Metric("loss", value, 5, step) for step, value in enumerate((3.0, 1.0 + place, 2.0, math.nan))]
        store.log_batch(run.info.run_id, points, [("lr", lr)])
        store.update_run(run.info.run_id, status="FINISHED", end_time=3500)
    deleted = store.create_run(digits, name="deleted", user_id="ada", start_time=1000, tags={})
    store.update_run(deleted.info.run_id, stage="deleted")
    found = select(store, BEST, (0.1,))
    assert found.columns == ["name", "experiment", "lr", "best", "n", "value", "value"]
    assert found.rows == [
        ("run-1", "digits", 0.5, 2.0, 4, None, "red"),
        ("run-2", "digits", 10, 2.0, 4, None, "red"),
        ("run-3", "digits", "high", 2.0, 4, None, "red"),
    ]
    assert select(store, "SELECT status, seconds, COUNT(*) FROM runs GROUP BY 1").rows == [("FINISHED", 2.5, 4)]
    assert select(store, "SELECT SUM(step), COUNT(value) FROM points").rows == [(24, 12)]
