"""What looked like a result and was not recorded, and why."""

from __future__ import annotations

import pytest
from cell_runner import see

EARLIER = "import math\nlr = 0.1"


def passed_over(code, *setup, **options):
    found = see(code, EARLIER, *setup, **options).ran.facts.passed_over
    return {each.name: (each.reason, each.line, each.value) for each in found}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("loss = math.exp(0) / 2\nacc = math.exp(loss)", {"loss": ("used by acc, line 2", 1, 0.5)}),
        (
            "loss = math.exp(0)\nfor i in range(3):\n    total = math.exp(loss) + i",
            {"loss": ("used by total, line 3", 1, 1)},
        ),
        ("part = math.exp(0)\nprint(math.exp(part) / 2)", {}),
        ("best = math.exp(0)\ndef f(x=best * 2):\n    return x\nr = f()", {"best": ("used on line 2", 1, 1)}),
        ("steps = 10\nwarmup = int(0.1 * steps)", {"warmup": ("follows from settings alone", 2, 1)}),
        ("steps = 10\nwarmup = int(0.1 * steps)\nacc = math.exp(0)", {}),
        ("n = len('abc')\n_hidden = math.exp(0)\nseed = int(math.exp(0))", {}),
        ("acc = math.exp(0)", {}),
        ("C = 3", {}),
        ("flag = math.exp(0) > 2\ntext = str(math.exp(0))", {}),
    ],
)
def test_reasons(code, expected):
    assert passed_over(code) == expected


def test_words_for_results_come_first_and_at_most_five_are_named():
    names = ["a", "b", "loss", "c", "d", "e", "val_acc"]
    code = "\n".join(f"{name} = math.exp({number})" for number, name in enumerate(names))
    found = passed_over(f"{code}\nscore = math.exp(-({' + '.join(names)}))")
    assert list(found) == ["val_acc", "loss", "e", "d", "c"]


def test_nothing_is_named_twice_or_where_nothing_is_inferred():
    code = "loss = math.exp(0)\nacc = math.exp(loss)"
    assert passed_over(code, metrics=("loss",)) == {}
    assert passed_over(code, infer=False) == {}


def test_a_name_that_was_not_bound_this_time_is_not_named():
    code = "if lr > 1:\n    loss = math.exp(0)\n    acc = math.exp(loss)"
    assert passed_over(code, "loss = 0.5") == {}


@pytest.mark.parametrize(
    "code",
    [
        "for i in range(3):\n    lr = nbtrack.live('lr', 0.1)\n    loss = math.exp(-i) * lr",
        "lr = live('lr', 0.1)\nloss = math.exp(lr)",
        "loss = nb.live('loss', 0.1)",
    ],
)
def test_live_values_are_neither_results_nor_passed_over(code):
    facts = see(code, EARLIER, "import nbtrack, nbtrack as nb\nfrom nbtrack import live").ran.facts
    assert facts.passed_over == []
    assert {each.key for each in facts.metrics} <= ({"loss"} if "exp" in code else set())
