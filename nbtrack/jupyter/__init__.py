"""The server behind Jupyter's own: panels read on, and Stop works, while the kernel is busy, dead or not there.

Jupyter finds it by the file ``jupyter_server_config.d/nbtrack.json`` that the package installs; nothing else of
nbtrack needs it.
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
    web.add_handlers(".*$", given)  # type: ignore[no-untyped-call] # tornado says no types there
