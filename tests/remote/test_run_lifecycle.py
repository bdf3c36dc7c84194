"""The life of a run behind a server: its owner gives signs of life, and nobody else does in his place."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

import nbtrack
from nbtrack import tags
from nbtrack.presentation import table_layout
from nbtrack.stores import process_identity

WAITING = """
import sys, nbtrack
nbtrack.set_tracking_uri(sys.argv[1])
run = nbtrack.start_run()
nbtrack.log_metric("m", 1)
nbtrack.flush()
print(run.info.run_id, flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def client(stage, tmp_path, monkeypatch):
    """Track behind a server, with signs of life as often as can be."""
    monkeypatch.setattr("nbtrack.stores.write_queue.queued_store.SECONDS_BETWEEN_HEARTBEATS", 0)
    monkeypatch.setattr("nbtrack.stores.write_queue.queue_sender.IDLE", 0.01)
    stage.keep(tmp_path / "kept")
    nbtrack.set_tracking_uri(stage.uri)
    return nbtrack.MlflowClient()


def until(true):
    deadline = time.monotonic() + 60
    while not (found := true()):
        assert time.monotonic() < deadline
    return found


def sign(client, run_id):
    return client.get_run(run_id).data.tags.get(tags.HEARTBEAT)


def test_owner_sends_heartbeats_even_if_it_logs_nothing(client):
    with nbtrack.start_run() as run:
        first = until(lambda: sign(client, run.info.run_id))
        assert int(first) >= run.info.start_time
        assert int(until(lambda: sign(client, run.info.run_id) > first and sign(client, run.info.run_id))) > int(first)


def test_resuming_a_run_sends_heartbeats(client):
    elsewhere = process_identity.current()._replace(host="elsewhere").to_json()
    run_id = client.create_run("0", tags={tags.OWNER: elsewhere}).info.run_id
    with nbtrack.start_run(run_id=run_id):
        assert until(lambda: sign(client, run_id))


@pytest.mark.parametrize("owner", [{}, {tags.OWNER: process_identity.current()._replace(host="elsewhere").to_json()}])
def test_logging_to_the_run_of_another_process_sends_no_heartbeats(client, owner):
    foreign = client.create_run("0", start_time=1000, tags=owner).info.run_id
    client.log_metric(foreign, "m", 1.0, timestamp=2000)
    with nbtrack.start_run() as run:
        until(lambda: sign(client, run.info.run_id))
    found = client.get_run(foreign)
    assert tags.HEARTBEAT not in found.data.tags
    assert found.info.status == "RUNNING"
    shown = table_layout.shown_status(found, 2000 + tags.HEARTBEAT_TIMEOUT_MS + 1)
    assert shown == (table_layout.SILENT if owner else "RUNNING")


def test_run_of_a_killed_client_of_this_machine_is_ended_by_who_reads_next(client, stage):
    plain = {key: value for key, value in os.environ.items() if not key.startswith("COVERAGE")}
    command = [sys.executable, "-c", WAITING, stage.uri]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=plain) as process:
        run_id = process.stdout.readline().strip()
        assert client.get_run(run_id).info.status == "RUNNING"
        process.kill()
        process.wait()
        run = until(lambda: client.get_run(run_id).info.status != "RUNNING" and client.get_run(run_id))
    assert (run.info.status, run.data.tags[tags.INTERRUPTED]) == ("KILLED", "pending")
    assert [each.value for each in client.get_metric_history(run_id, "m")] == [1.0]
