"""The URI of a PostgreSQL database: its connection parameters, and a form without secrets."""

from __future__ import annotations

from typing import Any

from psycopg import ProgrammingError, conninfo

from nbtrack.errors import InvalidValue

_DEFAULTS = {
    "application_name": "nbtrack",
    "connect_timeout": "10",
    "keepalives_idle": "30",
    "tcp_user_timeout": "30000",
}
"""Parameters that the URI may override; ``tcp_user_timeout`` is in ms, the other times in seconds."""


def connection_parameters(uri: str) -> dict[str, Any]:
    """Return the connection parameters for libpq; a driver in the scheme, as in SQLAlchemy's URIs, is ignored.

    Raises
    ------
    InvalidValue
        When the URI is invalid.
    """
    try:
        found = conninfo.conninfo_to_dict("postgresql:" + uri.partition(":")[2])
    except ProgrammingError:
        msg = (
            "The PostgreSQL tracking URI is invalid; it looks like postgresql://user:password@host:5432/database,"
            " with special characters of the password percent-encoded, such as %40 for @"
        )
        raise InvalidValue(msg) from None
    return {**_DEFAULTS, **found}


def without_password(parameters: dict[str, Any]) -> str:
    """Return the URI to display: without user, password and options."""
    host, port, name = (str(parameters.get(each) or "") for each in ("host", "port", "dbname"))
    where = f"{host}:{port}" if port else host
    return f"postgresql://{'' if host.startswith('/') else where}/{name}"
