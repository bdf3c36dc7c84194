"""Where a PostgreSQL database is: the URI as users spell it, and as it may be shown."""

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
"""What a connection gets unless the URI says otherwise; the last is in ms."""


def connection_parameters(uri: str) -> dict[str, Any]:
    """Return what libpq needs to connect; a driver named in the scheme, as SQLAlchemy has it, means nothing here.

    Raises
    ------
    InvalidValue
        When the URI can't be read.
    """
    try:
        found = conninfo.conninfo_to_dict("postgresql:" + uri.partition(":")[2])
    except ProgrammingError:
        msg = (
            "The PostgreSQL tracking URI is invalid; it looks like postgresql://user:password@host:5432/database,"
            " where odd characters of the password are written as %40 and the like"
        )
        raise InvalidValue(msg) from None
    return {**_DEFAULTS, **found}


def without_password(parameters: dict[str, Any]) -> str:
    """Return the URI that names a database to people: without user, password and options."""
    host, port, name = (str(parameters.get(each) or "") for each in ("host", "port", "dbname"))
    where = f"{host}:{port}" if port else host
    return f"postgresql://{'' if host.startswith('/') else where}/{name}"
