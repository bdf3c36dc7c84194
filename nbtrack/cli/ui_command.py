"""``nbtrack ui``: the Tracking UI in a browser."""

from __future__ import annotations

import socket

import click

from nbtrack.cli.server_command import local_store
from nbtrack.errors import Refused

FIRST_PORT = 5000
PORTS_TO_TRY = 50
LOOPBACK = "127.0.0.1"


@click.command()
@click.option(
    "--backend-store-uri",
    default="",
    help="The store: a directory, sqlite:///FILE or postgresql://…; by default --tracking-uri, MLFLOW_TRACKING_URI or"
    " ./mlruns.",
)
@click.option(
    "--port",
    "-p",
    default=None,
    type=click.IntRange(0, 65_535),
    help=f"The port; by default the first free one from {FIRST_PORT}.",
)
@click.option("--open", "opens", is_flag=True, help="Open the page in the browser.")
def ui(backend_store_uri: str, port: int | None, opens: bool) -> None:
    """Open experiments and runs in a browser, on this machine only.

    \b
    Examples:
      nbtrack ui
      nbtrack ui --backend-store-uri ~/digits/mlruns --open
    """
    from nbtrack import locate
    from nbtrack.server.serve import Options, serve

    store = local_store(backend_store_uri)
    home = locate.default_artifact_root(store)
    options = Options(store, home, artifact_root=home, host=LOOPBACK, port=_free(port))
    address = f"http://{LOOPBACK}:{options.port}/"
    click.echo(f"{address} shows {locate.without_password(store)}; press Ctrl-C to stop")
    if opens:
        _open_later(address)
    serve(options)


def _free(port: int | None) -> int:
    """Return a free port; `Refused` when the requested one is in use."""
    wanted = range(FIRST_PORT, FIRST_PORT + PORTS_TO_TRY) if port is None else [port]
    for each in wanted:
        try:
            with socket.create_server((LOOPBACK, each)) as taken:
                return int(taken.getsockname()[1])
        except OSError:
            continue
    msg = f"Port {wanted[0]} is in use by another program: choose another --port, or omit it"
    raise Refused(msg)


def _open_later(address: str) -> None:
    """Open the page once the server answers."""
    import threading

    threading.Thread(target=_open, args=(address,), daemon=True).start()


def _open(address: str) -> None:
    import webbrowser

    import httpx

    with httpx.Client(transport=httpx.HTTPTransport(retries=8), trust_env=False) as client:
        client.get(f"{address}health")
    webbrowser.open(address)
