"""Importing the databases of trackio, of its present and its first schema."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import mlflow_folders
import pytest

import nbtrack
from nbtrack.importers import import_runs

PRESENT = """
CREATE TABLE metrics (id INTEGER PRIMARY KEY AUTOINCREMENT, run_id TEXT NOT NULL, timestamp TEXT NOT NULL,
    run_name TEXT NOT NULL, step INTEGER NOT NULL, metrics TEXT NOT NULL, log_id TEXT, space_id TEXT);
CREATE TABLE configs (id INTEGER PRIMARY KEY AUTOINCREMENT, run_id TEXT NOT NULL, run_name TEXT NOT NULL,
    config TEXT NOT NULL, created_at TEXT NOT NULL, UNIQUE(run_id));
CREATE TABLE system_metrics (id INTEGER PRIMARY KEY AUTOINCREMENT, run_id TEXT NOT NULL, timestamp TEXT NOT NULL,
    run_name TEXT NOT NULL, metrics TEXT NOT NULL, log_id TEXT, space_id TEXT);
CREATE TABLE alerts (id INTEGER PRIMARY KEY, run_id TEXT NOT NULL, run_name TEXT NOT NULL, title TEXT NOT NULL);
"""
FIRST = """
CREATE TABLE metrics (id INTEGER PRIMARY KEY AUTOINCREMENT, timestamp TEXT, run_name TEXT, step INTEGER, metrics TEXT);
CREATE TABLE configs (id INTEGER PRIMARY KEY AUTOINCREMENT, run_name TEXT, config TEXT, created_at TEXT);
"""


@pytest.fixture
def project(tmp_path):
    """Return a database with two runs of one name, and a folder of media."""
    file = tmp_path / "trackio" / "digits.db"
    file.parent.mkdir()
    config = {"lr": 0.1, "model": {"layers": [1, 2], "name": "net"}, "_Username": "ada", "_Group": "first"}
    config["_Created"] = "2025-06-01T10:00:00+02:00"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.executescript(PRESENT)
        connection.execute("PRAGMA journal_mode = wal")
        connection.execute("INSERT INTO configs VALUES (1, 'r1', 'fit', ?, 'x')", (json.dumps(config),))
        for step in range(3):
            values = {"loss": 1 / (step + 1), "val": {"acc": step}, "odd": "NaN", "note": "text", "good": True}
            values["image"] = {"_type": "trackio.image", "file_path": "x.png"}
            row = ("r1", f"2025-06-01T08:00:0{step}+00:00", "fit", step, json.dumps(values))
            connection.execute(
                "INSERT INTO metrics (run_id, timestamp, run_name, step, metrics) VALUES (?, ?, ?, ?, ?)", row
            )
        connection.execute(
            "INSERT INTO metrics (run_id, timestamp, run_name, step, metrics) VALUES"
            " ('r2', '2025-06-02T08:00:00', 'fit', 7, '{\"loss\": \"-Infinity\"}')"
        )
        connection.execute(
            "INSERT INTO system_metrics (run_id, timestamp, run_name, metrics) VALUES"
            " ('r1', '2025-06-01T08:00:00+00:00', 'fit', '{\"gpu\": {\"load\": 0.5}}')"
        )
        connection.execute("INSERT INTO alerts (run_id, run_name, title) VALUES ('r1', 'fit', 'diverged')")
    media = file.parent / "media" / "digits" / "fit" / "0"
    media.mkdir(parents=True)
    (media / "x.png").write_bytes(b"picture")
    return file


def imported(tmp_path):
    client = nbtrack.MlflowClient(tmp_path / "into")
    experiment = client.get_experiment_by_name("digits")
    return client, client.search_runs([experiment.experiment_id], order_by=["attributes.start_time"])


@pytest.mark.usefixtures("few_points_in_memory")
def test_runs_come_in_with_everything(project, tmp_path):
    before = mlflow_folders.digest(project.parent)
    summary = import_runs(project, tmp_path / "into")
    assert (summary.new, summary.points, summary.left_out) == (2, 14, {})
    assert mlflow_folders.digest(project.parent) == before
    client, (first, second) = imported(tmp_path)
    assert (first.info.run_name, first.info.user_id, first.info.status) == ("fit", "ada", "FINISHED")
    assert (first.info.start_time, first.info.end_time) == (1_748_764_800_000, 1_748_764_802_000)
    assert first.data.params == {"lr": "0.1", "model.layers": "[1, 2]", "model.name": "net"}
    assert first.data.tags["trackio.group"] == "first"
    assert first.data.metrics.keys() == {"loss", "val/acc", "odd", "good", "system/gpu/load"}
    points = client.get_metric_history(first.info.run_id, "loss")
    assert [(each.value, each.step, each.timestamp) for each in points] == [
        (1 / (step + 1), step, 1_748_764_800_000 + step * 1000) for step in range(3)
    ]
    assert [each.path for each in client.list_artifacts(first.info.run_id, "0")] == ["0/x.png"]
    others = Path(client.download_artifacts(first.info.run_id, "trackio"))
    rows = [json.loads(line) for line in (others / "metrics.jsonl").read_text().splitlines()]
    assert [(row["step"], row["note"], row["image/file_path"]) for row in rows] == [
        (step, "text", "x.png") for step in range(3)
    ]
    assert json.loads((others / "alerts.jsonl").read_text())["title"] == "diverged"
    assert second.data.metrics == {"loss": float("-inf")}
    assert second.info.start_time == 1_748_851_200_000


@pytest.mark.usefixtures("few_points_in_memory")
def test_a_second_import_adds_only_what_is_new(project, tmp_path):
    import_runs(project, tmp_path / "into")
    assert import_runs(project, tmp_path / "into").unchanged == 2
    with closing(sqlite3.connect(project)) as connection, connection:
        connection.execute(
            "INSERT INTO metrics (run_id, timestamp, run_name, step, metrics) VALUES"
            " ('r1', '2025-06-01T08:00:09+00:00', 'fit', 3, '{\"loss\": 0.25}')"
        )
    assert import_runs(project, tmp_path / "into")[:4] == (0, 1, 1, 1)


def test_the_first_schema_and_rows_that_cannot_be_read(tmp_path):
    file = tmp_path / "digits.db"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.executescript(FIRST)
        rows = [
            ("good", 1, '{"loss": 0.5}'),
            ("json", 1, "{"),
            ("huge", 1, '{"a": 1' + "0" * 400 + "}"),
            ("step", "x", '{"loss": 1}'),
        ]
        for name, step, metrics in rows:
            row = ("2025-06-01T08:00:00", name, step, metrics)
            connection.execute("INSERT INTO metrics (timestamp, run_name, step, metrics) VALUES (?, ?, ?, ?)", row)
        connection.execute("INSERT INTO metrics (timestamp, run_name, step, metrics) VALUES ('soon', 'time', 1, '{}')")
    summary = import_runs(file, tmp_path / "into")
    assert summary.new == 2
    assert summary.left_out.keys() == {"run json", "run step", "run time"}
    _, runs = imported(tmp_path)
    assert {run.info.run_name: run.data.metrics for run in runs} == {"good": {"loss": 0.5}, "huge": {}}


@pytest.mark.parametrize("name", ["../../secret", "..", ".hidden"])
def test_names_of_runs_lead_nowhere(tmp_path, name):
    file = tmp_path / "trackio" / "digits.db"
    file.parent.mkdir()
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "key").write_text("x")
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.executescript(FIRST)
        connection.execute(
            "INSERT INTO metrics (timestamp, run_name, step, metrics) VALUES ('2025-06-01T08:00:00', ?, 1, '{}')",
            (name,),
        )
    assert import_runs(file, tmp_path / "into")[:5] == (1, 0, 0, 0, 0)
