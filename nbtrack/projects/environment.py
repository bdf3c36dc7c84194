"""The environment of a project's commands: the current one, or a virtual environment with its requirements."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from nbtrack import locate
from nbtrack.errors import InvalidValue, NotFound, Unsupported

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nbtrack.projects.project_file import Project

MANAGERS = ("local", "virtualenv", "uv")
_READY = "nbtrack-ready"
"""A file that marks complete environments."""


class Requirements(NamedTuple):
    """What a virtual environment contains."""

    python: str | None
    """The version of Python, such as ``3.11``; None for the current one."""
    packages: tuple[str, ...]


def manager_for(project: Project, asked: str | None) -> str:
    """Return how the environment of a project is made: as `asked`, else as the project says.

    Raise `Unsupported` for conda and docker, which nbtrack does not run, unless ``local`` is asked for, and for ``uv``
    where that is not installed.
    """
    if asked is not None and asked not in MANAGERS:
        raise Unsupported(f"The environment manager {asked!r} is not supported: use {', '.join(MANAGERS)}")
    if asked == "uv" and shutil.which("uv") is None:
        raise Unsupported("The environment manager 'uv' needs the program uv: install it, or use virtualenv")
    if asked is None:
        for kind in ("docker_env", "conda_env"):
            if kind in project.environments:
                raise Unsupported(
                    f"{project.folder} asks for a {kind}, which nbtrack does not support: run it here with"
                    " --env-manager local, or describe its packages in python_env.yaml"
                )
    return asked or ("virtualenv" if "python_env" in project.environments else "local")


def variables(project: Project, manager: str) -> dict[str, str]:
    """Return environment variables that select the project's ``python``; its environment is created if needed."""
    if manager == "local":
        return {"PATH": _path_with(Path(sys.executable).parent)}
    made = _made(_requirements(project))
    return {"PATH": _path_with(made / "bin"), "VIRTUAL_ENV": str(made)}


def _path_with(folder: Path) -> str:
    return os.pathsep.join([str(folder), os.environ.get("PATH", os.defpath)])


def _requirements(project: Project) -> Requirements:
    named = project.environments.get("python_env")
    if named is None:
        plain = project.folder / "requirements.txt"
        if not plain.is_file():
            raise NotFound(f"{project.folder} has neither python_env.yaml nor requirements.txt")
        return Requirements(None, _lines(plain, project.folder))
    path = (project.folder / str(named)).resolve()
    if not path.is_file() or not path.is_relative_to(project.folder.resolve()):
        raise NotFound(f"{project.folder} has no file {named}, which its python_env names")
    from nbtrack.media import dict_from_bytes

    content = dict_from_bytes(path.read_bytes(), ".yaml")
    if not isinstance(content, dict):
        raise InvalidValue(f"{path} must be a mapping with python and dependencies")
    packages: list[str] = []
    for each in [*(content.get("build_dependencies") or ()), *(content.get("dependencies") or ())]:
        text = str(each).strip()
        if text.startswith(("-r ", "--requirement ")):
            packages += _lines(project.folder / text.split(maxsplit=1)[1], project.folder)
        else:
            packages.append(text)
    python = content.get("python")
    return Requirements(None if python is None else str(python), tuple(packages))


def _lines(path: Path, folder: Path) -> tuple[str, ...]:
    if not path.is_file() or not path.resolve().is_relative_to(folder.resolve()):
        raise NotFound(f"{folder} has no file {path.name} with requirements")
    stripped = (line.strip() for line in path.read_text().splitlines())
    return tuple(line for line in stripped if line and not line.startswith("#"))


def _made(wanted: Requirements) -> Path:
    """Return the environment with these packages and nbtrack; it is created once and reused."""
    packages = [*wanted.packages, *_needed_by_nbtrack()]
    described = json.dumps([wanted.python, packages, str(_package()), sys.version])
    folder = _cache() / hashlib.sha256(described.encode()).hexdigest()[:20]
    folder.parent.mkdir(parents=True, exist_ok=True)
    with Path(f"{folder}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / _READY).exists():
            shutil.rmtree(folder, ignore_errors=True)
            _make(folder, wanted.python, packages)
            (folder / _READY).touch()
    return folder


def _cache() -> Path:
    return locate.state_folder() / "environments"


def _needed_by_nbtrack() -> list[str]:
    return sorted(each for each in metadata.requires("nbtrack") or () if "extra ==" not in each)


def _package() -> Path:
    return Path(__file__).resolve().parents[1]


def _make(folder: Path, python: str | None, packages: Sequence[str]) -> None:
    """Make a virtual environment, with uv where that is installed, and let it import this nbtrack."""
    uv = shutil.which("uv")
    if uv is not None:
        _run([uv, "venv", "--quiet", "--python", python or sys.executable, str(folder)])
        install = [uv, "pip", "install", "--quiet", "--python", str(folder / "bin/python")]
    else:
        _run([_interpreter(python), "-m", "venv", str(folder)])
        install = [str(folder / "bin/python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    options = [part for each in packages if each.startswith("-") for part in each.split(maxsplit=1)]
    _run([*install, *options, *(each for each in packages if not each.startswith("-"))])
    _link_nbtrack(folder)


def _interpreter(version: str | None) -> str:
    """Return the path of a Python of a version such as ``3.11``."""
    wanted = ".".join((version or "").split(".")[:2])
    if not wanted or wanted == f"{sys.version_info.major}.{sys.version_info.minor}":
        return sys.executable
    found = shutil.which(f"python{wanted}")
    if found is None:
        raise NotFound(f"The project needs Python {version}, and there is no python{wanted} here: install it, or uv")
    return found


def _link_nbtrack(folder: Path) -> None:
    """Make the running nbtrack importable in an environment, but no other package of the current one."""
    shared = folder / "nbtrack"
    shared.mkdir()
    (shared / "nbtrack").symlink_to(_package())
    startup = (_package() / "as_mlflow/startup.pth").read_text()
    for packages in folder.glob("lib/python*/site-packages"):
        (packages / "nbtrack.pth").write_text(f"{shared}\n{startup}")


def _run(command: Sequence[str]) -> None:
    environment: Mapping[str, str] = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(  # noqa: S603 - the project's requirements are code that the user asked to run
        command, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = (done.stderr or done.stdout).strip()
        raise InvalidValue(f"The environment of the project can't be created: {said[-1000:]}")
