"""The life of a run: a dead process leaves no run RUNNING, and a living one is never taken for dead."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time

import pytest

import nbtrack
from nbtrack import tags
from nbtrack.stores import process_identity
from nbtrack.stores.sql import orphaned_runs

WAITING = """
import sys, nbtrack
nbtrack.set_tracking_uri(sys.argv[1])
run = nbtrack.start_run(run_name="left")
for step in range(int(sys.argv[2])):
    nbtrack.log_metric("m", step, step=step)
print(run.info.run_id, flush=True)
sys.stdin.readline()
"""


def left_running(folder, points=10):
    """Start a program whose run continues until the program is asked to end; return it and the run's id."""
    plain = {key: value for key, value in os.environ.items() if not key.startswith("COVERAGE")}
    command = [sys.executable, "-c", textwrap.dedent(WAITING), str(folder / "mlruns"), str(points)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=folder, env=plain)
    return process, process.stdout.readline().decode().strip()


def looking(folder):
    """Return a client of the folder's store that has not looked yet."""
    nbtrack.set_tracking_uri(folder / "mlruns")
    client = nbtrack.MlflowClient()
    client.store._database._orphan_check = orphaned_runs.OrphanCheckTimer()
    return client


@pytest.mark.parametrize("points", [0, 10])
def test_killed_program_leaves_a_killed_run_with_all_its_points(tmp_path, points):
    process, run_id = left_running(tmp_path, points)
    process.kill()
    process.communicate()
    client = looking(tmp_path)
    run = client.get_run(run_id)
    assert run.info.status == "KILLED"
    assert run.info.end_time >= run.info.start_time
    assert run.data.tags[tags.INTERRUPTED] == "pending"
    assert [each.step for each in client.get_metric_history(run_id, "m")] == list(range(points))


def test_program_that_is_not_waited_for_is_dead_too(tmp_path):
    process, run_id = left_running(tmp_path)
    process.kill()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert looking(tmp_path).get_run(run_id).info.status == "KILLED"
    process.communicate()


def test_stopped_program_lives(tmp_path):
    process, run_id = left_running(tmp_path)
    process.send_signal(signal.SIGSTOP)
    assert looking(tmp_path).get_run(run_id).info.status == "RUNNING"
    process.send_signal(signal.SIGCONT)
    process.communicate(b"\n")
    assert looking(tmp_path).get_run(run_id).info.status == "FINISHED"


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({}, "RUNNING"),
        ({"started": 1}, "KILLED"),
        ({"process": 2**22 + 1}, "KILLED"),
        ({"boot": "another"}, "RUNNING"),
        ({"namespace": 1}, "RUNNING"),
        ({"host": "elsewhere", "boot": "another"}, "RUNNING"),
    ],
)
def test_status_of_runs_of_lost_owners(tmp_path, change, status):
    client = looking(tmp_path)
    owner = process_identity.current()._replace(**change)
    run_id = client.create_run("0", tags={tags.OWNER: owner.to_json()}).info.run_id
    assert looking(tmp_path).get_run(run_id).info.status == status


@pytest.mark.parametrize(("ago", "status"), [(4 * 60_000, "RUNNING"), (6 * 60_000, "KILLED")])
def test_run_from_before_the_machine_was_started_anew_is_ended_when_it_has_been_silent(tmp_path, ago, status):
    client = looking(tmp_path)
    owner = process_identity.current()._replace(boot="another")
    sign = time.time_ns() // 1_000_000 - ago
    given = {tags.OWNER: owner.to_json(), tags.HEARTBEAT: str(sign)}
    run_id = client.create_run("0", start_time=1000, tags=given).info.run_id
    assert looking(tmp_path).get_run(run_id).info.status == status


@pytest.mark.parametrize("text", ["", "nonsense", "[]", "{}", '{"host": 1}', '{"pid": 3}', "null"])
def test_owner_that_cannot_be_read_is_left_alone(tmp_path, text):
    client = looking(tmp_path)
    run_id = client.create_run("0", tags={tags.OWNER: text}).info.run_id
    assert looking(tmp_path).get_run(run_id).info.status == "RUNNING"


def test_run_that_a_client_made_is_left_alone(tmp_path):
    client = looking(tmp_path)
    run_id = client.create_run("0").info.run_id
    assert looking(tmp_path).get_run(run_id).info.status == "RUNNING"


def test_resumed_run_belongs_to_the_process_that_resumed_it(tmp_path):
    process, run_id = left_running(tmp_path)
    process.kill()
    process.communicate()
    looking(tmp_path)
    with nbtrack.start_run(run_id=run_id):
        nbtrack.log_metric("m", 10, step=10)
        assert looking(tmp_path).get_run(run_id).info.status == "RUNNING"
    run = looking(tmp_path).get_run(run_id)
    assert (run.info.status, run.data.metrics["m"]) == ("FINISHED", 10.0)


def test_heartbeat_is_the_last_sign_of_life(tmp_path):
    client = looking(tmp_path)
    gone = process_identity.current()._replace(process=2**22 + 1)
    run_id = client.create_run(
        "0", start_time=1000, tags={tags.OWNER: gone.to_json(), tags.HEARTBEAT: "5000"}
    ).info.run_id
    assert looking(tmp_path).get_run(run_id).info.end_time == 5000


def beaten(run_id):
    """Return the signs of life of a run, waiting for a first one."""
    while (beat := nbtrack.get_run(run_id).data.tags.get(tags.HEARTBEAT)) is None:
        pass
    return int(beat)


def test_living_process_sends_heartbeats_even_if_it_logs_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr("nbtrack.stores.heartbeat.SECONDS_BETWEEN_HEARTBEATS", 0.01)
    looking(tmp_path)
    with nbtrack.start_run() as run:
        assert beaten(run.info.run_id) >= run.info.start_time


@pytest.mark.parametrize("owner", [{}, {tags.OWNER: process_identity.current()._replace(host="elsewhere").to_json()}])
def test_logging_to_the_run_of_another_process_sends_no_heartbeats(tmp_path, monkeypatch, owner):
    monkeypatch.setattr("nbtrack.stores.heartbeat.SECONDS_BETWEEN_HEARTBEATS", 0.01)
    client = looking(tmp_path)
    foreign = client.create_run("0", tags=owner).info.run_id
    client.log_metric(foreign, "m", 1.0)
    client.store.appender(foreign).point("m", 2.0, 0, 0)
    with nbtrack.start_run() as run:
        beaten(run.info.run_id)
    assert tags.HEARTBEAT not in client.get_run(foreign).data.tags
