"""Importing repositories that Aim itself has written; the library is in the environment of these tests only."""

from __future__ import annotations

import hashlib
import math
import shutil
import sqlite3
from contextlib import closing

import pytest

import nbtrack
from nbtrack.importers import import_runs

EARLIER = 24 * "0"


def digest(folder):
    return {str(file): hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.rglob("*") if file.is_file()}


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    """Return a repository with two runs, and the hash of the first."""
    aim = pytest.importorskip("aim")
    folder = tmp_path_factory.mktemp("aim")
    quiet = {"repo": str(folder), "log_system_params": True, "system_tracking_interval": None}
    run = aim.Run(experiment="digits", **quiet)
    run["hparams"] = {"lr": 0.1, "layers": [1, 2], "net": {"name": "small", "dropout": None}}
    run.name, run.description = "first try", "Looks good"
    run.add_tag("good")
    for step in range(5):
        run.track(1 / (step + 1), name="loss", step=step, context={"subset": "train"})
        run.track(2 / (step + 1), name="loss", step=step, context={"subset": "val", "fold": 3})
    run.track(math.nan, name="acc", step=1)
    run.track(3, name="acc", step=10)
    run.track(aim.Text("words"), name="notes", step=0)
    run.close()
    other = aim.Run(experiment="letters", **quiet)
    other.track(1.5, name="loss", step=0)
    other.close()
    return folder, run.hash


def test_runs_come_in_with_everything(repository, tmp_path):
    folder, _ = repository
    before = digest(folder)
    summary = import_runs(folder, tmp_path / "into")
    assert (summary.new, summary.points, summary.left_out) == (2, 13, {})
    assert digest(folder) == before
    client = nbtrack.MlflowClient(tmp_path / "into")
    (run,) = client.search_runs([client.get_experiment_by_name("digits").experiment_id])
    assert (run.info.run_name, run.info.status) == ("first try", "FINISHED")
    assert run.data.params == {
        "hparams.lr": "0.1",
        "hparams.layers": "[1, 2]",
        "hparams.net.name": "small",
        "hparams.net.dropout": "null",
    }
    assert run.data.tags["mlflow.note.content"] == "Looks good"
    assert run.data.tags["aim.tag.good"] == ""
    assert run.data.metrics == {"train/loss": 0.2, "fold=3/val/loss": 0.4, "acc": 3}
    history = client.get_metric_history(run.info.run_id, "train/loss")
    assert [(each.step, each.value) for each in history] == [(step, 1 / (step + 1)) for step in range(5)]
    assert all(run.info.start_time - 1000 <= each.timestamp <= run.info.end_time + 1000 for each in history)
    assert math.isnan(client.get_metric_history(run.info.run_id, "acc")[0].value)


def test_second_import_adds_nothing(repository, tmp_path):
    folder, _ = repository
    import_runs(folder, tmp_path / "into")
    assert import_runs(folder / ".aim", tmp_path / "into").unchanged == 2


def test_damaged_run_is_left_out(repository, tmp_path):
    folder, identity = repository
    damaged = shutil.copytree(folder, tmp_path / "damaged")
    for each in (damaged / ".aim" / "meta" / "chunks" / identity).iterdir():
        each.write_bytes(b"")
    summary = import_runs(damaged, tmp_path / "into")
    assert summary.new == 1
    assert list(summary.left_out) == [f"run {identity}"]


def test_run_that_the_database_of_runs_lacks_is_left_out(repository, tmp_path):
    folder, identity = repository
    damaged = shutil.copytree(folder, tmp_path / "damaged")
    with closing(sqlite3.connect(damaged / ".aim" / "run_metadata.sqlite")) as database, database:
        database.execute("DELETE FROM run WHERE hash = ?", (identity,))
    summary = import_runs(damaged, tmp_path / "into")
    assert summary.new == 1
    assert list(summary.left_out) == [f"run {identity}"]
