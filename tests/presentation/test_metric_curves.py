"""Curves: nothing that the eye could see is left out."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nbtrack.entities import History
from nbtrack.presentation import metric_curves


def history(values, steps=None, times=None):
    count = len(values)
    return History(
        "m",
        np.arange(count) if steps is None else np.asarray(steps),
        np.arange(count) * 1000 if times is None else np.asarray(times),
        np.asarray(values, dtype=float),
    )


@example([0.0] * 9 + [8.9e307, 9e307, 1e308], 10)
@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=1, max_size=500), st.integers(10, 60))
def test_first_last_lowest_and_highest_are_kept(values, most):
    found = metric_curves.series(history(values), most=most)
    assert found.total == len(values)
    assert len(found.x) <= most
    assert found.x[0] == 0
    assert found.x[-1] == len(values) - 1
    numbers = [each for each in values if not math.isnan(each)]
    if numbers:
        assert np.nanmax(found.y) == max(numbers)
        assert np.nanmin(found.y) == min(numbers)
    assert list(found.x) == sorted(set(found.x))


def test_short_curve_is_drawn_whole():
    found = metric_curves.series(history([3, 1, 2]))
    assert (found.x.tolist(), found.y.tolist(), found.total) == ([0, 1, 2], [3, 1, 2], 3)


def test_gap_of_nans_stays_a_gap():
    values = [1.0] * 5_000 + [math.nan] * 5_000 + [2.0] * 5_000
    found = metric_curves.series(history(values), most=300)
    assert np.isnan(found.y).any()


def test_steps_out_of_order_are_sorted():
    found = metric_curves.series(history([1, 2, 3], steps=[5, 1, 3]))
    assert (found.x.tolist(), found.y.tolist()) == ([1, 3, 5], [2, 3, 1])


@pytest.mark.parametrize(("axis", "x"), [("step", [0, 1, 2]), ("time", [5000, 6000, 8000]), ("relative", [0, 1, 3])])
def test_axes(axis, x):
    assert metric_curves.series(history([1, 2, 3], times=[5000, 6000, 8000]), axis).x.tolist() == x


def test_window_takes_a_point_beyond_each_edge():
    found = metric_curves.series(history(range(100)), window=(10, 20))
    assert found.x.tolist() == list(range(9, 22))


def test_nothing_is_drawn_of_nothing():
    assert metric_curves.series(history([])).total == 0


@given(st.integers(1, 30_000), st.integers(100, 2_000))
def test_every_stretch_of_a_curve_is_drawn_as_finely(count, most):
    x = metric_curves.series(history(np.arange(count) % 97), most=most).x
    assert np.diff(x).max(initial=0) <= 2 * count / (most // 2 - 2) + 4
