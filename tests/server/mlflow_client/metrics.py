"""Metrics and their histories, by the MLflow client."""

import math

import mlflow
import pytest
from mlflow.entities import Metric
from mlflow.exceptions import MlflowException


@pytest.fixture
def client():
    return mlflow.MlflowClient()


@pytest.fixture
def run_id(client):
    return client.create_run("0").info.run_id


def test_history_is_by_time_step_and_value(client, run_id):
    points = [(3.0, 30, 1), (1.0, 10, 2), (2.0, 10, 1), (0.5, 10, 1), (9.0, 20, -5)]
    for value, timestamp, step in points:
        client.log_metric(run_id, "m", value, timestamp, step)
    found = [(each.value, each.timestamp, each.step) for each in client.get_metric_history(run_id, "m")]
    assert found == sorted(points, key=lambda point: (point[1], point[2], point[0]))


def test_the_latest_is_of_the_greatest_step(client, run_id):
    for value, timestamp, step in [(1.0, 10, 5), (2.0, 20, 3), (3.0, 5, 5)]:
        client.log_metric(run_id, "m", value, timestamp, step)
    assert client.get_run(run_id).data.metrics == {"m": 1.0}


def test_the_latest_of_one_step_and_time_is_the_greatest(client, run_id):
    for value in (10.0, 20.0, 15.0):
        client.log_metric(run_id, "m", value, 50, 3)
    assert client.get_run(run_id).data.metrics == {"m": 20.0}


@pytest.mark.parametrize("value", [0.1, -0.0, 5e-324, 1.7976931348623157e308, 123456789.123456789])
def test_values_round_trip(client, run_id, value):
    client.log_metric(run_id, "m", value)
    assert client.get_run(run_id).data.metrics["m"] == value
    found = client.get_metric_history(run_id, "m")[0].value
    assert (found, math.copysign(1, found)) == (value, math.copysign(1, value))


def test_nan_and_infinities(client, run_id):
    for step, value in enumerate([math.nan, math.inf, -math.inf]):
        client.log_metric(run_id, "m", value, step=step)
    found = [each.value for each in client.get_metric_history(run_id, "m")]
    assert math.isnan(found[0])
    assert found[1:] == [math.inf, -math.inf]
    assert client.get_run(run_id).data.metrics == {"m": -math.inf}


def test_large_steps_are_exact(client, run_id):
    client.log_metric(run_id, "m", 1.0, 2**53 + 1, 2**63 - 1)
    (found,) = client.get_metric_history(run_id, "m")
    assert (found.timestamp, found.step) == (2**53 + 1, 2**63 - 1)


def test_a_repeat_is_kept_once(client, run_id):
    for _ in range(3):
        client.log_metric(run_id, "m", 1.0, 10, 0)
    client.log_batch(run_id, [Metric("m", 1.0, 10, 0), Metric("m", 1.0, 11, 0)])
    assert [each.timestamp for each in client.get_metric_history(run_id, "m")] == [10, 11]


def test_pages(client, run_id):
    for start in range(0, 30_000, 1000):
        client.log_batch(run_id, [Metric("m", float(each), each, each) for each in range(start, start + 1000)])
    assert [each.step for each in client.get_metric_history(run_id, "m")] == list(range(30_000))


def test_nothing_logged(client, run_id):
    assert client.get_metric_history(run_id, "none") == []


@pytest.mark.parametrize("key", ["a/b", "with space", "ünïcode", "a.b", "a-b", "x" * 250])
def test_keys_round_trip(client, run_id, key):
    client.log_metric(run_id, key, 1.0)
    assert client.get_run(run_id).data.metrics == {key: 1.0}


@pytest.mark.parametrize("value", ["word", None, [1.0]])
def test_values_that_are_no_numbers_are_refused(client, run_id, value):
    with pytest.raises((MlflowException, TypeError)):
        client.log_metric(run_id, "m", value)
