"""A scheduler of dask and its workers, each a process of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path


class Cluster(NamedTuple):
    """Where the scheduler answers, and the processes of the workers."""

    address: str
    workers: list[subprocess.Popen]

    def kill_worker(self, number=0):
        """End a worker at once."""
        os.kill(self.workers[number].pid, signal.SIGKILL)


@contextmanager
def running(folder: Path, workers: int):
    """Run a cluster whose workers have one thread each, and no nanny that starts them anew."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    log = (folder / "dask.log").open("wb")
    quiet = {"cwd": folder, "stdout": log, "stderr": log}
    plain = ["--host", "127.0.0.1", "--no-dashboard"]
    scheduler = subprocess.Popen([*_program("dask_scheduler"), *plain, "--port", str(port)], **quiet)
    _wait(port, scheduler)
    options = ["--nthreads", "1", "--nworkers", "1", "--no-nanny", "--no-dashboard", "--host", "127.0.0.1"]
    started = [subprocess.Popen([*_program("dask_worker"), address, *options], **quiet) for _ in range(workers)]
    try:
        yield Cluster(address, started)
    finally:
        for process in (*started, scheduler):
            process.kill()
            process.wait()
        log.close()


def _program(name):
    return [sys.executable, "-m", f"distributed.cli.{name}"]


def _wait(port, process):
    """Wait until the scheduler answers."""
    while process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("the scheduler of dask did not start")
