"""The store in a PostgreSQL database, which many machines may write at once."""

from nbtrack.stores.postgres.store import PostgresStore

__all__ = ["PostgresStore"]
