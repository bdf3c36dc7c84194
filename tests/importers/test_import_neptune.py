"""Importing what neptune-exporter writes: Parquet files of its schema, and files beside them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

import nbtrack
from nbtrack.importers import import_runs

pa = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")

MOMENT = pa.timestamp("ms", tz="UTC")
SCHEMA = pa.schema([
    ("project_id", pa.string()), ("run_id", pa.string()), ("attribute_path", pa.string()),
    ("attribute_type", pa.string()), ("step", pa.decimal128(18, 6)), ("timestamp", MOMENT), ("int_value", pa.int64()),
    ("float_value", pa.float64()), ("string_value", pa.string()), ("bool_value", pa.bool_()), ("datetime_value", MOMENT),
    ("string_set_value", pa.list_(pa.string())), ("file_value", pa.struct([("path", pa.string())])),
    ("histogram_value", pa.struct([("type", pa.string()), ("edges", pa.list_(pa.float64())),
                                   ("values", pa.list_(pa.float64()))])),
])  # fmt: skip
PROJECT = "lab_digits-0123456789abcdef"


def moment(seconds):
    return datetime.fromtimestamp(seconds, UTC)


def attribute(path, kind, value):
    return {"attribute_path": path, "attribute_type": kind, f"{kind}_value": value}


def point(path, step, value):
    row = {"attribute_path": path, "attribute_type": "float_series", "float_value": value}
    return {**row, "step": Decimal(str(step)), "timestamp": moment(1000 + float(step))}


def write(export, run, part, rows):
    folder = export / "data" / PROJECT
    folder.mkdir(parents=True, exist_ok=True)
    table = pa.Table.from_pylist([{"project_id": "lab/digits", "run_id": run, **each} for each in rows], SCHEMA)
    parquet.write_table(table, folder / f"{run}-00ff_part_{part}.parquet")


@pytest.fixture
def export(tmp_path):
    """Return an export with a run of two parts, and one that failed."""
    folder = tmp_path / "exports"
    rows = [
        attribute("sys/name", "string", "first"),
        attribute("sys/owner", "string", "ada"),
        attribute("sys/creation_time", "datetime", moment(900)),
        attribute("sys/tags", "string_set", ["a", "b"]),
        attribute("sys/description", "string", "my note"),
        attribute("lr", "float", 0.1),
        attribute("layers", "int", 3),
        attribute("bias", "bool", True),
        attribute("data/day", "datetime", moment(0)),
        {"attribute_path": "note", "attribute_type": "string_series", "string_value": "x", "step": Decimal(1)},
        {"attribute_path": "plot", "attribute_type": "file", "file_value": {"path": "first/plot.png"}},
        {"attribute_path": "odd", "attribute_type": "file", "file_value": {"path": "../../secret"}},
        *(point("val/loss", step, 1 / (step + 1)) for step in range(100)),
    ]
    write(folder, "first", 0, rows)
    write(folder, "first", 1, [point("val/loss", 100, 0.5), *(point("half", step, step) for step in (0, 0.5, 1))])
    write(folder, "second", 0, [attribute("sys/id", "string", "LAB-2"), attribute("sys/failed", "bool", True)])
    home = folder / "files" / PROJECT / "first"
    home.mkdir(parents=True)
    (home / "plot.png").write_bytes(b"picture")
    (tmp_path / "exports" / "secret").write_text("x")
    return folder


@pytest.mark.usefixtures("few_points_in_memory")
@pytest.mark.parametrize("named", ["", "data"])
def test_runs_come_in_with_everything(export, tmp_path, named):
    summary = import_runs(export / named, tmp_path / "into")
    assert (summary.new, summary.points, summary.files, summary.left_out) == (2, 104, 4, {})
    client = nbtrack.MlflowClient(tmp_path / "into")
    found = client.search_runs([client.get_experiment_by_name("lab/digits").experiment_id])
    runs = {run.info.run_name: run for run in found}
    first = runs["first"]
    assert (first.info.user_id, first.info.start_time, first.info.end_time) == ("ada", 900_000, 1_100_000)
    assert first.data.params == {
        "lr": "0.1",
        "layers": "3",
        "bias": "true",
        "data/day": "1970-01-01T00:00:00+00:00",
    }
    assert {"neptune.tags": "a, b", "mlflow.note.content": "my note"}.items() <= first.data.tags.items()
    points = client.get_metric_history(first.info.run_id, "val/loss")
    assert [(each.value, each.step, each.timestamp) for each in points] == [
        *((1 / (step + 1), step, (1000 + step) * 1000) for step in range(100)),
        (0.5, 100, 1_100_000),
    ]
    assert [each.step for each in client.get_metric_history(first.info.run_id, "half")] == [0, 1, 2]
    assert Path(client.download_artifacts(first.info.run_id, "first/plot.png")).read_bytes() == b"picture"
    assert len(client.list_artifacts(first.info.run_id, "neptune")) == 2
    assert runs["LAB-2"].info.status == "FAILED"
    assert import_runs(export, tmp_path / "into").unchanged == 2


@pytest.mark.parametrize("content", [b"", b"PAR1 not really", b"\0" * 4096])
def test_a_run_that_cannot_be_read_is_left_out(export, tmp_path, content):
    (export / "data" / PROJECT / "odd_part_0.parquet").write_bytes(content)
    summary = import_runs(export, tmp_path / "into")
    assert summary.new == 2
    assert list(summary.left_out) == ["run odd"]


def test_a_text_that_a_small_file_repeats_is_read_once(tmp_path):
    rows = 20_000
    text = pa.array(["x" * 200_000])
    repeated = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), text)
    same = {"project_id": "lab/digits", "run_id": "R-1", "attribute_path": "essay", "attribute_type": "string"}
    columns = {name: pa.array([value] * rows) for name, value in same.items()} | {"string_value": repeated}
    table = pa.table({each.name: columns.get(each.name, pa.nulls(rows, each.type)) for each in SCHEMA})
    folder = tmp_path / "exports" / "data" / PROJECT
    folder.mkdir(parents=True)
    parquet.write_table(table, folder / "R-1-00ff_part_0.parquet", store_schema=False)
    usual, own = pa.default_memory_pool(), pa.proxy_memory_pool(pa.default_memory_pool())
    pa.set_memory_pool(own)
    try:
        assert import_runs(tmp_path / "exports", tmp_path / "into").new == 1
    finally:
        pa.set_memory_pool(usual)
    (run,) = nbtrack.MlflowClient(tmp_path / "into").search_runs(["1"])
    assert len(run.data.params["essay"]) == 200_000
    assert 200_000 <= own.max_memory() < 1 << 27
