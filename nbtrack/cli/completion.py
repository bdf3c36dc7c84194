"""``nbtrack completion``: what a shell reads to complete commands, experiments and runs."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print what a shell reads to complete commands and names.

    \b
    Examples:
      nbtrack completion bash >> ~/.bashrc
      nbtrack completion fish > ~/.config/fish/completions/nbtrack.fish
    """
    kind = get_completion_class(shell)
    if kind is None:
        msg = f"{shell} is not known"
        raise click.UsageError(msg)
    root = click.get_current_context().find_root().command
    click.echo(kind(root, {}, "nbtrack", "_NBTRACK_COMPLETE").source())
