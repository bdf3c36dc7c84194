"""``nbtrack server``: offer a store to others."""

from __future__ import annotations

import click


@click.command()
@click.option("--backend-store-uri", default="", help="The store: a directory, sqlite:///FILE or postgresql://…")
@click.option("--artifacts-destination", default="", help="Where artifacts are kept: a directory or a cloud URI.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option("--port", default=5000, show_default=True, help="The port to listen at.")
@click.option("--workers", default=1, show_default=True, help="Processes that answer.")
def server(backend_store_uri: str, artifacts_destination: str, host: str, port: int, workers: int) -> None:
    """Offer a store to notebooks, programs and MLflow clients."""
    from nbtrack import locate
    from nbtrack.server.options import Options
    from nbtrack.server.serve import serve

    store = locate.resolved(backend_store_uri or "mlruns")
    serve(Options(store, artifacts_destination or store, host=host, port=port, workers=workers))
