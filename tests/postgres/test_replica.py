"""A streaming standby: it answers searches, and takes over when the primary dies."""

from __future__ import annotations

import os
import tempfile
import threading
from pathlib import Path

import cluster
import pytest

from nbtrack import locate
from nbtrack.entities import Metric, ViewType
from nbtrack.errors import InvalidValue, NbtrackError
from nbtrack.query import parse
from nbtrack.stores.interface import Delivery


@pytest.fixture(scope="module")
def folders():
    """Return the folders of two servers."""
    if cluster.programs() is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(cluster.REASON)
    with (
        tempfile.TemporaryDirectory(prefix="nbtrack-primary-") as primary,
        tempfile.TemporaryDirectory(prefix="nbtrack-standby-") as standby,
    ):
        yield Path(primary), Path(standby)


@pytest.fixture(scope="module")
def primary(folders):
    """Run a primary, which dies in the last test."""
    primary = cluster.Cluster(folders[0])
    primary.start()
    yield primary
    if primary.is_running:
        primary.stop()


@pytest.fixture(scope="module")
def standby(primary, folders):
    """Run a standby; commits of the primary wait for its acknowledgement."""
    standby = cluster.Standby(folders[1], primary)
    standby.start()
    primary.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
    primary.execute("SELECT pg_reload_conf()")
    yield standby
    standby.stop()


def new_run(store):
    return store.create_run("0", name=None, user_id="ada", start_time=1, tags={}).info.run_id


def found(store):
    return {run.info.run_id for run in store.search_runs(["0"], parse(""), ViewType.ALL, 100)}


@pytest.fixture
def uri(primary, standby):
    """Return the address of an empty store that the standby has as well."""
    uri = primary.fresh()
    locate.store(uri).get_experiment("0")
    standby.wait()
    return uri


@pytest.fixture
def paused(standby):
    """Return the standby, which replays nothing until the test ends."""
    standby.execute("SELECT pg_wal_replay_pause()")
    yield standby
    standby.execute("SELECT pg_wal_replay_resume()")


def test_replica_answers_unless_it_lacks_what_this_process_wrote(uri, paused):
    other, store = locate.store(uri), locate.store(f"{uri}&read=127.0.0.1:{paused.port}")
    before = store.mark()
    theirs = new_run(other)
    assert store.mark() == before
    assert found(store) == set()
    mine = new_run(store)
    assert found(store) == {theirs, mine}
    assert store.mark() != before
    other.log_batch(theirs, [Metric("m", 1.0, 1)])
    assert list(store.metric_history(theirs, "m").values) == [1.0]


def test_replica_that_has_caught_up_answers_again(uri, standby):
    store = locate.store(f"{uri}&read=127.0.0.1:{standby.port}")
    run = new_run(store)
    store.log_batch(run, [Metric("m", 1.0, 1)])
    standby.wait()
    standby.execute("SELECT pg_wal_replay_pause()")
    locate.store(uri).log_batch(run, [Metric("m", 2.0, 2)])
    assert list(store.metric_history(run, "m").values) == [1.0]
    standby.execute("SELECT pg_wal_replay_resume()")


def test_run_that_the_replica_lacks_is_read_from_the_primary(uri, paused):
    other, store = locate.store(uri), locate.store(f"{uri}&read=127.0.0.1:{paused.port}")
    run = new_run(other)
    other.log_batch(run, [Metric("m", 1.0, 1)])
    assert list(store.metric_history(run, "m").values) == [1.0]
    assert store.get_run(run).data.metrics == {"m": 1.0}


def test_without_the_replica_the_primary_answers(uri, standby):
    absent = locate.store(f"{uri}&read=127.0.0.1:{cluster.free_port()}")
    lost = locate.store(f"{uri}&read=127.0.0.1:{standby.port}")
    assert found(lost) == set()
    run = new_run(absent)
    standby.wait()
    standby.stop()
    assert found(absent) == found(lost) == {run}
    standby.start()


@pytest.mark.parametrize("odd", ["", "a:b:c", "postgresql://a/b", "host/name", "me@host"])
def test_address_of_a_replica_is_a_host_and_port(odd):
    with pytest.raises(InvalidValue, match="read="):
        locate.store(f"postgresql://127.0.0.1/runs?read={odd}")


def test_standby_that_takes_over_has_what_was_acknowledged(uri, primary, standby):
    several = uri.replace("@", f"@127.0.0.1:{standby.port},")
    store = locate.store(f"{several}&read=127.0.0.1:{standby.port}")
    run, halfway, sent, acknowledged = new_run(store), threading.Event(), 200, []

    def log():
        for step in range(sent):
            while len(acknowledged) == step:
                try:
                    store.deliver(run, Delivery("queue", step, step + 1), [Metric("m", float(step), step, step)])
                except NbtrackError:
                    continue
                acknowledged.append(step)
            if step == sent // 2:
                halfway.set()

    logging = threading.Thread(target=log)
    logging.start()
    assert halfway.wait(60)
    primary.stop()
    standby.execute("SELECT pg_promote()")
    logging.join()
    assert list(store.metric_history(run, "m").steps) == acknowledged == list(range(sent))
    assert found(store) == {run}
