"""A Jupyter server with Lab and Notebook 7 on a folder of its own, and how to tell that a notebook is ready."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TOKEN = "test-token"
READY = """async () => {
    const panel = window.jupyterapp.shell.currentWidget;
    const session = panel?.sessionContext ?? panel?.content?.sessionContext;
    if (!session) return false;
    await session.ready;
    const kernel = session.session?.kernel;
    return session.isReady && kernel?.status === 'idle' && kernel?.connectionStatus === 'connected';
}"""
SETTINGS = {
    "notebook-extension/tracker": {"windowingMode": "none"},
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
}


class Server(NamedTuple):
    """Where a Jupyter server answers, and the folder that it shows."""

    address: str
    folder: Path

    def url(self, name: str, app: str = "lab") -> str:
        """Return the address of a notebook in Lab or in Notebook 7."""
        path = f"lab/tree/{name}" if app == "lab" else f"notebooks/{name}"
        return f"{self.address}/{path}?token={TOKEN}&reset"


@contextmanager
def serving(home: Path) -> Iterator[Server]:
    """Run a Jupyter server that keeps everything below `home`."""
    folder = home / "work"
    folder.mkdir()
    for plugin, value in SETTINGS.items():
        path = home / "lab" / "user-settings" / "@jupyterlab" / f"{plugin}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(value))
    port = free_port()
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--ServerApp.port={port}"]
    command += ["--ServerApp.port_retries=0", f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={folder}"]
    command += ["--LabApp.expose_app_in_browser=True", "--JupyterNotebookApp.expose_app_in_browser=True"]
    with (home / "server.log").open("wb") as log:
        process = subprocess.Popen(command, env=_environment(home), cwd=folder, stdout=log, stderr=log)
        server = Server(f"http://127.0.0.1:{port}", folder)
        try:
            _wait(f"{server.address}/api/status?token={TOKEN}", process, home / "server.log")
            yield server
        finally:
            process.terminate()
            process.wait(20)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _environment(home: Path) -> dict[str, str]:
    return {
        **{key: value for key, value in os.environ.items() if not key.startswith(("MLFLOW_", "NBTRACK_", "JPY_"))},
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "lab" / "user-settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "lab" / "workspaces"),
        "IPYTHONDIR": str(home / "ipython"),
        "NBTRACK_STATE_FOLDER": str(home / "state"),
        "JUPYTER_PLATFORM_DIRS": "1",
    }


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until a server answers."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    raise RuntimeError(f"the Jupyter server did not start:\n{log.read_text()[-3000:]}")
