"""``nbtrack users``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from nbtrack.cli import output

if TYPE_CHECKING:
    from nbtrack.stores.sql.accounts import Accounts

ROLES = ("read", "write", "admin")


@click.group()
def users() -> None:
    """Manage the users of a server with --auth users, and see what they changed.

    The commands need the store itself, such as --tracking-uri postgresql://…, not the address of a server.

    \b
    Examples:
      nbtrack users add ada --role write
      nbtrack users list
      nbtrack users revoke ada
    """


@users.command()
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), default="write", show_default=True, help="What the user may do.")
def add(name: str, role: str) -> None:
    """Add a user and print the token, which is shown only now.

    \b
    Example:
      nbtrack users add ada --role read
    """
    click.echo(_accounts().add(name, role))


@users.command("list")
@output.as_json
def list_(as_json: bool) -> None:
    """List the users.

    \b
    Example:
      nbtrack users list
    """
    found = _accounts().all()
    if as_json:
        output.print_json([each._asdict() for each in found])
        return
    output.print_table(
        ("NAME", "ROLE", "SINCE", "REVOKED"),
        [(each.name, each.role, _time(each.created), each.revoked and _time(each.revoked)) for each in found],
    )


@users.command()
@click.argument("name")
def revoke(name: str) -> None:
    """Revoke the token of a user; servers notice within a few seconds.

    \b
    Example:
      nbtrack users revoke ada
    """
    _accounts().revoke(name)


@users.command()
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1), help="How many lines to print.")
@output.as_json
def log(limit: int, as_json: bool) -> None:
    """Print what users changed last, the newest first.

    \b
    Example:
      nbtrack users log --limit 200
    """
    found = _accounts().audit_log(limit)
    if as_json:
        output.print_json([each._asdict() for each in found])
        return
    output.print_table(
        ("TIME", "USER", "REQUEST", "ABOUT", "STATUS", "COUNT"),
        [(_time(each.moment), each.user, each.endpoint, each.subject, each.status, each.requests) for each in found],
    )


def _accounts() -> Accounts:
    from nbtrack import locate
    from nbtrack.tracking.tracking_uri import get_tracking_uri

    return locate.accounts(get_tracking_uri())


def _time(milliseconds: int) -> str:
    return f"{datetime.fromtimestamp(milliseconds / 1000, UTC):%Y-%m-%d %H:%M:%S}"
