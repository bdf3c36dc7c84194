"""The store for any SQL database: plain SQL, no ORM."""

from nbtrack.stores.sql.database import Connection, Database
from nbtrack.stores.sql.sql_store import SqlStore

__all__ = ["Connection", "Database", "SqlStore"]
