"""Parameter conflicts, moving, permanent deletion, histories as frames, system metrics."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import warnings
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest

import nbtrack
from nbtrack import locate
from nbtrack.errors import InvalidValue, NotFound, StorageFailed, WrongState


def params(run_id):
    return nbtrack.get_run(run_id).data.params


def test_parameter_given_again_keeps_its_first_value_and_remembers_the_other():
    with nbtrack.start_run() as run:
        nbtrack.log_params({"lr": 7, "depth": 1})
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            nbtrack.log_param("lr", 7.0)
        with pytest.warns(UserWarning, match="'lr' keeps its value '7'"):
            nbtrack.log_params({"lr": 8, "fresh": 2, "depth": 1})
        nbtrack.log_param("lr", 9)
    assert params(run.info.run_id) == {"lr": "7", "depth": "1", "fresh": "2"}
    assert nbtrack.get_run(run.info.run_id).data.tags["nbtrack.param_history"] == '[["lr", "8"], ["lr", "9"]]'
    with pytest.raises(InvalidValue, match="Changing param values is not allowed"):
        nbtrack.MlflowClient().log_param(run.info.run_id, "lr", 8)


def test_strict_mlflow_refuses_another_value(monkeypatch):
    monkeypatch.setenv("NBTRACK_STRICT_MLFLOW", "1")
    nbtrack.log_param("lr", 1)
    with pytest.raises(nbtrack.MlflowException, match="'lr'"):
        nbtrack.log_param("lr", 2)


def test_moved_run_keeps_its_artifacts_also_when_the_folder_moves(tmp_path):
    other = nbtrack.create_experiment("other")
    with nbtrack.start_run() as run:
        nbtrack.log_text("x", "a/b.txt")
        nbtrack.log_metric("m", 1)
    nbtrack.move_runs([run.info.run_id], other)
    moved = nbtrack.get_run(run.info.run_id)
    assert moved.info.experiment_id == other
    assert moved.data.metrics == {"m": 1.0}
    assert len(nbtrack.search_runs()) == 0
    found = nbtrack.search_runs([other], f"attributes.artifact_uri = '{moved.info.artifact_uri}'", output_format="list")
    assert len(found) == 1
    (tmp_path / "mlruns").rename(tmp_path / "elsewhere")
    nbtrack.set_tracking_uri(tmp_path / "elsewhere")
    got = nbtrack.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path="a/b.txt")
    assert Path(got).read_text() == "x"
    with pytest.raises(NotFound):
        nbtrack.move_runs([run.info.run_id], "77")


def test_permanent_deletion_frees_the_disk_and_the_name(tmp_path):
    made = nbtrack.create_experiment("fraud")
    with nbtrack.start_run(experiment_id=made) as run:
        nbtrack.log_text("x" * 10_000, "big.txt")
    folder = Path(run.info.artifact_uri)
    nbtrack.delete_experiment(made, permanently=True)
    assert not (folder / "big.txt").exists()
    with pytest.raises(NotFound):
        nbtrack.get_run(run.info.run_id)
    assert nbtrack.create_experiment("fraud") != made


def test_gc_deletes_only_what_is_in_the_trash():
    ids = []
    for number in range(3):
        with nbtrack.start_run() as run:
            nbtrack.log_text("x" * 100, "a/b.txt")
            nbtrack.log_metric("m", number)
        ids.append(run.info.run_id)
    nbtrack.delete_run(ids[0])
    assert nbtrack.gc(older_than=timedelta(days=1)) == (0, 0, 0)
    with pytest.raises(WrongState, match="not deleted"):
        nbtrack.gc(run_ids=[ids[1]])
    assert nbtrack.gc() == (1, 0, 100)
    nbtrack.delete_run(ids[1], permanently=True)
    assert list(nbtrack.search_runs()["run_id"]) == [ids[2]]
    assert nbtrack.gc() == (0, 0, 0)


@pytest.mark.parametrize("location", ["{}", "{}/", "file://{}", "file://{}//", "{}?x", "{}#x"])
def test_gc_deletes_nothing_but_the_folders_of_runs_in_a_chosen_location(tmp_path, location):
    home = tmp_path / "home"
    home.mkdir()
    (home / "thesis.txt").write_text("mine")
    made = nbtrack.create_experiment("chosen", artifact_location=location.format(home))
    with nbtrack.start_run(experiment_id=made):
        nbtrack.log_text("x" * 100, "a/b.txt")
    nbtrack.delete_experiment(made)
    assert nbtrack.gc() == (1, 1, 100)
    assert (home / "thesis.txt").read_text() == "mine"


def test_gc_keeps_files_at_a_location_that_cuts_off_the_folders_of_runs(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    location = f"file://{tmp_path}?x"
    with pytest.raises(InvalidValue, match="no folders for runs"):
        nbtrack.create_experiment("refused", artifact_location=location)
    made = nbtrack.create_experiment("of an older version", artifact_location=str(tmp_path))
    nbtrack.flush()
    database = locate.database_file(locate.resolve(nbtrack.get_tracking_uri()))
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE experiments SET artifact_location = ? WHERE id = ?", (location, int(made)))
    nbtrack.MlflowClient().create_run(made)
    nbtrack.delete_experiment(made)
    with pytest.warns(UserWarning, match="are kept"):
        assert nbtrack.gc() == (1, 1, 0)
    assert (tmp_path / "thesis.txt").read_text() == "mine"


@pytest.mark.parametrize("linked", ["", "artifacts"], ids=["run", "artifacts"])
def test_gc_follows_no_link_that_stands_for_the_folder_of_a_run(tmp_path, linked):
    home = tmp_path / "home"
    kept = home / ("" if linked else "artifacts") / "thesis.txt"
    kept.parent.mkdir(parents=True)
    kept.write_text("mine")
    made = nbtrack.create_experiment("chosen", artifact_location=(tmp_path / "chosen").as_uri())
    run = nbtrack.MlflowClient().create_run(made)
    folder = tmp_path / "chosen" / run.info.run_id / linked
    folder.parent.mkdir(parents=True)
    folder.symlink_to(home)
    nbtrack.delete_experiment(made)
    with pytest.warns(UserWarning, match="are kept"):
        assert nbtrack.gc() == (1, 1, 0)
    assert kept.read_text() == "mine"


def test_gc_deletes_the_others_when_the_artifacts_of_a_run_cannot_be_reached():
    made = nbtrack.create_experiment("far", artifact_location="file://elsewhere/data")
    far = nbtrack.MlflowClient().create_run(made)
    with nbtrack.start_run() as near:
        nbtrack.log_text("x", "a.txt")
    nbtrack.delete_run(near.info.run_id)
    nbtrack.delete_experiment(made)
    with pytest.raises(StorageFailed, match=f"{far.info.run_id} stays in the trash, .*names the machine 'elsewhere'"):
        nbtrack.gc()
    assert nbtrack.get_run(far.info.run_id).info.experiment_id == made
    with pytest.raises(NotFound):
        nbtrack.get_run(near.info.run_id)


def test_histories_of_many_runs_are_one_frame():
    runs = []
    for number in range(2):
        with nbtrack.start_run() as run:
            for step in range(3):
                nbtrack.log_metrics({"a": step + number, "b": -step}, step=step)
        runs.append(run)
    frame = nbtrack.history([runs[0], runs[1].info.run_id], "a")
    assert list(frame.columns) == ["run_id", "key", "step", "timestamp", "value"]
    assert frame["value"].tolist() == [0, 1, 2, 1, 2, 3]
    assert frame["step"].tolist() == [0, 1, 2] * 2
    assert str(frame["timestamp"].dt.tz) == "UTC"
    assert set(nbtrack.history(runs)["key"]) == {"a", "b"}
    assert len(nbtrack.history([], ["a"])) == 0


def test_history_names_runs_and_keys_by_category():
    client = nbtrack.MlflowClient()
    ids = [client.create_run("0").info.run_id for _ in range(3)]
    for number, run_id in enumerate(ids[:2]):
        for key in ("a", "b")[number:]:
            client.log_columns(run_id, {key: ([0, 1], [1000, 2000], [number, number + 0.5])})
    frame = nbtrack.history(ids, ["a", "b"])
    assert list(map(str, frame.dtypes))[:3] == ["category", "category", "int64"]
    assert (list(frame["run_id"]), list(frame["key"])) == (
        [ids[0]] * 4 + [ids[1]] * 2,
        ["a", "a", "b", "b", "b", "b"],
    )
    assert list(frame["run_id"].cat.categories) == ids[:2]
    assert frame["value"].tolist() == [0, 0.5, 0, 0.5, 1, 1.5]
    assert [each.isoformat() for each in frame["timestamp"][:2]] == [
        "1970-01-01T00:00:01+00:00",
        "1970-01-01T00:00:02+00:00",
    ]
    assert frame[frame["key"] == "b"]["run_id"].str[:8].nunique() == 2
    means = frame.groupby(["run_id", "key"], observed=True)["value"].mean()
    assert means.to_dict() == {(ids[0], "a"): 0.25, (ids[0], "b"): 0.25, (ids[1], "b"): 1.25}
    wide = frame.pivot_table(index="step", columns=["run_id", "key"], values="value", observed=True)
    assert wide[ids[1], "b"].tolist() == [1, 1.5]
    assert pd.concat([frame, frame]).dtypes["key"] == "category"
    assert list(map(str, nbtrack.history([]).dtypes)) == list(map(str, frame.dtypes))


def test_asynchronous_calls_return_a_handle():
    with nbtrack.start_run() as run:
        nbtrack.log_metric("m", 1, synchronous=False).wait()
        nbtrack.log_param("p", 1, synchronous=False).wait()
        nbtrack.set_tags({"t": 1}, synchronous=False).wait()
        assert nbtrack.log_metric("m", 1) is None
        nbtrack.flush_async_logging()
    assert params(run.info.run_id) == {"p": "1"}
    with pytest.raises(NotFound, match="m-1"):
        nbtrack.log_metric("m", 1, run_id=run.info.run_id, model_id="m-1")


def test_system_metrics_are_logged_beside_the_run():
    nbtrack.enable_system_metrics_logging()
    nbtrack.set_system_metrics_sampling_interval(0.02)
    nbtrack.set_system_metrics_samples_before_logging(2)
    try:
        with nbtrack.start_run() as run:
            while (
                len(nbtrack.MlflowClient().get_metric_history(run.info.run_id, "system/cpu_utilization_percentage")) < 3
            ):
                threading.Event().wait(0.02)
        metrics = nbtrack.get_run(run.info.run_id).data.metrics
        assert metrics["system/system_memory_usage_megabytes"] > 1
        assert all(key.startswith("system/") for key in metrics)
    finally:
        nbtrack.disable_system_metrics_logging()
        nbtrack.set_system_metrics_sampling_interval(None)
        nbtrack.set_system_metrics_samples_before_logging(None)
    assert "nbtrack-monitor" not in {each.name for each in threading.enumerate()}
    with nbtrack.start_run(log_system_metrics=False):
        assert "nbtrack-monitor" not in {each.name for each in threading.enumerate()}


def test_tasks_may_have_runs_of_their_own():
    async def trial(number):
        with nbtrack.start_run(run_name=f"trial-{number}"):
            for step in range(5):
                nbtrack.log_metric("m", number, step=step)
                await asyncio.sleep(0.001)
            await asyncio.to_thread(nbtrack.log_param, "thread", number)

    async def main():
        await asyncio.gather(*(trial(number) for number in range(10)))

    asyncio.run(main())
    runs = nbtrack.search_runs(output_format="list")
    assert len(runs) == 10
    for run in runs:
        number = run.info.run_name.removeprefix("trial-")
        assert run.data.params == {"thread": number}
        assert run.data.metrics == {"m": float(number)}
        assert len(nbtrack.MlflowClient().get_metric_history(run.info.run_id, "m")) == 5


def test_tasks_without_a_run_log_to_the_one_they_were_started_in():
    async def work(number):
        nbtrack.log_metric(f"m{number}", number)

    async def main():
        with nbtrack.start_run() as run:
            await asyncio.gather(*(work(number) for number in range(5)))
        return run.info.run_id

    assert len(nbtrack.get_run(asyncio.run(main())).data.metrics) == 5
    assert nbtrack.active_run() is None


def test_hundred_nested_runs():
    runs = [nbtrack.start_run(nested=True) for _ in range(100)]
    for run in reversed(runs):
        assert nbtrack.active_run().info.run_id == run.info.run_id
        nbtrack.end_run()
    assert nbtrack.active_run() is None
    assert nbtrack.get_parent_run(runs[99].info.run_id).info.run_id == runs[98].info.run_id


def test_reloading_the_module_keeps_the_run():
    import importlib

    run = nbtrack.start_run()
    importlib.reload(nbtrack)
    assert nbtrack.active_run().info.run_id == run.info.run_id


def test_emptying_an_empty_trash_writes_nothing():
    with nbtrack.start_run():
        nbtrack.log_metric("m", 1)
    store = nbtrack.MlflowClient().store
    before = store.mark()
    assert nbtrack.gc() == (0, 0, 0)
    assert store.mark() == before
