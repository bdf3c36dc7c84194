"""GraphQL queries, as MLflow's own pages and other programs send them.

In GraphQL, int64 is text and names are in camel case. Queries are not validated against the schema: fields that it
lacks, which pages of other versions may ask for, are left out of the answer.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from nbtrack.endpoints.graphql_schema import SCHEMA
from nbtrack.endpoints.service import Service, answers, call
from nbtrack.errors import InvalidValue, NbtrackError
from nbtrack.wire import endpoint_table, records
from nbtrack.wire.values import EncodedJson

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from graphql import DocumentNode, GraphQLSchema

    from nbtrack.wire.endpoint import Endpoint
    from nbtrack.wire.values import Json

    Ask = Callable[[Service, Json], Json]

MOST_ROOT_FIELDS, MOST_ALIASES, DEEPEST, MOST_SELECTIONS, MOST_TOKENS = 10, 10, 10, 1000, 20_000
_INT64 = frozenset({"startTime", "endTime", "creationTime", "lastUpdateTime", "timestamp", "step", "fileSize"})
_NO_NUMBERS = frozenset({"NaN", "Infinity", "-Infinity"})


@answers(endpoint_table.GRAPHQL)
def answer(service: Service, operationName: str | None, query: str, variables: Json) -> Json:  # noqa: N803 - the name in the GraphQL schema
    """Answer the queries that `graphql_schema` describes."""
    import graphql

    try:
        document = graphql.parse(query, no_location=True, max_tokens=MOST_TOKENS)
        _check(document)
        found = graphql.execute_sync(
            _schema(), document, _roots(service), variable_values=variables, operation_name=operationName
        )
    except (graphql.GraphQLError, RecursionError) as error:
        return {"data": None, "errors": [str(error) or "the query nests too deeply"]}
    return {"data": found.data, "errors": [each.message for each in found.errors] if found.errors else None}


@cache
def _schema() -> GraphQLSchema:
    import graphql

    return graphql.build_schema(SCHEMA)


def _check(document: DocumentNode) -> None:
    """Raise `GraphQLError` for a query that asks for too much; the limits are those of MLflow."""
    import graphql

    counted = _Counted()
    for each in document.definitions:
        selected = getattr(each, "selection_set", None)
        if selected is not None:
            counted.add(selected, 1)
            roots = len(selected.selections) if isinstance(each, graphql.OperationDefinitionNode) else 0
            _limit(roots, MOST_ROOT_FIELDS, f"GraphQL queries should have at most {MOST_ROOT_FIELDS} root fields")
    _limit(counted.depth, DEEPEST, f"Query exceeds maximum depth of {DEEPEST}")
    _limit(counted.selections, MOST_SELECTIONS, f"Query exceeds maximum total selections of {MOST_SELECTIONS}")
    _limit(counted.aliases, MOST_ALIASES, f"GraphQL queries should have at most {MOST_ALIASES} aliases")


def _limit(count: int, most: int, message: str) -> None:
    import graphql

    if count > most:
        raise graphql.GraphQLError(message)


class _Counted:
    """What a query selects."""

    def __init__(self) -> None:
        self.depth = self.selections = self.aliases = 0

    def add(self, selected: Any, depth: int) -> None:
        """Count the selections in a set, and in those within it."""
        self.depth = max(self.depth, depth)
        for each in selected.selections:
            self.selections += 1
            self.aliases += getattr(each, "alias", None) is not None
            inner = getattr(each, "selection_set", None)
            if inner is not None and depth <= DEEPEST:
                self.add(inner, depth + 1)


def _roots(service: Service) -> dict[str, Any]:
    """Return the functions of the fields of a query."""

    def asking(ask: Ask) -> Callable[..., Json]:
        def asked(_: object, input: Json | None = None) -> Json:
            try:
                return ask(service, {key: value for key, value in (input or {}).items() if value is not None})
            except NbtrackError as error:
                return {"apiError": {"code": error.error_code, "message": error.message, "helpUrl": None}}

        return asked

    def test(_: object, inputString: str | None = None) -> Json:  # noqa: N803 - the name in the GraphQL schema
        return {"output": inputString}

    return {name: asking(ask) for name, ask in _FIELDS.items()} | {"test": test, "testMutation": test}


def _experiment(service: Service, experiment_id: str) -> Json:
    found: Json = _camel(records.write_experiment(service.store.get_experiment(experiment_id)))
    return {"tags": [], **found}


def _get_experiment(service: Service, given: Json) -> Json:
    return {"experiment": _experiment(service, _asked(given, "experimentId"))}


def _asked(given: Json, *names: str) -> str:
    value = next((given[each] for each in names if given.get(each)), None)
    if not isinstance(value, str):
        msg = f"Missing value for required parameter {names[0]!r}"
        raise InvalidValue(msg)
    return value


def _get_run(service: Service, given: Json) -> Json:
    run = service.store.get_run(_asked(given, "runId", "runUuid"))
    return {"run": _run(service, _camel(records.write_run(run)))}


def _run(service: Service, found: Json) -> Json:
    """Return a run with an empty list for what it does not have."""
    parts = {"data": ("metrics", "params", "tags"), "inputs": ("datasetInputs", "modelInputs")}
    parts["outputs"] = ("modelOutputs",)
    whole = {part: {name: found[part].get(name, []) for name in names} for part, names in parts.items()}
    experiment_id = found["info"]["experimentId"]
    return {**found, **whole, "modelVersions": [], "experiment": lambda _: _experiment(service, experiment_id)}


def _search_runs(service: Service, given: Json) -> Json:
    found = _answered(service, endpoint_table.SEARCH_RUNS, given)
    return {**found, "runs": [_run(service, each) for each in found.get("runs", [])]}


def _list_artifacts(service: Service, given: Json) -> Json:
    found = _answered(service, endpoint_table.LIST_ARTIFACTS, given)
    return {**found, "files": [{"fileSize": "0", **each} for each in found.get("files", [])]}


def _sampled(service: Service, given: Json) -> Json:
    return {"metrics": [], **_answered(service, endpoint_table.SAMPLED_HISTORIES, given)}


def _search_datasets(service: Service, given: Json) -> Json:
    found = _answered(service, endpoint_table.SEARCH_DATASETS, given)
    return {"datasetSummaries": [{"context": "", **each} for each in found.get("datasetSummaries", [])]}


def _answered(service: Service, endpoint: Endpoint, given: Json) -> Json:
    """Return the response of an endpoint, in GraphQL form."""
    found: Any = call(service, endpoint, given)
    whole: Json = _camel(json.loads(found) if isinstance(found, EncodedJson) else found)
    return whole


def _camel(record: Any) -> Any:
    """Return a REST record in GraphQL form, in which NaN and infinities are null."""
    if isinstance(record, list):
        return [_camel(each) for each in record]
    return dict(_entries(record)) if isinstance(record, dict) else record


def _entries(record: Json) -> Iterator[tuple[str, Any]]:
    for name, value in record.items():
        camel = re.sub("_([a-z])", lambda found: found[1].upper(), name)
        if camel in _INT64 and value is not None:
            yield camel, str(value)
        elif camel == "value" and "timestamp" in record and value in _NO_NUMBERS:
            yield camel, None
        else:
            yield camel, _camel(value)


_FIELDS: dict[str, Ask] = {
    "mlflowGetExperiment": _get_experiment,
    "mlflowGetRun": _get_run,
    "mlflowListArtifacts": _list_artifacts,
    "mlflowGetMetricHistoryBulkInterval": _sampled,
    "mlflowSearchRuns": _search_runs,
    "mlflowSearchDatasets": _search_datasets,
}
