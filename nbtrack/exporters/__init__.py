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

Folders and databases get everything, also what is in the trash; runs keep their ids, so a second export adds only what
is new, and `nbtrack import` reads them back as they were. Runs with names that cannot be those of files in MLflow's
layout are left out and reported. Of points that are repeated exactly a database has one, as MLflow's own.
"""

from nbtrack.exporters.export import export_runs

__all__ = ["export_runs"]
