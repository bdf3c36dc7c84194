"""Calling an endpoint: arguments → request, response → JSON or one of our errors."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from nbtrack.errors import NotFound, Unchangeable, Unreachable, Unsupported, WrongState
from nbtrack.wire import endpoint_table, error_codec, values
from nbtrack.wire.http import Request

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbtrack.errors import NbtrackError
    from nbtrack.wire.endpoint import Endpoint
    from nbtrack.wire.http import Transport
    from nbtrack.wire.values import Json

    StoreArtifact = Callable[[str, str, bytes], None]
    """Stores bytes as an artifact: run id, path, content."""

_NOT_REPEATABLE = (
    endpoint_table.CREATE_EXPERIMENT,
    endpoint_table.DELETE_EXPERIMENT,
    endpoint_table.RESTORE_EXPERIMENT,
    endpoint_table.DELETE_EXPERIMENT_TAG,
    endpoint_table.CREATE_RUN,
    endpoint_table.DELETE_TAG,
    endpoint_table.DROP,
    endpoint_table.CREATE_LOGGED_MODEL,
    endpoint_table.DELETE_LOGGED_MODEL_TAG,
)
"""Endpoints that are not idempotent."""
_FIELD = re.compile(r"\{(\w+)\}")
"""An argument in the path of an endpoint."""
_JSON = (("Content-Type", "application/json"),)
_PHRASES = (
    ("Changing param values is not allowed", Unchangeable),
    ("must be in the 'active' state", WrongState),
)
"""Phrases in MLflow's messages, and the errors that they stand for here."""


class Calls:
    """The endpoints of one server."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport

    def call(self, endpoint: Endpoint, **arguments: object) -> Json:
        """Call an endpoint and return its response.

        Raises
        ------
        NbtrackError
            The error that the server reports.
        Unreachable
            When it does not respond, or not with valid JSON.
        """
        given = endpoint.write(arguments)
        path = endpoint.prefixes[0] + _FIELD.sub(lambda found: quote(str(given[found[1]]), safe=""), endpoint.path)
        repeatable = endpoint not in _NOT_REPEATABLE
        if endpoint.method == "GET":
            asked = {name: value for name, value in given.items() if f"{{{name}}}" not in endpoint.path}
            request = Request("GET", path, _pairs(asked), repeatable=repeatable)
        else:
            # MLflow's server requires what is in the path in the body as well.
            body = json.dumps(given, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
            request = Request(endpoint.method, path, (), body, _JSON, repeatable)
        answer = self.transport.send(request)
        body = answer.read()
        record = _read(body)
        if answer.status != 200:
            raise _error(answer.status, record, body.decode(errors="replace"))
        if not isinstance(record, dict):
            msg = f"{self.transport.uri} does not answer with valid JSON: is this the address of a tracking server?"
            raise Unreachable(msg)
        return record

    def found(self, endpoint: Endpoint, **arguments: object) -> Json | None:
        """Call an endpoint; return None when the server responds "not found"."""
        try:
            return self.call(endpoint, **arguments)
        except NotFound:
            return None

    def nbtrack_server(self) -> Json | None:
        """Return the description of an nbtrack server; None for any other."""
        try:
            told = self.call(endpoint_table.SERVER)
        except (NotFound, Unsupported):
            return None
        return told if told.get("server") == "nbtrack" else None


def _pairs(given: Json) -> list[tuple[str, str]]:
    several = [(name, each if isinstance(each, list) else [each]) for name, each in given.items()]
    return [(name, str(value)) for name, values in several for value in values]


def _read(body: bytes) -> Any:
    try:
        return values.parse_json(body or b"{}")
    except ValueError:
        return None


def _error(status: int, record: object, body: str) -> NbtrackError:
    error = error_codec.read_error(status, record, body)
    for words, kind in _PHRASES:
        if status == 400 and words in error.message:
            return kind(error.message, error.error_code)
    return error
