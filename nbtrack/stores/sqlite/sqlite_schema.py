"""The tables, as ordered migrations; each is applied once, in one transaction with its record.

Times are in ms since the epoch UTC. NaN metric values are stored as NULL, since SQLite cannot store NaN; no other value
is NULL. The artifacts of a run whose `artifact_uri` is NULL are in the store's own folder, which can thus be moved.
"""

from __future__ import annotations

APPLICATION_ID = 0x6E627472
"""``nbtr``, in the header of our databases."""

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE experiments (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL UNIQUE,
        artifact_location TEXT,
        stage TEXT NOT NULL DEFAULT 'active',
        created INTEGER NOT NULL,
        updated INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE experiment_tags (
        experiment INTEGER NOT NULL REFERENCES experiments ON DELETE CASCADE,
        key TEXT NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY (experiment, key)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE runs (
        id INTEGER PRIMARY KEY,
        run_id TEXT NOT NULL UNIQUE,
        experiment INTEGER NOT NULL REFERENCES experiments ON DELETE CASCADE,
        name TEXT NOT NULL,
        user_id TEXT NOT NULL,
        status TEXT NOT NULL,
        start_time INTEGER NOT NULL,
        end_time INTEGER,
        stage TEXT NOT NULL DEFAULT 'active',
        deleted INTEGER,
        artifact_uri TEXT
    ) STRICT;
    CREATE INDEX runs_by_start ON runs (experiment, stage, start_time DESC, run_id);
    CREATE TABLE params (
        run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
        key TEXT NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY (run, key)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX params_by_value ON params (key, value);
    CREATE TABLE tags (
        run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
        key TEXT NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY (run, key)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX tags_by_value ON tags (key, value);
    CREATE TABLE latest_metrics (
        run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
        key TEXT NOT NULL,
        value REAL,
        step INTEGER NOT NULL,
        timestamp INTEGER NOT NULL,
        PRIMARY KEY (run, key)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX latest_metrics_by_value ON latest_metrics (key, value);
    CREATE TABLE blocks (
        id INTEGER PRIMARY KEY,
        run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
        key TEXT NOT NULL,
        count INTEGER NOT NULL,
        data BLOB NOT NULL
    ) STRICT;
    CREATE INDEX blocks_by_key ON blocks (run, key);
    CREATE TABLE journals (
        name TEXT PRIMARY KEY,
        folded INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE journal_series (
        journal TEXT NOT NULL,
        number INTEGER NOT NULL,
        run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
        key TEXT NOT NULL,
        PRIMARY KEY (journal, number)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE datasets (
        id INTEGER PRIMARY KEY,
        experiment INTEGER NOT NULL REFERENCES experiments ON DELETE CASCADE,
        name TEXT NOT NULL,
        digest TEXT NOT NULL,
        source_type TEXT NOT NULL,
        source TEXT NOT NULL,
        schema TEXT,
        profile TEXT,
        UNIQUE (experiment, name, digest)
    ) STRICT;
    CREATE TABLE inputs (
        run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
        dataset INTEGER NOT NULL REFERENCES datasets ON DELETE CASCADE,
        PRIMARY KEY (run, dataset)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE input_tags (
        run INTEGER NOT NULL,
        dataset INTEGER NOT NULL,
        key TEXT NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY (run, dataset, key),
        FOREIGN KEY (run, dataset) REFERENCES inputs ON DELETE CASCADE
    ) STRICT, WITHOUT ROWID;
    INSERT INTO experiments (id, name, created, updated)
        VALUES (0, 'Default', CAST(unixepoch('subsec') * 1000 AS INTEGER), CAST(unixepoch('subsec') * 1000 AS INTEGER));
    """,
    """
    CREATE INDEX runs_running ON runs (id) WHERE status = 'RUNNING';
    """,
    """
    CREATE TABLE deliveries (
        queue TEXT PRIMARY KEY,
        position INTEGER NOT NULL,
        moment INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE page_keys (
        number INTEGER PRIMARY KEY,
        key BLOB NOT NULL,
        created INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX runs_by_time ON runs (start_time DESC, run_id);
    """,
    """
    CREATE TABLE users (
        name TEXT PRIMARY KEY,
        role TEXT NOT NULL,
        token TEXT NOT NULL UNIQUE,
        created INTEGER NOT NULL,
        revoked INTEGER
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE audit (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        moment INTEGER NOT NULL,
        user_name TEXT NOT NULL,
        endpoint TEXT NOT NULL,
        subject TEXT NOT NULL,
        status INTEGER NOT NULL,
        requests INTEGER NOT NULL
    ) STRICT;
    """,
)
