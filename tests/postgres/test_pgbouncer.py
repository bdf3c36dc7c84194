"""PgBouncer in transaction mode between nbtrack and PostgreSQL."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import threading
import time

import pytest

from nbtrack import locate
from nbtrack.entities import Metric, ViewType
from nbtrack.query import parse

PROGRAM = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
_CONFIGURATION = """
[databases]
bounced = host=127.0.0.1 port={server} dbname=bounced user=nbtrack
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 2
"""


@pytest.fixture
def bounced(postgres, tmp_path):
    """Return the address of an empty database behind PgBouncer, which has two connections to it."""
    if PROGRAM is None:
        pytest.skip("needs PgBouncer: apt-get install pgbouncer")
    postgres.execute("CREATE DATABASE bounced")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    settings = tmp_path / "pgbouncer.ini"
    settings.write_text(_CONFIGURATION.format(server=postgres.port, port=port))
    account = ["-u", "postgres"] if os.geteuid() == 0 else []
    tmp_path.chmod(0o755)
    with subprocess.Popen([PROGRAM, "-q", *account, settings], stderr=subprocess.DEVNULL) as process:
        _wait(port)
        yield f"postgresql://nbtrack@127.0.0.1:{port}/bounced"
        process.kill()


def _wait(port):
    deadline = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        else:
            return


def test_more_clients_than_connections_lose_nothing(bounced):
    stores = [locate.store(bounced, str(number)) for number in range(6)]
    made = []

    def work(store):
        run = store.create_run("0", name=None, user_id="ada", start_time=1, tags={"a": "b"}).info.run_id
        for step in range(10):
            store.log_batch(run, [Metric("m", step, step, step)] * 2, [(f"p{step}", "1")])
            store.log_batch(run, [Metric("m", step, step, step)], once=True)
        store.log_batch(run, [Metric("long", 0.5, step, step) for step in range(1000)])
        store.update_run(run, status="FINISHED", end_time=2)
        made.append(run)

    threads = [threading.Thread(target=work, args=(store,)) for store in stores]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    found = stores[0].search_runs(["0"], parse("params.p9 = '1'", ["metrics.m"]), ViewType.ALL, 10)
    assert {run.info.run_id for run in found} == set(made)
    assert len(made) == 6
    for run in made:
        assert len(stores[1].metric_history(run, "m").values) == 20
        assert len(stores[2].metric_history(run, "long").values) == 1000
    for each in stores:
        each.close()
