"""``nbtrack import`` as users run it."""

from __future__ import annotations

from click.testing import CliRunner

import nbtrack
from nbtrack.cli import main
from nbtrack.cli.import_command import Progress
from nbtrack.importers import import_runs


def test_ctrl_c_says_how_the_import_is_completed(tmp_path, monkeypatch):
    source = nbtrack.MlflowClient(tmp_path / "source")
    for number in range(3):
        source.log_metric(source.create_run("0").info.run_id, "loss", number)

    def press_ctrl_c(advance):
        def advanced(self, imported, total):
            advance(self, imported, total)
            raise KeyboardInterrupt

        return advanced

    monkeypatch.setattr(Progress, "advance", press_ctrl_c(Progress.advance))
    line = ["import", str(tmp_path / "source"), "--into", str(tmp_path / "into")]
    done = CliRunner().invoke(main, line)
    assert done.exit_code == 1
    assert "the same command completes the import" in done.output
    monkeypatch.undo()
    assert import_runs(tmp_path / "source", tmp_path / "into").new == 2
