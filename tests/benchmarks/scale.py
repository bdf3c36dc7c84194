"""Measure a store in PostgreSQL as it grows: searches, and what programs log, beside hand-written SQL and MLflow's server.

    .venv/bin/python tests/benchmarks/scale.py [--quick] [--runs N ...] [--only ROW ...] [--minutes N] [--json PATH]

A PostgreSQL server with its default settings runs for as long as this does. Runs with 30 parameters and 20 metrics each
come into it by COPY; `--store URI` takes a database that was filled before (`--fill URI` does that and no more). Times
are milliseconds: the median of several calls, and of the searches the slowest as well. `--only` chooses rows:

- searches: the newest 100 runs, filters, orders, and page 50 of them
- run: a run of 50 values of one client, beside a hand-written transaction, and behind 5 ms each way
- frame: 10,000 runs as a pandas frame, beside what reads and pivots the same rows
- clients: 64 clients through two servers, beside pgbench; with `--mlflow` beside MLflow's servers on the same PostgreSQL
- readable: how soon a client of another server reads a point, for 30 s at 50,000 points a second; `--local`: in a folder
- memory: of a server under a mixed load for `--minutes` (0.2)

The last column says what a figure has to reach, and ✗ marks one that does not. All of the table, with ten minutes of
mixed load at each size:

    .venv/bin/python tests/benchmarks/scale.py --mlflow --minutes 10
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import machine
import psycopg

sys.path += [str(Path(__file__).parent.with_name(name)) for name in ("postgres", "server")]
import cluster
import scale_bars
import scale_servers
from counting_proxy import CountingProxy
from scale_data import METRICS, PARAMS, fill

from nbtrack import locate
from nbtrack.entities import Metric, ViewType
from nbtrack.query import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CALLS = 15
FRAME = 10_000
ONE_WAY = 0.005
"""Seconds that the proxy delays each piece of data."""


def timed(call: Callable[[], Any], count: int = CALLS) -> list[float]:
    """Return how long each of several calls took, after one that does not count."""
    call()
    found = []
    for _ in range(count):
        begun = time.perf_counter()
        call()
        found.append((time.perf_counter() - begun) * 1000)
    return sorted(found)


def searches(store: Any) -> dict[str, float]:
    """Measure pages of searches."""
    plain, found = parse(""), {}
    chosen = parse("metrics.m3 > 0.1 and params.p1 = '1'", ["metrics.m2 DESC"])
    rare = parse("params.p0 = '77' and metrics.m3 > 0", ["metrics.m2 DESC"])
    ordered = parse("", ["params.p5", "metrics.m2"])

    def page(query: Any, token: str | None = None) -> Any:
        return store.search_runs(["0"], query, ViewType.ACTIVE_ONLY, 100, token)

    for name, query in (("newest", plain), ("filtered and ordered", chosen), ("rare", rare), ("by parameter", ordered)):
        times, token = timed(lambda query=query: page(query)), None
        found[f"{name}, first 100"], found[f"{name}, first 100, slowest"] = statistics.median(times), times[-1]
        for _ in range(49):
            token = page(query, token).token
            if token is None:
                break
        else:
            times = timed(lambda query=query, token=token: page(query, token))
            found[f"{name}, page 50"], found[f"{name}, page 50, slowest"] = statistics.median(times), times[-1]
    return found


def short_run(store: Any) -> None:
    """Record a run with 50 values."""
    run_id = store.create_run("0", name=None, user_id="ada", start_time=1, tags={}).info.run_id
    points = [Metric(f"m{each}", each / 7, 1, 1) for each in range(METRICS)]
    store.log_batch(run_id, points, [(f"p{each}", str(each)) for each in range(PARAMS)])
    store.update_run(run_id, status="FINISHED", end_time=2)


def by_hand(connection: Any) -> None:
    """Insert the rows of such a run in one hand-written transaction."""
    params = [(f"p{each}", str(each)) for each in range(PARAMS)]
    points = [(f"m{each}", each / 7) for each in range(METRICS)]
    with connection.transaction(), connection.pipeline():
        run = connection.execute(
            "INSERT INTO runs (run_id, experiment, name, user_id, status, start_time)"
            " VALUES (gen_random_uuid()::text, 0, 'a', 'ada', 'RUNNING', 1) RETURNING id"
        ).fetchone()[0]
        connection.execute("INSERT INTO tags VALUES (%s, 'mlflow.runName', 'a')", (run,))
        cursor = connection.cursor()
        cursor.executemany(f"INSERT INTO params VALUES ({run}, %s, %s)", params)
        cursor.executemany(
            f"INSERT INTO points (run, key, value, step, timestamp) VALUES ({run}, %s, %s, 1, 1)", points
        )
        cursor.executemany(f"INSERT INTO latest_metrics VALUES ({run}, %s, %s, 1, 1)", points)
        connection.execute("UPDATE runs SET status = 'FINISHED', end_time = 2 WHERE id = %s", (run,))


def writing(uri: str, port: int) -> dict[str, float]:
    """Measure a run with 50 values: by the store, by hand, and from far."""
    store = locate.store(uri)
    found = {"run of 50 values": statistics.median(timed(lambda: short_run(store), 60))}
    with psycopg.connect(uri, autocommit=True) as connection:
        found["run of 50 values, by hand"] = statistics.median(timed(lambda: by_hand(connection), 60))
    proxy = CountingProxy(port)
    far = locate.store(uri.replace(f":{port}", f":{proxy.port}"))
    short_run(far)
    proxy.delay = ONE_WAY
    found["run of 50 values, 5 ms away"] = statistics.median(timed(lambda: short_run(far), 20))
    proxy.messages.clear()
    short_run(far)
    found["run of 50 values, round trips"] = len(proxy.messages)
    far.close()
    proxy.close()
    return found


def frames(uri: str) -> dict[str, float]:
    """Measure making a pandas frame of many runs."""
    import nbtrack

    nbtrack.set_tracking_uri(uri)
    found = {"10,000 runs to pandas": min(timed(lambda: nbtrack.search_runs(["0"], max_results=FRAME), 3))}
    with psycopg.connect(uri) as connection:
        found["10,000 runs to pandas, by hand"] = min(timed(lambda: _read(connection), 3))
    return found


def _read(connection: Any) -> None:
    import pandas as pd

    newest = f"(SELECT id FROM runs ORDER BY start_time DESC LIMIT {FRAME})"
    for sql, values in (
        (f"SELECT * FROM runs WHERE id IN {newest}", None),
        (f"SELECT run, key, value FROM params WHERE run IN {newest}", "value"),
        (f"SELECT run, key, value FROM latest_metrics WHERE run IN {newest}", "value"),
    ):
        cursor = connection.execute(sql)
        frame = pd.DataFrame(cursor.fetchall(), columns=[each.name for each in cursor.description])
        if values:
            frame.pivot_table(index="run", columns="key", values=values, aggfunc="first")


class Site(NamedTuple):
    """What is measured: a PostgreSQL server, the address of a filled database in it, and options."""

    postgres: cluster.Cluster
    uri: str
    options: argparse.Namespace


ROWS: dict[str, Callable[[Site], dict[str, float]]] = {
    "searches": lambda site: searches(locate.store(site.uri)),
    "run": lambda site: writing(site.uri, site.postgres.port),
    "frame": lambda site: frames(site.uri),
    "clients": lambda site: scale_servers.many_clients(
        site.postgres, site.uri, quick=site.options.quick, mlflow=site.options.mlflow
    ),
    "readable": lambda site: readable(site.uri, site.options),
    "memory": lambda site: scale_servers.memory(site.uri, site.options.minutes),
}


def readable(uri: str, options: argparse.Namespace) -> dict[str, float]:
    """Measure how soon points can be read."""
    seconds = 1 if options.quick else 30
    if not options.local:
        return scale_servers.readable(uri, seconds)
    with tempfile.TemporaryDirectory(prefix="nbtrack-scale-") as place:
        return scale_servers.readable(str(Path(place, "runs")), seconds)


def measured(site: Site) -> dict[str, float]:
    """Measure the rows that are chosen."""
    found: dict[str, float] = {}
    for name in site.options.only or ROWS:
        found |= ROWS[name](site)
    return found


def by_size(options: argparse.Namespace) -> dict[str, dict[str, float]]:
    """Measure at each number of runs."""
    found: dict[str, dict[str, float]] = {}
    with postgres_server() as postgres:
        last = 1
        locate.store(postgres.uri()).get_experiment("0")
        for size in [200] if options.quick else sorted(options.runs):
            begun = time.perf_counter()
            fill(postgres.uri(), last, max(last, size + 1))
            print(f"{size:,} runs after {time.perf_counter() - begun:.0f} s", file=sys.stderr)
            found[f"{size:,}"] = measured(Site(postgres, postgres.uri(), options))
            last = postgres.execute("SELECT MAX(id) + 1 FROM runs")[0][0]
    return found


@contextmanager
def postgres_server() -> Iterator[cluster.Cluster]:
    """Run PostgreSQL with its default settings."""
    with tempfile.TemporaryDirectory(prefix="nbtrack-scale-") as place:
        folder = Path(place, "postgres")
        folder.mkdir()
        Path(place).chmod(0o755)
        with cluster.serving(folder, {}) as postgres:
            yield postgres


class Given:
    """A PostgreSQL server that was there before."""

    def __init__(self, uri: str) -> None:
        self._uri = uri
        self.port = psycopg.conninfo.conninfo_to_dict(uri)["port"]

    def uri(self, database: str) -> str:
        """Return the address of another database in it."""
        return f"{self._uri.rpartition('/')[0]}/{database}"

    def execute(self, sql: str) -> None:
        """Run a statement outside a transaction."""
        with psycopg.connect(self._uri, autocommit=True) as connection:
            connection.execute(sql)


def main() -> None:
    """Measure and print."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--quick", action="store_true", help="few runs and clients: it shows that all of it works")
    words.add_argument(
        "--runs", nargs="+", type=int, default=[1_000, 100_000, 1_000_000], help="how many runs there are"
    )
    words.add_argument("--only", nargs="+", choices=ROWS, help="which rows to measure")
    words.add_argument("--minutes", type=float, default=0.2, help="how long the memory is watched")
    words.add_argument("--mlflow", action="store_true", help="install MLflow for itself, and measure its servers too")
    words.add_argument("--local", action="store_true", help="measure `readable` on a store in a folder")
    words.add_argument("--store", help="measure this database as it is")
    words.add_argument("--fill", help="fill this database with the largest number of --runs")
    words.add_argument("--json", type=Path, help="write the figures to this file")
    options = words.parse_args()
    if options.fill:
        locate.store(options.fill).get_experiment("0")
        fill(options.fill, 1, max(options.runs) + 1)
        return
    found = {"": measured(Site(Given(options.store), options.store, options))} if options.store else by_size(options)
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n")
    print(machine.line(machine.described(None)))
    print(scale_bars.table(found))


if __name__ == "__main__":
    main()
