"""The two GraphQL queries of MLflow's own pages, answered with fixed fields.

GraphQL has int64 as text, and names in camel case.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from nbtrack.endpoints.service import Service, answers
from nbtrack.errors import InvalidValue, NbtrackError
from nbtrack.wire import endpoint_table, records

if TYPE_CHECKING:
    from nbtrack.wire.values import Json

_INT64 = frozenset({"startTime", "endTime", "creationTime", "lastUpdateTime", "timestamp", "step"})
_EXPERIMENT = ("artifactLocation", "creationTime", "experimentId", "lastUpdateTime", "lifecycleStage", "name", "tags")
_INFO = (
    "runName",
    "status",
    "runUuid",
    "experimentId",
    "artifactUri",
    "endTime",
    "lifecycleStage",
    "startTime",
    "userId",
)
_NO_NUMBERS = frozenset({"NaN", "Infinity", "-Infinity"})


@answers(endpoint_table.GRAPHQL)
def answer(service: Service, operationName: str | None, query: str, variables: Json) -> Json:  # noqa: N803 - GraphQL's
    """Answer ``GetRun`` or ``MlflowGetExperimentQuery``."""
    named = operationName or _name(query)
    if named not in _OPERATIONS:
        msg = f"of GraphQL only {' and '.join(_OPERATIONS)} are answered, not {str(named)[:100]!r}"
        raise InvalidValue(msg)
    field, ask = _OPERATIONS[named]
    try:
        found = ask(service, variables)
    except NbtrackError as error:
        found = {"apiError": {"code": error.error_code, "message": error.message, "helpUrl": None}}
    return {"data": {field: found}, "errors": None}


def _name(query: str) -> str | None:
    found = re.match(r"\s*query\s+(\w+)", query)
    return found and found[1]


def _asked(variables: Json, name: str, field: str) -> str:
    given = variables.get(name)
    value = given.get(field) if isinstance(given, dict) else None
    if not isinstance(value, str):
        msg = f"the variable {name}.{field} has to be text"
        raise InvalidValue(msg)
    return value


def _experiment(service: Service, experiment_id: str) -> Json:
    found = _camel(records.write_experiment(service.store.get_experiment(experiment_id)))
    written = {name: found.get(name) for name in _EXPERIMENT}
    return {**written, "tags": found.get("tags", []), "effectiveTraceArchivalRetention": None}


def _get_experiment(service: Service, variables: Json) -> Json:
    return {"apiError": None, "experiment": _experiment(service, _asked(variables, "input", "experimentId"))}


def _get_run(service: Service, variables: Json) -> Json:
    run = service.store.get_run(_asked(variables, "data", "runId"))
    found = _camel(records.write_run(run))
    return {
        "apiError": None,
        "run": {
            "info": {name: found["info"].get(name) for name in _INFO},
            "experiment": _experiment(service, run.info.experiment_id),
            "modelVersions": [],
            "data": {name: found["data"].get(name, []) for name in ("metrics", "params", "tags")},
            "inputs": {name: found["inputs"].get(name, []) for name in ("datasetInputs", "modelInputs")},
            "outputs": {"modelOutputs": found["outputs"].get("modelOutputs", [])},
        },
    }


def _camel(record: Any) -> Any:
    """Return a REST record in GraphQL form, in which NaN and infinities are null."""
    if isinstance(record, list):
        return [_camel(each) for each in record]
    if not isinstance(record, dict):
        return record
    written: dict[str, Any] = {}
    for name, value in record.items():
        camel = re.sub("_([a-z])", lambda found: found[1].upper(), name)
        written[camel] = str(value) if camel in _INT64 and value is not None else _camel(value)
    if "timestamp" in written and written["value"] in _NO_NUMBERS:
        written["value"] = None
    return written


_OPERATIONS = {
    "GetRun": ("mlflowGetRun", _get_run),
    "MlflowGetExperimentQuery": ("mlflowGetExperiment", _get_experiment),
}
