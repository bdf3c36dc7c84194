"""Faults of the embedded engine, made for real: what was acknowledged stays readable, once."""

from __future__ import annotations

import contextlib
import errno
import itertools
import multiprocessing
import os
import random
import resource
import select
import shutil
import signal
import subprocess
import sys
import textwrap
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import apsw
import pytest

import nbtrack
from nbtrack import locate
from nbtrack.entities import Metric
from nbtrack.errors import StorageFailed, WrongState
from nbtrack.stores.sqlite import journal_folder, sqlite_database
from nbtrack.stores.sqlite.journal import SUFFIX

TRIALS = int(os.environ.get("NBTRACK_TEST_KILLS", "200" if os.environ.get("CI") else "20"))
"""How many programs are killed; in a long run 1,000."""


def start(source, folder, *arguments, **options):
    """Start a program of its own on a store, not traced: a tracer has locks that a fault would leave held."""
    program = "import sys, os, time, nbtrack\nnbtrack.set_tracking_uri(sys.argv[1])\n" + textwrap.dedent(source)
    command = [sys.executable, "-c", program, str(folder / "mlruns"), *map(str, arguments)]
    plain = {key: value for key, value in os.environ.items() if not key.startswith("COVERAGE")}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=folder, env=plain, **options)


def fresh_store(folder):
    """Return the store as a new process would see it."""
    nbtrack.set_tracking_uri(folder / "mlruns")
    return nbtrack.MlflowClient()


def journal_files(folder):
    """Return the journals on disk."""
    return sorted((folder / "mlruns" / "journals").glob("*" + SUFFIX))


# killed


KILLED = """
run = nbtrack.start_run()
print(run.info.run_id, flush=True)
out = open(sys.argv[3], "wb", buffering=0) if len(sys.argv) > 3 else os.fdopen(1, "wb", buffering=0)
pause = float(sys.argv[2])
for step in range(1_000_000):
    value = step * 0.5
    if step % 4 == 1:
        nbtrack.log_metrics({"m": value, "twin": value}, step=step)
    elif step % 4 == 2:
        run.appender.columns({"twin": ([step], [step], [value]), "m": ([step], [step], [value])})
    else:
        nbtrack.log_metric("m", value, step=step)
    out.write(b"%d\\n" % step)
    if pause:
        time.sleep(pause)
"""


def killed(folder, pause, seconds):
    """Kill a program that logs after some seconds; return its run and the steps that were acknowledged."""
    folder.mkdir()
    process = start(KILLED, folder, pause, folder / "acknowledged")
    run_id = process.stdout.readline().decode().strip()
    time.sleep(seconds)
    process.kill()
    process.communicate()
    return run_id, [int(line) for line in (folder / "acknowledged").read_text().split("\n")[:-1]]


@pytest.mark.filterwarnings("ignore:.*truncated after its last complete record")  # a kill may cut a write in two
@pytest.mark.parametrize(
    ("pause", "longest", "together"), [(0, 0.4, 2), (0.02, 1.5, 8)], ids=["flat out", "50 a second"]
)
def test_killed_at_any_moment(tmp_path, pause, longest, together):
    """Every call that returned is readable, whole: none lost, none doubled, in order."""
    chance = random.Random()
    with ThreadPoolExecutor(together) as pool:
        trials = {
            tmp_path / str(trial): pool.submit(killed, tmp_path / str(trial), pause, chance.uniform(0, longest))
            for trial in range(TRIALS // 2)
        }
    for folder, trial in trials.items():
        run_id, acknowledged = trial.result()
        client = fresh_store(folder)
        points = client.get_metric_history(run_id, "m")
        steps = [each.step for each in points]
        assert acknowledged == list(range(len(acknowledged)))
        assert steps == list(range(len(steps)))
        assert len(acknowledged) <= len(steps) <= len(acknowledged) + 1
        assert all(each.value == each.step * 0.5 for each in points)
        twins = [each.step for each in client.get_metric_history(run_id, "twin")]
        assert twins == [step for step in steps if step % 4 in {1, 2}]
        assert journal_files(folder) == []
        client.store.close()
        shutil.rmtree(folder)


def test_killed_while_compacting(tmp_path, monkeypatch):
    """A kill between blocks and offset can neither lose nor double a point: they are one transaction."""
    source = """
    from nbtrack.stores.sqlite import compaction, sqlite_database
    sqlite_database.SECONDS_BETWEEN_COMPACTIONS = 0.01
    real = compaction.store
    def store(connection, name, content):
        real(connection, name, content)
        if len(sys.argv) > 2 and content.end > int(sys.argv[2]):
            os.kill(os.getpid(), 9)
    compaction.store = store
    run = nbtrack.start_run()
    print(run.info.run_id, flush=True)
    step = 0
    while True:
        nbtrack.log_metric("m", 1.0, step=step)
        os.write(1, b"%d\\n" % step)
        step += 1
        time.sleep(0.0005)
    """
    for limit in (200, 2000, 5000):
        folder = tmp_path / str(limit)
        folder.mkdir()
        process = start(source, folder, limit)
        out, _ = process.communicate(timeout=60)
        run_id, *acknowledged = out.decode().split()
        steps = [each.step for each in fresh_store(folder).get_metric_history(run_id, "m")]
        assert steps == list(range(len(steps)))
        assert len(steps) - len(acknowledged) in {0, 1}


# torn and flipped


def orphan(folder, count=100):
    """Leave a journal of a killed process, never compacted; return its run and its path."""
    source = """
    from nbtrack.stores.sqlite import sqlite_database
    sqlite_database.SECONDS_BETWEEN_COMPACTIONS = 999
    run = nbtrack.start_run()
    for step in range(int(sys.argv[2])):
        nbtrack.log_metric("m", step, step=step)
    print(run.info.run_id, flush=True)
    os.kill(os.getpid(), 9)
    """
    process = start(source, folder, count)
    out, _ = process.communicate(timeout=60)
    (path,) = journal_files(folder)
    return out.decode().strip(), path


@pytest.mark.parametrize("cut", [1, 17, 35])
def test_torn_tail_is_cut_with_one_warning(tmp_path, cut):
    run_id, path = orphan(tmp_path)
    os.truncate(path, path.stat().st_size - cut)
    with pytest.warns(UserWarning, match="truncated after its last complete record"):
        points = fresh_store(tmp_path).get_metric_history(run_id, "m")
    assert [each.step for each in points] == list(range(99))
    assert [each.step for each in fresh_store(tmp_path).get_metric_history(run_id, "m")] == list(range(99))


def test_flipped_bytes_are_never_misread(tmp_path):
    run_id, path = orphan(tmp_path)
    data = bytearray(path.read_bytes())
    data[-36 * 40 + 20] ^= 0x10
    path.write_bytes(data)
    with pytest.warns(UserWarning, match="truncated"):
        points = fresh_store(tmp_path).get_metric_history(run_id, "m")
    assert [(each.step, each.value) for each in points] == [(step, float(step)) for step in range(60)]


@pytest.mark.parametrize("content", [b"", b"{", b"{}\n", b"\x00" * 500, b'{"host": 1}\n' + b"x" * 99])
def test_foreign_journal_harms_nothing(tmp_path, content):
    with nbtrack.start_run() as run:
        nbtrack.log_metric("m", 1)
    folder = tmp_path / "mlruns" / "journals"
    locate.store(tmp_path / "mlruns").close()
    (folder / f"strange{SUFFIX}").write_bytes(content)
    if content:
        with pytest.warns(UserWarning, match="strange"):
            data = nbtrack.get_run(run.info.run_id).data
    else:
        data = nbtrack.get_run(run.info.run_id).data
    assert data.metrics == {"m": 1.0}


# no room


def test_disk_full(tmp_path):
    """The call raises and names the path; what was acknowledged stays; logging continues when there is room."""
    source = """
    import resource, signal
    from nbtrack.stores.sqlite import sqlite_database
    from nbtrack.errors import StorageFailed
    sqlite_database.SECONDS_BETWEEN_COMPACTIONS = 999
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    run = nbtrack.start_run()
    nbtrack.log_metric("m", 0, step=0)
    size = os.stat(os.path.join(sys.argv[1], "nbtrack.db-wal")).st_size
    limit = 300_000
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    good, message = 1, ""
    for step in range(1, 20_000):
        try:
            nbtrack.log_metric("m", step, step=step)
            good += 1
        except StorageFailed as error:
            message = str(error)
            break
    assert ".journal" in message and "free" in message, message
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    for step in range(good, good + 10):
        nbtrack.log_metric("m", step, step=step)
    print(run.info.run_id, good + 10)
    nbtrack.end_run()
    """
    process = start(source, tmp_path)
    out, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors.decode()
    run_id, count = out.decode().split()
    steps = [each.step for each in fresh_store(tmp_path).get_metric_history(run_id, "m")]
    assert steps == list(range(int(count)))


# locked, read-only


def test_backup_tool_that_locks_the_database_stops_no_reader_and_no_logging(tmp_path):
    with nbtrack.start_run() as run:
        nbtrack.log_metric("m", 0, step=0)
        lock = apsw.Connection(str(tmp_path / "mlruns" / "nbtrack.db"))
        lock.execute("BEGIN IMMEDIATE")
        for step in range(1, 50):
            nbtrack.log_metric("m", step, step=step)
        began = time.monotonic()
        points = nbtrack.MlflowClient().get_metric_history(run.info.run_id, "m")
        latest = nbtrack.get_run(run.info.run_id).data.metrics["m"]
        found = nbtrack.search_runs(filter_string="metrics.m = 49", output_format="list")
        assert time.monotonic() - began < 5
        lock.execute("ROLLBACK")
        lock.close()
    assert [each.step for each in points] == list(range(50))
    assert latest == 49
    assert len(found) == 1
    assert len(nbtrack.MlflowClient().get_metric_history(run.info.run_id, "m")) == 50


def test_waiting_for_a_lock_can_be_interrupted(tmp_path):
    source = """
    import signal
    signal.signal(signal.SIGINT, signal.default_int_handler)  # who runs the tests in the background has it ignored
    run = nbtrack.start_run()
    print("waiting", flush=True)
    sys.stdin.readline()
    try:
        print("trying", flush=True)
        nbtrack.log_param("p", 1)
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        print("interrupted", flush=True)
    sys.stdin.readline()
    nbtrack.log_param("p", 2)
    print(nbtrack.get_run(run.info.run_id).data.params["p"])
    """
    process = start(source, tmp_path, stdin=subprocess.PIPE)
    process.stdout.readline()
    lock = apsw.Connection(str(tmp_path / "mlruns" / "nbtrack.db"))
    lock.execute("BEGIN IMMEDIATE")
    process.stdin.write(b"go\n")
    process.stdin.flush()
    assert process.stdout.readline() == b"trying\n"
    interrupted = None
    for _ in range(100):
        process.send_signal(signal.SIGINT)
        if select.select([process.stdout], [], [], 0.2)[0]:
            interrupted = process.stdout.readline()
            break
    lock.execute("ROLLBACK")
    lock.close()
    out, errors = process.communicate(b"on\n", timeout=60)
    assert interrupted == b"interrupted\n", errors.decode()
    assert out == b"2\n"


@pytest.fixture
def disk(tmp_path):
    """Return a function that mounts a small disk, and one that makes it read-only; only root may."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True).returncode != 0:
        pytest.skip("only root can mount a disk")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.mark.parametrize("left", ["closed", "open", "killed"])
def test_read_only_disk_can_be_read(disk, left):
    run_id = orphan(disk, 10)[0]
    if left == "closed":
        fresh_store(disk).get_run(run_id)
        locate.store(disk / "mlruns").close()
    elif left == "open":
        process = start("nbtrack.MlflowClient().log_metric(sys.argv[2], 'm', 10, step=10); os._exit(0)", disk, run_id)
        process.communicate(timeout=60)
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    source = """
    from nbtrack.errors import StorageFailed
    client = nbtrack.MlflowClient()
    print(len(client.get_metric_history(sys.argv[2], "m")), nbtrack.get_run(sys.argv[2]).data.metrics["m"])
    try:
        nbtrack.start_run()
    except StorageFailed as error:
        print(error)
    """
    process = start(source, disk, run_id)
    out, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors.decode()
    counted, refused = out.decode().splitlines()
    assert counted == ("11 10.0" if left == "open" else "10 9.0")
    assert str(disk / "mlruns") in refused


def test_full_disk(disk):
    """As above, with a disk that is really full: reading continues, too."""
    nbtrack.set_tracking_uri(disk / "mlruns")
    run = nbtrack.start_run()
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"x" * 4096)
    good = 0
    with pytest.raises(StorageFailed, match=str(disk)):
        for step in range(100_000):
            nbtrack.log_metric("m", step, step=step)
            good += 1
    assert len(nbtrack.MlflowClient().get_metric_history(run.info.run_id, "m")) == good
    filler.unlink()
    nbtrack.log_metric("m", good, step=good)
    nbtrack.end_run()
    steps = [each.step for each in nbtrack.MlflowClient().get_metric_history(run.info.run_id, "m")]
    assert steps == list(range(good + 1))


# many at once


def _write(folder, number, count):
    nbtrack.set_tracking_uri(folder / "mlruns")
    with nbtrack.start_run(run_name=f"w{number}"):
        for step in range(count):
            nbtrack.log_metric("m", number, step=step)
            if step % 100 == 0:
                nbtrack.log_param(f"p{step}", step)


def test_sixteen_writers_and_a_reader(tmp_path, monkeypatch):
    """Nobody waits for a lock, exact counts, and the first of them all makes the store."""
    spawn = multiprocessing.get_context("spawn")
    writers = [spawn.Process(target=_write, args=(tmp_path, number, 300)) for number in range(16)]
    for each in writers:
        each.start()
    monkeypatch.setattr(journal_folder, "SECONDS_BETWEEN_CHECKS", 0)
    client = fresh_store(tmp_path)
    seen = []
    while any(each.is_alive() for each in writers):
        seen.append(sum(len(run.data.params) for run in client.search_runs(["0"])))
        time.sleep(0.05)
    for each in writers:
        each.join()
    assert [each.exitcode for each in writers] == [0] * 16
    assert seen == sorted(seen)
    runs = client.search_runs(["0"])
    assert len(runs) == 16
    assert {run.info.status for run in runs} == {"FINISHED"}
    for run in runs:
        steps = [each.step for each in client.get_metric_history(run.info.run_id, "m")]
        assert steps == list(range(300))
    assert journal_files(tmp_path) == []


def test_sixteen_threads(tmp_path):
    with nbtrack.start_run() as run:

        def log(number):
            for step in range(500):
                nbtrack.log_metric(f"m{number}", step, step=step)

        threads = [threading.Thread(target=log, args=(number,)) for number in range(16)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
    client = nbtrack.MlflowClient()
    for number in range(16):
        assert [each.step for each in client.get_metric_history(run.info.run_id, f"m{number}")] == list(range(500))


def test_batch_that_a_killed_process_had_acknowledged_is_not_recorded_again(tmp_path):
    source = """
    run = nbtrack.start_run()
    for step in range(100):
        nbtrack.log_metric("m", step, step=step, timestamp=step)
    print(run.info.run_id, flush=True)
    os.kill(os.getpid(), 9)
    """
    out, _ = start(source, tmp_path).communicate(timeout=60)
    store, run_id = fresh_store(tmp_path).store, out.decode().strip()
    again = [Metric("m", float(step), step, step) for step in range(90, 110)]
    store.log_batch(run_id, again, once=True)
    assert list(store.metric_history(run_id, "m").steps) == list(range(110))


def test_fork_with_an_open_store(tmp_path):
    """The child writes to a journal of its own, to the inherited run, and never ends it."""
    source = """
    run = nbtrack.start_run()
    for step in range(10):
        nbtrack.log_metric("parent", step, step=step)
    children = []
    for child in range(3):
        pid = os.fork()
        if pid == 0:
            for step in range(100):
                nbtrack.log_metric(f"child{child}", step, step=step)
            nbtrack.log_param(f"child{child}", os.getpid())
            sys.exit(0)
        children.append(pid)
    for step in range(10, 100):
        nbtrack.log_metric("parent", step, step=step)
    for pid in children:
        assert os.waitpid(pid, 0)[1] == 0
    assert nbtrack.get_run(run.info.run_id).info.status == "RUNNING"
    print(run.info.run_id)
    """
    process = start(source, tmp_path)
    out, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors.decode()
    client = fresh_store(tmp_path)
    run_id = out.decode().strip()
    for key in ("parent", "child0", "child1", "child2"):
        assert [each.step for each in client.get_metric_history(run_id, key)] == list(range(100))
    assert len(client.get_run(run_id).data.params) == 3
    assert client.get_run(run_id).info.status == "FINISHED"


def test_forked_child_that_is_killed_loses_nothing(tmp_path):
    source = """
    run = nbtrack.start_run()
    pid = os.fork()
    if pid == 0:
        for step in range(100):
            nbtrack.log_metric("child", step, step=step)
        os.kill(os.getpid(), 9)
    os.waitpid(pid, 0)
    print(run.info.run_id)
    """
    process = start(source, tmp_path)
    out, _ = process.communicate(timeout=60)
    points = fresh_store(tmp_path).get_metric_history(out.decode().strip(), "child")
    assert [each.step for each in points] == list(range(100))


def test_stopped_writer_blocks_no_other(tmp_path):
    process = start(KILLED, tmp_path, 0)
    run_id = process.stdout.readline().decode().strip()
    while len(process.stdout.readline()) < 4:
        pass
    process.send_signal(signal.SIGSTOP)
    try:
        client = fresh_store(tmp_path)
        count = len(client.get_metric_history(run_id, "m"))
        assert count > 100
        nbtrack.log_metric("other", 1)
        nbtrack.end_run()
        assert client.get_run(run_id).info.status == "RUNNING"
    finally:
        process.kill()
        process.communicate()


def test_interrupted_calls_are_stored_or_not(tmp_path):
    source = """
    import signal
    run = nbtrack.start_run()
    inside = False
    def interrupt(*_):
        if inside:
            raise KeyboardInterrupt
    signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.003, 0.003)
    step = hits = 0
    while hits < 200:
        try:
            inside = True
            nbtrack.log_metric("m", step, step=step)
            inside = False
            step += 1
        except KeyboardInterrupt:
            inside = False
            hits += 1
    signal.setitimer(signal.ITIMER_REAL, 0)
    nbtrack.log_metric("last", 1)
    print(run.info.run_id, step)
    """
    process = start(source, tmp_path)
    out, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors.decode()
    run_id, count = out.decode().split()
    points = fresh_store(tmp_path).get_metric_history(run_id, "m")
    steps = [each.step for each in points]
    assert sorted(set(steps)) == list(range(int(count))) or sorted(set(steps)) == list(range(int(count) + 1))
    assert steps == sorted(steps)
    assert all(each.value == each.step for each in points)


def test_clock_that_goes_back_drops_nothing(monkeypatch):
    """Points come in the order of logging, the latest is that of the last step, and no run lasts less than nothing."""
    real, passed = time.time_ns, itertools.count()
    monkeypatch.setattr(time, "time_ns", lambda: real() - 3_600_000_000_000 * next(passed))
    monkeypatch.setattr("nbtrack.tracking.fluent.time_ns", time.time_ns)
    with nbtrack.start_run() as run:
        for step in range(5):
            nbtrack.log_metric("m", step, step=step)
            nbtrack.log_metrics({"n": step}, step=step)
    client = nbtrack.MlflowClient()
    for key in "mn":
        points = client.get_metric_history(run.info.run_id, key)
        assert [each.value for each in points] == [0, 1, 2, 3, 4]
        times = [each.timestamp for each in points]
        assert times == sorted(times, reverse=True)
    read = client.get_run(run.info.run_id)
    assert read.data.metrics == {"m": 4, "n": 4}
    assert read.info.end_time >= read.info.start_time


def test_failed_sync_of_the_disk_is_reported_and_logging_continues_in_another_file(tmp_path, monkeypatch):
    """Data that the disk failed to sync never counts as kept: the file is left alone from then on."""
    monkeypatch.setenv("NBTRACK_DURABILITY", "full")

    def fail(descriptor):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with nbtrack.start_run() as run:
        nbtrack.log_metric("m", 0, step=0)
        (first,) = journal_files(tmp_path)
        with monkeypatch.context() as broken, pytest.raises(StorageFailed, match=first.name):
            broken.setattr(os, "fdatasync", fail)
            nbtrack.log_metric("m", 1, step=1)
        size = first.stat().st_size
        nbtrack.log_metrics({"m": 2}, step=2)
        nbtrack.log_metric("m", 3, step=3)
        assert first.stat().st_size == size
        assert len(journal_files(tmp_path)) == 2
    steps = [each.step for each in nbtrack.MlflowClient().get_metric_history(run.info.run_id, "m")]
    assert steps in ([0, 2, 3], [0, 1, 2, 3])
    assert nbtrack.get_run(run.info.run_id).data.metrics == {"m": 3}


# blocks


def test_many_small_compactions_end_as_few_blocks(tmp_path, monkeypatch):
    monkeypatch.setattr(sqlite_database, "SECONDS_BETWEEN_COMPACTIONS", 999)
    client = nbtrack.MlflowClient()
    with nbtrack.start_run() as run:
        for step in range(10_000):
            nbtrack.log_metric("m", step, step=step)
            client.store.metric_history(run.info.run_id, "none")
        assert [each.step for each in client.get_metric_history(run.info.run_id, "m")] == list(range(10_000))
    blocks = apsw.Connection(str(tmp_path / "mlruns" / "nbtrack.db")).execute("SELECT count FROM blocks").fetchall()
    assert blocks == [(10_000,)]
    assert [each.step for each in client.get_metric_history(run.info.run_id, "m")] == list(range(10_000))


def test_long_journal_is_replaced(tmp_path, monkeypatch):
    monkeypatch.setattr(sqlite_database, "ROTATED_BYTES", 20_000)
    monkeypatch.setattr(sqlite_database, "SECONDS_BETWEEN_COMPACTIONS", 0.01)
    with nbtrack.start_run() as run:
        first = None
        for step in range(20_000):
            nbtrack.log_metric(f"m{step % 3}", step, step=step)
            first = first or journal_files(tmp_path)
            if step % 500 == 0:
                time.sleep(0.005)
        assert journal_files(tmp_path) != first
        assert len(journal_files(tmp_path)) <= 2
    client = nbtrack.MlflowClient()
    for number in range(3):
        assert [each.step for each in client.get_metric_history(run.info.run_id, f"m{number}")] == list(
            range(number, 20_000, 3)
        )


def test_batches_of_all_shapes_come_back_in_order():
    client = nbtrack.MlflowClient()
    run_id = client.create_run("0").info.run_id
    expected = []
    for number in range(30):
        batch = [Metric("m", number + each / 10, 1000 + each, number) for each in range(number % 4 + 1)]
        client.log_batch(run_id, batch, params=[(f"p{number}", number)] if number % 3 == 0 else [])
        expected += batch
    assert client.get_metric_history(run_id, "m") == expected
    client.log_batch(run_id, [Metric(f"k{each}", each, 1, 1) for each in range(5_000)])
    assert len(client.get_run(run_id).data.metrics) == 5_001


def test_end_is_on_disk_when_it_returns(tmp_path):
    """A copy of the files as they are, taken without closing anything, has the whole run."""
    with nbtrack.start_run() as run:
        for step in range(10):
            nbtrack.log_metric("m", step, step=step)
    copy = tmp_path / "copy"
    (copy / "mlruns").mkdir(parents=True)
    for name in ("nbtrack.db", "nbtrack.db-wal"):
        (copy / "mlruns" / name).write_bytes((tmp_path / "mlruns" / name).read_bytes())
    read = fresh_store(copy).get_run(run.info.run_id)
    assert (read.info.status, read.data.metrics) == ("FINISHED", {"m": 9.0})


def test_failed_write_leaves_no_half(tmp_path, monkeypatch):
    nbtrack.log_metric("m", 0, step=0)
    (path,) = journal_files(tmp_path)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    size = path.stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 10, hard))
    try:
        with pytest.raises(StorageFailed, match="bytes are free"):
            nbtrack.log_metric("m", 1, step=1)
        assert path.stat().st_size == size
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    nbtrack.log_metric("m", 1, step=1)
    run_id = nbtrack.active_run().info.run_id
    assert [each.step for each in nbtrack.MlflowClient().get_metric_history(run_id, "m")] == [0, 1]


def test_deletion_by_another_process_binds_with_the_next_compaction(tmp_path, monkeypatch):
    monkeypatch.setattr(sqlite_database, "SECONDS_BETWEEN_COMPACTIONS", 0.01)
    run = nbtrack.start_run()
    nbtrack.log_metric("m", 0, step=0)
    process = start("nbtrack.delete_run(sys.argv[2])", tmp_path, run.info.run_id)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors.decode()
    step = 0
    with pytest.raises(WrongState, match=run.info.run_id):
        while True:
            step += 1
            nbtrack.log_metric("m", step, step=step)
    for refused in (lambda: nbtrack.log_metrics({"m": 1.0}), lambda: run.appender.columns({"m": ([1], [1], [1])})):
        with pytest.raises(WrongState, match=run.info.run_id):
            refused()
    nbtrack.restore_run(run.info.run_id)
    nbtrack.log_metric("m", step, step=step)
    points = nbtrack.MlflowClient().get_metric_history(run.info.run_id, "m")
    assert [each.step for each in points] == list(range(step + 1))
