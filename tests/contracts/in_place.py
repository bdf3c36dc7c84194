"""A store that MLflow's own server writes, and that is read in place."""

from __future__ import annotations

from nbtrack import locate

READS = frozenset((
    "get_experiment",
    "find_experiment",
    "search_experiments",
    "get_run",
    "search_runs",
    "run_columns",
    "overview",
    "metric_history",
    "tag",
    "mark",
))  # fmt: skip


class InPlace:
    """Reads from a folder or a database, and sends everything else to the server that writes it."""

    def __init__(self, writer, path):
        self._writer = writer
        self.move(path)

    def move(self, path):
        """Read from another folder or database."""
        self.reader = locate.store(path)

    def __getattr__(self, name):
        if name not in READS:
            return getattr(self._writer, name)
        # Files are looked at again after a moment only, which a test does not wait for.
        if hasattr(self.reader, "_index"):
            self.reader._index._due = 0.0
        return getattr(self.reader, name)
