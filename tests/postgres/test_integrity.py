"""What `nbtrack db check` finds in a store in PostgreSQL; it changes nothing."""

from __future__ import annotations

import pytest

from nbtrack import locate, store_maintenance
from nbtrack.entities import Metric


def lines(uri):
    return list(store_maintenance.check(uri))


def damage(uri):
    return [each.removeprefix("DAMAGED ") for each in lines(uri) if each.startswith("DAMAGED ")]


@pytest.fixture
def uri(postgres):
    """Return the address of a store with a run that has a block and some rows."""
    uri = postgres.fresh()
    store = locate.store(uri)
    run = store.create_run("0", name=None, user_id="ada", start_time=1, tags={}).info.run_id
    store.log_batch(run, [Metric("m", step / 7, step, step) for step in range(600)], [("p", "1")])
    store.log_batch(run, [Metric("m", 1.0, 600, 600)])
    store.close()
    return uri


def test_sound_store_and_one_that_is_not_there_yet(postgres, uri):
    assert damage(uri) == []
    assert lines(uri)[1] == "1 experiment, 1 run, 1 block, 1 point"
    empty = postgres.fresh()
    assert lines(empty)[1:] == ["The next write creates the tables"]
    assert postgres.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()", empty) == []


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE blocks SET data = substr(data, 1, 40)", "block of 600 points of metric 'm' of run"),
        ("UPDATE blocks SET data = set_byte(data, 30, 255 - get_byte(data, 30))", "block of 600 points of metric 'm'"),
        ("DROP INDEX runs_by_time", "index runs_by_time is missing"),
        ("SET session_replication_role = replica; DELETE FROM runs", "1 row of params without a run"),
        ("DROP TABLE points", "a table is missing"),
        ("INSERT INTO nbtrack_migrations VALUES (99, now())", "newer nbtrack"),
    ],
    ids=["cut", "flipped", "index", "owner", "table", "newer"],
)
def test_damage_is_reported(postgres, uri, statement, found):
    postgres.execute(statement, uri)
    assert any(found in each for each in damage(uri))
