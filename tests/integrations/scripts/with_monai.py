"""MONAI's MLFlowHandler."""

import os
from pathlib import Path

import pandas as pd
from ignite.engine import Engine
from monai.handlers import MLFlowHandler


def step(engine, batch):
    engine.state.metrics["accuracy"] = engine.state.iteration / 10
    return [{"loss": 1 / engine.state.iteration}]


engine = Engine(step)
Path("kept.txt").write_text("kept")
handler = MLFlowHandler(
    tracking_uri=os.environ["MLFLOW_TRACKING_URI"],
    experiment_name="monai",
    run_name="monai",
    experiment_param={"rate": 0.1, "layers": 3},
    dataset_dict={"training": pd.DataFrame({"a": [1, 2, 3]})},
    dataset_keys="a",
    artifacts="kept.txt",
    iteration_log=True,
    epoch_log=True,
    output_transform=lambda output: output[0]["loss"],
    close_on_complete=False,
)
handler.attach(engine)
engine.run(range(3), max_epochs=2)
handler.close()
