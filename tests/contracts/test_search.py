"""The filter and order grammar, on the runs and by the answers of the design's table."""

from __future__ import annotations

import math

import pytest

from nbtrack.entities import Dataset, DatasetInput, Metric, Tag, ViewType
from nbtrack.errors import FilterError, InvalidValue
from nbtrack.query import EXPERIMENTS, parse

LR, WEIRD = "lr", "weird key"


_MADE = {}
"""The runs that a real MLflow server keeps for the tests after the first one: it takes a second to make them."""


@pytest.fixture
def runs(store, request):
    """Return the ids of the runs of the worked examples by name."""
    kind = next(
        (each for each in ("rest to mlflow", "mlflow files", "mlflow database") if each in request.node.name), None
    )
    if kind is None:
        return made(store)
    server = request.getfixturevalue("mlflow_server")
    kept = f"runs-{kind.replace(' ', '-')}"
    if (server, kind) in _MADE:
        path = server.tell(f"back {kept}")
        if hasattr(store, "move"):
            store.move(path)
    else:
        _MADE[server, kind] = made(store)
        server.tell(f"keep {kept}")
    return _MADE[server, kind]


def made(store):
    """Make the runs of the worked examples and return their ids by name."""
    ids = {}

    def add(short, name, status, start, end, user, params=(), metrics=(), tags=(), inputs=()):
        run = store.create_run("0", name=name, user_id=user, start_time=start, tags=dict(tags)).info.run_id
        store.log_batch(run, [Metric(key, value, start) for key, value in metrics], list(params))
        for dataset, context in inputs:
            described = DatasetInput(Dataset(dataset, "x", "local", "{}"), (Tag("mlflow.data.context", context),))
            store.log_inputs(run, [described])
        if status != "RUNNING":
            store.update_run(run, status=status, end_time=end)
        ids[short] = run

    add("r1", "alpha", "FINISHED", 1000, 5000, "bob",
        [(LR, "0.1"), ("opt", "Adam"), (WEIRD, "x y"), ("a.b", "dot"), ("empty", "")],
        [("acc", 0.9), ("loss", 0.1), ("m/with slash", 1.0)],
        [("team", "red"), ("note", "it's"), ("und", "aXbc")], [("ds1", "train")])  # fmt: skip
    add("r2", "beta", "FAILED", 2000, 6000, "cy", [(LR, "0.01"), ("opt", "adam")],
        [("acc", 0.5), ("loss", math.nan)], [("team", "blue")], [("ds1", "test"), ("ds2", "train")])  # fmt: skip
    add("r3", "Gamma_1", "RUNNING", 3000, None, "bob", [("opt", "SGD")], [("acc", math.inf), ("loss", 0.3)],
        [("team", "Red"), ("und", "a_b")], [("ds2", "validation")])  # fmt: skip
    add("r4", "delta%", "KILLED", 4000, 7000, "ann", tags=[("und", "aXb")])
    add("r5", "same", "FINISHED", 5000, 8000, "dee", [(LR, "0.1")], [("acc", 0.5)], [("team", "red")])
    add("rX", "gone", "FINISHED", 6000, 9000, "bob", [(LR, "0.1")], [("acc", 0.9)])
    store.update_run(ids["rX"], stage="deleted")
    return ids


def names(store, ids, query):
    page = store.search_runs(["0"], query, ViewType.ACTIVE_ONLY, 100)
    back = {run: short for short, run in ids.items()}
    return " ".join(back[run.info.run_id] for run in page)


ANSWERED = [
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
    ('params."weird key" = "x y"', "r1"),
    ("params.a.b = 'dot'", "r1"),
    ("params.empty = ''", "r1"),
    ("params.lr is null", "r4 r3"),
    ("params.lr is not null", "r5 r2 r1"),
    ("tags.team != 'red'", "r3 r2"),
    ("tags.team ILIKE 'red'", "r5 r3 r1"),
    ('tags.note = "it\'s"', "r1"),
    ("tags.und LIKE 'a_b'", "r4 r3"),
    ("tags.team IS NULL", "r4"),
    ("tags.mlflow.runName = 'alpha'", "r1"),
    ("status = 'FINISHED'", "r5 r1"),
    ("status = 'finished'", ""),
    ("attributes.run_name LIKE '%a'", "r2 r1"),
    ("run_name LIKE 'delta%'", "r4"),
    ("`run name` = 'alpha'", "r1"),
    ("start_time > 2000", "r5 r4 r3"),
    ("end_time != 0", "r5 r4 r2 r1"),
    ("created > 2000", "r5 r4 r3"),
    ("datasets.name = 'ds1' AND datasets.context = 'train'", "r2 r1"),
    ("datasets.name NOT IN ('ds1')", "r3 r2"),
    ("datasets.context != 'train'", "r3 r2"),
    ("metrics.acc > 0.4 AND params.lr = '0.1'", "r5 r1"),
]

ONLY_MLFLOW_REFUSES = [
    ("metrics.acc IS NULL", "r4"),
    ("params.lr = 0.1", "r5 r1"),
    ("params.lr < 0.1", "r2"),
    ("params.lr IN ('0.1', '0.01')", "r5 r2 r1"),
    ("status IN ('FAILED', 'KILLED')", "r4 r2"),
    ("metrics.acc > 0.8 OR params.lr = '0.1'", "r5 r3 r1"),
    ("(metrics.acc > 0.4)", "r5 r3 r2 r1"),
    ("metrics.acc == 0.5", "r5 r2"),
    ("tags.team NOT LIKE 'r%'", "r3 r2"),
    ("metrics.acc BETWEEN 0.5 AND 0.9", "r5 r2 r1"),
    ("NOT (metrics.acc > 0.5 OR tags.team = 'blue')", "r5"),
    ("not metrics.loss = 0.1", "r3 r2"),
    ("not metrics.loss != 0.1", "r1"),
    ("metrics.acc IN (0.5, 0.9) and params.lr BETWEEN 0.05 AND 1", "r5 r1"),
    ("tags.team = 'blue' or tags.team = 'red' and params.lr = '0.1'", "r5 r2 r1"),
    ("duration > 3500", "r2 r1"),
    ("end_time is null", "r3"),
]

REFUSED = [
    "metrics.m/with = 1",
    "metrics.acc > '0.5'",
    "params.lr > '0.1'",
    "params.weird key = 'x y'",
    "tags.team = red",
    "run_id IN ()",
    "start_time > '2000'",
    "lifecycle_stage = 'active'",
    "foo.bar = 1",
    "METRICS.acc > 0.5",
    "params.lr = '0.1",
    "metrics.acc >",
    "metrics.acc > 0.5 AND",
    "AND metrics.acc > 0.5",
    "metrics.acc > 0.5; DROP TABLE runs",
    "datasets.profile = 'x'",
    "0.5 < metrics.acc",
    "metrics.a > metrics.b",
    "metrics.`` = 1",
]


@pytest.mark.parametrize(("text", "answer"), ANSWERED)
@pytest.mark.parametrize("strict", [True, False])
def test_filters(store, runs, text, answer, strict):
    assert names(store, runs, parse(text, strict=strict)) == answer


def test_filter_by_id(store, runs):
    chosen = f"run_id IN ('{runs['r1']}', '{runs['r2']}')"
    assert names(store, runs, parse(chosen, strict=True)) == "r2 r1"


@pytest.mark.parametrize(("text", "answer"), ONLY_MLFLOW_REFUSES)
def test_larger_grammar(store, runs, text, answer):
    assert names(store, runs, parse(text)) == answer
    with pytest.raises(FilterError):
        parse(text, strict=True)


@pytest.mark.parametrize("text", REFUSED)
@pytest.mark.parametrize("strict", [True, False])
def test_refused(text, strict):
    with pytest.raises(FilterError) as caught:
        parse(text, strict=strict)
    assert 0 <= caught.value.column <= len(text)
    assert caught.value.error_code == "INVALID_PARAMETER_VALUE"


@pytest.mark.parametrize(
    ("text", "column", "word"),
    [
        ("metrics.acc >> 1", 13, "number"),
        ("status = FINISHED", 9, "quotes"),
        ("metrics.acc > 1 xor", 16, "AND"),
        ("a = 1", 0, "no column"),
    ],
)
def test_error_names_the_column(text, column, word):
    with pytest.raises(FilterError, match=word) as caught:
        parse(text)
    assert caught.value.column == column


@pytest.mark.parametrize(
    ("text", "example"),
    [
        ("params.lr = >>>", "text"),
        ("params.lr = (", "text"),
        ("params.lr = and", "text"),
        ("params.lr =", "text"),
        ("params.lr = adam", "adam"),
        ("params.lr = `adam w`", "adam w"),
        ("params.lr LIKE 5", "5"),
    ],
)
def test_the_example_of_a_text_is_a_plausible_one(text, example):
    with pytest.raises(FilterError, match=f"text in quotes, such as '{example}'"):
        parse(text)


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


@pytest.mark.parametrize(("order", "answer"), ORDERED)
def test_orders(store, runs, order, answer):
    assert names(store, runs, parse("", order)) == answer


@pytest.mark.parametrize(
    "order",
    [
        ["metrics.acc FOO"],
        ["datasets.name"],
        ["acc DESC"],
        ["metrics.acc, params.lr"],
        [""],
        ["metrics.a", "metrics.a DESC"],
    ],
)
def test_refused_orders(order):
    with pytest.raises(FilterError):
        parse("", order)


def test_order_by_must_be_a_list():
    with pytest.raises(InvalidValue, match="list"):
        parse("", "metrics.acc")


EXPERIMENT_FILTERS = [
    ("name LIKE 'A%-S'", "Aa-S"),
    ("name ILIKE 'a%-S'", "ab-S Aa-S"),
    ("attribute.name = 'Aa-S'", "Aa-S"),
    ("tags.own = 'S' AND tags.k IS NULL", "B_b-S"),
    ("tags.own = 'S' AND tags.k != 'v1'", "ab-S"),
    ("experiment_id IN ('1', '2')", "ab-S Aa-S"),
]


@pytest.mark.parametrize(("text", "answer"), EXPERIMENT_FILTERS)
def test_experiment_filters(store, text, answer):
    for name, tags in (("Aa-S", {"k": "v1"}), ("ab-S", {"k": "V1"}), ("B_b-S", {})):
        store.create_experiment(name, tags={**tags, "own": "S"})
    query = parse(text, ["attribute.experiment_id DESC"], EXPERIMENTS, strict=True)
    page = store.search_experiments(query, ViewType.ACTIVE_ONLY, 100)
    assert " ".join(each.name for each in page) == answer


@pytest.mark.parametrize(
    "text",
    [
        "attributes.name = 'x'",
        "creation_time > '0'",
        "creation_time > 1.5",
        "name > 'a'",
        "name IN ('a')",
        "experiment_id = 'abc'",
        "experiment_id = 1",
        "name = 'a' OR name = 'b'",
    ],
)
def test_refused_experiment_filters(text):
    with pytest.raises(FilterError):
        parse(text, [], EXPERIMENTS, strict=True)


def test_values_are_bound_not_pasted(store, runs):
    nasty = "'; DELETE FROM runs; --"
    assert names(store, runs, parse(f'params.lr = "{nasty}"')) == ""
    assert names(store, runs, parse("params.`x' OR 1=1 --` = 'y'")) == ""
    assert names(store, runs, parse("", ['params.`x" OR 1=1`'])) == "r5 r4 r3 r2 r1"
