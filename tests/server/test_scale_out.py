"""Several servers on one database: each accepts what another has begun, and one that stops drops nothing."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import ssl
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import psycopg
import pytest
from serving import free_port, serving

from nbtrack import locate
from nbtrack.endpoints import Service
from nbtrack.endpoints.page_seal import PageSeal
from nbtrack.errors import InvalidValue
from nbtrack.server.app import create_routes
from nbtrack.server.serve import Options
from nbtrack.stores.postgres import postgres_schema
from nbtrack.stores.sql import page_keys


@pytest.fixture(scope="module")
def database(postgres):
    """Return the address of an empty database for the servers of this module."""
    return postgres.fresh()


@pytest.fixture(scope="module")
def two(database, tmp_path_factory):
    """Run two servers on one database that know nothing of each other."""
    first, second = (tmp_path_factory.mktemp(name) for name in ("first", "second"))
    with serving(first, store=database) as one, serving(second, store=database) as other:
        yield one, other


def test_pages_of_one_server_go_on_at_the_other(two):
    runs = [two[number % 2].run() for number in range(7)]
    for name, answer, search in (
        ("runs/search", "runs", {"experiment_ids": ["0"], "max_results": 2}),
        ("runs/search", "runs", {"experiment_ids": ["0"], "max_results": 2, "order_by": ["metrics.m"]}),
    ):
        found, token = [], None
        for number in range(4):
            page = two[number % 2].made(name, {**search, "page_token": token} if token else search)
            found += [each["info"]["run_id"] for each in page[answer]]
            token = page.get("next_page_token")
        assert sorted(found) == sorted(runs)
        assert token is None
    forged = two[0].made("runs/search", search)["next_page_token"]
    for odd in (forged[:-2], "1" + forged, forged.replace(".", ".x", 1), "1.2", "9999999999999.a.b"):
        assert two[1].call("runs/search", {**search, "page_token": odd}).status_code == 400


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_keys_are_renewed_and_earlier_ones_accepted_for_a_while(kind, request, monkeypatch, tmp_path):
    store = locate.store(request.getfixturevalue("postgres").fresh() if kind == "postgres" else tmp_path / "runs")
    seal = PageSeal(b"", store)
    token = seal.seal("page")
    assert store.page_keys() == store.page_keys()
    monkeypatch.setattr(page_keys, "NEW_AFTER_MS", -1000)
    keys = store.page_keys()
    assert sorted(keys) == [1, 2]
    assert PageSeal(b"other", store).opened(token) == "page"
    monkeypatch.setattr(page_keys, "KEPT_MS", -1000)
    store.page_keys()
    with pytest.raises(InvalidValue, match="page token"):
        PageSeal(b"other", store).opened(token)


class Balancer:
    """Sends requests to the servers that say that they are ready, one after the other, over connections that it keeps."""

    def __init__(self, urls):
        self._clients = [httpx.Client(base_url=each, timeout=30) for each in urls]
        self.ready = list(self._clients)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def _watch(self):
        while not self._ended.wait(0.05):
            self.ready = [each for each in self._clients if self._is_ready(each)]

    def _is_ready(self, client):
        try:
            return client.get("/ready").status_code == 200
        except httpx.TransportError:
            return False

    def post(self, number, name, body):
        ready = self.ready
        return ready[number % len(ready)].post(f"/api/2.0/mlflow/{name}", json=body).status_code

    def close(self):
        self._ended.set()
        self._thread.join()
        for each in self._clients:
            each.close()


def test_rolling_restart_drops_no_request(database, two, tmp_path):
    run_id, statuses, halfway = two[0].run(), [], threading.Event()
    with serving(tmp_path, store=database, drain_seconds=1.0) as third:
        balancer = Balancer([two[1].url, third.url])

        def log(name):
            for step in range(80):
                point = {"run_id": run_id, "key": f"m{name}", "value": step, "timestamp": 1, "step": step}
                statuses.append(balancer.post(step + name, "runs/log-metric", point))
                if step == 30:
                    halfway.set()

        threads = [threading.Thread(target=log, args=(name,)) for name in range(4)]
        for each in threads:
            each.start()
        assert halfway.wait(60)
        third.process.send_signal(signal.SIGTERM)
        for each in threads:
            each.join()
        third.process.wait(60)
        balancer.close()
    assert statuses == [200] * 4 * 80
    history = {"run_id": run_id, "metric_key": "m3"}
    assert len(two[0].made("metrics/get-history", history, method="GET")["metrics"]) == 80


def test_server_of_the_version_before_reads_while_a_newer_one_migrates(postgres, monkeypatch, tmp_path):
    database = postgres.fresh()
    waiting = "SELECT COUNT(*) FROM pg_locks WHERE NOT granted"
    with serving(tmp_path, store=database) as older, psycopg.connect(database, autocommit=True) as other:
        run = older.run()
        other.execute("SELECT pg_advisory_lock(77)")
        more = b"CREATE INDEX more ON runs (name); SELECT pg_advisory_xact_lock(77)"
        monkeypatch.setattr(postgres_schema, "MIGRATIONS", (*postgres_schema.MIGRATIONS, more))
        newer = locate.store(database)
        with ThreadPoolExecutor() as threads:
            migrated = threads.submit(newer.get_experiment, "0")
            while other.execute(waiting).fetchone() != (1,):
                assert not migrated.done()
            written = threads.submit(older.run)
            while other.execute(waiting).fetchone() != (2,):
                assert not written.done()
            search = {"experiment_ids": ["0"], "filter": "run_name != ''"}
            assert [each["info"]["run_id"] for each in older.made("runs/search", search)["runs"]] == [run]
            assert older.get("/ready").text == "OK"
            other.execute("SELECT pg_advisory_unlock(77)")
            assert migrated.result()
            second = written.result()
        other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'nbtrack'")
        refused = older.call("runs/create", {"experiment_id": "0"})
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
        assert "newer nbtrack" in refused.json()["message"]
        assert {each["info"]["run_id"] for each in older.made("runs/search", search)["runs"]} == {run, second}
        newer.close()


def test_server_without_its_database_is_alive_and_not_ready(two):
    assert (two[0].get("/health").text, two[0].get("/ready").text) == ("OK", "OK")
    nowhere = locate.store(f"postgresql://nobody@127.0.0.1:{free_port()}/nothing")

    async def ask():
        transport = httpx.ASGITransport(create_routes(Service(nowhere)))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return [await client.get(path) for path in ("/health", "/ready")]

    health, ready = asyncio.run(ask())
    assert (health.status_code, ready.status_code, ready.text) == (200, 503, "the store can't be read")


def test_numbers_are_those_of_all_workers_and_each_request_is_logged(tmp_path):
    with serving(tmp_path, workers=2, token="correct", access_log=True) as server:
        headers = {"Authorization": "Bearer correct", "X-Request-ID": "from-a-proxy.1"}
        for number in range(5):
            answer = server.call("runs/create", {"experiment_id": "0"}, headers=headers)
            assert answer.headers["x-request-id"] == "from-a-proxy.1"
            assert server.call("runs/get", {"run_id": str(number)}, method="GET").status_code == 401
        assert server.get("/metrics").status_code == 401
        odd = server.get("/odd?token=secret", headers={**headers, "X-Request-ID": 'a"b'})
        assert re.fullmatch("[0-9a-f]{16}", odd.headers["x-request-id"])
        text = server.get("/metrics", headers=headers).text
        assert server.get("/metrics").status_code == 401
    assert 'nbtrack_requests_total{endpoint="runs/create",status="2xx"} 5' in text
    assert 'nbtrack_requests_total{endpoint="runs/get",status="4xx"} 5' in text
    assert 'nbtrack_request_seconds_bucket{endpoint="runs/create",le="+Inf"} 5' in text
    lines = [json.loads(line) for line in server.log_text().splitlines() if line.startswith("{")]
    made = [each for each in lines if each["path"].endswith("runs/create")]
    assert [(each["id"], each["status"], each["method"]) for each in made] == [("from-a-proxy.1", 200, "POST")] * 5
    assert "secret" not in server.log_text()


def test_server_speaks_tls_with_a_certificate(tmp_path):
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "2"]
    made = subprocess.run([*command, "-keyout", key, "-out", certificate], capture_output=True, check=False)
    assert made.returncode == 0, made.stderr
    port = free_port()
    command = ["-m", "nbtrack", "server", "--backend-store-uri", str(tmp_path / "runs"), "--port", str(port)]
    command += ["--ssl-certfile", str(certificate), "--ssl-keyfile", str(key)]
    with subprocess.Popen([sys.executable, *command], stdout=subprocess.PIPE, text=True, cwd=tmp_path) as process:
        assert f"https://127.0.0.1:{port}/" in process.stdout.readline()
        deadline = time.monotonic() + 60
        with httpx.Client(verify=ssl.create_default_context(cafile=certificate)) as client:
            while True:
                try:
                    assert client.get(f"https://localhost:{port}/health").text == "OK"
                except httpx.ConnectError:
                    assert time.monotonic() < deadline
                    time.sleep(0.05)
                else:
                    break
        process.terminate()
    with pytest.raises(InvalidValue, match=r"absent\.pem"):
        Options("mlruns", None, certificate="absent.pem").checked()
