"""Autologging of Keras and Lightning beside that of MLflow itself, where these are installed."""

from __future__ import annotations

import importlib.util
import os

import pytest
from recorded_runs import runs_of

KERAS = """
import numpy as np
import keras
keras.utils.set_random_seed(0)
X = np.random.default_rng(0).random((40, 3)).astype("float32")
y = X.sum(1)
model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4), keras.layers.Dense(1)])
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="mse", metrics=["mae"])
model.fit(X, y, batch_size=8, epochs=3, validation_data=(X[:10], y[:10]), verbose=0, callbacks=[])
"""
LIGHTNING = """
import torch
import {package} as pl
pl.seed_everything(0)
class Net(pl.LightningModule):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(3, 1)
    def forward(self, x):
        return self.layer(x)
    def _loss(self, batch):
        return ((self(batch[0])[:, 0] - batch[1]) ** 2).mean()
    def training_step(self, batch, number):
        loss = self._loss(batch)
        self.log("train_loss", loss, on_step=True, on_epoch=True)
        return loss
    def validation_step(self, batch, number):
        self.log("val_loss", self._loss(batch))
    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=0.05)
X = torch.rand(40, 3, generator=torch.Generator().manual_seed(0))
data = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(X, X.sum(1)), batch_size=8)
stop = pl.callbacks.EarlyStopping("val_loss", patience=1, min_delta=0.5)
trainer = pl.Trainer(max_epochs=4, accelerator="cpu", logger=False, enable_checkpointing=False, callbacks=[stop],
                     enable_progress_bar=False, enable_model_summary=False)
trainer.fit(Net(), data, data)
"""
JOBS = {
    "keras": (("keras", "torch"), "mlflow.keras.autolog()", KERAS),
    "lightning": (
        ("lightning",),
        "mlflow.pytorch.autolog(log_every_n_step=2)",
        LIGHTNING.format(package="lightning.pytorch"),
    ),
    "pytorch_lightning": (
        ("pytorch_lightning",),
        "mlflow.pytorch.autolog(log_every_n_step=2)",
        LIGHTNING.format(package="pytorch_lightning"),
    ),
}


def require(*needed):
    """Skip a test without modules, which are not imported here: they choose their backend when they are."""
    for each in needed:
        if importlib.util.find_spec(each) is None:
            pytest.skip(f"needs {each}")


@pytest.mark.parametrize("job", JOBS)
def test_a_training_records_what_mlflow_records(job, tmp_path, monkeypatch):
    needed, switch, program = JOBS[job]
    require(*needed)
    monkeypatch.setenv("KERAS_BACKEND", os.environ.get("KERAS_BACKEND", "torch"))
    (mine,) = runs_of(f"{switch}\n{program}", "nbtrack", str(tmp_path / "ours"))
    # MLflow has no autologging for the package `lightning` alone: it patches the trainers of both names.
    theirs = program.replace("lightning.pytorch", "pytorch_lightning")
    (other,) = runs_of(f"{switch}\n{theirs}", "mlflow", f"sqlite:///{tmp_path}/theirs.db")
    assert other["params"].items() <= mine["params"].items()
    assert other["metrics"] == pytest.approx({key: mine["metrics"][key] for key in other["metrics"]}, rel=1e-4)
    assert other["points"].items() <= mine["points"].items()
    assert set(other["files"]) <= set(mine["files"])
    assert mine["tags"]["mlflow.autologging"] == other["tags"]["mlflow.autologging"]
    assert mine["status"] == "FINISHED"
    assert "model/MLmodel" in mine["files"]


def test_the_callbacks_of_mlflow_log_to_the_active_run(tmp_path, monkeypatch):
    """A program that names them records with autologging what it records without, once."""
    require("keras", "torch", "pytorch_lightning")
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    keras = KERAS.replace("callbacks=[]", "callbacks=[mlflow.keras.MlflowCallback()]")
    lightning = LIGHTNING.format(package="pytorch_lightning").replace(
        "callbacks=[stop]", "callbacks=[stop, mlflow.pytorch.MlflowModelCheckpointCallback()]"
    )
    program = f"with mlflow.start_run():\n{indented(keras)}\nwith mlflow.start_run():\n{indented(lightning)}\n"
    runs = [
        runs_of(f"{switch}\n{program}", "nbtrack", str(tmp_path / name))
        for name, switch in {"alone": "", "both": "mlflow.keras.autolog(); mlflow.pytorch.autolog()"}.items()
    ]
    for alone, both in zip(*runs, strict=True):
        shared = alone["points"].keys() & both["points"].keys()
        assert {key: alone["points"][key] for key in shared} == {key: both["points"][key] for key in shared}
        assert set(alone["files"]) <= set(both["files"])
    fitted, trained = sorted(runs[0], key=lambda run: "checkpoints/latest_checkpoint.pth" in run["files"])
    assert {"loss", "mae", "val_loss", "validation_loss"} <= fitted["metrics"].keys()
    assert "model_summary.txt" in fitted["files"]
    assert {"checkpoints/latest_checkpoint_metrics.json"} < set(trained["files"])


def test_checkpoints_of_one_step_are_saved_apart():
    """While gradients are accumulated, the step is the same after several batches, and an upload may still read."""
    import nbtrack
    from nbtrack.autologging.lightning_checkpoints import Checkpoints
    from nbtrack.autologging.options import Options
    from nbtrack.autologging.training import Training

    class Trainer:
        global_step, current_epoch, callback_metrics, files = 4, 0, {}, []

        def save_checkpoint(self, file, *, weights_only):
            self.files.append(file)
            file.write_text(f"state {len(self.files)}")

    with nbtrack.start_run() as run:
        checkpoints = Checkpoints(Training(run, Options(checkpoint_save_best_only=False)), of_steps=True)
        for _ in range(3):
            checkpoints.save(Trainer())
        checkpoints.finish()
    assert len(set(Trainer.files)) == 3
    path = f"runs:/{run.info.run_id}/checkpoints/global_step_4/checkpoint.pth"
    assert nbtrack.artifacts.load_text(path) == "state 3"


def indented(program):
    return "\n".join(f"    {line}" for line in program.splitlines())


@pytest.mark.filterwarnings("ignore:.*LeafSpec:FutureWarning")
def test_checkpoints_and_states_are_loaded(tmp_path):
    torch = pytest.importorskip("torch")
    lightning = pytest.importorskip("lightning.pytorch")
    import nbtrack

    class Net(lightning.LightningModule):
        def __init__(self):
            super().__init__()
            self.layer = torch.nn.Linear(1, 1)

        def training_step(self, batch, number):
            return self.layer(batch[0]).square().mean()

        def configure_optimizers(self):
            return torch.optim.SGD(self.parameters(), lr=0.1)

    nbtrack.set_tracking_uri(tmp_path / "mlruns")
    data = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(torch.ones(4, 1)), batch_size=2)
    quiet = dict.fromkeys(("logger", "enable_checkpointing", "enable_progress_bar", "enable_model_summary"), False)
    module, states = Net(), []
    remember = lightning.callbacks.LambdaCallback(
        on_train_epoch_end=lambda *_: states.append(module.layer.weight.item())
    )
    nbtrack.pytorch.autolog(checkpoint_save_best_only=False, log_models=False)
    try:
        with nbtrack.start_run() as run:
            lightning.Trainer(max_epochs=3, accelerator="cpu", callbacks=[remember], **quiet).fit(module, data)
            nbtrack.pytorch.log_state_dict(module.state_dict(), "state")
            latest = nbtrack.pytorch.load_checkpoint(Net)
    finally:
        nbtrack.pytorch.autolog(disable=True)
    run_id = run.info.run_id
    first = nbtrack.pytorch.load_checkpoint(Net, run_id, epoch=0)
    assert [first.layer.weight.item(), latest.layer.weight.item()] == [states[0], states[2]]
    state = nbtrack.pytorch.load_state_dict(f"runs:/{run_id}/state")
    assert torch.equal(state["layer.weight"], module.layer.weight)
    with pytest.raises(nbtrack.MlflowException, match="epoch_7"):
        nbtrack.pytorch.load_checkpoint(Net, run_id, epoch=7)
