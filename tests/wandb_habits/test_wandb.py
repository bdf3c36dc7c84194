"""Programs written for W&B log to runs of nbtrack."""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import subprocess
import sys
from pathlib import Path

import pytest

import nbtrack
from nbtrack import wandb
from nbtrack.errors import AlreadyExists, InvalidValue, NotFound, Unsupported, WrongState


def points(run_id, key):
    return [(each.step, each.value) for each in nbtrack.MlflowClient().get_metric_history(run_id, key)]


def test_a_training_with_its_configuration():
    config = {"lr": 0.1, "net": {"depth": 3, "act": "relu"}}
    run = wandb.init(project="digits", name="first", config=config, tags=["a", "b"], notes="# why", group="g")
    assert wandb.run is run
    assert nbtrack.active_run().info.run_id == run.id
    wandb.config.update(argparse.Namespace(epochs=2))
    wandb.config.seed = 7
    for epoch in range(wandb.config["epochs"]):
        wandb.log({"loss": 1 / (epoch + 1), "val": {"acc": epoch}})
    wandb.log({"late": 1}, commit=False)
    wandb.log({"later": 2})
    wandb.summary["best"] = 0.5
    wandb.summary.update({"note": "good"})
    assert wandb.summary["loss"] == 0.5
    wandb.finish()
    stored = nbtrack.get_run(run.id)
    assert nbtrack.get_experiment(stored.info.experiment_id).name == "digits"
    assert (stored.info.run_name, stored.info.status) == ("first", "FINISHED")
    assert stored.data.params == {"lr": "0.1", "net.depth": "3", "net.act": "relu", "epochs": "2", "seed": "7"}
    assert points(run.id, "loss") == [(0, 1.0), (1, 0.5)]
    assert points(run.id, "val.acc") == [(0, 0.0), (1, 1.0)]
    assert points(run.id, "late") == [(2, 1.0)]
    assert points(run.id, "later") == [(2, 2.0)]
    assert stored.data.metrics["best"] == 0.5
    tags = stored.data.tags
    assert (tags["wandb.tags"], tags["wandb.group"], tags["mlflow.note.content"], tags["note"]) == (
        "a, b",
        "g",
        "# why",
        "good",
    )


def test_steps_and_goals_of_metrics():
    with wandb.init(project="stepped") as run:
        wandb.define_metric("epoch")
        wandb.define_metric("val/*", step_metric="epoch")
        wandb.define_metric("val/acc", step_metric="epoch", goal="maximize")
        for batch in range(4):
            wandb.log({"loss": batch})
        wandb.log({"epoch": 10, "val/acc": 0.5, "val/loss": 2.0})
        run.log({"loss": 9}, step=50)
        run.log({"loss": 8}, step=50)
        assert run.step == 50
    assert points(run.id, "val/acc") == [(10, 0.5)]
    assert points(run.id, "val/loss") == [(10, 2.0)]
    assert points(run.id, "loss")[-2:] == [(50, 9.0), (50, 8.0)]
    assert nbtrack.get_experiment_by_name("stepped").tags["nbtrack.goal.val/acc"] == "max"
    with pytest.raises(InvalidValue, match="cannot be the goal"):
        run.define_metric("x", goal="best")
    with pytest.raises(WrongState, match="has ended"):
        run.log({"x": 1})


def test_pictures_tables_and_histograms():
    import matplotlib.figure
    import numpy as np

    figure = matplotlib.figure.Figure()
    figure.subplots().plot([1, 2])
    table = wandb.Table(columns=["name", "picture"])
    table.add_data("one", wandb.Image(np.zeros((4, 4, 3), np.uint8)))
    table.add_column("score", [0.5])
    with wandb.init() as run:
        wandb.log(
            {
                "shown": [wandb.Image(np.zeros((4, 4)), caption="dark"), wandb.Image(figure)],
                "rows": table,
                "weights": wandb.Histogram([1, 2, 2, 3], num_bins=2),
                "plot": figure,
                "loss": np.float32(0.5),
            }
        )
    client = nbtrack.MlflowClient()
    assert len(client.list_artifacts(run.id, "images")) >= 4
    root = f"runs:/{run.id}"
    assert nbtrack.artifacts.load_dict(f"{root}/histograms/weights/0.json") == {
        "histogram": [1.0, 3.0],
        "bins": [1.0, 2.0, 3.0],
    }
    assert nbtrack.artifacts.load_dict(f"{root}/captions/shown/0.json") == {"captions": ["dark", None]}
    assert json.loads(nbtrack.artifacts.load_text(f"{root}/tables/rows/0.json"))["columns"] == [
        "name",
        "picture",
        "score",
    ]
    assert [each.path for each in client.list_artifacts(run.id, "figures/plot")] == ["figures/plot/0.png"]
    assert points(run.id, "loss") == [(0, 0.5)]
    with pytest.raises(InvalidValue, match="2 cells"):
        wandb.Table(columns=["a", "b"], data=[[1]])
    with pytest.raises(InvalidValue, match="one edge more"):
        wandb.Histogram(np_histogram=([1], [1]))


def test_runs_are_resumed_by_the_id_of_the_program():
    with wandb.init(project="long", id="it's", config={"lr": 1}) as run:
        wandb.log({"loss": 1})
    with wandb.init(project="long", id="it's", resume="must") as again:
        assert again.id == run.id
        wandb.log({"loss": 2})
    assert points(run.id, "loss") == [(0, 1.0), (1, 2.0)]
    with pytest.raises(AlreadyExists):
        wandb.init(project="long", id="it's", resume="never")
    with pytest.raises(NotFound, match="cannot be resumed"):
        wandb.init(project="long", id="other", resume="must")
    with wandb.init(project="long", id="other", resume="allow") as new:
        assert new.id != run.id


def test_errors_say_how_to_continue():
    with pytest.raises(WrongState, match="call wandb"):
        wandb.log({"a": 1})
    with pytest.raises(Unsupported, match="it has online, offline and disabled"):
        wandb.init(mode="dreaming")
    with pytest.raises(Unsupported, match=r"autolog\(\) logs what writers of TensorBoard write"):
        wandb.init(sync_tensorboard=True)
    with pytest.raises(Unsupported, match="no argument 'colour'"):
        wandb.init(colour="red")
    with pytest.raises(AttributeError, match="mode='offline'"):
        _ = wandb.watch
    assert wandb.run is None
    with pytest.raises(ZeroDivisionError), wandb.init() as failed:
        assert wandb.init() is failed
        with pytest.raises(InvalidValue, match="must be"):
            wandb.log({"odd": object()})
        with pytest.raises(InvalidValue, match="allow_val_change"):
            wandb.config.update({"a": 1})
            wandb.config.update({"a": 2}, allow_val_change=False)
        raise ZeroDivisionError
    assert nbtrack.get_run(failed.id).info.status == "FAILED"
    other = wandb.init(reinit=True)
    wandb.init(reinit=True).finish(1)
    assert nbtrack.get_run(other.id).info.status == "FINISHED"


def test_a_disabled_run_records_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("WANDB_MODE", "disabled")
    with wandb.init(project="unseen", config={"lr": 0.1}) as run:
        wandb.log({"loss": 1.0})
        wandb.define_metric("loss", summary="min")
        wandb.save("*")
        wandb.alert("title")
        wandb.summary["best"] = 2
        run.tags = ["a"]
        assert (run.disabled, run.step, wandb.config.lr, wandb.summary["best"]) == (True, 1, 0.1, 2)
    assert nbtrack.active_run() is None
    assert nbtrack.get_experiment_by_name("unseen") is None
    with wandb.init(project="seen", mode="online") as run:
        assert not run.disabled


def test_a_run_is_described_and_resumed_with_its_configuration(tmp_path, monkeypatch):
    (tmp_path / "config.yaml").write_text("wandb_version: 1\nlr:\n  desc: null\n  value: 0.1\nseed:\n  value: 7\n")
    monkeypatch.setenv("WANDB_PROJECT", "described")
    settings = wandb.Settings(silent=True)
    options = {"dir": str(tmp_path), "save_code": True, "settings": settings, "config_exclude_keys": ["seed"]}
    with wandb.init(id="one", config=tmp_path / "config.yaml", group="g", **options) as run:
        wandb.config.update({"net": {"depth": 3, "act": "relu"}})
        run.name, run.tags, run.notes = "renamed", ("a", "b"), "why"
        (tmp_path / "model.bin").write_bytes(b"weights")
        assert wandb.save(str(tmp_path / "*.bin"), policy="now") == [str(tmp_path / "model.bin")]
        Path(run.dir, "own.txt").write_text("own")
        wandb.alert("Diverged", level="WARN")
        wandb.log({"loss": 1}, step=4)
        wandb.finish(quiet=True)
    assert nbtrack.get_experiment_by_name("described") is not None
    with wandb.init(id="one", resume="allow", config={"new": 1}) as again:
        assert (again.id, again.resumed, again.starting_step) == (run.id, True, 5)
        assert dict(again.config) == {"lr": 0.1, "net": {"depth": 3, "act": "relu"}, "new": 1}
        assert (again.name, again.tags, again.notes, again.group) == ("renamed", ("a", "b"), "why", "g")
        assert dict(again.summary) == {"loss": 1}
    assert [each.path for each in nbtrack.MlflowClient().list_artifacts(run.id)] == ["model.bin", "own.txt"]
    tags = nbtrack.get_run(run.id).data.tags
    assert ["Diverged" in value for key, value in tags.items() if key.startswith("nbtrack.alert")] == [True]


def test_what_training_programs_log_besides():
    import matplotlib.pyplot as plt
    import numpy as np

    plt.figure().subplots().plot([1, 2])
    with wandb.init(project="besides") as run:
        signed = wandb.Image(np.array([[-1.0, 0.0], [0.0, 1.0]]), caption="signed")
        assert signed.image.to_list() == [0, 128, 128, 255]
        wide = wandb.Image(np.array([[0, 300], [20, 0]]), mode="RGB", file_type="png")
        assert wide.image.to_list()[:2] == [(0, 0, 0), (255, 255, 255)]
        wandb.log(
            {"signed": signed, "plot": plt, "weights": np.arange(4.0), "sizes": [1, 2], "none": None, "empty": {}}
        )
        with pytest.raises(Unsupported, match="boxes"):
            wandb.Image(np.zeros((2, 2)), boxes={"predictions": {}})
        wandb.define_metric("acc", step_sync=True, summary="max,mean")
        wandb.Table(columns=["a"], rows=[[1]], allow_mixed_types=True)
    plt.close("all")
    root = f"runs:/{run.id}"
    assert nbtrack.artifacts.load_dict(f"{root}/values/sizes/0.json") == {"values": [1, 2]}
    assert sum(nbtrack.artifacts.load_dict(f"{root}/histograms/weights/0.json")["histogram"]) == 4
    assert [each.path for each in nbtrack.MlflowClient().list_artifacts(run.id, "figures/plot")] == [
        "figures/plot/0.png"
    ]
    assert nbtrack.get_experiment_by_name("besides").tags["nbtrack.goal.acc"] == "max"
    assert nbtrack.get_run(run.id).data.metrics == {}


PROGRAM = """
import importlib.metadata
import nbtrack
nbtrack.install_alias("wandb")
import wandb
assert wandb is nbtrack.wandb
wandb.login()
with wandb.init(project="p"):
    wandb.log({"loss": 1})
print(importlib.metadata.version("wandb"))
try:
    import wandb.sdk
except ImportError as error:
    print(error)
nbtrack.remove_alias("wandb")
"""


def test_the_alias(tmp_path):
    done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("0.22.0\nwandb.sdk is not available")
    with pytest.raises(InvalidValue, match="mlflow and wandb"):
        nbtrack.install_alias("aim")
    with pytest.raises(importlib.metadata.PackageNotFoundError):
        importlib.metadata.version("wandb")
