"""Databases that are old, new, foreign or far away."""

from __future__ import annotations

import os
import subprocess
import sys

import apsw
import pytest

import nbtrack
from nbtrack import locate, process, store_maintenance
from nbtrack.errors import StorageFailed
from nbtrack.stores.sqlite import connect, sqlite_schema


@pytest.fixture
def made(tmp_path):
    """Make a store with one run and close it; return its folder and the run."""
    with nbtrack.start_run() as run:
        nbtrack.log_metric("m", 1)
    locate.store(tmp_path / "mlruns").close()
    return tmp_path / "mlruns", run.info.run_id


def test_older_schema_is_backed_up_and_brought_up_to_date(made, monkeypatch):
    folder, run_id = made
    monkeypatch.setattr(
        sqlite_schema, "MIGRATIONS", (*sqlite_schema.MIGRATIONS, "CREATE TABLE extra (x INTEGER) STRICT")
    )
    assert nbtrack.get_run(run_id).data.metrics == {"m": 1.0}
    assert apsw.Connection(str(folder / "nbtrack.db")).pragma("user_version") == len(sqlite_schema.MIGRATIONS)
    copy = apsw.Connection(str(folder / f"nbtrack.schema-{len(sqlite_schema.MIGRATIONS) - 1}.db"))
    assert copy.execute("SELECT COUNT(*) FROM runs").get == 1


def test_migration_that_fails_leaves_the_old_schema(made, monkeypatch):
    folder, run_id = made
    known = sqlite_schema.MIGRATIONS
    monkeypatch.setattr(sqlite_schema, "MIGRATIONS", (*known, "CREATE TABLE extra (x INTEGER); CREATE TABLE runs (y)"))
    with pytest.raises(apsw.SQLError):
        nbtrack.get_run(run_id)
    monkeypatch.setattr(sqlite_schema, "MIGRATIONS", known)
    locate.store(folder).close()
    assert nbtrack.get_run(run_id).data.metrics == {"m": 1.0}


def test_killed_in_the_middle_of_a_migration_is_old_or_new(tmp_path):
    source = """
    import os, sys, nbtrack
    from nbtrack.stores.sqlite import sqlite_schema as schema
    nbtrack.set_tracking_uri(sys.argv[1])
    nbtrack.log_metric("m", 1); nbtrack.end_run()
    from nbtrack import locate, process
    locate.store(sys.argv[1]).close()
    class Killing(tuple):
        pass
    schema.MIGRATIONS = (*schema.MIGRATIONS, "CREATE TABLE extra (x INTEGER)", "SELECT kill()")
    import apsw
    real = apsw.Connection
    def connect(*words, **more):
        connection = real(*words, **more)
        connection.create_scalar_function("kill", lambda: os.kill(os.getpid(), 9))
        return connection
    apsw.Connection = connect
    nbtrack.search_runs()
    """
    code = "\n".join(line.removeprefix("    ") for line in source.splitlines())
    done = subprocess.run([sys.executable, "-c", code, tmp_path / "mlruns"], cwd=tmp_path, capture_output=True)
    assert done.returncode == -9
    (run,) = nbtrack.search_runs(output_format="list")
    assert run.data.metrics == {"m": 1.0}


def test_newer_schema_can_be_read_and_not_written(made):
    folder, run_id = made
    connection = apsw.Connection(str(folder / "nbtrack.db"))
    connection.execute("CREATE TABLE future (x INTEGER); PRAGMA user_version = 99")
    connection.close()
    assert nbtrack.get_run(run_id).data.metrics == {"m": 1.0}
    with pytest.raises(StorageFailed, match="newer"):
        nbtrack.MlflowClient().set_tag(run_id, "a", "b")


def test_six_processes_make_the_store_at_once(tmp_path):
    source = "import sys, nbtrack; nbtrack.set_tracking_uri(sys.argv[1]); nbtrack.log_metric('m', 1)"
    command = [sys.executable, "-c", source, str(tmp_path / "mlruns")]
    started = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(6)]
    errors = [each.communicate()[1].decode() for each in started]
    assert errors == [""] * 6
    assert len(nbtrack.search_runs()) == 6


def test_processes_that_set_the_same_experiments_at_once_all_get_them(tmp_path):
    source = (
        "import sys, nbtrack; nbtrack.set_tracking_uri(sys.argv[1]); print('ready', flush=True); input();"
        "print([nbtrack.set_experiment(f'x-{number}').experiment_id for number in range(20)])"
    )
    command = [sys.executable, "-c", source, str(tmp_path / "mlruns")]
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    started = [subprocess.Popen(command, text=True, **pipes) for _ in range(6)]
    assert [each.stdout.readline() for each in started] == ["ready\n"] * 6
    for each in started:
        each.stdin.write("\n")
        each.stdin.flush()
    results = [each.communicate() for each in started]
    assert [errors for _, errors in results] == [""] * 6
    assert {found for found, _ in results} == {f"{[str(number) for number in range(1, 21)]}\n"}


def test_a_folder_of_mlflow_is_left_as_it_is(tmp_path):
    folder = tmp_path / "mlruns"
    for each in ("0", "318462"):
        (folder / each).mkdir(parents=True)
        (folder / each / "meta.yaml").write_text(f"experiment_id: '{each}'\nname: {each}\n")
    before = sorted(folder.rglob("*"))
    with pytest.raises(nbtrack.MlflowException, match=r"MLflow's file layout.*choose another"):
        nbtrack.set_tracking_uri(f"sqlite:///{folder}/runs.db")
    nbtrack.set_tracking_uri(folder)
    for call in (nbtrack.start_run, lambda: nbtrack.log_metric("m", 1), lambda: nbtrack.set_experiment("x")):
        with pytest.raises(nbtrack.MlflowException, match="`nbtrack import"):
            call()
    assert "MLflow's file layout" in "".join(store_maintenance.check(folder))
    assert sorted(folder.rglob("*")) == before


MOUNTS = """/dev/sda1 / ext4 rw 0 0
server:/home /home nfs4 rw 0 0
tmpfs /home/local tmpfs rw 0 0
me@host: /mnt/far\\040away fuse.sshfs rw 0 0
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/home/ada/mlruns", "nfs4"),
        ("/home", "nfs4"),
        ("/home/local/x", None),
        ("/mnt/far away/x", "fuse.sshfs"),
        ("/homely", None),
    ],
)
def test_network_file_systems_are_recognised_by_their_mounts(folder, kind):
    assert connect.network_file_system(folder, MOUNTS) == kind


def test_network_file_system_gets_a_rollback_journal_and_one_warning(tmp_path, monkeypatch):
    monkeypatch.setattr(connect, "_mounts", lambda: f"server:/x {os.path.realpath(tmp_path)} nfs4 rw 0 0")
    with pytest.warns(UserWarning, match="network file system") as caught:
        nbtrack.log_metric("m", 1)
        nbtrack.end_run()
    assert len(caught) == 1
    assert apsw.Connection(str(tmp_path / "mlruns" / "nbtrack.db")).pragma("journal_mode") == "delete"
    assert list(nbtrack.search_runs()["metrics.m"]) == [1.0]


def test_full_durability_is_a_setting(tmp_path, monkeypatch):
    monkeypatch.setenv("NBTRACK_DURABILITY", "full")
    with nbtrack.start_run() as run:
        for step in range(20):
            nbtrack.log_metric("m", step, step=step)
        nbtrack.log_metrics({"a": 1, "b": 2})
        nbtrack.log_param("p", 1)
    assert len(nbtrack.MlflowClient().get_metric_history(run.info.run_id, "m")) == 20
    process.state(locate.OpenStores).stores.clear()
    monkeypatch.setenv("NBTRACK_DURABILITY", "sometimes")
    with pytest.raises(nbtrack.MlflowException, match="NBTRACK_DURABILITY must be 'normal' or 'full'"):
        nbtrack.MlflowClient()
