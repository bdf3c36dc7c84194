"""Images, tables, figures, dictionaries and datasets of a run, in and out."""

from __future__ import annotations

import io
import json

import numpy as np
import pandas as pd
import pytest

import nbtrack as mlflow
from nbtrack.errors import InvalidValue, NotFound


def uri(run, path):
    return f"runs:/{run.info.run_id}/{path}"


def test_text_and_dictionaries_come_back():
    with mlflow.start_run() as run:
        mlflow.log_text("é", "a/b.txt")
        mlflow.log_dict({"a": [1, 2.5, None], "n": np.float32(0.5)}, "c.json")
        mlflow.log_dict({"a": [1, 2]}, "c.yaml")
        mlflow.log_stream(io.BytesIO(b"bytes"), "d.bin")
    assert mlflow.artifacts.load_text(uri(run, "a/b.txt")) == "é"
    assert mlflow.artifacts.load_dict(uri(run, "c.json")) == {"a": [1, 2.5, None], "n": 0.5}
    assert mlflow.artifacts.load_dict(uri(run, "c.yaml")) == {"a": [1, 2]}
    assert mlflow.artifacts.load_text(uri(run, "d.bin")) == "bytes"


def test_figures_and_images_come_back():
    from matplotlib.figure import Figure

    figure = Figure(figsize=(2, 1))
    figure.subplots().plot([1, 2])
    with mlflow.start_run() as run:
        mlflow.log_figure(figure, "plot.png")
        mlflow.log_figure(figure, "plot.svg", save_kwargs={"transparent": True})
        mlflow.log_image(np.zeros((4, 6, 3), dtype=np.uint8), "black.png")
        for step in range(3):
            mlflow.log_image(np.full((4, 6), step / 2), key="dog/face", step=step)
    assert mlflow.artifacts.load_image(uri(run, "black.png")).size == (6, 4)
    assert mlflow.artifacts.load_image(uri(run, "plot.png")).size == (200, 100)
    assert "<svg" in mlflow.artifacts.load_text(uri(run, "plot.svg"))
    names = [each.path for each in mlflow.artifacts.list_artifacts(run_id=run.info.run_id, artifact_path="images")]
    assert len(names) == 6
    assert mlflow.get_run(run.info.run_id).data.tags["mlflow.loggedImages"] == "True"
    with pytest.raises(InvalidValue, match="either"):
        mlflow.log_image(np.zeros((2, 2)))


def test_tables_grow_and_are_loaded_over_runs():
    for number in range(2):
        with mlflow.start_run() as run:
            mlflow.log_table({"question": ["a", "b"], "score": [number, 0.5]}, "eval.json")
            mlflow.log_table(pd.DataFrame({"question": ["c"], "score": [9.0]}), "eval.json")
    frame = mlflow.load_table("eval.json", extra_columns=["run_id"])
    assert sorted(frame["question"]) == ["a", "a", "b", "b", "c", "c"]
    assert frame["run_id"].nunique() == 2
    assert len(mlflow.load_table("eval.json", [run.info.run_id])) == 3
    assert json.loads(mlflow.get_run(run.info.run_id).data.tags["mlflow.loggedArtifacts"]) == [
        {"path": "eval.json", "type": "table"}
    ]
    with pytest.raises(NotFound, match="nope"):
        mlflow.load_table("nope.json")
    with pytest.raises(InvalidValue, match="colour"):
        mlflow.load_table("eval.json", extra_columns=["colour"])


def test_datasets_are_inputs_of_a_run():
    frame = pd.DataFrame({"a": [1.0, 2.0], "y": [0, 1]})
    train = mlflow.data.from_pandas(frame, source="data/train.csv", targets="y", name="train")
    arrays = mlflow.data.from_numpy(np.zeros((3, 2)), name="zeros")
    with mlflow.start_run() as run:
        mlflow.log_input(train, context="training", tags={"v": "1"})
        mlflow.log_input(arrays)
        mlflow.log_metric("m", 1, dataset=arrays)
    first, second = sorted(mlflow.get_run(run.info.run_id).inputs.dataset_inputs)
    assert (first.dataset.name, dict(first.tags)) == ("train", {"mlflow.data.context": "training", "v": "1"})
    assert json.loads(first.dataset.source)["uri"] == "data/train.csv"
    assert second.dataset.digest == arrays.digest
    found = mlflow.search_runs(filter_string="datasets.name = 'train' and datasets.context = 'training'")
    assert list(found["run_id"]) == [run.info.run_id]
    with pytest.raises(InvalidValue, match="from_pandas"):
        mlflow.log_input(frame)
