"""A database of MLflow's schema is read in place: everything in it, and not a byte changes, nor a file beside it."""

from __future__ import annotations

import math
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing

import mlflow_folders
import pytest

import nbtrack
from nbtrack import store_maintenance
from nbtrack.entities import ViewType
from nbtrack.errors import DamagedStore, Unsupported

OLD = """
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY);
CREATE TABLE experiments (experiment_id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(256) NOT NULL UNIQUE,
    artifact_location VARCHAR(256), lifecycle_stage VARCHAR(32));
CREATE TABLE runs (run_uuid VARCHAR(32) NOT NULL PRIMARY KEY, name VARCHAR(250), source_type VARCHAR(20),
    source_name VARCHAR(500), entry_point_name VARCHAR(50), user_id VARCHAR(256), status VARCHAR(20), start_time BIGINT,
    end_time BIGINT, source_version VARCHAR(50), lifecycle_stage VARCHAR(20), artifact_uri VARCHAR(200),
    experiment_id INTEGER);
CREATE TABLE tags (key VARCHAR(250) NOT NULL, value VARCHAR(250), run_uuid VARCHAR(32) NOT NULL,
    PRIMARY KEY (key, run_uuid));
CREATE TABLE params (key VARCHAR(250) NOT NULL, value VARCHAR(250) NOT NULL, run_uuid VARCHAR(32) NOT NULL,
    PRIMARY KEY (key, run_uuid));
CREATE TABLE metrics (key VARCHAR(250) NOT NULL, value FLOAT NOT NULL, timestamp BIGINT NOT NULL,
    run_uuid VARCHAR(32) NOT NULL, PRIMARY KEY (key, timestamp, run_uuid));
INSERT INTO experiments VALUES (0, 'Default', '/home/ada/mlruns/0', 'active'), (3, 'gone', '/home/ada/mlruns/3', 'deleted');
INSERT INTO runs VALUES ('aa', '', 'LOCAL', 'x.py', '', 'ada', 'FINISHED', 1000, 2000, '', 'active',
    '/home/ada/mlruns/0/aa/artifacts', 0), ('bb', 'named', 'LOCAL', '', '', NULL, 'RUNNING', 3000, NULL, '', 'deleted',
    's3://bucket/0/bb/artifacts', 0), ('cc', NULL, 'LOCAL', '', '', '', 'FAILED', 4000, 5000, '', 'active', NULL, 3);
INSERT INTO tags VALUES ('mlflow.runName', 'tagged', 'aa'), ('empty', NULL, 'aa'), ('k', 'v', 'bb');
INSERT INTO params VALUES ('lr', '0.1', 'aa'), ('lr', '0.2', 'cc');
INSERT INTO metrics VALUES ('m', 0.5, 10, 'aa'), ('m', 0.25, 20, 'aa'), ('n', 1.0, 5, 'cc');
"""
"""The schema of MLflow 0.9: without steps, latest metrics, experiment tags, datasets, times of deletion."""


@pytest.fixture
def old(tmp_path):
    """Return a database of the oldest schema, in a folder of its own."""
    file = tmp_path / "old" / "mlflow.db"
    file.parent.mkdir()
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(OLD)
    return file


def ours(file):
    nbtrack.set_tracking_uri(file)
    return nbtrack.MlflowClient()


def everything(client):
    ids = [each.experiment_id for each in client.search_experiments(ViewType.ALL)]
    return {run.info.run_id: run for run in client.search_runs(ids, "", ViewType.ALL)}


def test_the_oldest_schema(old):
    client = ours(old)
    runs = everything(client)
    assert {key: run.info.run_name for key, run in runs.items()} == {"aa": "tagged", "bb": "named", "cc": "cc"}
    assert runs["aa"].data.tags == {"mlflow.runName": "tagged", "empty": ""}
    assert runs["aa"].data.metrics == {"m": 0.25}
    assert [(each.value, each.timestamp, each.step) for each in client.get_metric_history("aa", "m")] == [
        (0.5, 10, 0),
        (0.25, 20, 0),
    ]
    assert runs["bb"].info.lifecycle_stage == "deleted"
    assert runs["bb"].info.artifact_uri == "s3://bucket/0/bb/artifacts"
    assert runs["cc"].info.artifact_uri == f"{old.parent}/mlruns/3/cc/artifacts"
    assert client.get_experiment("3").lifecycle_stage == "deleted"
    found = client.search_runs(["0", "3"], "params.lr = '0.1' AND metrics.m < 0.3", ViewType.ALL)
    assert [run.info.run_id for run in found] == ["aa"]
    overview = client.store.overview(["0", "3"], client.parse_query(""), ViewType.ALL)
    assert overview.params == {"lr": (2, "0.1", "0.2")}
    assert nbtrack.search_runs(experiment_ids=["0", "3"])["params.lr"].tolist() == ["0.2", "0.1"]


def test_what_the_newest_mlflow_writes(mlflow_server, tmp_path):
    path = mlflow_server.tell("empty")
    from mlflow import MlflowClient
    from mlflow.entities import DatasetInput, InputTag, LoggedModelOutput, Param

    written = MlflowClient(mlflow_server.uri)
    experiment = written.create_experiment("digits", tags={"team": "red"})
    run = written.create_run(experiment, run_name="first", start_time=1000).info.run_id
    written.log_batch(run, params=[Param("lr", "0.1"), Param("long", "x" * 6000)])
    for step, value in enumerate((0.5, math.nan, math.inf, -math.inf, 1 / 3)):
        written.log_metric(run, "m", value, 10 + step, step)
    from mlflow.data.http_dataset_source import HTTPDatasetSource
    from mlflow.data.meta_dataset import MetaDataset

    dataset = MetaDataset(HTTPDatasetSource("http://example.org/iris.csv"), name="iris")
    written.log_inputs(run, [DatasetInput(dataset._to_mlflow_entity(), [InputTag("mlflow.data.context", "train")])])
    model = written.create_logged_model(experiment, "forest", source_run_id=run)
    written.log_outputs(run, [LoggedModelOutput(model.model_id, 3)])
    written.set_terminated(run, end_time=2000)
    gone = written.create_run(experiment).info.run_id
    written.delete_run(gone)
    file = tmp_path / "copy.db"
    shutil.copy(path, file)
    before = mlflow_folders.digest(file.parent)
    client = ours(file)
    runs = everything(client)
    assert runs.keys() == {run, gone}
    read, there = runs[run], written.get_run(run)
    for name in ("run_id", "experiment_id", "run_name", "status", "start_time", "end_time", "lifecycle_stage"):
        assert getattr(read.info, name) == getattr(there.info, name), name
    assert read.data.params == there.data.params
    assert read.data.tags.pop("nbtrack.model_outputs") == f'[{{"model_id":"{model.model_id}","step":3}}]'
    assert read.data.tags == there.data.tags
    assert [repr(each.value) for each in client.get_metric_history(run, "m")] == [
        "0.5",
        "nan",
        "inf",
        "-inf",
        repr(1 / 3),
    ]
    assert runs[gone].info.deleted_time > 0
    ((known, tags),) = read.inputs.dataset_inputs
    assert (known.name, known.digest, dict(tags)) == ("iris", dataset.digest, {"mlflow.data.context": "train"})
    assert client.get_experiment(experiment).tags["team"] == "red"
    assert mlflow_folders.digest(file.parent) == before


def test_writes_say_how_to_go_on(old):
    before = mlflow_folders.digest(old.parent)
    client = ours(old)
    for write in (nbtrack.start_run, lambda: client.log_metric("aa", "m", 1.0), lambda: client.delete_experiment("0")):
        with pytest.raises(Unsupported, match="nbtrack import"):
            write()
    everything(client)
    assert "".join(store_maintenance.check(old)).endswith("which nbtrack reads but never changes")
    client.store.close()
    assert mlflow_folders.digest(old.parent) == before


def test_what_is_written_meanwhile_is_seen(old):
    client = ours(old)
    before = client.store.mark()
    assert client.get_run("aa").data.metrics == {"m": 0.25}
    with closing(sqlite3.connect(old)) as connection, connection:
        connection.execute("INSERT INTO metrics VALUES ('m', 0.125, 30, 'aa')")
        connection.commit()
        assert client.get_run("aa").data.metrics == {"m": 0.125}
    assert client.store.mark() != before


KILLED_WRITER = """
import os, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute(f"PRAGMA journal_mode = {sys.argv[2]}")
connection.execute("PRAGMA cache_size = 1")
connection.execute("INSERT INTO metrics VALUES ('m', 0.125, 30, 'aa')")
connection.execute("BEGIN")
connection.executemany("INSERT INTO params VALUES (?, ?, 'aa')", [(str(number), "x" * 4000) for number in range(200)])
os.kill(os.getpid(), 9)
"""


@pytest.mark.parametrize("mode", ["wal", "delete"])
def test_a_database_whose_writer_was_killed(old, mode):
    subprocess.run([sys.executable, "-c", KILLED_WRITER, old, mode], check=False)
    assert len(list(old.parent.iterdir())) > 1
    before = mlflow_folders.digest(old.parent)
    client = ours(old)
    run = client.get_run("aa")
    assert run.data.metrics == {"m": 0.125}
    assert run.data.params == {"lr": "0.1"}
    client.store.close()
    assert mlflow_folders.digest(old.parent) == before


def test_a_closed_database_with_a_log(old):
    with closing(sqlite3.connect(old)) as connection:
        connection.execute("PRAGMA journal_mode = wal")
        connection.execute("INSERT INTO metrics VALUES ('m', 0.125, 30, 'aa')")
        connection.commit()
    before = mlflow_folders.digest(old.parent)
    client = ours(old)
    assert client.get_run("aa").data.metrics == {"m": 0.125}
    client.store.close()
    assert mlflow_folders.digest(old.parent) == before


def test_artifacts_of_a_moved_database(old, tmp_path):
    moved = tmp_path / "moved"
    old.parent.rename(moved)
    artifacts = moved / "mlruns" / "0" / "aa" / "artifacts"
    artifacts.mkdir(parents=True)
    (artifacts / "notes.txt").write_text("hello")
    ours(moved / "mlflow.db")
    assert nbtrack.artifacts.load_text("runs:/aa/notes.txt") == "hello"


def test_artifacts_that_a_server_kept(old):
    with closing(sqlite3.connect(old)) as connection, connection:
        connection.execute("UPDATE runs SET artifact_uri = 'mlflow-artifacts:/0/aa/artifacts' WHERE run_uuid = 'aa'")
    artifacts = old.parent / "mlartifacts" / "0" / "aa" / "artifacts"
    artifacts.mkdir(parents=True)
    (artifacts / "notes.txt").write_text("hello")
    ours(old)
    assert nbtrack.artifacts.load_text("runs:/aa/notes.txt") == "hello"


@pytest.mark.parametrize("uri", ["sqlite:///{}", "{}"])
def test_named_by_path_or_by_uri(old, uri):
    assert everything(ours(uri.format(old))).keys() == {"aa", "bb", "cc"}


def test_damage_is_named(old):
    with old.open("r+b") as file:
        file.seek(4096 * 3)
        file.write(b"\xff" * 4096 * 8)
    client = ours(old)
    with pytest.raises(DamagedStore, match=r"mlflow\.db"):
        everything(client)


def test_text_that_is_not_utf_8_is_refused(old):
    with closing(sqlite3.connect(old)) as connection, connection:
        connection.execute("UPDATE params SET value = CAST(x'fffe' AS TEXT)")
    with pytest.raises(DamagedStore, match=r"mlflow\.db"):
        everything(ours(old))


def test_databases_of_other_programs_are_still_refused(tmp_path):
    file = tmp_path / "other.db"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("CREATE TABLE runs (run_uuid TEXT)")
    with pytest.raises(DamagedStore, match="another program"):
        ours(file).search_experiments()
