"""torchtune's MLFlowLogger."""

import os

from omegaconf import OmegaConf
from torchtune.training.metric_logging import MLFlowLogger

logger = MLFlowLogger(experiment_name="torchtune", tracking_uri=os.environ["MLFLOW_TRACKING_URI"], run_name="tune")
logger.log_config(OmegaConf.create({"output_dir": "out", "model": {"layers": 2, "rate": 0.1}, "seed": 3}))
for step in range(4):
    logger.log("loss", 1 / (step + 1), step)
    logger.log_dict({"accuracy": step / 4, "rate": 0.1}, step)
logger.close()
