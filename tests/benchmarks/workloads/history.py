"""Looking back at 1,000,000 points of one metric: as numpy arrays, and as 1,000 points to draw."""

from __future__ import annotations

import random
import sqlite3
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import Any

import systems
from workload import Workload

SIZES = {"full": {"rounds": 9, "points": 1_000_000}, "quick": {"rounds": 2, "points": 20_000}}
LESS = {"mlflow": {"rounds": 1}, "trackio": {"rounds": 2}, "SQLite": {"rounds": 5}}
FIRST = 1_700_000_000_000
MOST = 1000


def curve(points: int) -> Any:
    """Yield step, timestamp and value of the points of a noisy curve."""
    chance = random.Random(7)
    moment = FIRST
    for step in range(points):
        moment += 50 + round(chance.gauss(0, 5))
        yield step, moment, 1 / (1 + step / 1000) + chance.gauss(0, 0.05)


class LookingBack(Workload):
    """Reads the history, and thins it out."""

    def arrays(self) -> Any:
        """Return the values of every point, as an array beside those of steps and timestamps."""
        raise NotImplementedError

    def thinned(self) -> Any:
        """Return about 1,000 points, from the store."""
        raise NotImplementedError

    def once(self) -> dict[str, float]:
        start = perf_counter()
        values = self.arrays()
        read = perf_counter() - start
        if len(values) != self.size["points"]:
            raise AssertionError(f"{len(values)} points were found instead of {self.size['points']}")
        start = perf_counter()
        few = self.thinned()
        thinned = perf_counter() - start
        if not MOST // 2 <= len(few) <= MOST + 1:
            raise AssertionError(f"the curve has {len(few)} points")
        return {"arrays": read * 1000, "thinned": thinned * 1000}


class Nbtrack(LookingBack, systems.Nbtrack):
    """`metric_history` and `series`."""

    def set_up(self) -> None:
        super().set_up()
        import numpy as np  # noqa: F401 - not to be measured

        with self.mlflow.start_run() as run:
            for step, moment, value in curve(self.size["points"]):
                self.mlflow.log_metric("m", value, step=step, timestamp=moment)
        self.run_id = run.info.run_id

    def arrays(self) -> Any:
        import numpy as np

        found = self.columns(self.run_id, "m")
        return [np.asarray(column) for column in (found.steps, found.timestamps, found.values)][2]

    def thinned(self) -> Any:
        from nbtrack.presentation.metric_curves import series

        return series(self.columns(self.run_id, "m"), most=MOST).y

    def once(self) -> dict[str, float]:
        """Measure also the thinning alone, of a history that has been read."""
        from nbtrack.presentation.metric_curves import series

        samples = super().once()
        history = self.columns(self.run_id, "m")
        if not len(history.steps) == len(history.values) == self.size["points"]:
            raise AssertionError("points are missing")
        start = perf_counter()
        series(history, most=MOST)
        return {**samples, "min_max": (perf_counter() - start) * 1000}


class Sqlite(LookingBack, systems.Sqlite):
    """A row for each point; every thousandth of them."""

    def set_up(self) -> None:
        super().set_up()
        import numpy as np  # noqa: F401 - not to be measured

        with self.connection:
            rows = ((1, *point) for point in curve(self.size["points"]))
            self.connection.executemany(self.insert, rows)

    def arrays(self) -> Any:
        import numpy as np

        rows = self.connection.execute("SELECT step, timestamp, value FROM points WHERE series = 1")
        columns = zip(*rows.fetchall(), strict=True)
        return [np.array(column) for column in columns][2]

    def thinned(self) -> Any:
        stretch = max(1, 2 * self.size["points"] // MOST)
        rows = self.connection.execute(
            "SELECT MIN(value), MAX(value) FROM points WHERE series = 1 GROUP BY step / ?", (stretch,)
        )
        return [value for pair in rows for value in pair]


class Mlflow(LookingBack, systems.Mlflow):
    """`get_metric_history`, and what its charts ask for; the rows are put there by SQL."""

    def set_up(self) -> None:
        super().set_up()
        import numpy as np  # noqa: F401 - not to be measured

        with self.mlflow.start_run() as run:
            self.run_id = run.info.run_id
        with sqlite3.connect(self.folder / "mlflow.db") as connection:
            connection.executemany(
                "INSERT INTO metrics (key, step, timestamp, value, is_nan, run_uuid) VALUES ('m', ?, ?, ?, 0, ?)",
                ((*point, self.run_id) for point in curve(self.size["points"])),
            )
        connection.close()

    def arrays(self) -> Any:
        import numpy as np

        points = self.history(self.run_id, "m")
        return [np.array([getattr(each, name) for each in points]) for name in ("step", "timestamp", "value")][2]

    def thinned(self) -> Any:
        from mlflow.tracking._tracking_service.utils import _get_store

        return _get_store().get_metric_history_bulk_interval([self.run_id], "m", MOST, None, None)


class Trackio(LookingBack, systems.Trackio):
    """The values of a metric, all or evenly sampled."""

    def set_up(self) -> None:
        super().set_up()
        import numpy as np  # noqa: F401 - not to be measured

        self.run = self.start()
        self.trackio.finish()
        steps, moments, values = zip(*curve(self.size["points"]), strict=True)
        begin = datetime.fromtimestamp(FIRST / 1000, UTC)
        self.storage.bulk_log(
            self.project,
            self.run.name,
            [{"m": value} for value in values],
            steps,
            [(begin + timedelta(milliseconds=moment - FIRST)).isoformat() for moment in moments],
            run_id=self.run.id,
        )

    def arrays(self) -> Any:
        import numpy as np

        rows = self.history(self.run, "m")
        return [np.array([each[name] for each in rows]) for name in ("step", "timestamp", "value")][2]

    def thinned(self) -> Any:
        return self.history(self.run, "m", max_points=MOST)


CONTENDERS = {"nbtrack": Nbtrack, "SQLite": Sqlite, "trackio": Trackio, "mlflow": Mlflow}
