"""Several workers and many clients: what was acknowledged is there, once, whatever happens to a worker."""

from __future__ import annotations

import os
import signal
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from serving import serving

CLIENTS, POINTS = 64, 200


@pytest.fixture
def pair(tmp_path):
    """Run a server of two workers."""
    with serving(tmp_path, workers=2) as found:
        yield found


@pytest.fixture
def postgres_pair(tmp_path, postgres):
    """Run a server of two workers on an empty database."""
    with serving(tmp_path, workers=2, store=postgres.fresh()) as found:
        yield found


def logged(server, run_id, name, count, *, each=lambda _: None):
    """Log points one by one, and return the steps that were acknowledged."""
    done = []
    with httpx.Client(base_url=server.url, timeout=60) as client:
        for step in range(count):
            point = {"run_id": run_id, "key": f"m{name}", "value": step, "timestamp": 1, "step": step}
            try:
                answer = client.post("/api/2.0/mlflow/runs/log-metric", json=point)
            except httpx.TransportError:
                continue
            assert answer.status_code in {200, 503}, answer.text
            if answer.status_code == 200:
                done.append(step)
                each(step)
    return done


def stored(server, run_id, name):
    """Return how often each step is there."""
    asked = {"run_id": run_id, "metric_key": f"m{name}"}
    found = server.made("metrics/get-history", asked, method="GET").get("metrics", [])
    return Counter(each["step"] for each in found)


def workers(server):
    """Return the processes that answer."""
    pid = server.process.pid
    below = [
        int(each) for task in Path(f"/proc/{pid}/task").iterdir() for each in (task / "children").read_text().split()
    ]
    return [each for each in below if b"spawn_main" in Path(f"/proc/{each}/cmdline").read_bytes()]


def test_many_clients(pair):
    run_id = pair.run()
    with ThreadPoolExecutor(CLIENTS) as pool:
        done = list(pool.map(lambda name: logged(pair, run_id, name, POINTS), range(CLIENTS)))
    assert sum(map(len, done)) == CLIENTS * POINTS
    for name in range(CLIENTS):
        assert stored(pair, run_id, name) == Counter(range(POINTS))
    assert "Traceback" not in pair.log_text()


def test_several_clients_of_a_server_before_postgresql(postgres_pair):
    run_id = postgres_pair.run()
    with ThreadPoolExecutor(16) as pool:
        done = list(pool.map(lambda name: logged(postgres_pair, run_id, name % 4, 50), range(16)))
    assert sum(map(len, done)) == 16 * 50
    for name in range(4):
        assert stored(postgres_pair, run_id, name) == Counter(range(50))
    assert "Traceback" not in postgres_pair.log_text()


def test_a_worker_before_postgresql_is_killed(postgres_pair):
    survives_a_kill(postgres_pair, 50)


def test_a_worker_is_killed(pair):
    survives_a_kill(pair, POINTS)


def survives_a_kill(pair, points):
    """Kill a worker while clients log, and look for all that was acknowledged."""
    run_id, victim, halfway = pair.run(), workers(pair)[0], threading.Event()

    def kill():
        assert halfway.wait(60)
        os.kill(victim, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    with ThreadPoolExecutor(16) as pool:
        jobs = [
            pool.submit(logged, pair, run_id, name, points, each=lambda step: step == points // 4 and halfway.set())
            for name in range(16)
        ]
        done = [job.result() for job in jobs]
    killer.join()
    assert sum(map(len, done)) > 16 * points // 4
    for name, acknowledged in enumerate(done):
        found = stored(pair, run_id, name)
        assert set(acknowledged) <= set(found)
        assert max(found.values()) == 1
    assert pair.run()
    assert victim not in workers(pair)


def test_tokens_of_one_worker_are_those_of_the_other(pair):
    for _ in range(4):
        pair.run()
    search = {"experiment_ids": ["0"], "max_results": 1}
    for _ in range(10):
        page = pair.made("runs/search", search)
        pair.made("runs/search", {**search, "page_token": page["next_page_token"]})


def test_large_files_in_little_memory(tmp_path):
    size, piece = 200_000_000, os.urandom(1_000_000)

    def chunks():
        for _ in range(size // len(piece)):
            yield piece

    with serving(tmp_path) as server:
        place = f"{server.url}/api/2.0/mlflow-artifacts/artifacts/large"
        httpx.put(f"{place}.first", content=piece)
        before = peak(server)
        assert httpx.put(place, content=chunks(), timeout=120).status_code == 200
        assert (tmp_path / "files" / "large").stat().st_size == size
        with httpx.stream("GET", place, timeout=120) as answer:
            assert sum(map(len, answer.iter_bytes())) == size
        assert peak(server) - before < 40_000_000


def peak(server):
    """Return the most memory that the server has had so far, in bytes."""
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024
