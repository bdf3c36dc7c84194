"""Optuna's MLflowCallback, with what it decorates."""

import os

import mlflow
import optuna
from optuna_integration.mlflow import MLflowCallback

callback = MLflowCallback(
    tracking_uri=os.environ["MLFLOW_TRACKING_URI"], metric_name="score", mlflow_kwargs={"tags": {"team": "a"}}
)


@callback.track_in_mlflow()
def objective(trial):
    x = trial.suggest_float("x", -10, 10)
    kind = trial.suggest_categorical("kind", ["a", "b"])
    trial.set_user_attr("squared", x * x)
    mlflow.log_metric("intermediate", x / 2, step=trial.number)
    mlflow.log_param("extra", kind * 3)
    return (x - 2) ** 2


study = optuna.create_study(study_name="optuna", sampler=optuna.samplers.RandomSampler(seed=0))
study.optimize(objective, n_trials=4, callbacks=[callback])
