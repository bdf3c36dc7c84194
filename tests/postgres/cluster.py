"""A PostgreSQL server of our own, for as long as the tests run, beside whatever the machine has."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from contextlib import contextmanager
from pathlib import Path

REASON = "needs PostgreSQL: apt-get install postgresql"
LOCKED = "locked"
"""A user who is asked for a password, once somebody has created him."""
_SETTINGS = {"fsync": "off", "listen_addresses": "127.0.0.1", "max_connections": "200"}


def programs():
    """Return the folder of initdb and pg_ctl, or None."""
    found = shutil.which("initdb")
    folders = (
        [Path(found).resolve().parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    )
    return next((each for each in folders if (each / "initdb").exists()), None)


def free_port():
    """Return a port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Cluster:
    """A server on a free port of this machine.

    Parameters
    ----------
    folder : Path
        An empty folder for its files.
    settings : dict
        Settings that differ from the defaults of PostgreSQL.
    """

    def __init__(self, folder, settings=_SETTINGS):
        self.folder, self.port, self._settings = folder, free_port(), settings
        self._account = "postgres" if os.geteuid() == 0 else None
        self._number, self.is_running = 0, False
        if self._account:
            shutil.chown(folder, self._account)
        self._create()

    def _create(self):
        self._run(
            *("initdb", "-D", self.folder / "data", "-A", "trust", "-U", "nbtrack", "-E", "UTF8"),
            *("--locale=C.UTF-8", "-N"),
        )
        rules = self.folder / "data" / "pg_hba.conf"
        rules.write_text(f"host all {LOCKED} all scram-sha-256\n{rules.read_text()}")

    def _run(self, program, *arguments):
        # PostgreSQL refuses to run as root.
        command = ["runuser", "-u", self._account, "--"] if self._account else []
        command += [str(each) for each in (programs() / program, *arguments)]
        with (self.folder / "output").open("w+") as output:
            done = subprocess.run(command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
            output.seek(0)
            assert done.returncode == 0, output.read()

    def start(self):
        """Start the server and wait until it answers."""
        settings = {**self._settings, "port": self.port, "unix_socket_directories": self.folder}
        options = " ".join(f"-c {key}={value}" for key, value in settings.items())
        self._run("pg_ctl", "-D", self.folder / "data", "-l", self.folder / "log", "-o", options, "-w", "start")
        self.is_running = True

    def stop(self):
        """Stop the server at once, breaking every connection."""
        self._run("pg_ctl", "-D", self.folder / "data", "-m", "immediate", "-w", "stop")
        self.is_running = False

    def uri(self, database="postgres"):
        """Return the address of a database."""
        return f"postgresql://nbtrack:secret@127.0.0.1:{self.port}/{database}"

    def execute(self, sql, uri=None):
        """Run a statement outside a transaction and return its rows."""
        import psycopg

        with psycopg.connect(uri or self.uri(), autocommit=True) as connection:
            cursor = connection.execute(sql)
            return cursor.fetchall() if cursor.description else []

    def fresh(self):
        """Return the address of a new schema, empty; it is there sooner than a database would be."""
        self._number += 1
        name = f"test_{self._number}"
        self.execute(f"CREATE SCHEMA {name}")
        return f"{self.uri()}?options=-csearch_path%3D{name}"


class Standby(Cluster):
    """A server that follows another one, its primary."""

    def __init__(self, folder, primary):
        self._primary = primary
        super().__init__(folder)

    def _create(self):
        source = f"host=127.0.0.1 port={self._primary.port} user=nbtrack"
        self._run("pg_basebackup", "-D", self.folder / "data", "-d", source, "-R", "-c", "fast", "-N")

    def wait(self):
        """Wait until it has replayed all that its primary has."""
        ((position,),) = self._primary.execute("SELECT pg_current_wal_lsn()")
        while not self.execute(f"SELECT pg_last_wal_replay_lsn() >= '{position}'")[0][0]:
            pass


@contextmanager
def serving(folder, settings=_SETTINGS):
    """Run a server."""
    cluster = Cluster(folder, settings)
    cluster.start()
    try:
        yield cluster
    finally:
        cluster.stop()
