"""A real MLflow server, in an environment of its own that is made once for a machine."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

VERSION = "3.17.2"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "nbtrack-tests"
PROGRAM = Path(__file__).with_name("mlflow_process.py")


def interpreter():
    """Return the interpreter that has MLflow, installing it where it is not; `CalledProcessError` when that fails."""
    folder = CACHE / f"mlflow-{VERSION}"
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        python, done = folder / "bin" / "python", folder / "installed"
        if not done.exists():
            subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
            pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
            subprocess.run([*pip, f"mlflow=={VERSION}"], check=True)
            done.touch()
    return python


class Peer:
    """The server, as a process whose store can be replaced by an empty one."""

    def __init__(self, process):
        self._process = process
        self.uri = process.stdout.readline().strip()

    def tell(self, line):
        """Have it do something to its store: ``empty``, ``files``, ``keep NAME``, ``back NAME``, ``open PATH``; return where it is."""
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline().strip()
        assert answer
        return Path(answer)


@contextmanager
def running():
    """Run the server; `CalledProcessError` when MLflow can't be installed."""
    python = interpreter()
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("MLFLOW_", "COV", "NBTRACK"))}
    process = subprocess.Popen(
        [python, PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    )
    try:
        yield Peer(process)
    finally:
        process.stdin.close()
        process.wait()
        process.stdout.close()
