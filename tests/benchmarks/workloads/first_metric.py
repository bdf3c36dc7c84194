"""From an empty folder to the first metric, in a new process: how much longer than Python alone takes to be up."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from time import monotonic_ns

from workload import Workload

SIZES = {"full": {"rounds": 15}, "quick": {"rounds": 2}}
LESS = {"mlflow": {"rounds": 3}, "trackio": {"rounds": 7}}
TELL = "import sys, time; print('measured', time.monotonic_ns(), len(sys.modules), file=sys.stderr)"


class Program(Workload):
    """A program of a few lines, beside one that does nothing."""

    imported = "pass"
    logged = "pass"

    def set_up(self) -> None:
        """Run it once, so that its modules are compiled as those of an installed program are."""
        self._measured(f"{self.imported}\n{self.logged}")

    def once(self) -> dict[str, float]:
        bare, modules = self._measured("")
        _, at_import = self._measured(self.imported)
        took, at_metric = self._measured(f"{self.imported}\n{self.logged}")
        return {
            "bare": bare,
            "ms": took - bare,
            "modules": at_import - modules,
            "modules_to_metric": at_metric - modules,
        }

    def _measured(self, code: str) -> tuple[float, int]:
        """Return the ms from the start of the process to the end of the code, and how many modules there are then."""
        command = [sys.executable, "-c", f"{code}\n{TELL}"]
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(self.folder.parent / "bytecode")}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            start = monotonic_ns()
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, env=environment)
        _, moment, modules = next(line.split() for line in done.stderr.splitlines() if line.startswith("measured "))
        return (int(moment) - start) / 1e6, int(modules)


class Python(Program):
    """Python alone."""

    def once(self) -> dict[str, float]:
        took, _ = self._measured("")
        return {"ms": took}


class Nbtrack(Program):
    """`import nbtrack` and one metric."""

    imported = "import nbtrack"
    logged = "nbtrack.log_metric('m', 0.5)"


class Mlflow(Program):
    """`import mlflow` and one metric, to SQLite."""

    imported = "import mlflow"
    logged = "mlflow.set_tracking_uri('sqlite:///mlflow.db'); mlflow.log_metric('m', 0.5)"


class Trackio(Program):
    """`import trackio` and one metric, into memory."""

    imported = "import os; os.environ['TRACKIO_DIR'] = os.getcwd()\nimport trackio"
    logged = "trackio.init('benchmark', embed=False, auto_log_gpu=False, auto_log_cpu=False); trackio.log({'m': 0.5})"


CONTENDERS = {"nbtrack": Nbtrack, "Python alone": Python, "trackio": Trackio, "mlflow": Mlflow}
