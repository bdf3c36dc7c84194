"""The desk that the links of cards ask; the links themselves are tested in the browser."""

from __future__ import annotations

import pytest

import nbtrack
from nbtrack import tags
from nbtrack.notebook.panels.desk import Desk


@pytest.fixture
def desk():
    made = Desk("kernel")
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


def asked(desk, kind, **request):
    return desk.answer(kind, request)[0]


def test_it_tells_what_a_link_opens(desk, runs):
    first, second = runs
    assert asked(desk, "known", runs=[first, "nobody", second]) == {"runs": runs}
    assert asked(desk, "code", run=second) == {"lines": ["rate = 1", "fit(rate)"]}
    assert asked(desk, "drop", run=second) == {"found": [["rate", "1", "constant assigned on line 1"]]}
    with pytest.raises(nbtrack.MlflowException, match="before r0"):
        asked(desk, "compare", run=first)


def test_panels_are_let_go_of_when_they_are_closed(desk, runs):
    opened = [*asked(desk, "chart", run=runs[1])["panels"], *asked(desk, "compare", run=runs[1])["panels"]]
    assert len(opened) == 3
    assert repr(desk) == "Desk(3 panels)"
    asked(desk, "close", panels=[*opened, "nobody"])
    assert repr(desk) == "Desk(0 panels)"


def test_a_value_is_removed_from_the_run(desk, runs):
    assert asked(desk, "remove", run=runs[0], key="rate") == {"found": []}
    client = nbtrack.MlflowClient()
    assert [client.get_run(each).data.params for each in runs] == [{}, {"rate": "1"}]
    with pytest.raises(nbtrack.MlflowException, match="'rate'"):
        asked(desk, "remove", run=runs[0], key="rate")


def test_kernels_without_a_page_have_no_desk(kernel):
    assert "nbtrack-card" in kernel.run("%%track\nwidth = 3").outputs[-1]["data"]["text/html"]
    assert (
        kernel.run("from nbtrack.notebook import card_registry; print(card_registry.cards().answering)").text.strip()
        == "None"
    )
