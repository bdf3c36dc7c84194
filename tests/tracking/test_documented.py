"""What MLflow documents for each function, called as its users call it."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from PIL import Image

import nbtrack as mlflow
from nbtrack import MlflowClient
from nbtrack.entities import Metric, Param, RunStatus, RunTag, ViewType

TABLE = {"question": ["who?", "why?"], "answer": ["me", "so"], "score": [0.5, 1.0]}


def own(tags):
    """Return the tags that the user gave."""
    return {key: value for key, value in tags.items() if not key.startswith(("mlflow.", "nbtrack."))}


def files(run_id, path=None):
    """Return the paths of the artifacts in a folder."""
    return [each.path for each in MlflowClient().list_artifacts(run_id, path)]


# fluent functions


def test_parent_and_children():
    home = mlflow.create_experiment("nested")
    tags = {"version": "v1", "priority": "P1"}
    with mlflow.start_run(run_name="PARENT", experiment_id=home, tags=tags, description="the parent") as parent:
        mlflow.log_param("parent", "yes")
        with mlflow.start_run(run_name="CHILD", experiment_id=home, description="the child", nested=True) as child:
            mlflow.log_param("child", "yes")
    read = mlflow.get_run(parent.info.run_id)
    assert read.data.tags["mlflow.note.content"] == "the parent"
    assert own(read.data.tags) == tags
    frame = mlflow.search_runs(
        [home], f"tags.mlflow.parentRunId = '{parent.info.run_id}'", order_by=["param.child DESC"]
    )
    assert frame[["run_id", "params.child", "tags.mlflow.runName"]].to_numpy().tolist() == [
        [child.info.run_id, "yes", "CHILD"]
    ]
    assert mlflow.get_parent_run(child.info.run_id).info.run_id == parent.info.run_id
    assert mlflow.get_parent_run(parent.info.run_id) is None


def test_life_of_a_run():
    assert mlflow.last_active_run() is None
    mlflow.start_run()
    run = mlflow.active_run()
    assert mlflow.last_active_run().info.status == "RUNNING"
    mlflow.end_run()
    assert mlflow.active_run() is None
    assert mlflow.get_run(run.info.run_id).info.status == RunStatus.to_string(RunStatus.FINISHED) == "FINISHED"
    assert mlflow.last_active_run().info.run_id == run.info.run_id


def test_deleted_run_is_restored():
    with mlflow.start_run() as run:
        mlflow.log_param("p", 0)
    stages = []
    for call in (mlflow.delete_run, mlflow.restore_run):
        call(run.info.run_id)
        stages.append(mlflow.get_run(run.info.run_id).info.lifecycle_stage)
    assert stages == ["deleted", "active"]


def test_frame_of_runs_that_were_found():
    home = mlflow.create_experiment("Social NLP Experiments")
    for value, release in ((1.55, "1.1.0-RC"), (2.50, "1.2.0-GA")):
        with mlflow.start_run(experiment_id=home):
            mlflow.log_metric("m", value)
            mlflow.set_tag("s.release", release)
    columns = ["metrics.m", "tags.s.release"]
    found = mlflow.search_runs([home], order_by=["metrics.m DESC"])
    assert found[columns].to_numpy().tolist() == [[2.50, "1.2.0-GA"], [1.55, "1.1.0-RC"]]
    found = mlflow.search_runs([home], filter_string="tags.s.release ILIKE '%rc%'")
    assert found[columns].to_numpy().tolist() == [[1.55, "1.1.0-RC"]]
    found = mlflow.search_runs(experiment_names=["Social NLP Experiments"], order_by=["metrics.m DESC"])
    assert len(found) == 2


def test_values_of_a_run():
    with mlflow.start_run() as run:
        assert mlflow.log_param("rate", 0.01) == 0.01
        assert mlflow.log_param("rate", 0.01, synchronous=False).wait() is None
        mlflow.log_params({"estimators": 3, "random_state": 42})
        mlflow.log_metric("mse", 2500.00)
        mlflow.log_metric("mse", 2400.00, synchronous=False)
        mlflow.log_metrics({"mse": 2300.00, "rmse": 50.00}, step=1)
        mlflow.set_tag("engineering", "ML Platform")
        mlflow.set_tags({"release.candidate": "RC1", "release.version": "2.2.0"})
        mlflow.delete_tag("engineering")
    data = mlflow.get_run(run.info.run_id).data
    assert data.params == {"rate": "0.01", "estimators": "3", "random_state": "42"}
    assert data.metrics == {"mse": 2300.0, "rmse": 50.0}
    assert own(data.tags) == {"release.candidate": "RC1", "release.version": "2.2.0"}


def test_artifacts_of_a_run(tmp_path):
    features = tmp_path / "features.txt"
    features.write_text("rooms, zipcode")
    with mlflow.start_run() as run:
        mlflow.log_artifact(features)
        mlflow.log_artifacts(_folder(tmp_path), artifact_path="states")
        mlflow.log_text("text1", "file1.txt")
        mlflow.log_text("text2", "dir/file2.txt")
        mlflow.log_dict({"k": "v"}, "data.json")
        mlflow.log_dict({"k": "v"}, "dir/data.yml")
        mlflow.log_dict({"k": "v"}, "data")
        mlflow.log_dict({"k": "v"}, "data.txt")
        mlflow.log_stream(io.BytesIO(b"streamed"), "stream.txt")
        uri = mlflow.get_artifact_uri(artifact_path="features.txt")
    assert files(run.info.run_id, "states") == ["states/a.csv", "states/b.csv"]
    assert Path(uri).read_text() == "rooms, zipcode"
    base = f"runs:/{run.info.run_id}"
    assert mlflow.artifacts.load_text(f"{base}/dir/file2.txt") == "text2"
    assert mlflow.artifacts.load_text(f"{base}/stream.txt") == "streamed"
    for name in ("data.json", "data", "data.txt"):
        assert mlflow.artifacts.load_dict(f"{base}/{name}") == {"k": "v"}
    local = mlflow.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path="dir", dst_path=tmp_path / "out")
    assert sorted(each.name for each in Path(local).iterdir()) == ["data.yml", "file2.txt"]


def _folder(tmp_path):
    folder = tmp_path / "states"
    folder.mkdir()
    for name in ("a.csv", "b.csv"):
        (folder / name).write_text("1,2")
    return folder


def test_figures_and_images():
    figure = Figure()
    figure.subplots().plot([0, 1], [2, 3])
    pixels = np.random.default_rng(0).integers(0, 256, size=(100, 80, 3), dtype=np.uint8)
    with mlflow.start_run() as run:
        mlflow.log_figure(figure, "figure.png")
        mlflow.log_figure(figure, "tight.png", save_kwargs={"bbox_inches": "tight"})
        mlflow.log_image(pixels, "image.png")
        mlflow.log_image(Image.fromarray(pixels), key="dogs", step=3)
        mlflow.log_image(mlflow.Image(pixels), key="dogs", step=4)
    assert np.array_equal(np.asarray(mlflow.artifacts.load_image(f"runs:/{run.info.run_id}/image.png")), pixels)
    names = files(run.info.run_id, "images")
    assert [sum(f"step+{step}+" in name for name in names) for step in (3, 4)] == [2, 2]


@pytest.mark.parametrize("kind", [dict, pd.DataFrame])
def test_tables_are_logged_and_joined(kind):
    runs = []
    for _ in range(2):
        with mlflow.start_run() as run:
            mlflow.log_table(data=kind(TABLE), artifact_file="answers.json")
            runs.append(run.info.run_id)
    whole = mlflow.load_table("answers.json", extra_columns=["run_id"])
    assert sorted(whole["run_id"]) == sorted(runs * 2)
    one = mlflow.load_table("answers.json", run_ids=[runs[0]])
    pd.testing.assert_frame_equal(one, pd.DataFrame(TABLE))


@pytest.mark.parametrize("kind", [dict, pd.DataFrame])
def test_images_of_a_table_are_filed_beside_it(kind):
    pixels = np.full((4, 5, 3), 7, dtype=np.uint8)
    with mlflow.start_run() as run:
        mlflow.log_table(kind({"prompt": ["cat", "dog"], "drawn": [mlflow.Image(pixels), None]}), "drawn/all.json")
    cell, nothing = mlflow.load_table("drawn/all.json", run_ids=[run.info.run_id])["drawn"]
    assert nothing is None or pd.isna(nothing)
    assert cell["type"] == "image"
    assert files(run.info.run_id, "table_images/drawn/all") == [cell["filepath"], cell["compressed_filepath"]]
    read = mlflow.artifacts.load_image(f"runs:/{run.info.run_id}/{cell['filepath']}")
    assert np.array_equal(np.asarray(read), pixels)


def test_datasets_are_inputs():
    array = np.asarray([[1, 2, 3], [4, 5, 6]])
    with mlflow.start_run() as run:
        mlflow.log_input(mlflow.data.from_numpy(array, source="data.csv"), context="training")
        mlflow.log_input()
        several = [mlflow.data.from_pandas(pd.DataFrame({"x": [each]}), name=f"part {each}") for each in (1, 2)]
        mlflow.log_inputs(several, ["training", "test"], [None, {"fold": "2"}])
    found = mlflow.get_run(run.info.run_id).inputs.dataset_inputs
    assert {each.dataset.name for each in found} >= {"part 1", "part 2"}
    assert [dict(each.tags) for each in found] == [
        {"mlflow.data.context": "training"},
        {"mlflow.data.context": "training"},
        {"mlflow.data.context": "test", "fold": "2"},
    ]


def test_experiments_of_the_fluent_functions(tmp_path):
    made = mlflow.create_experiment("Social", artifact_location=(tmp_path / "place").as_uri(), tags={"version": "v1"})
    read = mlflow.get_experiment(made)
    assert (read.name, read.tags, read.lifecycle_stage) == ("Social", {"version": "v1"}, "active")
    assert read.artifact_location == (tmp_path / "place").as_uri()
    assert mlflow.get_experiment_by_name("Social") == read
    assert mlflow.set_experiment("Social").experiment_id == made
    mlflow.set_experiment_tag("release.version", "2.2.0")
    mlflow.set_experiment_tags({"engineering": "ML Platform", "release.candidate": "RC1"})
    mlflow.delete_experiment_tag("engineering")
    assert mlflow.get_experiment(made).tags == {"version": "v1", "release.version": "2.2.0", "release.candidate": "RC1"}
    mlflow.delete_experiment(made)
    assert mlflow.get_experiment(made).lifecycle_stage == "deleted"
    mlflow.restore_experiment(made)
    assert mlflow.get_experiment(made).lifecycle_stage == "active"


@pytest.mark.parametrize("of_client", [False, True])
def test_experiments_are_searched(of_client):
    target = MlflowClient() if of_client else mlflow
    for name, tags in (("a", None), ("b", None), ("ab", {"k": "v"}), ("bb", {"k": "V"})):
        target.create_experiment(name, tags=tags)

    def names(**asked):
        return [each.name for each in target.search_experiments(**asked) if each.name != "Default"]

    assert names(filter_string="name = 'a'") == ["a"]
    assert names(filter_string="name LIKE 'a%'") == ["ab", "a"]
    assert names(filter_string="tags.k ILIKE '%v'") == ["bb", "ab"]
    assert names(filter_string="name LIKE '%b' AND tags.k = 'v'") == ["ab"]
    assert names(order_by=["name"]) == ["a", "ab", "b", "bb"]
    assert names(order_by=["experiment_id DESC"]) == ["bb", "ab", "b", "a"]


def test_tracking_uri_is_what_was_set(tmp_path):
    assert not mlflow.is_tracking_uri_set()
    mlflow.set_tracking_uri((tmp_path / "my_tracking").as_uri())
    assert mlflow.is_tracking_uri_set()
    assert mlflow.get_tracking_uri() == (tmp_path / "my_tracking").as_uri()


# the client


def test_life_of_a_run_of_the_client():
    client = MlflowClient()
    run = client.create_run("0", tags={"engineering": "ML Platform"}, run_name="platform-run-24")
    assert (run.info.run_name, run.info.status, run.info.experiment_id) == ("platform-run-24", "RUNNING", "0")
    assert own(run.data.tags) == {"engineering": "ML Platform"}
    client.update_run(run.info.run_id, "FINISHED", "new_name")
    read = client.get_run(run.info.run_id).info
    assert (read.run_name, read.status) == ("new_name", "FINISHED")
    client.set_terminated(run.info.run_id, status="KILLED")
    assert client.get_run(run.info.run_id).info.status == "KILLED"
    client.delete_run(run.info.run_id)
    assert client.get_run(run.info.run_id).info.lifecycle_stage == "deleted"
    client.restore_run(run.info.run_id)
    child = client.create_run("0", tags={"mlflow.parentRunId": run.info.run_id})
    assert client.get_parent_run(child.info.run_id).info.run_id == run.info.run_id


def test_values_of_the_client():
    client = MlflowClient()
    run_id = client.create_run("0").info.run_id
    assert client.get_run(run_id).data.metrics == {}
    client.log_batch(run_id, metrics=[Metric("m", 1.5, 1, 1)], params=[Param("p", "p")], tags=[RunTag("t", "t")])
    for step, value in enumerate((2.5, 3.5)):
        client.log_metric(run_id, "m2", value, step=step)
    client.log_metric(run_id, "m", 1.75, synchronous=False, step=2).wait()
    assert client.log_param(run_id, "q", 1) == 1
    client.set_tag(run_id, "nlp.framework", "Spark NLP")
    client.delete_tag(run_id, "t")
    data = client.get_run(run_id).data
    assert (data.metrics, data.params) == ({"m": 1.75, "m2": 3.5}, {"p": "p", "q": "1"})
    assert own(data.tags) == {"nlp.framework": "Spark NLP"}
    history = client.get_metric_history(run_id, "m2")
    assert [(each.key, each.value, each.step) for each in history] == [("m2", 2.5, 0), ("m2", 3.5, 1)]


def test_runs_are_searched_by_the_client():
    client = MlflowClient()
    home = client.create_experiment("Social NLP Experiments")
    made = []
    for value, release in ((1.55, "1.1.0-RC"), (2.50, "1.2.0-GA")):
        run = client.create_run(home, tags={"s.release": release})
        client.log_metric(run.info.run_id, "m", value)
        made.append(run.info.run_id)
    found = client.search_runs(home, order_by=["metrics.m DESC"])
    assert [run.data.metrics["m"] for run in found] == [2.50, 1.55]
    client.delete_run(made[0])
    found = client.search_runs([home], "tags.s.release LIKE '1.1%'", ViewType.DELETED_ONLY)
    assert [run.info.run_id for run in found] == [made[0]]
    client.rename_experiment(home, "Social Media NLP Experiments")
    assert client.get_experiment(home).name == "Social Media NLP Experiments"


def test_artifacts_of_the_client(tmp_path):
    client = MlflowClient()
    run_id = client.create_run("0").info.run_id
    (tmp_path / "labels.txt").write_text("tails")
    client.log_artifact(run_id, tmp_path / "labels.txt")
    client.log_artifacts(run_id, _folder(tmp_path), artifact_path="states")
    client.log_text(run_id, "text", "features/features.txt")
    client.log_dict(run_id, {"k": "v"}, "data.json")
    listed = {each.path: (each.is_dir, each.file_size) for each in client.list_artifacts(run_id)}
    assert listed == {
        "data.json": (False, listed["data.json"][1]),
        "features": (True, None),
        "labels.txt": (False, 5),
        "states": (True, None),
    }
    (tmp_path / "out").mkdir()
    local = client.download_artifacts(run_id, "features", tmp_path / "out")
    assert [each.name for each in Path(local).iterdir()] == ["features.txt"]


# what is in use


def test_doctor_reports_what_is_in_use(capsys, monkeypatch, tmp_path):
    mlflow.doctor()
    assert "does not exist yet" in capsys.readouterr().out
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", "s3cret")
    monkeypatch.setenv("MLFLOW_EXPERIMENT_NAME", "digits")
    with mlflow.start_run():
        mlflow.log_metric("m", 1)
    mlflow.doctor()
    output = capsys.readouterr().out
    assert "SQLite 3." in output
    assert "1 run," in output
    assert "MLFLOW_EXPERIMENT_NAME=digits" in output
    assert "s3cret" not in output
    assert "DAMAGED" not in output
    mlflow.doctor(mask_envs=True)
    assert "MLFLOW_EXPERIMENT_NAME=***" in capsys.readouterr().out
