"""``nbtrack mcp``: experiments and runs for agents."""

from __future__ import annotations

import click


@click.command("mcp")
def mcp() -> None:
    """Serve experiments and runs to an agent by the Model Context Protocol, over stdin and stdout.

    It only reads. Answers fit a budget of tokens, and mark what comes from the store as data.

    \b
    Examples:
      nbtrack mcp
      nbtrack -u https://tracking.example.org mcp
    """
    from nbtrack.mcp import create_server
    from nbtrack.summaries.run_source import RunSource

    create_server(RunSource()).run("stdio")
