"""Searching, by the MLflow client; nbtrack's larger grammar is answered as well."""

import mlflow
import pytest
from examples import (
    EXPERIMENTS_FOUND,
    FOUND,
    LARGER,
    ORDERED,
    UNORDERED,
    experiments,
    runs,
    shown,
)
from mlflow.entities import ViewType
from mlflow.exceptions import MlflowException


@pytest.fixture(scope="module")
def client():
    return mlflow.MlflowClient()


@pytest.fixture(scope="module")
def made(client):
    return runs(client)


def found(client, made, text="", order=()):
    experiment, ids = made
    page = client.search_runs([experiment], text.format(**ids), order_by=list(order))
    return shown(ids, [each.info.run_id for each in page])


@pytest.mark.parametrize(("text", "answer"), [*FOUND, *LARGER.items()])
def test_filters(client, made, text, answer):
    assert found(client, made, text) == answer


@pytest.mark.parametrize(("order", "answer"), ORDERED)
def test_orders(client, made, order, answer):
    assert found(client, made, order=order) == answer


@pytest.mark.parametrize("order", UNORDERED)
def test_bad_orders(client, made, order):
    with pytest.raises(MlflowException) as error:
        found(client, made, order=[order])
    assert error.value.error_code == "INVALID_PARAMETER_VALUE"


def test_pages(client, made):
    experiment, ids = made
    seen, token = [], None
    while True:
        page = client.search_runs([experiment], max_results=2, page_token=token, order_by=["metrics.acc DESC"])
        seen += [each.info.run_id for each in page]
        token = page.token
        if not token:
            break
    assert shown(ids, seen) == "r3 r1 r5 r2 r4"


def test_stages(client, made):
    experiment, ids = made
    deleted = client.search_runs([experiment], run_view_type=ViewType.DELETED_ONLY)
    assert shown(ids, [each.info.run_id for each in deleted]) == "rX"
    assert len(client.search_runs([experiment], run_view_type=ViewType.ALL)) == 6


def test_as_a_frame(made):
    experiment, ids = made
    frame = mlflow.search_runs([experiment], order_by=["start_time"])
    assert shown(ids, frame["run_id"]) == "r1 r2 r3 r4 r5"
    assert list(frame["params.lr"].dropna()) == ["0.1", "0.01", "0.1"]


def test_odd_requests(client, made):
    assert client.search_runs([]) == []
    assert client.search_runs(["987654"]) == []
    for ids, most in ((["abc"], 10), (["0"], 0), (["0"], 50_001)):
        with pytest.raises(MlflowException) as error:
            client.search_runs(ids, max_results=most)
        assert error.value.error_code == "INVALID_PARAMETER_VALUE"


@pytest.mark.parametrize(("text", "answer"), EXPERIMENTS_FOUND)
def test_experiments(client, text, answer):
    ids = experiments(client)
    page = client.search_experiments(filter_string=text.format(**ids))
    assert shown(ids, [each.experiment_id for each in page]) == answer
