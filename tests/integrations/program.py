"""Runs a script with ``mlflow`` as MLflow itself or as nbtrack: ``program.py mlflow|nbtrack SCRIPT``."""

import os
import runpy
import sys

if __name__ == "__main__":
    meaning, script = sys.argv[1:]
    if meaning == "nbtrack":
        # Also for the workers that a library starts.
        os.environ["NBTRACK_AS_MLFLOW"] = "1"
        import nbtrack

        nbtrack.install_alias()
    sys.argv = [script]
    runpy.run_path(script, run_name="__main__")
