"""Points a second from the first call until they are on disk, read back and counted."""

from __future__ import annotations

from time import perf_counter, time_ns
from typing import Any

import systems

SIZES = {"full": {"rounds": 7, "points": 200_000}, "quick": {"rounds": 2, "points": 5_000}}
LESS = {"mlflow": {"rounds": 3, "points": 300}, "trackio": {"rounds": 3, "points": 50_000}}


def counted(found: int, wanted: int, start: float) -> dict[str, float]:
    """Return the rate, when nothing is missing."""
    took = perf_counter() - start
    if found != wanted:
        raise AssertionError(f"{wanted} points were logged and {found} are there")
    return {"rate": wanted / took}


class Fluent:
    """`log_metric`, `end_run`, the history."""

    mlflow: Any
    size: dict[str, int]
    history: Any

    def once(self) -> dict[str, float]:
        mlflow, points = self.mlflow, self.size["points"]
        run = mlflow.start_run()
        start = perf_counter()
        for step in range(points):
            mlflow.log_metric("m", step * 0.5, step=step)
        mlflow.end_run()
        return counted(len(self.history(run.info.run_id, "m")), points, start)


class Nbtrack(Fluent, systems.Nbtrack):
    """nbtrack, with the history as columns."""


class Mlflow(Fluent, systems.Mlflow):
    """MLflow."""


class Trackio(systems.Trackio):
    """`log`, `finish`, the values of the metric."""

    def once(self) -> dict[str, float]:
        trackio, points = self.trackio, self.size["points"]
        run = self.start()
        start = perf_counter()
        for step in range(points):
            trackio.log({"m": step * 0.5}, step=step)
        trackio.finish()
        return counted(len(self.history(run, "m")), points, start)


class Sqlite(systems.Sqlite):
    """All rows in one transaction that waits for the disk, and read back."""

    def set_up(self) -> None:
        super().set_up()
        self.connection.pragma("synchronous", "FULL")

    def once(self) -> dict[str, float]:
        connection, points = self.connection, self.size["points"]
        self.series += 1
        start = perf_counter()
        with connection:
            rows = ((self.series, step, time_ns() // 1_000_000, step * 0.5) for step in range(points))
            connection.executemany(self.insert, rows)
        read = "SELECT step, timestamp, value FROM points WHERE series = ?"
        return counted(len(connection.execute(read, (self.series,)).fetchall()), points, start)


CONTENDERS = {"nbtrack": Nbtrack, "SQLite": Sqlite, "trackio": Trackio, "mlflow": Mlflow}
