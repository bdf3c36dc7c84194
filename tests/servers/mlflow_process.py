"""MLflow's own server with a store that can be replaced by an empty one: run by the interpreter that has MLflow.

It prints its address, and afterwards does what each line that it reads says, and prints where the store is: ``empty``
puts an empty database in place, ``files`` an empty file store, ``keep NAME`` remembers what is in the store, and
``back NAME`` puts that in place again, ``open PATH`` serves a database as it is.
"""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import sys
import tempfile
import threading
from contextlib import closing
from pathlib import Path


def copied(source, target):
    """Copy a file store, or a database with what is in its log."""
    if source.is_dir():
        shutil.copytree(source, target)
        return
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target)) as other:
        one.backup(other)


def main() -> None:
    """Serve until standard input ends."""
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="mlflow-", dir=memory if memory.is_dir() else None))
    template = folder / "template.db"
    os.environ["_MLFLOW_SERVER_FILE_STORE"] = f"sqlite:///{template}"
    os.environ["_MLFLOW_SERVER_ARTIFACT_ROOT"] = "mlflow-artifacts:/"
    os.environ["_MLFLOW_SERVER_SERVE_ARTIFACTS"] = "true"
    os.environ["_MLFLOW_SERVER_ARTIFACT_DESTINATION"] = str(folder / "artifacts")
    os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
    os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"

    import uvicorn
    from mlflow.server import handlers
    from mlflow.server.fastapi_app import app
    from mlflow.store.tracking.file_store import FileStore
    from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

    handlers._get_tracking_store().engine.dispose()
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
    threading.Thread(target=server.run, args=([listener],), daemon=True).start()
    print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    path = template
    for number, line in enumerate(sys.stdin):
        word, _, name = line.strip().partition(" ")
        if word == "keep":
            copied(path, folder / f"{name}.kept")
        else:
            path = Path(name) if word == "open" else folder / f"{number}.db"
            if word in {"empty", "back"}:
                copied(folder / f"{name}.kept" if name else template, path)
            if hasattr(handlers._tracking_store, "engine"):
                handlers._tracking_store.engine.dispose()
            if word == "files" or path.is_dir():
                handlers._tracking_store = FileStore(str(path))
            else:
                handlers._tracking_store = SqlAlchemyStore(f"sqlite:///{path}", "mlflow-artifacts:/")
        print(path, flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)  # what MLflow has imported takes seconds to tear down


if __name__ == "__main__":
    main()
