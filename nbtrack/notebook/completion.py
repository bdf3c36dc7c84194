"""Completion of the arguments of the magics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack.notebook import magic_line

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

SUBCOMMANDS = ("auto", "drop", "goal", "note", "quiet", "resume", "status", "tag")
AFTER = {"auto": ("on", "off", "session"), "quiet": ("on", "off")}


def complete(_: Any, event: Any) -> list[str]:
    """Return what may come next on a ``%%track`` or ``%track`` line."""
    words = event.line.split()
    typed = event.symbol
    before = words[:-1] if words and typed and words[-1].endswith(typed) else words
    if event.command.lstrip("%") == "track" and not event.line.lstrip().startswith("%%"):
        return list(SUBCOMMANDS) if len(before) < 2 else list(AFTER.get(before[1], ()))
    if before and before[-1] == "--every":
        return list(magic_line.EVERY)
    if before and before[-1] == "--stop":
        return list(magic_line.STOPS)
    if before and before[-1] == "--experiment":
        return _experiments()
    return list(magic_line.FLAGS)


def _experiments() -> list[str]:
    from nbtrack.errors import NbtrackError
    from nbtrack.tracking.experiments import search_experiments

    try:
        return [each.name for each in search_experiments(max_results=100)]
    except NbtrackError:
        return []


def install(shell: InteractiveShell) -> None:
    """Register the completion of our magics with a shell."""
    for name in ("%%track", "%track", "track"):
        shell.set_hook("complete_command", complete, str_key=name)
