"""Ray's MLflowLoggerCallback, and setup_mlflow in the workers."""

import os
from pathlib import Path

import ray
from ray import tune
from ray.air.integrations.mlflow import MLflowLoggerCallback, setup_mlflow

URI = os.environ["MLFLOW_TRACKING_URI"]


def train(config):
    for step in range(3):
        tune.report({"loss": config["rate"] / (step + 1)})


def train_itself(config):
    mlflow = setup_mlflow(config, experiment_name="ray-workers", tracking_uri=URI, create_experiment_if_not_exists=True)
    mlflow.log_metric("doubled", config["rate"] * 2, step=1)
    mlflow.end_run()
    tune.report({"loss": config["rate"]})


ray.init(num_cpus=1, include_dashboard=False, configure_logging=False)
callback = MLflowLoggerCallback(tracking_uri=URI, experiment_name="ray", save_artifact=False, tags={"team": "a"})
here = str(Path("ray").resolve())
for function, callbacks in ((train, [callback]), (train_itself, [])):
    tune.Tuner(
        function,
        param_space={"rate": tune.grid_search([0.1, 0.2])},
        run_config=tune.RunConfig(storage_path=here, name=function.__name__, callbacks=callbacks, verbose=0),
    ).fit()
ray.shutdown()
