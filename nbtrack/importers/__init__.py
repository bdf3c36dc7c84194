"""Importing the runs of other trackers into a store: ``nbtrack import SOURCE``, or `import_runs`.

==================================================  =========================================================
source                                              what is imported
==================================================  =========================================================
``mlruns``, a folder in MLflow's file layout        everything, including the trash
``mlflow.db``, ``sqlite:///mlflow.db``              everything, including the trash
``https://tracking.example.org``, an MLflow server  everything that its API shows
a folder, database or server of nbtrack             everything
a folder of TensorBoard's logs                      scalars, hyperparameters, the event files as artifacts
``~/.cache/huggingface/trackio/PROJECT.db``         metrics, configurations, media, other rows as JSON lines
``wandb``, a folder of W&B, offline runs as well    histories, configurations, summaries, files, the run file
a repository of Aim, with ``.aim`` (needs aim)      everything; archived runs are in the trash
``exports`` of neptune-exporter (needs pyarrow)     series, attributes, files, the Parquet files as artifacts
==================================================  =========================================================

Runs keep their ids, so a second import adds only new data: new runs, and the missing points, parameters, tags, datasets
and artifacts of existing ones. An interrupted import is completed in the same way. Each run is written in one
transaction; a run that cannot be read is left out and reported. Experiments are found by their names, and get new ids.

Models that MLflow 3 has logged become artifacts of their runs, below their names, where ``runs:/<run id>/<name>`` and
``models:/<model id>`` find them. Artifacts on this machine or behind a server are copied; those in a cloud are not.
Links and other files that are not regular are left out, and nothing is ever unpickled.
"""

from nbtrack.importers.importer import Imported, ImportSummary, import_runs

__all__ = ["ImportSummary", "Imported", "import_runs"]
