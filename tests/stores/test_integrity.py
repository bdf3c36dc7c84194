"""What the doctor says about a store that is not sound; it changes nothing."""

from __future__ import annotations

import apsw
import pytest

import nbtrack
from nbtrack import store_maintenance


@pytest.fixture
def store(tmp_path):
    """Return the folder of a store with a run and a journal that is in use."""
    with nbtrack.start_run():
        for step in range(500):
            nbtrack.log_metric("m", step / 7, step=step)
    nbtrack.start_run()
    nbtrack.log_metric("open", 1)
    return tmp_path / "mlruns"


def damage(folder):
    """Return what is found to be damaged."""
    return [line for line in store_maintenance.check(folder) if line.startswith("DAMAGED")]


def test_sound_store(store):
    assert damage(store) == []
    text = "\n".join(store_maintenance.check(store))
    assert "2 runs, 1 block" in text
    assert "in use" in text


def test_damaged_block(store):
    connection = apsw.Connection(str(store / "nbtrack.db"))
    connection.execute("UPDATE blocks SET data = substr(data, 1, 40)")
    connection.close()
    (line,) = damage(store)
    assert "500 points of metric 'm'" in line


def test_torn_journal(store):
    (path,) = (store / "journals").iterdir()
    with path.open("ab") as file:
        file.write(b"torn")
    (line,) = damage(store)
    assert path.name in line
    assert f"{path.stat().st_size:,}" in line
    path.write_bytes(path.read_bytes()[:-4])


@pytest.mark.parametrize("content", [b"no database at all" * 100, b""])
def test_foreign_database(tmp_path, content):
    (tmp_path / "nbtrack.db").write_bytes(content)
    (line,) = damage(tmp_path)
    assert "nbtrack.db" in line
    assert (tmp_path / "nbtrack.db").read_bytes() == content
