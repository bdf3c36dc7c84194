"""The MCP server: experiments and runs for agents, by the Model Context Protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack.errors import Unsupported

if TYPE_CHECKING:
    from mcp.server import MCPServer

    from nbtrack.summaries.run_source import RunSource


def create_server(source: RunSource, *, writes: bool = False) -> MCPServer[object]:
    """Return the MCP server of a store.

    Parameters
    ----------
    source : RunSource
        The store.
    writes : bool
        Whether it has the tools that change or control runs.

    Raises
    ------
    Unsupported
        When the MCP SDK is not installed.
    """
    try:
        from nbtrack.mcp import mcp_server
    except ImportError as error:
        msg = "The MCP server needs the package mcp: pip install 'nbtrack[mcp]'"
        raise Unsupported(msg) from error
    return mcp_server.create(source, writes=writes)
