"""Numbers and times as people read them."""

from __future__ import annotations

import math

import pytest

from nbtrack.presentation import formatting, metric_goals


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "–"), (math.nan, "NaN"), (math.inf, "∞"), (-math.inf, "−∞"), (0.0, "0"), (3.0, "3"), (0.123456789, "0.12346"),
        (1234567.0, "1\u202f234\u202f567"), (1e-7, "1e-7"), (1.5e20, "1.5e20"), (-2.5, "-2.5"),
    ],
)  # fmt: skip
def test_numbers(value, shown):
    assert formatting.number(value) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("0.000977", "0.000977"), ("0.30000000000000004", "0.3"), ("0.0031622776601683794", "0.00316228"), ("-.25", "-.25"),
        ("1234567.1234567891", "1234567"), ("1.2345678901234567e-07", "1.23457e-07"), ("16", "16"), ("1e-05", "1e-05"),
        ("20260101120000", "20260101120000"), ("adam", "adam"), ("0.1, 0.2", "0.1, 0.2"), ("", ""),
    ],
)  # fmt: skip
def test_parameters_lose_only_the_digits_of_arithmetic(text, shown):
    assert formatting.parameter(text) == shown


@pytest.mark.parametrize(
    ("milliseconds", "shown"),
    [
        (None, "–"),
        (-5, "-5 ms"),
        (7, "7 ms"),
        (12_400, "12.4 s"),
        (125_000, "2 min 05 s"),
        (7_500_000, "2 h 05 min"),
        (200_000_000, "2 d 07 h"),
    ],
)
def test_durations(milliseconds, shown):
    assert formatting.duration(None if milliseconds is None else max(0, milliseconds)) == shown.replace("-5", "0")


def test_moments():
    assert formatting.moment(1_700_000_000_123) == "2023-11-14 22:13:20 UTC"


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [(1, 1.5, "+0.5"), (1, 0.25, "−0.75"), (1, 1, ""), (math.nan, 1, ""), (1, math.inf, "")],
)
def test_changes(before, after, shown):
    assert formatting.change(before, after) == shown


@pytest.mark.parametrize(
    ("key", "lower"),
    [
        ("loss", True),
        ("val_loss", True),
        ("train/logloss", True),
        ("rmse", True),
        ("error_rate", True),
        ("accuracy", False),
        ("f1", False),
        ("r2", False),
        ("colossal", False),
    ],
)
def test_which_way_is_better(key, lower):
    assert metric_goals.lower_is_better(key) is lower


def test_long_text_is_one_short_line():
    assert formatting.short("a\n b" + "x" * 100, 10) == "a bxxxxxx…"
