"""The MCP server over HTTP, behind the same checks as the tracking server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mcp.server.transport_security import TransportSecuritySettings

from nbtrack.server.security import SecurityMiddleware

if TYPE_CHECKING:
    from mcp.server import MCPServer

    from nbtrack.server.serve import Options

PATH = "/mcp"
"""Where clients connect."""


def create_app(server: MCPServer[object], options: Options) -> SecurityMiddleware:
    """Return the application of an MCP server; it keeps nothing between requests, and runs with its lifespan.

    Parameters
    ----------
    server : MCPServer
        What `nbtrack.mcp.create_server` returns.
    options : Options
        Who may reach it: host names, origins and credentials are checked as by the tracking server.
    """
    # The checks of host and origin are those of the middleware.
    unchecked = TransportSecuritySettings(enable_dns_rebinding_protection=False)
    app = server.streamable_http_app(
        streamable_http_path=PATH, stateless_http=True, json_response=True, transport_security=unchecked
    )
    return SecurityMiddleware(app, options)
