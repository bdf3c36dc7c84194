"""The code, the outputs and the other files of runs as answers of bounded size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack.endpoints.run_details import CODE, OUTPUTS
from nbtrack.errors import InvalidValue, NotFound
from nbtrack.statistics import recorded_context
from nbtrack.summaries import budget
from nbtrack.summaries.recorded_text import line, lines

if TYPE_CHECKING:
    from nbtrack.entities import Run
    from nbtrack.summaries.run_source import RunSource

MOST_OUTPUTS = 20
"""Files of output whose text is shown."""
MOST_OFFSET = 64 << 20
"""Bytes from the start of a file that can be skipped."""
TEXTS = (".txt", ".md", ".json", ".csv", ".html")
_FRAME = 400
"""Characters of an answer besides the text."""


def code(source: RunSource, name: str, tokens: int = budget.DEFAULT) -> dict[str, Any]:
    """Return the code of a run's cell, and of the earlier cells that it depends on; see `budget.answer`.

    Raises
    ------
    NotFound
        When the run has no recorded code.
    """
    run = source.run(name)
    found = recorded_context.of_run(run, source.files)
    if found.code is None:
        why = (
            "it is stored when the cell has ended" if run.info.status == "RUNNING" else "none, or it can't be read here"
        )
        msg = f"Run {line(run.info.run_name)} has no recorded code: {why}"
        raise NotFound(msg)
    earlier = "\n\n".join(found.earlier or ())
    facts = {**_named(run), "code": lines(found.code, len(found.code)), "earlier_cells": lines(earlier, len(earlier))}
    return budget.answer(facts, tokens, {"code": f"artifact_text with path={CODE!r} and an offset reads on"})


def outputs(source: RunSource, name: str, tokens: int = budget.DEFAULT) -> dict[str, Any]:
    """Return what a run's cell printed and displayed as text, and the names of its other outputs."""
    run = source.run(name)
    folder, most = source.files(run.info.run_id), tokens * budget.CHARACTERS
    found = [each for each in folder.list(OUTPUTS.rstrip("/")) if not each.is_dir]
    texts = [each.path for each in found if each.path.endswith(TEXTS)][:MOST_OUTPUTS]
    shown = {line(path): lines(folder.head(path, most).decode("utf-8", "replace"), most) for path in texts}
    files = [{"path": line(each.path), "bytes": each.file_size} for each in found]
    return budget.answer(
        {**_named(run), "files": files, **shown},
        tokens,
        dict.fromkeys(shown, "artifact_text with this path and an offset reads on"),
    )


def artifact_text(
    source: RunSource, name: str, path: str, offset: int = 0, tokens: int = budget.DEFAULT
) -> dict[str, Any]:
    """Return a part of a text file of a run.

    Parameters
    ----------
    source : RunSource
        The store.
    name : str
        The run, by id or name.
    path : str
        The file, from the root of the run's artifacts.
    offset : int
        The byte at which to begin, at most 64 MiB.
    tokens : int
        The budget of the answer.

    Raises
    ------
    InvalidValue
        When the offset is out of range, or the file is not text.
    """
    if not 0 <= offset <= MOST_OFFSET:
        msg = f"offset must be from 0 to {MOST_OFFSET:,} bytes, not {offset}"
        raise InvalidValue(msg)
    run = source.run(name)
    room = max(1, tokens * budget.CHARACTERS - _FRAME)
    content = source.files(run.info.run_id).head(path, offset + 4 * room + 4)[offset:]
    if b"\0" in content:
        msg = f"{line(path)} is not text"
        raise InvalidValue(msg)
    shown, end = _fitting(content, room - len(line(path)))
    facts = {**_named(run), "path": line(path), "offset": offset, "text": shown}
    rest = [f"the text continues: offset={offset + end}"] if end < len(content) else []
    return budget.answer(facts, tokens, left_out=rest)


def _named(run: Run) -> dict[str, str]:
    return {"run": line(run.info.run_name, 80), "run_id": run.info.run_id}


def _fitting(content: bytes, room: int) -> tuple[str, int]:
    """Return the beginning of a text that fits, and after how many bytes it ends, between characters."""
    end = len(content)
    while True:
        while 0 < end < len(content) and content[end] & 0xC0 == 0x80:
            end -= 1
        text = lines(content[:end].decode("utf-8", "replace"), end)
        if end <= 1 or budget.size(text) <= room:
            return text, end
        end = max(1, min(end - 1, end * max(room, 1) // budget.size(text)))
