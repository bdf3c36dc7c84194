"""The link to a server: credentials, repeats, redirects, TLS."""

from __future__ import annotations

import base64
import pickle

import pytest
import server_thread
from starlette.responses import JSONResponse, RedirectResponse

import nbtrack
from nbtrack import locate, process, settings
from nbtrack.errors import InvalidValue, Refused, Unreachable, Unsupported
from nbtrack.wire import http
from nbtrack.wire.http import HttpTransport, Request


@pytest.fixture
def asked():
    """Return what a server was asked, newest last."""
    return []


def answering(asked, *statuses, headers=None):
    """Return an application that answers with these statuses, and then with 200."""
    left = list(statuses)

    async def app(scope, receive, send):
        asked.append(({name.decode(): value.decode() for name, value in scope["headers"]}, scope["path"]))
        status = left.pop(0) if left else 200
        await JSONResponse({}, status, headers)(scope, receive, send)

    return app


def link(uri, **chosen):
    return HttpTransport(http.parse(uri), settings.Settings(http_backoff=0.01, **chosen))


def ask(transport, method="GET", **how):
    try:
        return transport.send(Request(method, "/x", **how)).read()
    finally:
        transport.close()


def test_user_and_password_of_the_environment(asked):
    with server_thread.serving(answering(asked)) as uri:
        ask(link(uri, tracking_username="ada", tracking_password="pw", tracking_token="no"))
    assert asked[0][0]["authorization"] == "Basic " + base64.b64encode(b"ada:pw").decode()


def test_token_of_the_environment(asked):
    with server_thread.serving(answering(asked)) as uri:
        ask(link(uri, tracking_token="secret"))
    assert asked[0][0]["authorization"] == "Bearer secret"


def test_credentials_in_the_address_are_used_and_never_shown(stage, tmp_path):
    stage.keep(tmp_path / "kept", password="ada:p@ss/word")
    secret = stage.uri.replace("://", "://ada:p%40ss%2Fword@")
    nbtrack.set_tracking_uri(secret)
    with nbtrack.start_run() as run:
        nbtrack.log_metric("m", 1)
        nbtrack.log_text("x", "a.txt")
    client = nbtrack.MlflowClient()
    seen = [
        nbtrack.get_tracking_uri(),
        repr(client),
        client.store.uri,
        repr(process.state(locate.OpenStores).transports),
        client.get_run(run.info.run_id),
    ]
    assert "p@ss" not in str(seen)
    assert "p%40ss" not in str(seen)
    assert nbtrack.MlflowClient(nbtrack.get_tracking_uri()).get_run(run.info.run_id).data.metrics == {"m": 1.0}
    nbtrack.set_tracking_uri("")
    assert nbtrack.MlflowClient(secret).tracking_uri == stage.uri


def test_wrong_credentials_are_refused(stage, tmp_path):
    stage.keep(tmp_path / "kept", password="ada:pw")
    nbtrack.set_tracking_uri(stage.uri)
    with pytest.raises(Refused):
        nbtrack.start_run()


def test_password_is_in_no_repr():
    chosen = settings.current({"MLFLOW_TRACKING_PASSWORD": "hush", "MLFLOW_TRACKING_TOKEN": "hush"})
    assert "hush" not in repr(chosen)
    assert chosen.tracking_password == "hush"


@pytest.mark.parametrize("status", [408, 429, 502, 503, 504])
def test_what_may_be_repeated_is(asked, status):
    with server_thread.serving(answering(asked, status, status)) as uri:
        assert ask(link(uri), repeatable=True) == b"{}"
    assert len(asked) == 3


@pytest.mark.parametrize(("status", "times"), [(408, 1), (502, 1), (504, 1), (500, 1), (429, 2)])
def test_what_may_not_be_repeated_is_only_where_nothing_was_done(asked, status, times):
    with server_thread.serving(answering(asked, status)) as uri:
        ask(link(uri), "POST")
    assert len(asked) == times


def test_server_that_answers_with_retry_after(asked):
    with server_thread.serving(answering(asked, 503, headers={"Retry-After": "0"})) as uri:
        ask(link(uri), "POST")
    assert len(asked) == 2


def test_unreachable_server():
    with pytest.raises(Unreachable, match=r"127\.0\.0\.1:1 does not answer .tried 3 times") as caught:
        ask(link("http://ada:hush@127.0.0.1:1", http_retries=2))
    assert "hush" not in str(caught.value)
    assert "hush" not in str(pickle.loads(pickle.dumps(caught.value)))


def test_redirect_takes_no_credentials_away(asked):
    async def elsewhere(scope, receive, send):
        await RedirectResponse("http://other.example/steal?x=1")(scope, receive, send)

    with server_thread.serving(elsewhere) as uri, pytest.raises(Unreachable, match=r"http://other\.example"):
        ask(link(uri, tracking_token="secret"))


@pytest.mark.parametrize("uri", ["http://", "http://[", "http://:5000", "https://host:port"])
def test_odd_addresses(uri):
    with pytest.raises(InvalidValue, match="address of a tracking server"):
        nbtrack.set_tracking_uri(uri)


def test_certificates_that_are_not_there(tmp_path):
    with pytest.raises(InvalidValue, match="MLFLOW_TRACKING_SERVER_CERT_PATH"):
        ask(link("https://127.0.0.1:1", server_cert_path=str(tmp_path / "none.pem")))
    with pytest.raises(InvalidValue, match="contradict"):
        ask(link("https://127.0.0.1:1", server_cert_path="x", insecure_tls=True))


def test_another_kind_of_server_is_reported(asked):
    async def page(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"<html>"})

    with server_thread.serving(page) as uri, pytest.raises(Unreachable, match="valid JSON"):
        nbtrack.MlflowClient(uri).get_experiment("0")


def test_server_named_by_a_run_gets_no_credentials(asked, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", "secret")
    with server_thread.serving(answering(asked)) as uri:
        repository = locate.repository(f"mlflow-artifacts://{uri.removeprefix('http://')}/1", "http://elsewhere:5000")
        repository.list()
        repository._transport.close()
    assert "authorization" not in asked[0][0]


def test_what_mlflow_cuts_is_kept_whole(mlflow_server):
    mlflow_server.tell("empty")
    nbtrack.set_tracking_uri(mlflow_server.uri)
    with nbtrack.start_run() as run:
        nbtrack.log_param("long", "é" * 7_000)
        with pytest.warns(UserWarning, match="'long' has 7,000 characters"):
            nbtrack.flush()
    read = nbtrack.get_run(run.info.run_id)
    assert len(read.data.params["long"]) == 6_000
    (param,) = nbtrack.MlflowClient().list_artifacts(run.info.run_id, "nbtrack/params")
    assert nbtrack.artifacts.load_text(f"runs:/{run.info.run_id}/{param.path}") == "é" * 7_000


def test_operations_that_mlflow_lacks_are_refused(mlflow_server):
    mlflow_server.tell("empty")
    client = nbtrack.MlflowClient(mlflow_server.uri)
    run = client.create_run("0").info.run_id
    client.log_metric(run, "m", 1)
    for call in (lambda: client.store.drop(run, "m"), client.store.purge, lambda: client.move_runs([run], "0")):
        with pytest.raises(Unsupported):
            call()
    with pytest.raises(Unsupported, match="do not support this search"):
        client.search_runs(["0"], "metrics.m > 0 OR metrics.m < 0")
