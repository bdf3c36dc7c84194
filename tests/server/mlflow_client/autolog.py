"""Autologging of scikit-learn, without models and with them."""

import mlflow
import pytest
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV


@pytest.fixture(autouse=True)
def off_again():
    yield
    mlflow.sklearn.autolog(disable=True)


def trained():
    features, target = load_iris(return_X_y=True)
    with mlflow.start_run() as run:
        LogisticRegression(max_iter=300, C=0.5).fit(features, target)
    return mlflow.MlflowClient().get_run(run.info.run_id)


def test_without_models():
    mlflow.sklearn.autolog(log_models=False, silent=True)
    found = trained()
    assert found.data.params["C"] == "0.5"
    assert found.data.metrics["training_accuracy_score"] > 0.9
    assert found.info.status == "FINISHED"


def test_as_it_comes():
    mlflow.sklearn.autolog()
    found = trained()
    assert found.data.params["C"] == "0.5"
    assert found.data.metrics["training_accuracy_score"] > 0.9
    assert found.info.status == "FINISHED"


def test_a_search_makes_nested_runs():
    mlflow.sklearn.autolog(log_models=False, silent=True, max_tuning_runs=3)
    features, target = load_iris(return_X_y=True)
    with mlflow.start_run() as run:
        GridSearchCV(LogisticRegression(max_iter=300), {"C": [0.1, 1.0, 10.0]}, cv=2).fit(features, target)
    children = mlflow.MlflowClient().search_runs(["0"], f"tags.mlflow.parentRunId = '{run.info.run_id}'")
    assert sorted(each.data.params["C"] for each in children) == ["0.1", "1.0", "10.0"]
