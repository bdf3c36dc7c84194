"""Exporting runs for other programs: ``nbtrack export TARGET``, or `export_runs`.

=====================================================  ======================================================
target                                                 what is written
=====================================================  ======================================================
a folder, such as ``for-mlflow/mlruns``                experiments and runs in MLflow's file layout
``mlflow.db``, ``sqlite:///mlflow.db``                 the same in a database, which MLflow 3.0 and newer open;
                                                       the artifacts go to ``mlartifacts`` beside it
``runs.csv``, ``runs.parquet`` (needs pyarrow)         a table with a row for each run, and in
                                                       ``runs.points.csv`` one with a row for each point
``https://tracking.example.org``, an MLflow server     the runs, with new ids, as `nbtrack runs push` copies them
=====================================================  ======================================================

Folders and databases get everything, including the trash; runs keep their ids, so a second export adds only new
data, and `nbtrack import` restores them exactly. Runs with keys that cannot be file names in MLflow's
layout are left out and reported. A database stores identical points once, as MLflow does.
"""

from nbtrack.exporters.export import export_runs

__all__ = ["export_runs"]
