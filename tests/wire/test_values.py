"""What goes over the wire comes back as it was, or is refused."""

from __future__ import annotations

import json
import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbtrack.entities import Metric
from nbtrack.errors import InvalidValue
from nbtrack.wire import values


def over(kind, value):
    """Return what arrives as JSON, whose numbers are finite."""
    return kind.read("x", json.loads(json.dumps(kind.write(value), allow_nan=False)))


@given(st.floats())
def test_doubles(value):
    found = over(values.DOUBLE, value)
    assert math.isnan(found) if math.isnan(value) else struct.pack("d", found) == struct.pack("d", value)


@pytest.mark.parametrize("digits", ["1e400", "-1e400", "1E+309", "9" * 310 + ".0", "-" + "1" * 400 + "e-1"])
def test_numbers_beyond_a_double_are_refused(digits):
    with pytest.raises(ValueError, match="beyond the range"):
        values.parse_json(f'{{"value": {digits}}}')
    with pytest.raises(InvalidValue, match=r"range of a double|a number"):
        values.DOUBLE.read("value", digits)


@pytest.mark.parametrize("word", ["Infinity", "-Infinity", "inf", "NaN", "1e308"])
def test_words_and_numbers_of_doubles_are_read(word):
    assert struct.pack("d", values.DOUBLE.read("value", word)) == struct.pack("d", float(word))


@given(st.integers(-(2**63), 2**63 - 1))
def test_integers_and_their_text(value):
    assert over(values.INT64, value) == values.INT64.read("x", str(value)) == value


@given(st.one_of(st.integers(min_value=2**63), st.integers(max_value=-(2**63) - 1)))
def test_integers_beyond_64_bits_are_refused(value):
    for each in (value, str(value)):
        with pytest.raises(InvalidValue):
            values.INT64.read("x", each)


@given(
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1).filter(str.strip),
    st.floats(allow_nan=False),
)
def test_points(key, value):
    point = Metric(key, value, 2**53 + 1, -(2**63))
    assert over(values.METRICS, [point]) == [point]


@given(st.text(st.characters(categories=["Cs"]), min_size=1))
def test_half_characters_are_refused(text):
    with pytest.raises(InvalidValue):
        values.TEXT.read("x", text)


@pytest.mark.parametrize("value", [0.5, -0.0, 1e308, 5e-324])
@pytest.mark.parametrize("step", [0, -1, 2**63 - 1, -(2**63)])
def test_points_of_the_usual_types_are_read_as_those_in_other_words(value, step):
    usual = {"key": "m ü", "value": value, "timestamp": 5, "step": step}
    other = {**usual, "value": repr(value), "timestamp": "5", "more": None}
    read = values.METRICS.read("metrics", [usual, other])
    assert read[0] == read[1]
    linked = values.LINKED_METRICS.read("metrics", [usual, {**usual, "model_id": "m-1"}])
    assert [each.point for each in linked] == [read[0]] * 2
    assert [each.model_id for each in linked] == [None, "m-1"]


@pytest.mark.parametrize("kind", [values.PARAMS, values.TAGS])
@pytest.mark.parametrize(
    "wrong", [{"key": ""}, {"key": "a\0"}, {"value": "a\0"}, {"key": "a\ud800"}, {"value": "\ud800"}]
)
def test_pairs_that_cannot_be_stored_are_refused(kind, wrong):
    assert kind.read("pairs", [{"key": "k", "value": "v"}]) == [("k", "v")]
    with pytest.raises(InvalidValue):
        kind.read("pairs", [{"key": "k", "value": "v", **wrong}])
