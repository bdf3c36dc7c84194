"""What the server answers to requests that MLflow's own client does not make."""

from __future__ import annotations

import json
import math

import httpx
import pytest

RUN = "0" * 32


def refused(answer, code="INVALID_PARAMETER_VALUE", status=400):
    assert (answer.status_code, answer.json()["error_code"]) == (status, code), answer.text


def test_health_and_version(server):
    assert server.get("/health").text == "OK"
    assert server.get("/version").text.count(".") >= 1


@pytest.mark.parametrize("prefix", ["/api/2.0/mlflow/", "/ajax-api/2.0/mlflow/", "/api/2.0/preview/mlflow/"])
def test_prefixes(server, prefix):
    assert server.made("experiments/get", {"experiment_id": "0"}, method="GET", prefix=prefix)["experiment"]["name"]
    refused(server.call("nothing/here", prefix=prefix), "ENDPOINT_NOT_FOUND", 404)
    refused(server.call("experiments/get", method="POST", prefix=prefix), "BAD_REQUEST", 405)


def test_some_are_for_pages_only(server):
    for name in ("metrics/get-history-bulk", "experiments/search-datasets"):
        assert server.call(name, method="GET").status_code in {404, 405}
    body = {"experiment_ids": ["0"]}
    assert server.call("experiments/search-datasets", body, prefix="/ajax-api/2.0/mlflow/").status_code == 200


@pytest.mark.parametrize(
    ("name", "arguments", "aliased"),
    [
        ("runs/update", {"status": "RUNNING"}, True),
        ("runs/log-metric", {"key": "m", "value": 1, "timestamp": 1}, True),
        ("runs/log-parameter", {"key": "p", "value": "1"}, True),
        ("runs/set-tag", {"key": "t", "value": "1"}, True),
        ("runs/delete", {}, False),
        ("runs/restore", {}, False),
        ("runs/log-batch", {}, False),
        ("runs/delete-tag", {"key": "t"}, False),
        ("runs/log-inputs", {}, False),
    ],
)
def test_the_older_name_of_a_run_id(server, name, arguments, aliased):
    run_id = server.run()
    answer = server.call(name, {"run_uuid": run_id, **arguments})
    assert answer.status_code == (200 if aliased else 400), answer.text
    refused(server.call(name, {"run_uuid": run_id, "runUuid": RUN, "run_id": RUN, **arguments})) if aliased else None


def test_the_older_name_is_accepted(server):
    run_id = server.run()
    for name, more in (("runs/get", {}), ("metrics/get-history", {"metric_key": "m"}), ("artifacts/list", {})):
        assert server.call(name, {"run_uuid": run_id, **more}, method="GET").status_code == 200


def test_spellings(server):
    assert server.made("runs/create", {"experimentId": "0", "runName": "camel"})["run"]["info"]["run_name"] == "camel"
    refused(server.call("runs/create", {"experiment_id": "0", "experimentId": "1"}))
    assert server.call("runs/create", {"unknown_field": 1}).status_code == 200


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("runs/update", {"status": "DONE"}),
        ("runs/update", {"status": "finished"}),
        ("runs/update", {"status": 9}),
        ("runs/search", {"experiment_ids": ["0"], "run_view_type": "SOME"}),
        ("experiments/search", {"max_results": 1, "view_type": 4}),
    ],
)
def test_unknown_words_are_errors(server, name, arguments):
    refused(server.call(name, {"run_id": server.run(), **arguments}))


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("experiments/create", {}),
        ("experiments/create", {"name": 12}),
        ("experiments/create", {"name": ["a"]}),
        ("experiments/search", {}),
        ("experiments/search", {"max_results": 50_001}),
        ("experiments/update", {"experiment_id": "abc", "new_name": "x"}),
        ("runs/create", {"experiment_id": "abc"}),
        ("runs/create", {"tags": {"k": "v"}}),
        ("runs/search", {"experiment_ids": "0"}),
        ("runs/search", {"experiment_ids": ["x"]}),
        ("runs/search", {"experiment_ids": ["0"], "page_token": "forged"}),
        ("runs/search", {"experiment_ids": ["0"], "filter": "tags.a = 'b' ; DROP TABLE runs"}),
        ("runs/log-batch", {"metrics": [{"key": "m"}]}),
        ("runs/log-batch", {"metrics": [1]}),
        ("runs/log-batch", {"params": [{"key": "a", "value": "1"}, {"key": "a", "value": "1"}]}),
        ("runs/log-metric", {"key": "", "value": 1, "timestamp": 1}),
        ("runs/log-metric", {"key": "m", "value": 1, "timestamp": -1}),
        ("runs/log-model", {"model_json": "{"}),
        ("runs/log-model", {"model_json": "{}"}),
    ],
)
def test_mistakes_of_the_caller_are_400(server, name, arguments):
    answer = server.call(
        name, {"run_id": server.run(), **arguments} if "batch" in name or "log-" in name else arguments
    )
    refused(answer)
    assert not any(word in answer.text for word in ("Traceback", "sqlite", "SELECT", "apsw", str(server.folder)))


def test_missing_resources_are_404(server):
    for name, arguments, method in (
        ("runs/get", {"run_id": RUN}, "GET"),
        ("runs/update", {"run_id": RUN, "status": "RUNNING"}, "POST"),
        ("runs/log-metric", {"run_id": RUN, "key": "m", "value": 1, "timestamp": 1}, "POST"),
        ("runs/log-batch", {"run_id": RUN, "metrics": [{"key": "m", "value": 1, "timestamp": 1}]}, "POST"),
        ("runs/create", {"experiment_id": "99999999"}, "POST"),
        ("experiments/get", {"experiment_id": "99999999999999999999999"}, "GET"),
        ("experiments/get-by-name", {"experiment_name": "none"}, "GET"),
        ("experiments/restore", {"experiment_id": "0"}, "POST"),
    ):
        refused(server.call(name, arguments, method=method), "RESOURCE_DOES_NOT_EXIST", 404)


def test_numbers(server):
    run_id = server.run(start_time="1234")
    for step, value in enumerate(["2.5", "NaN", "Infinity", "-Infinity", 1e308, 3]):
        point = {"run_id": run_id, "key": "m", "value": value, "timestamp": str(10 + step), "step": str(2**53 + step)}
        server.made("runs/log-metric", point)
    found = server.made("metrics/get-history", {"run_id": run_id, "metric_key": "m"}, method="GET")["metrics"]
    assert [each["value"] for each in found] == [2.5, "NaN", "Infinity", "-Infinity", 1e308, 3.0]
    assert [each["step"] for each in found] == [2**53 + step for step in range(6)]
    run = server.made("runs/get", {"run_id": run_id}, method="GET")["run"]
    assert run["info"]["start_time"] == 1234
    assert "end_time" not in run["info"]
    bare = b'{"run_id":"%s","key":"bare","value":NaN,"timestamp":1}' % run_id.encode()
    place = f"{server.url}/api/2.0/mlflow/runs/log-metric"
    assert httpx.post(place, content=bare, headers={"Content-Type": "application/json"}).status_code == 200


def test_nothing_found_is_an_empty_object(server):
    assert server.made("runs/search", {"experiment_ids": []}) == {}
    assert server.made("runs/search", {"experiment_ids": ["99999"]}) == {}
    assert server.made("metrics/get-history", {"run_id": RUN, "metric_key": "m"}, method="GET") == {}
    assert server.made("logged-models/search", {"experiment_ids": ["0"]}) == {}
    run = server.made("runs/get", {"run_id": server.run()}, method="GET")["run"]
    assert (run["inputs"], run["outputs"]) == ({}, {})
    assert run["info"]["run_uuid"] == run["info"]["run_id"]


def test_tokens_belong_to_their_question(server):
    run_id, other = server.run(), server.run()
    for run in (run_id, other):
        points = [{"key": key, "value": 1, "timestamp": each, "step": each} for key in "ab" for each in range(10)]
        server.made("runs/log-batch", {"run_id": run, "metrics": points})
    asked = {"run_id": run_id, "metric_key": "a", "max_results": 4}
    page = server.made("metrics/get-history", asked, method="GET")
    token = {"page_token": page["next_page_token"]}
    rest = server.made("metrics/get-history", {**asked, **token}, method="GET")
    assert [each["step"] for each in rest["metrics"]] == [4, 5, 6, 7]
    for wrong in (
        {"run_id": other},
        {"metric_key": "b"},
        {"page_token": "x" + token["page_token"]},
        {"page_token": "8"},
    ):
        refused(server.call("metrics/get-history", {**asked, **token, **wrong}, method="GET"))
    search = {"experiment_ids": ["0"], "max_results": 1}
    token = server.made("runs/search", search)["next_page_token"]
    refused(server.call("runs/search", {**search, "filter": "status = 'FAILED'", "page_token": token}))
    refused(server.call("runs/search", {**search, "page_token": token[:-2]}))


def test_repeats_are_no_ops(server):
    run_id = server.run()
    batch = {
        "run_id": run_id,
        "metrics": [{"key": "m", "value": "NaN", "timestamp": 1, "step": 0}, {"key": "m", "value": 2, "timestamp": 2}],
        "params": [{"key": "p", "value": "1"}],
        "tags": [{"key": "t", "value": "1"}],
    }
    for _ in range(3):
        server.made("runs/log-batch", batch)
    found = server.made("metrics/get-history", {"run_id": run_id, "metric_key": "m"}, method="GET")["metrics"]
    assert [each["timestamp"] for each in found] == [1, 2]


def test_bulk_histories_for_pages(server):
    runs = sorted([server.run(), server.run()])
    for run in runs:
        points = [{"key": "m", "value": each, "timestamp": each, "step": each} for each in range(100)]
        server.made("runs/log-batch", {"run_id": run, "metrics": points})
    ajax = {"method": "GET", "prefix": "/ajax-api/2.0/mlflow/"}
    whole = server.made("metrics/get-history-bulk", {"run_id": runs, "metric_key": "m", "max_results": 150}, **ajax)
    assert [(each["run_id"], each["step"]) for each in whole["metrics"]] == (
        [(runs[0], each) for each in range(100)] + [(runs[1], each) for each in range(50)]
    )
    some = {"run_ids": runs, "metric_key": "m", "max_results": 10}
    sampled = server.made("metrics/get-history-bulk-interval", some, method="GET")["metrics"]
    steps = [each["step"] for each in sampled if each["run_id"] == runs[0]]
    assert (len(steps), steps[0], steps[-1]) == (11, 0, 99)
    part = {**some, "start_step": 20, "end_step": 29}
    assert len(server.made("metrics/get-history-bulk-interval", part, method="GET")["metrics"]) == 20
    for wrong in ({"start_step": 1}, {"start_step": 5, "end_step": 1}, {"max_results": 2501}, {"run_ids": runs * 51}):
        refused(server.call("metrics/get-history-bulk-interval", {**some, **wrong}, method="GET"))


@pytest.mark.parametrize(
    ("field", "most"),
    [("name", 500), ("digest", 36), ("source", 65_535), ("schema", 1_048_575), ("profile", 16_777_215)],
)
def test_datasets_have_limits(server, field, most):
    run_id, plain = server.run(), {"name": "d", "digest": "1", "source_type": "local", "source": "{}"}
    for length, status in ((most, 200), (most + 1, 400)):
        given = {"dataset": {**plain, field: "x" * length}}
        assert server.call("runs/log-inputs", {"run_id": run_id, "datasets": [given]}).status_code == status
    for tag in ({"key": "k" * 256, "value": ""}, {"key": "k", "value": "v" * 501}):
        refused(server.call("runs/log-inputs", {"run_id": run_id, "datasets": [{"dataset": plain, "tags": [tag]}]}))


def test_models_of_a_run(server):
    run_id = server.run()
    described = json.dumps({"artifact_path": "model", "flavors": {}, "utc_time_created": "now", "run_id": run_id})
    server.made("runs/log-model", {"run_id": run_id, "model_json": described})
    server.made("runs/outputs", {"run_id": run_id, "models": [{"model_id": "m-1", "step": 3}]})
    server.made("runs/log-inputs", {"run_id": run_id, "models": [{"model_id": "m-2"}]})
    run = server.made("runs/get", {"run_id": run_id}, method="GET")["run"]
    tags = {each["key"]: each["value"] for each in run["data"]["tags"]}
    assert '"artifact_path": "model"' in tags["mlflow.log-model.history"]
    assert run["outputs"]["model_outputs"] == [{"model_id": "m-1", "step": 3}]
    assert run["inputs"]["model_inputs"] == [{"model_id": "m-2"}]


def test_datasets_of_experiments(server):
    experiment = server.made("experiments/create", {"name": "with datasets"})["experiment_id"]
    run_id = server.run(experiment_id=experiment)
    tags = [{"key": "mlflow.data.context", "value": "train"}]
    dataset = {"name": "d", "digest": "1", "source_type": "local", "source": "{}"}
    server.made("runs/log-inputs", {"run_id": run_id, "datasets": [{"dataset": dataset, "tags": tags}]})
    found = server.made("experiments/search-datasets", {"experiment_ids": [experiment]}, prefix="/ajax-api/2.0/mlflow/")
    summary = {"experiment_id": experiment, "name": "d", "digest": "1", "context": "train"}
    assert found["dataset_summaries"] == [summary]


def test_odd_values_are_kept_whole(server):
    run_id = server.run()
    for value in ("x" * 999_999, "\u2028 \x1f \U0001f600", ""):
        server.made("runs/set-tag", {"run_id": run_id, "key": "t", "value": value})
        run = server.made("runs/get", {"run_id": run_id}, method="GET")["run"]
        assert {each["key"]: each["value"] for each in run["data"]["tags"]}["t"] == value
    refused(server.call("runs/set-tag", {"run_id": run_id, "key": "t", "value": "x" * 1_000_001}))
    refused(server.call("runs/set-tag", {"run_id": run_id, "key": "t", "value": "\0"}))


def test_searching_by_query(server):
    found = server.made("experiments/search", {"max_results": 5, "order_by": ["name ASC"]}, method="GET")
    assert found["experiments"]
    assert math.isfinite(found["experiments"][0]["creation_time"])
