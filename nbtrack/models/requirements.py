"""The packages that a model needs, found in its pickled files, and the environment files that list them."""

from __future__ import annotations

import json
import pickletools
import sys
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from nbtrack.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

FILE = "requirements.txt"
_STRINGS = {"SHORT_BINUNICODE", "BINUNICODE", "UNICODE", "BINUNICODE8"}
_LARGEST = 200_000_000
"""Bytes of a pickle that is read for the names of its modules."""


def inferred(files: Iterable[Path], packages: Iterable[str]) -> list[str]:
    """Return the requirements of pickled files, with the versions that are installed, and `packages` first."""
    by_module = metadata.packages_distributions()
    modules = {name for file in files for name in _modules(file)} - set(sys.stdlib_module_names)
    found = {each for name in modules for each in by_module.get(name, ())}
    names = [*packages, *sorted(found, key=str.lower)]
    return [each for each in dict.fromkeys(map(_pinned, names)) if each]


def _pinned(distribution: str) -> str:
    """Return a distribution with its version; nothing for nbtrack itself, and for what is not installed."""
    if distribution == "nbtrack":
        return ""
    try:
        return f"{distribution}=={metadata.version(distribution)}"
    except metadata.PackageNotFoundError:
        return ""


def _modules(file: Path) -> Iterator[str]:
    """Yield the top-level modules that a pickle names, without loading it."""
    if file.stat().st_size > _LARGEST:
        return
    with file.open("rb") as stream:
        try:
            for opcode, argument, _ in pickletools.genops(stream):
                if opcode.name in _STRINGS and argument in sys.modules:
                    yield argument.partition(".")[0]
                elif opcode.name == "GLOBAL" and isinstance(argument, str):
                    yield argument.split(" ")[0].partition(".")[0]
        except ValueError:
            return


def chosen(
    pip_requirements: str | Sequence[str] | None, extra: str | Sequence[str] | None, default: Sequence[str]
) -> list[str]:
    """Return what the user asks for, else the default; a text is the path of a requirements file.

    Raise `InvalidValue` when that file can't be read.
    """
    base = list(default) if pip_requirements is None else _lines(pip_requirements)
    return [*base, *([] if extra is None else _lines(extra))]


def _lines(given: str | Sequence[str]) -> list[str]:
    if not isinstance(given, str):
        return [str(each) for each in given]
    try:
        lines = Path(given).read_text().splitlines()
    except OSError as error:
        raise InvalidValue(f"The requirements file {given} can't be read: {error}") from error
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def write(folder: Path, requirements: Sequence[str]) -> None:
    """Write the files from which MLflow makes an environment: for pip, for a virtual environment, and for conda."""
    python = ".".join(map(str, sys.version_info[:3]))
    (folder / FILE).write_text("\n".join(requirements))
    environment = {"python": python, "build_dependencies": ["pip"], "dependencies": [f"-r {FILE}"]}
    (folder / "python_env.yaml").write_text(json.dumps(environment, indent=2))
    conda = {
        "name": "mlflow-env",
        "channels": ["conda-forge"],
        "dependencies": [f"python={python}", "pip", {"pip": list(requirements)}],
    }
    (folder / "conda.yaml").write_text(json.dumps(conda, indent=2))
