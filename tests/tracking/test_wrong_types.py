"""A public function accepts an argument, or raises an error of nbtrack that names it."""

from __future__ import annotations

import contextlib
import io
from operator import attrgetter

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

import nbtrack
from nbtrack.entities import Metric
from nbtrack.errors import InvalidValue, NbtrackError

WRONG = (None, 5, "x", [1, 2], {1: 2}, object(), b"x", 1.5)
RUN = object()
"""Stands for the id of a run that there is."""
ARTIFACT = {"artifact_path": None, "run_id": None}
NAMED = {"artifact_file": "a.json", "run_id": None}
SEARCH = {"experiment_ids": ["0"], "filter_string": "", "run_view_type": 1, "max_results": 10, "order_by": None}
SEARCH_EXPERIMENTS = {"view_type": 1, "max_results": 5, "filter_string": None, "order_by": None}
IMAGE = {"image": np.zeros((3, 3)), "artifact_file": None, "key": "k", "step": None, "timestamp": None}
DATASET = {"source": None, "targets": None, "name": None, "digest": None}
PLOT = {"runs": [RUN], "filter": "", "most": 5}

FLUENT = {
    "start_run": dict.fromkeys(
        ["run_id", "experiment_id", "run_name", "nested", "parent_run_id", "tags", "description", "log_system_metrics"]
    ),
    "end_run": {"status": "FINISHED"},
    "get_run": {"run_id": RUN},
    "get_parent_run": {"run_id": RUN},
    "delete_run": {"run_id": RUN},
    "restore_run": {"run_id": RUN},
    "move_runs": {"run_ids": [RUN], "experiment_id": "0"},
    "search_runs": {**SEARCH, "output_format": "list", "experiment_names": None, "columns": None},
    "log_param": {"key": "a", "value": 1, "synchronous": None},
    "log_params": {"params": {"a": 1}, "synchronous": None, "run_id": None},
    "log_metric": {"key": "m", "value": 1.0, "step": None, "timestamp": None, "run_id": None, "dataset": None},
    "log_metrics": {"metrics": {"m": 1.0}, "step": None, "run_id": None, "timestamp": None, "dataset": None},
    "set_tag": {"key": "t", "value": "1", "synchronous": None},
    "set_tags": {"tags": {"t": 1}, "synchronous": None},
    "delete_tag": {"key": "t"},
    "log_artifact": {"local_path": "file.txt", **ARTIFACT},
    "log_artifacts": {"local_dir": "folder", **ARTIFACT},
    "log_text": {"text": "x", **NAMED},
    "log_dict": {"dictionary": {"a": 1}, **NAMED},
    "log_figure": {"figure": Figure(), "artifact_file": "f.png", "save_kwargs": None},
    "log_image": IMAGE,
    "log_table": {"data": {"a": [1]}, **NAMED},
    "load_table": {"artifact_file": "t.json", "run_ids": None, "extra_columns": None},
    "log_stream": {"stream": io.BytesIO(b"x"), **NAMED},
    "get_artifact_uri": {"artifact_path": None},
    "log_input": {"dataset": nbtrack.data.from_numpy(np.zeros(3)), "context": None, "tags": None, "model": None},
    "log_inputs": {
        "datasets": [nbtrack.data.from_numpy(np.zeros(3))],
        "contexts": None,
        "tags_list": None,
        "models": None,
    },
    "set_experiment": {"experiment_name": "e", "experiment_id": None},
    "create_experiment": {"name": None, "artifact_location": None, "tags": None},
    "get_experiment": {"experiment_id": "0"},
    "get_experiment_by_name": {"name": "e"},
    "search_experiments": SEARCH_EXPERIMENTS,
    "delete_experiment": {"experiment_id": "1"},
    "restore_experiment": {"experiment_id": "1"},
    "set_experiment_tag": {"key": "a", "value": 1},
    "set_experiment_tags": {"tags": {"a": 1}},
    "delete_experiment_tag": {"key": "a"},
    "goal": {"metric": "m", "direction": "max"},
    "note": {"text": "x", "run": RUN},
    "tag": {"tags": {"a": 1}, "run": RUN},
    "why": {"run": RUN},
    "drop": {"name": "m", "run": RUN},
    "stop": {"run": RUN, "client": None},
    "pause": {"run": RUN, "client": None},
    "unpause": {"run": RUN, "client": None},
    "history": {"runs": [RUN], "keys": None},
    "interrupted": {"client": None},
    "keep": {"runs": [RUN]},
    "discard": {"runs": [RUN]},
    "gc": {"older_than": None, "run_ids": None, "experiment_ids": None},
    "export_run": {"run": RUN, "path": "r.zip"},
    "import_run": {"path": "r.zip", "experiment": "e"},
    "set_tracking_uri": {"uri": ""},
    "artifacts.download_artifacts": {"artifact_uri": None, "run_id": RUN, "artifact_path": "", "tracking_uri": None},
    "artifacts.list_artifacts": {"artifact_uri": None, "run_id": RUN, "artifact_path": None, "tracking_uri": None},
    "artifacts.load_text": {"artifact_uri": "runs:/0/x"},
    "artifacts.load_dict": {"artifact_uri": "runs:/0/x"},
    "artifacts.load_image": {"artifact_uri": "runs:/0/x"},
    "data.from_pandas": {"df": pd.DataFrame({"a": [1]}), **DATASET, "predictions": None},
    "data.from_numpy": {"features": np.zeros(3), **DATASET},
    "plot.metric_history": {**PLOT, "x": "step", "band": None},
    "plot.scatter": {**PLOT, "x": "m", "y": "m"},
    "plot.parallel": {**PLOT, "metric": "m"},
}
CLIENT = {
    "create_experiment": FLUENT["create_experiment"],
    "get_experiment": {"experiment_id": "0"},
    "get_experiment_by_name": {"name": "e"},
    "search_experiments": {**SEARCH_EXPERIMENTS, "page_token": None},
    "rename_experiment": {"experiment_id": "1", "new_name": "other"},
    "delete_experiment": {"experiment_id": "1"},
    "restore_experiment": {"experiment_id": "1"},
    "set_experiment_tag": {"experiment_id": "0", "key": "a", "value": 1},
    "delete_experiment_tag": {"experiment_id": "0", "key": "a"},
    "create_run": {"experiment_id": "0", "start_time": None, "tags": None, "run_name": None},
    "get_run": {"run_id": RUN},
    "get_parent_run": {"run_id": RUN},
    "update_run": {"run_id": RUN, "status": None, "name": None},
    "set_terminated": {"run_id": RUN, "status": None, "end_time": None},
    "delete_run": {"run_id": RUN},
    "restore_run": {"run_id": RUN},
    "move_runs": {"run_ids": [RUN], "experiment_id": "0"},
    "search_runs": {**SEARCH, "page_token": None},
    "log_metric": {"run_id": RUN, "key": "m", "value": 1.0, "timestamp": None, "step": None, "synchronous": False},
    "log_param": {"run_id": RUN, "key": "a", "value": 1, "synchronous": False},
    "set_tag": {"run_id": RUN, "key": "a", "value": 1, "synchronous": False},
    "delete_tag": {"run_id": RUN, "key": "a"},
    "log_batch": {"run_id": RUN, "metrics": [Metric("m", 1.0, 1, 1)], "params": [("a", "1")], "tags": [("a", "1")]},
    "log_columns": {"run_id": RUN, "metrics": {"c": ([1], [1], [1.0])}},
    "log_inputs": {"run_id": RUN, "datasets": None, "models": None},
    "get_metric_history": {"run_id": RUN, "key": "m"},
    "log_artifact": {"run_id": RUN, "local_path": "file.txt", "artifact_path": None},
    "log_artifacts": {"run_id": RUN, "local_dir": "folder", "artifact_path": None},
    "list_artifacts": {"run_id": RUN, "path": None},
    "download_artifacts": {"run_id": RUN, "path": "", "dst_path": None},
    "log_text": {"text": "x", "artifact_file": "a.txt", "run_id": RUN},
    "log_dict": {"dictionary": {"a": 1}, "artifact_file": "a.json", "run_id": RUN},
    "log_figure": {"run_id": RUN, "figure": Figure(), "artifact_file": "f.png", "save_kwargs": None},
    "log_image": {"run_id": RUN, **IMAGE},
    "log_table": {"run_id": RUN, "data": {"a": [1]}, "artifact_file": "t.json"},
    "log_stream": {"run_id": RUN, "stream": io.BytesIO(b"x"), "artifact_file": "s"},
    "load_table": {"experiment_id": "0", "artifact_file": "t.json", "run_ids": None, "extra_columns": None},
}


@pytest.fixture
def client(tmp_path):
    (tmp_path / "file.txt").write_text("x")
    (tmp_path / "folder").mkdir()
    client = nbtrack.MlflowClient()
    client.create_experiment("other")
    return client


def attempts(client, arguments):
    """Yield the arguments with a wrong one in each place, and a run of its own for each."""
    for name in arguments:
        for wrong in WRONG:
            run_id = client.create_run("0").info.run_id
            right = {key: _of_run(value, run_id) for key, value in arguments.items()}
            yield {**right, name: wrong}


def _of_run(value, run_id):
    return run_id if value is RUN else [run_id] if type(value) is list and value[0] is RUN else value


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", FLUENT)
def test_function_raises_only_our_errors(client, name):
    for arguments in attempts(client, FLUENT[name]):
        with contextlib.suppress(NbtrackError):
            attrgetter(name)(nbtrack)(**arguments)
        while nbtrack.active_run() is not None:
            nbtrack.end_run()


@pytest.mark.parametrize("name", CLIENT)
def test_client_raises_only_our_errors(client, name):
    for arguments in attempts(client, CLIENT[name]):
        with contextlib.suppress(NbtrackError):
            getattr(client, name)(**arguments)


@pytest.mark.parametrize(
    ("call", "message"),
    {
        "log_params(None)": "params of log_params must be a mapping, not None",
        "log_params([1, 2])": "params of log_params must be a mapping, not list",
        "log_metrics('x')": "metrics of log_metrics must be a mapping, not str",
        "set_tags(5)": "tags of set_tags must be a mapping, not int",
        "set_experiment_tags(5)": "tags of set_experiment_tags must be a mapping, not int",
        "log_text(None, 'a.txt')": "text of log_text must be a string, not None",
        "create_experiment('')": "The name of an experiment must not be empty",
        "log_metric(['a'], 1)": "The name of a metric must be text, not list",
        "log_artifact(5)": "local_path of log_artifact must be a string or a path, not int",
        "get_run([1])": "run_id of get_run must be a string, not list",
        "stop(5)": "run of stop must be a run or a string, not int",
        "MlflowClient().log_batch('id', metrics=[1])": "metrics must be Metric",
        "MlflowClient().log_batch('id', params=5)": "params of log_batch must be a list, not int",
        "MlflowClient().log_batch('id', params=[5])": "a parameter must be a pair of key and value, not 5",
        "MlflowClient().log_text('id', b'x', 'a.txt')": "text of log_text must be a string, not bytes",
    }.items(),
)
def test_message_names_the_argument(call, message):
    with pytest.raises(InvalidValue) as refused:
        eval(f"nbtrack.{call}")
    assert str(refused.value).startswith(message)
