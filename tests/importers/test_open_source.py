"""What is recognised as a source, and what each needs."""

from __future__ import annotations

import sys

import pytest

from nbtrack.errors import Unsupported
from nbtrack.importers import import_runs


def test_an_export_of_neptune_needs_pyarrow(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    (tmp_path / "data" / "project").mkdir(parents=True)
    (tmp_path / "data" / "project" / "run_part_0.parquet").write_bytes(b"")
    with pytest.raises(Unsupported, match=r"nbtrack\[parquet\]"):
        import_runs(tmp_path, tmp_path / "into")


def test_a_repository_of_aim_needs_its_library(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "aim", None)
    (tmp_path / ".aim" / "meta" / "chunks").mkdir(parents=True)
    with pytest.raises(Unsupported, match="pip install aim"):
        import_runs(tmp_path, tmp_path / "into")


@pytest.mark.parametrize("name", ["events.txt", "run.wandb", "x_part_0.csv", "meta.yaml"])
def test_folders_of_no_known_kind_are_refused(tmp_path, name):
    (tmp_path / "some").mkdir()
    (tmp_path / "some" / name).write_text("x")
    with pytest.raises(Unsupported, match="supported are"):
        import_runs(tmp_path / "some", tmp_path / "into")
