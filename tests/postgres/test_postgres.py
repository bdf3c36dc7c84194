"""What only a store on a server can meet: many processes, a server that goes away, databases of others."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import textwrap
import threading

import cluster
import httpx
import pytest

import nbtrack
from nbtrack import locate, store_maintenance, tags
from nbtrack.endpoints import run_table
from nbtrack.endpoints.run_table import RunListing
from nbtrack.endpoints.table_query import TableQuery
from nbtrack.entities import Metric, ViewType
from nbtrack.errors import DamagedStore, InvalidValue, NbtrackError, StorageFailed, Unreachable
from nbtrack.query import parse
from nbtrack.stores import read_deadline
from nbtrack.stores.postgres import (
    postgres_compaction,
    postgres_errors,
    postgres_points,
    postgres_schema,
    postgres_search,
)
from nbtrack.stores.sql import orphaned_runs


@pytest.fixture
def uri(postgres):
    """Return the address of an empty schema."""
    return postgres.fresh()


@pytest.fixture
def store(uri):
    """Return an empty store."""
    return locate.store(uri)


def new_run(store, **tags):
    return store.create_run("0", name=None, user_id="ada", start_time=1000, tags=tags).info.run_id


def started(source, *arguments):
    """Start a program that has the store's address and more arguments."""
    plain = {key: value for key, value in os.environ.items() if not key.startswith("COVERAGE")}
    command = [sys.executable, "-c", textwrap.dedent(source), *map(str, arguments)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=plain)


def finished(processes):
    """Wait for programs and return what they printed."""
    outputs = [each.communicate(timeout=120)[0].decode().strip() for each in processes]
    assert [each.returncode for each in processes] == [0] * len(processes)
    return outputs


def rows(postgres, uri, table):
    return postgres.execute(f"SELECT COUNT(*) FROM {table}", uri)[0][0]


# many processes

WRITING = """
import sys
from nbtrack import locate
from nbtrack.entities import Metric
uri, run, number = sys.argv[1:]
store = locate.store(uri)
append = store.appender(run)
for step in range(100):
    append.point("all", float(number), step, step)
    store.log_batch(run, [Metric(f"m{number}", step, step, step), Metric("batch", step, step, step)], [("p", "1")])
append.columns({"all": (range(100, 1100), range(1000), [float(number)] * 1000)})
store.close()
"""


def test_processes_that_write_at_once_lose_nothing(store, uri):
    run = new_run(store)
    finished([started(WRITING, uri, run, number) for number in range(4)])
    read = store.get_run(run).data
    assert read.params == {"p": "1"}
    assert len(store.metric_history(run, "batch").values) == 400
    history = store.metric_history(run, "all")
    for number in range(4):
        assert list(store.metric_history(run, f"m{number}").steps) == list(range(100))
        mine = [each.step for each in history.points() if each.value == number]
        assert mine == list(range(1100))
    assert len(history.values) == 4400


MAKING = """
import sys
from nbtrack import locate
store = locate.store(sys.argv[1])
sys.stdin.readline()
for number in range(5):
    run = store.create_run("0", name=None, user_id="ada", start_time=1, tags={})
    print(run.info.run_id)
store.create_experiment(f"of {sys.argv[2]}")
store.close()
"""


def test_first_use_by_six_processes_at_once(postgres, uri):
    several = [started(MAKING, uri, number) for number in range(6)]
    for each in several:
        each.stdin.write(b"\n")
    made = {run for output in finished(several) for run in output.split()}
    store = locate.store(uri)
    found = store.search_runs(["0"], parse(""), ViewType.ALL, 100)
    assert {run.info.run_id for run in found} == made
    assert len(made) == 30
    assert store.search_experiments(parse(""), ViewType.ALL, 10)[6].name
    assert rows(postgres, uri, "nbtrack_migrations") == len(postgres_schema.MIGRATIONS)


def test_name_is_taken_by_one_of_several_at_once(store):
    results = []

    def make():
        try:
            results.append(store.create_experiment("digits"))
        except NbtrackError as error:
            results.append(error.error_code)

    threads = [threading.Thread(target=make) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert results.count("RESOURCE_ALREADY_EXISTS") == 7


# blocks


def test_points_become_few_blocks_while_others_write(store, uri, postgres, monkeypatch):
    monkeypatch.setattr(postgres_compaction, "CROWDED_ROWS", 40)
    monkeypatch.setattr(postgres_compaction, "CROWDED_BLOCKS", 2)
    run, end = new_run(store), 2_000
    others = [started(WRITING, uri, run, number) for number in range(2)]
    for step in range(200):
        store.appender(run).point("all", -1.0, step, step)
    for start in range(200, end, 600):
        steps = range(start, start + 600)
        store.appender(run).columns({"all": (steps, steps, [-1.0] * 600)})
    finished(others)
    store.close()
    history = store.metric_history(run, "all")
    for value, steps in ((-1.0, range(end)), (0.0, range(1100)), (1.0, range(1100))):
        assert [each.step for each in history.points() if each.value == value] == list(steps)
    assert len(history.values) == end + 2200
    assert 0 < rows(postgres, uri, "blocks") < 5


def test_writers_wait_for_no_compaction_and_it_for_none(store, uri, postgres, monkeypatch):
    monkeypatch.setattr(postgres_errors, "LOCK_SECONDS", 2)
    run, database = new_run(store), locate.store(uri)._database
    points = [Metric("m", float(step), step, step) for step in range(60)]
    store.log_batch(run, points[:20])
    with database.writing() as session:
        postgres_compaction.compact(session, run, "m")
        session.flush()
        store.log_batch(run, points[20:40], [("p", "1")])
        with database.writing() as another:
            postgres_compaction.compact(another, run, "m")
    assert (rows(postgres, uri, "blocks"), rows(postgres, uri, "points")) == (1, 20)
    with pytest.raises(KeyError), database.writing(run) as writer:
        writer.execute("DELETE FROM points WHERE step = 30")
        writer.flush()
        with database.writing() as session:
            postgres_compaction.compact(session, run, "m")
        raise KeyError
    store.log_batch(run, points[40:])
    assert (rows(postgres, uri, "blocks"), rows(postgres, uri, "points")) == (1, 40)
    assert list(store.metric_history(run, "m").steps) == list(range(60))


def test_run_that_ends_is_in_few_blocks(store, uri, postgres):
    run = new_run(store)
    append = store.appender(run)
    for start in range(0, 2400, 300):
        append.columns(
            {"m": (range(start, start + 300), [0] * 300, [float(start)] * 300), "few": ([start], [0], [1.0])}
        )
    assert rows(postgres, uri, "blocks") == 0
    before = list(store.metric_history(run, "m").points())
    store.update_run(run, status="FINISHED", end_time=9000)
    assert (rows(postgres, uri, "blocks"), rows(postgres, uri, "points")) == (1, 8)
    append.point("m", 0.5, -1, 7)
    assert list(store.metric_history(run, "m").points()) == [*before, Metric("m", 0.5, 7, -1)]
    assert store.get_run(run).data.metrics["m"] == 2100.0
    store.drop(run, "m")
    assert len(store.metric_history(run, "m").values) == 0


def test_long_columns_are_blocks_at_once(store, uri, postgres):
    run = new_run(store)
    append = store.appender(run)
    append.point("m", -1.0, -1, 0)
    count = 70_000
    append.columns({"m": (range(count), range(count), [0.5] * count)})
    append.point("m", -2.0, count, count)
    history = store.metric_history(run, "m")
    assert list(history.steps) == list(range(-1, count + 1))
    assert list(history.values[:2]) == [-1.0, 0.5]
    assert rows(postgres, uri, "points") == 1
    assert count > postgres_points.MIN_BLOCK_POINTS


def test_mark_differs_once_another_has_written(store, uri):
    run = new_run(store)
    before = store.mark()
    assert store.mark() == before
    other = locate.store(uri, "elsewhere")
    other.log_batch(run, [Metric("m", 1.0, 1)])
    assert store.mark() != before


# a server that goes away

END_CONNECTIONS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'nbtrack'"


def test_call_begins_again_when_its_connection_broke_before_the_first_answer(store, postgres):
    run = new_run(store)
    with store._database.writing(run) as session:
        session.execute("UPDATE runs SET name = 'other' WHERE run_id = ?", (run,))
        postgres.execute(END_CONNECTIONS)
    assert store.get_run(run).info.run_name == "other"


def test_next_call_works_after_the_server_has_closed_connections(store, postgres):
    run = new_run(store)
    append = store.appender(run)
    append.point("m", 0.0, 0, 0)
    postgres.execute(END_CONNECTIONS)
    append.point("m", 1.0, 1, 1)
    assert list(store.metric_history(run, "m").values) == [0.0, 1.0]


def test_call_whose_connection_breaks_keeps_nothing(store, postgres):
    run = new_run(store)
    with pytest.raises(Unreachable, match="try again") as caught, store._database.writing(run) as session:
        assert list(session.execute("UPDATE runs SET name = 'other' WHERE run_id = ? RETURNING 1", (run,)))
        postgres.execute(END_CONNECTIONS)
        list(session.execute("SELECT 1"))
    assert caught.value.error_code == "TEMPORARILY_UNAVAILABLE"
    assert store.get_run(run).info.run_name != "other"


def test_call_whose_answer_never_came_says_so(store, postgres):
    run = new_run(store)
    with pytest.raises(Unreachable, match="which may have succeeded"), store._database.writing(run) as session:
        assert list(session.execute("SELECT 1"))
        postgres.execute(END_CONNECTIONS)
    store.log_batch(run, tags=[("a", "b")])


def test_run_goes_on_after_the_server_was_restarted(store, postgres):
    run = new_run(store)
    append = store.appender(run)
    append.point("m", 0.0, 0, 0)
    postgres.stop()
    try:
        with pytest.raises(Unreachable, match="connection refused: no server is listening"):
            append.point("m", 0.5, 1, 1)
    finally:
        postgres.start()
    append.point("m", 1.0, 2, 2)
    assert list(store.metric_history(run, "m").values) == [0.0, 1.0]


def test_first_of_several_hosts_that_takes_writes_is_used(postgres, uri):
    place, _, options = uri.partition("?")
    dead = cluster.free_port()
    several = place.replace("@127.0.0.1:", f"@127.0.0.1:{dead},127.0.0.1:")
    store = locate.store(f"{several}?{options}&target_session_attrs=read-write")
    run = new_run(store)
    store.log_batch(run, [Metric("m", 1.0, 1)])
    assert locate.store(uri).get_run(run).data.metrics == {"m": 1.0}
    assert "secret" not in store.uri


def test_fork_with_an_open_store(store):
    run = new_run(store)
    append = store.appender(run)
    append.point("m", 0.0, 0, 0)
    pid = os.fork()
    if pid == 0:
        try:
            append.point("m", 1.0, 1, 1)
            store.close()
        finally:
            os._exit(0)
    os.waitpid(pid, 0)
    append.point("m", 2.0, 2, 2)
    assert list(store.metric_history(run, "m").values) == [0.0, 1.0, 2.0]


def test_idle_connections_are_few(store):
    threads = [threading.Thread(target=store.get_experiment, args=("0",)) for _ in range(30)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(store._database._pool._idle) <= 8


# owners

LEFT = """
import sys, nbtrack
nbtrack.set_tracking_uri(sys.argv[1])
run = nbtrack.start_run(run_name="left")
nbtrack.log_metric("m", 1.0)
print(run.info.run_id, flush=True)
sys.stdin.readline()
"""


def test_run_of_a_killed_process_ends(store, uri):
    program = started(LEFT, uri)
    run = program.stdout.readline().decode().strip()
    store._database._orphan_check = orphaned_runs.OrphanCheckTimer()
    assert store.get_run(run).info.status == "RUNNING"
    program.send_signal(signal.SIGKILL)
    program.communicate()
    store._database._orphan_check = orphaned_runs.OrphanCheckTimer()
    read = store.get_run(run)
    assert read.info.status == "KILLED"
    assert read.info.end_time >= read.info.start_time
    assert read.data.tags[tags.INTERRUPTED] == "pending"


def test_run_of_another_machine_of_the_same_name_is_left_alone(store):
    owner = orphaned_runs.process_identity.current()._replace(boot="another", process=2**22 - 1, started=1)
    run = new_run(store, **{tags.OWNER: owner.to_json()})
    store._database._orphan_check = orphaned_runs.OrphanCheckTimer()
    assert store.get_run(run).info.status == "RUNNING"


def test_owner_sends_heartbeats(store):
    mine, foreign = new_run(store, **{tags.OWNER: orphaned_runs.process_identity.current().to_json()}), new_run(store)
    store._database.send_heartbeat([mine, foreign, "unknown"])
    assert int(store.get_run(mine).data.tags[tags.HEARTBEAT]) > 0
    assert tags.HEARTBEAT not in store.get_run(foreign).data.tags


# how long it may take


def test_anonymous_reading_is_limited(store):
    new_run(store)
    with (
        read_deadline.within(0.05),
        pytest.raises(InvalidValue, match="too long"),
        store._database.reading() as session,
    ):
        session.execute("SELECT pg_sleep(60)")
    with store._database.reading() as session:
        assert list(session.execute("SELECT pg_sleep(0.1)"))
    assert store.get_experiment("0")


def test_time_of_a_request_is_that_of_all_its_statements(store):
    with read_deadline.within(0.2), pytest.raises(InvalidValue, match="too long"):
        for _ in range(1000):
            with store._database.reading() as session:
                session.execute("SELECT pg_sleep(0.02)")


# databases of others, and errors


def test_database_of_another_program_is_left_untouched(postgres, uri):
    postgres.execute("CREATE TABLE experiments (experiment_id INTEGER)", uri)
    with pytest.raises(DamagedStore, match="another program"):
        locate.store(uri).get_experiment("0")
    assert [each for each in store_maintenance.check(uri) if each.startswith("DAMAGED")]


def test_version_before_reads_while_and_after_a_newer_one_migrates(store, postgres, uri, monkeypatch, tmp_path):
    run = new_run(store)
    with monkeypatch.context() as newer:
        more = b"ALTER TABLE runs ADD COLUMN colour TEXT; CREATE TABLE more (id BIGINT)"
        newer.setattr(postgres_schema, "MIGRATIONS", (*postgres_schema.MIGRATIONS, more))
        new_run(locate.store(uri, "newer"))
    for each in (store, locate.store(uri, "older")):
        assert each.get_run(run).info.run_id == run
        assert len(each.search_runs(["0"], parse(""), ViewType.ALL, 10)) == 2
    with pytest.raises(DamagedStore, match="update nbtrack"):
        new_run(locate.store(uri, "older"))
    with pytest.raises(DamagedStore, match="update nbtrack"):
        store_maintenance.back_up(uri, tmp_path / "runs.zip")
    assert [each for each in store_maintenance.check(uri) if each.startswith("DAMAGED")]


@pytest.fixture
def locked(postgres, uri):
    """Return the address of an empty schema for somebody who has to show a password."""
    if not postgres.execute(f"SELECT 1 FROM pg_roles WHERE rolname = '{cluster.LOCKED}'"):
        postgres.execute(f"CREATE ROLE {cluster.LOCKED} LOGIN SUPERUSER PASSWORD 'correct horse'")
    return uri.replace("nbtrack:secret@", f"{cluster.LOCKED}:correct%20horse@")


@pytest.mark.parametrize("way", ["call", "environment"])
def test_password_of_a_tracking_uri_is_shown_to_the_server_alone(locked, way, monkeypatch):
    if way == "call":
        nbtrack.set_tracking_uri(locked)
    else:
        monkeypatch.setenv("MLFLOW_TRACKING_URI", locked)
    with nbtrack.start_run() as run:
        nbtrack.log_metric("m", 1)
    shown = nbtrack.get_tracking_uri()
    assert "horse" not in shown
    assert nbtrack.MlflowClient(shown).get_run(run.info.run_id).data.metrics == {"m": 1.0}
    with pytest.raises(Unreachable, match="password"):
        locate.store(locked.replace("horse", "donkey")).get_experiment("0")


def test_password_in_a_query_is_not_shown():
    uri = "postgresql://db.example.org/runs?user=ada&password=horse&sslmode=require"
    assert locate.without_password(uri) == uri.replace("horse", "***")
    assert locate.resolve(locate.without_password(uri)) == uri


@pytest.mark.parametrize("command", ["server", "ui"])
def test_commands_reach_the_store_that_the_environment_names(locked, command, tmp_path):
    line = [sys.executable, "-m", "nbtrack", "--tracking-uri", locked, command, "--port", "0"]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True, cwd=tmp_path) as process:
        line = process.stdout.readline()
        assert "horse" not in line
        try:
            address = re.search(r"http://[^/\s]+", line)[0]
            with httpx.Client(transport=httpx.HTTPTransport(retries=9)) as client:
                asked = {"experiment_ids": ["0"]}
                assert client.post(f"{address}/api/2.0/mlflow/runs/search", json=asked).status_code == 200
        finally:
            process.send_signal(signal.SIGINT)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("127.0.0.1", "nowhere.invalid"), "host not found|does not answer"),
        (("/postgres", "/absent"), "the database does not exist"),
        (("nbtrack:", "stranger:"), "authentication failed"),
        (("test_", "absent_"), "schema"),
    ],
)
def test_error_messages_do_not_show_the_password(uri, change, message):
    with pytest.raises((StorageFailed, Unreachable), match=message) as caught:
        locate.store(uri.replace(*change)).get_experiment("0")
    assert "secret" not in str(caught.value)


def test_what_postgres_can_not_keep_is_refused_clearly(store):
    run = new_run(store)
    with pytest.raises(InvalidValue, match="too long"):
        store.log_batch(run, [], [(os.urandom(6000).hex(), "1")])
    store.log_batch(run, [], [("long", "x" * 500_000)])
    assert len(store.get_run(run).data.params["long"]) == 500_000


def test_writer_that_waits_too_long_says_so(store, monkeypatch):
    run = new_run(store)
    monkeypatch.setattr(postgres_errors, "LOCK_SECONDS", 0.05)
    with store._database.writing(run) as session, pytest.raises(StorageFailed, match="locked"):
        list(session.execute("SELECT 1"))
        store.log_batch(run, tags=[("a", "b")])


# addresses


def test_addresses_as_sqlalchemy_has_them(uri, store):
    run = new_run(store)
    for scheme in ("postgres", "postgresql+psycopg2", "postgresql+psycopg"):
        assert locate.store(uri.replace("postgresql", scheme, 1)).get_run(run).info.run_id == run


def test_artifacts_are_in_the_working_directory_unless_it_is_said(uri, tmp_path):
    run = new_run(locate.store(uri))
    assert locate.store(uri).get_run(run).info.artifact_uri == f"{tmp_path}/mlruns/0/{run}/artifacts"
    assert locate.store(uri, "elsewhere").get_run(run).info.artifact_uri == f"{tmp_path}/elsewhere/0/{run}/artifacts"


def test_password_is_not_shown(uri, capsys):
    nbtrack.set_tracking_uri(uri)
    assert "secret" not in repr(nbtrack.MlflowClient()) + locate.store(uri).uri
    nbtrack.doctor()
    text = capsys.readouterr().out
    assert "secret" not in text
    assert "PostgreSQL 1" in text


@pytest.mark.parametrize(
    "text", ["1", "-2.5", "1e999", "-1e999", "1e-999", "0.1e-5", "007", "+1", "1.", ".5", "NaN", "0x1", "1_0", " "]
)
def test_parameters_that_look_like_numbers_compare_as_on_sqlite(store, text, tmp_path):
    found = []
    for each in (store, locate.store(tmp_path / "mlruns")):
        run = new_run(each)
        each.log_batch(run, [], [("p", text)])
        found.append(
            [
                len(each.search_runs(["0"], parse(f"params.p {test}"), ViewType.ALL, 9))
                for test in ("> 0", "< 0", "= 0", "> 1e300")
            ]
        )
    assert found[0] == found[1]


def test_notebook_with_postgresql(uri):
    nbtrack.set_tracking_uri(uri)
    nbtrack.set_experiment("digits")
    with nbtrack.start_run(run_name="one") as run:
        nbtrack.log_params({"lr": 0.1, "é": "ü"})
        for step in range(10):
            nbtrack.log_metric("loss", 1 / (step + 1), step=step)
    frame = nbtrack.search_runs(filter_string="params.lr = '0.1' and metrics.loss < 0.2")
    assert list(frame["run_id"]) == [run.info.run_id]
    assert list(frame["status"]) == ["FINISHED"]


@pytest.mark.parametrize("length", [63, 64, 65])
def test_texts_that_differ_only_at_the_end_are_told_apart(store, length):
    run, _ = new_run(store), new_run(store)
    store.log_batch(run, [], [("p", "x" * length)])
    for text, expected in (("x" * length, [run]), ("x" * (length - 1), []), ("x" * length + "y", [])):
        found = store.search_runs(["0"], parse(f"params.p = '{text}'"), ViewType.ALL, 10)
        assert [each.info.run_id for each in found] == expected


def test_very_many_runs_are_estimated_and_fewer_counted(store, uri, postgres, monkeypatch):
    monkeypatch.setattr(postgres_search, "MANY", 20)
    monkeypatch.setattr(postgres_search, "SAMPLE", 5)
    for number in range(40):
        run = store.create_run("0", name=None, user_id="ada", start_time=number, tags={}).info.run_id
        store.log_batch(run, [Metric("m", number % 4, 1, 1)], [("p", "same")])
    postgres.execute("ANALYZE", uri)

    def overview(text):
        return store.overview(["0"], parse(text), ViewType.ACTIVE_ONLY)

    whole, most, half = overview(""), overview("metrics.m < 3"), overview("metrics.m < 2")
    assert (whole.total, whole.estimated, whole.total_text) == (40, True, "about 40")
    assert whole.params == {"p": (40, "same", "same")}
    assert (most.estimated, abs(most.total - 30) < 3) == (True, True)
    assert (half.total, half.estimated, half.total_text) == (20, False, "20")
    assert half.metrics == {"m": (20, 0.0, 1.0)}
    listing = RunListing(store)
    listing.load(TableQuery())
    page = run_table.page(listing, 0, 5, {})
    assert (page["runs"], page["estimated"], page["constant"]) == (40, True, [])
    assert all("best" not in each for each in page["columns"])
