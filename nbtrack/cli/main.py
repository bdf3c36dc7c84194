"""``nbtrack``: the command and its groups."""

from __future__ import annotations

import click

from nbtrack.cli.server import server
from nbtrack.cli.ui import ui


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="nbtrack", prog_name="nbtrack")
def main() -> None:
    """Track experiments where they happen, and look at them."""


main.add_command(server)
main.add_command(ui)
