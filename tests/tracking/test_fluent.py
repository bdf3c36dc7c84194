"""The fluent API: runs, experiments, nesting, threads and searches."""

from __future__ import annotations

import math
import random
import threading
import time

import pytest

import nbtrack as mlflow
from nbtrack.entities import Metric, ViewType
from nbtrack.errors import AlreadyExists, InvalidValue, MlflowException, NotFound, WrongState


def test_two_runs_have_two_ids():
    ids = []
    for _ in range(2):
        ids.append(mlflow.start_run().info.run_id)
        mlflow.end_run()
    assert len(set(ids)) == 2
    assert sorted(mlflow.search_runs()["run_id"]) == sorted(ids)
    assert all(len(each) == 32 and int(each, 16) for each in ids)


def test_times_of_a_run():
    before = time.time_ns() // 1_000_000
    run = mlflow.start_run()
    assert type(run.info.start_time) is int
    assert abs(run.info.start_time - before) < 1000
    assert mlflow.get_run(run.info.run_id).info.end_time is None
    mlflow.end_run()
    assert mlflow.get_run(run.info.run_id).info.end_time >= run.info.start_time


@pytest.mark.parametrize("status", ["BOGUS", "", "finished", 5, None, ["FINISHED"]])
def test_run_stays_active_when_its_status_is_refused(status):
    run = mlflow.start_run()
    with pytest.raises(InvalidValue, match="A run status must be one of RUNNING, SCHEDULED, FINISHED") as refused:
        mlflow.end_run(status)
    assert refused.value.error_code == "INVALID_PARAMETER_VALUE"
    assert mlflow.active_run().info.run_id == run.info.run_id
    mlflow.end_run("FAILED")
    assert (mlflow.active_run(), mlflow.get_run(run.info.run_id).info.status) == (None, "FAILED")


def test_parent_must_be_there():
    with pytest.raises(NotFound, match="0123abcd"):
        mlflow.start_run(parent_run_id="0123abcd")
    assert (mlflow.active_run(), mlflow.search_runs(output_format="list")) == (None, [])
    with mlflow.start_run() as parent:
        pass
    mlflow.delete_run(parent.info.run_id)
    with pytest.raises(WrongState, match="restore it before starting a child of it"):
        mlflow.start_run(parent_run_id=parent.info.run_id)
    assert (mlflow.active_run(), mlflow.search_runs(output_format="list")) == (None, [])


def test_params_are_text_and_metrics_are_floats():
    assert mlflow.log_param("a", 1) == 1
    mlflow.log_metric("m", 1)
    data = mlflow.get_run(mlflow.active_run().info.run_id).data
    assert data.params == {"a": "1"}
    assert data.metrics == {"m": 1.0}
    assert type(data.metrics["m"]) is float


def test_metric_history_is_kept():
    for step, value in enumerate([3.0, 1.0, 2.0]):
        mlflow.log_metric("m", value, step=step)
    run_id = mlflow.active_run().info.run_id
    assert mlflow.get_run(run_id).data.metrics["m"] == 2.0
    history = mlflow.MlflowClient().get_metric_history(run_id, "m")
    assert [(each.value, each.step) for each in history] == [(3.0, 0), (1.0, 1), (2.0, 2)]
    assert history[0].timestamp > 1_600_000_000_000


# experiments


def test_experiments():
    made = mlflow.create_experiment("fraud", tags={"team": "red"})
    assert type(made) is str
    assert mlflow.get_experiment(made).name == "fraud"
    with pytest.raises(AlreadyExists, match="fraud"):
        mlflow.create_experiment("fraud")
    with mlflow.start_run(experiment_id=made) as run:
        pass
    assert run.info.experiment_id == made
    assert [each.name for each in mlflow.search_experiments(filter_string="name LIKE 'fr%'")] == ["fraud"]
    mlflow.delete_experiment(made)
    assert [each.name for each in mlflow.search_experiments()] == ["Default"]
    with pytest.raises(MlflowException, match="deleted"):
        mlflow.set_experiment("fraud")
    mlflow.restore_experiment(made)
    assert mlflow.set_experiment("fraud").experiment_id == made
    mlflow.set_experiment_tags({"a": 1})
    mlflow.delete_experiment_tag("team")
    assert mlflow.get_experiment_by_name("fraud").tags == {"a": "1"}


def test_set_experiment_creates_on_demand():
    made = mlflow.set_experiment("new")
    with mlflow.start_run() as run:
        pass
    assert run.info.experiment_id == made.experiment_id
    assert mlflow.search_runs().iloc[0].experiment_id == made.experiment_id
    with pytest.raises(InvalidValue):
        mlflow.set_experiment()


def test_experiment_of_the_environment(monkeypatch):
    made = mlflow.create_experiment("by id")
    monkeypatch.setenv("MLFLOW_EXPERIMENT_ID", made)
    with mlflow.start_run() as run:
        assert run.info.experiment_id == made
    monkeypatch.setenv("MLFLOW_EXPERIMENT_NAME", "by name")
    with mlflow.start_run() as run:
        assert mlflow.get_experiment(run.info.experiment_id).name == "by name"


def test_run_of_the_environment_is_resumed_once(monkeypatch):
    with mlflow.start_run() as run:
        pass
    monkeypatch.setenv("MLFLOW_RUN_ID", run.info.run_id)
    with mlflow.start_run() as again:
        assert again.info.run_id == run.info.run_id
        assert mlflow.get_run(run.info.run_id).info.status == "RUNNING"
    with mlflow.start_run() as other:
        assert other.info.run_id != run.info.run_id


# the life of a run


def test_start_run_joins_the_active_run():
    outer = mlflow.start_run()
    assert isinstance(outer, mlflow.tracking.ActiveRun)
    assert isinstance(outer, mlflow.tracking.Run)
    with mlflow.start_run() as inner:
        assert inner.info.run_id == outer.info.run_id
    assert mlflow.active_run().info.run_id == outer.info.run_id
    assert mlflow.get_run(outer.info.run_id).info.status == "RUNNING"
    mlflow.end_run("FAILED")
    assert mlflow.get_run(outer.info.run_id).info.status == "FAILED"
    assert mlflow.active_run() is None
    assert mlflow.start_run().info.run_id != outer.info.run_id


def test_strict_mlflow_refuses_a_second_run(monkeypatch):
    monkeypatch.setenv("NBTRACK_STRICT_MLFLOW", "1")
    mlflow.start_run()
    with pytest.raises(WrongState, match="already active"):
        mlflow.start_run()


def test_asking_for_another_run_while_one_is_active_is_refused_in_a_program():
    mlflow.start_run(run_name="one")
    with pytest.raises(WrongState, match="'one'"):
        mlflow.start_run(run_name="two")


def test_end_run_without_a_run_is_fine():
    mlflow.end_run()


def test_exception_fails_the_run_and_is_raised():
    with pytest.raises(ZeroDivisionError), mlflow.start_run() as run:
        1 / 0  # noqa: B018 - it is there to fail
    assert mlflow.get_run(run.info.run_id).info.status == "FAILED"
    assert mlflow.active_run() is None


def test_interrupt_kills_the_run():
    with pytest.raises(KeyboardInterrupt), mlflow.start_run() as run:
        raise KeyboardInterrupt
    assert mlflow.get_run(run.info.run_id).info.status == "KILLED"


def test_several_runs_leak_nothing():
    for number in range(3):
        with mlflow.start_run(run_name=f"r{number}"):
            mlflow.log_param(f"p{number}", number)
    runs = mlflow.search_runs(output_format="list", order_by=["attributes.run_name"])
    assert [run.data.params for run in runs] == [{"p0": "0"}, {"p1": "1"}, {"p2": "2"}]
    assert {run.info.status for run in runs} == {"FINISHED"}


def test_nested_runs():
    with mlflow.start_run() as parent:
        with mlflow.start_run(nested=True) as child:
            mlflow.log_metric("m", 1)
        mlflow.log_metric("m", 2)
    assert mlflow.get_parent_run(child.info.run_id).info.run_id == parent.info.run_id
    assert mlflow.get_parent_run(parent.info.run_id) is None
    assert mlflow.get_run(child.info.run_id).data.metrics["m"] == 1
    assert mlflow.get_run(parent.info.run_id).data.metrics["m"] == 2
    with mlflow.start_run(parent_run_id=parent.info.run_id) as other:
        pass
    assert mlflow.get_parent_run(other.info.run_id).info.run_id == parent.info.run_id


def test_run_is_resumed_by_id():
    with mlflow.start_run(tags={"a": 1}, description="first try") as run:
        mlflow.log_metric("m", 1)
    with mlflow.start_run(run_id=run.info.run_id):
        mlflow.log_metric("m", 2, step=1)
    read = mlflow.get_run(run.info.run_id)
    assert (read.info.status, read.data.metrics["m"], read.data.tags["mlflow.note.content"]) == (
        "FINISHED",
        2,
        "first try",
    )
    mlflow.delete_run(run.info.run_id)
    with pytest.raises(WrongState, match="restore"):
        mlflow.start_run(run_id=run.info.run_id)
    assert len(mlflow.search_runs()) == 0
    assert len(mlflow.search_runs(run_view_type=ViewType.DELETED_ONLY)) == 1
    mlflow.restore_run(run.info.run_id)
    assert mlflow.last_active_run().info.lifecycle_stage == "active"


def test_threads_log_to_the_run_of_the_process_and_may_have_their_own():
    outer = mlflow.start_run()
    seen = {}

    def work():
        mlflow.log_metric("worker", 1)
        with mlflow.start_run() as own:
            mlflow.log_metric("own", 1)
            seen["own"] = own.info.run_id
        mlflow.log_metric("worker", 2, step=1)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen["own"] != outer.info.run_id
    assert mlflow.get_run(outer.info.run_id).data.metrics == {"worker": 2.0}
    assert mlflow.get_run(seen["own"]).data.metrics == {"own": 1.0}


def test_forty_threads_started_in_a_run_share_it():
    with mlflow.start_run() as run:
        threads = [threading.Thread(target=mlflow.log_metric, args=("m", number)) for number in range(40)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
    assert len(mlflow.MlflowClient().get_metric_history(run.info.run_id, "m")) == 40


# values


# git


# looking back


def test_search_runs_as_frame():
    with mlflow.start_run(run_name="a"):
        mlflow.log_params({"lr": 0.1})
        mlflow.log_metric("acc", 0.5)
    with mlflow.start_run(run_name="b"):
        mlflow.log_metric("loss", 2)
    frame = mlflow.search_runs(order_by=["attributes.run_name"])
    assert list(frame["tags.mlflow.runName"]) == ["a", "b"]
    assert list(frame["params.lr"]) == ["0.1", None]
    assert frame["metrics.acc"][0] == 0.5
    assert math.isnan(frame["metrics.acc"][1])
    assert str(frame["start_time"].dt.tz) == "UTC"
    assert {"run_id", "experiment_id", "status", "artifact_uri", "start_time", "end_time"} <= set(frame.columns)
    assert list(mlflow.search_runs(filter_string="metrics.acc > 0.4")["params.lr"]) == ["0.1"]
    assert len(mlflow.search_runs(max_results=1)) == 1
    assert len(mlflow.search_runs(filter_string="metrics.acc > 5")) == 0


def test_search_looks_where_it_is_told():
    other = mlflow.create_experiment("other")
    with mlflow.start_run(experiment_id=other):
        pass
    assert len(mlflow.search_runs()) == 0
    assert len(mlflow.search_runs([other])) == len(mlflow.search_runs(experiment_names=["other", "none"])) == 1
    assert len(mlflow.search_runs(search_all_experiments=True)) == 1
    with pytest.raises(InvalidValue):
        mlflow.search_runs([other], experiment_names=["other"])
    with pytest.raises(InvalidValue, match="pandas"):
        mlflow.search_runs(output_format="excel")


def test_client_pages():
    client = mlflow.MlflowClient()
    made = {client.create_run("0", start_time=number).info.run_id for number in range(5)}
    seen, token = set(), None
    while True:
        page = client.search_runs(["0"], max_results=2, page_token=token)
        seen |= {run.info.run_id for run in page}
        token = page.token
        if token is None:
            break
    assert seen == made
    with pytest.raises(InvalidValue, match="at least 1"):
        client.search_runs(["0"], max_results=0)


def test_client_batch_is_all_or_nothing():
    client = mlflow.MlflowClient()
    run_id = client.create_run("0").info.run_id
    with pytest.raises(InvalidValue, match="'bad'"):
        client.log_batch(run_id, [Metric("good", 1, 1, 0), Metric("bad", "x", 1, 0)], [("p", 1)], [("t", 1)])
    with pytest.raises(InvalidValue, match="twice"):
        client.log_batch(run_id, params=[("p", 1), ("p", 1)])
    assert client.get_run(run_id).data.params == {}
    client.set_terminated(run_id, "KILLED", 99)
    assert client.get_run(run_id).info[4:7] == ("KILLED", client.get_run(run_id).info.start_time, 99)
    with pytest.raises(InvalidValue, match="FINISHED"):
        client.set_terminated(run_id, "DONE")


def test_random_search_finds_the_best():
    rng = random.Random(7)
    best = -1.0
    for _ in range(20):
        with mlflow.start_run():
            x = rng.uniform(-3, 3)
            score = 1 / (1 + (x - 1) ** 2)
            mlflow.log_param("x", x)
            mlflow.log_metric("score", score)
            best = max(best, score)
    top = mlflow.search_runs(order_by=["metrics.score DESC"], max_results=1)
    assert top["metrics.score"][0] == best


# trouble with the store


def test_secret_that_is_logged_is_kept_with_one_warning():
    with pytest.warns(UserWarning, match="api_key") as seen:
        mlflow.log_param("api_key", "hunter2hunter2")
        mlflow.set_tag("db_password", "hunter2")
    assert len(seen) == 1
    mlflow.log_params(
        {"max_tokens": 256, "tokenizer": "bert-base-uncased", "digest": "d41d8cd98f00b204e9800998ecf8427e"}
    )
    run = mlflow.get_run(mlflow.active_run().info.run_id)
    assert (run.data.params["api_key"], run.data.tags["db_password"]) == ("hunter2hunter2", "hunter2")
