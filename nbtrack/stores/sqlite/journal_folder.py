"""The folder of a database's journals: those of this process and of others, alive or dead."""

from __future__ import annotations

import os
import time
import warnings
from typing import TYPE_CHECKING

from nbtrack.stores import append_log
from nbtrack.stores.sqlite import compaction, journal
from nbtrack.stores.sqlite.journal import JournalWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from nbtrack.stores.sqlite.compaction import JournalContent

SECONDS_BETWEEN_CHECKS = 1.0


class JournalFolder:
    """The journals in a folder, which the first write creates."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.current: JournalWriter | None = None
        """The journal of this process."""
        self._earlier: list[str] = []
        self._checked: dict[str, float] = {}

    def create(self, admit: Callable[[str], None], *, durable: bool) -> JournalWriter:
        """Create a journal for this process; see `JournalWriter`."""
        self.path.mkdir(parents=True, exist_ok=True)
        self.current = JournalWriter(self.path, admit, durable=durable)
        return self.current

    def retire(self) -> None:
        """Stop using this process's journal, which was closed because the disk failed."""
        if self.current is not None:
            self._earlier.append(self.current.name)
            self.current = None

    def rotate(self) -> None:
        """Continue this process's journal in a new file; the caller must hold its lock."""
        if self.current is not None:
            self._earlier = [each for each in self._earlier if self.file(each).exists()] + [self.current.name]
            self.current.rotate()

    def forget(self) -> None:
        """Close this process's journal, or what a forked child has inherited of it."""
        writer, self.current = self.current, None
        if writer is not None:
            writer.close()

    def file(self, name: str) -> Path:
        """Return the file of a journal."""
        return self.path / (name + journal.SUFFIX)

    def sizes(self) -> dict[str, int]:
        """Return the size in bytes of each journal by its name, the oldest first."""
        try:
            with os.scandir(self.path) as entries:
                found = sorted(each.name for each in entries if each.name.endswith(journal.SUFFIX))
        except FileNotFoundError:
            return {}
        sizes = {}
        for each in found:
            try:
                sizes[each.removesuffix(journal.SUFFIX)] = os.stat(self.path / each).st_size  # noqa: PTH116 - faster than pathlib
            except FileNotFoundError:
                continue
        return sizes

    def own(self) -> list[str]:
        """Return the journals that this process has written, in order."""
        return [] if self.current is None else list(dict.fromkeys([*self._earlier, self.current.name]))

    def earlier(self) -> list[str]:
        """Return the journals of this process before the current one."""
        return self._earlier

    def _is_current(self, name: str) -> bool:
        return self.current is not None and name == self.current.name

    def is_orphaned(self, name: str) -> bool:
        """Return whether the writer of a journal is dead."""
        return not self._is_current(name) and append_log.is_orphaned(self.file(name))

    def pending(self, offsets: Mapping[str, int]) -> bool:
        """Return whether a journal has more than the database or, checked once a second, is orphaned."""
        return any(size > offsets.get(name, 0) or self._is_abandoned(name) for name, size in self.sizes().items())

    def _is_abandoned(self, name: str) -> bool:
        now = time.monotonic()
        if self._is_current(name) or now - self._checked.get(name, -SECONDS_BETWEEN_CHECKS) < SECONDS_BETWEEN_CHECKS:
            return False
        self._checked[name] = now
        return append_log.is_orphaned(self.file(name))

    def has_more(self, name: str, offset: int) -> bool:
        """Return whether a journal is longer than an offset; False when it is gone."""
        try:
            return os.stat(f"{self.path}/{name}{journal.SUFFIX}").st_size > offset  # noqa: PTH116 - faster than pathlib
        except FileNotFoundError:
            return False

    def read(self, name: str, start: int) -> tuple[JournalContent, int] | None:
        """Return the content of a journal from an offset on and the number of unreadable bytes; None if it is gone."""
        try:
            with self.file(name).open("rb") as file:
                file.seek(start)
                data = file.read()
        except FileNotFoundError:
            return None
        first = 0 if start else journal.read_header(data)[1]
        if start + first:
            content = compaction.parse(data[first:], start + first, trusted=self._is_current(name))
        else:
            content = compaction.JournalContent({}, {}, 0)
        return content, start + len(data) - content.end

    def tails(self, names: Iterable[str], offsets: Mapping[str, int]) -> Iterator[tuple[str, JournalContent] | None]:
        """Yield the content of journals after some offsets; None for one that is gone."""
        for name in names:
            found = self.read(name, offsets.get(name, 0))
            yield None if found is None else (name, found[0])


def remove(finished: Mapping[Path, int]) -> None:
    """Delete journals of dead processes, and warn of those with unreadable bytes."""
    for path in finished:
        path.unlink(missing_ok=True)
    for path, unreadable in finished.items():
        if unreadable > 0:
            text = (
                f"{path.name}, left by a dead process, was truncated after its last complete record: {unreadable} bytes"
                " were lost"
            )
            warnings.warn(text, stacklevel=2)
