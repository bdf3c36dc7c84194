"""Append-only logs: records come back whole or not at all, and each log has one writer."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbtrack.errors import InvalidValue, StorageFailed
from nbtrack.stores import append_log
from nbtrack.stores.append_log import AppendLog

RECORDS = st.lists(st.tuples(st.integers(0, 15), st.binary(max_size=50)), max_size=8)


def decoded(data):
    """Return the records at the beginning of some bytes, and where they end."""
    found, at = [], 0
    while (record := append_log.decode(memoryview(data), at)) is not None:
        found.append((record.kind, bytes(record.payload)))
        at = record.end
    return found, at


@given(RECORDS, st.data())
def test_records_come_back_up_to_the_first_that_is_torn(records, data):
    parts = [append_log.encode(*each) for each in records]
    whole = b"".join(parts)
    assert decoded(whole) == (records, len(whole))
    cut = data.draw(st.integers(0, len(whole)))
    ends = [sum(map(len, parts[: number + 1])) for number in range(len(parts))]
    count = sum(end <= cut for end in ends)
    assert decoded(whole[:cut]) == (records[:count], ends[count - 1] if count else 0)


@given(st.binary(max_size=50), st.data())
def test_a_flipped_bit_is_found(payload, data):
    record = bytearray(append_log.encode(3, payload))
    record[data.draw(st.integers(0, len(record) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    assert append_log.decode(memoryview(record), 0) is None


def test_the_layout_stays():
    mark = (3 << 4 | 1).to_bytes(4, "little")
    assert append_log.encode(1, b"abc") == crc32(mark + b"abc").to_bytes(4, "little") + mark + b"abc"
    assert append_log.record_end(append_log.encode(1, b"abc") + b"more", 0) == 11


def test_a_payload_that_is_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(append_log, "_MAX_PAYLOAD", 10)
    with pytest.raises(InvalidValue, match="split"):
        append_log.encode(1, bytes(11))


def test_a_log_is_taken_over_when_its_writer_is_gone(tmp_path):
    path = tmp_path / "a.log"
    log = AppendLog(path, append_log.create(path, b"head\n"))
    log.append(append_log.encode(1, b"x"))
    assert not append_log.is_orphaned(path)
    assert append_log.take_over(path) is None
    log.close()
    assert append_log.is_orphaned(path)
    descriptor = append_log.take_over(path)
    assert os.pread(descriptor, 5, 0) == b"head\n"
    assert append_log.take_over(path) is None
    os.close(descriptor)
    assert not append_log.is_orphaned(tmp_path / "none.log")
    assert append_log.take_over(tmp_path / "none.log") is None


def test_a_killed_writer_leaves_an_orphan(tmp_path):
    source = (
        "import os, sys; from pathlib import Path; from nbtrack.stores import append_log;"
        "path = Path(sys.argv[1]); log = append_log.AppendLog(path, append_log.create(path, b''));"
        "log.append(append_log.encode(2, b'kept')); os.kill(os.getpid(), 9)"
    )
    path = tmp_path / "a.log"
    assert subprocess.run([sys.executable, "-c", source, path]).returncode == -9
    assert append_log.is_orphaned(path)
    assert decoded(path.read_bytes())[0] == [(2, b"kept")]


def test_a_fork_leaves_the_lock_to_the_parent(tmp_path):
    path = tmp_path / "a.log"
    log = AppendLog(path, append_log.create(path, b""))
    child = os.fork()
    if not child:
        log.close()
        os._exit(0)
    os.waitpid(child, 0)
    assert not append_log.is_orphaned(path)
    log.close()


def test_a_record_that_does_not_fit_leaves_nothing(tmp_path):
    path = tmp_path / "a.log"
    log = AppendLog(path, append_log.create(path, b""))
    log.append(append_log.encode(1, b"x" * 50))
    size, limits = log.size, resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 10, limits[1]))
    try:
        with pytest.raises(StorageFailed, match=r"a\.log.*bytes are free"):
            log.append(append_log.encode(1, b"y" * 50))
        assert log.size == size
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, before)
    log.append(append_log.encode(1, b"z"))
    assert [payload for _, payload in decoded(path.read_bytes())[0]] == [b"x" * 50, b"z"]
    log.close()
