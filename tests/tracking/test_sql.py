"""SQL over the runs of the current store, which cannot write."""

from __future__ import annotations

import pytest

import nbtrack
from nbtrack.errors import InvalidValue, Refused


def test_rows_are_a_frame():
    with nbtrack.start_run(run_name="first"):
        nbtrack.log_metrics({"loss": 0.5})
    found = nbtrack.sql("SELECT name, value FROM runs JOIN metrics USING (run_id) WHERE key = :key", {"key": "loss"})
    assert found.to_dict("records") == [{"name": "first", "value": 0.5}]
    assert list(nbtrack.sql("SELECT name AS run FROM runs WHERE 0").columns) == ["run"]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM runs",
        "SELECT 1; DELETE FROM runs",
        "SELECT 1; SELECT 2",
        "ATTACH 'other.db' AS other",
        "PRAGMA writable_schema = 1",
        "CREATE TABLE more (x)",
        "BEGIN",
    ],
)
def test_nothing_can_be_written(statement, tmp_path):
    with pytest.raises(Refused, match="permitted"):
        nbtrack.sql(statement)
    assert not (tmp_path / "other.db").exists()


@pytest.mark.parametrize(
    "statement", ["", "SELECT nope FROM runs", "SELECT ?", "SELEC 1", "VACUUM INTO 'x'", "SELECT load_extension('x')"]
)
def test_a_wrong_statement_is_reported_with_the_tables(statement, tmp_path):
    with pytest.raises(InvalidValue, match=r"can't be run.*points"):
        nbtrack.sql(statement)
    assert not (tmp_path / "x").exists()
