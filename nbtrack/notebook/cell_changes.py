"""What changed since the last run of a cell, in the one line of its card."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nbtrack import tags
from nbtrack.notebook import card_display
from nbtrack.tracking import changes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nbtrack.tracking.captured_run import CapturedRun


class RunCode(NamedTuple):
    """The code of a run: that of its cell, and that of the earlier cells which it depends on."""

    run_id: str
    code: tuple[str, tuple[str, ...]]


class KnownCode:
    """The code of the last run of each cell in this kernel, by the identity of the cell."""

    def __init__(self) -> None:
        self._by_cell: dict[str, RunCode] = {}

    def note(
        self, run: CapturedRun, identity: str, cell: str, earlier: Sequence[str], params: Mapping[str, str]
    ) -> str:
        """Remember the code of a run, and return what changed, if the code of the previous one is known."""
        now = RunCode(run.run_id, (cell, tuple(dict.fromkeys(earlier))))
        before = self._by_cell.get(identity)
        self._by_cell[identity] = now
        if before is None or run.previous is None or run.previous.info.run_id != before.run_id:
            return ""
        return changes.causes_at_once(run.previous, params, before.code, now.code)


def tell_all(run: CapturedRun) -> None:
    """Tag a run with everything that changed since the previous one, including data and packages."""
    if run.previous is None:
        return
    line = changes.compared(run.client, run.previous, run.run_id).line()
    if run.client.get_run(run.run_id).data.tags.get(tags.CHANGED, "") != line:
        run.client.set_tag(run.run_id, tags.CHANGED, line)
        card_display.show_again(run.client, run.run_id)
