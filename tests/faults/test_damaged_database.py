"""A database that is damaged in the middle stays as it is, byte by byte, for whoever repairs it."""

from __future__ import annotations

import subprocess
import sys

import pytest

import nbtrack
from nbtrack import locate
from nbtrack.errors import DamagedStore
from nbtrack.stores.sqlite import connections, integrity

KILLED = """
import os, nbtrack
nbtrack.start_run(run_name="killed")
nbtrack.log_metric("m", 1)
os.kill(os.getpid(), 9)
"""
CALLS = (
    "nbtrack.search_runs()",
    "nbtrack.start_run()",
    "nbtrack.log_metric('m', 1)",
    "nbtrack.set_experiment('other')",
    "nbtrack.set_experiment('other'); nbtrack.search_runs()",
)


@pytest.fixture
def whole(tmp_path):
    """Make a store of some runs, close it, and return its database."""
    for number in range(8):
        with nbtrack.start_run():
            nbtrack.log_params({f"p{each}": "v" * 80 for each in range(40)})
            nbtrack.log_metrics({f"m{each}": number for each in range(40)})
    locate.store(tmp_path / "mlruns").close()
    return tmp_path / "mlruns" / "nbtrack.db"


@pytest.fixture
def damaged(whole):
    """Return the database with its middle overwritten."""
    overwrite(whole)
    return whole


def overwrite(database):
    content = bytearray(database.read_bytes())
    start = len(content) // 4096 // 2 * 4096
    content[start : start + 32768] = b"\xa5" * 32768
    database.write_bytes(content)


def content(folder):
    return {each.relative_to(folder): each.read_bytes() for each in folder.rglob("*") if each.is_file()}


@pytest.mark.parametrize("call", CALLS[1:])
def test_nothing_is_written_to_a_damaged_database(damaged, call):
    before = content(damaged.parent)
    done = subprocess.run([sys.executable, "-c", f"import nbtrack; {call}"], capture_output=True, text=True)
    assert "DamagedStore" in done.stderr
    assert content(damaged.parent) == before


def test_checking_a_damaged_database_leaves_no_files_beside_it(damaged):
    before = content(damaged.parent)
    assert any(line.startswith("DAMAGED") for line in integrity.check(damaged, damaged.with_name("journals")))
    assert content(damaged.parent) == before


@pytest.mark.parametrize("call", CALLS)
def test_what_a_killed_process_left_is_kept_when_the_database_is_damaged(whole, call):
    killed = subprocess.run([sys.executable, "-c", KILLED])
    assert killed.returncode == -9
    overwrite(whole)
    before = content(whole.parent)
    done = subprocess.run([sys.executable, "-c", f"import nbtrack; {call}"], capture_output=True, text=True)
    assert "DamagedStore" in done.stderr
    after = content(whole.parent)
    unlike = {str(each) for each in before.keys() | after.keys() if before.get(each) != after.get(each)}
    assert unlike <= {"nbtrack.db-shm"}


def test_damage_that_is_found_after_a_write_stops_at_the_log(damaged, monkeypatch):
    monkeypatch.setattr(connections, "CHECKED_BYTES", 0)
    before = damaged.read_bytes()
    store = locate.store(damaged.parent)
    store.set_experiment_tags("0", {"a": "b"})
    with pytest.raises(DamagedStore, match="left untouched"):
        nbtrack.search_runs()
    with pytest.raises(DamagedStore, match="damage was found"):
        store.set_experiment_tags("0", {"c": "d"})
    store.close()
    assert damaged.read_bytes() == before


def test_a_database_that_was_restored_is_used_again(damaged, tmp_path):
    with pytest.raises(DamagedStore):
        nbtrack.set_experiment("other")
    good = tmp_path / "good"
    locate.store(good).create_experiment("kept")
    locate.store(good).close()
    damaged.write_bytes((good / "nbtrack.db").read_bytes())
    assert nbtrack.set_experiment("kept").experiment_id == "1"
