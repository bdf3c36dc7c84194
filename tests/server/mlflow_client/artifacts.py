"""Artifacts up and down through the server, by the MLflow client."""

import hashlib
import json
from pathlib import Path

import matplotlib.pyplot as plt
import mlflow
import numpy as np
import pandas as pd
import pytest
from mlflow.exceptions import MlflowException


@pytest.fixture
def client():
    return mlflow.MlflowClient()


@pytest.fixture
def run_id(client):
    return client.create_run("0").info.run_id


def test_up_listed_and_down(client, run_id, tmp_path):
    folder = tmp_path / "folder"
    (folder / "inner").mkdir(parents=True)
    (folder / "a.txt").write_text("a")
    (folder / "inner" / "ünï code.bin").write_bytes(bytes(range(256)))
    client.log_artifacts(run_id, str(folder))
    client.log_artifact(run_id, str(folder / "a.txt"), "sub/deeper")
    assert [(each.path, each.is_dir, each.file_size) for each in client.list_artifacts(run_id)] == [
        ("a.txt", False, 1),
        ("inner", True, None),
        ("sub", True, None),
    ]
    assert [each.path for each in client.list_artifacts(run_id, "sub")] == ["sub/deeper"]
    assert [each.path for each in client.list_artifacts(run_id, "inner")] == ["inner/ünï code.bin"]
    assert client.list_artifacts(run_id, "none") == []
    here = mlflow.artifacts.download_artifacts(run_id=run_id, dst_path=str(tmp_path / "down"))
    assert (tmp_path / "down" / "inner" / "ünï code.bin").read_bytes() == bytes(range(256))
    assert (tmp_path / "down" / "sub" / "deeper" / "a.txt").read_text() == "a"
    assert here


def test_an_empty_file(client, run_id, tmp_path):
    (tmp_path / "empty").write_bytes(b"")
    client.log_artifact(run_id, str(tmp_path / "empty"))
    assert client.list_artifacts(run_id)[0].file_size == 0


def test_large_files_come_whole(client, run_id, tmp_path):
    digest, path = hashlib.sha256(), tmp_path / "large"
    with path.open("wb") as file:
        for number in range(50):
            piece = number.to_bytes(4, "big") * (1 << 18)
            digest.update(piece)
            file.write(piece)
    client.log_artifact(run_id, str(path))
    found = mlflow.artifacts.download_artifacts(run_id=run_id, artifact_path="large", dst_path=str(tmp_path / "down"))
    with Path(found).open("rb") as file:
        assert hashlib.file_digest(file, "sha256").digest() == digest.digest()


def test_missing_artifacts(client, run_id):
    with pytest.raises(MlflowException):
        mlflow.artifacts.download_artifacts(run_id=run_id, artifact_path="missing")


def test_words_tables_images_and_figures(run_id):
    with mlflow.start_run(run_id=run_id):
        mlflow.log_text("word ☃", "words.txt")
        mlflow.log_dict({"a": [1, 2]}, "dict.json")
        mlflow.log_table({"x": [1, 2], "y": ["a", "b"]}, "table.json")
        mlflow.log_table(pd.DataFrame({"x": [3], "y": ["c"]}), "table.json")
        figure, axes = plt.subplots()
        axes.plot([1, 2])
        mlflow.log_figure(figure, "figure.png")
        mlflow.log_image(np.zeros((8, 8, 3), dtype=np.uint8), "image.png")
        mlflow.log_image(np.zeros((8, 8, 3), dtype=np.uint8), key="dog", step=3)
    uri = f"runs:/{run_id}"
    assert mlflow.artifacts.load_text(f"{uri}/words.txt") == "word ☃"
    assert mlflow.artifacts.load_dict(f"{uri}/dict.json") == {"a": [1, 2]}
    assert mlflow.artifacts.load_image(f"{uri}/image.png").size == (8, 8)
    table = mlflow.load_table("table.json", run_ids=[run_id])
    assert list(table["x"]) == [1, 2, 3]
    found = mlflow.MlflowClient().get_run(run_id).data.tags
    assert json.loads(found["mlflow.loggedArtifacts"])[0]["path"] == "table.json"
    assert found["mlflow.loggedImages"] == "True"
    names = [each.path for each in mlflow.MlflowClient().list_artifacts(run_id, "images")]
    assert len(names) == 2
    assert all("dog" in each for each in names)


def test_many_small_files(client, run_id, tmp_path):
    for number in range(200):
        (tmp_path / f"{number:03}").write_text(str(number))
    client.log_artifacts(run_id, str(tmp_path), "many")
    assert len(client.list_artifacts(run_id, "many")) == 200
