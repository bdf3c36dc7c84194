"""What the kernel does for the toolbars of cards; the toolbars themselves are tested in the browser."""

from __future__ import annotations

import pytest

import nbtrack
from nbtrack import tags
from nbtrack.notebook.panels.card_actions import CardActions


@pytest.fixture
def actions():
    made = CardActions("kernel")
    yield made
    made.close()


@pytest.fixture
def runs():
    client = nbtrack.MlflowClient()
    made = []
    for number in range(2):
        run = client.create_run("0", run_name=f"r{number}", start_time=1000 + number, tags={tags.CELL: "cell"})
        run_id = run.info.run_id
        client.log_param(run_id, "rate", number)
        client.log_text(run_id, "rate = 1\nfit(rate)\n", "cell.py")
        client.set_tag(run_id, tags.INFERRED, '{"rate": ["P1", 1]}')
        made.append(run_id)
    return made


def asked(actions, endpoint, **arguments):
    return actions.answer(f"kernel/{endpoint}", arguments)[0]


def test_it_tells_what_a_link_opens(actions, runs):
    first, second = runs
    assert asked(actions, "known-runs", run_ids=[first, "nobody", second]) == {"run_ids": runs}
    assert asked(actions, "code", run_id=second) == {"lines": ["rate = 1", "fit(rate)"]}
    assert asked(actions, "recorded-values", run_id=second) == {
        "values": [["rate", "1", "constant assigned on line 1"]]
    }
    with pytest.raises(nbtrack.MlflowException, match="before r0"):
        asked(actions, "open-comparison", run_id=first)


def test_panels_are_let_go_of_when_they_are_closed(actions, runs):
    opened = [
        *asked(actions, "open-chart", run_id=runs[1])["panels"],
        *asked(actions, "open-comparison", run_id=runs[1])["panels"],
    ]
    assert len(opened) == 3
    assert repr(actions) == "CardActions(3 panels)"
    asked(actions, "close", panels=[*opened, "nobody"])
    assert repr(actions) == "CardActions(0 panels)"


def test_a_value_is_removed_from_the_run(actions, runs):
    assert asked(actions, "drop-value", run_id=runs[0], key="rate") == {"values": []}
    client = nbtrack.MlflowClient()
    assert [client.get_run(each).data.params for each in runs] == [{}, {"rate": "1"}]
    with pytest.raises(nbtrack.MlflowException, match="'rate'"):
        asked(actions, "drop-value", run_id=runs[0], key="rate")


def test_kernels_without_a_page_have_no_card_actions(kernel):
    assert "nbtrack-card" in kernel.run("%%track\nwidth = 3").outputs[-1]["data"]["text/html"]
    code = "from nbtrack.notebook import card_display; print(card_display.cards().answering)"
    assert kernel.run(code).text.strip() == "None"
