"""Runs, parameters, tags and datasets, by the MLflow client."""

import time

import mlflow
import numpy as np
import pandas as pd
import pytest
from mlflow.entities import Dataset, DatasetInput, InputTag, Metric, Param, RunTag
from mlflow.exceptions import MlflowException, RestException


@pytest.fixture
def client():
    return mlflow.MlflowClient()


@pytest.fixture
def run_id(client):
    return client.create_run("0").info.run_id


def test_life(client):
    with mlflow.start_run(run_name="named", tags={"team": "red"}, description="a note") as run:
        assert run.info.status == "RUNNING"
        mlflow.log_params({"lr": 0.1, "opt": "adam"})
        mlflow.log_metric("loss", 0.5, step=3)
    found = client.get_run(run.info.run_id)
    assert (found.info.status, found.info.run_name) == ("FINISHED", "named")
    assert found.info.end_time >= found.info.start_time
    assert found.data.params == {"lr": "0.1", "opt": "adam"}
    assert found.data.metrics == {"loss": 0.5}
    assert found.data.tags["mlflow.runName"] == "named"
    assert found.data.tags["mlflow.note.content"] == "a note"
    assert found.data.tags["team"] == "red"
    assert found.info.artifact_uri == f"mlflow-artifacts:/0/{run.info.run_id}/artifacts"


def test_a_failed_block_is_failed(client):
    with pytest.raises(ZeroDivisionError), mlflow.start_run() as run:
        1 / 0  # noqa: B018 - the failure
    assert client.get_run(run.info.run_id).info.status == "FAILED"


def test_names(client):
    unnamed = client.create_run("0")
    assert unnamed.info.run_name.count("-") == 2
    client.update_run(unnamed.info.run_id, name="renamed")
    found = client.get_run(unnamed.info.run_id)
    assert (found.info.run_name, found.data.tags["mlflow.runName"]) == ("renamed", "renamed")
    client.set_tag(unnamed.info.run_id, "mlflow.runName", "by tag")
    assert client.get_run(unnamed.info.run_id).info.run_name == "by tag"
    assert client.create_run("0", tags={"mlflow.runName": "named"}).info.run_name == "named"
    differ = r"specified, but with different values \(run_name='one', mlflow.runName='other'\)\."
    with pytest.raises(MlflowException, match=differ):
        client.create_run("0", run_name="one", tags={"mlflow.runName": "other"})


def test_nested(client):
    with mlflow.start_run() as parent, mlflow.start_run(nested=True) as child:
        pass
    assert client.get_run(child.info.run_id).data.tags["mlflow.parentRunId"] == parent.info.run_id
    found = client.search_runs(["0"], f"tags.mlflow.parentRunId = '{parent.info.run_id}'")
    assert [each.info.run_id for each in found] == [child.info.run_id]


def test_resumed(client, run_id):
    client.set_terminated(run_id, "KILLED")
    with mlflow.start_run(run_id=run_id):
        assert client.get_run(run_id).info.status == "RUNNING"
    assert client.get_run(run_id).info.status == "FINISHED"


def test_params_are_written_once(client, run_id):
    client.log_param(run_id, "k", "v")
    client.log_param(run_id, "k", "v")
    with pytest.raises(MlflowException) as error:
        client.log_param(run_id, "k", "other")
    assert error.value.error_code == "INVALID_PARAMETER_VALUE"
    assert client.get_run(run_id).data.params == {"k": "v"}


@pytest.mark.parametrize("value", ["", "ünïcode ☃", "x" * 6000, 'quotes "and" \\', " blanks "])
def test_texts_round_trip(client, run_id, value):
    client.log_param(run_id, "k", value)
    client.set_tag(run_id, "t", value)
    found = client.get_run(run_id).data
    assert (found.params["k"], found.tags["t"]) == (value, value)


def test_what_mlflow_cuts_is_kept_whole(client, run_id):
    client.set_tag(run_id, "long", "x" * 100_000)
    assert len(client.get_run(run_id).data.tags["long"]) == 100_000


def test_tags(client, run_id):
    client.set_tag(run_id, "k", 1)
    client.set_tag(run_id, "k", 2)
    assert client.get_run(run_id).data.tags["k"] == "2"
    client.delete_tag(run_id, "k")
    assert "k" not in client.get_run(run_id).data.tags
    with pytest.raises(RestException) as error:
        client.delete_tag(run_id, "k")
    assert error.value.error_code == "RESOURCE_DOES_NOT_EXIST"


def test_batches_are_all_or_nothing(client, run_id):
    client.log_param(run_id, "taken", "1")
    with pytest.raises(MlflowException):
        client.log_batch(run_id, [Metric("m", 1.0, 1, 0)], [Param("taken", "2")], [RunTag("t", "1")])
    found = client.get_run(run_id).data
    assert (found.metrics, found.params) == ({}, {"taken": "1"})
    assert "t" not in found.tags


def test_large_batches(client, run_id):
    with mlflow.start_run(run_id=run_id):
        mlflow.log_params({f"p{each}": each for each in range(250)})
        mlflow.set_tags({f"t{each}": each for each in range(250)})
        mlflow.log_metrics({f"m{each}": float(each) for each in range(2500)})
    found = client.get_run(run_id).data
    assert (len(found.params), len(found.metrics)) == (250, 2500)
    assert found.tags["t249"] == "249"


def test_asynchronous(client, run_id):
    with mlflow.start_run(run_id=run_id):
        waiting = [mlflow.log_metric("a", step / 10, step=step, synchronous=False) for step in range(500)]
        waiting.append(mlflow.log_param("p", 1, synchronous=False))
        waiting.append(mlflow.set_tag("t", 1, synchronous=False))
        for each in waiting:
            each.wait()
    assert [each.step for each in client.get_metric_history(run_id, "a")] == list(range(500))
    assert client.get_run(run_id).data.params == {"p": "1"}


def test_deleted_and_restored(client, run_id):
    client.delete_run(run_id)
    client.delete_run(run_id)
    assert client.get_run(run_id).info.lifecycle_stage == "deleted"
    for attempt in (
        lambda: client.log_metric(run_id, "m", 1.0),
        lambda: client.log_param(run_id, "p", 1),
        lambda: client.set_tag(run_id, "t", 1),
        lambda: client.log_batch(run_id, [Metric("m", 1.0, 1, 0)]),
        lambda: client.update_run(run_id, "FINISHED"),
        lambda: client.log_inputs(run_id, [DatasetInput(Dataset("d", "1", "local", "{}"))]),
    ):
        with pytest.raises(MlflowException) as error:
            attempt()
        assert error.value.get_http_status_code() == 400
    client.restore_run(run_id)
    client.log_metric(run_id, "m", 1.0)
    for attempt in (client.get_run, client.delete_run, client.restore_run):
        with pytest.raises(RestException, match=f"Run with id={'0' * 32} not found") as error:
            attempt("0" * 32)
        assert error.value.error_code == "RESOURCE_DOES_NOT_EXIST"


def test_datasets(client, run_id):
    frame = pd.DataFrame({"x": [1, 2], "y": [0.5, 0.25]})
    with mlflow.start_run(run_id=run_id):
        mlflow.log_input(mlflow.data.from_pandas(frame, name="frame"), context="training")
        mlflow.log_input(mlflow.data.from_numpy(np.arange(4.0), name="array"), context="test", tags={"k": "v"})
    found = {each.dataset.name: each for each in client.get_run(run_id).inputs.dataset_inputs}
    assert set(found) == {"frame", "array"}
    assert {each.key: each.value for each in found["array"].tags} == {"mlflow.data.context": "test", "k": "v"}
    assert '"num_rows": 2' in found["frame"].dataset.profile
    assert '"mlflow_colspec"' in found["frame"].dataset.schema


def test_a_dataset_keeps_its_first_description(client, run_id):
    first = DatasetInput(Dataset("d", "1", "local", "{}", schema="first"), [InputTag("k", "first")])
    again = DatasetInput(Dataset("d", "1", "s3", "{}", schema="second"), [InputTag("k", "second")])
    client.log_inputs(run_id, [first])
    client.log_inputs(run_id, [again])
    (found,) = client.get_run(run_id).inputs.dataset_inputs
    assert (found.dataset.schema, found.dataset.source_type, found.tags[0].value) == ("first", "local", "first")


def test_the_clock_is_the_clients(client):
    run = client.create_run("0", start_time=1234)
    client.set_terminated(run.info.run_id, end_time=5678)
    found = client.get_run(run.info.run_id).info
    assert (found.start_time, found.end_time) == (1234, 5678)
    assert client.create_run("0").info.start_time <= time.time() * 1000 + 1000
