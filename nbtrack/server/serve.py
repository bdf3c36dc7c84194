"""Running the server, in one process or in several."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbtrack.server.server_options import Options

KEEP_ALIVE_SECONDS = 30
STOPPING_SECONDS = 10
CONNECTION = (
    "nbtrack.server.httptools_limits:HttptoolsConnection"
    if find_spec("httptools")
    else "nbtrack.server.http_limits:H11Connection"
)
"""The protocol of a connection; httptools, of the extra ``fast``, parses requests faster than h11."""


def serve(options: Options) -> None:
    """Serve until the process is asked to stop.

    Raises
    ------
    Refused
        When other machines could reach the server without authentication.
    StorageFailed
        When the store cannot be used.
    """
    import uvicorn

    checked = options.checked()
    checked.to_environment()
    uvicorn.run(
        "nbtrack.server.app:worker",
        factory=True,
        host=checked.host,
        port=checked.port,
        workers=checked.workers,
        loop="auto",
        http=CONNECTION,
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=STOPPING_SECONDS,
    )
