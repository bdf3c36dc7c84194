"""Sizes, depths and times, each gone beyond."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from serving import serving

API = "/api/2.0/mlflow/"


@pytest.fixture(scope="module", params=["httptools_limits:HttptoolsConnection", "http_limits:H11Connection"])
def impatient(request, tmp_path_factory):
    """Run a server that waits for nobody, with each of the parsers of requests."""
    shorter = {
        "server.serve.CONNECTION": f"nbtrack.server.{request.param}",
        "server.http_limits.HEAD_SECONDS": 0.5,
        "server.http_limits.STALLED_SECONDS": 0.5,
        "server.request_body.IDLE_SECONDS": 0.5,
    }
    with serving(tmp_path_factory.mktemp("impatient"), shorter=shorter) as found:
        yield found


def sent(server, body, name="runs/log-batch"):
    return httpx.post(server.url + API + name, content=body, headers={"Content-Type": "application/json"}, timeout=60)


def test_bodies_beyond_twenty_million_bytes(server):
    assert sent(server, b'{"run_id":"' + b"x" * 20_000_000 + b'"}').status_code == 413

    def unsized():
        for _ in range(21):
            yield b" " * 1_000_000

    assert sent(server, unsized()).status_code == 413
    run_id = server.run()
    body = json.dumps({"run_id": run_id, "tags": [{"key": f"k{each}", "value": "x" * 95_000} for each in range(100)]})
    assert sent(server, body.encode()).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b'{"a":' * 65 + b"1" + b"}" * 65,
        b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b"[" * 5_000_000,
        b'{"run_id":',
        b"[]",
        b"null",
        b'"text"',
        b"1",
        b"\xff\xfe",
        b'{"run_id":"\\ud800"}',
        b'{"step":' + b"9" * 5000 + b"}",
        b'{"run_id":"a","key":"m","value":1e400,"timestamp":1}',
        b'{"run_id":"a","key":"m","value":-1.5E+999,"timestamp":1}',
    ],
    ids=range(13),
)
def test_other_bodies_are_refused(server, body):
    answer = sent(server, body)
    assert answer.status_code == 400
    assert answer.json()["error_code"] in {"MALFORMED_REQUEST", "INVALID_PARAMETER_VALUE"}
    assert sent(server, b"", "runs/create").status_code == 200


@pytest.mark.parametrize("value", [2**63, -(2**63) - 1, "9" * 19, 1e19, 0.5, "1_0", "１", "", " ", True, [], {}, "x"])
@pytest.mark.parametrize("field", ["step", "timestamp"])
def test_integers_are_of_64_bits(server, field, value):
    point = {"run_id": server.run(), "key": "m", "value": 1.0, "timestamp": 1, "step": 1, field: value}
    answer = server.call("runs/log-metric", point)
    assert (answer.status_code, answer.json()["error_code"]) == (400, "INVALID_PARAMETER_VALUE")


@pytest.mark.parametrize("value", ["1_0", "x", "", True, None, [], {}, "0x10"])
def test_values_are_numbers(server, value):
    answer = server.call("runs/log-metric", {"run_id": server.run(), "key": "m", "value": value, "timestamp": 1})
    assert (answer.status_code, answer.json()["error_code"]) == (400, "INVALID_PARAMETER_VALUE")


@pytest.mark.parametrize(
    ("what", "count", "status"),
    [
        ("metrics", 1000, 200),
        ("metrics", 1001, 400),
        ("params", 100, 200),
        ("params", 101, 400),
        ("tags", 100, 200),
        ("tags", 101, 400),
    ],
)
def test_batches(server, what, count, status):
    items = [
        {"key": f"k{each}", "value": "1", **({"timestamp": 1} if what == "metrics" else {})} for each in range(count)
    ]
    assert server.call("runs/log-batch", {"run_id": server.run(), what: items}).status_code == status


def test_filters(server):
    for text in ("metrics.a = 1" + " AND metrics.a = 1" * 101, "params.a = '" + "x" * 8200 + "'", "(" * 8000):
        answer = server.call("runs/search", {"experiment_ids": ["0"], "filter": text})
        assert (answer.status_code, answer.json()["error_code"]) == (400, "INVALID_PARAMETER_VALUE")
    many = server.call("runs/search", {"experiment_ids": ["0"], "order_by": ["metrics.a"] * 101})
    assert many.status_code == 400


def test_heads_of_requests(impatient):
    for head in (b"X-Long: " + b"x" * 40_000, b"\r\n".join(b"X-%d: y" % each for each in range(6000))):
        answer = impatient.raw(b"GET /health HTTP/1.1\r\nHost: localhost\r\n" + head + b"\r\nConnection: close\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 400"), answer[:100]
    answer = impatient.raw(b"GET /" + b"x" * 40_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 400"), answer[:100]
    assert impatient.get("/health", headers={"X-Long": "x" * 20_000}).status_code == 200


def test_a_request_without_its_headers(impatient):
    begun = time.monotonic()
    assert closed(impatient, b"GET /health HTTP/1.1\r\nHost: local")
    assert closed(impatient, b"")
    assert time.monotonic() - begun < 20


def closed(server, data):
    """Tell whether the server closes a connection by itself that says only this."""
    with socket.create_connection(server.address, 30) as wire:
        wire.sendall(data)
        try:
            return wire.recv(1000) == b""
        except ConnectionResetError:
            return True


def test_a_request_with_very_slow_headers(impatient):
    with socket.create_connection(impatient.address, 30) as wire:
        wire.sendall(b"GET /health HTTP/1.1\r\n")
        with pytest.raises(OSError):
            for each in range(10_000):
                wire.sendall(b"X-%d: y\r\n" % each)
                threading.Event().wait(0.02)


def test_a_request_without_its_body(impatient):
    head = b"POST /api/2.0/mlflow/runs/create HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    answer = impatient.raw(head + b'Connection: close\r\nContent-Length: 100\r\n\r\n{"a"')
    assert answer.startswith(b"HTTP/1.1 408")


def test_a_client_that_does_not_read(impatient):
    place = f"{impatient.url}/api/2.0/mlflow-artifacts/artifacts/large"
    assert httpx.put(place, content=b"x" * 30_000_000, timeout=60).status_code == 200
    with socket.create_connection(impatient.address, 30) as wire:
        wire.sendall(b"GET /api/2.0/mlflow-artifacts/artifacts/large HTTP/1.1\r\nHost: localhost\r\n\r\n")
        wait_until(lambda: held(impatient, "large"))
        wait_until(lambda: not held(impatient, "large"))


def held(server, name):
    """Return the descriptors through which the server has a file of that name open."""
    found = []
    for each in Path(f"/proc/{server.process.pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            found += [each] if each.readlink().name == name else []
    return found


def wait_until(true, seconds=30):
    """Wait until something holds."""
    pause = threading.Event()
    deadline = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < deadline
        pause.wait(0.01)
    return found


def test_half_open_connections_hold_no_worker(server):
    wires = [socket.create_connection(server.address, 30) for _ in range(200)]
    head = b"POST /api/2.0/mlflow/runs/create HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    try:
        for each in wires:
            each.sendall(head + b'Content-Length: 100\r\n\r\n{"a"')
        run_id = server.run()
        assert server.made("runs/get", {"run_id": run_id}, method="GET")["run"]["info"]["run_id"] == run_id
    finally:
        for each in wires:
            each.close()


def test_slow_uploads_block_no_other_request(server):
    wires = [socket.create_connection(server.address, 30) for _ in range(200)]
    try:
        for number, each in enumerate(wires):
            place = b"/api/2.0/mlflow-artifacts/artifacts/slow/%d" % number
            each.sendall(b"PUT " + place + b" HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(2):
            for each in wires:
                each.sendall(b"x")
            run_id = server.run()
            assert server.made("runs/get", {"run_id": run_id}, method="GET")["run"]["info"]["run_id"] == run_id
            quick = f"{server.url}/api/2.0/mlflow-artifacts/artifacts/quick"
            assert httpx.put(quick, content=b"whole", timeout=30).status_code == 200
            assert httpx.get(quick, timeout=30).content == b"whole"
    finally:
        for each in wires:
            each.close()


def test_connections_are_counted(tmp_path):
    with serving(tmp_path, shorter={"server.http_limits.MAX_CONNECTIONS": 20}) as server:
        wires = [socket.create_connection(server.address, 30) for _ in range(25)]
        busy = wait_until(lambda: (found := server.get("/health")).status_code == 503 and found)
        assert busy.headers["retry-after"] == "1"
        assert busy.headers["x-content-type-options"] == "nosniff"
        assert busy.json()["error_code"] == "TEMPORARILY_UNAVAILABLE"
        wires += [socket.create_connection(server.address, 30) for _ in range(20)]
        assert wires[-1].recv(1) == b""
        for each in wires:
            each.close()
        wait_until(lambda: server.get("/health").status_code == 200)


def test_too_many_requests_at_once_are_answered_with_retry_after(tmp_path):
    with (
        serving(tmp_path, shorter={"server.responses.MAX_CONCURRENT_REQUESTS": 2}) as busy_soon,
        ThreadPoolExecutor(32) as pool,
    ):
        found = list(pool.map(lambda _: busy_soon.call("runs/create", {}), range(300)))
    assert {each.status_code for each in found} == {200, 503}
    busy = next(each for each in found if each.status_code == 503)
    assert busy.headers["retry-after"] == "1"
    assert busy.json()["error_code"] == "TEMPORARILY_UNAVAILABLE"


def test_a_search_that_takes_too_long(tmp_path):
    shorter = {"server.responses.READING_SECONDS": 0.001, "stores.sqlite.connections.STEPS_BETWEEN_CHECKS": 50}
    with serving(tmp_path, shorter=shorter) as server:
        for _ in range(100):
            server.run()
        terms = " OR ".join(f"tags.k{each} LIKE '%a%b'" for each in range(90))
        answer = server.call("runs/search", {"experiment_ids": ["0"], "filter": terms})
        assert (answer.status_code, answer.json()["error_code"]) == (400, "INVALID_PARAMETER_VALUE")
        assert "too long" in answer.json()["message"]
        assert server.call("runs/search", {"experiment_ids": []}).status_code == 200


def test_large_json_does_not_block_other_requests(server):
    run_id, body = server.run(), {"run_id": "0" * 32, "metrics": []}
    body["metrics"] = [{"key": "k" * 200, "value": 1.0, "timestamp": 1, "step": each} for each in range(35_000)]
    data = json.dumps(body).encode()
    with ThreadPoolExecutor(4) as pool:
        large = [pool.submit(sent, server, data) for _ in range(4)]
        assert server.made("runs/get", {"run_id": run_id}, method="GET")
        assert {each.result().status_code for each in large} == {400}
