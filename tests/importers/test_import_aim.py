"""Importing repositories that Aim itself has written; the library is in the environment of these tests only."""

from __future__ import annotations

import hashlib
import json
import math
import multiprocessing
import shutil
import sqlite3
from contextlib import closing
from importlib.util import find_spec

import pytest

import nbtrack
from nbtrack.entities import ViewType
from nbtrack.importers import import_runs, run_points


def digest(folder):
    return {str(file): hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.rglob("*") if file.is_file()}


def write_metrics(folder):
    """Write a repository with two runs."""
    import aim

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
    other.archived = True
    other.close()
    (folder / "first").write_text(run.hash)


def write_objects(folder, files):
    """Write a repository with a run that tracks objects, and the files that it logs."""
    import aim
    import numpy as np
    from aim.storage.object import CustomObject

    @CustomObject.alias("its.own")
    class Own(CustomObject):
        AIM_NAME = "its.own"

        def __init__(self):
            self.storage["size"] = 3

    run = aim.Run(repo=str(folder), system_tracking_interval=None, capture_terminal_logs=True)
    print("begins")
    run["own"], run["about"] = Own(), aim.Text("digits")
    black = np.zeros((2, 3), np.uint8)
    run.track(aim.Image(black, caption="dark"), name="shown", step=4, epoch=1, context={"subset": "val"})
    run.track([aim.Image(black), aim.Image(black, format="jpeg")], name="pairs", step=0)
    run.track(aim.Text("one \N{BULLET}"), name="notes", step=0)
    run.track(aim.Distribution(hist=[1, 2], bin_range=(0, 4)), name="weights", step=0)
    run.track(aim.Audio(b"RIFF", format="wav"), name="voice", step=0)
    run.track(Own(), name="own", step=0)
    run.track(0.5, name="loss", step=4, epoch=1, context={"subset": "val"})
    for number in (0, 1):
        run.track(number, name="__system__gpu", step=0, context={"gpu": number})
    run.log_warning("hot", degrees=90)
    (files / "log.bin").write_bytes(b"content")
    run.set_artifacts_uri(files.as_uri())
    run.log_artifact(str(files / "log.bin"), "kept/log.bin")
    run.log_artifact(str(files / "log.bin"), "link.bin")
    run.close()
    place = files / run.hash
    (place / "link.bin").unlink()
    (place / "link.bin").symlink_to("/etc/hostname")


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Return the folder of two repositories, written by a process that has ended, as Aim writes in the background."""
    if find_spec("aim") is None:
        pytest.skip("aim is not installed")
    folder = tmp_path_factory.mktemp("aim")
    for name in ("metrics", "objects", "files"):
        (folder / name).mkdir()

    def write():
        write_metrics(folder / "metrics")
        write_objects(folder / "objects", folder / "files")

    process = multiprocessing.get_context("fork").Process(target=write)
    process.start()
    process.join()
    assert process.exitcode == 0
    return folder


@pytest.fixture
def repository(written):
    """Return a repository with two runs, and the hash of the first."""
    return written / "metrics", (written / "metrics" / "first").read_text()


@pytest.fixture
def objects(written):
    """Return a repository whose run has tracked objects and logged files, and the folder of these."""
    return written / "objects", written / "files"


def imported(into):
    """Return the only run of a store, the folder of its artifacts, and a function that reads a table in it."""
    client = nbtrack.MlflowClient(into)
    (run,) = client.search_runs([each.experiment_id for each in client.search_experiments()])
    root = into / run.info.experiment_id / run.info.run_id / "artifacts"

    def table(path):
        read = json.loads((root / path).read_text())
        return [dict(zip(read["columns"], row, strict=True)) for row in read["data"]]

    return run, root, table


def test_runs_come_in_with_everything(repository, tmp_path, monkeypatch):
    monkeypatch.setattr(run_points, "AT_ONCE", 7)
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
    letters = client.get_experiment_by_name("letters").experiment_id
    assert client.search_runs([letters]) == []
    (archived,) = client.search_runs([letters], run_view_type=ViewType.DELETED_ONLY)
    assert archived.data.tags["aim.archived"] == "true"
    history = client.get_metric_history(run.info.run_id, "train/loss")
    assert [(each.step, each.value) for each in history] == [(step, 1 / (step + 1)) for step in range(5)]
    assert all(run.info.start_time - 1000 <= each.timestamp <= run.info.end_time + 1000 for each in history)
    assert math.isnan(client.get_metric_history(run.info.run_id, "acc")[0].value)


def test_objects_and_logged_files_become_artifacts(objects, tmp_path):
    folder, files = objects
    summary = import_runs(folder, tmp_path / "into")
    run, root, table = imported(tmp_path / "into")
    assert list(summary.left_out) == [f"artifact link.bin of run {next(files.glob('*/kept')).parent.name}"]
    assert sorted(str(each.relative_to(root)) for each in root.rglob("*") if each.is_file()) == [
        "audio/voice.json",
        "audio/voice/0.wav",
        "distributions/weights.json",
        "images/pairs.json",
        "images/pairs/0-1.jpeg",
        "images/pairs/0.png",
        "images/val/shown.json",
        "images/val/shown/4.png",
        "kept/log.bin",
        "logs.txt",
        "logs/__log_records.json",
        "sequences/own.json",
        "texts/notes.json",
    ]
    assert nbtrack.artifacts.load_image(f"{root}/images/val/shown/4.png").size == (3, 2)
    assert (root / "audio/voice/0.wav").read_bytes() == b"RIFF"
    assert (root / "kept/log.bin").read_bytes() == b"content"
    assert (root / "logs.txt").read_text().startswith("begins\n")
    (shown,) = table("images/val/shown.json")
    assert run.info.start_time <= shown.pop("time") <= run.info.end_time
    assert shown == {"step": 4, "epoch": 1, "file": "images/val/shown/4.png", "caption": "dark"}
    assert [each["text"] for each in table("texts/notes.json")] == ["one \N{BULLET}"]
    (weights,) = table("distributions/weights.json")
    assert (weights["histogram"], weights["bins"]) == ([1, 2], [0, 2, 4])
    (record,) = table("logs/__log_records.json")
    assert (record["level"], record["message"], record["arguments"]) == ("WARNING", "hot", {"degrees": 90})
    assert table("sequences/own.json")[0]["value"] == {"size": 3}
    assert run.data.params == {"own.size": "3", "about.data": "digits"}
    assert run.data.metrics == {"val/loss": 0.5, "val/epoch": 1, "system/gpu=0/gpu": 0, "system/gpu=1/gpu": 1}
    assert import_runs(folder, tmp_path / "into").unchanged == 1


def test_run_with_damaged_series_is_left_out(objects, tmp_path):
    folder, _ = objects
    damaged = shutil.copytree(folder, tmp_path / "damaged")
    (chunk,) = (damaged / ".aim" / "seqs" / "chunks").iterdir()
    for each in chunk.glob("*.sst"):
        each.write_bytes(each.read_bytes()[:-10])
    summary = import_runs(damaged, tmp_path / "into")
    assert (summary.new, list(summary.left_out)) == (0, [f"run {chunk.name}"])


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
