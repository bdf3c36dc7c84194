"""Answers of the server that MLflow's clients and pages rely on to the letter."""

from __future__ import annotations

import pytest


def ids(server, **arguments):
    """Return the ids of the experiments that a search finds."""
    found = server.made("experiments/search", {"max_results": 1000, **arguments})
    return [each["experiment_id"] for each in found["experiments"]]


def test_experiment_ids_are_ordered_as_numbers(server):
    made = [server.made("experiments/create", {"name": f"ordered-{number}"})["experiment_id"] for number in range(12)]
    found = ids(server, filter="name LIKE 'ordered-%'", order_by=["experiment_id ASC"])
    assert found == sorted(made, key=int)
    assert found != sorted(made)
    found = ids(
        server, filter=f"attribute.experiment_id IN ('{made[3]}', '{made[11]}')", order_by=["experiment_id DESC"]
    )
    assert found == [made[11], made[3]]


def test_runs_are_found_by_their_experiment(server):
    one, other = (server.made("experiments/create", {"name": f"of-{name}"})["experiment_id"] for name in "ab")
    kept, _ = server.run(experiment_id=one), server.run(experiment_id=other)
    wanted = {"experiment_ids": [one, other], "filter": f"attributes.experiment_id = '{one}'"}
    assert [each["info"]["run_id"] for each in server.made("runs/search", wanted)["runs"]] == [kept]


def test_rename_needs_a_name(server):
    made = server.made("experiments/create", {"name": "unnamed"})["experiment_id"]
    answer = server.call("experiments/update", {"experiment_id": made})
    assert answer.status_code == 400
    assert "Missing value for required parameter 'new_name'" in answer.json()["message"]


def test_times_before_1970_are_times(server):
    run_id = server.run(start_time=-5)
    server.made("runs/update", {"run_id": run_id, "status": "FINISHED", "end_time": -1})
    info = server.made("runs/get", {"run_id": run_id}, method="GET")["run"]["info"]
    assert (info["start_time"], info["end_time"]) == (-5, -1)


@pytest.mark.parametrize("status", ["SCHEDULED", "RUNNING"])
def test_run_that_has_not_ended_has_no_end_time(server, status):
    run_id = server.run()
    server.made("runs/update", {"run_id": run_id, "status": "FINISHED", "end_time": 1})
    assert "end_time" not in server.made("runs/update", {"run_id": run_id, "status": status})["run_info"]


@pytest.mark.parametrize(
    ("name", "plain", "whole"),
    [
        ("model.txt", "model.txt", "model.txt"),
        ("é'x y.txt", "_'x y.txt", "%C3%A9%27x%20y.txt"),
        ('a"b;c.txt', "a_b;c.txt", "a%22b%3Bc.txt"),
    ],
)
def test_downloads_have_both_kinds_of_names(server, name, plain, whole):
    import httpx

    run_id = server.run()
    path = (
        f"/api/2.0/mlflow-artifacts/artifacts/0/{run_id}/artifacts/{httpx.URL(path='/' + name).raw_path.decode()[1:]}"
    )
    httpx.put(server.url + path, content=b"text").raise_for_status()
    for answer in (server.get(path), server.get("/get-artifact", params={"run_id": run_id, "path": name})):
        assert answer.headers["content-disposition"] == f"attachment; filename=\"{plain}\"; filename*=UTF-8''{whole}"


def test_answers_are_not_cached(server):
    run_id = server.run()
    answers = [
        server.call("runs/get", {"run_id": run_id}, method="GET"),
        server.call("runs/get", {"run_id": "f" * 32}, method="GET"),
        server.call("metrics/get-history", {"run_id": run_id, "metric_key": "m"}, method="GET"),
        server.call("experiments/search", {"max_results": 1}),
    ]
    assert [each.headers["cache-control"] for each in answers] == ["no-store"] * 4


@pytest.mark.parametrize("number", ["1e400", "-1e400", f"1{'0' * 400}", '"1e400"'])
@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("runs/log-metric", '{"run_id": "RUN", "key": "m", "value": NUMBER, "timestamp": 1}'),
        ("runs/log-batch", '{"run_id": "RUN", "metrics": [{"key": "m", "value": NUMBER, "timestamp": 1}]}'),
        ("runs/log-model", '{"run_id": "RUN", "model_json": "{\\"artifact_path\\": NUMBER}"}'),
    ],
)
def test_numbers_beyond_a_double_are_refused(server, name, body, number):
    import httpx

    sent = body.replace("RUN", server.run()).replace(
        "NUMBER", number if "model_json" not in body else number.strip('"')
    )
    headers = {"Content-Type": "application/json"}
    answer = httpx.post(f"{server.url}/api/2.0/mlflow/{name}", content=sent, headers=headers, timeout=60)
    assert answer.status_code == 400, answer.text


def asked(server, query, **more):
    return server.call("graphql", {"query": query, **more}, prefix="/").json()


def test_graphql_queries_of_any_form(server):
    experiment = server.made("experiments/create", {"name": "asked"})["experiment_id"]
    run_id = server.run(experiment_id=experiment)
    for step, value in enumerate((0.5, "NaN")):
        server.made("runs/log-metric", {"run_id": run_id, "key": f"m{step}", "value": value, "timestamp": 7, "step": 1})
    found = asked(
        server,
        "query Q($it: MlflowGetRunInput!) { one: mlflowGetRun(input: $it) { ...F } }"
        " fragment F on MlflowGetRunResponse { run { experiment { name } unknown data { metrics { value timestamp } } } }",
        variables={"it": {"runId": run_id}},
    )
    metrics = [{"value": 0.5, "timestamp": "7"}, {"value": None, "timestamp": "7"}]
    assert found == {
        "data": {"one": {"run": {"experiment": {"name": "asked"}, "data": {"metrics": metrics}}}},
        "errors": None,
    }
    mutation = (
        "mutation M($ids: [String]) { mlflowSearchRuns(input: {experimentIds: $ids}) { runs { info { runId } } } }"
    )
    found = asked(server, mutation, variables={"ids": [experiment]})
    assert found["data"]["mlflowSearchRuns"]["runs"] == [{"info": {"runId": run_id}}]
    missing = asked(server, '{ mlflowGetRun(input: {runId: "nothing"}) { run { info { runId } } apiError { code } } }')
    assert missing["data"]["mlflowGetRun"] == {"run": None, "apiError": {"code": "RESOURCE_DOES_NOT_EXIST"}}


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("{ test(", "Syntax Error"),
        ("{" + " ".join(f"a{each}: test {{ output }}" for each in range(12)) + "}", "at most 10 root fields"),
        ("{ test " + "{ output " * 12 + "}" * 12 + "}", "maximum depth of 10"),
        ("{ test { " + " ".join(f"a{each}" for each in range(1002)) + "} }", "total selections of 1000"),
        ("{ test { " + " ".join(f"a{each}: output" for each in range(12)) + "} }", "at most 10 aliases"),
        ("{ " * 5_000, "Syntax Error"),
    ],
)
def test_graphql_queries_are_limited(server, query, error):
    assert error in asked(server, query)["errors"][0]
