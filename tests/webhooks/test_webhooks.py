"""Alerts at a webhook: what it gets, again where it fails, and after a restart."""

import json
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

import nbtrack
from nbtrack.webhooks import messages


class Receiver(ThreadingHTTPServer):
    """A webhook that refuses as many posts as it is asked to, and remembers the others."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}/hook/secret-path"
        self.refuses, self.posts, self.changed = 0, [], threading.Condition()

    def wait(self, count):
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.posts) >= count, 30)
        return self.posts


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        refused, self.server.refuses = self.server.refuses > 0, max(0, self.server.refuses - 1)
        self.send_response(503 if refused else 200)
        self.end_headers()
        if not refused:
            with self.server.changed:
                self.server.posts.append(body)
                self.server.changed.notify_all()

    def log_message(self, *given):
        pass


@pytest.fixture
def receiver(fresh, monkeypatch):
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.01])
        thread.start()
        monkeypatch.setenv("NBTRACK_STATE_FOLDER", str(fresh / "state"))
        monkeypatch.setenv("NBTRACK_WEBHOOK", server.url)
        yield server
        server.shutdown()
        thread.join()


def test_alerts_are_posted_in_order_also_where_the_webhook_fails_at_first(receiver, fresh):
    receiver.refuses = 1
    with nbtrack.start_run(run_name="long") as run:
        nbtrack.alert("First", "token=abcdefgh123456789abc", "error")
        nbtrack.alert("Second")
    first, second = receiver.wait(2)
    assert (first["title"], first["text"], first["level"]) == ("First", "token=***", "error")
    assert first["run"] == {"id": run.info.run_id, "name": "long", "experiment_id": run.info.experiment_id}
    assert (second["event"], second["title"]) == ("alert", "Second")
    assert not any(b"secret-path" in each.read_bytes() for each in (fresh / "state").rglob("*") if each.is_file())


SCRIPT = """
import nbtrack
with nbtrack.start_run():
    nbtrack.alert("Before the end")
"""


def test_what_a_program_could_not_send_is_sent_by_the_next(receiver, fresh, monkeypatch):
    monkeypatch.setenv("NBTRACK_WEBHOOK", "http://127.0.0.1:9/nobody-listens")
    subprocess.run([sys.executable, "-c", SCRIPT], check=True, cwd=fresh)
    assert len(list((fresh / "state" / "webhooks").glob("*.queue"))) == 1
    monkeypatch.setenv("NBTRACK_WEBHOOK", receiver.url)
    with nbtrack.start_run():
        pass
    assert [each["title"] for each in receiver.wait(1)] == ["Before the end"]


def test_a_server_sends_what_its_clients_raise(receiver, stage, fresh):
    stage.keep(fresh / "kept")
    api = f"{stage.uri}/api/2.0/mlflow/runs"
    created = httpx.post(f"{api}/create", json={"experiment_id": "0", "run_name": "remote"}).json()
    run_id = created["run"]["info"]["run_id"]
    now = time.time_ns()
    for title, moment in (("Odd", now), ("Odd", now), ("Long ago", 1), ("Last", now + 1)):
        written = json.dumps({"title": title, "level": "info"})
        httpx.post(f"{api}/set-tag", json={"run_id": run_id, "key": f"nbtrack.alert.{moment}", "value": written})
    assert [(each["title"], each["run"]["name"]) for each in receiver.wait(2)] == [
        ("Odd", "remote"),
        ("Last", "remote"),
    ]


def test_a_client_leaves_alerts_to_a_server_with_the_same_webhook(receiver, stage, fresh):
    stage.keep(fresh / "kept")
    nbtrack.set_tracking_uri(stage.uri)
    with nbtrack.start_run():
        nbtrack.alert("Once")
        nbtrack.alert("Then this")
    nbtrack.set_tracking_uri(fresh / "kept")
    with nbtrack.start_run():
        nbtrack.alert("Without a server")
    assert [each["title"] for each in receiver.wait(3)] == ["Once", "Then this", "Without a server"]


def test_slack_gets_text_without_commands():
    message = {"level": "error", "title": "<!channel> a & b", "text": "<http://x>", "run": {"name": "r"}}
    found = messages.in_form(message, "auto", "https://hooks.slack.com/services/x")
    assert found == {"text": "⛔ *&lt;!channel&gt; a &amp; b* in run r\n&lt;http://x&gt;"}
    assert messages.in_form(message, "auto", "https://example.org/hook") is message
    assert set(messages.in_form(message, "slack", "https://example.org/hook")) == {"text"}


def test_an_invalid_address_is_refused_without_being_shown(fresh, monkeypatch):
    monkeypatch.setenv("NBTRACK_WEBHOOK", "hooks.example.org/secret")
    with pytest.raises(nbtrack.MlflowException, match="NBTRACK_WEBHOOK must begin with") as error, nbtrack.start_run():
        pass
    assert "secret" not in str(error.value)
