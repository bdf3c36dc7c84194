"""The stores that must keep the laws of `Store`, and where MLflow's own server does not."""

from __future__ import annotations

import pytest
from differences import DATABASE_IN_PLACE, FILES_IN_PLACE, QUEUED, reason
from in_place import InPlace

from nbtrack import locate
from nbtrack.settings import Settings
from nbtrack.stores.rest import RestStore
from nbtrack.wire import http
from nbtrack.wire.http import HttpTransport

STORES = ["sqlite", "postgres", "rest to nbtrack", "rest to mlflow", "write queue", "mlflow files", "mlflow database"]


@pytest.fixture(params=STORES)
def store(request, tmp_path):
    """Return an empty store of each kind."""
    opened = _OPENED[request.param](request, tmp_path / "mlruns")
    yield opened
    opened.close()


def _embedded(request, folder):
    return locate.store(folder)


def _in_postgres(request, folder):
    return locate.store(request.getfixturevalue("postgres").fresh())


def _of_nbtrack(request, folder):
    stage = request.getfixturevalue("stage")
    stage.keep(folder)
    return rest(stage.uri)


def _of_mlflow(request, folder):
    test = request.node.name.replace("[rest to mlflow]", "")
    differs = reason(test.replace("rest to mlflow-", "").replace("-rest to mlflow", ""))
    if differs is not None:
        pytest.skip(f"MLflow differs: {differs}")
    server = request.getfixturevalue("mlflow_server")
    server.tell("empty")
    return rest(server.uri)


def _mlflow_files(request, folder):
    return _read_in_place(request, "files", "mlflow files", FILES_IN_PLACE)


def _mlflow_database(request, folder):
    return _read_in_place(request, "empty", "mlflow database", DATABASE_IN_PLACE)


def _read_in_place(request, kind, store, different):
    test = request.node.name.replace(f"[{store}]", "").replace(f"{store}-", "").replace(f"-{store}", "")
    why = different.get(test) or different.get(test.partition("[")[0])
    if why is not None:
        pytest.skip(f"MLflow writes it differently: {why}")
    server = request.getfixturevalue("mlflow_server")
    return InPlace(rest(server.uri), server.tell(kind))


def _queued(request, folder):
    test = request.node.name.partition("[")[0]
    if test in QUEUED:
        pytest.skip(f"the write queue differs: {QUEUED[test]}")
    stage = request.getfixturevalue("stage")
    stage.keep(folder)
    return locate.store(stage.uri)


_OPENED = dict(
    zip(
        STORES,
        (_embedded, _in_postgres, _of_nbtrack, _of_mlflow, _queued, _mlflow_files, _mlflow_database),
        strict=True,
    )
)


def rest(uri):
    """Return the store behind an address, without the write queue that users get."""
    return RestStore(HttpTransport(http.parse(uri), Settings()))
