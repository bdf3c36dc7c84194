"""A call that logs twenty metrics at one step."""

from __future__ import annotations

import os
from time import perf_counter_ns, time_ns
from typing import Any

import systems
from workload import percentiles

SIZES = {"full": {"rounds": 9, "calls": 2_000}, "quick": {"rounds": 2, "calls": 200}}
LESS = {"mlflow": {"rounds": 5, "calls": 50}, "trackio": {"rounds": 5}}
METRICS = {f"metric {number:02}": number / 7 for number in range(20)}


class Fluent:
    """`log_metrics`, whose name and arguments are the same in both."""

    mlflow: Any
    size: dict[str, int]

    def once(self) -> dict[str, float]:
        took, now, mlflow = [], perf_counter_ns, self.mlflow
        with mlflow.start_run():
            for step in range(self.size["calls"]):
                start = now()
                mlflow.log_metrics(METRICS, step=step)
                took.append(now() - start)
        return percentiles(took)


class Nbtrack(Fluent, systems.Nbtrack):
    """`nbtrack.log_metrics`."""


class Mlflow(Fluent, systems.Mlflow):
    """`mlflow.log_metrics`."""


class Trackio(systems.Trackio):
    """`trackio.log`, into memory."""

    def once(self) -> dict[str, float]:
        took, now, trackio = [], perf_counter_ns, self.trackio
        self.start()
        for step in range(self.size["calls"]):
            start = now()
            trackio.log(METRICS, step=step)
            took.append(now() - start)
        trackio.finish()
        return percentiles(took)


class Sqlite(systems.Sqlite):
    """Twenty rows in one transaction."""

    def once(self) -> dict[str, float]:
        took, now, connection = [], perf_counter_ns, self.connection
        numbers = {key: self.series + number for number, key in enumerate(METRICS)}
        self.series += len(numbers)
        for step in range(self.size["calls"]):
            start = now()
            moment = time_ns() // 1_000_000
            rows = [(numbers[key], step, moment, value) for key, value in METRICS.items()]
            with connection:
                connection.executemany(self.insert, rows)
            took.append(now() - start)
        return percentiles(took)


class Write(systems.Append):
    """A bare `write(2)` of twenty records that are packed already."""

    def once(self) -> dict[str, float]:
        took, now, write, descriptor = [], perf_counter_ns, os.write, self.descriptor
        records = systems.RECORD.pack(0, 0, 1, 0, 0, 0.5) * len(METRICS)
        for _ in range(self.size["calls"]):
            start = now()
            write(descriptor, records)
            took.append(now() - start)
        return percentiles(took)


CONTENDERS = {"nbtrack": Nbtrack, "write(2)": Write, "SQLite": Sqlite, "trackio": Trackio, "mlflow": Mlflow}
