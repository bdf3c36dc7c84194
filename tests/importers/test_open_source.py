"""What is recognised as a source, and what each needs."""

from __future__ import annotations

import importlib.util

import pytest

from nbtrack.errors import Unsupported
from nbtrack.importers import import_runs


def test_an_export_of_neptune_needs_pyarrow(tmp_path):
    if importlib.util.find_spec("pyarrow") is not None:
        pytest.skip("pyarrow is installed")
    (tmp_path / "data" / "project").mkdir(parents=True)
    (tmp_path / "data" / "project" / "run_part_0.parquet").write_bytes(b"")
    with pytest.raises(Unsupported, match=r"nbtrack\[parquet\]"):
        import_runs(tmp_path, tmp_path / "into")


@pytest.mark.parametrize("name", ["events.txt", "run.wandb", "x_part_0.csv", "meta.yaml"])
def test_folders_of_no_known_kind_are_refused(tmp_path, name):
    (tmp_path / "some").mkdir()
    (tmp_path / "some" / name).write_text("x")
    with pytest.raises(Unsupported, match="of no kind"):
        import_runs(tmp_path / "some", tmp_path / "into")
