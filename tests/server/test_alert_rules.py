"""The server looks at the points of other clients by the alert rules of their experiments."""

from __future__ import annotations

import threading
import time

import httpx
import pytest

import nbtrack
from nbtrack import locate
from nbtrack.alerting import alert as kept
from nbtrack.endpoints.rule_watch import RuleWatch
from nbtrack.entities import Metric


class Client:
    """Logs as MLflow's client does."""

    def __init__(self, address):
        self.api = f"{address}/api/2.0/mlflow/runs"
        self.run_id = self.post("create", experiment_id="0", run_name="foreign")["run"]["info"]["run_id"]

    def post(self, path, **content):
        answer = httpx.post(f"{self.api}/{path}", json=content)
        answer.raise_for_status()
        return answer.json()

    def log(self, *values, key="loss", first=0, age=0):
        now = int((time.time() - age) * 1000)
        metrics = [{"key": key, "value": v, "timestamp": now, "step": first + n} for n, v in enumerate(values)]
        self.post("log-batch", run_id=self.run_id, metrics=metrics)

    def end(self):
        self.post("update", run_id=self.run_id, status="FINISHED")

    @property
    def alerts(self):
        return [(each.level, each.title, each.text) for each in kept.from_tags(self.tags)]

    @property
    def tags(self):
        return nbtrack.get_run(self.run_id).data.tags

    def wait_for_alerts(self, count):
        deadline = time.monotonic() + 30
        while len(self.alerts) < count and time.monotonic() < deadline:
            time.sleep(0.02)
        return self.alerts


@pytest.fixture
def served(stage, fresh):
    """Serve a store whose experiment has no rules yet."""
    stage.keep(fresh / "kept")
    nbtrack.set_tracking_uri(stage.uri)
    return stage.uri


def test_points_of_other_clients_raise_alerts_while_they_come_in(served):
    nbtrack.alert_rule("loss > 3", stop=True)
    nbtrack.alert_rule("loss plateaus for 3")
    client = Client(served)
    client.log(2, 1, 1)
    client.log(4, first=3)
    assert client.wait_for_alerts(1) == [("info", "loss > 3", "loss = 4 at step 3")]
    assert client.tags["nbtrack.control"] == "stop"
    client.log(5, first=4)
    assert client.wait_for_alerts(2)[1] == ("warning", "loss plateaus for 3", "best 1 at step 1")
    client.end()
    assert len(client.alerts) == 2


def test_a_run_that_ends_at_once_is_looked_at_and_old_points_are_not(served):
    nbtrack.alert_rule("acc >= 1")
    client, imported = Client(served), Client(served)
    client.log(1, key="acc")
    imported.log(1, key="acc", age=100_000)
    for each in (client, imported):
        each.end()
    assert client.alerts == [("info", "acc >= 1", "acc = 1 at step 0")]
    assert imported.alerts == []


def test_silence_of_other_clients_is_reported(served):
    nbtrack.alert_rule("no point for 0.5s")
    client = Client(served)
    client.log(1)
    assert client.wait_for_alerts(1)[0][:2] == ("warning", "no point for 0.5s")


def test_a_run_of_nbtrack_is_looked_at_once_by_itself_and_a_bare_client_by_the_server(served):
    nbtrack.alert_rule("loss > 1")
    with nbtrack.start_run() as run:
        nbtrack.log_metric("loss", 2)
    bare = nbtrack.MlflowClient()
    other = bare.create_run("0").info.run_id
    bare.log_metric(other, "loss", 2)
    bare.set_terminated(other)
    for run_id in (run.info.run_id, other):
        assert [each.title for each in kept.from_tags(nbtrack.get_run(run_id).data.tags)] == ["loss > 1"]


class Meeting:
    """A store that two processes of a server read at the same time."""

    def __init__(self, store):
        self.store, self.barrier = store, threading.Barrier(2)

    def __getattr__(self, name):
        return getattr(self.store, name)

    def get_run(self, run_id):
        run = self.store.get_run(run_id)
        self.barrier.wait(30)
        return run


def test_two_processes_of_a_server_raise_an_alert_once(postgres, fresh):
    uri = postgres.fresh()
    store = locate.store(uri)
    nbtrack.set_tracking_uri(uri)
    nbtrack.alert_rule("loss > 3", stop=True)
    run_id = store.create_run("0", name=None, user_id="ada", start_time=1, tags={}).info.run_id
    store.log_batch(run_id, [Metric("loss", 4.0, 1, 1)])
    meeting, watches = Meeting(store), [RuleWatch(), RuleWatch()]
    for each in watches:
        each.note(meeting, run_id, foreign=True)
    looking = [threading.Thread(target=each.look_now, args=(run_id,)) for each in watches]
    for each in looking:
        each.start()
    for each in looking:
        each.join()
    for each in watches:
        each.close()
    assert [each.title for each in kept.from_tags(store.get_run(run_id).data.tags)] == ["loss > 3"]
