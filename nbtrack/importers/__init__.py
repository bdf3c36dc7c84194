"""Importing the runs of other trackers into a store: ``nbtrack import SOURCE``, or `import_runs`.

==================================================  =========================================================
source                                              what comes in
==================================================  =========================================================
``mlruns``, a folder in MLflow's file layout        everything, also what is in the trash
``mlflow.db``, ``sqlite:///mlflow.db``              everything, also what is in the trash
``https://tracking.example.org``, an MLflow server  everything that its API shows
a folder, database or server of nbtrack             everything
a folder of TensorBoard's logs                      scalars, hyperparameters, the event files as artifacts
``~/.cache/huggingface/trackio/PROJECT.db``         metrics, configurations, media
``wandb``, a folder of W&B, offline runs as well    histories, configurations, summaries, files
a repository of Aim, with ``.aim`` (needs aim)      metrics, attributes, tags, descriptions
``exports`` of neptune-exporter (needs pyarrow)     series, attributes, files, the Parquet files as artifacts
==================================================  =========================================================

Runs keep their ids, so a second import adds only what is new: new runs, and to known ones the points, parameters, tags,
datasets and artifacts that they lack. An import that was interrupted is completed in the same way. Each run is written
in one transaction; a run that cannot be read is left out and reported, and the others come in. Experiments are found by
their names, and get new ids.

Models that MLflow 3 has logged become artifacts of their runs, below their names, where ``runs:/<run id>/<name>`` and
``models:/<model id>`` find them. Artifacts on this machine or behind a server are copied; those in a cloud stay there.
Links and whatever else is not a regular file are left out, and nothing is ever unpickled.
"""

from nbtrack.importers.importer import Imported, ImportSummary, import_runs

__all__ = ["ImportSummary", "Imported", "import_runs"]
