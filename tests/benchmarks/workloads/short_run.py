"""A run with ten parameters, five tags and five metrics, from start to end."""

from __future__ import annotations

import os
from time import perf_counter, time_ns
from typing import Any

import systems
from workload import middle

SIZES = {"full": {"rounds": 9, "runs": 30}, "quick": {"rounds": 2, "runs": 5}}
LESS = {"mlflow": {"rounds": 5, "runs": 10}, "trackio": {"rounds": 5, "runs": 5}}
PARAMS = {f"param {number}": number / 3 for number in range(10)}
TAGS = {f"tag {number}": f"text {number}" for number in range(5)}
METRICS = {f"metric {number}": number / 7 for number in range(5)}


class Timed:
    """Times one run after the other."""

    size: dict[str, int]

    def run(self) -> None:
        raise NotImplementedError

    def once(self) -> dict[str, float]:
        took = []
        for _ in range(self.size["runs"]):
            start = perf_counter()
            self.run()
            took.append((perf_counter() - start) * 1000)
        return {"ms": middle(took)}


class Fluent(Timed):
    """The fluent functions, the same in both."""

    mlflow: Any

    def run(self) -> None:
        with self.mlflow.start_run():
            self.mlflow.log_params(PARAMS)
            self.mlflow.set_tags(TAGS)
            self.mlflow.log_metrics(METRICS)


class Nbtrack(Fluent, systems.Nbtrack):
    """nbtrack."""


class Mlflow(Fluent, systems.Mlflow):
    """MLflow."""


class Trackio(Timed, systems.Trackio):
    """Parameters and tags as the configuration."""

    def run(self) -> None:
        self.start(config={**PARAMS, **TAGS})
        self.trackio.log(METRICS)
        self.trackio.finish()


class Sqlite(Timed, systems.Sqlite):
    """The rows in one transaction."""

    def set_up(self) -> None:
        super().set_up()
        self.connection.execute(
            "CREATE TABLE runs (id INTEGER PRIMARY KEY, name TEXT, start INTEGER, end INTEGER);"
            "CREATE TABLE latest (run INTEGER, key TEXT, timestamp INTEGER, value REAL, PRIMARY KEY (run, key));"
            "CREATE TABLE texts (run INTEGER, kind TEXT, key TEXT, value TEXT, PRIMARY KEY (run, kind, key))"
        )

    def run(self) -> None:
        connection, moment = self.connection, time_ns() // 1_000_000
        with connection:
            connection.execute("INSERT INTO runs (name, start, end) VALUES ('run', ?, ?)", (moment, moment))
            row = connection.last_insert_rowid()
            texts = [(row, "param", *pair) for pair in PARAMS.items()] + [(row, "tag", *pair) for pair in TAGS.items()]
            connection.executemany("INSERT INTO texts VALUES (?, ?, ?, ?)", texts)
            points = [(row, key, moment, value) for key, value in METRICS.items()]
            connection.executemany("INSERT INTO latest VALUES (?, ?, ?, ?)", points)


class Synced(Timed, systems.Append):
    """One `fdatasync` of a page that was appended."""

    def run(self) -> None:
        os.write(self.descriptor, bytes(4096))
        os.fdatasync(self.descriptor)


CONTENDERS = {"nbtrack": Nbtrack, "SQLite": Sqlite, "one fdatasync": Synced, "trackio": Trackio, "mlflow": Mlflow}
