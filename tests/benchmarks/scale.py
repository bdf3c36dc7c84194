"""Measure a store in PostgreSQL as it grows: searches, and what programs log, beside hand-written SQL.

    .venv/bin/python tests/benchmarks/scale.py [--quick] [--runs N ...] [--json PATH]

A PostgreSQL server with its default settings runs for as long as this does. Runs with 30 parameters and 20 metrics each
come into it by COPY. Times are milliseconds: the median of several calls, and of the searches the slowest as well.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import machine
import psutil
import psycopg

sys.path += [str(Path(__file__).parent.with_name(name)) for name in ("postgres", "server")]
import cluster
from counting_proxy import CountingProxy
from serving import serving

from nbtrack import locate
from nbtrack.entities import Metric, ViewType
from nbtrack.query import parse
from nbtrack.settings import Settings
from nbtrack.stores.rest import RestStore
from nbtrack.wire import http
from nbtrack.wire.http import HttpTransport

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PARAMS, METRICS = 30, 20
CALLS = 15
FRAME = 10_000
CLIENTS = 64
ONE_WAY = 0.005
"""Seconds that the proxy delays each piece of data."""
TABLES = {
    "runs": "id, run_id, experiment, name, user_id, status, start_time, end_time",
    "params": "run, key, value",
    "tags": "run, key, value",
    "latest_metrics": "run, key, value, step, timestamp",
}


def rows(table: str, numbers: range) -> Iterator[str]:
    """Yield the rows of some runs for COPY."""
    chance = random.Random(numbers.start)
    for number in numbers:
        if table == "runs":
            yield f"{number}\t{number:032x}\t0\trun {number}\tada\tFINISHED\t{number * 1000}\t{number * 1000 + 9}\n"
        elif table == "params":
            given = [str(number), str(number % 10), *(str(chance.randrange(100)) for _ in range(PARAMS - 2))]
            yield "".join(f"{number}\tp{key}\t{value}\n" for key, value in enumerate(given))
        elif table == "tags":
            yield f"{number}\tmlflow.runName\trun {number}\n{number}\tmlflow.user\tada\n"
        else:
            yield "".join(f"{number}\tm{key}\t{chance.random()}\t1\t{number * 1000}\n" for key in range(METRICS))


def fill(uri: str, first: int, last: int) -> None:
    """Make runs."""
    with psycopg.connect(uri) as connection:
        connection.execute("SET session_replication_role = replica")
        for table, columns in TABLES.items():
            with connection.cursor().copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for each in rows(table, range(first, last)):
                    copy.write(each)
        connection.execute("SELECT setval(pg_get_serial_sequence('runs', 'id'), %s)", (last,))
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


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


def at_once(urls: list[str], each: int, points: int) -> dict[str, float]:
    """Measure many clients, half of them at each of two servers."""

    def work(number: int) -> None:
        store = RestStore(HttpTransport(http.parse(urls[number % len(urls)]), Settings()))
        for _ in range(each):
            short_run(store)
        run_id = store.create_run("0", name=None, user_id="ada", start_time=1, tags={}).info.run_id
        ready.wait()
        for start in range(0, points, 1000):
            store.log_batch(run_id, [Metric("m", 0.5, step, step) for step in range(start, start + 1000)])
        store.close()

    begun = time.perf_counter()
    moments: list[float] = []
    ready = threading.Barrier(CLIENTS, action=lambda: moments.append(time.perf_counter()))
    threads = [threading.Thread(target=work, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    made, ended = moments[0] - begun, time.perf_counter() - moments[0]
    return {"64 clients, runs/s": CLIENTS * each / made, "64 clients, points/s": CLIENTS * points / ended}


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


def measured(sizes: list[int], *, quick: bool) -> dict[str, dict[str, float]]:
    """Measure everything at each size."""
    found: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory(prefix="nbtrack-scale-") as place:
        folder = Path(place, "postgres")
        folder.mkdir()
        Path(place).chmod(0o755)
        with cluster.serving(folder, {}) as postgres:
            uri, last = postgres.uri(), 1
            locate.store(uri).get_experiment("0")
            for size in sizes:
                begun = time.perf_counter()
                fill(uri, last, size + 1)
                last = size + 1
                print(f"{size:,} runs after {time.perf_counter() - begun:.0f} s", file=sys.stderr)
                found[f"{size:,}"] = {**searches(locate.store(uri)), **writing(uri, postgres.port), **frames(uri)}
                found[f"{size:,}"] |= _served(uri, Path(place), size, quick=quick)
                last = postgres.execute("SELECT MAX(id) + 1 FROM runs")[0][0]
    return found


def _served(uri: str, place: Path, size: int, *, quick: bool) -> dict[str, float]:
    folders = [place / f"{name} {size}" for name in ("one", "other")]
    for each in folders:
        each.mkdir()
    with serving(folders[0], store=uri) as one, serving(folders[1], store=uri) as other:
        found = at_once([one.url, other.url], 1 if quick else 10, 1_000 if quick else 20_000)
        return {**found, "memory of a server, MB": psutil.Process(one.process.pid).memory_full_info().pss / 1e6}


def main() -> None:
    """Measure and print."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--quick", action="store_true", help="few runs and clients: it shows that all of it works")
    words.add_argument("--runs", nargs="+", type=int, default=[1_000, 100_000], help="how many runs there are")
    words.add_argument("--json", type=Path, help="write the figures to this file")
    options = words.parse_args()
    found = measured([200] if options.quick else sorted(options.runs), quick=options.quick)
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n")
    names = list(found)
    print(machine.line(machine.described(None)))
    print("| measure | " + " | ".join(f"{name} runs" for name in names) + " |\n|---|" + "---:|" * len(names))
    for measure in {each: None for values in found.values() for each in values}:
        values = [found[name].get(measure) for name in names]
        print(f"| {measure} | " + " | ".join("" if each is None else f"{each:,.1f}" for each in values) + " |")


if __name__ == "__main__":
    main()
