"""The fluent API: rows S01 to S46 and S60 to S63 of what MLflow Tracking promises."""

from __future__ import annotations

import hashlib
import math
import os
import random
import subprocess
import sys
import textwrap
import threading
import time
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import nbtrack as mlflow
from nbtrack.entities import Metric, ViewType
from nbtrack.errors import AlreadyExists, InvalidValue, MlflowException, NotFound, StorageFailed, WrongState


def script(source, *, cwd, fail=False, **environment):
    """Run a program of its own, as a user would."""
    path = cwd / "program.py"
    path.write_text(textwrap.dedent(source))
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("MLFLOW_", "NBTRACK_"))}
    done = subprocess.run([sys.executable, path], cwd=cwd, env={**clean, **environment}, capture_output=True, text=True)
    assert (done.returncode != 0) == fail, done.stderr
    return done


def only(frame):
    """Return the one run there is."""
    (run,) = mlflow.search_runs(output_format="list") if frame is None else frame
    return run


def test_two_runs_have_two_ids():
    ids = []
    for _ in range(2):
        ids.append(mlflow.start_run().info.run_id)
        mlflow.end_run()
    assert len(set(ids)) == 2
    assert sorted(mlflow.search_runs()["run_id"]) == sorted(ids)
    assert all(len(each) == 32 and int(each, 16) for each in ids)


def test_times_of_a_run():
    before = time.time_ns() // 1_000_000
    run = mlflow.start_run()
    assert type(run.info.start_time) is int
    assert abs(run.info.start_time - before) < 1000
    assert mlflow.get_run(run.info.run_id).info.end_time is None
    mlflow.end_run()
    assert mlflow.get_run(run.info.run_id).info.end_time >= run.info.start_time


@pytest.mark.parametrize("status", ["BOGUS", "", "finished", 5, None, ["FINISHED"]])
def test_run_stays_active_when_its_status_is_refused(status):
    run = mlflow.start_run()
    with pytest.raises(InvalidValue, match="A run status must be one of RUNNING, SCHEDULED, FINISHED") as refused:
        mlflow.end_run(status)
    assert refused.value.error_code == "INVALID_PARAMETER_VALUE"
    assert mlflow.active_run().info.run_id == run.info.run_id
    mlflow.end_run("FAILED")
    assert (mlflow.active_run(), mlflow.get_run(run.info.run_id).info.status) == (None, "FAILED")


def test_parent_must_be_there():
    with pytest.raises(NotFound, match="0123abcd"):
        mlflow.start_run(parent_run_id="0123abcd")
    assert (mlflow.active_run(), mlflow.search_runs(output_format="list")) == (None, [])
    with mlflow.start_run() as parent:
        pass
    mlflow.delete_run(parent.info.run_id)
    with pytest.raises(WrongState, match="restore it before starting a child of it"):
        mlflow.start_run(parent_run_id=parent.info.run_id)
    assert (mlflow.active_run(), mlflow.search_runs(output_format="list")) == (None, [])


def test_params_are_text_and_metrics_are_floats():
    assert mlflow.log_param("a", 1) == 1
    mlflow.log_metric("m", 1)
    data = mlflow.get_run(mlflow.active_run().info.run_id).data
    assert data.params == {"a": "1"}
    assert data.metrics == {"m": 1.0}
    assert type(data.metrics["m"]) is float


def test_metric_history_is_kept():
    for step, value in enumerate([3.0, 1.0, 2.0]):
        mlflow.log_metric("m", value, step=step)
    run_id = mlflow.active_run().info.run_id
    assert mlflow.get_run(run_id).data.metrics["m"] == 2.0
    history = mlflow.MlflowClient().get_metric_history(run_id, "m")
    assert [(each.value, each.step) for each in history] == [(3.0, 0), (1.0, 1), (2.0, 2)]
    assert history[0].timestamp > 1_600_000_000_000


def test_artifacts_of_any_format_come_back_as_they_were(tmp_path):
    files = {"a.png": b"\x89PNG\r\n", "b.pkl": b"\x80\x04N.", "c.parquet": os.urandom(5000)}
    folder = tmp_path / "out"
    (folder / "deep" / "er").mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    (folder / "deep" / "er" / "d.txt").write_text("é")
    with mlflow.start_run() as run:
        mlflow.log_artifact(folder / "a.png", "plots")
        mlflow.log_artifacts(str(folder), "all")
        assert Path(mlflow.get_artifact_uri("plots"), "a.png").read_bytes() == files["a.png"]
        assert mlflow.get_artifact_uri() == run.info.artifact_uri
    got = Path(mlflow.artifacts.download_artifacts(run_id=run.info.run_id, dst_path=tmp_path / "copy"))
    for name, content in files.items():
        assert hashlib.sha256((got / "all" / name).read_bytes()).digest() == hashlib.sha256(content).digest()
    listed = mlflow.MlflowClient().list_artifacts(run.info.run_id, "all")
    assert [(each.path, each.is_dir, each.file_size) for each in listed][:2] == [
        ("all/a.png", False, 6),
        ("all/b.pkl", False, 4),
    ]
    assert [each.path for each in mlflow.artifacts.list_artifacts(f"runs:/{run.info.run_id}/all/deep")] == [
        "all/deep/er"
    ]
    assert [each.path for each in mlflow.MlflowClient().list_artifacts(run.info.run_id, "plots")] == ["plots/a.png"]


def test_artifact_of_a_past_run_feeds_a_new_one(tmp_path):
    with mlflow.start_run() as first:
        mlflow.log_text("weights", "model/w.txt")
    uri = mlflow.get_run(first.info.run_id).info.artifact_uri
    assert Path(mlflow.artifacts.download_artifacts(f"{uri}/model/w.txt")).read_text() == "weights"
    with pytest.raises(NotFound, match=r"nope\.txt.*'model'"):
        mlflow.artifacts.download_artifacts(f"runs:/{first.info.run_id}/nope.txt", dst_path=tmp_path / "x")


@pytest.mark.parametrize("path", ["../x", "a/../../x", "/etc/x", "a\\..\\x", "C:/x", "a\nb", "\0"])
def test_artifact_paths_stay_inside(path):
    with mlflow.start_run(), pytest.raises(MlflowException):
        mlflow.log_text("x", path)


def test_links_out_of_a_logged_folder_are_skipped_with_a_word(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    (tmp_path / "secret").write_text("s")
    (folder / "link").symlink_to(tmp_path / "secret")
    os.mkfifo(folder / "pipe")
    (folder / "good").write_text("g")
    with mlflow.start_run() as run, pytest.warns(UserWarning, match="was not logged") as warnings:
        mlflow.log_artifacts(folder)
    assert len(warnings) == 2
    assert [each.path for each in mlflow.MlflowClient().list_artifacts(run.info.run_id)] == ["good"]


def test_missing_file_is_named():
    with mlflow.start_run(), pytest.raises(NotFound, match=r"nowhere\.png"):
        mlflow.log_artifact("nowhere.png")


def test_program_of_its_own(tmp_path):
    script("import nbtrack; nbtrack.log_metric('a', 1)", cwd=tmp_path)
    run = only(None)
    assert (run.info.status, run.data.metrics) == ("FINISHED", {"a": 1.0})
    assert run.data.tags["mlflow.source.name"] == str(tmp_path / "program.py")
    assert run.data.tags["mlflow.source.type"] == "LOCAL"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["mlruns", "program.py"]


def test_program_that_fails_leaves_a_failed_run(tmp_path):
    script("import nbtrack; nbtrack.log_metric('a', 1); 1/0", cwd=tmp_path, fail=True)
    assert only(None).info.status == "FAILED"


def test_tracking_uri_of_the_environment(tmp_path):
    script("import nbtrack; nbtrack.log_metric('a', 1)", cwd=tmp_path, MLFLOW_TRACKING_URI=str(tmp_path / "elsewhere"))
    assert not (tmp_path / "mlruns").exists()
    assert (tmp_path / "elsewhere").is_dir()


@pytest.mark.parametrize("form", ["path", "text", "file"])
def test_tracking_uri_forms(tmp_path, form, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", str(tmp_path / "environment"))
    place = tmp_path / "a b"
    uri = {"path": place, "text": str(place), "file": place.as_uri()}[form]
    mlflow.set_tracking_uri(uri)
    assert mlflow.get_tracking_uri() == str(uri)
    assert mlflow.is_tracking_uri_set()
    mlflow.log_metric("a", 1)
    mlflow.end_run()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a b"]


def test_default_tracking_uri_stays_where_it_was_first_used(tmp_path, monkeypatch):
    mlflow.log_metric("a", 1)
    mlflow.end_run()
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path / "other")
    assert mlflow.get_tracking_uri() == str(tmp_path / "mlruns")
    assert len(mlflow.search_runs()) == 1


@pytest.mark.parametrize("uri", ["ftp://x", "databricks", "postgres:x"])
def test_unknown_scheme_names_the_accepted(uri, tmp_path):
    if "://" not in uri and ":" not in uri:
        mlflow.set_tracking_uri(uri)
        assert mlflow.get_tracking_uri() == uri
        return
    with pytest.raises(InvalidValue, match="accepted are"):
        mlflow.set_tracking_uri(uri)


def test_moved_store_keeps_its_artifacts(tmp_path):
    with mlflow.start_run() as run:
        mlflow.log_text("x", "a.txt")
    (tmp_path / "mlruns").rename(tmp_path / "moved")
    mlflow.set_tracking_uri(tmp_path / "moved")
    got = mlflow.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path="a.txt")
    assert Path(got).read_text() == "x"


# experiments


def test_experiments():
    made = mlflow.create_experiment("fraud", tags={"team": "red"})
    assert type(made) is str
    assert mlflow.get_experiment(made).name == "fraud"
    with pytest.raises(AlreadyExists, match="fraud"):
        mlflow.create_experiment("fraud")
    with mlflow.start_run(experiment_id=made) as run:
        pass
    assert run.info.experiment_id == made
    assert [each.name for each in mlflow.search_experiments(filter_string="name LIKE 'fr%'")] == ["fraud"]
    mlflow.delete_experiment(made)
    assert [each.name for each in mlflow.search_experiments()] == ["Default"]
    with pytest.raises(MlflowException, match="deleted"):
        mlflow.set_experiment("fraud")
    mlflow.restore_experiment(made)
    assert mlflow.set_experiment("fraud").experiment_id == made
    mlflow.set_experiment_tags({"a": 1})
    mlflow.delete_experiment_tag("team")
    assert mlflow.get_experiment_by_name("fraud").tags == {"a": "1"}


def test_set_experiment_creates_on_demand():
    made = mlflow.set_experiment("new")
    with mlflow.start_run() as run:
        pass
    assert run.info.experiment_id == made.experiment_id
    assert mlflow.search_runs().iloc[0].experiment_id == made.experiment_id
    with pytest.raises(InvalidValue):
        mlflow.set_experiment()


def test_experiment_of_the_environment(monkeypatch):
    made = mlflow.create_experiment("by id")
    monkeypatch.setenv("MLFLOW_EXPERIMENT_ID", made)
    with mlflow.start_run() as run:
        assert run.info.experiment_id == made
    monkeypatch.setenv("MLFLOW_EXPERIMENT_NAME", "by name")
    with mlflow.start_run() as run:
        assert mlflow.get_experiment(run.info.experiment_id).name == "by name"


def test_run_of_the_environment_is_resumed_once(monkeypatch):
    with mlflow.start_run() as run:
        pass
    monkeypatch.setenv("MLFLOW_RUN_ID", run.info.run_id)
    with mlflow.start_run() as again:
        assert again.info.run_id == run.info.run_id
        assert mlflow.get_run(run.info.run_id).info.status == "RUNNING"
    with mlflow.start_run() as other:
        assert other.info.run_id != run.info.run_id


# the life of a run


def test_start_run_joins_the_active_run():
    outer = mlflow.start_run()
    assert isinstance(outer, mlflow.tracking.ActiveRun)
    assert isinstance(outer, mlflow.tracking.Run)
    with mlflow.start_run() as inner:
        assert inner.info.run_id == outer.info.run_id
    assert mlflow.active_run().info.run_id == outer.info.run_id
    assert mlflow.get_run(outer.info.run_id).info.status == "RUNNING"
    mlflow.end_run("FAILED")
    assert mlflow.get_run(outer.info.run_id).info.status == "FAILED"
    assert mlflow.active_run() is None
    assert mlflow.start_run().info.run_id != outer.info.run_id


def test_strict_mlflow_refuses_a_second_run(monkeypatch):
    monkeypatch.setenv("NBTRACK_STRICT_MLFLOW", "1")
    mlflow.start_run()
    with pytest.raises(WrongState, match="already active"):
        mlflow.start_run()


def test_asking_for_another_run_while_one_is_active_is_refused_in_a_program():
    mlflow.start_run(run_name="one")
    with pytest.raises(WrongState, match="'one'"):
        mlflow.start_run(run_name="two")


def test_end_run_without_a_run_is_fine():
    mlflow.end_run()


def test_exception_fails_the_run_and_goes_on():
    with pytest.raises(ZeroDivisionError), mlflow.start_run() as run:
        1 / 0  # noqa: B018 - it is there to fail
    assert mlflow.get_run(run.info.run_id).info.status == "FAILED"
    assert mlflow.active_run() is None


def test_interrupt_kills_the_run():
    with pytest.raises(KeyboardInterrupt), mlflow.start_run() as run:
        raise KeyboardInterrupt
    assert mlflow.get_run(run.info.run_id).info.status == "KILLED"


def test_several_runs_leak_nothing():
    for number in range(3):
        with mlflow.start_run(run_name=f"r{number}"):
            mlflow.log_param(f"p{number}", number)
    runs = mlflow.search_runs(output_format="list", order_by=["attributes.run_name"])
    assert [run.data.params for run in runs] == [{"p0": "0"}, {"p1": "1"}, {"p2": "2"}]
    assert {run.info.status for run in runs} == {"FINISHED"}


def test_nested_runs():
    with mlflow.start_run() as parent:
        with mlflow.start_run(nested=True) as child:
            mlflow.log_metric("m", 1)
        mlflow.log_metric("m", 2)
    assert mlflow.get_parent_run(child.info.run_id).info.run_id == parent.info.run_id
    assert mlflow.get_parent_run(parent.info.run_id) is None
    assert mlflow.get_run(child.info.run_id).data.metrics["m"] == 1
    assert mlflow.get_run(parent.info.run_id).data.metrics["m"] == 2
    with mlflow.start_run(parent_run_id=parent.info.run_id) as other:
        pass
    assert mlflow.get_parent_run(other.info.run_id).info.run_id == parent.info.run_id


def test_run_is_resumed_by_id():
    with mlflow.start_run(tags={"a": 1}, description="first try") as run:
        mlflow.log_metric("m", 1)
    with mlflow.start_run(run_id=run.info.run_id):
        mlflow.log_metric("m", 2, step=1)
    read = mlflow.get_run(run.info.run_id)
    assert (read.info.status, read.data.metrics["m"], read.data.tags["mlflow.note.content"]) == (
        "FINISHED",
        2,
        "first try",
    )
    mlflow.delete_run(run.info.run_id)
    with pytest.raises(WrongState, match="restore"):
        mlflow.start_run(run_id=run.info.run_id)
    assert len(mlflow.search_runs()) == 0
    assert len(mlflow.search_runs(run_view_type=ViewType.DELETED_ONLY)) == 1
    mlflow.restore_run(run.info.run_id)
    assert mlflow.last_active_run().info.lifecycle_stage == "active"


def test_threads_log_to_the_run_of_the_process_and_may_have_their_own():
    outer = mlflow.start_run()
    seen = {}

    def work():
        mlflow.log_metric("worker", 1)
        with mlflow.start_run() as own:
            mlflow.log_metric("own", 1)
            seen["own"] = own.info.run_id
        mlflow.log_metric("worker", 2, step=1)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen["own"] != outer.info.run_id
    assert mlflow.get_run(outer.info.run_id).data.metrics == {"worker": 2.0}
    assert mlflow.get_run(seen["own"]).data.metrics == {"own": 1.0}


def test_forty_threads_started_in_a_run_share_it():
    with mlflow.start_run() as run:
        threads = [threading.Thread(target=mlflow.log_metric, args=("m", number)) for number in range(40)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
    assert len(mlflow.MlflowClient().get_metric_history(run.info.run_id, "m")) == 40


# values


class OneElement:
    """A stand-in for a tensor of one element."""

    def item(self):
        return 2.5


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (True, 1.0), (7, 7.0), (np.float32(0.5), 0.5), (np.int64(3), 3.0), (np.array(1.5), 1.5), (np.array([1.5]), 1.5),
        (Decimal("0.25"), 0.25), (Fraction(1, 4), 0.25), (OneElement(), 2.5), (math.inf, math.inf), (-math.inf, -math.inf),
    ],
)  # fmt: skip
def test_numbers_of_all_kinds_are_metrics(value, kept):
    mlflow.log_metric("m", value)
    assert mlflow.get_run(mlflow.active_run().info.run_id).data.metrics["m"] == kept


def test_nan_is_a_metric():
    mlflow.log_metric("m", np.float32("nan"))
    assert math.isnan(mlflow.get_run(mlflow.active_run().info.run_id).data.metrics["m"])


@pytest.mark.parametrize(
    "value", ["abc", "1.0", b"1", 1j, None, [1], np.array([1, 2]), 10**400, object(), pd.Series([1, 2])]
)
def test_what_is_no_number_is_refused_and_loses_nothing(value):
    mlflow.log_metric("good", 1)
    with pytest.raises(InvalidValue, match="'bad'"):
        mlflow.log_metrics({"fine": 1, "bad": value})
    assert mlflow.get_run(mlflow.active_run().info.run_id).data.metrics == {"good": 1.0}


@pytest.mark.parametrize("step", [np.int32(4), 4.0, 4])
def test_steps_may_be_numpy_integers(step):
    mlflow.log_metric("m", 1, step=step)
    (point,) = mlflow.MlflowClient().get_metric_history(mlflow.active_run().info.run_id, "m")
    assert (point.step, type(point.step)) == (4, int)


@pytest.mark.parametrize("step", [1.5, "1", 2**63])
def test_odd_steps_are_refused(step):
    with pytest.raises(InvalidValue, match="step"):
        mlflow.log_metric("m", 1, step=step)


@pytest.mark.parametrize("key", ["", " ", 5, None, "a\0b", "\ud800", "x" * 10_001])
def test_odd_keys_are_refused(key):
    with pytest.raises(InvalidValue):
        mlflow.log_param(key, 1)


def test_long_texts_are_kept_whole_or_refused():
    mlflow.log_param("long", "x" * 1_000_000)
    run_id = mlflow.active_run().info.run_id
    assert len(mlflow.get_run(run_id).data.params["long"]) == 1_000_000
    with pytest.raises(InvalidValue, match="log_text"):
        mlflow.set_tag("longer", "x" * 1_000_001)


def test_tags():
    mlflow.set_tags({"a": 1, "b": 2})
    mlflow.delete_tag("a")
    data = mlflow.get_run(mlflow.active_run().info.run_id).data
    assert "a" not in data.tags
    assert data.tags["b"] == "2"
    assert data.tags["mlflow.user"]
    with pytest.raises(NotFound):
        mlflow.delete_tag("a")


def test_log_parameter_is_log_param():
    assert mlflow.log_parameter("x", 1) == 1


# git


def git(*words, cwd):
    identity = {f"GIT_{who}_{what}": "a@b" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    return subprocess.run(
        ["git", *words], cwd=cwd, env={**os.environ, **identity}, check=True, capture_output=True, text=True
    ).stdout.strip()


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("linked", [False, True])
def test_git_commit_is_kept(tmp_path, monkeypatch, packed, linked):
    tree = tmp_path / "tree"
    tree.mkdir()
    git("init", "-q", "-b", "trunk", cwd=tree)
    git("remote", "add", "origin", "https://me:secret@example.org/x.git", cwd=tree)
    git("commit", "-q", "--allow-empty", "-m", "x", cwd=tree)
    if packed:
        git("pack-refs", "--all", cwd=tree)
    branch = "trunk"
    if linked:
        git("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"), cwd=tree)
        tree, branch = tmp_path / "side", "side"
    below = tree / "a" / "b"
    below.mkdir(parents=True)
    script("import nbtrack; nbtrack.log_metric('a', 1)", cwd=below)
    monkeypatch.chdir(below)
    tags = only(None).data.tags
    assert tags["mlflow.source.git.commit"] == git("rev-parse", "HEAD", cwd=tree)
    assert tags["mlflow.source.git.branch"] == branch
    assert tags["mlflow.source.git.repoURL"] == "https://example.org/x.git"


def test_no_git_no_tag(tmp_path):
    script("import nbtrack; nbtrack.log_metric('a', 1)", cwd=tmp_path)
    assert not [key for key in only(None).data.tags if "git" in key]


# looking back


def test_search_runs_as_frame():
    with mlflow.start_run(run_name="a"):
        mlflow.log_params({"lr": 0.1})
        mlflow.log_metric("acc", 0.5)
    with mlflow.start_run(run_name="b"):
        mlflow.log_metric("loss", 2)
    frame = mlflow.search_runs(order_by=["attributes.run_name"])
    assert list(frame["tags.mlflow.runName"]) == ["a", "b"]
    assert list(frame["params.lr"]) == ["0.1", None]
    assert frame["metrics.acc"][0] == 0.5
    assert math.isnan(frame["metrics.acc"][1])
    assert str(frame["start_time"].dt.tz) == "UTC"
    assert {"run_id", "experiment_id", "status", "artifact_uri", "start_time", "end_time"} <= set(frame.columns)
    assert list(mlflow.search_runs(filter_string="metrics.acc > 0.4")["params.lr"]) == ["0.1"]
    assert len(mlflow.search_runs(max_results=1)) == 1
    assert len(mlflow.search_runs(filter_string="metrics.acc > 5")) == 0


def test_search_looks_where_it_is_told():
    other = mlflow.create_experiment("other")
    with mlflow.start_run(experiment_id=other):
        pass
    assert len(mlflow.search_runs()) == 0
    assert len(mlflow.search_runs([other])) == len(mlflow.search_runs(experiment_names=["other", "none"])) == 1
    assert len(mlflow.search_runs(search_all_experiments=True)) == 1
    with pytest.raises(InvalidValue):
        mlflow.search_runs([other], experiment_names=["other"])
    with pytest.raises(InvalidValue, match="pandas"):
        mlflow.search_runs(output_format="excel")


def test_client_pages():
    client = mlflow.MlflowClient()
    made = {client.create_run("0", start_time=number).info.run_id for number in range(5)}
    seen, token = set(), None
    while True:
        page = client.search_runs(["0"], max_results=2, page_token=token)
        seen |= {run.info.run_id for run in page}
        token = page.token
        if token is None:
            break
    assert seen == made
    with pytest.raises(InvalidValue, match="at least 1"):
        client.search_runs(["0"], max_results=0)


def test_client_batch_is_all_or_nothing():
    client = mlflow.MlflowClient()
    run_id = client.create_run("0").info.run_id
    with pytest.raises(InvalidValue, match="'bad'"):
        client.log_batch(run_id, [Metric("good", 1, 1, 0), Metric("bad", "x", 1, 0)], [("p", 1)], [("t", 1)])
    with pytest.raises(InvalidValue, match="twice"):
        client.log_batch(run_id, params=[("p", 1), ("p", 1)])
    assert client.get_run(run_id).data.params == {}
    client.set_terminated(run_id, "KILLED", 99)
    assert client.get_run(run_id).info[4:7] == ("KILLED", client.get_run(run_id).info.start_time, 99)
    with pytest.raises(InvalidValue, match="FINISHED"):
        client.set_terminated(run_id, "DONE")


def test_random_search_finds_the_best():
    rng = random.Random(7)
    best = -1.0
    for _ in range(20):
        with mlflow.start_run():
            x = rng.uniform(-3, 3)
            score = 1 / (1 + (x - 1) ** 2)
            mlflow.log_param("x", x)
            mlflow.log_metric("score", score)
            best = max(best, score)
    top = mlflow.search_runs(order_by=["metrics.score DESC"], max_results=1)
    assert top["metrics.score"][0] == best


# trouble with the store


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_unwritable_folder_is_named(tmp_path):
    (tmp_path / "closed").mkdir(mode=0o500)
    mlflow.set_tracking_uri(tmp_path / "closed" / "mlruns")
    with pytest.raises(StorageFailed, match="closed"):
        mlflow.start_run()


def test_folder_that_can_not_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    mlflow.set_tracking_uri(tmp_path / "file" / "mlruns")
    with pytest.raises(StorageFailed, match="file"):
        mlflow.start_run()


@pytest.mark.parametrize("content", [b"not a database", b"SQLite format 3\0" + b"x" * 4000])
def test_foreign_file_is_left_alone(tmp_path, content):
    (tmp_path / "mlruns").mkdir()
    (tmp_path / "mlruns" / "nbtrack.db").write_bytes(content)
    with pytest.raises(StorageFailed, match=r"nbtrack\.db"):
        mlflow.log_metric("a", 1)
    assert (tmp_path / "mlruns" / "nbtrack.db").read_bytes() == content


def test_reading_makes_no_folder(tmp_path):
    assert len(mlflow.search_runs()) == 0
    assert not (tmp_path / "mlruns").exists()


def test_secret_that_is_logged_is_kept_with_one_warning():
    with pytest.warns(UserWarning, match="api_key") as seen:
        mlflow.log_param("api_key", "hunter2hunter2")
        mlflow.set_tag("db_password", "hunter2")
    assert len(seen) == 1
    mlflow.log_params(
        {"max_tokens": 256, "tokenizer": "bert-base-uncased", "digest": "d41d8cd98f00b204e9800998ecf8427e"}
    )
    run = mlflow.get_run(mlflow.active_run().info.run_id)
    assert (run.data.params["api_key"], run.data.tags["db_password"]) == ("hunter2hunter2", "hunter2")
