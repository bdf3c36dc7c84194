"""Programs that use MLflow itself."""

from __future__ import annotations

import json

import forking_python

IMPORTS = """
import sys, json, warnings
warnings.simplefilter("ignore")
sys.modules["nbtrack"] = None
import numpy as np, pandas as pd, mlflow, mlflow.pyfunc, mlflow.sklearn
"""


def by_mlflow(code, *arguments):
    """Run code in a Python of its own, with MLflow itself and without nbtrack, and return what it printed as JSON."""
    done = forking_python.run(IMPORTS, code, arguments)
    assert done.returncode == 0, done.output
    return json.loads(done.output.splitlines()[-1])
