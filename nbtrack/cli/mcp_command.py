"""``nbtrack mcp``: experiments and runs for agents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from nbtrack.cli.server_command import address, network_options_with_users, network_values

if TYPE_CHECKING:
    from nbtrack.summaries.run_source import RunSource


@click.command("mcp", context_settings={"help_option_names": ["--help"]})
@click.option("--write", "writes", is_flag=True, help="Offer tools that write notes and tags, and steer runs.")
@click.option("--http", is_flag=True, help="Serve over HTTP, with the options below, instead of stdin and stdout.")
@network_options_with_users
def mcp(writes: bool, http: bool, **given: Any) -> None:
    """Serve experiments and runs to an agent by the Model Context Protocol, over stdin and stdout.

    It only reads, unless --write is given. Answers fit a budget of tokens, and mark what comes from the store as data.

    \b
    Examples:
      nbtrack mcp
      nbtrack mcp --write
      nbtrack -u https://tracking.example.org mcp
      nbtrack mcp --http --port 8000 --auth token
      nbtrack mcp --http --write --auth users
    """
    from nbtrack.mcp import create_server
    from nbtrack.summaries.run_source import RunSource

    source = RunSource()
    if http:
        _serve(source, given, writes=writes)
    else:
        _check_no_network_options(given)
        create_server(source, writes=writes).run("stdio")


def _serve(source: RunSource, given: dict[str, Any], *, writes: bool) -> None:
    from nbtrack import locate
    from nbtrack.mcp import require_sdk
    from nbtrack.server.serve import Options, run

    require_sdk()
    from nbtrack.mcp.http_app import create_app
    from nbtrack.server.users import MCP_PATH

    options = Options("", None, **network_values(given)).checked()
    uri = source.client.tracking_uri
    app = create_app(source, options, writes=writes, accounts=locate.accounts(uri) if options.users else None)
    place, _, token = address(options).partition("/?token=")
    click.echo(f"nbtrack serves {locate.without_password(uri)} at {place.rstrip('/')}{MCP_PATH}")
    if options.users:
        click.echo("Clients send the header  Authorization: Bearer TOKEN  with the token of a user: nbtrack users add")
    if token:
        click.echo(f"Clients send the header  Authorization: Bearer {token}")
    run(app, options, lifespan="on")


def _check_no_network_options(given: dict[str, Any]) -> None:
    """Refuse options that only --http uses."""
    context = click.get_current_context()
    if any(context.get_parameter_source(each) is ParameterSource.COMMANDLINE for each in given):
        msg = "Network options need --http; without it the agent starts the server and talks to it directly"
        raise click.UsageError(msg)
