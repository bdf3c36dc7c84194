"""The frame of a search says what its list of runs says."""

from __future__ import annotations

import math
import random

import apsw
import pandas as pd
import pytest

import nbtrack
from nbtrack.entities import Metric


@pytest.fixture
def runs():
    """Return runs that hold different keys, in no order."""
    chance = random.Random(5)
    client = nbtrack.MlflowClient()
    for number in range(60):
        keys = (
            chance.sample(["a", "b", "ä", "key with space", "z.z"], chance.randint(0, 5)) if number % 3 else ["a", "b"]
        )
        values = [chance.choice([0.5, -math.inf, math.nan, 1e300]) for _ in keys]
        run_id = client.create_run("0", start_time=1_000 + chance.randint(0, 20)).info.run_id
        client.log_batch(
            run_id,
            [Metric(key, value, number, number) for key, value in zip(keys, values, strict=True)],
            params=[(key, chance.choice(["", "x", "0.1"])) for key in chance.sample(keys, len(keys))],
            tags=[(key, str(number)) for key in keys[:2]],
        )
    return client


def same(frame, runs):
    """Tell whether a frame and a list say the same."""
    assert list(frame["run_id"]) == [run.info.run_id for run in runs]
    for kind, missing in (("metrics", math.nan), ("params", None), ("tags", None)):
        held = [getattr(run.data, kind) for run in runs]
        keys = sorted({key for each in held for key in each})
        assert [column for column in frame if column.startswith(f"{kind}.")] == [f"{kind}.{key}" for key in keys]
        for key in keys:
            wanted = pd.Series(
                [each.get(key, missing) for each in held], dtype="float64" if kind == "metrics" else object
            )
            pd.testing.assert_series_equal(frame[f"{kind}.{key}"], wanted, check_names=False)
    return True


@pytest.mark.parametrize("limit", [100, 17])
@pytest.mark.parametrize("filter_string", ["", "metrics.a > 0", "params.b IS NULL", "tags.nothing = 'x'"])
@pytest.mark.parametrize("order_by", [[], ["metrics.b DESC"]])
def test_frame_says_what_the_list_says(runs, limit, filter_string, order_by):
    asked = {"filter_string": filter_string, "order_by": order_by, "max_results": limit}
    found = nbtrack.search_runs(output_format="list", **asked)
    assert same(nbtrack.search_runs(**asked), found)


def test_frame_holds_what_is_not_folded_yet(runs, tmp_path):
    lock = apsw.Connection(str(tmp_path / "mlruns" / "nbtrack.db"))
    lock.execute("BEGIN IMMEDIATE")
    for number, run in enumerate(nbtrack.search_runs(output_format="list", max_results=5)):
        runs.log_batch(run.info.run_id, [Metric("a", number, 10**6, 10**6), Metric("fresh", number, 1, 1)])
    assert same(nbtrack.search_runs(), nbtrack.search_runs(output_format="list"))
    assert list(nbtrack.search_runs()["metrics.fresh"].dropna()) == [0, 1, 2, 3, 4]
    lock.execute("ROLLBACK")
    lock.close()


def test_columns_are_chosen(runs):
    frame = nbtrack.search_runs(columns=["metrics.a", "tags.b", "params.nothing"])
    assert list(frame) == [
        "run_id",
        "experiment_id",
        "status",
        "artifact_uri",
        "start_time",
        "end_time",
        "metrics.a",
        "tags.b",
    ]
    pd.testing.assert_series_equal(frame["metrics.a"], nbtrack.search_runs()["metrics.a"])
