"""A call that logs one point: how long it takes, and what the slowest in a hundred takes."""

from __future__ import annotations

import os
from time import perf_counter_ns, time_ns
from typing import Any

import systems
from workload import percentiles

SIZES = {"full": {"rounds": 9, "calls": 50_000}, "quick": {"rounds": 2, "calls": 2_000}}
LESS = {"mlflow": {"rounds": 5, "calls": 100}, "trackio": {"rounds": 5, "calls": 20_000}, "SQLite": {"calls": 10_000}}


class Fluent:
    """`log_metric`, whose name and arguments are the same in both."""

    mlflow: Any
    size: dict[str, int]

    def once(self) -> dict[str, float]:
        took, now, mlflow = [], perf_counter_ns, self.mlflow
        with mlflow.start_run():
            for step in range(self.size["calls"]):
                start = now()
                mlflow.log_metric("m", 0.5, step=step)
                took.append(now() - start)
        return percentiles(took)


class Nbtrack(Fluent, systems.Nbtrack):
    """`nbtrack.log_metric`."""


class Mlflow(Fluent, systems.Mlflow):
    """`mlflow.log_metric`."""


class Trackio(systems.Trackio):
    """`trackio.log`, which puts the point into a queue in memory."""

    def once(self) -> dict[str, float]:
        took, now, trackio = [], perf_counter_ns, self.trackio
        self.start()
        for step in range(self.size["calls"]):
            start = now()
            trackio.log({"m": 0.5}, step=step)
            took.append(now() - start)
        trackio.finish()
        return percentiles(took)


class Sqlite(systems.Sqlite):
    """One transaction for each point."""

    def once(self) -> dict[str, float]:
        took, now, execute = [], perf_counter_ns, self.connection.execute
        self.series += 1
        for step in range(self.size["calls"]):
            start = now()
            execute(self.insert, (self.series, step, time_ns() // 1_000_000, 0.5))
            took.append(now() - start)
        return percentiles(took)


class Write(systems.Append):
    """A bare `write(2)` of a record that is packed already."""

    def once(self) -> dict[str, float]:
        took, now, write, descriptor = [], perf_counter_ns, os.write, self.descriptor
        record = systems.RECORD.pack(0, 0, 1, 0, 0, 0.5)
        for _ in range(self.size["calls"]):
            start = now()
            write(descriptor, record)
            took.append(now() - start)
        return percentiles(took)


class Checked(systems.CheckedAppend):
    """`write(2)` with lookup, lock and packing."""

    def once(self) -> dict[str, float]:
        took, now, log = [], perf_counter_ns, self.log
        for step in range(self.size["calls"]):
            start = now()
            log("m", 0.5, step)
            took.append(now() - start)
        return percentiles(took)


CONTENDERS = {
    "nbtrack": Nbtrack,
    "write(2)": Write,
    "write(2) with checks": Checked,
    "SQLite": Sqlite,
    "trackio": Trackio,
    "mlflow": Mlflow,
}
