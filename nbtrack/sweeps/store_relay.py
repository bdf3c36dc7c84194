"""The store of a notebook, served to workers on other machines that do not have its files, while a sweep runs."""

from __future__ import annotations

import os
import re
import secrets
import socket
import subprocess
import sys
from typing import NamedTuple
from urllib.parse import urlsplit

from nbtrack.errors import Unreachable

USER = "worker"
_SERVES = re.compile(r" at http://\S+:(\d+)/")


class StoreRelay(NamedTuple):
    """nbtrack's server for a local store, in a process of its own, with a password that only the workers get."""

    uri: str
    """The tracking URI for workers, with the password."""
    process: subprocess.Popen[str]

    def close(self) -> None:
        """Stop serving."""
        self.process.terminate()
        self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()


def address_towards(scheduler: str) -> str:
    """Return the address of this machine in the network of a scheduler, given as ``tcp://host:port``.

    Raises
    ------
    Unreachable
        When its host can't be resolved.
    """
    parts = urlsplit(scheduler if "://" in scheduler else f"tcp://{scheduler}")
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect((parts.hostname or "", parts.port or 8786))
            found: str = probe.getsockname()[0]
            return found
    except OSError as error:
        raise Unreachable(f"The way to {scheduler} is not known: {error}") from None


def serve(store: str, host: str) -> StoreRelay:
    """Serve a local store at an address of this machine.

    Raises
    ------
    Unreachable
        When the server does not start.
    """
    password = secrets.token_urlsafe(32)
    command = [sys.executable, "-m", "nbtrack", "server", "--backend-store-uri", store, "--port", "0"]
    command += ["--host", host, "--allowed-hosts", host, "--auth", "basic"]
    environment = {**os.environ, "NBTRACK_SERVER_PASSWORD": f"{USER}:{password}"}
    process = subprocess.Popen(  # noqa: S603 # starts nbtrack's own server, without a shell
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True
    )
    line = process.stdout.readline() if process.stdout is not None else ""
    found = _SERVES.search(line)
    if found is None:
        process.kill()
        process.wait()
        raise Unreachable(f"The store of this notebook can't be served to the workers at {host}")
    return StoreRelay(f"http://{USER}:{password}@{host}:{found[1]}", process)
