"""Programs of the kind that MLflow's documentation of models and autologging has, with nbtrack in its place."""

from __future__ import annotations

import random

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

import nbtrack as mlflow
from nbtrack.models import Model, infer_signature

X, y = load_iris(return_X_y=True, as_frame=True)


@pytest.fixture(autouse=True)
def store(tmp_path):
    """Log to a folder of the test."""
    mlflow.set_tracking_uri(tmp_path / "mlruns")


def test_a_classifier_is_logged_with_its_signature_and_loaded():
    params = {"C": 0.5, "max_iter": 300}
    with mlflow.start_run() as run:
        classifier = make_pipeline(StandardScaler(), LogisticRegression(**params)).fit(X, y)
        mlflow.log_params(params)
        mlflow.log_metric("accuracy", accuracy_score(y, classifier.predict(X)))
        info = mlflow.sklearn.log_model(
            sk_model=classifier,
            name="iris",
            signature=infer_signature(X, classifier.predict(X)),
            input_example=X.head(2),
            tags={"stage": "trial"},
        )
    loaded = mlflow.sklearn.load_model(f"runs:/{run.info.run_id}/iris")
    assert (loaded.predict(X) == classifier.predict(X)).all()
    function = mlflow.pyfunc.load_model(info.model_uri)
    assert (function.predict(X) == classifier.predict(X)).all()
    assert function.metadata.get_input_schema().input_names() == list(X.columns)
    assert function.input_example.equals(X.head(2))
    assert Model.load(info.model_uri).signature == info.signature
    assert mlflow.get_logged_model(info.model_id).tags == {"stage": "trial"}
    assert set(mlflow.sklearn.get_default_pip_requirements()) <= set(loaded_requirements(info))
    mlflow.models.validate_schema(X, info.signature.inputs)
    with pytest.raises(mlflow.MlflowException, match="petal width"):
        mlflow.models.validate_schema(X.drop(columns="petal width (cm)"), info.signature.inputs)
    with pytest.raises(mlflow.MlflowException, match="petal width"):
        function.predict(X.drop(columns="petal width (cm)"))


def loaded_requirements(info):
    return mlflow.artifacts.load_text(f"{info.model_uri}/requirements.txt").splitlines()


class AddN(mlflow.pyfunc.PythonModel):
    """Adds a number to all that it is given."""

    def __init__(self, n):
        self.n = n

    def predict(self, context, model_input, params=None):
        return model_input.apply(lambda column: column + self.n)


def test_a_class_of_ones_own_is_saved_and_loaded(tmp_path):
    mlflow.pyfunc.save_model(path=tmp_path / "add_n", python_model=AddN(n=5))
    loaded = mlflow.pyfunc.load_model(str(tmp_path / "add_n"))
    assert loaded.predict(pd.DataFrame([range(10)])).equals(pd.DataFrame([range(5, 15)]))
    assert loaded.unwrap_python_model().n == 5


def test_parameters_of_a_prediction_have_defaults():
    def repeat(model_input, params=None):
        return np.repeat(model_input, params["times"])

    with mlflow.start_run():
        info = mlflow.pyfunc.log_model(
            name="repeat", python_model=repeat, input_example=(np.array([1.0, 2.0]), {"times": 2})
        )
    loaded = mlflow.pyfunc.load_model(info.model_uri)
    assert loaded.predict(np.array([1.0])).tolist() == [1.0, 1.0]
    assert loaded.predict(np.array([1.0]), params={"times": 3}).tolist() == [1.0, 1.0, 1.0]


def test_autologging_records_a_training_and_its_evaluation():
    mlflow.autolog()
    try:
        with mlflow.start_run() as run:
            tree = DecisionTreeClassifier(max_depth=2, random_state=0).fit(X[::2], y[::2])
            held_out = X[1::2]
            tree.score(held_out, y[1::2])
    finally:
        mlflow.autolog(disable=True)
    found = mlflow.get_run(run.info.run_id)
    assert found.data.params["max_depth"] == "2"
    assert {"training_accuracy_score", "DecisionTreeClassifier_score_held_out"} <= found.data.metrics.keys()
    assert [each.dataset.name for each in found.inputs.dataset_inputs] == ["dataset"]
    model = mlflow.last_logged_model()
    assert "DecisionTreeClassifier_score_held_out" in {each.key for each in model.metrics}
    assert mlflow.sklearn.load_model(model.model_uri).get_depth() == tree.get_depth()


def test_a_random_search_finds_the_best_of_its_runs():
    draw, scores = random.Random(0), {}
    for _ in range(20):
        with mlflow.start_run() as run:
            depth, leaf = draw.randint(1, 8), draw.randint(1, 30)
            mlflow.log_params({"depth": depth, "leaf": leaf})
            tree = DecisionTreeClassifier(max_depth=depth, min_samples_leaf=leaf, random_state=0).fit(X[::2], y[::2])
            scores[run.info.run_id] = tree.score(X[1::2], y[1::2])
            mlflow.log_metric("accuracy", scores[run.info.run_id])
    best = mlflow.search_runs(order_by=["metrics.accuracy DESC"], max_results=1).iloc[0]
    assert best["metrics.accuracy"] == max(scores.values()) == scores[best.run_id]


def test_models_are_compared_by_the_metrics_of_their_runs():
    for depth in (1, 3):
        with mlflow.start_run():
            mlflow.log_param("depth", depth)
            tree = DecisionTreeClassifier(max_depth=depth, random_state=0).fit(X, y)
            mlflow.sklearn.log_model(tree, name=f"tree-{depth}", pip_requirements=[])
            mlflow.log_metric("accuracy", tree.score(X, y))
    top = mlflow.search_logged_models(
        filter_string="metrics.accuracy > 0.9", order_by=[{"field_name": "metrics.accuracy", "ascending": False}]
    )
    assert list(top["name"]) == ["tree-3"]
    assert top["params"][0] == {"depth": "3"}
