"""The benchmark works: every row is there, and nothing failed. How fast it was is not asked here."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

RUN = Path(__file__).parent / "run.py"
ROWS = {
    "log_metric.p50",
    "log_metric.p99",
    "log_metric.longest",
    "rules.p50",
    "live.p50",
    "log_metrics.p50",
    "log_metrics.p99",
    "durable.p50",
    "end_to_end",
    "short_run",
    "first_metric",
    "import.modules",
    "first_metric.modules",
    "search",
    "frame",
    "history",
    "min_max",
    "thinned",
    "bytes.float64",
    "bytes.float32",
    "writers.4",
    "writers.4.errors",
    "writers.4.lost",
    "writers.16",
    "writers.16.errors",
    "writers.16.lost",
}


def test_quick_measures_every_row(tmp_path):
    written = tmp_path / "table.json"
    command = [sys.executable, RUN, "--quick", "--folder", tmp_path, "--json", written]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    rows = {row["name"]: row for row in json.loads(written.read_text())["rows"]}
    assert set(rows) == ROWS
    assert not [(name, row["errors"]) for name, row in rows.items() if row["errors"]]
    assert all("nbtrack" in row["medians"] or "nbtrack" in row["missing"] for row in rows.values())
    assert [rows[f"writers.{crowd}.lost"]["medians"]["nbtrack"] for crowd in (4, 16)] == [0, 0]
    assert all(row["what"] in done.stdout for row in rows.values())


@pytest.mark.browser
def test_quick_paints_every_panel(tmp_path):
    written = tmp_path / "panels.json"
    command = [sys.executable, RUN.with_name("panels.py"), "--quick", "--json", written]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(written.read_text())["samples"]
    assert {subject: len(contenders) for subject, contenders in found.items()} == {"table": 3, "chart": 2}
    assert all(ms > 0 and size > 0 for each in found.values() for samples in each.values() for ms, size in samples)


def test_quick_asks_our_server(tmp_path):
    written = tmp_path / "server.json"
    command = [sys.executable, RUN.with_name("server.py"), "--quick", "--rounds", "1", "--only", "nbtrack"]
    done = subprocess.run([*command, "--json", written], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert "requests were done" not in done.stderr
    found = json.loads(written.read_text())["nbtrack"]
    assert all(value > 0 for samples in found.values() for value in samples)
    assert len(found) == 14


def test_quick_lists_and_imports_a_folder_of_mlflow(tmp_path):
    written = tmp_path / "mlflow.json"
    command = [sys.executable, RUN.with_name("mlflow_folder.py"), "--quick", "--json", written]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(written.read_text())
    assert found.keys() == {"list.first", "list.again", "list.filtered", "import.points"}
    assert all(value >= 0 for each in found.values() for value in each)
