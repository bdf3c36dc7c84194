"""MLflow's file layout (``mlruns/<experiment>/<run>/…``), read in place and never written.

What the files contain is copied into an index in memory, which is updated when files change; searches run there, and
histories are read from the files. A run that cannot be read, or whose files are not what MLflow writes, is left out and
reported; the others are listed.
"""

from nbtrack.stores.mlflow_files.mlflow_file_store import MlflowFileStore

__all__ = ["MlflowFileStore"]
