"""The card of interrupted runs, as text and as HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nbtrack.presentation import html
from nbtrack.presentation.formatting import short

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbtrack.entities import Run

MOST = 5


class Interruption(NamedTuple):
    """The number of runs, and the ids, names and steps of the first ones."""

    total: int
    runs: tuple[tuple[str, str, int], ...]

    @property
    def text(self) -> str:
        """The card in one line."""
        named = ", ".join(f"{short(name, 40)}, {_steps(steps)}" for _, name, steps in self.runs)
        more = f" and {self.total - len(self.runs)} more" if self.total > len(self.runs) else ""
        return f"{self.total} run{'s' if self.total > 1 else ''} interrupted: {named}{more}"


def interruption(runs: Sequence[tuple[Run, int]]) -> Interruption:
    """Return the content of the card for runs with their numbers of steps."""
    return Interruption(len(runs), tuple((run.info.run_id, run.info.run_name, steps) for run, steps in runs[:MOST]))


def _steps(count: int) -> str:
    return f"{count:,} step{'' if count == 1 else 's'} kept"


_STYLE = "font-size:90%;line-height:1.65;padding:4px 10px;margin:2px 0;border-left:3px solid #b8860b"


def markup(said: Interruption) -> str:
    """Return the card as HTML."""
    head = html.element("b", f"{said.total} run{'s' if said.total > 1 else ''} interrupted")
    rows = [
        html.element("div", html.dot(run_id), f" {short(name)}, {_steps(steps)}") for run_id, name, steps in said.runs
    ]
    rest = said.total - len(said.runs)
    more = [html.element("div", f"and {rest} more", style="opacity:.65")] if rest else []
    hint = html.element(
        "div", "nbtrack.resume(name), nbtrack.keep() and nbtrack.discard() do what the buttons do.", style="opacity:.65"
    )
    return html.element("div", html.element("div", head), *rows, *more, hint, style=_STYLE, class_="nbtrack-card")


def outcome(said: str) -> str:
    """Return the outcome of an action as HTML."""
    return html.element("div", short(said, 200), style=_STYLE, class_="nbtrack-card")
