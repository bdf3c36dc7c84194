"""Programs that use MLflow itself."""

from __future__ import annotations

import json
import subprocess
import sys


def by_mlflow(code, *arguments):
    """Run code in a Python of its own, with MLflow itself and without nbtrack, and return what it printed as JSON."""
    head = "import sys, json, numpy as np, pandas as pd, mlflow, warnings\nsys.modules['nbtrack'] = None\n"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", head + code, *map(str, arguments)],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])
