"""Below a path of a proxy, whether it takes the path away before it passes a request on, or not."""

from __future__ import annotations

import re
from urllib.parse import urljoin

import httpx
import pytest
import server_thread
from serving import serving
from starlette.requests import Request
from starlette.responses import Response

import nbtrack

PREFIX = "/team/a"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Run a server with a prefix."""
    with serving(tmp_path_factory.mktemp("prefixed"), prefix=PREFIX) as found:
        yield found


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """Run a server that knows of no prefix."""
    with serving(tmp_path_factory.mktemp("bare")) as found:
        yield found


class Proxy:
    """Offers a server below a path; with `stripping` the server does not see the path."""

    def __init__(self, server, *, stripping):
        self.server, self.stripping = server, stripping

    async def __call__(self, scope, receive, send):
        request = Request(scope, receive)
        assert scope["path"].startswith(f"{PREFIX}/"), "a request went past the prefix"
        path = scope["path"].removeprefix(PREFIX) if self.stripping else scope["path"]
        headers = {**request.headers, "x-forwarded-context": PREFIX}
        url = httpx.URL(self.server.url + path, query=scope["query_string"])
        async with httpx.AsyncClient() as client:
            found = await client.request(scope["method"], url, headers=headers, content=await request.body())
        kept = {key: value for key, value in found.headers.items() if key not in {"content-length", "content-encoding"}}
        await Response(found.content, found.status_code, kept)(scope, receive, send)


@pytest.fixture(params=["kept", "stripped", "bare"])
def address(request):
    """Return where a proxy offers a server."""
    server = request.getfixturevalue("bare" if request.param == "bare" else "server")
    with server_thread.serving(Proxy(server, stripping=request.param != "kept")) as url:
        yield url + PREFIX


def test_the_page_and_all_that_it_is_made_of(address):
    page = httpx.get(f"{address}/")
    assert page.status_code == 200
    parts = re.findall(r'(?:src|href)="([^"#]+)"', page.text)
    assert parts
    for each in parts:
        assert httpx.get(urljoin(f"{address}/", each)).status_code == 200


def test_runs_and_artifacts(address, tmp_path):
    nbtrack.set_tracking_uri(address)
    with nbtrack.start_run() as run:
        nbtrack.log_metric("m", 1)
        nbtrack.log_text("hello", "a/b.txt")
    assert nbtrack.get_run(run.info.run_id).data.metrics == {"m": 1.0}
    assert nbtrack.artifacts.load_text(f"runs:/{run.info.run_id}/a/b.txt") == "hello"
    asked = {"run_id": run.info.run_id, "path": "a/b.txt"}
    assert httpx.get(f"{address}/get-artifact", params=asked).text == "hello"


def test_without_a_proxy(server):
    assert server.get(f"{PREFIX}/health").text == "OK"
    assert server.get(PREFIX, follow_redirects=True).url.path == f"{PREFIX}/"
    assert server.get("/health").text == "OK"


def test_a_token_in_the_address_stays_below_the_prefix(tmp_path):
    with serving(tmp_path, prefix=PREFIX, token="t0k3n") as server:
        for path in ("/", f"{PREFIX}/"):
            answer = server.get(f"{path}?token=t0k3n")
            assert (answer.status_code, answer.headers["location"]) == (303, "./")
            assert f"Path={PREFIX};" in answer.headers["set-cookie"]
        for path in ("/", f"{PREFIX}/", PREFIX):
            assert server.get(path).status_code == 401
