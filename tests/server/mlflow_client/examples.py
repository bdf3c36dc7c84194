"""Runs and experiments to search among, and what MLflow's own server finds there."""

from __future__ import annotations

import math
import uuid

from mlflow.entities import Dataset, DatasetInput, InputTag, Metric, Param, RunTag

FOUND = [
    ("", "r5 r4 r3 r2 r1"),
    ("metrics.acc > 0.5", "r3 r1"),
    ("metrics.acc != 0.5", "r3 r1"),
    ("metrics.`m/with slash` = 1", "r1"),
    ("metrics.loss != 5", "r3 r2 r1"),
    ("metrics.loss = 0", ""),
    ("metrics.acc > 1e10", "r3"),
    ("params.lr = '0.1'", "r5 r1"),
    ("params.lr != '0.1'", "r2"),
    ("params.opt LIKE 'adam'", "r2"),
    ("params.opt ILIKE 'adam'", "r2 r1"),
    ("params.`weird key` = 'x y'", "r1"),
    ("params.a.b = 'dot'", "r1"),
    ("params.empty = ''", "r1"),
    ("params.lr is null", "r4 r3"),
    ("tags.team != 'red'", "r3 r2"),
    ("tags.team ILIKE 'red'", "r5 r3 r1"),
    ('tags.note = "it\'s"', "r1"),
    ("tags.und LIKE 'a_b'", "r4 r3"),
    ("tags.team IS NULL", "r4"),
    ("tags.mlflow.runName = 'alpha'", "r1"),
    ("status = 'FINISHED'", "r5 r1"),
    ("status = 'finished'", ""),
    ("attributes.run_name LIKE '%a'", "r2 r1"),
    ("`run name` = 'alpha'", "r1"),
    ("run_id IN ('{r1}','{r2}')", "r2 r1"),
    ("start_time > 2000", "r5 r4 r3"),
    ("end_time != 0", "r5 r4 r2 r1"),
    ("created > 2000", "r5 r4 r3"),
    ("datasets.name = 'ds1' AND datasets.context = 'train'", "r2 r1"),
    ("datasets.name NOT IN ('ds1')", "r3 r2"),
    ("datasets.context != 'train'", "r3 r2"),
    ("metrics.acc > 0.4 AND params.lr = '0.1'", "r5 r1"),
]
REFUSED = [
    "metrics.m/with = 1",
    "metrics.acc > '0.5'",
    "metrics.acc IS NULL",
    "params.lr = 0.1",
    "params.lr > '0.1'",
    "params.weird key = 'x y'",
    "params.lr IN ('0.1','0.01')",
    "tags.team = red",
    "status IN ('FAILED','KILLED')",
    "run_id IN ()",
    "start_time > '2000'",
    "lifecycle_stage = 'active'",
    "foo.bar = 1",
    "metrics.acc > 0.4 OR params.lr = '0.1'",
    "(metrics.acc > 0.4)",
    "metrics.acc == 0.5",
    "METRICS.acc > 0.5",
    "params.lr = '0.1",
    "tags.team NOT LIKE 'r%'",
]
"""What MLflow refuses."""
LARGER = {
    "params.lr IN ('0.1','0.01')": "r5 r2 r1",
    "metrics.acc > 0.4 OR params.lr = '0.1'": "r5 r3 r2 r1",
    "(metrics.acc > 0.4)": "r5 r3 r2 r1",
    "NOT metrics.acc > 0.5": "r5 r2",
    "metrics.acc BETWEEN 0.4 AND 0.6": "r5 r2",
    "tags.team NOT LIKE 'r%'": "r3 r2",
    "params.lr > 0.05": "r5 r1",
}
"""What MLflow refuses and nbtrack's larger grammar answers."""
ORDERED = [
    ([], "r5 r4 r3 r2 r1"),
    (["metrics.acc"], "r5 r2 r1 r3 r4"),
    (["metrics.acc DESC"], "r3 r1 r5 r2 r4"),
    (["metrics.loss ASC"], "r1 r3 r2 r5 r4"),
    (["metrics.loss DESC"], "r3 r1 r2 r5 r4"),
    (["params.lr ASC"], "r2 r5 r1 r4 r3"),
    (["tags.team ASC"], "r3 r2 r5 r1 r4"),
    (["attributes.end_time DESC"], "r5 r4 r2 r1 r3"),
    (["run_name ASC"], "r3 r1 r2 r4 r5"),
    (["user_id ASC", "start_time ASC"], "r4 r1 r3 r2 r5"),
]
UNORDERED = ["metrics.acc FOO", "datasets.name", "acc DESC", "metrics.acc, params.lr"]
EXPERIMENTS_FOUND = [
    ("name LIKE 'A%{sfx}'", "e1"),
    ("name ILIKE 'a%{sfx}'", "e2 e1"),
    ("attribute.name = 'Aa-{sfx}'", "e1"),
    ("tags.own = '{sfx}' AND tags.k IS NULL", "e3"),
    ("tags.own = '{sfx}' AND tags.k != 'v1'", "e2"),
    ("experiment_id IN ('{e1}','{e2}')", "e2 e1"),
]
EXPERIMENTS_REFUSED = [
    "attributes.name = 'Aa-{sfx}'",
    "creation_time > '0'",
    "creation_time > 1.5",
    "name > 'a'",
    "name IN ('a')",
    "experiment_id = 'abc'",
    "experiment_id = 1",
    "name = 'a' OR name = 'b'",
]


def runs(client):
    """Make the runs in an experiment of their own; return its id, and theirs by their short names."""
    experiment = client.create_experiment(f"searched {uuid.uuid4().hex}")
    ids = {}

    def add(short, name, status, start, end, user, params=(), metrics=(), tags=(), inputs=()):
        tags = {"mlflow.user": user, **dict(tags)}
        run = client.create_run(experiment, start_time=start, run_name=name, tags=tags).info.run_id
        points = [Metric(key, value, start, 0) for key, value in metrics]
        client.log_batch(run, points, [Param(*each) for each in params], [RunTag("made", "1")])
        for dataset, context in inputs:
            given = DatasetInput(Dataset(dataset, "x", "local", "{}"), [InputTag("mlflow.data.context", context)])
            client.log_inputs(run, [given])
        if status != "RUNNING":
            client.set_terminated(run, status, end)
        ids[short] = run

    add("r1", "alpha", "FINISHED", 1000, 5000, "bob",
        [("lr", "0.1"), ("opt", "Adam"), ("weird key", "x y"), ("a.b", "dot"), ("empty", "")],
        [("acc", 0.9), ("loss", 0.1), ("m/with slash", 1.0)],
        {"team": "red", "note": "it's", "und": "aXbc"}, [("ds1", "train")])  # fmt: skip
    add("r2", "beta", "FAILED", 2000, 6000, "cy", [("lr", "0.01"), ("opt", "adam")],
        [("acc", 0.5), ("loss", math.nan)], {"team": "blue"}, [("ds1", "test"), ("ds2", "train")])  # fmt: skip
    add("r3", "Gamma_1", "RUNNING", 3000, None, "bob", [("opt", "SGD")], [("acc", math.inf), ("loss", 0.3)],
        {"team": "Red", "und": "a_b"}, [("ds2", "validation")])  # fmt: skip
    add("r4", "delta%", "KILLED", 4000, 7000, "ann", tags={"und": "aXb"})
    add("r5", "same", "FINISHED", 5000, 8000, "dee", [("lr", "0.1")], [("acc", 0.5)], {"team": "red"})
    add("rX", "gone", "FINISHED", 6000, 9000, "bob", [("lr", "0.1")], [("acc", 0.9)])
    client.delete_run(ids["rX"])
    return experiment, ids


def experiments(client):
    """Make the experiments; return what stands for them in the filters."""
    suffix = uuid.uuid4().hex
    made = {
        short: client.create_experiment(f"{name}-{suffix}", tags={**tags, "own": suffix})
        for short, name, tags in (("e1", "Aa", {"k": "v1"}), ("e2", "ab", {"k": "V1"}), ("e3", "B_b", {}))
    }
    return {**made, "sfx": suffix}


def shown(ids, found):
    """Return what was found by the short names."""
    back = {value: short for short, value in ids.items()}
    return " ".join(back[each] for each in found)
