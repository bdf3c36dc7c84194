"""One endpoint of the REST API: its method and path, and how its arguments are read and written."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbtrack.wire.values import Json, Kind

API = "/api/2.0/mlflow/"
NEWER = ("/api/3.0/mlflow/", "/ajax-api/3.0/mlflow/")
PREVIEWED = "/api/2.0/preview/mlflow/"
AJAX = "/ajax-api/2.0/mlflow/"
NBTRACK_API = "/api/2.0/nbtrack/"
PANELS = "/api/2.0/"
"""The prefix that panels omit from the name of an endpoint."""
EVERYWHERE = (API, PREVIEWED, AJAX)

REQUIRED: Any = object()
"""The default of a required argument."""


class Endpoint(NamedTuple):
    """One endpoint; `fields` maps the name of each argument to its kind and default."""

    method: str
    path: str
    fields: Mapping[str, tuple[Kind, object]]
    prefixes: tuple[str, ...] = EVERYWHERE
    also: tuple[str, ...] = ()
    """Other accepted methods."""
    aliases: Mapping[str, str] = {}
    """The older names of arguments, which are accepted and written as well."""

    @property
    def name(self) -> str:
        """The name for panels: the path below ``/api/2.0/``; empty when panels cannot call it."""
        prefix = next((each for each in (NBTRACK_API, API) if each in self.prefixes), "")
        return prefix.removeprefix(PANELS) + self.path if prefix else ""

    def read(self, given: Mapping[str, object]) -> Json:
        """Validate and return the arguments of a request.

        Unknown arguments are ignored, as in MLflow; names in camel case are accepted as well.

        Raises
        ------
        InvalidValue
            When an argument is missing or invalid.
        """
        arguments: Json = {}
        for name, (kind, default) in self.fields.items():
            value = self._given(given, name)
            if value is None:
                if default is REQUIRED:
                    msg = f"Missing value for required parameter {name!r}."
                    raise InvalidValue(msg)
                arguments[name] = default
            else:
                arguments[name] = kind.read(name, value)
        return arguments

    def query(self, pairs: list[tuple[str, str]]) -> Json:
        """Return a query string as arguments for `read`, with a list for each argument that may be repeated."""
        given: Json = {}
        many = {spelling for name, (kind, _) in self.fields.items() if kind.many for spelling in self._spellings(name)}
        for name, value in pairs:
            if name in many:
                given.setdefault(name, []).append(value)
            else:
                given[name] = value
        return given

    def write(self, arguments: Mapping[str, object]) -> Json:
        """Return the JSON of a request; arguments that are None are left out."""
        written = {name: self.fields[name][0].write(value) for name, value in arguments.items() if value is not None}
        return written | {other: written[name] for name, other in self.aliases.items() if name in written}

    def _given(self, given: Mapping[str, object], name: str) -> object:
        spelled = [each for each in self._spellings(name) if given.get(each) is not None]
        if len(spelled) > 1 and any(given[each] != given[spelled[0]] for each in spelled):
            msg = f"{' and '.join(map(repr, spelled))} are two spellings of the same parameter: pass only one of them"
            raise InvalidValue(msg)
        return given[spelled[0]] if spelled else None

    def _spellings(self, name: str) -> tuple[str, ...]:
        return _spelled(name, self.aliases.get(name))


@cache
def _spelled(name: str, alias: str | None) -> tuple[str, ...]:
    spellings = [name, alias] if alias else [name]
    camel = [re.sub("_([a-z])", lambda found: found[1].upper(), each) for each in spellings]
    return tuple(dict.fromkeys([*spellings, *camel]))
