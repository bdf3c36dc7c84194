"""Calling an endpoint: arguments → request, answer → JSON or one of our errors."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from nbtrack.errors import NotFound, Unchangeable, Unreachable, Unsupported, WrongState
from nbtrack.wire import endpoint_table, error_codec, values
from nbtrack.wire.http import Request

if TYPE_CHECKING:
    from nbtrack.errors import NbtrackError
    from nbtrack.wire.endpoint_table import Endpoint
    from nbtrack.wire.http import Transport
    from nbtrack.wire.values import Json

_ONCE = (
    endpoint_table.CREATE_EXPERIMENT,
    endpoint_table.DELETE_EXPERIMENT,
    endpoint_table.RESTORE_EXPERIMENT,
    endpoint_table.DELETE_EXPERIMENT_TAG,
    endpoint_table.CREATE_RUN,
    endpoint_table.DELETE_TAG,
    endpoint_table.DROP,
)
"""Calls that do something else the second time."""
_JSON = (("Content-Type", "application/json"),)
_PHRASES = (
    ("Changing param values is not allowed", Unchangeable),
    ("must be in the 'active' state", WrongState),
)
"""What MLflow says of mistakes that have an error of their own here."""


class Calls:
    """The endpoints of one server.

    Parameters
    ----------
    transport : Transport
        What leads there.
    """

    def __init__(self, transport: Transport) -> None:
        self.transport = transport

    def call(self, endpoint: Endpoint, **arguments: object) -> Json:
        """Call an endpoint, and return what it answers.

        Raises
        ------
        NbtrackError
            The error that the server tells.
        Unreachable
            When it does not answer, or its answer is not valid JSON.
        """
        given = endpoint.write(arguments)
        path = endpoint.prefixes[0] + endpoint.path
        repeatable = endpoint not in _ONCE
        if endpoint.method == "GET":
            request = Request("GET", path, _pairs(given), repeatable=repeatable)
        else:
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
        """Call an endpoint; None when it knows nothing of that name."""
        try:
            return self.call(endpoint, **arguments)
        except NotFound:
            return None

    @property
    def is_nbtrack(self) -> bool:
        """Ask whether the server is nbtrack's."""
        try:
            return self.call(endpoint_table.SERVER).get("server") == "nbtrack"
        except (NotFound, Unsupported):
            return False


def _pairs(given: Json) -> list[tuple[str, str]]:
    """Return arguments as a query string has them."""
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
