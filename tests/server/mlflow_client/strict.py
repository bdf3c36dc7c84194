"""Searching where the server keeps to MLflow's grammar: what MLflow refuses is refused."""

import mlflow
import pytest
from examples import EXPERIMENTS_FOUND, EXPERIMENTS_REFUSED, FOUND, REFUSED, experiments, runs, shown
from mlflow.exceptions import MlflowException


@pytest.fixture(scope="module")
def client():
    return mlflow.MlflowClient()


@pytest.fixture(scope="module")
def made(client):
    return runs(client)


@pytest.fixture(scope="module")
def others(client):
    return experiments(client)


@pytest.mark.parametrize(("text", "answer"), FOUND)
def test_found(client, made, text, answer):
    experiment, ids = made
    page = client.search_runs([experiment], text.format(**ids))
    assert shown(ids, [each.info.run_id for each in page]) == answer


@pytest.mark.parametrize("text", REFUSED)
def test_refused(client, made, text):
    with pytest.raises(MlflowException) as error:
        client.search_runs([made[0]], text)
    assert error.value.error_code == "INVALID_PARAMETER_VALUE"


@pytest.mark.parametrize(("text", "answer"), EXPERIMENTS_FOUND)
def test_experiments_found(client, others, text, answer):
    page = client.search_experiments(filter_string=text.format(**others))
    assert shown(others, [each.experiment_id for each in page]) == answer


@pytest.mark.parametrize("text", EXPERIMENTS_REFUSED)
def test_experiments_refused(client, others, text):
    with pytest.raises(MlflowException) as error:
        client.search_experiments(filter_string=text.format(**others))
    assert error.value.error_code == "INVALID_PARAMETER_VALUE"
