"""The libraries that are tried, each in an environment of its own that is made once for a machine."""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import NamedTuple

import real_mlflow

TORCH = "torch==2.13.0"
AUTOLOGGING = "autologging/test_deep_learning.py"
ROOT = Path(__file__).parents[2]
PYTHON = os.environ.get("NBTRACK_TEST_PYTHON")
"""An interpreter that has the libraries, MLflow and the dependencies of nbtrack already."""


class Library(NamedTuple):
    """A library: what to install, and what of its runs is not the same twice."""

    packages: tuple[str, ...]
    timed: tuple[str, ...] = ()
    """Metrics and tags whose values are times or otherwise never the same, by the end of their names."""
    unlike: tuple[str, ...] = ()
    """Artifacts whose bytes differ from run to run, by the end of their names."""
    random_name: str = ""
    """The pattern of names of runs that depend on chance."""
    random_metrics: tuple[str, ...] = ()
    """Metrics that are there by chance: random names that can be read as numbers."""
    own_digests: tuple[str, ...] = ()
    """Parameters that are digests of data, which nbtrack computes in a way of its own."""
    needs_database: bool = False
    """Whether it refuses to log to a folder."""
    script: bool = True
    """Whether it logs to MLflow by itself."""
    callback: bool = False
    """Whether we have a callback for it."""
    tests: tuple[str, ...] = ()
    """Tests of its models and autologging, below ``tests``."""
    selects: str = ""
    """Which of them are meant, as for pytest's ``-k``; by default those that have its name."""
    always: bool = False
    """Whether CI tries it: what installs in less than two minutes."""

    def is_timed(self, key):
        """Return whether a metric or tag is never the same."""
        return key.endswith(self.timed)


LIBRARIES = {
    "accelerate": Library(("accelerate==1.15.0", TORCH, "matplotlib"), callback=True),
    "aim": Library(("aim==3.29.1",), script=False, tests=("importers/test_import_aim.py",), always=True),
    "ignite": Library(("pytorch-ignite==0.5.5", TORCH), random_name=r"[a-z]+-[a-z]+-\d+"),
    "keras": Library(
        ("keras==3.15.1", TORCH), script=False, callback=True, tests=(AUTOLOGGING, "models/test_library_flavors.py")
    ),
    "lightgbm": Library(("lightgbm==4.7.0",), script=False, callback=True),
    "lightning": Library(
        ("lightning==2.6.6", TORCH, "safetensors==0.8.0", "tensorboard==2.21.0"),
        unlike=(".ckpt", "metadata.yaml"),
        callback=True,
        tests=(AUTOLOGGING, "autologging/test_tensorboard.py", "models/test_library_flavors.py"),
        selects="lightning or tensorboard or pytorch or safetensors",
    ),
    "monai": Library(
        ("monai==1.6.1", "pytorch-ignite==0.5.5", "tqdm", TORCH),
        own_digests=("training_dataset_0_digest",),
        needs_database=True,
    ),
    "optuna": Library(
        ("optuna==5.0.0", "optuna-integration==5.0.0"),
        timed=("datetime_start", "datetime_complete", "duration"),
        callback=True,
        always=True,
    ),
    "ray": Library(
        ("ray[train,tune]==2.60.0",),
        timed=("timestamp", "_restore", "_iter_s", "_total_s", "pid", "trial_name"),
        random_name=r"train_[0-9a-f]{5}_\d{5}",
        random_metrics=("trial_id",),
    ),
    "skorch": Library(("skorch==1.4.0", TORCH), timed=("dur",), unlike=(".pth", ".pkl", "history.json")),
    "torchtune": Library(("torchtune==0.6.1", "torchao==0.9.0", TORCH)),
    "transformers": Library(
        ("transformers==5.24.0", "accelerate==1.15.0", TORCH), timed=("_runtime", "_per_second"), callback=True
    ),
    "ultralytics": Library(("ultralytics==8.4.190", "torch==2.14.1", "torchvision==0.29.1")),
    "xgboost": Library(("xgboost==3.2.0",), script=False, callback=True),
}


def interpreter(name):
    """Return the interpreter that has a library, MLflow and what nbtrack needs; `CalledProcessError` when pip fails."""
    if PYTHON:
        return PYTHON
    mlflow = real_mlflow.interpreter()
    needed = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    packages = [*LIBRARIES[name].packages, "pytest", *needed]
    described = " ".join([*packages, real_mlflow.VERSION])
    folder = real_mlflow.CACHE / f"{name}-{hashlib.sha256(described.encode()).hexdigest()[:12]}"
    with (real_mlflow.CACHE / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        python, done = folder / "bin" / "python", folder / "installed"
        if not done.exists():
            subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
            # What MLflow needs is there once already.
            (packages_of(python) / "mlflow.pth").write_text(f"{packages_of(mlflow)}\n")
            pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
            subprocess.run([*pip, *packages], check=True)
            done.touch()
        # The alias for processes that a library starts, as the wheel installs it.
        startup = ROOT / "nbtrack" / "as_mlflow" / "startup.pth"
        (packages_of(python) / "nbtrack_as_mlflow.pth").write_text(startup.read_text())
    return python


def packages_of(python):
    """Return the folder that an interpreter has its packages in."""
    asked = "import sysconfig; print(sysconfig.get_path('purelib'))"
    return Path(subprocess.run([python, "-c", asked], check=True, capture_output=True, text=True).stdout.strip())
