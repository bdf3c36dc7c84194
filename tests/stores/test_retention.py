"""Thinning old histories, and what experiments take, as the command line does it on both kinds of database."""

from __future__ import annotations

import json
import math

import pytest
from click.testing import CliRunner

from nbtrack import locate
from nbtrack.cli import main
from nbtrack.entities import Metric


@pytest.fixture(params=["sqlite", "postgres"])
def uri(request, tmp_path):
    """Return the address of an empty store."""
    return request.getfixturevalue("postgres").fresh() if request.param == "postgres" else str(tmp_path / "runs")


def answer(uri, line):
    done = CliRunner().invoke(main, ["--tracking-uri", uri, *line.split(), "--json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.output)


def run_with(store, experiment, values):
    run = store.create_run(experiment, name=None, user_id="ada", start_time=1, tags={}).info.run_id
    store.log_batch(run, [Metric("m", value, step, step) for step, value in enumerate(values)], [("p", "x" * 50)])
    store.log_batch(run, [Metric("few", 1.0, step, step) for step in range(5)])
    return run


def test_old_histories_keep_their_ends_extremes_and_latest(uri):
    store = locate.store(uri)
    home = store.create_experiment("old")
    long = [math.nan, *(math.sin(step / 100) for step in range(999))]
    old, going, other = run_with(store, home, long), run_with(store, home, long), run_with(store, "0", long)
    store.log_batch(old, [Metric("m", 0.5, 0, -1)])
    for run in (old, other):
        store.update_run(run, status="FINISHED", end_time=10)
    before = store.get_run(old)
    assert answer(uri, f"gc --points --older-than 1d --experiment-ids {home}") == {
        "points": 996,
        "metrics": 1,
        "runs": 1,
    }
    assert list(store.metric_history(old, "m").steps) == [0, 158, 472, 999, -1]
    assert list(store.metric_history(old, "few").steps) == list(range(5))
    assert store.get_run(old) == before
    assert [len(store.metric_history(run, "m").values) for run in (going, other)] == [1000, 1000]
    assert answer(uri, f"gc --points --older-than 1d --experiment-ids {home}")["points"] == 0
    assert answer(uri, f"gc --points --older-than 1d --run-ids {going}")["points"] == 0
    assert CliRunner().invoke(main, ["--tracking-uri", uri, "gc", "--points"]).exit_code == 2
    unknown = ["--tracking-uri", uri, "gc", "--points", "--older-than", "1d", "--run-ids", "0" * 32]
    assert "not found" in CliRunner().invoke(main, unknown).output


def test_sizes_are_those_of_each_experiment(uri):
    store = locate.store(uri)
    home = store.create_experiment("big")
    for _ in range(2):
        run_with(store, home, range(3000))
    store.close()
    big, empty = answer(uri, "db sizes")
    assert (big["name"], big["runs"], big["points"]) == ("big", 2, 6010)
    assert 1000 < big["database_bytes"] < 60 * 6010
    assert (empty["name"], empty["runs"], empty["points"], empty["database_bytes"]) == ("Default", 0, 0, 0)
