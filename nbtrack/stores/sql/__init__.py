"""The store for any SQL database: plain SQL, no ORM."""

from nbtrack.stores.sql.sql_store import Connection, Database, SqlStore

__all__ = ["Connection", "Database", "SqlStore"]
