"""The endpoints with their methods, paths and arguments, for servers and clients.

Names, prefixes and arguments are those of MLflow's REST API; endpoints that it lacks are below `endpoint.NBTRACK_API`.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from nbtrack.entities import ViewType
from nbtrack.wire import values
from nbtrack.wire.endpoint import AJAX, NBTRACK_API, NEWER, REQUIRED, Endpoint

if TYPE_CHECKING:
    from collections.abc import Mapping

RUN_ALIASES = {"run_id": "run_uuid"}
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
UPDATE_EXPERIMENT = Endpoint("POST", "experiments/update", {**_EXPERIMENT, "new_name": _TEXT})
DELETE_EXPERIMENT = Endpoint("POST", "experiments/delete", _EXPERIMENT)
RESTORE_EXPERIMENT = Endpoint("POST", "experiments/restore", _EXPERIMENT)
SET_EXPERIMENT_TAG = Endpoint("POST", "experiments/set-experiment-tag", {**_EXPERIMENT, **_PAIR})
DELETE_EXPERIMENT_TAG = Endpoint("POST", "experiments/delete-experiment-tag", {**_EXPERIMENT, **_KEY})
SEARCH_DATASETS = Endpoint(
    "POST", "experiments/search-datasets", {"experiment_ids": (values.TEXTS, ())}, prefixes=(AJAX,)
)

CREATE_RUN = Endpoint(
    "POST",
    "runs/create",
    {
        "experiment_id": (values.TEXT, "0"),
        "user_id": (values.TEXT, ""),
        "run_name": _OPTIONAL,
        "start_time": (values.INT64, None),
        "tags": (values.TAGS, ()),
    },
)
GET_RUN = Endpoint("GET", "runs/get", _RUN, aliases=RUN_ALIASES)
UPDATE_RUN = Endpoint(
    "POST",
    "runs/update",
    {**_RUN, "status": (values.STATUS, None), "end_time": (values.INT64, None), "run_name": _OPTIONAL},
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
        "model_id": _OPTIONAL,
        "dataset_name": _OPTIONAL,
        "dataset_digest": _OPTIONAL,
    },
    aliases=RUN_ALIASES,
)
LOG_PARAM = Endpoint("POST", "runs/log-parameter", {**_RUN, **_PAIR}, aliases=RUN_ALIASES)
SET_TAG = Endpoint("POST", "runs/set-tag", {**_RUN, **_PAIR}, aliases=RUN_ALIASES)
DELETE_TAG = Endpoint("POST", "runs/delete-tag", {**_RUN, **_KEY})
LOG_BATCH = Endpoint("POST", "runs/log-batch", {**_BATCH, "metrics": (values.LINKED_METRICS, ())})
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
    {"run_id": (values.TEXTS, ()), "metric_key": (values.TEXT, ""), "max_results": (values.INT64, 25_000)},
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
        "path_in_run": _OPTIONAL,
    },
)
"""nbtrack's servers take ``path_in_run``: where the files are among the source run's artifacts, if they are."""
GET_LOGGED_MODEL = Endpoint("GET", "logged-models/{model_id}", _MODEL)
FINALIZE_LOGGED_MODEL = Endpoint(
    "PATCH", "logged-models/{model_id}", {**_MODEL, "status": (values.MODEL_STATUS, REQUIRED)}
)
LOG_LOGGED_MODEL_PARAMS = Endpoint("POST", "logged-models/{model_id}/params", {**_MODEL, "params": (values.PARAMS, ())})
TAG_LOGGED_MODEL = Endpoint("PATCH", "logged-models/{model_id}/tags", {**_MODEL, "tags": (values.TAGS, ())})
DELETE_LOGGED_MODEL_TAG = Endpoint("DELETE", "logged-models/{model_id}/tags/{tag_key}", {**_MODEL, "tag_key": _TEXT})
DELETE_LOGGED_MODEL = Endpoint("DELETE", "logged-models/{model_id}", _MODEL)
LIST_LOGGED_MODEL_ARTIFACTS = Endpoint(
    "GET",
    "logged-models/{model_id}/artifacts/directories",
    {**_MODEL, "artifact_directory_path": (values.TEXT, ""), **_PAGE},
)
SEARCH_LOGGED_MODELS = Endpoint(
    "POST",
    "logged-models/search",
    {
        "experiment_ids": (values.TEXTS, ()),
        "filter": (values.TEXT, ""),
        "datasets": (values.METRIC_DATASETS, ()),
        "max_results": (values.INT64, 50),
        "order_by": (values.MODEL_ORDERS, ()),
        **_PAGE,
    },
)

SEARCH_MODEL_VERSIONS = Endpoint("GET", "model-versions/search", {})
SEARCH_REGISTERED_MODELS = Endpoint("GET", "registered-models/search", {})
GRAPHQL = Endpoint(
    "POST",
    "graphql",
    {"operationName": _OPTIONAL, "query": (values.TEXT, ""), "variables": (values.OBJECT, {})},
    prefixes=("/",),
)

_own = partial(Endpoint, prefixes=(NBTRACK_API,))

SERVER = _own("GET", "server", {})
LOG_WHOLE_BATCH = LOG_BATCH._replace(
    fields={**_BATCH, "queue": _OPTIONAL, "start": (values.INT64, 0), "end": (values.INT64, 0)}, prefixes=(NBTRACK_API,)
)
MOVE_RUN = _own("POST", "runs/move", {**_RUN, **_EXPERIMENT})
DROP = _own("POST", "runs/drop", {**_RUN, **_KEY})
PURGE = _own("POST", "purge", {"run_ids": (values.TEXTS, ()), "experiment_ids": (values.TEXTS, ())})
UPDATE_RUNS = _own(
    "POST",
    "runs/update",
    {
        "run_ids": (values.TEXTS, REQUIRED),
        "lifecycle_stage": _OPTIONAL,
        "run_name": _OPTIONAL,
        "tags": (values.TAGS, ()),
    },
)
CONTROL_RUN = _own("POST", "runs/control", {**_RUN, "action": _TEXT})
SET_LIVE_VALUE = _own("POST", "runs/set-live-value", {**_RUN, "name": _TEXT, "value": _TEXT})
SET_BASELINE = _own("POST", "runs/baseline/update", {**_RUN, "scope": (values.TEXT, "experiment")})
MARK = _own("GET", "mark", {})
TAG = _own("GET", "runs/tag", {**_RUN, **_KEY})
PAGE_OF_RUNS = SEARCH_RUNS._replace(fields={**SEARCH_RUNS.fields, "offset": (values.INT64, 0)}, prefixes=(NBTRACK_API,))
OVERVIEW = _own("POST", "runs/overview", _RUNS)
COLUMNS = _own(
    "POST",
    "runs/columns",
    {
        **_RUNS,
        "max_results": (values.INT64, REQUIRED),
        "metrics": (values.TEXTS, None),
        "params": (values.TEXTS, None),
        "tags": (values.TEXTS, None),
    },
)
WHOLE_HISTORY = _own("GET", "metrics/history", {**_RUN, "metric_key": _TEXT})

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
RUN_TABLE = _own(
    "POST",
    "runs/table",
    {**_TABLE_QUERY, "marks": (values.MAPPING, {}), "offset": (values.INT64, 0), "limit": (values.INT64, 20)},
)
_VIEWS = {"experiment_id": (values.TEXT, "")}
_VIEW = {**_VIEWS, "name": _TEXT}
VIEWS = _own("GET", "views/list", _VIEWS)
SAVE_VIEW = _own("POST", "views/create", {**_VIEW, "view": (values.OBJECT, REQUIRED)})
RENAME_VIEW = _own("POST", "views/update", {**_VIEW, "new_name": _TEXT})
DEFAULT_VIEW = _own("POST", "views/update-default", {**_VIEWS, "name": (values.TEXT, "")})
DELETE_VIEW = _own("POST", "views/delete", _VIEW)
TABLE_COLUMNS = _own("POST", "runs/table/columns", _TABLE_QUERY)
EXPORT_RUNS = _own("POST", "runs/export", {**_TABLE_QUERY, "run_ids": (values.TEXTS, ()), "kind": (values.TEXT, "csv")})
CURVES = _own(
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
)
SCATTER = _own(
    "POST",
    "runs/scatter",
    {
        "run_ids": (values.TEXTS, None),
        **{name: _TABLE_QUERY[name] for name in ("experiment_ids", "filter", "sort")},
        "rows": (values.TEXT, ""),
        "kind": (values.TEXT, "scatter"),
        "axes": (values.TEXTS, ()),
    },
)
EXPORT_CHART = _own(
    "POST",
    "charts/export",
    {
        **_SOME_RUNS,
        "format": (values.TEXT, "png"),
        "kind": (values.TEXT, "history"),
        "rows": (values.TEXT, ""),
        "metrics": (values.TEXTS, ()),
        "x": (values.TEXT, "step"),
        "band": (values.TEXT, ""),
        "smoothing": (values.DOUBLE, 0.0),
        "axes": (values.TEXTS, ()),
        "logs": (values.TEXTS, ()),
        "colour": (values.TEXT, "metric"),
    },
)
RUN_CARD = _own("GET", "runs/card", _RUN)
RUN_DETAILS = _own("GET", "runs/details", _RUN)
COMPARISON = _own("POST", "runs/comparison", _SOME_RUNS)
EXPORT_COMPARISON = _own("POST", "runs/comparison/export", {**_SOME_RUNS, "kind": (values.TEXT, "CSV")})
_ROWS = {**_SOME_RUNS, "column": (values.INT64, None), "order": (values.TEXT, "asc")}
RUN_ROWS = _own("POST", "runs/rows", _ROWS)
EXPORT_ROWS = _own("POST", "runs/rows/export", _ROWS)
PREVIEW = _own("GET", "artifacts/preview", {**_RUN, "path": _TEXT})

TABLE: tuple[Endpoint, ...] = tuple(each for each in list(globals().values()) if isinstance(each, Endpoint))
BY_NAME: Mapping[str, Endpoint] = {each.name: each for each in TABLE if each.name}
