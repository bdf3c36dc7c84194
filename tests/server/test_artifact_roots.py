"""Which way artifacts take: through the server, or straight to the bucket that it names."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from contextlib import contextmanager

import httpx
import pytest

import nbtrack
from nbtrack import locate

MLFLOW = """
import sys, mlflow
mlflow.set_tracking_uri(sys.argv[1])
with mlflow.start_run() as run:
    mlflow.log_text("hello", "a/b.txt")
assert mlflow.artifacts.load_text(run.info.artifact_uri + "/a/b.txt") == "hello"
print(run.info.artifact_uri)
"""


@contextmanager
def commanded(*options):
    """Run ``nbtrack server`` with some options, and yield its address."""
    line = [sys.executable, "-m", "nbtrack", "server", "--port", "0", *options]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as process:
        address = re.search(r"http://[^/\s]+", process.stdout.readline())[0]
        with httpx.Client(transport=httpx.HTTPTransport(retries=9)) as client:
            client.get(f"{address}/health")
        try:
            yield address
        finally:
            process.send_signal(signal.SIGINT)


def of_mlflow(address):
    """Have the MLflow client keep an artifact and read it back, and return where it says its run keeps them."""
    quiet = {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true"}
    command = [sys.executable, "-c", MLFLOW, address]
    done = subprocess.run(command, env={**os.environ, **quiet}, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()[-1]


def of_us(address):
    nbtrack.set_tracking_uri(address)
    with nbtrack.start_run() as run:
        nbtrack.log_text("hello", "a/b.txt")
    assert nbtrack.artifacts.load_text(f"{run.info.artifact_uri}/a/b.txt") == "hello"
    return run.info.artifact_uri


@pytest.mark.parametrize("client", [of_us, of_mlflow])
def test_straight_to_the_bucket(bucket, client):
    root = f"s3://{bucket}/all"
    with commanded("--default-artifact-root", root, "--no-serve-artifacts") as address:
        uri = client(address)
        assert uri.startswith(f"{root}/0/")
        assert locate.repository(uri).open("a/b.txt").read() == b"hello"
        refused = httpx.put(f"{address}/api/2.0/mlflow-artifacts/artifacts/x", content=b"x")
        assert refused.status_code == 503


def test_the_server_shows_what_clients_bring_to_the_bucket_themselves(bucket):
    with commanded("--default-artifact-root", f"s3://{bucket}/all") as address:
        run_id = of_us(address).split("/")[-2]
        asked = {"run_id": run_id, "path": "a/b.txt"}
        assert httpx.get(f"{address}/get-artifact", params=asked).content == b"hello"


@pytest.mark.parametrize("client", [of_us, of_mlflow])
def test_through_the_server_to_the_bucket(bucket, client):
    with commanded("--artifacts-destination", f"s3://{bucket}/all") as address:
        uri = client(address)
        assert uri.startswith("mlflow-artifacts:")
        inner = uri.partition(":")[2].strip("/")
        assert locate.repository(f"s3://{bucket}/all/{inner}").open("a/b.txt").read() == b"hello"


def test_a_folder_that_all_can_reach(tmp_path):
    with commanded("--no-serve-artifacts") as address:
        assert of_us(address).startswith(str(tmp_path / "mlruns"))
