"""The headings of groups of runs."""

import math

import pytest

from nbtrack.presentation.group_summary import summary


@pytest.mark.parametrize(
    ("values", "lower", "said"),
    [
        ([0.81, 0.85, 0.89], False, "0.850 ± 0.040, best 0.89"),
        ([0.81, 0.85, 0.89], True, "0.850 ± 0.040, best 0.81"),
        ([1200, 1800], True, "1.5e+03 ± 4.2e+02, best 1200"),
        ([0.5, 0.5, math.nan], False, "0.5"),
        ([3, math.inf], False, "3"),
        ([math.nan], False, None),
        ([], False, None),
    ],
)
def test_a_group_says_mean_spread_and_best(values, lower, said):
    assert summary(values, lower_is_better=lower) == said
