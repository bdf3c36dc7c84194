"""A folder in MLflow's file layout is read in place: everything in it, and not a byte of it changes."""

from __future__ import annotations

import math
import shutil
import warnings

import httpx
import mlflow_folders
import pytest

import nbtrack
from nbtrack.entities import ViewType


@pytest.fixture
def mlruns(tmp_path, monkeypatch):
    """Return a folder that the real MLflow wrote, and its client."""
    folder = tmp_path / "old" / "mlruns"
    return folder, mlflow_folders.mlflow_client(folder, monkeypatch)


def ours(folder):
    nbtrack.set_tracking_uri(folder)
    return nbtrack.MlflowClient()


def same(read, written):
    """Assert that a run of ours is one of MLflow's."""
    for name in ("run_id", "experiment_id", "run_name", "status", "start_time", "end_time", "lifecycle_stage"):
        assert getattr(read.info, name) == getattr(written.info, name), name
    assert read.data.params == written.data.params
    assert read.data.tags == written.data.tags
    assert repr(sorted(read.data.metrics.items())) == repr(sorted(written.data.metrics.items()))


@pytest.fixture
def filled(mlruns):
    """Return a folder with runs of every kind, its client, and the ids of the runs by name."""
    folder, client = mlruns
    return folder, client, mlflow_folders.fill(client)


def test_all_runs_are_what_mlflow_reads(filled):
    folder, client, ids = filled
    found = {run.info.run_id: run for run in nbtrack.MlflowClient(folder).search_runs(_all(folder), "", ViewType.ALL)}
    assert found.keys() == set(ids.values())
    for run_id, read in found.items():
        same(read, client.get_run(run_id))
    kinds = {name: found[run_id].info.lifecycle_stage for name, run_id in ids.items()}
    assert [name for name, stage in kinds.items() if stage == "deleted"] == ["gone", "of old"]


def _all(folder):
    return [each.experiment_id for each in nbtrack.MlflowClient(folder).search_experiments(ViewType.ALL)]


def test_experiments_are_what_mlflow_reads(filled):
    folder, client, _ = filled
    read = {each.experiment_id: each for each in nbtrack.MlflowClient(folder).search_experiments(ViewType.ALL)}
    written = {each.experiment_id: each for each in client.search_experiments(ViewType.ALL)}
    assert read.keys() == written.keys()
    for name in ("name", "lifecycle_stage", "creation_time", "last_update_time"):
        assert [getattr(each, name) for each in read.values()] == [getattr(written[key], name) for key in read]
    digits = nbtrack.MlflowClient(folder).get_experiment_by_name("digits")
    assert digits.tags == {"team": "red", "a/b": "ü\n"}


def test_histories_inputs_and_artifacts_come_back(filled):
    folder, client, ids = filled
    run = ids["first"]
    there = ours(folder)
    written = [(each.value, each.step, each.timestamp) for each in client.get_metric_history(run, "sub/loss")]
    assert [(each.value, each.step, each.timestamp) for each in there.get_metric_history(run, "sub/loss")] == written
    assert len(written) == 300
    (odd,) = there.get_metric_history(run, "odd nan")
    assert math.isnan(odd.value)
    assert there.get_metric_history(run, "sub") == []
    ((dataset, tags),) = there.get_run(run).inputs.dataset_inputs
    (known,) = client.get_run(run).inputs.dataset_inputs
    assert (dataset.name, dataset.digest, dataset.source) == (
        known.dataset.name,
        known.dataset.digest,
        known.dataset.source,
    )
    assert dict(tags) == {"mlflow.data.context": "train", "b": "c d"}
    assert nbtrack.artifacts.load_text(f"runs:/{run}/notes/a.txt") == "hello"
    assert [each.path for each in there.list_artifacts(run)] == ["notes"]


def test_searches_know_filters_and_orders(filled):
    folder, _, ids = filled
    nbtrack.set_tracking_uri(folder)

    def found(text, order=()):
        runs = nbtrack.search_runs(
            experiment_names=["digits"], filter_string=text, order_by=list(order), output_format="list"
        )
        return [name for run in runs for name, run_id in ids.items() if run_id == run.info.run_id]

    assert found("metrics.`sub/loss` < 0.01 AND params.lr = '0.1'") == ["first"]
    assert found("tags.mlflow.note.content LIKE '%Title%' OR status = 'RUNNING'") == ["going on", "long: name " * 20]
    assert found("datasets.context = 'train'") == ["first"]
    assert found("", ["start_time ASC"])[0] == "first"


def test_not_a_byte_changes_and_writes_say_how_to_go_on(filled):
    folder, _, ids = filled
    before = mlflow_folders.digest(folder)
    client = ours(folder)
    run = ids["going on"]
    writes = [
        lambda: nbtrack.start_run(),
        lambda: nbtrack.set_experiment("new"),
        lambda: client.create_experiment("new"),
        lambda: client.log_metric(run, "m", 1.0),
        lambda: client.set_tag(run, "k", "v"),
        lambda: client.log_param(run, "p", 1),
        lambda: client.delete_run(run),
        lambda: client.restore_run(ids["gone"]),
        lambda: client.set_terminated(run),
        lambda: client.delete_experiment("0"),
        lambda: client.set_experiment_tag("0", "k", "v"),
        lambda: client.store.appender(run),
    ]
    for write in writes:
        with pytest.raises(nbtrack.MlflowException, match="nbtrack import"):
            write()
    client.search_runs(_all(folder), "metrics.a > 1", ViewType.ALL)
    client.store.overview(_all(folder), client.parse_query(""), ViewType.ALL)
    client.get_metric_history(ids["first"], "sub/loss")
    client.download_artifacts(ids["first"], "notes/a.txt")
    client.store.close()
    assert mlflow_folders.digest(folder) == before


def test_changes_are_seen(filled):
    folder, client, ids = filled
    there = ours(folder)
    store = there.store
    before = store.mark()
    run = ids["going on"]
    assert there.get_run(run).data.metrics == {}
    client.log_metric(run, "m", 0.5, 1, 1)
    assert there.get_run(run).data.metrics == {"m": 0.5}
    client.log_metric(run, "m", 0.25, 2, 2)
    assert there.get_run(run).data.metrics == {"m": 0.25}
    client.set_tag(ids["first"], "late", "yes")
    client.set_tag(ids["first"], "late", "no!")
    assert there.get_run(ids["first"]).data.tags["late"] == "no!"
    new = client.create_run("0", run_name="new").info.run_id
    assert there.get_run(new).info.run_name == "new"
    client.delete_run(run)
    store.close()
    assert [each.info.run_id for each in there.search_runs(["0"])] == [new]
    assert there.get_run(run).info.lifecycle_stage == "deleted"
    assert store.mark() != before


def test_an_experiment_that_moves_to_the_trash_and_back_is_followed(filled):
    folder, client, ids = filled
    there = ours(folder)
    experiment = there.get_run(ids["first"]).info.experiment_id
    client.delete_experiment(experiment)
    assert there.get_run(ids["first"]).info.lifecycle_stage == "deleted"
    client.restore_experiment(experiment)
    assert there.get_run(ids["first"]).info.lifecycle_stage == "active"
    shutil.rmtree(folder / experiment / ids["first"])
    with pytest.raises(nbtrack.MlflowException, match="not found"):
        there.get_run(ids["first"])
    assert there.store.unreadable() == {}


def test_a_moved_folder_keeps_its_artifacts(filled, tmp_path):
    folder, _, ids = filled
    moved = tmp_path / "elsewhere"
    folder.rename(moved)
    client = ours(moved)
    run = client.get_run(ids["first"])
    assert run.info.artifact_uri == f"{moved}/{run.info.experiment_id}/{run.info.run_id}/artifacts"
    assert nbtrack.artifacts.load_text(f"runs:/{run.info.run_id}/notes/a.txt") == "hello"


OLD_EXPERIMENT = (
    "artifact_location: file:///home/ada/mlruns/1\nexperiment_id: '1'\nlifecycle_stage: active\nname: aged\n"
)
OLD_RUN = """artifact_uri: file:///home/ada/mlruns/1/{0}/artifacts
end_time: 2000
entry_point_name: ''
experiment_id: '1'
lifecycle_stage: active
name: ''
run_uuid: {0}
source_name: train.py
source_type: 4
source_version: ''
start_time: 1000
status: 3
tags: []
user_id: ada
"""


def old_run(folder, run_id="a" * 32, meta=OLD_RUN, **files):
    """Write a run as MLflow 1 did."""
    run = folder / "1" / run_id
    for name in ("params", "metrics", "tags", "artifacts"):
        (run / name).mkdir(parents=True)
    (folder / "1" / "meta.yaml").write_text(OLD_EXPERIMENT)
    (run / "meta.yaml").write_text(meta.format(run_id))
    for name, text in files.items():
        (run / name.replace("__", "/")).write_text(text)
    return run


def test_metadata_and_metrics_of_mlflow_1(tmp_path):
    old_run(
        tmp_path / "mlruns",
        tags__named="x",
        **{"tags__mlflow.runName": "aged run"},
        metrics__two="1000 0.5\n1001 0.25\n",
        metrics__five="1000 0.5 3 iris abc\n1001 nan 4 iris abc\n",
        metrics__mixed="1000 0.5\n1001 0.25 7 iris abc\n1002 0.125 8\n",
        metrics__ties="5 1.0 2\n5 3.0 2\n5 2.0 2\n4 9.0 2\n",
        metrics__unfinished="1 0.5 1\n2 0.25 2",
        metrics__empty="",
    )
    client = ours(tmp_path / "mlruns")
    (run,) = client.search_runs(["1"])
    assert (run.info.run_name, run.info.user_id, run.info.status) == ("aged run", "ada", "FINISHED")
    assert run.info.artifact_uri == f"{tmp_path}/mlruns/1/{'a' * 32}/artifacts"
    points = {
        key: [(each.step, each.value) for each in client.get_metric_history(run.info.run_id, key)]
        for key in ("two", "five", "mixed", "unfinished", "empty")
    }
    assert points["two"] == [(0, 0.5), (0, 0.25)]
    assert [step for step, _ in points["five"]] == [3, 4]
    assert points["mixed"] == [(0, 0.5), (7, 0.25), (8, 0.125)]
    assert points["unfinished"] == [(1, 0.5), (2, 0.25)]
    assert points["empty"] == []
    assert run.data.metrics["ties"] == 3.0
    assert client.get_experiment("1").creation_time > 0


HOSTILE = {
    "bomb": "a: &a ['x','x']\nb: &b [*a,*a,*a]\n" + OLD_RUN,
    "deep": "a: " + "[" * 5000 + "\n" + OLD_RUN,
    "nested": "a: {b: {c: {d: {e: f}}}}\n" + OLD_RUN,
    "object": "a: !!python/object/apply:os.system ['touch /tmp/owned']\n" + OLD_RUN.replace("{0}", "b" * 32),
    "not a mapping": "- 1\n- 2\n",
    "invalid": "a: 'b\n",
    "empty": "",
    "huge": "a: '" + "x" * (1 << 20) + "'\n" + OLD_RUN,
    "other run": OLD_RUN.replace("{0}", "c" * 32),
    "odd status": OLD_RUN.replace("status: 3", "status: 99"),
    "odd time": OLD_RUN.replace("start_time: 1000", f"start_time: {2**70}"),
    "no time": OLD_RUN.replace("start_time: 1000\n", ""),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_run_with_hostile_metadata_is_left_out(tmp_path, kind):
    folder = tmp_path / "mlruns"
    old_run(folder)
    old_run_of(folder, HOSTILE[kind])
    refused(folder, [f"1/{'d' * 32}"])


def old_run_of(folder, meta):
    run = folder / "1" / ("d" * 32)
    run.mkdir()
    (run / "meta.yaml").write_text(meta.replace("{0}", "d" * 32))
    return run


def refused(folder, paths):
    """Assert that the good run is listed, and that a warning tells of what is left out, once."""
    client = ours(folder)
    with pytest.warns(UserWarning, match="cannot be read and are left out"):
        runs = client.search_runs(["1"])
    assert [run.info.run_id for run in runs] == ["a" * 32]
    client.store.close()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(client.search_runs(["1"])) == 1
    assert sorted(client.store.unreadable()) == sorted(paths)


def _link(run):
    (run / "params").mkdir()
    (run / "params" / "secret").symlink_to("/etc/hostname")


def _linked_folder(run):
    (run / "tags").mkdir()
    (run / "tags" / "etc").symlink_to("/etc")


def _linked_artifacts(run):
    (run / "artifacts").symlink_to("/etc")


def _fifo(run):
    import os

    (run / "metrics").mkdir()
    os.mkfifo(run / "metrics" / "m")


def _long_line(run):
    (run / "metrics").mkdir()
    with (run / "metrics" / "m").open("wb") as file:
        file.truncate(1 << 34)


def _no_point(run):
    (run / "metrics").mkdir()
    (run / "metrics" / "m").write_text("1 2 3\nDROP TABLE runs\n")


def _step(run):
    (run / "metrics").mkdir()
    (run / "metrics" / "m").write_text(f"1 2 {2**80}\n")


def _long_text(run):
    (run / "params").mkdir()
    (run / "params" / "p").write_text("x" * 1_000_001)


def _binary(run):
    (run / "tags").mkdir()
    (run / "tags" / "t").write_bytes(b"\xff\xfe")


def _nul(run):
    (run / "tags").mkdir()
    (run / "tags" / "t").write_bytes(b"a\0b")


@pytest.mark.parametrize(
    "make", [_link, _linked_folder, _linked_artifacts, _fifo, _long_line, _no_point, _step, _long_text, _binary, _nul]
)
def test_a_run_with_hostile_files_is_left_out(tmp_path, make):
    folder = tmp_path / "mlruns"
    old_run(folder)
    make(old_run_of(folder, OLD_RUN))
    refused(folder, [f"1/{'d' * 32}"])


def test_links_and_odd_names_in_place_of_runs_and_experiments(tmp_path):
    folder = tmp_path / "mlruns"
    old_run(folder)
    other = tmp_path / "other"
    old_run(other, "e" * 32)
    (folder / "1" / ("e" * 32)).symlink_to(other / "1" / ("e" * 32))
    (folder / "1" / "-odd").mkdir()
    (folder / "2").symlink_to(other / "1")
    (folder / "abc").mkdir()
    (folder / "abc" / "meta.yaml").write_text(OLD_EXPERIMENT)
    refused(folder, [f"1/{'e' * 32}", "1/-odd", "2", "abc"])


def test_a_recorded_location_is_followed_only_if_mlflow_made_it(tmp_path):
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "key").write_text("x")
    folder = tmp_path / "mlruns"
    old_run(folder)
    (folder / "1" / ("a" * 32) / "artifacts").rmdir()
    meta = folder / "1" / ("a" * 32) / "meta.yaml"
    meta.write_text(
        OLD_RUN.format("a" * 32).replace("file:///home/ada/mlruns/1/" + "a" * 32 + "/artifacts", str(secret))
    )
    client = ours(folder)
    assert client.list_artifacts("a" * 32) == []
    elsewhere = tmp_path / "kept" / ("a" * 32) / "artifacts"
    elsewhere.mkdir(parents=True)
    (elsewhere / "model.txt").write_text("x")
    meta.write_text(OLD_RUN.format("a" * 32).replace("/home/ada/mlruns/1/", f"{tmp_path}/kept/"))
    assert [each.path for each in client.list_artifacts("a" * 32)] == ["model.txt"]


def test_experiments_of_the_same_name_are_both_listed(tmp_path):
    folder = tmp_path / "mlruns"
    old_run(folder)
    (folder / "2").mkdir()
    (folder / "2" / "meta.yaml").write_text(OLD_EXPERIMENT.replace("'1'", "'2'"))
    names = {each.experiment_id: each.name for each in ours(folder).search_experiments()}
    assert names == {"1": "aged", "2": "aged (2)"}


def test_a_server_serves_it_and_passes_the_refusal_on(filled, stage):
    folder, _, ids = filled
    before = mlflow_folders.digest(folder)
    stage.keep(folder)
    with httpx.Client(base_url=f"{stage.uri}/api/2.0/mlflow/") as client:
        listed = client.get("artifacts/list", params={"run_id": ids["first"]}).json()
        assert [each["path"] for each in listed["files"]] == ["notes"]
        run = client.get("runs/get", params={"run_id": ids["first"]}).json()["run"]
        assert run["info"]["run_name"] == "first"
        refused = client.post("runs/delete", json={"run_id": ids["first"]})
        assert refused.json()["error_code"] == "NOT_IMPLEMENTED"
        assert "nbtrack import" in refused.json()["message"]
    assert mlflow_folders.digest(folder) == before
