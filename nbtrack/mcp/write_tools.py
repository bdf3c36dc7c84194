"""The tools that change or control runs, which are off by default; docstrings are descriptions for agents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack import tags as reserved
from nbtrack.errors import InvalidValue
from nbtrack.stores import live_values
from nbtrack.summaries import budget
from nbtrack.summaries.recorded_text import line
from nbtrack.tracking import run_control

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbtrack.entities import Run
    from nbtrack.summaries.run_source import RunSource


class WriteTools:
    """The tools that write to a store."""

    def __init__(self, source: RunSource) -> None:
        self._source = source

    def all(self) -> list[Callable[..., dict[str, Any]]]:
        """Return the tools."""
        return [self.note, self.tag, self.stop, self.pause, self.resume, self.control]

    def note(self, run: str, text: str, append: bool = True) -> dict[str, Any]:
        """Write the note of a run, in Markdown: below what is there, or in its place with append=false."""
        found = self._source.run(run)
        before = found.data.tags.get(reserved.NOTE, "") if append else ""
        self._source.client.set_tag(found.info.run_id, reserved.NOTE, f"{before}\n\n{text}" if before else text)
        return _done(found, "the note is written")

    def tag(self, run: str, key: str, value: str) -> dict[str, Any]:
        """Set a tag of a run."""
        if key.startswith(reserved.HIDDEN_PREFIXES):
            msg = f"Tags that begin with {' or '.join(reserved.HIDDEN_PREFIXES)} are reserved; choose another key"
            raise InvalidValue(msg)
        found = self._source.run(run)
        self._source.client.set_tag(found.info.run_id, key, value)
        return _done(found, "the tag is set")

    def stop(self, run: str) -> dict[str, Any]:
        """Ask a running tracked cell to stop after the current iteration of its loop; its run ends as KILLED."""
        return self._ask(run_control.stop, run, "asked to stop after the current iteration")

    def pause(self, run: str) -> dict[str, Any]:
        """Ask a running tracked cell to wait after the current iteration of its loop."""
        return self._ask(run_control.pause, run, "asked to pause after the current iteration")

    def resume(self, run: str) -> dict[str, Any]:
        """Ask a paused tracked cell to continue."""
        return self._ask(run_control.unpause, run, "asked to continue")

    def control(self, run: str, name: str, value: bool | float) -> dict[str, Any]:
        """Change a value that running code asks for by nbtrack.live; the tool run lists them as live_values."""
        found = self._source.run(run)
        live_values.set_values(self._source.client.store, found.info.run_id, {name: value})
        return _done(found, "asked to continue with the new value")

    def _ask(self, action: Callable[..., None], run: str, said: str) -> dict[str, Any]:
        found = self._source.run(run)
        action(found, self._source.client)
        return _done(found, said)


def _done(run: Run, said: str) -> dict[str, Any]:
    return budget.answer({"run": line(run.info.run_name), "run_id": run.info.run_id, "done": said})
