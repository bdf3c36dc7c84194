"""Exports are read by MLflow's own package, run by run and point by point, and come back equal."""

from __future__ import annotations

import csv
import json
import math

import mlflow_folders
import pytest
from click.testing import CliRunner
from equal_runs import files, same

import nbtrack
from nbtrack.cli import main
from nbtrack.entities import Dataset, DatasetInput, LoggedModelOutput, Metric, Param, Tag, ViewType
from nbtrack.errors import NotFound, Unsupported
from nbtrack.exporters import export_runs
from nbtrack.importers import import_runs
from nbtrack.transfer import copy_run

MODEL = "m-" + "ab" * 16
OUTPUTS = "nbtrack.model_outputs"
GREATEST = 1.7976931348623157e308


@pytest.fixture
def ids(tmp_path):
    """Make runs of every kind in a store, and return their ids by name."""
    nbtrack.set_tracking_uri(tmp_path / "ours")
    client = nbtrack.MlflowClient()
    digits = client.create_experiment("digits", tags={"team": "red", "a/b": "ü\n"})
    client.set_experiment_tag("0", "of", "default")
    found = {}

    def new(name, experiment=digits, start=1000, **tags):
        found[name] = client.create_run(experiment, start + len(found), tags, name).info.run_id
        return found[name]

    run = new("first", user="ada")
    client.log_batch(run, params=[Param("lr", "0.1"), Param("nested/name", "two\nlines\n"), Param("empty", "")])
    for step in range(50):
        client.log_metric(run, "sub/loss", 1 / (step + 1), 5000 - step, step)
    for value in (math.nan, math.inf, -math.inf):
        client.log_metric(run, f"odd {value}", value, 7, -3)
    dataset = Dataset("iris", "d1", "http", '{"url": "http://example.org"}', '{"s": 1}', "{}")
    client.store.log_inputs(run, [DatasetInput(dataset, (Tag("mlflow.data.context", "train"), Tag("b", "c d")))])
    client.log_text(run, "hello", "notes/a.txt")
    client.log_text(run, "flavors: {}", "forest/MLmodel")
    described = {"artifact_path": "forest", "model_id": MODEL, "utc_time_created": "2026-11-30 10:00:00.500000"}
    client.set_tag(run, "mlflow.log-model.history", json.dumps([{**described, "params": {"depth": "3"}}]))
    client.set_terminated(run, end_time=9000)
    new("child", **{"mlflow.parentRunId": run, "mlflow.note.content": "# Title\n\n- 'quoted' \"words\" 🎈"})
    client.set_terminated(found["child"], "FAILED", 9001)
    options = {
        "source_run_id": found["child"],
        "params": [("depth", "9")],
        "tags": [("by", "ada")],
        "model_type": "net",
    }
    net = client.models.create(digits, name="net", path_in_run="net", **options)["info"]["model_id"]
    history = {"artifact_path": "net", "model_id": net, "utc_time_created": "2026-11-30 10:00:00.500000"}
    client.set_tag(found["child"], "mlflow.log-model.history", json.dumps([history]))
    client.log_outputs(found["child"], [LoggedModelOutput(net, 2)])
    client.link_metrics(
        found["child"], [Metric("sub/acc", 0.5, 8, 1), Metric("sub/acc", 0.75, 9, 2)], net, "iris", "d1"
    )
    client.link_metrics(run, [Metric("bare", -1.5, 10, 0)], net)
    client.finalize_logged_model(net, "FAILED")
    run = new("going on")
    draft = client.models.create(digits, name="draft", source_run_id=run, path_in_run="draft")["info"]["model_id"]
    history = {"artifact_path": "draft", "model_id": draft, "utc_time_created": "2026-11-30 10:00:00.500000"}
    client.set_tag(run, "mlflow.log-model.history", json.dumps([history]))
    client.log_outputs(run, [LoggedModelOutput(draft, 0)])
    client.delete_run(new("gone"))
    old = client.create_experiment("old")
    new("of old", old)
    client.delete_experiment(old)
    return found


def ours(tmp_path):
    return nbtrack.MlflowClient(tmp_path / "ours")


def shown(value):
    """Return a number as databases of MLflow have it, which know no infinity."""
    return repr(max(-GREATEST, min(GREATEST, value)) if not math.isnan(value) else value)


def all_equal(client, theirs, ids, number=repr, order=list):
    for run_id in ids.values():
        same(client, theirs, run_id, number, [OUTPUTS], order)
    experiments = {each.name: each for each in theirs.search_experiments(view_type=3)}
    for each in client.search_experiments(ViewType.ALL):
        written = experiments[each.name]
        kept = {key: value for key, value in written.tags.items() if key != "nbtrack.imported.experiment_id"}
        assert (written.lifecycle_stage, kept) == (each.lifecycle_stage, each.tags)
        assert written.experiment_id == each.experiment_id
    digits = client.get_experiment_by_name("digits").experiment_id
    (*about, points), (*expected, all_points) = measured(theirs, digits), measured(client, digits)
    assert about == expected
    assert statuses(theirs, digits) == {"net": "FAILED", "draft": "PENDING"}
    # MLflow's store of a folder tells the latest points only.
    assert points == (all_points if number is shown else [all_points[0], all_points[2]])
    model = theirs.get_logged_model(MODEL)
    assert (model.name, model.params, model.source_run_id) == ("forest", {"depth": "3"}, ids["first"])
    assert (model.creation_timestamp, model.status) == (1796032800500, "READY")
    assert [each.model_id for each in theirs.get_run(ids["first"]).outputs.model_outputs] == [MODEL]


def measured(client, experiment):
    """Return what describes and measures the model "net" of an experiment."""
    (found,) = (each for each in client.search_logged_models([experiment]) if each.name == "net")
    points = sorted((each.key, each.value, each.timestamp, each.step, *links(each)) for each in found.metrics)
    return found.model_id, found.model_type, found.status, found.params, found.tags, points


def statuses(client, experiment):
    return {each.name: each.status for each in client.search_logged_models([experiment]) if each.name != "forest"}


def links(point):
    return point.run_id, point.dataset_name, point.dataset_digest


def comes_back(target, tmp_path, ids):
    assert import_runs(target, tmp_path / "back").new == len(ids)
    back = nbtrack.MlflowClient(tmp_path / "back")
    for run_id in ids.values():
        same(back, ours(tmp_path), run_id, own_tags=[OUTPUTS])
    assert back.get_experiment("0").tags["of"] == "default"
    digits = back.get_experiment_by_name("digits").experiment_id
    assert measured(back, digits) == measured(ours(tmp_path), digits)
    assert statuses(back, digits) == {"net": "FAILED", "draft": "PENDING"}
    assert json.loads(back.get_run(ids["first"]).data.tags[OUTPUTS]) == [{"model_id": MODEL, "step": 0}]


def add_more(tmp_path, ids):
    """Add to the run that is going on, end it, and make another one."""
    client = ours(tmp_path)
    client.log_metric(ids["going on"], "m", 0.5, 1, 1)
    client.log_param(ids["going on"], "late", "1")
    client.log_text(ids["going on"], "more", "more.txt")
    client.set_terminated(ids["going on"], end_time=77)
    return {**ids, "newer": client.create_run("0", run_name="newer").info.run_id}


def test_a_folder_that_mlflow_reads(ids, tmp_path, monkeypatch):
    target = tmp_path / "there" / "mlruns"
    assert export_runs(target) == (len(ids), 0, 0, 53, 2, {})
    # MLflow lists the files of models through its current tracking URI, whatever the client's is.
    monkeypatch.setenv("MLFLOW_TRACKING_URI", str(target))
    theirs = mlflow_folders.mlflow_client(target, monkeypatch)
    all_equal(ours(tmp_path), theirs, ids)
    comes_back(target, tmp_path, ids)
    assert export_runs(target) == (0, 0, len(ids), 0, 0, {})
    more = add_more(tmp_path, ids)
    assert export_runs(target) == (1, 1, len(ids) - 1, 1, 1, {})
    all_equal(ours(tmp_path), theirs, more)


def test_a_database_that_mlflow_opens(ids, tmp_path, mlflow_server, monkeypatch):
    target = tmp_path / "there" / "mlflow.db"
    assert export_runs(f"sqlite:///{target}") == (len(ids), 0, 0, 53, 2, {})
    comes_back(target, tmp_path, ids)
    mlflow_server.tell(f"open {target}")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", mlflow_server.uri)
    from mlflow import MlflowClient

    theirs = MlflowClient(mlflow_server.uri)
    all_equal(ours(tmp_path), theirs, ids, shown, sorted)
    # MLflow has brought its schema up to date by now.
    more = add_more(tmp_path, ids)
    assert export_runs(target) == (1, 1, len(ids) - 1, 1, 1, {})
    all_equal(ours(tmp_path), theirs, more, shown, sorted)
    assert import_runs(target, tmp_path / "back").new == 1


def test_whole_experiments_to_a_server(ids, tmp_path, mlflow_server):
    mlflow_server.tell("empty")
    summary = export_runs(mlflow_server.uri)
    assert (summary.new, summary.points, summary.files, summary.left_out) == (len(ids), 53, 2, {})
    from mlflow import MlflowClient

    theirs = MlflowClient(mlflow_server.uri)
    copies = pushed(theirs)
    assert copies.keys() == set(ids.values())
    first, child = copies[ids["first"]], copies[ids["child"]]
    assert child.data.tags["mlflow.parentRunId"] == first.info.run_id
    assert copies[ids["gone"]].info.lifecycle_stage == "deleted"
    assert theirs.get_experiment_by_name("old").lifecycle_stage == "deleted"
    assert theirs.get_experiment_by_name("digits").tags["team"] == "red"
    assert len(theirs.get_metric_history(first.info.run_id, "sub/loss")) == 50
    home = theirs.get_experiment_by_name("digits").experiment_id
    (_, *about, tags, points), (net, *expected, own_tags, own_points) = (
        measured(*each)
        for each in ((theirs, home), (ours(tmp_path), ours(tmp_path).get_run(ids["child"]).info.experiment_id))
    )
    assert (about, tags) == (expected, {**own_tags, "nbtrack.pushed": net})
    assert [each[:4] for each in points] == [each[:4] for each in own_points]
    assert {each[4] for each in points} == {first.info.run_id, child.info.run_id}
    assert files(theirs, first.info.run_id) == files(ours(tmp_path), ids["first"])
    assert export_runs(mlflow_server.uri).unchanged == len(ids) - 1
    assert measured(theirs, home)[-1] == points
    add_more(tmp_path, ids)
    again = export_runs(mlflow_server.uri)
    assert (again.new, again.updated, again.points, again.files) == (1, 1, 1, 1)


def test_a_copy_has_models_of_its_own(ids, tmp_path):
    other = nbtrack.MlflowClient(tmp_path / "other")
    for _ in range(2):
        copy = copy_run(ids["child"], str(tmp_path / "other"))
        copied = measured(other, copy.info.experiment_id)
        assert copied[1:4] == ("net", "FAILED", {"depth": "9"})
        assert [each[1:4] for each in copied[-1]] == [(0.5, 8, 1), (0.75, 9, 2)]
        assert [each["model_id"] for each in json.loads(copy.data.tags[OUTPUTS])] == [copied[0]]
        assert other.get_logged_model(copied[0]).artifact_location == f"{copy.info.artifact_uri}/net"


@pytest.mark.parametrize("order", [("child", "first"), ("first", "child")])
def test_copies_of_single_runs_keep_what_they_logged_for_models_of_each_other(ids, tmp_path, order):
    other = nbtrack.MlflowClient(tmp_path / "other")
    copies = {name: copy_run(ids[name], str(tmp_path / "other")).info for name in order}
    points = measured(other, copies["child"].experiment_id)[-1]
    assert [each[:5] for each in points if each[0] == "bare"] == [("bare", -1.5, 10, 0, copies["first"].run_id)]


def pushed(client):
    experiments = [each.experiment_id for each in client.search_experiments(view_type=3)]
    return {run.data.tags["nbtrack.pushed"]: run for run in client.search_runs(experiments, run_view_type=3)}


def test_tables_of_runs_and_points(ids, tmp_path):
    import pandas as pd

    target = tmp_path / "tables" / "runs.csv"
    summary = export_runs(target, ["digits"])
    assert (summary.new, summary.points) == (3, 53)
    read = pd.read_csv(target).set_index("run_id")
    assert read.loc[ids["first"], "params.nested/name"] == "two\nlines\n"
    assert ids["gone"] not in read.index
    with (tmp_path / "tables" / "runs.points.csv").open(newline="") as file:
        points = [row for row in csv.DictReader(file) if row["key"] == "sub/loss"]
    history = ours(tmp_path).get_metric_history(ids["first"], "sub/loss")
    written = [(float(row["value"]), int(row["step"]), int(row["timestamp"])) for row in points]
    assert written == [(each.value, each.step, each.timestamp) for each in history]


def test_parquet(ids, tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    export_runs(tmp_path / "runs.parquet")
    assert parquet.read_table(tmp_path / "runs.parquet").num_rows == 3
    points = parquet.read_table(tmp_path / "runs.points.parquet").to_pandas()
    losses = points[(points.run_id == ids["first"]) & (points.key == "sub/loss")]
    history = ours(tmp_path).get_metric_history(ids["first"], "sub/loss")
    assert losses.value.tolist() == [each.value for each in history]
    assert losses.step.tolist() == [each.step for each in history]


def test_names_that_files_cannot_have_are_left_out(tmp_path):
    nbtrack.set_tracking_uri(tmp_path / "ours")
    client = nbtrack.MlflowClient()
    runs = [client.create_run("0").info.run_id for _ in range(4)]
    for run_id, key in zip(runs, ("../../x", "a", "🎈", "fine"), strict=True):
        client.log_param(run_id, key, "1")
    client.log_param(runs[1], "a/b", "2")
    summary = export_runs(tmp_path / "there")
    assert summary.new == 1
    assert summary.left_out.keys() == {f"run {each}" for each in runs[:3]}
    assert "export to a .db file" in summary.left_out[f"run {runs[0]}"]
    assert export_runs(tmp_path / "all.db").new == 4


def test_nothing_else_is_written_into(tmp_path):
    nbtrack.set_tracking_uri(tmp_path / "ours")
    with nbtrack.start_run():
        pass
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.tex").touch()
    (tmp_path / "text.db").write_text("not a database")
    for target, message in (
        ("ours", "not empty"),
        ("full", "not empty"),
        ("text.db", "not an MLflow database"),
        ("ours/nbtrack.db", "not an MLflow database"),
    ):
        with pytest.raises(Unsupported, match=message):
            export_runs(tmp_path / target)
    with pytest.raises(Unsupported, match="cannot be exported to"):
        export_runs("postgresql://host/db")
    with pytest.raises(NotFound, match="'nothing' not found"):
        export_runs(tmp_path / "there", ["nothing"])
    assert not (tmp_path / "there").exists()


def test_the_command(ids, tmp_path):
    arguments = ["-u", str(tmp_path / "ours"), "export", str(tmp_path / "there"), "-x", "digits"]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0
    assert "Exported 4 new runs" in done.output
    assert '"unchanged": 4' in CliRunner().invoke(main, [*arguments, "--json"]).output
