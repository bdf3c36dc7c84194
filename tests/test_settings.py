"""Where settings come from."""

from __future__ import annotations

import pytest

from nbtrack import settings
from nbtrack.errors import InvalidValue


def test_defaults():
    assert settings.current({}) == settings.Settings()


def test_environment_wins_over_files_and_near_files_over_far_ones(tmp_path, monkeypatch):
    (tmp_path / "pyproject.toml").write_text('[tool.nbtrack]\nrun_name = "far"\ntracking_uri = "far"\n')
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    assert settings.current({}).run_name == "far"
    (tmp_path / "a" / "nbtrack.toml").write_text('run_name = "near"\nstrict_mlflow = true\n')
    found = settings.current({"MLFLOW_TRACKING_URI": "env"})
    assert (found.run_name, found.strict_mlflow, found.tracking_uri) == ("near", True, "env")
    assert settings.current({"NBTRACK_TRACKING_URI": "ours", "MLFLOW_TRACKING_URI": "env"}).tracking_uri == "ours"


def test_file_is_read_again_when_it_changes(tmp_path):
    import os

    path = tmp_path / "nbtrack.toml"
    path.write_text('run_name = "one"')
    assert settings.current({}).run_name == "one"
    path.write_text('run_name = "two"')
    os.utime(path, ns=(1, 1))
    assert settings.current({}).run_name == "two"


@pytest.mark.parametrize(
    ("content", "culprit"),
    [("run_name = ", "nbtrack.toml"), ("colour = 1", "'colour'"), ("strict_mlflow = 7", "strict_mlflow")],
)
def test_odd_file_is_named(tmp_path, content, culprit):
    (tmp_path / "nbtrack.toml").write_text(content)
    with pytest.raises(InvalidValue, match=culprit):
        settings.current({})


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("NBTRACK_STRICT_MLFLOW", "perhaps"),
        ("NBTRACK_DURABILITY", "x"),
        ("MLFLOW_SYSTEM_METRICS_SAMPLING_INTERVAL", "-1"),
        ("MLFLOW_SYSTEM_METRICS_SAMPLING_INTERVAL", "x"),
    ],
)
def test_odd_variable_is_named(variable, value):
    with pytest.raises(InvalidValue, match=variable):
        settings.current({variable: value})


def test_every_setting_is_explained():
    assert set(settings.DECLARED) == set(settings.Settings._fields)
    assert all(each.help.endswith(".") for each in settings.DECLARED.values())
