"""Live values: numbers that running code asks for, and that are changed from outside."""

import time

import pytest

import nbtrack
from nbtrack.errors import InvalidValue, NotFound, WrongState
from nbtrack.notebook.panels.live_card import LiveCard


def until(holds):
    deadline = time.monotonic() + 20
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert holds()


def test_a_change_reaches_the_code_and_each_value_is_a_point(fresh):
    with nbtrack.start_run(run_name="steered") as run:
        assert nbtrack.live("lr", 0.1) == 0.1
        nbtrack.log_metric("loss", 1, step=7)
        nbtrack.control("steered", lr=1)
        until(lambda: nbtrack.live("lr", 0.1) == 1.0)
        assert type(nbtrack.live("lr", 0.1)) is float
    history = nbtrack.MlflowClient().get_metric_history(run.info.run_id, "live/lr")
    assert [(each.step, each.value) for each in history] == [(0, 0.1), (7, 1.0)]


def test_a_value_keeps_its_kind(fresh):
    with nbtrack.start_run() as run:
        nbtrack.live("size", 32)
        nbtrack.live("shuffle", True)
        nbtrack.live("lr", 0.1)
        for values in ({"size": 1.5}, {"size": True}, {"shuffle": 1}, {"lr": float("nan")}, {"lr": "0.1"}):
            with pytest.raises(InvalidValue, match=next(iter(values))):
                nbtrack.control(run, lr=values.pop("lr", 0.2), **values)
        nbtrack.control(run, size=64.0, shuffle=False)
        until(lambda: nbtrack.live("size", 32) == 64 and nbtrack.live("shuffle", True) is False)
        assert type(nbtrack.live("size", 32)) is int
        assert nbtrack.live("lr", 0.1) == 0.1, "nothing was changed where one value was refused"


def test_only_values_that_the_code_asks_for_can_be_changed_and_only_while_it_runs(fresh):
    with nbtrack.start_run() as run:
        nbtrack.live("lr", 0.1)
        with pytest.raises(NotFound, match="it has 'lr'"):
            nbtrack.control(run, rate=1.0)
    with pytest.raises(WrongState, match="FINISHED"):
        nbtrack.control(run, lr=0.2)
    for value in ("0.1", float("inf"), None):
        with nbtrack.start_run(), pytest.raises(InvalidValue, match="lr"):
            nbtrack.live("lr", value)


def test_without_a_run_a_value_is_what_the_code_says(fresh):
    assert nbtrack.live("lr", 0.3) == 0.3
    assert nbtrack.active_run() is None


def test_a_resumed_run_goes_on_with_what_it_had(fresh):
    with nbtrack.start_run() as run:
        nbtrack.live("lr", 0.1)
        nbtrack.control(run, lr=0.5)
    with nbtrack.start_run(run_id=run.info.run_id):
        assert nbtrack.live("lr", 0.1) == 0.5


def test_the_field_of_the_live_card_changes_a_value(fresh):
    with nbtrack.start_run() as run:
        nbtrack.live("lr", 0.1)
        card = LiveCard(run, run.client)
        card.renew()
        assert card.live == {"lr": "0.1"}
        card.answer("nbtrack/runs/set-live-value", {"run_id": card.run, "name": "lr", "value": "1e-2"})
        until(lambda: nbtrack.live("lr", 0.1) == 0.01)
        card.close()
