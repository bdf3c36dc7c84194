"""Folders in MLflow's file layout, written by the real package, and what is in a folder, down to the last byte."""

from __future__ import annotations

import hashlib
import math
import warnings
from pathlib import Path


def mlflow_client(folder, monkeypatch):
    """Return MLflow's own client of a file store in a folder."""
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    monkeypatch.setenv("MLFLOW_DISABLE_TELEMETRY", "true")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from mlflow import MlflowClient

        return MlflowClient(str(folder))


def fill(client):
    """Make runs of every kind, and return their ids by name."""
    from mlflow.data.http_dataset_source import HTTPDatasetSource
    from mlflow.data.meta_dataset import MetaDataset
    from mlflow.entities import DatasetInput, InputTag, Param

    digits = client.create_experiment("digits", tags={"team": "red", "a/b": "ü\n"})
    ids = {}

    def new(name, experiment=digits, **tags):
        ids[name] = client.create_run(experiment, run_name=name, tags=tags, start_time=1000 + len(ids)).info.run_id
        return ids[name]

    run = new("first")
    client.log_batch(run, params=[Param("lr", "0.1"), Param("nested/name", "two\nlines\n"), Param("empty", "")])
    for step in range(300):
        client.log_metric(run, "sub/loss", 1 / (step + 1), 5000 + step, step)
    for value in (math.nan, math.inf, -math.inf):
        client.log_metric(run, f"odd {value}", value, 7, -3)
    dataset = MetaDataset(HTTPDatasetSource("http://example.org/iris.csv"), name="iris: " + "long " * 40)
    client.log_inputs(
        run,
        [DatasetInput(dataset._to_mlflow_entity(), [InputTag("mlflow.data.context", "train"), InputTag("b", "c d")])],
    )
    client.log_text(run, "hello", "notes/a.txt")
    client.set_terminated(run, end_time=9000)
    new("long: name " * 20, **{"mlflow.parentRunId": run, "mlflow.note.content": "# Title\n\n- 'quoted' \"words\" 🎈"})
    client.set_terminated(ids["long: name " * 20], "FAILED", 9001)
    new("going on")
    client.delete_run(new("gone"))
    old = client.create_experiment("old")
    new("of old", old)
    client.delete_experiment(old)
    return ids


def digest(folder):
    """Return a digest of all files below a folder, with their names, contents, modes and times of modification."""
    seen = hashlib.sha256()
    for path in sorted(Path(folder).rglob("*")):
        found = path.lstat()
        seen.update(f"{path.relative_to(folder)} {found.st_mode} {found.st_mtime_ns} {found.st_size}".encode())
        if path.is_file() and not path.is_symlink():
            seen.update(path.read_bytes())
        elif path.is_symlink():
            seen.update(bytes(path.readlink()))
    return seen.hexdigest()
