"""The store in a PostgreSQL database, which many machines may write at once."""

from nbtrack.stores.postgres.postgres_store import PostgresStore

__all__ = ["PostgresStore"]
