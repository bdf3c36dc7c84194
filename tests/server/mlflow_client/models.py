"""Logged models: create, measure, search, delete."""

from __future__ import annotations

import itertools

import mlflow
import pytest
from mlflow.entities import LoggedModelStatus, Metric
from mlflow.exceptions import MlflowException

client = mlflow.MlflowClient()
NUMBERS = itertools.count()


@pytest.fixture
def experiment():
    return client.create_experiment(f"models-{next(NUMBERS)}")


def names(experiment, **arguments):
    return [each.name for each in client.search_logged_models([experiment], **arguments)]


def test_metrics_of_a_model_come_back(experiment):
    model = client.create_logged_model(experiment, name="net", params={"depth": "3"}, tags={"team": "a"})
    run = client.create_run(experiment)
    client.log_metric(
        run.info.run_id, "acc", 0.5, 1000, 1, model_id=model.model_id, dataset_name="d", dataset_digest="x1"
    )
    points = [Metric("acc", 0.75, 2000, 2, model_id=model.model_id), Metric("loss", float("nan"), 2000, 2)]
    client.log_batch(run.info.run_id, metrics=points)
    found = client.get_logged_model(model.model_id)
    assert [(each.key, each.value, each.step, each.timestamp) for each in found.metrics] == [
        ("acc", 0.5, 1, 1000),
        ("acc", 0.75, 2, 2000),
    ]
    first = found.metrics[0]
    assert (first.dataset_name, first.dataset_digest, first.model_id) == ("d", "x1", model.model_id)
    assert first.run_id == run.info.run_id
    assert (found.params, found.tags) == ({"depth": "3"}, {"team": "a"})
    assert client.get_run(run.info.run_id).data.metrics["acc"] == 0.75


def test_metric_of_a_model_that_does_not_exist_is_refused(experiment):
    run = client.create_run(experiment)
    with pytest.raises(MlflowException, match="not found"):
        client.log_metric(run.info.run_id, "acc", 0.5, model_id=f"m-{int(experiment):08x}{'0' * 24}")
    assert client.get_run(run.info.run_id).data.metrics == {}


def test_search(experiment):
    run = client.create_run(experiment)
    made = {}
    for name, accuracy, depth in (("a", 0.5, "3"), ("b", 0.9, "10"), ("c", 0.7, "7")):
        made[name] = client.create_logged_model(experiment, name=name, params={"depth": depth}, tags={"kind": name})
        client.log_metric(
            run.info.run_id,
            "acc",
            accuracy,
            model_id=made[name].model_id,
            dataset_name=f"on-{name}",
            dataset_digest="1",
        )
    client.create_logged_model(experiment, name="unmeasured", source_run_id=run.info.run_id)
    client.finalize_logged_model(made["a"].model_id, LoggedModelStatus.READY)
    assert names(experiment) == ["unmeasured", "c", "b", "a"]
    assert names(experiment, filter_string="metrics.acc > 0.6 AND name != 'b'") == ["c"]
    assert names(experiment, filter_string="params.depth = '10'") == ["b"]
    assert names(experiment, filter_string="tags.kind LIKE 'a%'") == ["a"]
    assert names(experiment, filter_string="status = 'READY'") == ["a"]
    assert names(experiment, filter_string=f"source_run_id = '{run.info.run_id}'") == ["unmeasured"]
    assert names(experiment, filter_string="name ILIKE 'UNMEA_URED'") == ["unmeasured"]
    assert (
        names(experiment, filter_string=f"attributes.creation_timestamp >= {made['b'].creation_timestamp}")[-1] in "ab"
    )
    by_accuracy = [{"field_name": "metrics.acc", "ascending": False}]
    assert names(experiment, order_by=by_accuracy) == ["b", "c", "a", "unmeasured"]
    assert names(experiment, order_by=[{"field_name": "name"}]) == ["a", "b", "c", "unmeasured"]
    assert names(experiment, datasets=[{"dataset_name": "on-c"}, {"dataset_name": "on-a", "dataset_digest": "1"}]) == [
        "c",
        "a",
    ]
    assert names(experiment, datasets=[{"dataset_name": "on-a", "dataset_digest": "2"}]) == []


def test_pages(experiment):
    for number in range(5):
        client.create_logged_model(experiment, name=f"model-{number}")
    first = client.search_logged_models([experiment], max_results=3)
    second = client.search_logged_models([experiment], max_results=3, page_token=first.token)
    assert (len(first), len(second), second.token) == (3, 2, None)
    assert len({each.model_id for each in [*first, *second]}) == 5
    with pytest.raises(MlflowException, match="Invalid page token"):
        client.search_logged_models([experiment], max_results=3, page_token=f"{first.token}x")


def test_tokens_belong_to_their_search(experiment):
    for name in "ab":
        client.create_logged_model(experiment, name=name)
    token = client.search_logged_models([experiment], max_results=1).token
    for words, ids, more in (
        ("Experiment IDs in the page token do not match", ["0"], {}),
        ("Order by in the page token does not match", [experiment], {"order_by": [{"field_name": "name"}]}),
        ("Filter string in the page token does not match", [experiment], {"filter_string": "name = 'a'"}),
        ("Datasets in the page token do not match", [experiment], {"datasets": [{"dataset_name": "d"}]}),
    ):
        with pytest.raises(MlflowException, match=words):
            client.search_logged_models(ids, max_results=1, page_token=token, **more)


def test_wrong_searches_are_refused(experiment):
    for arguments in ({"filter_string": "nonsense = 'x'"}, {"order_by": [{"field_name": "nonsense"}]}):
        client.create_logged_model(experiment)
        with pytest.raises(MlflowException, match="nonsense"):
            client.search_logged_models([experiment], **arguments)


def test_tags_and_models_are_deleted(experiment):
    model = client.create_logged_model(experiment, tags={"a": "1", "b": "2"})
    client.delete_logged_model_tag(model.model_id, "a")
    assert client.get_logged_model(model.model_id).tags == {"b": "2"}
    with pytest.raises(MlflowException, match="No tag with key"):
        client.delete_logged_model_tag(model.model_id, "a")
    client.delete_logged_model(model.model_id)
    with pytest.raises(MlflowException, match="not found"):
        client.get_logged_model(model.model_id)
    assert names(experiment) == []


def test_files_of_a_model_are_listed_and_read(experiment, tmp_path):
    import requests

    model = client.create_logged_model(experiment, name="filed")
    (tmp_path / "MLmodel").write_text("a model")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "weights.bin").write_text("weights")
    client.log_model_artifacts(model.model_id, str(tmp_path))
    url = f"{client.tracking_uri}/ajax-api/2.0/mlflow/logged-models/{model.model_id}/artifacts"
    assert [each["path"] for each in requests.get(f"{url}/directories", timeout=60).json()["files"]] == [
        "MLmodel",
        "data",
    ]
    inside = requests.get(f"{url}/directories", params={"artifact_directory_path": "data"}, timeout=60).json()
    assert [each["path"] for each in inside["files"]] == ["data/weights.bin"]
    assert requests.get(f"{url}/files", params={"artifact_file_path": "data/weights.bin"}, timeout=60).text == "weights"
    refused = requests.get(f"{url}/files", params={"artifact_file_path": "../logged-model.json"}, timeout=60)
    assert refused.status_code == 400
