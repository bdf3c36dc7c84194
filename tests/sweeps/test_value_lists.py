"""The values that a sweep tries, as they are written."""

from __future__ import annotations

from random import Random

import pytest

from nbtrack.errors import InvalidValue
from nbtrack.sweeps import sweep_options, value_lists


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("lr=1e-3,1e-2", (1e-3, 1e-2)),
        ("depth=2..6", (2, 3, 4, 5, 6)),
        ("depth=2..10..4", (2, 6, 10)),
        ("rate=0.1..0.5..0.2", (0.1, 0.3, 0.5)),
        ("kernel=rbf,linear", ("rbf", "linear")),
        ("hidden=(64,),(64,32)", ((64,), (64, 32))),
        ("text='a,b','c'", ("a,b", "c")),
        ("flag=True,False,None", (True, False, None)),
        ("n=1,1,2", (1, 2)),
        ("word=a=b", ("a=b",)),
    ],
)
def test_lists_and_ranges(text, values):
    ((name, found),) = value_lists.parse([text]).items()
    assert name == text.partition("=")[0]
    assert found.grid(name) == values


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (["forest"], "NAME=VALUE"),
        (["lr="], "NAME=VALUE"),
        (["lr=1", "lr=2"], "twice"),
        (["lr=1,,2"], "between two commas"),
        (["lr=1..x"], "not a range"),
        (["lr=6..2"], "lower"),
        (["lr=1..2..-1"], "positive"),
        (["lr=1..2,3"], "mixes"),
        (["lr={1:2}"], "values are"),
    ],
)
def test_invalid_value_lists_are_refused_with_the_reason(texts, said):
    with pytest.raises(InvalidValue, match=said):
        value_lists.parse(texts)


def test_range_of_fractions_needs_a_step_in_a_grid():
    (lr,) = value_lists.parse(["lr=0.1..0.5"]).values()
    with pytest.raises(InvalidValue, match="needs a step"):
        lr.grid("lr")


def test_wide_ranges_are_drawn_from_by_their_logarithm():
    wide, narrow, whole = value_lists.parse(["a=1e-4..1e-1", "b=0.1..0.5", "c=2..6"]).values()
    random = Random(1)
    drawn = [wide.drawn(random) for _ in range(400)]
    assert all(1e-4 <= each <= 1e-1 for each in drawn)
    assert 0.25 < sum(each < 1e-3 for each in drawn) / 400 < 0.42
    assert all(0.1 <= narrow.drawn(random) <= 0.5 for _ in range(100))
    assert {whole.drawn(random) for _ in range(100)} == {2, 3, 4, 5, 6}


def test_times_and_seeds():
    assert [sweep_options.seconds(each) for each in ("90", "90s", "10m", "1h30m")] == [90, 90, 600, 5400]
    assert sweep_options.seeds("3") == (0, 1, 2)
    assert sweep_options.seeds("7,42") == (7, 42)
    assert sweep_options.ranked_by("val/loss:min") == ("val/loss", "min")
    assert sweep_options.ranked_by("a:b") == ("a:b", None)
    for wrong in ("", "soon", "-1"):
        with pytest.raises(InvalidValue):
            sweep_options.seconds(wrong)
        with pytest.raises(InvalidValue):
            sweep_options.seeds(wrong)
