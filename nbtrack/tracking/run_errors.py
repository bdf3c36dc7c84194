"""How a run failed: the exception in one line, and its whole traceback."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack import redaction, tags

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from nbtrack.tracking.client import MlflowClient

FILE = "traceback.txt"
MAX_TRACEBACK = 200_000
"""Characters of a traceback that are kept, from its end."""


def record(
    client: MlflowClient, run_id: str, error: BaseException, redact: Callable[[str], str] = redaction.redact_text
) -> None:
    """Keep an exception with the run that it ended: in a tag and, with its traceback, in a file; no secrets."""
    client.set_tag(run_id, tags.ERROR, summary(error, redact))
    client.log_text(run_id, traceback_text(error, redact), FILE)


def summary(error: BaseException, redact: Callable[[str], str] = redaction.redact_text) -> str:
    """Return an exception in one line."""
    return redact(f"{type(error).__name__}: {error}"[:2000])


def traceback_text(error: BaseException, redact: Callable[[str], str] = redaction.redact_text) -> str:
    """Return the traceback of an exception, from the user's code on."""
    import traceback

    lines = traceback.format_exception(type(error), error, _of_user(error.__traceback__))
    return redact("".join(lines)[-MAX_TRACEBACK:])


def _of_user(frames: TracebackType | None) -> TracebackType | None:
    """Leave out the frames of the shell that ran the code."""
    first = frames
    while frames is not None and "/IPython/" in frames.tb_frame.f_code.co_filename.replace("\\", "/"):
        frames = frames.tb_next
    return frames or first
