"""Answers fit their budget, whatever they are made from."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbtrack.errors import InvalidValue
from nbtrack.summaries import budget

values = st.one_of(
    st.integers(),
    st.text(max_size=20).map(lambda text: text * 150),
    st.lists(st.text(max_size=10), max_size=10).map(lambda texts: texts * 10),
    st.dictionaries(st.text(max_size=40), st.text(max_size=20).map(lambda text: text * 5), max_size=10),
)


@settings(max_examples=50)
@given(facts=st.dictionaries(st.text(max_size=20), values, max_size=6), tokens=st.integers(200, 2_000))
def test_answers_fit_and_say_what_they_left_out(facts, tokens):
    found = budget.answer(facts, tokens)
    assert len(json.dumps(found, ensure_ascii=False, separators=(",", ":"))) <= tokens * 4
    for key, value in facts.items():
        shown = found["recorded"].get(key)
        if value not in ("", [], {}) and shown != value:
            assert any(each.startswith(f"{key}: ") for each in found["left_out"]) or not found["recorded"]


def test_small_parts_are_whole_and_large_ones_share_the_rest():
    facts = {"name": "run", "long": ["x" * 50] * 1_000, "longer": "y" * 100_000, "params": {"lr": "0.1"}}
    found = budget.answer(facts, 1_000)
    assert found["recorded"]["params"] == {"lr": "0.1"}
    assert len(found["recorded"]["long"]) > 20
    assert len(found["recorded"]["longer"]) > 1_000
    assert [each.partition(":")[0] for each in found["left_out"]] == ["long", "longer"]


@pytest.mark.parametrize("tokens", [0, 199, 50_001])
def test_a_budget_is_within_bounds(tokens):
    with pytest.raises(InvalidValue, match="tokens must be from 200"):
        budget.answer({}, tokens)
