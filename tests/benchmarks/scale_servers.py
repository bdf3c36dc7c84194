"""Two servers on one store: many clients beside hand-written SQL and MLflow's server, how soon points can be read, memory."""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import psutil

sys.path += [str(Path(__file__).parent.with_name(name)) for name in ("postgres", "server", "servers")]
import cluster
import real_mlflow
from serving import free_port, serving

from nbtrack import locate
from nbtrack.entities import Metric, ViewType
from nbtrack.query import parse
from nbtrack.settings import Settings
from nbtrack.stores.rest import RestStore
from nbtrack.wire import http
from nbtrack.wire.http import HttpTransport

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CLIENTS = 64
PACE = 50_000
"""Points a second, while it is measured how soon one can be read."""
_RUN = """BEGIN;
INSERT INTO runs (run_id, experiment, name, user_id, status, start_time)
    VALUES (gen_random_uuid()::text, 0, 'a', 'ada', 'RUNNING', 1) RETURNING id AS run \\gset
INSERT INTO tags VALUES (:run, 'mlflow.runName', 'a');
INSERT INTO params SELECT :run, 'p' || n, n::text FROM generate_series(0, 29) AS n;
INSERT INTO points (run, key, value, step, timestamp) SELECT :run, 'm' || n, n / 7.0, 1, 1 FROM generate_series(0, 19) AS n;
INSERT INTO latest_metrics SELECT :run, 'm' || n, n / 7.0, 1, 1 FROM generate_series(0, 19) AS n;
UPDATE runs SET status = 'FINISHED', end_time = 2 WHERE id = :run;
COMMIT;
"""
_POINTS = """\\set run :client_id + 1
BEGIN;
INSERT INTO points (run, key, value, step, timestamp) SELECT :run, 'm', 0.5, n, n FROM generate_series(1, 1000) AS n;
INSERT INTO latest_metrics VALUES (:run, 'm', 0.5, 1000, 1000) ON CONFLICT (run, key) DO UPDATE SET value = 0.5;
COMMIT;
"""


@contextmanager
def two_servers(store: str) -> Iterator[list[Any]]:
    """Run two servers on a store."""
    with tempfile.TemporaryDirectory(prefix="nbtrack-servers-") as place, ExitStack() as running:
        folders = [Path(place, name) for name in ("one", "other")]
        for each in folders:
            each.mkdir()
        yield [running.enter_context(serving(each, store=store)) for each in folders]


def many_clients(postgres: cluster.Cluster, uri: str, *, quick: bool, mlflow: bool) -> dict[str, float]:
    """Measure 64 clients at once."""
    runs, batches = (1, 1) if quick else (20, 20)
    with two_servers(uri) as servers:
        found = {f"64 clients, {name}": rate for name, rate in _load(servers, runs, batches).items()}
    bench = {
        "runs/s": _pgbench(postgres, uri, _RUN, runs, 1),
        "points/s": _pgbench(postgres, uri, _POINTS, batches, 1000),
    }
    found |= {f"64 clients, {name}, pgbench": rate for name, rate in bench.items()}
    if mlflow:
        with _mlflow_servers(postgres) as urls:
            rates = _load(urls, 1, 1) if quick else _load(urls, 3, 3)
        found |= {f"64 clients, {name}, MLflow": rate for name, rate in rates.items()}
    return found


def _load(servers: Sequence[Any], runs: int, batches: int, pace: int = 0, clients: int = CLIENTS) -> dict[str, float]:
    program = Path(__file__).with_name("http_load.py")
    urls = [getattr(each, "url", each) for each in servers]
    command = [sys.executable, program, *map(str, (clients, runs, batches, pace)), *urls]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    return json.loads(done.stdout)


def _pgbench(postgres: cluster.Cluster, uri: str, script: str, count: int, rows: int) -> float:
    """Return how often a second pgbench runs a script, times what it writes."""
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        place = re.sub("^postgresql:", "postgresql:", uri)
        command = [
            cluster.programs() / "pgbench",
            "-n",
            "-c",
            str(CLIENTS),
            "-j",
            "2",
            "-t",
            str(count),
            "-f",
            file.name,
        ]
        done = subprocess.run([*command, place], capture_output=True, check=True, text=True)
    found = re.search(r"tps = ([0-9.]+)", done.stdout)
    assert found
    return float(found[1]) * rows


@contextmanager
def _mlflow_servers(postgres: cluster.Cluster) -> Iterator[list[str]]:
    """Run two of MLflow's servers, with a worker each, on a database of their own."""
    python = real_mlflow.interpreter()
    postgres.execute("DROP DATABASE IF EXISTS mlflow")
    postgres.execute("CREATE DATABASE mlflow")
    with tempfile.TemporaryDirectory(prefix="nbtrack-mlflow-") as place:
        pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target", f"{place}/driver"]
        subprocess.run([*pip, "psycopg2-binary"], check=True)
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("MLFLOW_", "NBTRACK"))}
        pool = {"MLFLOW_SQLALCHEMYSTORE_POOL_SIZE": str(CLIENTS // 2), "MLFLOW_SQLALCHEMYSTORE_MAX_OVERFLOW": "0"}
        environment = {**kept, **pool, "PYTHONPATH": f"{place}/driver"}
        store = postgres.uri("mlflow").replace("postgresql://", "postgresql+psycopg2://")
        urls, processes = [], []
        try:
            for _ in range(2):
                port = free_port()
                command = [python, "-m", "mlflow", "server", "--backend-store-uri", store, "--workers", "1"]
                command += ["--artifacts-destination", f"{place}/files", "--port", str(port)]
                with Path(place, f"{port}.log").open("w") as log:
                    processes.append(subprocess.Popen(command, env=environment, cwd=place, stdout=log, stderr=log))
                urls.append(f"http://127.0.0.1:{port}")
                _wait(urls[-1])
            yield urls
        finally:
            for each in processes:
                for child in psutil.Process(each.pid).children(recursive=True):
                    child.terminate()
                each.terminate()
                each.wait()


def _wait(url: str) -> None:
    deadline = time.monotonic() + 300
    while True:
        try:
            httpx.get(f"{url}/health", timeout=5)
        except httpx.TransportError:
            assert time.monotonic() < deadline, "the server does not start"
            time.sleep(0.2)
        else:
            return


def readable(uri: str, seconds: float) -> dict[str, float]:
    """Measure how soon a client of one server reads what a client of the other one has logged, under load."""
    with two_servers(uri) as servers:
        batches = max(1, int(seconds * PACE / 1000 / 16))
        rates: dict[str, float] = {}
        load = threading.Thread(target=lambda: rates.update(_load(servers, 0, batches, PACE, 16)))
        writer, reader = locate.store(servers[0].url), _client(servers[1].url)
        run_id = writer.create_run("0", name=None, user_id="ada", start_time=1, tags={}).info.run_id
        load.start()
        delays = []
        while load.is_alive() or not delays:
            begun = time.perf_counter()
            writer.log_batch(run_id, [Metric("probe", 1.0, len(delays), len(delays))])
            while len(reader.metric_history(run_id, "probe").values) <= len(delays):
                time.sleep(0.002)
            delays.append((time.perf_counter() - begun) * 1000)
            time.sleep(0.05)
        load.join()
        writer.close()
    return {
        "until a point can be read": statistics.median(delays),
        "until a point can be read, slowest": max(delays),
        "until a point can be read, points/s meanwhile": rates["points/s"],
    }


def _client(url: str) -> RestStore:
    return RestStore(HttpTransport(http.parse(url), Settings()))


def memory(uri: str, minutes: float) -> dict[str, float]:
    """Measure the memory of servers, in MB, under a mixed load."""
    with two_servers(uri) as servers:
        ended = threading.Event()
        threads = [threading.Thread(target=_mixed, args=(servers[each % 2].url, ended)) for each in range(8)]
        for each in threads:
            each.start()
        sizes = []
        for _ in range(10):
            time.sleep(minutes * 6)
            sizes.append(max(psutil.Process(each.process.pid).memory_full_info().pss / 1e6 for each in servers))
        ended.set()
        for each in threads:
            each.join()
    return {
        "memory of a server, MB": max(sizes),
        "memory of a server, growth in the second half, MB": sizes[-1] - sizes[4],
    }


def _mixed(url: str, ended: threading.Event) -> None:
    """Log, search and read until the time is over."""
    store, query = _client(url), parse("metrics.m3 > 0.1", ["metrics.m2 DESC"])
    while not ended.is_set():
        run_id = store.create_run("0", name=None, user_id="ada", start_time=1, tags={}).info.run_id
        for start in range(0, 5_000, 1_000):
            store.log_batch(run_id, [Metric("m", 0.5, step, step) for step in range(start, start + 1_000)])
        store.log_batch(run_id, [Metric("m3", 0.5, 1, 1)], [(f"p{each}", "1") for each in range(30)])
        store.search_runs(["0"], query, ViewType.ACTIVE_ONLY, 100)
        store.metric_history(run_id, "m")
        store.update_run(run_id, status="FINISHED", end_time=2)
    store.close()
