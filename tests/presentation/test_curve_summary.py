"""The summary of a curve in words and numbers."""

from __future__ import annotations

import math
from array import array

import pytest

from nbtrack.alerting.rule import new_rule
from nbtrack.alerting.rule_state import MetricRuleState
from nbtrack.entities import History
from nbtrack.presentation.curve_summary import summary


def history(values, steps=None):
    """Return a curve with these values."""
    places = list(range(len(values))) if steps is None else steps
    return History("loss", array("q", places), array("q", places), array("d", values))


def test_ends_and_extremes_are_in_the_order_of_steps():
    found = summary(history([3, 1, 2], steps=[20, 0, 10]), "min")
    assert (found.first, found.last, found.lowest, found.highest) == ((0, 1), (20, 3), (0, 1), (20, 3))
    assert found.best == "lowest"
    assert found.trend == ""


@pytest.mark.parametrize(
    ("values", "trend"),
    [
        ([1 / (each + 1) for each in range(10)] * 1, "falling"),
        (list(range(100)), "rising"),
        ([1 / (each + 1) for each in range(200)], "flat"),
        ([5.0] * 20, "flat"),
    ],
)
def test_the_trend_is_that_of_the_last_part(values, trend):
    assert summary(history(values)).trend == trend


def test_a_plateau_is_reported_where_the_goal_is_known():
    values = [*range(10), *[5.0] * 10]
    assert summary(history(values), "max").remarks == ("plateau: no new best in the last 10 points, since step 9",)
    assert summary(history(values)).remarks == ()
    assert summary(history(list(range(20))), "max").remarks == ()
    assert (
        summary(history([*range(10), *[math.nan] * 6]), "max")
        .remarks[-1]
        .startswith("plateau: no new best in the last 6")
    )


@pytest.mark.parametrize(("patience", "told"), [(3, True), (4, False)])
def test_a_plateau_is_as_long_as_an_alert_rule_says(patience, told):
    curve, rule = history([5, 4, 4, 4, 4]), new_rule(f"loss plateaus for {patience}")
    assert (MetricRuleState(rule).take(list(curve.values), list(curve.steps)) is not None) == told
    assert summary(curve, patience=patience).remarks == (
        ("plateau: no new best in the last 3 points, since step 1",) if told else ()
    )


def test_values_that_are_not_finite_are_reported():
    found = summary(history([1, math.nan, math.inf, math.nan]), "min")
    assert found.remarks == (
        "2 values NaN, from step 1 on, also the last one",
        "1 value infinite, from step 2 on",
    )
    assert found.last == (0, 1)
    assert summary(history([math.nan])).first is None
    assert summary(history([])).to_dict() == {"points": 0}
