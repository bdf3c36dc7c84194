"""The unmodified MLflow client against our server.

The scripts in `mlflow_client` are tests of their own that know nothing of nbtrack. They run in another process, since MLflow
warns, patches libraries and keeps threads.
"""

from __future__ import annotations

import os
from pathlib import Path

import forking_python
import pytest
from serving import serving

SCRIPTS = Path(__file__).parent / "mlflow_client"
IMPORTS = "import os, sys\nos.environ['MLFLOW_DISABLE_TELEMETRY'] = 'true'\nimport mlflow, pytest"
PLAINLY = ("-q", "--noconftest", "-c", os.devnull, "-p", "no:cacheprovider")


def run_scripts(scripts, url, **environment):
    """Run scripts against a server, in one process; its output is the failure."""
    settings = {
        "MLFLOW_TRACKING_URI": url,
        "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
        "MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR": "0",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "DO_NOT_TRACK": "true",
        "MPLBACKEND": "agg",
        **environment,
    }
    arguments = [*PLAINLY, "--rootdir", SCRIPTS, *(SCRIPTS / f"{each}.py" for each in scripts)]
    done = forking_python.run(IMPORTS, "sys.exit(pytest.main(sys.argv[1:]))", arguments, {**os.environ, **settings})
    assert done.returncode == 0, done.output[-6000:]


@pytest.mark.parametrize(
    "scripts", [("runs", "metrics", "search", "artifacts", "experiments"), ("autolog",), ("models",)], ids=" ".join
)
def test_the_client_works(server, scripts):
    run_scripts(scripts, server.url)
    assert "Traceback" not in server.log_text()


def test_filters_are_mlflows_own_where_that_is_wanted(tmp_path):
    with serving(tmp_path, {"NBTRACK_STRICT_MLFLOW": "1"}) as server:
        run_scripts(["strict"], server.url)


def test_a_token_authenticates_the_client(tmp_path):
    with serving(tmp_path, token="a-token-of-the-test") as server:
        run_scripts(["outsider"], server.url)
        run_scripts(["runs"], server.url, MLFLOW_TRACKING_TOKEN="a-token-of-the-test")
        run_scripts(["outsider"], server.url, MLFLOW_TRACKING_TOKEN="another")


def test_a_password_authenticates_the_client(tmp_path):
    with serving(tmp_path, password="ann:secret") as server:
        run_scripts(["outsider"], server.url, MLFLOW_TRACKING_USERNAME="ann", MLFLOW_TRACKING_PASSWORD="wrong")
        run_scripts(["runs"], server.url, MLFLOW_TRACKING_USERNAME="ann", MLFLOW_TRACKING_PASSWORD="secret")
