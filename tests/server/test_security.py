"""Who may ask: names of the server, origins of pages, tokens and passwords, attacked one after the other."""

from __future__ import annotations

import base64
import re

import httpx
import pytest
from serving import serving

from nbtrack.errors import Refused
from nbtrack.server.serve import Options
from nbtrack.wire.endpoint_table import TABLE

TOKEN = "the-token-of-this-test"
SAFETY = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "SAMEORIGIN",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}
OTHERS = (
    "/",
    "/health",
    "/version",
    "/ready",
    "/metrics",
    "/get-artifact?run_id=a&path=b",
    "/ajax-api/2.0/mlflow/get-artifact?run_id=a&path=b",
    "/api/2.0/mlflow-artifacts/artifacts",
    "/api/2.0/mlflow-artifacts/artifacts/a",
    "/ajax-api/2.0/mlflow-artifacts/artifacts",
    "/nowhere",
    "/static/../etc/passwd",
)


@pytest.fixture(scope="module")
def locked(tmp_path_factory):
    """Run a server that asks for a token, answers to another name, and lets one foreign page ask."""
    folder = tmp_path_factory.mktemp("locked")
    names = {"allowed_hosts": ["tracking.test", "*.inner.test"], "allowed_origins": ["https://page.test"]}
    with serving(folder, token=TOKEN, password="ann:secret", **names) as found:
        yield found


def paths():
    """Return every path that the table knows, and the others."""
    known = [prefix + each.path for each in TABLE for prefix in each.prefixes]
    return [each.replace("{model_id}", "m-1") for each in known] + list(OTHERS)


def bearer(token=TOKEN):
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize(
    "host",
    [
        "evil.test",
        "localhost.evil.test",
        "127.0.0.1.evil.test",
        "evil.test:5000",
        "localhost@evil.test",
        "localhost:5000@evil.test",
        "localhost:",
        "localhost:port",
        "localhost:1:2",
        "127.0.0.1:5000,evil.test",
        "[::1",
        "::1",
        "[evil]",
        "localhost/",
        "localhost#",
        "localhost?x",
        "local host",
        "localhost.",
        "0.0.0.0",
        "127.1",
        "2130706433",
        "",
    ],
)
@pytest.mark.parametrize("path", ["/health", "/api/2.0/mlflow/experiments/get?experiment_id=0", "/nowhere"])
def test_other_names_are_refused_on_every_path(server, host, path):
    answer = server.raw(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
    assert answer.startswith((b"HTTP/1.1 403 ", b"HTTP/1.1 400 ")), answer


def test_two_names_and_none_are_refused(server):
    for lines in ("Host: localhost\r\nHost: evil.test\r\n", ""):
        answer = server.raw(f"GET /health HTTP/1.1\r\n{lines}Connection: close\r\n\r\n".encode())
        assert answer.startswith((b"HTTP/1.1 403 ", b"HTTP/1.1 400 ")), answer


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:80", "127.0.0.1:1", "[::1]", "[::1]:5000"])
def test_names_of_this_machine_are_accepted(server, host):
    assert server.get("/health", headers={"Host": host}).text == "OK"


def test_configured_names_are_accepted(locked):
    for host in ("tracking.test", "tracking.test:443", "a.inner.test"):
        assert locked.get("/health", headers={"Host": host, **bearer()}).status_code == 200
    for host in ("inner.test", "a.inner.test.evil.test", "tracking.test.evil.test"):
        assert locked.get("/health", headers={"Host": host, **bearer()}).status_code == 403


@pytest.mark.parametrize(
    "origin",
    ["http://localhost:1", "http://127.0.0.1", "https://evil.test", "null", "", "file://", "http://evil@{own}"],
)
def test_pages_of_other_origins_are_refused(server, origin):
    own = server.url.removeprefix("http://")
    for method in ("GET", "POST"):
        headers = {"Origin": origin.format(own=own)}
        answer = server.call("experiments/search", {"max_results": 1}, method=method, headers=headers)
        assert answer.status_code == 403
    assert server.call("runs/create", {}, headers={"Origin": f"https://{own}"}).status_code == 403


def test_our_own_page_may_ask(server):
    headers = {"Origin": server.url, "Sec-Fetch-Site": "same-origin"}
    assert server.call("runs/create", {}, headers=headers).status_code == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_writes_of_other_sites_are_refused(server, site):
    assert server.call("runs/create", {}, headers={"Sec-Fetch-Site": site}).status_code == 403


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_requests_that_html_forms_can_send_are_refused(server, kind):
    answer = httpx.post(f"{server.url}/api/2.0/mlflow/runs/create", content=b"{}", headers={"Content-Type": kind})
    assert (answer.status_code, answer.json()["error_code"]) == (400, "INVALID_PARAMETER_VALUE")


def test_a_listed_page_may_ask(locked):
    headers = {"Origin": "https://page.test"}
    asked = {**headers, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    leave = httpx.options(f"{locked.url}/api/2.0/mlflow/runs/create", headers=asked)
    assert leave.status_code == 204
    assert leave.headers["access-control-allow-origin"] == "https://page.test"
    assert "POST" in leave.headers["access-control-allow-methods"]
    assert "authorization" in leave.headers["access-control-allow-headers"].lower()
    made = locked.call("runs/create", {}, headers={**headers, **bearer(), "Sec-Fetch-Site": "cross-site"})
    assert made.status_code == 200
    assert made.headers["access-control-allow-origin"] == "https://page.test"
    assert made.headers["vary"] == "Origin"
    assert "access-control-allow-origin" not in locked.call("runs/create", {}, headers=bearer()).headers
    other = httpx.options(f"{locked.url}/health", headers={**asked, "Origin": "https://page.test.evil.test"})
    assert other.status_code == 403


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"])
def test_every_route_stands_behind_the_checks(locked, method):
    with httpx.Client(base_url=locked.url) as client:
        for path in paths():
            assert client.request(method, path).status_code == 401, path
            assert client.request(method, path, headers={**bearer(), "Host": "evil.test"}).status_code == 403, path
            assert client.request(method, path, headers={**bearer(), "Origin": "null"}).status_code == 403, path


def test_every_answer_carries_the_headers(server):
    with httpx.Client(base_url=server.url) as client:
        answers = [client.get(each) for each in paths()] + [client.get("/health", headers={"Host": "evil.test"})]
    for answer in answers:
        assert {name: answer.headers.get(name) for name in SAFETY} == SAFETY, answer.url
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'self'" in policy
        assert "unsafe-inline" not in policy.partition("script-src")[2]
    answer = server.raw(b"NONSENSE\r\n\r\n").lower()
    assert all(f"{name}: {value}".lower().encode() in answer for name, value in SAFETY.items())


@pytest.mark.parametrize(
    "shown",
    [
        "Bearer wrong",
        "Bearer",
        f"Bearer {TOKEN}x",
        f"Bearer {TOKEN[:-1]}",
        f"Token {TOKEN}",
        TOKEN,
        "Basic !!!",
        "Basic " + base64.b64encode(b"ann:wrong").decode(),
        "Basic " + base64.b64encode(b"ann").decode(),
        "Basic " + base64.b64encode(b"\xff\xfe").decode(),
    ],
)
def test_invalid_tokens_are_refused(locked, shown):
    answer = locked.get("/health", headers={"Authorization": shown})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"]


def test_valid_tokens_are_accepted(locked):
    assert locked.get("/health", headers=bearer()).status_code == 200
    assert locked.get("/health", auth=("ann", "secret")).status_code == 200
    assert locked.get("/health", auth=("anybody", TOKEN)).status_code == 200


def test_a_token_in_the_address_becomes_a_cookie_once(locked):
    first = locked.get("/health", params={"token": TOKEN, "view": "a b"})
    assert first.status_code == 303
    assert first.headers["location"] == "./health?view=a+b"
    cookie = first.headers["set-cookie"]
    assert {"httponly", "samesite=strict", "path=/"} <= set(cookie.lower().replace(" ", "").split(";"))
    kept = cookie.partition(";")[0]
    assert locked.get("/health", headers={"Cookie": kept}).status_code == 200
    assert locked.get("/health", headers={"Cookie": kept[:-1]}).status_code == 401
    assert locked.get("/health", params={"token": "wrong"}).status_code == 401
    assert locked.call("runs/create?token=" + TOKEN, {}).status_code == 401


@pytest.mark.parametrize("path", ["//evil.test/a", "///evil.test", "/%5Cevil.test", "/%2Fevil.test"])
def test_a_token_is_sent_to_no_other_host(locked, path):
    request = f"GET {path}?token={TOKEN} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    answer = locked.raw(request.encode()).decode()
    found = re.search("(?im)^location: (.*)\r$", answer)
    assert found is None or re.fullmatch(r"\./[\w.%-]*", found[1]), answer


def test_a_token_is_never_printed(locked):
    locked.get("/nowhere", params={"token": TOKEN})
    locked.get("/nowhere", headers=bearer())
    locked.raw(f"GET /?token={TOKEN} NONSENSE\r\n\r\n".encode())
    assert TOKEN not in locked.log_text()
    assert "secret" not in locked.log_text()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.1", "tracking.test"])
def test_other_machines_are_served_only_with_authentication(host):
    for more in ({}, {"token": "x"}, {"password": "a:b"}, {"allowed_hosts": ("tracking.test",)}):
        with pytest.raises(Refused, match="--allowed-hosts"):
            Options("mlruns", "mlruns", host=host, **more).checked()
    assert Options("mlruns", "mlruns", host=host, token="x", allowed_hosts=("tracking.test",)).checked().secret
