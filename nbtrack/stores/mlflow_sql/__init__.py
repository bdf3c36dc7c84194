"""SQLite databases of MLflow's schema (``mlflow.db``), read in place and never written.

Temporary views show MLflow's tables, of whichever version, as those of our own schema, so that the same SQL searches
both.
"""

from nbtrack.stores.mlflow_sql.mlflow_database import is_mlflow_database
from nbtrack.stores.mlflow_sql.mlflow_sql_store import MlflowSqlStore

__all__ = ["MlflowSqlStore", "is_mlflow_database"]
