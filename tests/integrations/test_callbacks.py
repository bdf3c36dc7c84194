"""Our own callbacks, with the real libraries; those that are not installed here are tried by `test_libraries.py`."""

from __future__ import annotations

import os

import pytest

import nbtrack
from nbtrack.entities import ViewType


@pytest.fixture(autouse=True)
def store(tmp_path, monkeypatch):
    """Log to a folder of the test."""
    monkeypatch.chdir(tmp_path)
    nbtrack.set_tracking_uri(tmp_path / "mlruns")
    yield
    while nbtrack.active_run() is not None:
        nbtrack.end_run()


def all_runs():
    """Return all runs, the oldest first."""
    return list(reversed(nbtrack.MlflowClient().search_runs(["0"], run_view_type=ViewType.ALL)))


def only_run():
    """Return the one run there is."""
    (run,) = all_runs()
    return run


def curve(run, key):
    """Return the steps and values of a metric."""
    return [(each.step, each.value) for each in nbtrack.MlflowClient().get_metric_history(run.info.run_id, key)]


def files(run, path=""):
    """Return the paths of the artifacts below a folder."""
    return [each.path for each in nbtrack.MlflowClient().list_artifacts(run.info.run_id, path)]


# --- Optuna


def objective(trial):
    x = trial.suggest_float("x", 0, 1)
    for step in range(3):
        trial.report(x + step, step)
    if trial.number == 1:
        import optuna

        raise optuna.TrialPruned
    if trial.number == 2:
        raise ValueError("broken")
    trial.set_user_attr("half", x / 2)
    return x


def test_optuna_makes_a_child_of_each_trial():
    optuna = pytest.importorskip("optuna")
    from nbtrack.integrations.optuna import NbtrackCallback

    study = optuna.create_study(study_name="search", sampler=optuna.samplers.RandomSampler(seed=0))
    with NbtrackCallback("loss") as callback:
        study.optimize(objective, n_trials=4, callbacks=[callback], catch=ValueError)
        assert nbtrack.active_run().info.run_name == "search"
    parent, *children = sorted(all_runs(), key=lambda run: run.data.tags.get("optuna.trial", ""))
    assert (parent.info.run_name, parent.info.status) == ("search", "FINISHED")
    assert parent.data.params == {"direction": "minimize"}
    assert parent.data.tags["best.x"] == str(study.best_params["x"])
    assert curve(parent, "best_loss")[-1] == (3, study.best_value)
    assert [run.parent_id for run in children] == [parent.info.run_id] * 4
    assert [run.info.status for run in children] == ["FINISHED", "KILLED", "FAILED", "FINISHED"]
    assert [run.data.tags["optuna.state"] for run in children] == ["COMPLETE", "PRUNED", "FAIL", "COMPLETE"]
    first = children[0]
    value = study.trials[0].value
    assert (first.data.params, first.data.tags["half"]) == ({"x": str(value)}, str(value / 2))
    assert (curve(first, "loss"), curve(first, "intermediate")) == ([(0, value)], [(s, value + s) for s in range(3)])
    assert first.info.start_time <= first.info.end_time
    assert "loss" not in children[1].data.metrics


def test_optuna_logs_below_the_active_run():
    optuna = pytest.importorskip("optuna")
    from nbtrack.integrations.optuna import NbtrackCallback

    study = optuna.create_study(directions=["minimize", "maximize"])
    with nbtrack.start_run(run_name="mine") as run:
        callback = NbtrackCallback(["loss", "accuracy"])
        study.optimize(lambda trial: (trial.suggest_int("n", 1, 3), 0.5), n_trials=2, callbacks=[callback])
        callback.close()
        assert nbtrack.active_run() is not None
    children = [each for each in all_runs() if each.parent_id == run.info.run_id]
    assert [sorted(each.data.metrics) for each in children] == [["accuracy", "loss"]] * 2


# --- LightGBM and XGBoost


def rows():
    import numpy as np

    random = np.random.default_rng(0)
    X = random.normal(size=(60, 3))
    return X, X[:, 0] + random.normal(scale=0.1, size=60)


def test_lightgbm_logs_each_round():
    lightgbm = pytest.importorskip("lightgbm")
    from nbtrack.integrations.lightgbm import NbtrackCallback

    X, y = rows()
    data, known = lightgbm.Dataset(X, y), {}
    settings = {"objective": "l2", "num_leaves": 5, "verbose": -1}
    callbacks = [NbtrackCallback("boosted"), lightgbm.record_evaluation(known)]
    lightgbm.train(settings, data, 4, valid_sets=[data], callbacks=callbacks)
    run = only_run()
    assert (run.info.run_name, run.info.status, nbtrack.active_run()) == ("boosted", "FINISHED", None)
    assert run.data.params["num_leaves"] == "5"
    assert curve(run, "training-l2") == list(enumerate(known["training"]["l2"]))


def test_lightgbm_run_ends_with_the_block_after_early_stopping_and_has_the_deviations_of_folds():
    lightgbm = pytest.importorskip("lightgbm")
    from nbtrack.integrations.lightgbm import NbtrackCallback

    X, y = rows()
    with NbtrackCallback() as callback:
        settings = {"objective": "l2", "learning_rate": 5.0, "verbose": -1}
        stopping = lightgbm.early_stopping(2, verbose=False)
        found = lightgbm.cv(
            settings, lightgbm.Dataset(X, y), 50, nfold=3, stratified=False, callbacks=[callback, stopping]
        )
    run = only_run()
    assert run.info.status == "FINISHED"
    rounds = len(curve(run, "valid-l2"))
    assert len(found["valid l2-mean"]) <= rounds < 50
    assert len(curve(run, "valid-l2-std")) == rounds


def test_xgboost_logs_each_round():
    xgboost = pytest.importorskip("xgboost")
    from nbtrack.integrations.xgboost import NbtrackCallback

    X, y = rows()
    data, known = xgboost.DMatrix(X, y), {}
    xgboost.train(
        {"max_depth": 2, "eta": 0.5, "objective": "reg:squarederror"},
        data,
        30,
        evals=[(data, "train"), (xgboost.DMatrix(-X, y), "val")],
        early_stopping_rounds=3,
        evals_result=known,
        verbose_eval=False,
        callbacks=[NbtrackCallback("trees")],
    )
    run = only_run()
    assert (run.info.run_name, run.info.status, nbtrack.active_run()) == ("trees", "FINISHED", None)
    assert {"max_depth": "2", "objective": "reg:squarederror", "booster": "gbtree"}.items() <= run.data.params.items()
    assert curve(run, "train-rmse") == list(enumerate(known["train"]["rmse"]))
    assert run.data.metrics["best_iteration"] == len(known["val"]["rmse"]) - 4


def test_xgboost_joins_the_active_run_of_its_sklearn_interface_and_of_folds():
    xgboost = pytest.importorskip("xgboost")
    from nbtrack.integrations.xgboost import NbtrackCallback

    X, y = rows()
    with nbtrack.start_run(run_name="mine"):
        model = xgboost.XGBRegressor(n_estimators=3, callbacks=[NbtrackCallback()])
        model.fit(X, y, eval_set=[(X, y)], verbose=False)
        assert nbtrack.active_run().info.run_name == "mine"
    assert len(curve(only_run(), "validation_0-rmse")) == 3
    xgboost.cv({}, xgboost.DMatrix(X, y), 2, nfold=3, callbacks=[NbtrackCallback()])
    assert {"test-rmse", "test-rmse-std", "train-rmse"} <= set(all_runs()[-1].data.metrics)


# --- PyTorch and Keras


def test_lightning_logger():
    lightning = pytest.importorskip("lightning.pytorch")
    import torch

    from nbtrack.integrations.lightning import NbtrackLogger

    class Model(lightning.LightningModule):
        def __init__(self, rate=0.1, net=None):
            super().__init__()
            self.save_hyperparameters()
            self.layer = torch.nn.Linear(2, 1)

        def training_step(self, batch, index):
            loss = self.layer(batch[0]).pow(2).mean()
            self.log("loss", loss)
            return loss

        def configure_optimizers(self):
            return torch.optim.SGD(self.parameters(), lr=self.hparams.rate)

    data = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(torch.randn(8, 2)), batch_size=4, num_workers=0)
    logger = NbtrackLogger("light", log_checkpoints=True)
    options = {
        "accelerator": "cpu",
        "enable_progress_bar": False,
        "enable_model_summary": False,
        "log_every_n_steps": 1,
    }
    lightning.Trainer(max_epochs=2, logger=logger, **options).fit(Model(net={"width": 3}), data)
    run = only_run()
    assert (run.info.run_name, run.info.status, nbtrack.active_run()) == ("light", "FINISHED", None)
    assert run.data.params == {"rate": "0.1", "net.width": "3"}
    assert [step for step, _ in curve(run, "loss")] == [0, 1, 2, 3]
    assert len(files(run, "checkpoints")) == 1


def test_transformers_callback():
    transformers = pytest.importorskip("transformers")
    import torch

    from nbtrack.integrations.transformers import NbtrackCallback

    size = {"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    config = transformers.BertConfig(vocab_size=20, num_labels=2, **size)
    items = [{"input_ids": torch.randint(0, 20, (6,)), "labels": torch.tensor(n % 2)} for n in range(8)]
    arguments = transformers.TrainingArguments(
        output_dir="out",
        run_name="bert",
        report_to="none",
        max_steps=2,
        logging_steps=1,
        save_steps=2,
        use_cpu=True,
        disable_tqdm=True,
        save_only_model=True,
    )
    model = transformers.BertForSequenceClassification(config)
    callbacks = [NbtrackCallback(log_checkpoints=True)]
    transformers.Trainer(model, arguments, train_dataset=items, callbacks=callbacks).train()
    run = only_run()
    assert (run.info.run_name, run.info.status, nbtrack.active_run()) == ("bert", "FINISHED", None)
    assert {"hidden_size": "8", "max_steps": "2"}.items() <= run.data.params.items()
    assert [step for step, _ in curve(run, "loss")] == [1, 2]
    assert "checkpoints/checkpoint-2/config.json" in files(run, "checkpoints/checkpoint-2")


def test_accelerate_tracker():
    accelerate = pytest.importorskip("accelerate")
    from nbtrack.integrations.accelerate import NbtrackTracker

    accelerator = accelerate.Accelerator(log_with=NbtrackTracker("accelerated"), cpu=True)
    accelerator.init_trackers("project", {"rate": 0.1, "net": {"width": 3}})
    for step in range(3):
        accelerator.log({"loss": 1 / (step + 1), "phase": "warm-up"}, step=step)
    accelerator.end_training()
    run = only_run()
    assert (run.info.run_name, run.info.status, nbtrack.active_run()) == ("accelerated", "FINISHED", None)
    assert (run.data.params, run.data.tags["phase"]) == ({"rate": "0.1", "net.width": "3"}, "warm-up")
    assert curve(run, "loss") == [(step, 1 / (step + 1)) for step in range(3)]


def test_keras_callback():
    os.environ.setdefault("KERAS_BACKEND", "torch")
    keras = pytest.importorskip("keras")
    import numpy as np

    from nbtrack.integrations.keras import NbtrackCallback

    model = keras.Sequential([keras.layers.Input((3,)), keras.layers.Dense(1)])
    model.compile(optimizer=keras.optimizers.Adam(0.01), loss="mse", metrics=["mae"])
    X = np.random.default_rng(0).normal(size=(16, 3))
    history = model.fit(X, X[:, :1], epochs=3, verbose=0, validation_split=0.25, callbacks=[NbtrackCallback("dense")])
    run = only_run()
    assert (run.info.run_name, run.info.status, nbtrack.active_run()) == ("dense", "FINISHED", None)
    assert {"epochs": "3", "optimizer.name": "adam"}.items() <= run.data.params.items()
    assert curve(run, "val_mae") == list(enumerate(history.history["val_mae"]))
    assert files(run) == ["model_summary.txt"]
