"""MLflow's own tests of tracking, driven against nbtrack's server: a plugin of pytest, for a checkout of MLflow.

    python -m venv suite
    suite/bin/pip install mlflow==3.11.1 pytest==9.0.2 pytest-asyncio pytest-timeout pillow polars plotly -e NBTRACK
    cd MLFLOW
    PYTHONPATH=NBTRACK/tests/contracts:NBTRACK/tests/servers suite/bin/python -m pytest -p mlflow_suite FILES

`SELECTED` names the files, and `NOT_SELECTED` the tests in them that are not about what a tracking server of runs does.
Each test runs as it is, but for the server: where MLflow starts its own, or opens a database, there is ours, with an
empty store. `differences.TESTS_OF_MLFLOW` has the tests that fail, each with the reason.

Tests that MLflow's own server fails in its place are not selected either: `differences.NOT_OVER_HTTP` has them, and
``--server mlflow`` runs everything against MLflow's server, where exactly these have to fail.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from contextlib import ExitStack, contextmanager
from functools import cache
from inspect import getsource
from pathlib import Path

import mlflow
import pytest
import server_thread
from differences import NOT_OVER_HTTP

from nbtrack import locate
from nbtrack.server.app import create_app

SELECTED = (
    "tests/tracking/test_rest_tracking.py",
    "tests/tracking/test_tracking.py",
    "tests/tracking/test_log_image.py",
    "tests/tracking/test_log_figure.py",
    "tests/tracking/fluent/test_fluent.py",
    "tests/store/tracking/sqlalchemy_store/test_sqlalchemy_store.py",
)
NOT_SELECTED = {
    "traces, assessments and what is made of them": "trace|span|assessment|issue|scorer|scoring|correlation|sessions|"
    "set_and_delete_tags|set_invalid_tag|truncate",
    "evaluation data sets, prompts and the gateway": "evaluation_dataset|eval|prompt|gateway|secret|endpoint|provider|"
    "list_models|model_definition|dataset_(experiment|association)|(_experiments|at_once)_rest_tracking|_records?_|test_dataset_|guardrail",
    "the model registry": "model_version|registered_model|registry_uri",
    "Databricks and Spark": "databricks|sgc|spark",
    "where a database, or Windows, has its artifacts": "windows|MSSQL|MYSQL|appends_to_artifact|artifact_path_segments|"
    "materialization",
    "workspaces": "workspace(?!-disabled)",
}
"""Regular expressions for names of tests, by what these are about."""
DATABASE = "tests of the rows of MLflow's database, which is not there"
_ROWS = re.compile(
    r"ManagedSessionMaker|session\.|\bSql(?!AlchemyStore)[A-Z]\w+\(|engine|_get_dialect|\bmodels\.|store\._|_large_data|_set_tag\("
    r"|Store\._|in_memory|inmemory"
)


_REGISTRY = re.compile(r"registered_model\(|model_version\(|model-versions/")
"""Calls of the model registry, also in tests of something else."""


class _Server:
    """Has the interface of MLflow's servers for tests: one in each test, which begins with an empty store."""

    resources = ExitStack()
    uri = ""
    application = None
    """Returns the application that serves the store in a folder."""

    def __init__(self, *_, **__):
        pass

    def __enter__(self):
        if not _Server.uri:
            folder = self.resources.enter_context(tempfile.TemporaryDirectory())
            _Server.uri = self.resources.enter_context(server_thread.serving(_Server.application(folder)))
        # MLflow's handlers, which a fixture may have set up, set it to their database.
        mlflow.set_tracking_uri(_Server.uri)
        return _Server.uri

    def __exit__(self, *_):
        pass


def _nbtrack(folder):
    # MLflow's database, with its experiment Default, is there before a test; ours is made by the first write.
    locate.store(folder).update_experiment("0", name="Default")
    # Tests look for artifacts in their folder.
    return create_app(server_thread.options_of(folder, artifact_root=folder))


def _mlflow(folder):
    from mlflow.server import handlers
    from mlflow.server.fastapi_app import app

    database = shutil.copy(_empty_database(), folder)
    handlers._tracking_store = handlers._model_registry_store = None
    handlers.initialize_backend_stores(f"sqlite:///{database}", default_artifact_root=Path(folder).as_uri())
    return app


@cache
def _empty_database():
    from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

    folder = tempfile.mkdtemp()
    SqlAlchemyStore(f"sqlite:///{folder}/mlflow.db", folder).engine.dispose()
    return f"{folder}/mlflow.db"


@contextmanager
def _tracking_uri(uri):
    """Stand in for `_use_tracking_uri`, which sets the tracking URI of a test."""
    from mlflow.tracking._tracking_service.utils import _use_tracking_uri

    with _Server() as served, _use_tracking_uri(served):
        yield served


def pytest_addoption(parser):
    """Add the choice of the server."""
    parser.addoption("--server", choices=("nbtrack", "mlflow"), default="nbtrack")


def pytest_collection_modifyitems(config, items):
    """Leave out what is not selected, and put the chosen server in the place of MLflow's own."""
    from tests import conftest

    against_mlflow = config.getoption("--server") == "mlflow"
    _Server.application = _mlflow if against_mlflow else _nbtrack
    conftest._use_tracking_uri = _tracking_uri
    for each in items if against_mlflow else ():
        if why := _not_over_http(each):
            each.add_marker(pytest.mark.xfail(reason=why, strict=True))
    left = [each for each in items if _reason(each) or (_not_over_http(each) and not against_mlflow)]
    items[:] = [each for each in items if each not in set(left)]
    config.hook.pytest_deselected(items=left)
    for module in {each.module for each in items}:
        for name in {"ServerThread", "_init_server"} & vars(module).keys():
            setattr(module, name, _Server)
        if module.__name__.endswith("test_sqlalchemy_store"):
            module.SqlAlchemyStore = _store


def _reason(item):
    """Return why a test is not selected, or None."""
    found = next((why for why, names in NOT_SELECTED.items() if re.search(names, item.name)), None)
    if found is not None:
        return found
    source = getsource(item.obj)
    if _REGISTRY.search(source):
        return "the model registry"
    return DATABASE if item.module.__name__.endswith("test_sqlalchemy_store") and _ROWS.search(source) else None


def _not_over_http(item):
    """Return why a test fails with MLflow's own server as well, or None."""
    known = NOT_OVER_HTTP.get(item.path.name, {})
    case = next((why for test, why in known.items() if "[" in test and item.name.startswith(test)), None)
    return case or known.get(item.originalname)


def _store(*_, **__):
    """Return MLflow's client of a server in place of the store of its database, whose default arguments it gets."""
    from mlflow.entities import ViewType
    from mlflow.store.tracking.rest_store import RestStore
    from mlflow.utils.rest_utils import MlflowHostCreds

    class Store(RestStore):
        DEFAULT_EXPERIMENT_ID = "0"

        def create_run(self, experiment_id, user_id, start_time, tags, run_name):
            return super().create_run(experiment_id, user_id, start_time, tags or [], run_name)

        def search_experiments(self, view_type=ViewType.ACTIVE_ONLY, max_results=1000, *rest, **more):
            return super().search_experiments(view_type, max_results, *rest, **more)

    with _Server() as uri:
        credentials = MlflowHostCreds(uri)
    return Store(lambda: credentials)


@pytest.fixture(autouse=True)
def _stop_server():
    yield
    _Server.resources.close()
    _Server.uri = ""
