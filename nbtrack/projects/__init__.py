"""Runs of projects: a folder or git repository whose entry points are commands with parameters.

A project has an ``MLproject`` file, or is a script or a notebook. Its run records where the code came from, its
commit, the entry point and the parameters::

    nbtrack run . -e train -P alpha=0.5
    nbtrack run https://example.org/team/forecast.git#models --version v1.2
    nbtrack run . -e report.ipynb -P region=north       (pip install 'nbtrack[projects]')

`run` does the same from Python, with ``synchronous=False`` in the background. A project with a ``python_env.yaml``
gets a virtual environment of its own; conda and docker environments are not supported.

The format of ``MLproject`` and the arguments of `run` are MLflow's:
https://mlflow.org/docs/latest/ml/projects/
"""

from nbtrack.projects.launch import run
from nbtrack.projects.submitted_run import SubmittedRun

__all__ = ["SubmittedRun", "run"]
