"""Bytes that a point takes on disk after its run has ended: how much the folder has grown."""

from __future__ import annotations

import random
import struct
from typing import TYPE_CHECKING, Any

import systems

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SIZES = {"full": {"rounds": 1, "points": 500_000}, "quick": {"rounds": 1, "points": 20_000}}
LESS = {"mlflow": {"points": 20_000}, "trackio": {"points": 50_000}}
Point = tuple[int, int, float]


def points(count: int, *, narrow: bool) -> Iterator[Point]:
    """Yield steps one after the other, timestamps that jitter, and random values, rounded to float32 or not."""
    chance, moment, single = random.Random(11), 1_700_000_000_000, struct.Struct("f")
    for step in range(count):
        moment += 50 + round(chance.gauss(0, 5))
        value = chance.gauss(0, 1)
        yield step, moment, single.unpack(single.pack(value))[0] if narrow else value


def size(folder: Path) -> int:
    """Return the bytes of a folder, its write-ahead logs taken in."""
    for path in folder.rglob("*.db"):
        systems.checkpoint(path)
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


class Grown:
    """Logs points of both kinds, and looks at the folder before and after."""

    folder: Path
    size: dict[str, int]

    def log(self, found: Iterator[Point]) -> None:
        """Log points as a run of their own."""
        raise NotImplementedError

    def once(self) -> dict[str, float]:
        samples = {}
        for name, narrow in (("float64", False), ("float32", True)):
            self.log(points(10, narrow=narrow))
            before = size(self.folder)
            self.log(points(self.size["points"], narrow=narrow))
            samples[name] = (size(self.folder) - before) / self.size["points"]
        return samples


class Nbtrack(Grown, systems.Nbtrack):
    """`log_metric` with a timestamp; the store is closed, as at the end of a program."""

    def log(self, found: Iterator[Point]) -> None:
        with self.mlflow.start_run():
            for step, moment, value in found:
                self.mlflow.log_metric("m", value, step=step, timestamp=moment)
        self.mlflow.MlflowClient().store.close()


class Mlflow(Grown, systems.Mlflow):
    """`log_batch`, a thousand points at a time."""

    def log(self, found: Iterator[Point]) -> None:
        from mlflow.entities import Metric

        client, batch = self.mlflow.MlflowClient(), [Metric("m", value, moment, step) for step, moment, value in found]
        with self.mlflow.start_run() as run:
            for start in range(0, len(batch), 1000):
                client.log_batch(run.info.run_id, batch[start : start + 1000])


class Trackio(Grown, systems.Trackio):
    """`log`."""

    def log(self, found: Iterator[Point]) -> None:
        self.start()
        for step, _, value in found:
            self.trackio.log({"m": value}, step=step)
        self.trackio.finish()


class Sqlite(Grown, systems.Sqlite):
    """A row for each point."""

    def log(self, found: Iterator[Point]) -> None:
        self.series += 1
        rows: Any = ((self.series, *point) for point in found)
        with self.connection:
            self.connection.executemany(self.insert, rows)


CONTENDERS = {"nbtrack": Nbtrack, "SQLite": Sqlite, "trackio": Trackio, "mlflow": Mlflow}
