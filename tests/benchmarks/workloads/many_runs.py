"""Looking back at 10,000 runs of 15 parameters and 15 metrics: the best hundred, and all of them as a frame.

The raw limit reads the database that nbtrack has made, so both see the same rows.
"""

from __future__ import annotations

import json
import random
import sqlite3
from time import perf_counter
from typing import Any
from uuid import UUID

import systems
from workload import Workload, middle

SIZES = {"full": {"rounds": 7, "runs": 10_000, "searches": 20}, "quick": {"rounds": 2, "runs": 300, "searches": 3}}
LESS = {"mlflow": {"rounds": 2, "searches": 3}, "trackio": {"rounds": 3, "searches": 5}}
BEST, FILTERED = "metric 07", "metric 03"
FILTER, ORDER = f"metrics.`{FILTERED}` > 0.5", f"metrics.`{BEST}` DESC"


def made(number: int) -> tuple[dict[str, str], dict[str, float]]:
    """Return parameters and metrics of a run, the same for every system."""
    chance = random.Random(number)
    params = {f"param {each:02}": str(chance.choice([0.1, 0.01, 16, 32, "adam", "sgd"])) for each in range(15)}
    return params, {f"metric {each:02}": chance.random() for each in range(15)}


class LookingBack(Workload):
    """Searches, then makes a frame."""

    def search(self) -> Any:
        """Return the best hundred runs."""
        raise NotImplementedError

    def frame(self) -> Any:
        """Return a row for each run."""
        raise NotImplementedError

    def once(self) -> dict[str, float]:
        took = []
        for _ in range(self.size["searches"]):
            start = perf_counter()
            found = self.search()
            took.append((perf_counter() - start) * 1000)
            if len(found) != 100:
                raise AssertionError(f"{len(found)} runs were found instead of 100")
        start = perf_counter()
        rows, _ = self.frame().shape
        framed = (perf_counter() - start) * 1000
        if rows != self.size["runs"]:
            raise AssertionError(f"the frame has {rows} rows instead of {self.size['runs']}")
        return {"search": middle(took), "frame": framed}


class Nbtrack(LookingBack, systems.Nbtrack):
    """`MlflowClient.search_runs` and `nbtrack.search_runs`."""

    def set_up(self) -> None:
        super().set_up()
        import pandas as pd  # noqa: F401 - not to be measured

        from nbtrack.entities import Metric

        client = self.mlflow.MlflowClient()
        for number in range(self.size["runs"]):
            params, metrics = made(number)
            run_id = client.create_run("0", run_name=f"run {number}").info.run_id
            points = [Metric(key, value, 1_700_000_000_000 + number, 0) for key, value in metrics.items()]
            client.log_batch(run_id, points, params.items())
            client.set_terminated(run_id)

    def search(self) -> Any:
        return self.mlflow.MlflowClient().search_runs(["0"], FILTER, order_by=[ORDER], max_results=100)

    def frame(self) -> Any:
        return self.mlflow.search_runs(["0"])


class Sqlite(LookingBack):
    """SQL by hand on nbtrack's tables, and pandas on columns.

    Of the ways that one would write this is the fastest: a statement for each key, answered by its index alone, whose
    rows go straight to their places. One statement a table and a pivot in pandas takes several times as long, one
    statement and dictionaries, or `fetchall` and `zip`, somewhat longer.
    """

    def set_up(self) -> None:
        import pandas as pd  # noqa: F401 - not to be measured

        self.connection = systems.connected(self.folder.parent / "nbtrack" / "mlruns" / "nbtrack.db")

    def search(self) -> Any:
        execute = self.connection.execute
        found = execute(
            "SELECT r.* FROM latest_metrics o JOIN runs r ON r.id = o.run WHERE o.key = ? AND r.experiment = 0"
            " AND r.stage = 'active' AND EXISTS (SELECT 1 FROM latest_metrics f"
            " WHERE f.run = o.run AND f.key = ? AND f.value > 0.5) ORDER BY o.value DESC LIMIT 100",
            (BEST, FILTERED),
        ).fetchall()
        marks = ",".join(str(row[0]) for row in found)
        data: dict[int, dict[str, dict[str, Any]]] = {
            row[0]: {"latest_metrics": {}, "params": {}, "tags": {}} for row in found
        }
        for table in ("latest_metrics", "params", "tags"):
            for run, key, value in execute(f"SELECT run, key, value FROM {table} WHERE run IN ({marks})"):
                data[run][table][key] = value
        return [(row, data[row[0]]) for row in found]

    def frame(self) -> Any:
        import pandas as pd

        execute = self.connection.execute
        runs = execute(
            "SELECT id, run_id, experiment, status, artifact_uri, start_time, end_time FROM runs"
            " WHERE experiment = 0 AND stage = 'active' ORDER BY start_time DESC, run_id"
        ).fetchall()
        names = ("id", "run_id", "experiment_id", "status", "artifact_uri", "start_time", "end_time")
        columns: dict[str, Any] = dict(zip(names, zip(*runs, strict=True), strict=True))
        places = {run: place for place, run in enumerate(columns.pop("id"))}
        for moment in ("start_time", "end_time"):
            columns[moment] = pd.to_datetime(pd.Series(columns[moment]), unit="ms", utc=True)
        for table, word in (("latest_metrics", "metrics"), ("params", "params"), ("tags", "tags")):
            for (key,) in execute(f"SELECT DISTINCT key FROM {table}").fetchall():
                column: list[Any] = [None] * len(places)
                for run, value in execute(f"SELECT run, value FROM {table} WHERE key = ?", (key,)):
                    column[places[run]] = value
                columns[f"{word}.{key}"] = pd.Series(column, dtype="float64" if word == "metrics" else "object")
        return pd.DataFrame(columns)

    def tear_down(self) -> None:
        self.connection.close()


class Mlflow(LookingBack, systems.Mlflow):
    """The same functions; the rows are put into its database by SQL."""

    def set_up(self) -> None:
        super().set_up()
        connection = sqlite3.connect(self.folder / "mlflow.db")
        rows: dict[str, list[tuple[Any, ...]]] = {"runs": [], "params": [], "metrics": [], "latest_metrics": []}
        for number in range(self.size["runs"]):
            run, moment = UUID(int=number + 1).hex, 1_700_000_000_000 + number
            params, metrics = made(number)
            uri = f"{self.folder}/artifacts/{run}/artifacts"
            rows["runs"].append((run, f"run {number}", moment, moment, uri, self.experiment))
            rows["params"] += [(key, value, run) for key, value in params.items()]
            rows["metrics"] += [(key, value, moment, 0, 0, run) for key, value in metrics.items()]
        rows["latest_metrics"] = rows["metrics"]
        with connection:
            connection.executemany(
                "INSERT INTO runs (run_uuid, name, source_type, source_name, entry_point_name, user_id, status,"
                " start_time, end_time, source_version, lifecycle_stage, artifact_uri, experiment_id)"
                " VALUES (?, ?, 'LOCAL', '', '', 'user', 'FINISHED', ?, ?, '', 'active', ?, ?)",
                rows["runs"],
            )
            connection.executemany("INSERT INTO params (key, value, run_uuid) VALUES (?, ?, ?)", rows["params"])
            for table in ("metrics", "latest_metrics"):
                connection.executemany(
                    f"INSERT INTO {table} (key, value, timestamp, step, is_nan, run_uuid) VALUES (?, ?, ?, ?, ?, ?)",
                    rows[table],
                )
        connection.close()

    def search(self) -> Any:
        client = self.mlflow.MlflowClient()
        return client.search_runs([self.experiment], FILTER, order_by=[ORDER], max_results=100)

    def frame(self) -> Any:
        return self.mlflow.search_runs([self.experiment])


class Trackio(LookingBack, systems.Trackio):
    """SQL over its JSON, since there is no search, and its interface of runs; the rows are put there by SQL."""

    def set_up(self) -> None:
        super().set_up()
        import pandas as pd  # noqa: F401 - not to be measured

        connection = sqlite3.connect(self.storage.init_db(self.project))
        moment = "2026-01-01T00:00:00+00:00"
        with connection:
            for number in range(self.size["runs"]):
                run, (params, metrics) = UUID(int=number + 1).hex, made(number)
                connection.execute(
                    "INSERT INTO metrics (run_id, timestamp, run_name, step, metrics) VALUES (?, ?, ?, 0, ?)",
                    (run, moment, f"run {number}", json.dumps(metrics).encode()),
                )
                connection.execute(
                    "INSERT INTO configs (run_id, run_name, config, created_at) VALUES (?, ?, ?, ?)",
                    (run, f"run {number}", json.dumps(params).encode(), moment),
                )
        connection.close()

    def search(self) -> Any:
        found = self.storage.query_project(
            self.project,
            "SELECT m.run_name, m.run_id, m.metrics, c.config FROM metrics m JOIN configs c ON c.run_id = m.run_id"
            f""" WHERE CAST(m.metrics AS TEXT) ->> '$."{FILTERED}"' > 0.5"""
            f""" ORDER BY CAST(m.metrics AS TEXT) ->> '$."{BEST}"' DESC LIMIT 100""",
        )
        return [(row["run_id"], json.loads(row["metrics"]), json.loads(row["config"])) for row in found["rows"]]

    def frame(self) -> Any:
        import pandas as pd

        rows = []
        for run in self.trackio.Api().runs(self.project):
            last = self.storage.get_logs(self.project, run.name, run_id=run.id)[-1]
            rows.append({"run": run.name, **(run.config or {}), **last})
        return pd.DataFrame(rows)


CONTENDERS = {"nbtrack": Nbtrack, "SQL by hand": Sqlite, "trackio": Trackio, "mlflow": Mlflow}
