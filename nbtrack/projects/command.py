"""The command line of an entry point with its parameters."""

from __future__ import annotations

import re
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

from nbtrack.errors import InvalidValue, NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbtrack.projects.project_file import EntryPoint, Parameter

_PLACE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}")
_NUMBERS = {"float": float, "int": int}
_OPTION = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:/")


def values(entry_point: EntryPoint, given: Mapping[str, Any], project: Path, storage: Path) -> dict[str, str]:
    """Return the parameters of a run: those given by the user, and the defaults of the others.

    Local files become absolute paths: values of the user relative to the working directory, defaults to `project`.
    What a parameter of type ``path`` names on another machine is downloaded below `storage`.

    Raises
    ------
    InvalidValue
        When a parameter is missing, has no default, or a value is not of its type; the message names it.
    NotFound
        When the file of a ``path`` does not exist.
    """
    missing = [name for name, one in entry_point.parameters.items() if name not in given and one.default is None]
    if missing:
        option = " ".join(f"-P {name}=…" for name in missing)
        raise InvalidValue(f"Entry point {entry_point.name!r} needs the parameters {', '.join(missing)}: {option}")
    found = {}
    for name, declared in entry_point.parameters.items():
        base = Path.cwd() if name in given else project
        found[name] = _value(declared, str(given.get(name, declared.default)), base, storage)
    for name in given.keys() - found.keys():
        if not _OPTION.fullmatch(name):
            raise InvalidValue(f"{name!r} can't be the name of a parameter: it becomes the option --{name}")
    return found | {name: str(value) for name, value in given.items() if name not in found}


def _value(declared: Parameter, value: str, base: Path, storage: Path) -> str:
    convert = _NUMBERS.get(declared.type)
    if convert is not None:
        try:
            convert(value)
        except ValueError:
            raise InvalidValue(f"Parameter {declared.name!r} must be of type {declared.type}, not {value!r}") from None
    if declared.type not in {"path", "uri"}:
        return value
    if _URI.match(value):
        return _downloaded(declared, value, storage) if declared.type == "path" else value
    path = base / value
    if declared.type == "path" and not path.exists():
        raise NotFound(f"Parameter {declared.name!r} names the file {path}, which does not exist")
    return str(path.absolute())


def _downloaded(declared: Parameter, uri: str, storage: Path) -> str:
    from nbtrack.artifacts import download_artifacts

    target = storage / "parameters" / declared.name
    target.mkdir(parents=True, exist_ok=True)
    return str(download_artifacts(artifact_uri=uri, dst_path=str(target)))


def line(entry_point: EntryPoint, parameters: Mapping[str, str]) -> str:
    """Return the command for the shell: parameters replace their placeholders, others become ``--name value``.

    Every value is quoted. Raise `InvalidValue` for a placeholder without a parameter.
    """

    def filled(place: re.Match[str]) -> str:
        name = place[1]
        if name is None:
            return place[0][0]
        if name not in parameters:
            raise InvalidValue(
                f"The command of entry point {entry_point.name!r} contains {{{name}}}, but there is no such parameter"
            )
        return quote(parameters[name])

    command = _PLACE.sub(filled, entry_point.command)
    others = [f"--{name} {quote(value)}" for name, value in parameters.items() if name not in entry_point.parameters]
    return " ".join([command, *others])
