"""The endpoints, each with its method, its path and what it takes; who serves or calls one reads it here.

The names, prefixes and arguments are those of MLflow's REST API; below `OURS` are those that its API has no word for.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack.entities import ViewType
from nbtrack.errors import InvalidValue
from nbtrack.wire import values

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbtrack.wire.values import Json, Kind

API = "/api/2.0/mlflow/"
NEWER = ("/api/3.0/mlflow/", "/ajax-api/3.0/mlflow/")
PREVIEWED = "/api/2.0/preview/mlflow/"
AJAX = "/ajax-api/2.0/mlflow/"
NBTRACK_API = "/api/2.0/nbtrack/"
PANELS = "/api/2.0/"
"""Panels leave this out of the name of an endpoint, whatever carries their request."""
EVERYWHERE = (API, PREVIEWED, AJAX)

RUN_ALIASES = {"run_id": "run_uuid"}
REQUIRED: Any = object()
"""The default of an argument that has to be given."""


class Endpoint(NamedTuple):
    """One endpoint.

    `fields` tells the kind and the default of each argument, by its name.
    """

    method: str
    path: str
    fields: Mapping[str, tuple[Kind, object]]
    prefixes: tuple[str, ...] = EVERYWHERE
    also: tuple[str, ...] = ()
    """Other methods that are answered as well."""
    aliases: Mapping[str, str] = {}
    """For an argument the older name that is taken as well, and written beside it."""

    @property
    def name(self) -> str:
        """What a panel calls it by: its path below ``/api/2.0/``; empty when panels can't."""
        prefix = next((each for each in (NBTRACK_API, API) if each in self.prefixes), "")
        return prefix.removeprefix(PANELS) + self.path if prefix else ""

    def read(self, given: Mapping[str, object]) -> Json:
        """Return the arguments of a request, of the kinds that they must have.

        Unknown ones are ignored, as MLflow does; names in camel case are taken as well.

        Raises
        ------
        InvalidValue
            Naming the argument that is missing or can't be read.
        """
        arguments: Json = {}
        for name, (kind, default) in self.fields.items():
            value = self._given(given, name)
            if value is None:
                if default is REQUIRED:
                    msg = f"Missing value for required parameter {name!r}"
                    raise InvalidValue(msg)
                arguments[name] = default
            else:
                arguments[name] = kind.read(name, value)
        return arguments

    def query(self, pairs: list[tuple[str, str]]) -> Json:
        """Return what a query string says, ready for `read`: a list of each argument that may come several times."""
        given: Json = {}
        many = {spelling for name, (kind, _) in self.fields.items() if kind.many for spelling in self._spellings(name)}
        for name, value in pairs:
            if name in many:
                given.setdefault(name, []).append(value)
            else:
                given[name] = value
        return given

    def write(self, arguments: Mapping[str, object]) -> Json:
        """Return the JSON of a request; arguments that are None are left out."""
        written = {name: self.fields[name][0].write(value) for name, value in arguments.items() if value is not None}
        return written | {other: written[name] for name, other in self.aliases.items() if name in written}

    def _given(self, given: Mapping[str, object], name: str) -> object:
        spelled = [each for each in self._spellings(name) if given.get(each) is not None]
        if len(spelled) > 1 and any(given[each] != given[spelled[0]] for each in spelled):
            msg = f"{' and '.join(map(repr, spelled))} are two spellings of one parameter: give one of them"
            raise InvalidValue(msg)
        return given[spelled[0]] if spelled else None

    def _spellings(self, name: str) -> tuple[str, ...]:
        return _spelled(name, self.aliases.get(name))


@cache
def _spelled(name: str, alias: str | None) -> tuple[str, ...]:
    spellings = [name, alias] if alias else [name]
    camel = [re.sub("_([a-z])", lambda found: found[1].upper(), each) for each in spellings]
    return tuple(dict.fromkeys([*spellings, *camel]))


_TEXT, _OPTIONAL = (values.TEXT, REQUIRED), (values.TEXT, None)
_EXPERIMENT, _RUN, _KEY = {"experiment_id": _TEXT}, {"run_id": _TEXT}, {"key": _TEXT}
_PAIR = {**_KEY, "value": (values.TEXT, "")}
_PAGE = {"page_token": _OPTIONAL}
_RUNS = {
    "experiment_ids": (values.TEXTS, ()),
    "filter": (values.TEXT, ""),
    "run_view_type": (values.VIEW, ViewType.ACTIVE_ONLY),
    "order_by": (values.TEXTS, ()),
}
_BATCH = {
    **_RUN,
    "metrics": (values.METRICS, ()),
    "params": (values.PARAMS, ()),
    "tags": (values.TAGS, ()),
}

CREATE_EXPERIMENT = Endpoint(
    "POST", "experiments/create", {"name": _TEXT, "artifact_location": _OPTIONAL, "tags": (values.TAGS, ())}
)
GET_EXPERIMENT = Endpoint("GET", "experiments/get", _EXPERIMENT)
FIND_EXPERIMENT = Endpoint("GET", "experiments/get-by-name", {"experiment_name": _TEXT})
SEARCH_EXPERIMENTS = Endpoint(
    "POST",
    "experiments/search",
    {
        "max_results": (values.INT64, 0),
        "filter": (values.TEXT, ""),
        "order_by": (values.TEXTS, ()),
        "view_type": (values.VIEW, ViewType.ACTIVE_ONLY),
        **_PAGE,
    },
    also=("GET",),
)
UPDATE_EXPERIMENT = Endpoint("POST", "experiments/update", {**_EXPERIMENT, "new_name": _OPTIONAL})
DELETE_EXPERIMENT = Endpoint("POST", "experiments/delete", _EXPERIMENT)
RESTORE_EXPERIMENT = Endpoint("POST", "experiments/restore", _EXPERIMENT)
SET_EXPERIMENT_TAG = Endpoint("POST", "experiments/set-experiment-tag", {**_EXPERIMENT, **_PAIR})
DELETE_EXPERIMENT_TAG = Endpoint("POST", "experiments/delete-experiment-tag", {**_EXPERIMENT, **_KEY})
SEARCH_DATASETS = Endpoint(
    "POST", "experiments/search-datasets", {"experiment_ids": (values.TEXTS, REQUIRED)}, prefixes=(AJAX,)
)

CREATE_RUN = Endpoint(
    "POST",
    "runs/create",
    {
        "experiment_id": (values.TEXT, "0"),
        "user_id": (values.TEXT, ""),
        "run_name": _OPTIONAL,
        "start_time": (values.MOMENT, None),
        "tags": (values.TAGS, ()),
    },
)
GET_RUN = Endpoint("GET", "runs/get", _RUN, aliases=RUN_ALIASES)
UPDATE_RUN = Endpoint(
    "POST",
    "runs/update",
    {**_RUN, "status": (values.STATUS, None), "end_time": (values.MOMENT, None), "run_name": _OPTIONAL},
    aliases=RUN_ALIASES,
)
DELETE_RUN = Endpoint("POST", "runs/delete", _RUN)
RESTORE_RUN = Endpoint("POST", "runs/restore", _RUN)
SEARCH_RUNS = Endpoint("POST", "runs/search", {**_RUNS, "max_results": (values.INT64, 1000), **_PAGE})
LOG_METRIC = Endpoint(
    "POST",
    "runs/log-metric",
    {
        **_RUN,
        **_KEY,
        "value": (values.DOUBLE, REQUIRED),
        "timestamp": (values.MOMENT, REQUIRED),
        "step": (values.INT64, 0),
    },
    aliases=RUN_ALIASES,
)
LOG_PARAM = Endpoint("POST", "runs/log-parameter", {**_RUN, **_PAIR}, aliases=RUN_ALIASES)
SET_TAG = Endpoint("POST", "runs/set-tag", {**_RUN, **_PAIR}, aliases=RUN_ALIASES)
DELETE_TAG = Endpoint("POST", "runs/delete-tag", {**_RUN, **_KEY})
LOG_BATCH = Endpoint("POST", "runs/log-batch", _BATCH)
LOG_INPUTS = Endpoint(
    "POST", "runs/log-inputs", {**_RUN, "datasets": (values.INPUTS, ()), "models": (values.OUTPUTS, ())}
)
LOG_OUTPUTS = Endpoint("POST", "runs/outputs", {**_RUN, "models": (values.OUTPUTS, REQUIRED)})
LOG_MODEL = Endpoint("POST", "runs/log-model", {**_RUN, "model_json": _TEXT})

HISTORY = Endpoint(
    "GET",
    "metrics/get-history",
    {**_RUN, "metric_key": _TEXT, "max_results": (values.INT64, None), **_PAGE},
    aliases=RUN_ALIASES,
)
HISTORIES = Endpoint(
    "GET",
    "metrics/get-history-bulk",
    {"run_id": (values.TEXTS, REQUIRED), "metric_key": _TEXT, "max_results": (values.INT64, 25_000)},
    prefixes=(AJAX,),
)
SAMPLED_HISTORIES = Endpoint(
    "GET",
    "metrics/get-history-bulk-interval",
    {
        "run_ids": (values.TEXTS, REQUIRED),
        "metric_key": _TEXT,
        "start_step": (values.INT64, None),
        "end_step": (values.INT64, None),
        "max_results": (values.INT64, 2_500),
    },
)
LIST_ARTIFACTS = Endpoint("GET", "artifacts/list", {**_RUN, "path": (values.TEXT, ""), **_PAGE}, aliases=RUN_ALIASES)
SERVER_INFO = Endpoint("GET", "server-info", {}, prefixes=NEWER)
_MODEL = {"model_id": _TEXT}
CREATE_LOGGED_MODEL = Endpoint(
    "POST",
    "logged-models",
    {
        **_EXPERIMENT,
        "name": _OPTIONAL,
        "model_type": _OPTIONAL,
        "source_run_id": _OPTIONAL,
        "params": (values.PARAMS, ()),
        "tags": (values.TAGS, ()),
    },
)
GET_LOGGED_MODEL = Endpoint("GET", "logged-models/{model_id}", _MODEL)
FINALIZE_LOGGED_MODEL = Endpoint(
    "PATCH", "logged-models/{model_id}", {**_MODEL, "status": (values.MODEL_STATUS, REQUIRED)}
)
LOG_LOGGED_MODEL_PARAMS = Endpoint("POST", "logged-models/{model_id}/params", {**_MODEL, "params": (values.PARAMS, ())})
TAG_LOGGED_MODEL = Endpoint("PATCH", "logged-models/{model_id}/tags", {**_MODEL, "tags": (values.TAGS, ())})
SEARCH_LOGGED_MODELS = Endpoint("POST", "logged-models/search", {})

SEARCH_MODEL_VERSIONS = Endpoint("GET", "model-versions/search", {})
SEARCH_REGISTERED_MODELS = Endpoint("GET", "registered-models/search", {})
GRAPHQL = Endpoint(
    "POST",
    "graphql",
    {"operationName": _OPTIONAL, "query": (values.TEXT, ""), "variables": (values.OBJECT, {})},
    prefixes=("/",),
)

SERVER = Endpoint("GET", "server", {}, prefixes=(NBTRACK_API,))
LOG_WHOLE_BATCH = LOG_BATCH._replace(prefixes=(NBTRACK_API,))
MOVE_RUN = Endpoint("POST", "runs/move", {**_RUN, **_EXPERIMENT}, prefixes=(NBTRACK_API,))
DROP = Endpoint("POST", "runs/drop", {**_RUN, **_KEY}, prefixes=(NBTRACK_API,))
PURGE = Endpoint(
    "POST", "purge", {"run_ids": (values.TEXTS, ()), "experiment_ids": (values.TEXTS, ())}, prefixes=(NBTRACK_API,)
)
UPDATE_RUNS = Endpoint(
    "POST",
    "runs/update",
    {
        "run_ids": (values.TEXTS, REQUIRED),
        "lifecycle_stage": _OPTIONAL,
        "run_name": _OPTIONAL,
        "tags": (values.TAGS, ()),
    },
    prefixes=(NBTRACK_API,),
)
CONTROL_RUN = Endpoint("POST", "runs/control", {**_RUN, "action": _TEXT}, prefixes=(NBTRACK_API,))
MARK = Endpoint("GET", "mark", {}, prefixes=(NBTRACK_API,))
TAG = Endpoint("GET", "runs/tag", {**_RUN, **_KEY}, prefixes=(NBTRACK_API,))
PAGE_OF_RUNS = SEARCH_RUNS._replace(fields={**SEARCH_RUNS.fields, "offset": (values.INT64, 0)}, prefixes=(NBTRACK_API,))
OVERVIEW = Endpoint("POST", "runs/overview", _RUNS, prefixes=(NBTRACK_API,))
COLUMNS = Endpoint(
    "POST",
    "runs/columns",
    {
        **_RUNS,
        "max_results": (values.INT64, REQUIRED),
        "metrics": (values.TEXTS, None),
        "params": (values.TEXTS, None),
        "tags": (values.TEXTS, None),
    },
    prefixes=(NBTRACK_API,),
)
WHOLE_HISTORY = Endpoint("GET", "metrics/history", {**_RUN, "metric_key": _TEXT}, prefixes=(NBTRACK_API,))

_TABLE_QUERY = {
    "experiment_ids": (values.TEXTS, ()),
    "filter": (values.TEXT, ""),
    "sort": (values.SORT, ()),
    "columns": (values.TEXTS, ()),
    "group": (values.TEXT, ""),
    "closed": (values.TEXTS, ()),
    "values": (values.MAPPING, {}),
}
_SOME_RUNS = {"run_ids": (values.TEXTS, REQUIRED)}
RUN_TABLE = Endpoint(
    "POST",
    "runs/table",
    {**_TABLE_QUERY, "marks": (values.MAPPING, {}), "offset": (values.INT64, 0), "limit": (values.INT64, 20)},
    prefixes=(NBTRACK_API,),
)
TABLE_COLUMNS = Endpoint("POST", "runs/table/columns", _TABLE_QUERY, prefixes=(NBTRACK_API,))
EXPORT_RUNS = Endpoint(
    "POST",
    "runs/export",
    {**_TABLE_QUERY, "run_ids": (values.TEXTS, ()), "kind": (values.TEXT, "csv")},
    prefixes=(NBTRACK_API,),
)
CURVES = Endpoint(
    "POST",
    "metrics/curves",
    {
        **_SOME_RUNS,
        "metrics": (values.TEXTS, None),
        "x": (values.TEXT, "step"),
        "band": (values.TEXT, ""),
        "smoothing": (values.DOUBLE, 0.0),
        "x0": (values.DOUBLE, None),
        "x1": (values.DOUBLE, None),
        "width": (values.INT64, None),
    },
    prefixes=(NBTRACK_API,),
)
SCATTER = Endpoint(
    "POST",
    "runs/scatter",
    {
        "run_ids": (values.TEXTS, None),
        **{name: _TABLE_QUERY[name] for name in ("experiment_ids", "filter", "sort")},
        "kind": (values.TEXT, "scatter"),
        "axes": (values.TEXTS, ()),
    },
    prefixes=(NBTRACK_API,),
)
RUN_DETAILS = Endpoint("GET", "runs/details", _RUN, prefixes=(NBTRACK_API,))
COMPARISON = Endpoint("POST", "runs/comparison", _SOME_RUNS, prefixes=(NBTRACK_API,))
EXPORT_COMPARISON = Endpoint(
    "POST", "runs/comparison/export", {**_SOME_RUNS, "kind": (values.TEXT, "CSV")}, prefixes=(NBTRACK_API,)
)
PREVIEW = Endpoint("GET", "artifacts/preview", {**_RUN, "path": _TEXT}, prefixes=(NBTRACK_API,))

TABLE: tuple[Endpoint, ...] = tuple(each for each in list(globals().values()) if isinstance(each, Endpoint))
BY_NAME: Mapping[str, Endpoint] = {each.name: each for each in TABLE if each.name}
