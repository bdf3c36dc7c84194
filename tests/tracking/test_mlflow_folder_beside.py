"""Where runs go when the working directory has a folder that MLflow has written."""

from __future__ import annotations

import warnings
from pathlib import Path

import mlflow_folders
import pytest

import nbtrack


@pytest.fixture
def mlruns(tmp_path, monkeypatch):
    """Return an ``mlruns`` with a run of MLflow's in the working directory, and the id of the run."""
    client = mlflow_folders.mlflow_client(tmp_path / "mlruns", monkeypatch)
    return tmp_path / "mlruns", client.create_run("0", run_name="old").info.run_id


def test_new_runs_go_beside_it_which_is_said_once(mlruns):
    folder, run_id = mlruns
    before = mlflow_folders.digest(folder)
    with pytest.warns(UserWarning, match=r"mlruns holds runs of MLflow.*nbtrack-runs.*nbtrack import") as caught:
        with nbtrack.start_run(run_name="new"):
            nbtrack.log_metric("m", 1)
        nbtrack.set_experiment("more")
    assert len(caught) == 1
    assert nbtrack.get_tracking_uri() == str(Path("nbtrack-runs").absolute())
    assert [run.info.run_name for run in nbtrack.search_runs(search_all_experiments=True, output_format="list")] == [
        "new"
    ]
    assert nbtrack.MlflowClient("mlruns").get_run(run_id).info.run_name == "old"
    assert mlflow_folders.digest(folder) == before


def test_a_folder_that_was_chosen_is_not_replaced(mlruns):
    _, run_id = mlruns
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        nbtrack.set_tracking_uri("mlruns")
        assert [run.info.run_id for run in nbtrack.search_runs(output_format="list")] == [run_id]


def test_a_folder_of_nbtrack_stays_the_default(tmp_path):
    with nbtrack.start_run():
        pass
    assert nbtrack.get_tracking_uri() == str(tmp_path / "mlruns")
