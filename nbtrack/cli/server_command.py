"""``nbtrack server``: serve a store over HTTP."""

from __future__ import annotations

import secrets
import socket
from typing import TYPE_CHECKING, Any

import click

from nbtrack.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_STORE_OPTIONS = (
    click.option("--backend-store-uri", default="", help="The store: a directory, sqlite:///FILE or postgresql://…"),
    click.option("--artifacts-destination", default="", help="Where artifacts are stored: a directory or a cloud URI."),
    click.option(
        "--default-artifact-root",
        default="",
        help="Where clients store artifacts themselves, such as s3://bucket; by default they use the server.",
    ),
    click.option("--serve-artifacts/--no-serve-artifacts", default=True, help="Serve artifacts through the server."),
)
_WORKERS = click.option("--workers", "-w", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes.")
_NETWORK_OPTIONS = (
    click.option("--host", "-h", default="127.0.0.1", show_default=True, help="The address to listen on."),
    click.option(
        "--port",
        "-p",
        default=5000,
        show_default=True,
        type=click.IntRange(0, 65_535),
        help="The port; 0 chooses a free one.",
    ),
    click.option(
        "--allowed-hosts",
        default="",
        help="Host names under which clients reach it, besides loopback; comma-separated.",
    ),
    click.option(
        "--cors-allowed-origins", default="", help="Origins of other pages that may send requests; comma-separated."
    ),
    click.option("--static-prefix", "prefix", default="", help="The path under which a reverse proxy serves it."),
    click.option("--ssl-certfile", default="", help="A certificate in PEM format, to serve over TLS without a proxy."),
    click.option("--ssl-keyfile", default="", help="The key of the certificate, unless it is in the same file."),
)
_AUTH = click.option(
    "--auth",
    type=click.Choice(["none", "token", "basic"]),
    default="none",
    show_default=True,
    help="How clients authenticate: with NBTRACK_SERVER_TOKEN (generated if unset) or NBTRACK_SERVER_PASSWORD.",
)
_AUTH_WITH_USERS = click.option(
    "--auth",
    type=click.Choice(["none", "token", "basic", "users"]),
    default="none",
    show_default=True,
    help="How clients authenticate: with NBTRACK_SERVER_TOKEN (generated if unset), with NBTRACK_SERVER_PASSWORD, or"
    " each with the token that `nbtrack users add` printed.",
)
_OPERATION_OPTIONS = (
    click.option("--access-log", is_flag=True, help="Write a line of JSON for each request to standard error."),
    click.option(
        "--drain-seconds",
        default=0.0,
        show_default=True,
        type=click.FloatRange(0, 600),
        help="How long to keep answering after SIGTERM, while /ready tells load balancers to send no more requests.",
    ),
)


def server_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of a tracking server to a command."""
    return _with((*_STORE_OPTIONS, _WORKERS, *_NETWORK_OPTIONS, _AUTH_WITH_USERS, *_OPERATION_OPTIONS), function)


def network_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of a server that control who can reach it."""
    return _with((*_NETWORK_OPTIONS, _AUTH), function)


def network_options_with_users(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of a server that control who can reach it, including the users of its store."""
    return _with((*_NETWORK_OPTIONS, _AUTH_WITH_USERS), function)


def _with(options: tuple[Callable[..., Any], ...], function: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(options):
        function = option(function)
    return function


def network_values(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a server's `Options` that the options of a command give.

    Raises
    ------
    InvalidValue
        When the password for ``--auth basic`` is missing.
    """
    from nbtrack import settings

    current = settings.current()
    return {
        "host": given["host"],
        "port": given["port"] or free_port(given["host"]),
        "allowed_hosts": _comma_separated(given["allowed_hosts"]),
        "allowed_origins": _comma_separated(given["cors_allowed_origins"]),
        "users": given["auth"] == "users",
        "token": (current.server_token or secrets.token_urlsafe(32)) if given["auth"] == "token" else "",
        "password": _password(current.server_password) if given["auth"] == "basic" else "",
        "prefix": given["prefix"].rstrip("/"),
        "certificate": given["ssl_certfile"],
        "certificate_key": given["ssl_keyfile"],
    }


@click.command(context_settings={"help_option_names": ["--help"]})
@server_options
def server(**given: Any) -> None:
    """Serve a store to notebooks, programs and MLflow clients.

    \b
    Examples:
      nbtrack server
      nbtrack server --backend-store-uri postgresql://tracker@db/runs --artifacts-destination s3://bucket/runs
      nbtrack server --host 0.0.0.0 --allowed-hosts tracking.example.org --auth token --workers 2
    """
    start_server(given)


def start_server(given: dict[str, Any]) -> None:
    """Serve with the options of a command, and print the address."""
    from nbtrack import locate
    from nbtrack.server.serve import Options, serve

    store = local_store(given["backend_store_uri"])
    root = given["default_artifact_root"]
    destination = given["artifacts_destination"] or root or locate.default_artifact_root(store)
    options = Options(
        store,
        destination if given["serve_artifacts"] else None,
        workers=given["workers"],
        access_log=given["access_log"],
        drain_seconds=given["drain_seconds"],
        **network_values(given),
    )
    if root or not given["serve_artifacts"]:
        options = options._replace(artifact_root=root or destination)
    checked = options.checked()
    click.echo(f"nbtrack serves {locate.without_password(store)} at {address(checked)}")
    serve(checked)


def local_store(uri: str) -> str:
    """Return the URI of the store to serve, by default the current one.

    Raises
    ------
    InvalidValue
        When it is on a tracking server.
    """
    from nbtrack import locate
    from nbtrack.tracking.tracking_uri import get_tracking_uri

    place = locate.resolve(uri or get_tracking_uri())
    if locate.scheme(place) in locate.SERVERS:
        msg = f"{locate.without_password(place)} is a server with its own UI: open it in a browser"
        raise InvalidValue(msg)
    return place


def free_port(host: str) -> int:
    """Return a free port."""
    with socket.create_server((host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET) as taken:
        return int(taken.getsockname()[1])


def _comma_separated(text: str) -> tuple[str, ...]:
    return tuple(each.strip() for each in text.split(",") if each.strip())


def _password(given: str | None) -> str:
    if not given or ":" not in given:
        msg = "--auth basic needs NBTRACK_SERVER_PASSWORD, such as analyst:correct-horse"
        raise InvalidValue(msg)
    return given


def address(options: Any) -> str:
    """Return the address of a server, with its token."""
    host = f"[{options.host}]" if ":" in options.host else options.host
    shown = f"?token={options.token}" if options.token else ""
    scheme = "https" if options.certificate else "http"
    return f"{scheme}://{host}:{options.port}{options.prefix}/{shown}"
