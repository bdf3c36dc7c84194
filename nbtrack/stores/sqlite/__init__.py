"""The store in a local folder: rows in SQLite, metric points through an append-only journal."""
