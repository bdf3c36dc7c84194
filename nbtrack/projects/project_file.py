"""Reads ``MLproject``: the entry points of a project, their parameters, and the environment it asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack.errors import InvalidValue, NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NAME = "MLproject"
TYPES = ("string", "float", "int", "path", "uri")
"""The types of parameters; ``int`` is nbtrack's addition to MLflow's."""
_ALIASES = {"str": "string", "integer": "int", "double": "float"}
"""Other names of types: MLflow accepts any, and its own examples use the first."""
SCRIPTS = {".py": "python {}", ".sh": "bash {}", ".ipynb": "python -m nbtrack.projects.notebook {}"}
"""The commands of files that can be entry points themselves, by extension."""


class Parameter(NamedTuple):
    """A parameter of an entry point; without a default it is required."""

    name: str
    type: str = "string"
    default: Any = None


class EntryPoint(NamedTuple):
    """A command with placeholders for parameters, such as ``python train.py --lr {lr}``."""

    name: str
    command: str
    parameters: Mapping[str, Parameter]


class Project(NamedTuple):
    """A project in a local folder."""

    folder: Path
    name: str | None
    entry_points: Mapping[str, EntryPoint]
    environments: Mapping[str, Any]
    """The entries ``python_env``, ``conda_env`` and ``docker_env``."""

    def entry_point(self, name: str) -> EntryPoint:
        """Return an entry point, or the command of a script or notebook of that name.

        Raise `NotFound` when there is neither; the message lists what there is.
        """
        found = self.entry_points.get(name)
        if found is not None:
            return found
        script = (self.folder / name).resolve()
        if script.suffix in SCRIPTS and script.is_file() and script.is_relative_to(self.folder.resolve()):
            from shlex import quote

            return EntryPoint(name, SCRIPTS[script.suffix].format(quote(name)), {})
        raise NotFound(f"{self.folder} has no entry point {name!r}; {self._choices()}")

    def _choices(self) -> str:
        if self.entry_points:
            return f"{NAME} has: {', '.join(sorted(self.entry_points))}"
        files = sorted(each.name for each in self.folder.iterdir() if each.suffix in SCRIPTS)
        shown = ", ".join(files[:10]) or "none"
        return f"it has no {NAME}, so give the name of a script or notebook: {shown}"


def read(folder: Path) -> Project:
    """Return the project in a folder.

    Raises
    ------
    NotFound
        When there is no such folder.
    InvalidValue
        When ``MLproject`` can't be read; the message names the part that is wrong.
    """
    if not folder.is_dir():
        raise NotFound(f"The project folder {folder} does not exist")
    path = folder / NAME
    if not path.is_file():
        return Project(folder, None, {}, _environments({}, folder))
    from nbtrack.media import dict_from_bytes

    content = dict_from_bytes(path.read_bytes(), ".yaml")
    if not isinstance(content, dict):
        raise InvalidValue(f"{path} must be a mapping with entry_points")
    points = _mapping(content.get("entry_points"), "entry_points", path)
    name = content.get("name")
    return Project(
        folder,
        None if name is None else str(name),
        {str(each): _entry_point(str(each), value, path) for each, value in points.items()},
        _environments(content, folder),
    )


def _environments(content: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    found = {key: content[key] for key in ("python_env", "conda_env", "docker_env") if content.get(key)}
    if not found and (folder / "python_env.yaml").is_file():
        found["python_env"] = "python_env.yaml"
    return found


def _entry_point(name: str, value: object, path: Path) -> EntryPoint:
    parts = _mapping(value, f"entry point {name!r}", path)
    command = parts.get("command")
    if not isinstance(command, str) or not command.strip():
        raise InvalidValue(f"{path}: entry point {name!r} has no command")
    declared = _mapping(parts.get("parameters"), f"the parameters of entry point {name!r}", path)
    return EntryPoint(name, command, {str(key): _parameter(str(key), each, path) for key, each in declared.items()})


def _parameter(name: str, value: object, path: Path) -> Parameter:
    parts = {"type": value} if isinstance(value, str) else _mapping(value, f"parameter {name!r}", path)
    written = str(parts.get("type", "string"))
    kind = _ALIASES.get(written, written)
    if kind not in TYPES:
        raise InvalidValue(f"{path}: parameter {name!r} has the type {kind!r}; it must be one of {', '.join(TYPES)}")
    return Parameter(name, kind, parts.get("default"))


def _mapping(value: object, what: str, path: Path) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise InvalidValue(f"{path}: {what} must be a mapping, not {type(value).__name__}")
    return value
