"""Runs of projects: a folder or git repository whose entry points are commands with parameters.

The format of ``MLproject`` and the arguments of `run` are MLflow's:
https://mlflow.org/docs/latest/ml/projects/
"""

from nbtrack.projects.launch import run
from nbtrack.projects.submitted_run import SubmittedRun

__all__ = ["SubmittedRun", "run"]
