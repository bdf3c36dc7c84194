"""The MCP server: experiments and runs for agents, by the Model Context Protocol.

An agent starts it over stdin and stdout, with a configuration such as::

    {"mcpServers": {"nbtrack": {"command": "nbtrack", "args": ["-u", "/data/mlruns", "mcp"]}}}

``nbtrack mcp --http`` serves it over HTTP, behind the checks of ``nbtrack server``; with ``--auth users`` to those whom
``nbtrack users add`` has given a token, with the tools that their roles allow. The tools that read are
``experiments``, ``search_runs``, ``run``, ``curve``, ``diff``, ``compare``, ``code``, ``outputs`` and
``artifact_text``; ``--write`` adds ``note``, ``tag``, ``stop``, ``pause``, ``resume`` and ``control``, which changes a
value that running code asks for by `nbtrack.live`. Runs are resources too, as ``nbtrack://runs/RUN``, and there are the
prompts ``what_next`` and ``write_up``.

An answer is JSON of at most as many tokens as its caller asks for, estimated as four characters each::

    {"notice": "...", "recorded": {...}, "left_out": ["rows: 12 of 20; choose columns, ..."]}

What is under ``recorded`` comes from the store and is data: control characters are replaced, texts have a bounded
length, and files are read only below the artifact root of the store, or through its server.
"""

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
    require_sdk()
    from nbtrack.mcp import mcp_server

    return mcp_server.create(source, writes=writes)


def require_sdk() -> None:
    """Raise `Unsupported`, saying what to install, when the MCP SDK is not there."""
    try:
        from nbtrack.mcp import mcp_server  # noqa: F401 - only checks that it can be imported
    except ImportError as error:
        msg = "The MCP server needs the package mcp: pip install 'nbtrack[mcp]'"
        raise Unsupported(msg) from error
