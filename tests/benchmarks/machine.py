"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path

from peers import versions


def described(peers: str | None) -> dict[str, object]:
    """Return date, machine and versions."""
    import apsw

    import nbtrack

    own = {"nbtrack": nbtrack.__version__, "SQLite": apsw.sqlite_lib_version()}
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "versions": {**own, **versions(sys.executable, "numpy", "pandas"), **(_of_peers(peers) if peers else {})},
    }


def _of_peers(python: str) -> dict[str, str]:
    return versions(python, "mlflow", "trackio")


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def line(found: dict[str, object]) -> str:
    """Return it as one line."""
    packages = found["versions"]
    assert isinstance(packages, dict)
    versions = ", ".join(f"{name} {version}" for name, version in packages.items())
    return (
        f"Measured on {found['date']}: {found['processor']}, {found['cores']} cores, load {found['load']:.1f},"
        f" {found['system']}, Python {found['python']}, {versions}."
    )
