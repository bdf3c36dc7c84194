"""What can be logged: numbers, steps, keys, texts and tags."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

import nbtrack as mlflow
from nbtrack.errors import InvalidValue, NotFound


class OneElement:
    """A stand-in for a tensor of one element."""

    def item(self):
        return 2.5


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (True, 1.0), (7, 7.0), (np.float32(0.5), 0.5), (np.int64(3), 3.0), (np.array(1.5), 1.5), (np.array([1.5]), 1.5),
        (Decimal("0.25"), 0.25), (Fraction(1, 4), 0.25), (OneElement(), 2.5), (math.inf, math.inf), (-math.inf, -math.inf),
    ],
)  # fmt: skip
def test_numbers_of_all_kinds_are_metrics(value, kept):
    mlflow.log_metric("m", value)
    assert mlflow.get_run(mlflow.active_run().info.run_id).data.metrics["m"] == kept


def test_nan_is_a_metric():
    mlflow.log_metric("m", np.float32("nan"))
    assert math.isnan(mlflow.get_run(mlflow.active_run().info.run_id).data.metrics["m"])


@pytest.mark.parametrize(
    "value", ["abc", "1.0", b"1", 1j, None, [1], np.array([1, 2]), 10**400, object(), pd.Series([1, 2])]
)
def test_values_that_are_no_numbers_are_refused_and_nothing_is_lost(value):
    mlflow.log_metric("good", 1)
    with pytest.raises(InvalidValue, match="'bad'"):
        mlflow.log_metrics({"fine": 1, "bad": value})
    assert mlflow.get_run(mlflow.active_run().info.run_id).data.metrics == {"good": 1.0}


@pytest.mark.parametrize("step", [np.int32(4), 4.0, 4])
def test_steps_may_be_numpy_integers(step):
    mlflow.log_metric("m", 1, step=step)
    (point,) = mlflow.MlflowClient().get_metric_history(mlflow.active_run().info.run_id, "m")
    assert (point.step, type(point.step)) == (4, int)


@pytest.mark.parametrize("step", [1.5, "1", 2**63])
def test_odd_steps_are_refused(step):
    with pytest.raises(InvalidValue, match="step"):
        mlflow.log_metric("m", 1, step=step)


@pytest.mark.parametrize("key", ["", " ", 5, None, "a\0b", "\ud800", "x" * 10_001])
def test_odd_keys_are_refused(key):
    with pytest.raises(InvalidValue):
        mlflow.log_param(key, 1)


def test_long_texts_are_kept_whole_or_refused():
    mlflow.log_param("long", "x" * 1_000_000)
    run_id = mlflow.active_run().info.run_id
    assert len(mlflow.get_run(run_id).data.params["long"]) == 1_000_000
    with pytest.raises(InvalidValue, match="log_text"):
        mlflow.set_tag("longer", "x" * 1_000_001)


def test_tags():
    mlflow.set_tags({"a": 1, "b": 2})
    mlflow.delete_tag("a")
    data = mlflow.get_run(mlflow.active_run().info.run_id).data
    assert "a" not in data.tags
    assert data.tags["b"] == "2"
    assert data.tags["mlflow.user"]
    with pytest.raises(NotFound):
        mlflow.delete_tag("a")


def test_log_parameter_is_log_param():
    assert mlflow.log_parameter("x", 1) == 1
