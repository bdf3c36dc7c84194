"""Recording to a server that is far, slow, failing or away."""

from __future__ import annotations

import json
import math
import os
import signal
import socket
import subprocess
import sys
import threading
from zlib import crc32

import pytest
import server_thread
from starlette.responses import JSONResponse

import nbtrack
from nbtrack import locate
from nbtrack.entities import Metric
from nbtrack.errors import InvalidValue, NotFound, Unchangeable, Unreachable, WrongState

AWAY = pytest.warns(UserWarning, match="not reached http://.* yet")


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Wait shortly for a server that is away."""
    monkeypatch.setenv("NBTRACK_FLUSH_SECONDS", "3")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")


@pytest.fixture
def port():
    """Return a port that is free."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return found.getsockname()[1]


@pytest.fixture
def server(tmp_path):
    """Return what makes the application of a server that keeps what it has, however often it is made."""
    return lambda: server_thread.create_app(server_thread.options_of(tmp_path / "kept"))


@pytest.fixture
def behind(stage, tmp_path, monkeypatch):
    """Have the process track behind a server that is there."""
    monkeypatch.setenv("NBTRACK_FLUSH_SECONDS", "60")
    stage.keep(tmp_path / "kept")
    nbtrack.set_tracking_uri(stage.uri)
    return stage


def history(run_id, key="m"):
    return list(nbtrack.MlflowClient().store.metric_history(run_id, key).values)


class Failing:
    """A server that answers some requests otherwise."""

    def __init__(self, app, answer):
        self.app, self.answer, self.asked = app, answer, []

    async def __call__(self, scope, receive, send):
        self.asked.append(scope["path"])
        status = self.answer(scope, len(self.asked))
        if status:
            headers = {"Retry-After": "0"} if status == 429 else {}
            code = {400: "INVALID_PARAMETER_VALUE", 429: "REQUEST_LIMIT_EXCEEDED"}.get(status, "INTERNAL_ERROR")
            response = JSONResponse({"error_code": code, "message": "no"}, status, headers)
            await response(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def writes(scope):
    return scope["path"].endswith("log-batch")


# a server that is there


def test_what_is_logged_is_read_back(behind):
    with nbtrack.start_run() as run:
        nbtrack.log_params({"lr": 0.1, "text": "ü\n"})
        for step in range(2_500):
            nbtrack.log_metric("m", step / 3, step=step)
        nbtrack.log_metrics({"a": math.nan, "b": math.inf, "c": -0.0}, step=3)
        nbtrack.set_tag("t", "1")
        nbtrack.set_tag("t", "2")
        assert history(run.info.run_id) == [step / 3 for step in range(2_500)]
    read = nbtrack.get_run(run.info.run_id)
    assert (read.info.status, read.data.params, read.data.tags["t"]) == ("FINISHED", {"lr": "0.1", "text": "ü\n"}, "2")
    assert repr([read.data.metrics[each] for each in "abc"]) == "[nan, inf, 0.0]"
    assert not list(locate.store(behind.uri)._sender.folder.glob("*.new"))


def test_nothing_is_left_when_all_is_sent(behind, tmp_path):
    with nbtrack.start_run():
        nbtrack.log_metric("m", 1)
    locate.store(behind.uri).close()
    assert not list((tmp_path / "state").rglob("*.queue"))


def test_many_columns_at_once(behind):
    run = nbtrack.start_run()
    run.appender.columns({"m": (range(12_000), range(12_000), [0.5] * 12_000)})
    assert len(history(run.info.run_id)) == 12_000


def test_parameter_that_changes_raises_at_once(behind):
    client = nbtrack.MlflowClient()
    run = client.create_run("0").info.run_id
    client.log_param(run, "lr", 1)
    with pytest.raises(Unchangeable, match="'lr'"):
        client.log_param(run, "lr", 2)
    client.log_param(run, "lr", 1)
    assert client.get_run(run).data.params == {"lr": "1"}


def test_unknown_and_deleted_runs_raise_at_once(behind):
    client = nbtrack.MlflowClient()
    with pytest.raises(NotFound):
        client.log_metric("f" * 32, "m", 1)
    run = client.create_run("0").info.run_id
    client.delete_run(run)
    with pytest.raises(WrongState):
        client.log_metric(run, "m", 1)
    with pytest.raises(InvalidValue):
        client.log_metric(run, "m", "word")


def test_threads_lose_nothing(behind):
    run = nbtrack.start_run()

    def log(number):
        for step in range(200):
            run.appender.point("m", float(number), step, number)

    threads = [threading.Thread(target=log, args=(number,)) for number in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(history(run.info.run_id)) == 1_600


def test_fork_can_continue_the_run(behind):
    run = nbtrack.start_run()
    nbtrack.log_metric("m", 1)
    child = os.fork()
    if not child:
        nbtrack.log_metric("m", 2, step=1)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    nbtrack.log_metric("m", 3, step=2)
    nbtrack.flush()
    assert sorted(history(run.info.run_id)) == [1, 2, 3]


# a server that is away


def test_server_that_restarts(server, port):
    with server_thread.serving(server(), port) as uri:
        nbtrack.set_tracking_uri(uri)
        run = nbtrack.start_run()
        nbtrack.log_metric("m", 0)
        nbtrack.flush()
    for step in range(1, 100):
        nbtrack.log_metric("m", step, step=step)
    nbtrack.log_param("lr", 0.1)
    with AWAY as caught:
        nbtrack.end_run()
    assert "99 points" in str(caught[0].message)
    assert ".queue" in str(caught[0].message)
    with pytest.raises(Unreachable, match=str(port)):
        nbtrack.get_run(run.info.run_id)
    with server_thread.serving(server(), port):
        nbtrack.flush()
        assert history(run.info.run_id) == list(range(100))
        read = nbtrack.get_run(run.info.run_id)
        assert (read.info.status, read.data.params) == ("FINISHED", {"lr": "0.1"})


PROGRAM = """
import os, signal, sys, nbtrack
run = nbtrack.start_run()
print(run.info.run_id, flush=True)
sys.stdin.readline()
for step in range(1000):
    nbtrack.log_metric("m", step, step=step)
nbtrack.log_param("lr", 0.1)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_next_process_sends_what_a_killed_one_left(server, port, monkeypatch):
    with server_thread.serving(server(), port) as uri:
        monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
        program = subprocess.Popen(
            [sys.executable, "-c", PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        run = program.stdout.readline().strip()
    program.communicate("\n")
    assert program.returncode == -signal.SIGKILL
    with server_thread.serving(server(), port):
        nbtrack.flush()
        assert history(run) == list(range(1000))
        assert nbtrack.get_run(run).data.params == {"lr": "0.1"}
        assert not list(locate.store(uri)._sender.folder.iterdir())


def test_torn_line_is_left_out(server, port, tmp_path):
    with server_thread.serving(server(), port) as uri:
        nbtrack.set_tracking_uri(uri)
        run = nbtrack.start_run()
        store = locate.store(uri)
    nbtrack.log_metric("m", 1)
    queue = store._sender.file
    store._sender.stop(5)
    with queue.path.open("ab") as file:
        file.write(b'deadbeef {"run_id"')
    with server_thread.serving(server(), port):
        queue.close()
        store._sender.file = None
        nbtrack.flush()
        assert history(run.info.run_id) == [1]
        nbtrack.end_run()


def test_a_file_of_lines_that_an_earlier_version_left_is_sent(server, port, tmp_path):
    def line(content):
        body = json.dumps(content).encode()
        return b"%08x %b\n" % (crc32(body), body)

    with server_thread.serving(server(), port) as uri:
        nbtrack.set_tracking_uri(uri)
        run_id = nbtrack.MlflowClient().create_run("0").info.run_id
        folder = locate.store(uri)._sender.folder
        folder.mkdir(parents=True)
        points = [line({"run_id": run_id, "metrics": [["m", number, 1, number]]}) for number in range(4)]
        points[2] = points[2].replace(b"metrics", b"matrics")
        start = 38
        content = b"".join([b"nbtrack outbox 1 %020d\n" % (start + len(points[0])), *points, b"torn"])
        (folder / "1-a.outbox").write_bytes(content)
        nbtrack.flush()
        assert history(run_id) == [1, 3]
        assert not list(folder.iterdir())


# a server that fails


@pytest.mark.parametrize("status", [429, 500, 503])
def test_intermittent_errors(server, status):
    app = Failing(server(), lambda scope, number: status if writes(scope) and number % 2 else 0)
    with server_thread.serving(app) as uri:
        nbtrack.set_tracking_uri(uri)
        with nbtrack.start_run() as run:
            for step in range(50):
                nbtrack.log_metric("m", step, step=step)
                if step % 10 == 0:
                    nbtrack.log_param(f"p{step}", step)
        nbtrack.flush()
        assert history(run.info.run_id) == list(range(50))


def test_what_the_server_refuses_does_not_hold_up_the_rest(server, tmp_path):
    refusing = Refusing(server())
    with server_thread.serving(refusing) as uri:
        nbtrack.set_tracking_uri(uri)
        run = nbtrack.start_run()
        nbtrack.log_params({"good": 1, "bad": 2, "fine": 3})
        nbtrack.log_metric("m", 1)
        with pytest.warns(UserWarning, match="refused logged data .*kept in"):
            nbtrack.end_run()
        read = nbtrack.get_run(run.info.run_id)
        assert (read.data.params, read.data.metrics) == ({"good": "1", "fine": "3"}, {"m": 1.0})
        assert read.info.status == "FINISHED"
        (aside,) = (tmp_path / "state").rglob("refused.jsonl")
        assert json.loads(aside.read_text())["params"] == [["bad", "2"]]


class Refusing:
    """A server that takes no parameter named bad."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        message = await receive()
        if b'"key":"bad"' in message.get("body", b""):
            await JSONResponse({"error_code": "INVALID_PARAMETER_VALUE", "message": "bad"}, 400)(scope, receive, send)
            return
        given = iter([message])

        async def again():
            return next(given, None) or await receive()

        await self.app(scope, again, send)


def test_closed_recorder_may_be_used_again(behind):
    store = locate.store(behind.uri)
    run = nbtrack.MlflowClient().create_run("0").info.run_id
    store.log_batch(run, [Metric("m", 1.0, 1)])
    store.close()
    store.log_batch(run, [Metric("m", 2.0, 2)])
    assert history(run) == [1.0, 2.0]
