"""``nbtrack mcp``: experiments and runs for agents."""

from __future__ import annotations

import click


@click.command("mcp")
@click.option("--write", "writes", is_flag=True, help="Offer tools that write notes and tags, and stop and pause runs.")
def mcp(writes: bool) -> None:
    """Serve experiments and runs to an agent by the Model Context Protocol, over stdin and stdout.

    It only reads, unless --write is given. Answers fit a budget of tokens, and mark what comes from the store as data.

    \b
    Examples:
      nbtrack mcp
      nbtrack mcp --write
      nbtrack -u https://tracking.example.org mcp
    """
    from nbtrack.mcp import create_server
    from nbtrack.summaries.run_source import RunSource

    create_server(RunSource(), writes=writes).run("stdio")
