"""Artifacts by the fluent functions."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

import nbtrack as mlflow
from nbtrack.errors import MlflowException, NotFound


def test_artifacts_of_any_format_come_back_as_they_were(tmp_path):
    files = {"a.png": b"\x89PNG\r\n", "b.pkl": b"\x80\x04N.", "c.parquet": os.urandom(5000)}
    folder = tmp_path / "out"
    (folder / "deep" / "er").mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    (folder / "deep" / "er" / "d.txt").write_text("é")
    with mlflow.start_run() as run:
        mlflow.log_artifact(folder / "a.png", "plots")
        mlflow.log_artifacts(str(folder), "all")
        assert Path(mlflow.get_artifact_uri("plots"), "a.png").read_bytes() == files["a.png"]
        assert mlflow.get_artifact_uri() == run.info.artifact_uri
    got = Path(mlflow.artifacts.download_artifacts(run_id=run.info.run_id, dst_path=tmp_path / "copy"))
    for name, content in files.items():
        assert hashlib.sha256((got / "all" / name).read_bytes()).digest() == hashlib.sha256(content).digest()
    listed = mlflow.MlflowClient().list_artifacts(run.info.run_id, "all")
    assert [(each.path, each.is_dir, each.file_size) for each in listed][:2] == [
        ("all/a.png", False, 6),
        ("all/b.pkl", False, 4),
    ]
    assert [each.path for each in mlflow.artifacts.list_artifacts(f"runs:/{run.info.run_id}/all/deep")] == [
        "all/deep/er"
    ]
    assert [each.path for each in mlflow.MlflowClient().list_artifacts(run.info.run_id, "plots")] == ["plots/a.png"]


def test_artifact_of_a_past_run_feeds_a_new_one(tmp_path):
    with mlflow.start_run() as first:
        mlflow.log_text("weights", "model/w.txt")
    uri = mlflow.get_run(first.info.run_id).info.artifact_uri
    assert Path(mlflow.artifacts.download_artifacts(f"{uri}/model/w.txt")).read_text() == "weights"
    with pytest.raises(NotFound, match=r"nope\.txt.*'model'"):
        mlflow.artifacts.download_artifacts(f"runs:/{first.info.run_id}/nope.txt", dst_path=tmp_path / "x")


@pytest.mark.parametrize("path", ["../x", "a/../../x", "/etc/x", "a\\..\\x", "C:/x", "a\nb", "\0"])
def test_artifact_paths_stay_inside(path):
    with mlflow.start_run(), pytest.raises(MlflowException):
        mlflow.log_text("x", path)


def test_links_out_of_a_logged_folder_are_skipped_with_a_warning(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    (tmp_path / "secret").write_text("s")
    (folder / "link").symlink_to(tmp_path / "secret")
    os.mkfifo(folder / "pipe")
    (folder / "good").write_text("g")
    with mlflow.start_run() as run, pytest.warns(UserWarning, match="was not logged") as warnings:
        mlflow.log_artifacts(folder)
    assert len(warnings) == 2
    assert [each.path for each in mlflow.MlflowClient().list_artifacts(run.info.run_id)] == ["good"]


def test_missing_file_is_named():
    with mlflow.start_run(), pytest.raises(NotFound, match=r"nowhere\.png"):
        mlflow.log_artifact("nowhere.png")
