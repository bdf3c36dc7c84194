"""Importing what MLflow's own package wrote: everything comes in, once."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing

import mlflow_folders
import pytest
from click.testing import CliRunner
from equal_runs import files, same

import nbtrack
from nbtrack.cli import main
from nbtrack.entities import ViewType
from nbtrack.errors import InvalidValue, NotFound, Unsupported
from nbtrack.importers import import_runs
from nbtrack.models.location import find


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Return a folder with runs of every kind, its client, and the ids of the runs by name."""
    client = mlflow_folders.mlflow_client(tmp_path / "old" / "mlruns", monkeypatch)
    return tmp_path / "old" / "mlruns", client, mlflow_folders.fill(client)


def store(tmp_path):
    return nbtrack.MlflowClient(tmp_path / "into")


def all_runs(client):
    ids = [each.experiment_id for each in client.search_experiments(ViewType.ALL)]
    return {run.info.run_id: run for run in client.search_runs(ids, "", ViewType.ALL)}


def test_a_folder_comes_in_completely_and_stays_as_it_is(folder, tmp_path):
    path, client, ids = folder
    before = mlflow_folders.digest(path)
    summary = import_runs(path, tmp_path / "into")
    assert (summary.new, summary.updated, summary.unchanged, summary.left_out) == (len(ids), 0, 0, {})
    assert (summary.points, summary.files) == (303, 1)
    assert mlflow_folders.digest(path) == before
    here = store(tmp_path)
    assert all_runs(here).keys() == set(ids.values())
    for run_id in ids.values():
        same(here, client, run_id)
    child = here.get_parent_run(ids["long: name " * 20])
    assert child.info.run_id == ids["first"]
    experiments = {each.name: each for each in here.search_experiments(ViewType.ALL)}
    for each in client.search_experiments(view_type=3):
        read = experiments[each.name]
        assert read.lifecycle_stage == each.lifecycle_stage
        if each.name != "Default":
            assert read.creation_time == each.creation_time
            assert read.tags == {**each.tags, "nbtrack.imported.experiment_id": each.experiment_id}


def test_a_second_import_adds_only_what_is_new(folder, tmp_path):
    path, client, ids = folder
    import_runs(path, tmp_path / "into")
    again = import_runs(path, tmp_path / "into")
    assert again == (0, 0, len(ids), 0, 0, {})
    client.log_metric(ids["going on"], "m", 0.5, 1, 1)
    client.log_metric(ids["going on"], "m", 0.25, 2, 2)
    client.log_text(ids["going on"], "more", "more.txt")
    client.set_terminated(ids["going on"], end_time=77)
    new = client.create_run("0", run_name="newer").info.run_id
    third = import_runs(path, tmp_path / "into")
    assert third == (1, 1, len(ids) - 1, 2, 1, {})
    for run_id in (ids["going on"], new):
        same(store(tmp_path), client, run_id)
    client.log_metric(ids["going on"], "m", 0.125, 3, 3)
    assert import_runs(path, tmp_path / "into").points == 1
    same(store(tmp_path), client, ids["going on"])


def test_what_was_changed_since_is_kept(folder, tmp_path):
    path, _, ids = folder
    import_runs(path, tmp_path / "into")
    here = store(tmp_path)
    here.set_tag(ids["first"], "mlflow.note.content", "mine")
    here.log_metric(ids["first"], "sub/loss", 9.0, step=999)
    here.restore_run(ids["gone"])
    import_runs(path, tmp_path / "into")
    run = here.get_run(ids["first"])
    assert run.data.tags["mlflow.note.content"] == "mine"
    assert run.data.metrics["sub/loss"] == 9.0
    assert here.get_run(ids["gone"]).info.lifecycle_stage == "active"


INTERRUPTED = """
import os, sys
from nbtrack.importers import import_runs
seen = []
def stop(run, total):
    seen.append(run)
    if len(seen) == int(sys.argv[3]):
        os.kill(os.getpid(), 9)
import_runs(sys.argv[1], sys.argv[2], stop)
"""


@pytest.mark.parametrize("runs", [1, 3])
def test_an_import_that_was_killed_is_completed(folder, tmp_path, runs):
    path, client, ids = folder
    subprocess.run([sys.executable, "-c", INTERRUPTED, path, tmp_path / "into", str(runs)], check=False)
    assert len(all_runs(store(tmp_path))) == runs
    summary = import_runs(path, tmp_path / "into")
    assert summary.new == len(ids) - runs
    for run_id in ids.values():
        same(store(tmp_path), client, run_id)


def test_a_live_server_and_its_database(mlflow_server, tmp_path):
    path = mlflow_server.tell("empty")
    from mlflow import MlflowClient

    client = MlflowClient(mlflow_server.uri)
    ids = mlflow_folders.fill(client)
    summary = import_runs(mlflow_server.uri, tmp_path / "into")
    assert (summary.new, summary.left_out) == (len(ids), {})
    here = store(tmp_path)
    for name, run_id in ids.items():
        if name == "first":
            assert len(here.get_metric_history(run_id, "sub/loss")) == 300
            assert files(here, run_id) == {"notes/a.txt": b"hello"}
            assert here.get_run(run_id).data.params == client.get_run(run_id).data.params
        else:
            same(here, client, run_id)
    assert import_runs(mlflow_server.uri, tmp_path / "into").unchanged == len(ids)
    other = tmp_path / "other"
    assert import_runs(path, other).new == len(ids)
    read = nbtrack.MlflowClient(other)
    odd = [repr(read.get_run(ids["first"]).data.metrics[f"odd {each}"]) for each in ("nan", "inf", "-inf")]
    assert odd == ["nan", "inf", "-inf"]
    assert [each.step for each in read.get_metric_history(ids["first"], "sub/loss")] == list(range(300))


def test_another_store_of_nbtrack(tmp_path):
    with nbtrack.start_run(run_name="one") as run:
        nbtrack.log_metric("m", 1.5, step=3)
        nbtrack.log_text("x", "a/b.txt")
    summary = import_runs("mlruns", f"sqlite:///{tmp_path}/there/other.db")
    assert (summary.new, summary.points, summary.files) == (1, 1, 1)
    there = nbtrack.MlflowClient(f"sqlite:///{tmp_path}/there/other.db")
    same(there, nbtrack.MlflowClient("mlruns"), run.info.run_id)


def test_into_postgresql(folder, tmp_path, postgres):
    path, client, ids = folder
    uri = postgres.fresh()
    assert import_runs(path, uri).new == len(ids)
    assert import_runs(path, uri).unchanged == len(ids)
    for run_id in ids.values():
        same(nbtrack.MlflowClient(uri), client, run_id)


def logged_model(client, folder, run_id, name, text):
    """Log a model of MLflow 3 with one file, and return its id."""
    from mlflow.entities import LoggedModelOutput

    experiment = client.get_run(run_id).info.experiment_id
    model = client.create_logged_model(experiment, name, source_run_id=run_id, params={"depth": 3})
    client.log_outputs(run_id, [LoggedModelOutput(model.model_id, 0)])
    home = folder / experiment / "models" / model.model_id / "artifacts"
    home.mkdir(parents=True, exist_ok=True)
    (home / "MLmodel").write_text(text)
    return model.model_id


def test_logged_models_become_artifacts_of_their_runs(folder, tmp_path):
    path, client, ids = folder
    first = logged_model(client, path, ids["first"], "forest", "one")
    second = logged_model(client, path, ids["first"], "forest", "two")
    other = logged_model(client, path, ids["first"], "tree", "three")
    gone = logged_model(client, path, ids["first"], "gone", "four")
    shutil.rmtree(path / client.get_run(ids["first"]).info.experiment_id / "models" / gone)
    assert import_runs(path, tmp_path / "into").files == 4
    assert import_runs(path, tmp_path / "into").files == 0
    nbtrack.set_tracking_uri(tmp_path / "into")
    root = f"runs:/{ids['first']}"
    assert nbtrack.artifacts.load_text(f"{root}/forest/MLmodel") == "two"
    assert nbtrack.artifacts.load_text(f"{root}/forest-{first}/MLmodel") == "one"
    assert [find(each).path for each in (first, second, other)] == [f"forest-{first}", "forest", "tree"]
    (described,) = [each for each in json.loads(_models_tag(ids["first"])) if each["model_id"] == other]
    assert described["params"] == {"depth": "3"}


def _models_tag(run_id):
    return nbtrack.get_run(run_id).data.tags["mlflow.log-model.history"]


def test_logged_models_of_a_database(mlflow_server, tmp_path):
    path = mlflow_server.tell("empty")
    from mlflow import MlflowClient

    client = MlflowClient(mlflow_server.uri)
    run_id = client.create_run("0").info.run_id
    file = tmp_path / "db" / "mlflow.db"
    model_id = logged_model(client, file.parent / "mlartifacts", run_id, "forest", "one")
    shutil.copy(path, file)
    assert import_runs(file, tmp_path / "into").files == 1
    nbtrack.set_tracking_uri(tmp_path / "into")
    assert find(model_id).path == "forest"
    assert nbtrack.artifacts.load_text(f"runs:/{run_id}/forest/MLmodel") == "one"


def test_logged_models_of_a_server(mlflow_server, tmp_path):
    mlflow_server.tell("empty")
    from mlflow import MlflowClient
    from mlflow.entities import LoggedModelOutput

    client = MlflowClient(mlflow_server.uri)
    home = client.create_experiment("trees")
    run_id = client.create_run(home).info.run_id
    model = client.create_logged_model(home, "forest", source_run_id=run_id, params={"depth": "3"})
    client.log_outputs(run_id, [LoggedModelOutput(model.model_id, 2)])
    (tmp_path / "MLmodel").write_text("one")
    client.log_model_artifact(model.model_id, str(tmp_path / "MLmodel"))
    client.log_metric(run_id, "acc", 0.5, 7, 3, model_id=model.model_id, dataset_name="iris", dataset_digest="d")
    client.finalize_logged_model(model.model_id, "FAILED")
    assert import_runs(mlflow_server.uri, tmp_path / "into").files == 1
    assert import_runs(mlflow_server.uri, tmp_path / "into").files == 0
    nbtrack.set_tracking_uri(tmp_path / "into")
    assert find(model.model_id).path == "forest"
    assert nbtrack.artifacts.load_text(f"runs:/{run_id}/forest/MLmodel") == "one"
    found = nbtrack.get_logged_model(model.model_id)
    assert (found.name, found.status, found.params, found.source_run_id) == ("forest", "FAILED", {"depth": "3"}, run_id)
    assert [tuple(each) for each in found.metrics] == [("acc", 0.5, 7, 3, model.model_id, run_id, "iris", "d")]
    there = nbtrack.get_run(run_id).info.experiment_id
    assert [each.model_id for each in nbtrack.search_logged_models([there], output_format="list")] == [model.model_id]
    nbtrack.delete_experiment("0", permanently=True)
    assert import_runs(mlflow_server.uri, tmp_path / "into").files == 0
    assert nbtrack.get_logged_model(model.model_id) == found
    with pytest.raises(NotFound):
        nbtrack.get_logged_model("m-" + "f" * 32)


@pytest.mark.parametrize("place", ["", "artifacts", "meta.yaml"])
def test_links_in_place_of_models_are_not_followed(folder, tmp_path, place):
    path, client, ids = folder
    model_id = logged_model(client, path, ids["first"], "forest", "one")
    home = path / client.get_run(ids["first"]).info.experiment_id / "models" / model_id
    home.joinpath(place).rename(tmp_path / "moved")
    home.joinpath(place).symlink_to(tmp_path / "moved")
    assert import_runs(path, tmp_path / "into").files == 1
    assert files(store(tmp_path), ids["first"]) == {"notes/a.txt": b"hello"}


def test_hostile_runs_are_left_out_and_the_others_come_in(folder, tmp_path):
    path, client, ids = folder
    run = client.get_run(ids["going on"]).info
    home = path / run.experiment_id / run.run_id
    (home / "params").mkdir(exist_ok=True)
    (home / "params" / "secret").symlink_to("/etc/hostname")
    done = CliRunner().invoke(main, ["import", str(path), "--into", str(tmp_path / "into")])
    assert done.exit_code == 0
    assert f"Imported {len(ids) - 1} new runs" in done.output
    assert f"Left out {run.experiment_id}/{run.run_id}: params/secret is a link" in done.output
    assert all_runs(store(tmp_path)).keys() == set(ids.values()) - {run.run_id}


def test_links_and_pipes_among_artifacts_are_not_followed(folder, tmp_path):
    path, client, ids = folder
    run = client.get_run(ids["first"]).info
    artifacts = path / run.experiment_id / run.run_id / "artifacts"
    (artifacts / "host").symlink_to("/etc/hostname")
    (artifacts / "etc").symlink_to("/etc")
    os.mkfifo(artifacts / "pipe")
    import_runs(path, tmp_path / "into")
    assert files(store(tmp_path), run.run_id) == {"notes/a.txt": b"hello"}


def test_ids_that_would_leave_the_folder_are_refused(mlflow_server, tmp_path):
    path = mlflow_server.tell("empty")
    with closing(sqlite3.connect(path)) as connection, connection:
        for run_id in ("../../x", "good1"):
            connection.execute(
                "INSERT INTO runs (run_uuid, name, status, start_time, lifecycle_stage, experiment_id, artifact_uri,"
                " source_type) VALUES (?, 'x', 'FINISHED', 1, 'active', 0, '/etc', 'LOCAL')",
                (run_id,),
            )
    summary = import_runs(path, tmp_path / "into")
    assert summary.new == 1
    assert list(summary.left_out) == ["run ../../x"]
    assert not (tmp_path / "x").exists()
    assert files(store(tmp_path), "good1") == {}


def test_a_run_id_in_two_experiments_is_left_out(folder, tmp_path):
    path, _, ids = folder
    here = store(tmp_path)
    import_runs(path, tmp_path / "into")
    here.move_runs([ids["first"]], here.create_experiment("mine"))
    summary = import_runs(path, tmp_path / "into")
    assert "already exists, in experiment" in summary.left_out[f"run {ids['first']}"]
    assert summary.unchanged == len(ids) - 1


def test_an_experiment_in_the_trash_is_not_restored(folder, tmp_path):
    path, _, ids = folder
    here = store(tmp_path)
    here.delete_experiment(here.create_experiment("digits"))
    import_runs(path, tmp_path / "into")
    assert here.get_experiment(here.get_run(ids["first"]).info.experiment_id).name == "digits (active)"
    assert import_runs(path, tmp_path / "into").unchanged == len(ids)


def test_what_cannot_be_imported_says_why(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(NotFound, match="nowhere"):
        import_runs(tmp_path / "nowhere", tmp_path / "into")
    with pytest.raises(Unsupported, match="supported are"):
        import_runs(tmp_path / "empty", tmp_path / "into")
    with nbtrack.start_run():
        pass
    with pytest.raises(InvalidValue, match="into itself"):
        import_runs("mlruns")
    with pytest.raises(Unsupported, match="runs push"):
        import_runs("mlruns", "http://127.0.0.1:9")


def test_the_command_tells_what_it_did(folder, tmp_path):
    path, _, ids = folder
    arguments = ["--tracking-uri", str(tmp_path / "into"), "import", str(path)]
    done = CliRunner().invoke(main, arguments)
    assert done.output == (
        f"Imported {len(ids)} new runs, updated 0, found 0 unchanged: 303 points and 1 artifact were added\n"
    )
    assert '"unchanged": 5' in CliRunner().invoke(main, [*arguments, "--json"]).output
