"""The packages that a model needs, found in its pickles and code, and the environment files that list them."""

from __future__ import annotations

import ast
import json
import pickletools
import sys
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbtrack.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

FILE = "requirements.txt"
_STRINGS = {"SHORT_BINUNICODE", "BINUNICODE", "UNICODE", "BINUNICODE8"}
_LARGEST = 200_000_000
"""The most bytes of a pickle that is searched for the names of modules."""


def inferred(files: Iterable[Path], packages: Iterable[str]) -> list[str]:
    """Return the requirements of pickles and Python files, with the installed versions, and `packages` first."""
    by_module, known = metadata.packages_distributions(), list(files)
    modules = set().union(*map(packages_of, known)) - set(sys.stdlib_module_names)
    if not any(each.suffix == ".py" and "nbtrack" in packages_of(each) for each in known):
        # Pickles name it, but can be loaded without it.
        modules.discard("nbtrack")
    # The modules of a package in editable mode are not known.
    found = {each for name in modules for each in by_module.get(name, (name,))}
    names = [*packages, *sorted(found, key=str.lower)]
    return [each for each in dict.fromkeys(map(_pinned, names)) if each]


def _pinned(distribution: str) -> str:
    """Return a distribution with its version; nothing for what is not installed."""
    try:
        return f"{distribution}=={metadata.version(distribution)}"
    except metadata.PackageNotFoundError:
        return ""


def packages_of(file: Path) -> set[str]:
    """Return the top-level modules that a Python file imports or a pickle names, without running either."""
    return {name.partition(".")[0] for name in modules_of(file)}


def modules_of(file: Path, package: str = "") -> set[str]:
    """Return the modules that a Python file of a package imports, or that a pickle names."""
    return _imports(file, package) if file.suffix == ".py" else set(_named_in_pickle(file))


def _imports(file: Path, package: str) -> set[str]:
    """Return what a Python file imports anywhere in it, nothing if it is not valid Python.

    For ``from a import b`` that is ``a`` and ``a.b``, which may be a module.
    """
    try:
        nodes = list(ast.walk(ast.parse(file.read_bytes())))
    except (SyntaxError, ValueError):
        return set()
    direct = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return direct.union(*(_imported_from(node, package) for node in nodes if isinstance(node, ast.ImportFrom)))


def _imported_from(node: ast.ImportFrom, package: str) -> set[str]:
    parents = package.split(".")
    base = ".".join(parents[: len(parents) - node.level + 1]) if node.level else ""
    module = ".".join(filter(None, [base, node.module]))
    return {module, *(f"{module}.{each.name}" for each in node.names)} if module else set()


def _named_in_pickle(file: Path) -> Iterator[str]:
    """Yield the modules that a pickle names."""
    if file.stat().st_size > _LARGEST:
        return
    with file.open("rb") as stream:
        try:
            for opcode, argument, _ in pickletools.genops(stream):
                if opcode.name in _STRINGS and argument in sys.modules:
                    yield argument
                elif opcode.name == "GLOBAL" and isinstance(argument, str):
                    yield argument.split(" ")[0]
        except ValueError:
            return


def chosen(
    pip_requirements: str | Sequence[str] | None, extra: str | Sequence[str] | None, default: Sequence[str]
) -> list[str]:
    """Return the user's requirements, else the default; a text is the path of a requirements file.

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
    (folder / "conda.yaml").write_text(json.dumps(conda_environment(requirements), indent=2))


def conda_environment(requirements: Sequence[str]) -> dict[str, Any]:
    """Return the environment of conda with this Python and what is required."""
    python = ".".join(map(str, sys.version_info[:3]))
    return {
        "name": "mlflow-env",
        "channels": ["conda-forge"],
        "dependencies": [f"python={python}", "pip", {"pip": list(requirements)}],
    }


def defaults_of(*packages: str) -> tuple[Callable[[], list[str]], Callable[[], dict[str, Any]]]:
    """Return MLflow's functions ``get_default_pip_requirements`` and ``get_default_conda_env`` of a flavor."""

    def get_default_pip_requirements() -> list[str]:
        """Return what a model of this kind needs at least, with the installed versions."""
        return inferred((), packages)

    def get_default_conda_env() -> dict[str, Any]:
        """Return the environment of conda that a model of this kind needs at least."""
        return conda_environment(get_default_pip_requirements())

    return get_default_pip_requirements, get_default_conda_env
