"""The Jupyter Server extension: panels can read, and Stop works, while the kernel is busy, dead or missing.

Jupyter finds it through ``jupyter_server_config.d/nbtrack.json``, which the package installs; the rest of nbtrack works
without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "nbtrack.jupyter"}]


def _load_jupyter_server_extension(app: ServerApp) -> None:
    from nbtrack.jupyter.asgi_bridge import KernelStores, routes

    web = app.web_app
    given = routes(web.settings["base_url"], KernelStores(app.root_dir))
    web.add_handlers(".*$", given)  # type: ignore[no-untyped-call] # tornado has no types there
