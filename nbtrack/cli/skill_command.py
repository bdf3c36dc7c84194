"""``nbtrack skill``: a short guide for agents."""

from __future__ import annotations

from importlib.resources import files

import click


@click.command()
def skill() -> None:
    """Print a short guide to nbtrack for an agent, as Markdown.

    \b
    Example:
      nbtrack skill > SKILL.md
    """
    click.echo(files("nbtrack.cli").joinpath("skill.md").read_text(encoding="utf-8"), nl=False)
