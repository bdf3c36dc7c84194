"""Programs written for W&B log to runs of nbtrack."""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import subprocess
import sys

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


def test_what_goes_wrong_says_how_to_go_on():
    with pytest.raises(WrongState, match="call wandb"):
        wandb.log({"a": 1})
    with pytest.raises(Unsupported, match="disabled"):
        wandb.init(mode="disabled")
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
