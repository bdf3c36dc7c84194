"""`track`: a function's calls as runs."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import pytest

import nbtrack


def runs():
    return nbtrack.search_runs(output_format="list", order_by=["start_time"], search_all_experiments=True)


def test_arguments_and_what_is_returned():
    @nbtrack.track
    def fit(data, depth, rate=0.5, options=None):
        """Fit."""
        return {"loss": depth * rate, "note": "text"}

    assert fit([1, 2, 3] * 100, 3, options={"a": 1, "b": "x"}) == {"loss": 1.5, "note": "text"}
    (run,) = runs()
    assert run.info.run_name == "fit"
    assert run.data.params == {"depth": "3", "rate": "0.5", "options.a": "1", "options.b": "x"}
    assert run.data.metrics == {"loss": 1.5}
    assert fit.__doc__ == "Fit."


@dataclass
class Result:
    loss: float
    accuracy: float
    name: str = "x"


@pytest.mark.parametrize(
    ("returned", "metrics"),
    [
        (0.25, {"fit": 0.25}),
        (Result(0.5, 0.75), {"loss": 0.5, "accuracy": 0.75}),
        ((1.0, "x", 2.0), {"fit.0": 1.0, "fit.2": 2.0}),
        ("text", {}),
        (None, {}),
        ([1.0, 2.0], {}),
    ],
)
def test_forms_of_results(returned, metrics):
    @nbtrack.track
    def fit():
        return returned

    assert fit() == returned
    (run,) = runs()
    assert run.data.metrics == metrics


def test_tuple_takes_the_names_it_is_returned_by():
    @nbtrack.track
    def fit(depth):
        loss, accuracy = depth / 2, depth / 4
        return loss, accuracy

    fit(3)
    assert runs()[0].data.metrics == {"loss": 1.5, "accuracy": 0.75}


def test_options_and_nesting():
    @nbtrack.track(name="inner", experiment="functions", tags={"team": "red"})
    def inner(x):
        nbtrack.log_metric("mine", 1)
        return x

    @nbtrack.track
    def outer():
        return inner(2) + inner(3)

    outer()
    found = {run.info.run_name: run for run in runs()}
    assert found["inner"].data.tags["team"] == "red"
    assert found["inner"].data.tags["mlflow.parentRunId"] == found["outer"].info.run_id
    assert nbtrack.get_experiment(found["inner"].info.experiment_id).name == "functions"
    assert found["inner"].data.metrics["mine"] == 1.0
    assert "mine" not in found["outer"].data.metrics


def test_exception_is_raised_and_kept():
    @nbtrack.track
    def fit(rate):
        raise ValueError(rate)

    with pytest.raises(ValueError, match="7"):
        fit(7)
    (run,) = runs()
    assert (run.info.status, run.data.params) == ("FAILED", {"rate": "7"})
    assert run.data.tags["nbtrack.error"] == "ValueError: 7"
    assert "raise ValueError(rate)" in nbtrack.artifacts.load_text(f"runs:/{run.info.run_id}/traceback.txt")


def test_asynchronous_function():
    @nbtrack.track
    async def fit(rate):
        await asyncio.sleep(0)
        return {"loss": rate}

    async def both():
        return await asyncio.gather(fit(1.0), fit(2.0))

    assert asyncio.run(both()) == [{"loss": 1.0}, {"loss": 2.0}]
    assert sorted(run.data.metrics["loss"] for run in runs()) == [1.0, 2.0]
    assert all(float(run.data.params["rate"]) == run.data.metrics["loss"] for run in runs())


def test_wrong_arguments_raise_the_error_of_the_function():
    @nbtrack.track
    def fit(rate):
        return rate

    with pytest.raises(TypeError, match="rate"):
        fit()
    assert runs() == []


def test_what_the_function_logs_itself_is_not_replaced():
    @nbtrack.track
    def fit(rate):
        nbtrack.log_metric("loss", 7, step=3)
        return {"loss": rate, "accuracy": 0.5}

    fit(0.25)
    (run,) = runs()
    assert run.data.metrics == {"loss": 7.0, "accuracy": 0.5}


def test_secret_arguments_are_redacted():
    @nbtrack.track
    def fit(api_key, depth):
        return depth

    fit("sk-proj-abcdefghijklmnop", 2)
    (run,) = runs()
    assert run.data.params == {"api_key": "***", "depth": "2"}


def test_store_that_cannot_be_written_leaves_the_function_alone(capsys):
    @nbtrack.track
    def fit(rate):
        return rate * 2

    nbtrack.set_tracking_uri("http://127.0.0.1:9")
    assert fit(2) == 4
    assert "this call is not tracked" in capsys.readouterr().err


def decay(step):
    return 0.5**step


@nbtrack.track
def fit_in_a_loop(rate, epochs=3):
    for epoch in range(epochs):
        loss = decay(epoch) * rate
    return loss


@nbtrack.track(name="trainer")
def fit_and_collect(rate):
    losses = []
    for step in range(3):
        losses.append(decay(step) * rate)
    return losses


@nbtrack.track
def fit_and_log(rate):
    for step in range(3):
        loss = decay(step) * rate
        nbtrack.log_metric("loss", -1, step=step)
    return {"loss": loss, "accuracy": 0.5}


@nbtrack.track
def fit_and_fail(rate):
    for step in range(3):
        loss = 1 / (2 - step) * rate
        print(loss)


def curve(run, key):
    return [(each.step, each.value) for each in nbtrack.MlflowClient().get_metric_history(run.info.run_id, key)]


def test_loop_of_a_function_gives_a_curve():
    assert fit_in_a_loop(2.0) == 0.5
    (run,) = runs()
    assert run.data.params == {"rate": "2.0", "epochs": "3"}
    assert curve(run, "loss") == [(0, 2.0), (1, 1.0), (2, 0.5)]
    assert set(run.data.metrics) == {"loss"}


def test_list_that_a_loop_fills_is_a_curve():
    assert fit_and_collect(2.0) == [2.0, 1.0, 0.5]
    assert curve(runs()[0], "losses") == [(0, 2.0), (1, 1.0), (2, 0.5)]


def test_each_call_has_its_own_curve_and_the_function_its_own_code_afterwards():
    code = fit_in_a_loop.__wrapped__.__code__
    for rate in (1.0, 2.0):
        fit_in_a_loop(rate)
    assert [curve(run, "loss")[0] for run in runs()] == [(0, 1.0), (0, 2.0)]
    assert fit_in_a_loop.__wrapped__.__code__ is code


def test_curve_that_a_function_logs_itself_is_not_inferred():
    fit_and_log(1.0)
    (run,) = runs()
    assert [value for _, value in curve(run, "loss")] == [-1, -1, -1]
    assert run.data.metrics["accuracy"] == 0.5


def test_function_that_fails_keeps_the_points_so_far():
    with pytest.raises(ZeroDivisionError):
        fit_and_fail(1.0)
    (run,) = runs()
    assert run.info.status == "FAILED"
    assert curve(run, "loss") == [(0, 0.5), (1, 1.0)]
