"""Four and sixteen processes that write at once: points a second until all are read back, errors, and losses.

Each process is started and has imported what it needs before the clock starts.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from time import perf_counter, time_ns
from typing import Any

import systems

SIZES = {"full": {"rounds": 5, "points": 200_000}, "quick": {"rounds": 1, "points": 3_200}}
LESS = {
    "SQLite": {"points": 32_000},
    "trackio": {"rounds": 2, "points": 32_000},
    "mlflow": {"rounds": 1, "points": 640},
}
CROWDS = (4, 16)
HERE = Path(__file__).resolve().parent.parent


class Crowd:
    """Starts writers, and reads back what they wrote."""

    folder: Path
    size: dict[str, int]
    rounds = 0

    def found(self) -> int:
        """Return how many points the runs of this round have."""
        raise NotImplementedError

    def round_name(self) -> str:
        """Return what tells this round's runs from those of others."""
        return f"round {self.rounds}"

    def once(self) -> dict[str, float]:
        samples = {}
        for processes in CROWDS:
            self.rounds += 1
            each = self.size["points"] // processes
            writers = [self._started(each, number) for number in range(processes)]
            try:
                for writer in writers:
                    writer.stdout.readline()
                start = perf_counter()
                for writer in writers:
                    writer.stdin.write("go\n")
                    writer.stdin.flush()
                errors = sum(_errors(writer) for writer in writers)
                lost = each * processes - self.found()
                took = perf_counter() - start
            finally:
                for writer in writers:
                    writer.kill()
                    writer.wait()
            rate = each * processes / took
            samples |= {f"rate_{processes}": rate, f"lost_{processes}": lost, f"errors_{processes}": errors}
        return samples

    def _started(self, points: int, number: int) -> Any:
        return subprocess.Popen(
            [sys.executable, __file__, type(self).__name__, self.folder, str(points), self.round_name(), str(number)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": f"{HERE}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"},
        )

    def write(self, points: int, name: str, number: int) -> int:
        """Log points as a run of this name, and return how many calls failed; done in a process of its own."""
        raise NotImplementedError


def _errors(writer: Any) -> int:
    """Return how many errors a writer had; one that broke down had one more."""
    out, _ = writer.communicate()
    return int(out.split()[-1]) if writer.returncode == 0 else 1


def counting(log: Any, points: int) -> int:
    """Call `log` with each step, and return how many calls failed."""
    errors = 0
    for step in range(points):
        try:
            log(step)
        except Exception as error:
            print(repr(error), file=sys.stderr)
            errors += 1
    return errors


class Nbtrack(Crowd, systems.Nbtrack):
    """`start_run`, `log_metric`, `end_run`."""

    def write(self, points: int, name: str, number: int) -> int:
        mlflow = self.mlflow
        with mlflow.start_run(run_name=name):
            return counting(lambda step: mlflow.log_metric("m", 0.5, step=step), points)

    def found(self) -> int:
        runs = self.mlflow.MlflowClient().search_runs(["0"], f"attributes.run_name = '{self.round_name()}'")
        return sum(len(set(self.columns(run.info.run_id, "m").steps)) for run in runs)


class Mlflow(Crowd, systems.Mlflow):
    """The same."""

    def set_up(self) -> None:
        import mlflow

        mlflow.set_tracking_uri(f"sqlite:///{self.folder}/mlflow.db")
        mlflow.set_experiment("benchmark")
        self.mlflow = mlflow

    def write(self, points: int, name: str, number: int) -> int:
        mlflow = self.mlflow
        with mlflow.start_run(run_name=name):
            return counting(lambda step: mlflow.log_metric("m", 0.5, step=step), points)

    def found(self) -> int:
        runs = self.mlflow.search_runs(
            filter_string=f"attributes.run_name = '{self.round_name()}'", output_format="list"
        )
        return sum(len(self.history(run.info.run_id, "m")) for run in runs)


class Trackio(Crowd, systems.Trackio):
    """`init`, `log`, `finish`."""

    def write(self, points: int, name: str, number: int) -> int:
        self.start(name=f"{name}, {number}")
        errors = counting(lambda step: self.trackio.log({"m": 0.5}, step=step), points)
        self.trackio.finish()
        return errors

    def found(self) -> int:
        runs = [run for run in self.trackio.Api().runs(self.project) if run.name.startswith(f"{self.round_name()},")]
        return sum(len(self.history(run, "m")) for run in runs)


class Sqlite(Crowd, systems.Sqlite):
    """A transaction for each point, as each is acknowledged."""

    def write(self, points: int, name: str, number: int) -> int:
        connection = systems.connected(self.folder / "points.db")
        row = int(name.split()[1]) * 100 + number
        return counting(lambda step: connection.execute(self.insert, (row, step, time_ns() // 1_000_000, 0.5)), points)

    def found(self) -> int:
        rows = self.connection.execute(
            "SELECT COUNT(*) FROM points WHERE series BETWEEN ? AND ?", (100 * self.rounds, 100 * self.rounds + 99)
        )
        return int(next(rows)[0])


CONTENDERS = {"nbtrack": Nbtrack, "SQLite": Sqlite, "trackio": Trackio, "mlflow": Mlflow}


def main(kind: str, folder: str, points: str, name: str, number: str) -> None:
    """Be a writer."""
    writer = globals()[kind](Path(folder), {})
    if kind != "Sqlite":
        writer.set_up()
    print("ready", flush=True)
    sys.stdin.readline()
    print("errors", writer.write(int(points), name, int(number)), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
