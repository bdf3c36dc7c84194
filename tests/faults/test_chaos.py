"""Two servers on a database that is far and fails, killed again and again: what was acknowledged is there, once.

NBTRACK_CHAOS_SECONDS=600 makes it last for ten minutes.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import random
import signal
import threading
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import httpx
import pytest
from chaos_links import Link
from serving import free_port, serving

from nbtrack.entities import Metric, ViewType
from nbtrack.errors import NbtrackError
from nbtrack.query import parse
from nbtrack.settings import Settings
from nbtrack.stores.rest import RestStore
from nbtrack.stores.write_queue import WriteQueue
from nbtrack.wire import http
from nbtrack.wire.http import HttpTransport

SECONDS = float(os.environ.get("NBTRACK_CHAOS_SECONDS", "3"))
QUEUES, PLAIN = 12, 4
LIMIT = 60.0
"""How long any call may take."""
NOW = 1_700_000_000_000
KILL_BACKENDS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'nbtrack' AND random() < 0.5"
)


class Site:
    """A database behind a bad link, two servers, and a balancer before them."""

    def __init__(self, postgres, folder):
        self._postgres, self._folder = postgres, folder
        self._link = Link([postgres.port], (0.002, 0.02))
        self._store = postgres.fresh().replace(f":{postgres.port}/", f":{self._link.port}/")
        self._ports = [free_port(), free_port()]
        self._servers = [contextlib.ExitStack(), contextlib.ExitStack()]
        self._processes = [None, None]
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(self._start, range(2)))
        self._balancer = Link(self._ports)
        self.url = f"http://127.0.0.1:{self._balancer.port}"
        self.ended = threading.Event()

    def _start(self, number):
        started = serving(
            self._folder, store=self._store, destination=str(self._folder / "files"), port=self._ports[number]
        )
        self._processes[number] = self._servers[number].enter_context(started).process

    def fail(self):
        """Let something fail every now and then, until the time is over."""
        chance, faults = random.Random(7), itertools.cycle([self._kill, self._end_connections, self._stall, self._cut])
        while not self.ended.wait(chance.uniform(0.2, 0.8)):
            next(faults)()

    def _kill(self):
        number = 0 if self._processes[0].pid % 2 else 1
        self._processes[number].send_signal(signal.SIGKILL)
        self._processes[number].wait()
        self._servers[number].close()
        self._start(number)

    def _end_connections(self):
        self._postgres.execute(KILL_BACKENDS)

    def _stall(self):
        with self._link.stalled():
            time.sleep(0.7)

    def _cut(self):
        self._link.cut()
        self._balancer.cut()

    def close(self):
        """Stop everything."""
        for each in self._servers:
            each.close()
        self._balancer.close()
        self._link.close()


class Client:
    """A program that logs, and what has to be there in the end."""

    def __init__(self, site, number, folder):
        self.site, self.number = site, number
        self.transport = HttpTransport(http.parse(site.url), Settings(http_timeout=20.0))
        self.queue = WriteQueue(self.transport, RestStore(self.transport.without_retries()), folder / str(number), 1.0)
        self.run_id, self.logged, self.longest = "", 0, 0.0

    @contextlib.contextmanager
    def timed(self):
        """Note how long a call takes; errors of the network are as they may be."""
        begun = time.monotonic()
        with contextlib.suppress(NbtrackError, httpx.TransportError), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
        self.longest = max(self.longest, time.monotonic() - begun)

    def begin(self):
        """Create a run, however often it has to be tried."""
        while not self.run_id:
            with self.timed():
                run = self.queue.create_run("0", name=None, user_id="ada", start_time=1, tags={})
                self.run_id = run.info.run_id

    def log(self):
        """Log equal moments until the time is over, and search now and then."""
        while not self.site.ended.is_set():
            number = self.logged
            self.queue.log_batch(
                self.run_id,
                [Metric("m", float(number), NOW, 0), Metric("same", 1.0, NOW, 0)],
                [(f"p{number}", str(number))],
                [("t", str(number))],
            )
            self.logged += 1
            if number % 20 == self.number:
                with self.timed():
                    self.queue.search_runs(["0"], parse("", ["metrics.m DESC"]), ViewType.ALL, 5)
            self.site.ended.wait(0.01)

    def finish(self):
        """Wait until the server has everything."""
        deadline = time.monotonic() + LIMIT
        while not self.queue._sender.is_done:
            assert time.monotonic() < deadline, self.queue._sender.trouble
            with self.timed():
                self.queue.flush()

    def check(self):
        """Look whether everything is there, once and in order."""
        expected = list(range(self.logged))
        assert [int(each) for each in self.queue.metric_history(self.run_id, "m").values] == expected
        assert len(self.queue.metric_history(self.run_id, "same").values) == self.logged
        read = self.queue.get_run(self.run_id).data
        assert read.params == {f"p{each}": str(each) for each in expected}
        assert read.tags.get("t") == str(self.logged - 1)


class PlainClient(Client):
    """A program that sends each point and file by itself, again until it is acknowledged, as MLflow's do."""

    def log(self):
        with httpx.Client(base_url=self.site.url, timeout=20) as client:
            while not self.site.ended.is_set():
                step = self.logged
                point = {"run_id": self.run_id, "key": "m", "value": step, "timestamp": NOW, "step": step}
                self._until_answered(partial(client.post, "/api/2.0/mlflow/runs/log-metric", json=point))
                place = f"/api/2.0/mlflow-artifacts/artifacts/0/{self.run_id}/artifacts/{step}.txt"
                self._until_answered(partial(client.put, place, content=str(step) * 1000))
                self.logged += 1

    def _until_answered(self, send):
        while True:
            with self.timed():
                if send().status_code == 200:
                    return

    def check(self):
        assert list(self.queue.metric_history(self.run_id, "m").steps) == list(range(self.logged))
        for step in range(self.logged):
            place = f"{self.site.url}/api/2.0/mlflow-artifacts/artifacts/0/{self.run_id}/artifacts/{step}.txt"
            assert httpx.get(place, timeout=20).text == str(step) * 1000


@pytest.fixture
def site(postgres, tmp_path):
    """Run the servers."""
    site = Site(postgres, tmp_path)
    yield site
    site.close()


def test_whatever_fails_what_was_acknowledged_is_there_once(site, tmp_path):
    kinds = [Client] * QUEUES + [PlainClient] * PLAIN
    clients = [kind(site, number, tmp_path / "queues") for number, kind in enumerate(kinds)]
    for each in clients:
        each.begin()
    threads = [threading.Thread(target=each.log) for each in clients]
    failing = threading.Thread(target=site.fail)
    for each in (*threads, failing):
        each.start()
    site.ended.wait(SECONDS)
    site.ended.set()
    for each in (failing, *threads):
        each.join()
    for each in clients:
        each.finish()
        each.check()
        each.queue.close()
    assert max(each.longest for each in clients) < LIMIT
    assert sum(each.logged for each in clients) > 10
