"""MLflow's own server with a store that can be replaced by an empty one: run by the interpreter that has MLflow.

It prints its address, and afterwards a line for each line that it reads, once a fresh store is in place.
"""

from __future__ import annotations

import os
import shutil
import socket
import sys
import tempfile
import threading
from pathlib import Path


def main() -> None:
    """Serve until standard input ends."""
    folder = Path(tempfile.mkdtemp(prefix="mlflow-"))
    template = folder / "template.db"
    os.environ["_MLFLOW_SERVER_FILE_STORE"] = f"sqlite:///{template}"
    os.environ["_MLFLOW_SERVER_ARTIFACT_ROOT"] = "mlflow-artifacts:/"
    os.environ["_MLFLOW_SERVER_SERVE_ARTIFACTS"] = "true"
    os.environ["_MLFLOW_SERVER_ARTIFACT_DESTINATION"] = str(folder / "artifacts")
    os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"

    import uvicorn
    from mlflow.server import handlers
    from mlflow.server.fastapi_app import app
    from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

    handlers._get_tracking_store().engine.dispose()
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
    threading.Thread(target=server.run, args=([listener],), daemon=True).start()
    print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    for number, _ in enumerate(sys.stdin):
        path = folder / f"{number}.db"
        shutil.copy(template, path)
        handlers._tracking_store.engine.dispose()
        handlers._tracking_store = SqlAlchemyStore(f"sqlite:///{path}", "mlflow-artifacts:/")
        (folder / f"{number - 1}.db").unlink(missing_ok=True)
        print("fresh", flush=True)
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
