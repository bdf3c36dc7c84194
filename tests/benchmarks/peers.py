"""The peers, in an environment of their own."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

PACKAGES = ("mlflow>=3", "trackio")


def installed(folder: Path) -> str:
    """Return the interpreter that has the peers, installing them into `folder` once."""
    python = folder / "bin" / "python"
    done = folder / "peers-installed"
    if not done.exists():
        print(f"installing {', '.join(PACKAGES)} into {folder} …", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        subprocess.run(
            [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES], check=True
        )
        done.touch()
    return str(python)


def versions(python: str, *packages: str) -> dict[str, str]:
    """Return the versions of packages of an interpreter, those that it has."""
    code = (
        "import importlib.metadata as m, sys\n"
        "for each in sys.argv[1:]:\n"
        "    try: print(each, m.version(each))\n"
        "    except m.PackageNotFoundError: pass"
    )
    output = subprocess.run([python, "-c", code, *packages], capture_output=True, text=True, check=True).stdout
    return dict(line.split() for line in output.splitlines())
