"""What is logged over a network is recorded once and in order, whatever is sent how often."""

from __future__ import annotations

import pytest
import server_thread
from starlette.responses import JSONResponse

import nbtrack
from nbtrack import locate
from nbtrack.entities import Metric
from nbtrack.errors import NotFound
from nbtrack.stores import append_log
from nbtrack.stores.interface import Delivery
from nbtrack.stores.write_queue import queue_file

NOW = 1_700_000_000_000


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Try a lost request once, and leave the rest to the queue."""
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")


class Losing:
    """A server that records what it is sent, and whose first answer to a batch is lost, and then every second one."""

    def __init__(self, app):
        self.app, self.batches = app, 0

    async def __call__(self, scope, receive, send):
        if not scope["path"].endswith("log-batch"):
            await self.app(scope, receive, send)
            return
        self.batches += 1
        if self.batches % 2 == 0:
            await self.app(scope, receive, send)
            return
        await self.app(scope, receive, _nowhere)
        await JSONResponse({"error_code": "TEMPORARILY_UNAVAILABLE", "message": "later"}, 503)(scope, receive, send)


async def _nowhere(message):
    """Drop a part of an answer."""


@pytest.fixture(params=["sqlite", "postgres"])
def served(request, tmp_path):
    """Return a function that makes the application of a server over a kind of store."""
    options = server_thread.options_of(tmp_path / "kept")
    if request.param == "postgres":
        options = options._replace(store=request.getfixturevalue("postgres").fresh())
    return lambda: server_thread.create_app(options)


def test_equal_points_of_one_moment_are_all_recorded_in_order(served):
    with server_thread.serving(served()) as uri:
        nbtrack.set_tracking_uri(uri)
        client = nbtrack.MlflowClient()
        run_id = client.create_run("0").info.run_id
        values = [0.5] * 50 + [2.0, 1.0] * 25
        for each in values:
            client.log_metric(run_id, "m", each, timestamp=NOW, step=0)
        assert [each.value for each in client.get_metric_history(run_id, "m")] == values
        assert client.get_run(run_id).data.metrics == {"m": 1.0}


def test_batches_whose_answers_are_lost_are_recorded_once(served, monkeypatch):
    monkeypatch.setattr(queue_file, "EMPTIED_BYTES", 2_000)
    losing = Losing(served())
    with server_thread.serving(losing) as uri:
        nbtrack.set_tracking_uri(uri)
        with nbtrack.start_run() as run:
            for number in range(300):
                nbtrack.log_metric("m", number % 3, step=0)
                if number % 60 == 0:
                    nbtrack.log_param(f"p{number}", number)
                    nbtrack.flush()
        assert losing.batches > 8
        store = locate.store(uri)
        assert list(store.metric_history(run.info.run_id, "m").values) == [number % 3 for number in range(300)]
        assert len(store.get_run(run.info.run_id).data.params) == 5


def test_store_reports_which_part_of_a_sequence_it_has(served, tmp_path):
    with server_thread.serving(served()) as uri:
        store = locate.store(uri)
        run_id = store.create_run("0", name=None, user_id="ada", start_time=1, tags={}).info.run_id
        points = [Metric("m", 1.0, NOW, 0)] * 6

        def deliver(start, end, queue="a"):
            return store.deliver(run_id, Delivery(queue, start, end), points[: end - start])

        assert [deliver(0, 2), deliver(0, 2), deliver(1, 2)] == [2, 2, 2]
        assert deliver(0, 5) == 2
        assert [deliver(2, 5), deliver(7, 8), deliver(0, 8), deliver(0, 1, "b")] == [5, 8, 8, 1]
        assert len(store.metric_history(run_id, "m").values) == 2 + 3 + 1 + 1
        with pytest.raises(NotFound):
            store.deliver("f" * 32, Delivery("a", 8, 9), points)
        assert deliver(8, 9) == 9


def test_program_that_comes_after_a_killed_one_sends_nothing_twice(served):
    losing = Losing(served())
    with server_thread.serving(losing) as uri:
        store = locate.store(uri)
        run_id = store.create_run("0", name=None, user_id="ada", start_time=1, tags={}).info.run_id
        folder = store._sender.folder
        left = queue_file.QueueFile.create(folder)
        for number in range(3):
            left.write(b'{"run_id":"%b","metrics":[["m",%d,1,0],["m",%d,1,0]]}' % (run_id.encode(), number, number))
        left.close()
        store.flush()
        store.flush()
        assert losing.batches == 2
        assert list(store.metric_history(run_id, "m").values) == [0, 0, 1, 1, 2, 2]
        assert not list(folder.glob("*.queue"))


def test_file_that_the_version_before_left_is_sent(served):
    with server_thread.serving(served()) as uri:
        store = locate.store(uri)
        run_id = store.create_run("0", name=None, user_id="ada", start_time=1, tags={}).info.run_id
        folder = store._sender.folder
        folder.mkdir(parents=True)
        calls = [b'{"run_id":"%b","metrics":[["m",%d,1,0]]}' % (run_id.encode(), number) for number in range(3)]
        written = [append_log.encode(1, each) for each in calls]
        head = b"nbtrack-queue v2 %020d\n"
        content = head % (len(head % 0) + len(written[0])) + b"".join(written)
        (folder / "1-a.queue").write_bytes(content)
        store.flush()
        assert list(store.metric_history(run_id, "m").values) == [1, 2]
        assert not list(folder.glob("*.queue"))
