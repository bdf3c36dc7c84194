"""Accelerate's MLflow tracker."""

from pathlib import Path

from accelerate import Accelerator
from matplotlib.figure import Figure

accelerator = Accelerator(log_with="mlflow", project_dir=".", cpu=True)
accelerator.init_trackers(
    "accelerate", {"rate": 0.1, "layers": 3, "name": "net"}, {"mlflow": {"run_name": "accelerate"}}
)
for step in range(5):
    accelerator.log({"loss": 1 / (step + 1), "text": "not a number"}, step=step)
tracker = accelerator.get_tracker("mlflow")
Path("folder").mkdir()
Path("folder/a.txt").write_text("a")
tracker.log_artifact("folder/a.txt", artifact_path="one")
tracker.log_artifacts("folder", artifact_path="all")
figure = Figure()
figure.subplots().plot([1, 2])
tracker.log_figure(figure, "figure.png", save_kwargs={"metadata": {"Software": None}})
accelerator.end_training()
