"""The columns of runs and experiments that queries may name, with the operators that each kind of them accepts."""

from __future__ import annotations

from nbtrack.query.model import Subject

_ENTITIES = {
    name: kind
    for kind, names in {
        "metric": "metric metrics",
        "param": "param params parameter parameters",
        "tag": "tag tags",
        "attribute": "attribute attributes attr run",
        "dataset": "dataset datasets",
    }.items()
    for name in names.split()
}

RUNS = Subject(
    entities=_ENTITIES,
    attributes={
        "run_id": "id",
        "run_name": "text",
        "user_id": "text",
        "status": "status",
        "artifact_uri": "text",
        "start_time": "number",
        "end_time": "number",
        "duration": "duration",
        "experiment_id": "key",
    },
    aliases={
        **dict.fromkeys(("run name", "Run name", "Run Name"), "run_name"),
        **dict.fromkeys(("created", "Created"), "start_time"),
    },
    sortable=frozenset({"metric", "param", "tag", "attribute"}),
)
EXPERIMENTS = Subject(
    entities={"attribute": "attribute", "tag": "tag", "tags": "tag"},
    attributes={"name": "text", "experiment_id": "key", "creation_time": "integer", "last_update_time": "integer"},
    aliases={},
    sortable=frozenset({"attribute"}),
)

NOT_OF_MLFLOW = {"duration", "experiment_id"}
"""Attributes of runs that MLflow cannot search by."""
DATASET_KEYS = ("name", "digest", "context")
EQUAL, ORDERED = ("=", "!="), ("=", "!=", ">", ">=", "<", "<=")
LIKE, _NOT_LIKE = ("LIKE", "ILIKE"), ("NOT LIKE", "NOT ILIKE")
_IN, _NULL, _BETWEEN = ("IN", "NOT IN"), ("IS NULL", "IS NOT NULL"), ("BETWEEN", "NOT BETWEEN")
_STRICT_OPERATORS = {
    "metric": ORDERED,
    "param": (*EQUAL, *LIKE, *_NULL),
    "tag": (*EQUAL, *LIKE, *_NULL),
    "dataset": (*EQUAL, *LIKE, *_IN),
    "text": (*EQUAL, *LIKE),
    "status": (*EQUAL, *LIKE),
    "id": (*EQUAL, *LIKE, *_IN),
    "key": (*EQUAL, *_IN),
    "number": ORDERED,
    "integer": ORDERED,
}
NUMBERS = {"metric", "number", "integer", "duration"}


def operators(kind: str, *, strict: bool) -> tuple[str, ...]:
    """Return the operators for columns of a kind, with `strict` those of MLflow."""
    if strict:
        return _STRICT_OPERATORS[kind]
    if kind in NUMBERS:
        return (*ORDERED, *_IN, *_NULL, *_BETWEEN)
    return (*ORDERED, *LIKE, *_NOT_LIKE, *_IN, *_NULL, *_BETWEEN)
