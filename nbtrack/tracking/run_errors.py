"""Recording the exception that ended a run, and its traceback."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack import redaction, tags

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from nbtrack.tracking.client import MlflowClient

FILE = "traceback.txt"
MAX_TRACEBACK = 200_000
"""Characters, counted from the end of a traceback, that are kept."""


def record(
    client: MlflowClient, run_id: str, error: BaseException, redact: Callable[[str], str] = redaction.redact_text
) -> None:
    """Record the exception that ended a run as a tag, and its traceback as an artifact, both with secrets removed."""
    client.set_tag(run_id, tags.ERROR, summary(error, redact))
    client.log_text(run_id, traceback_text(error, redact), FILE)


def summary(error: BaseException, redact: Callable[[str], str] = redaction.redact_text) -> str:
    """Return the type and message of an exception in one line."""
    kind, message = type(error).__name__, str(error)
    return redact(f"{kind}: {message}"[:2000] if message else kind)


def traceback_text(error: BaseException, redact: Callable[[str], str] = redaction.redact_text) -> str:
    """Return the traceback of an exception, starting at the user's code."""
    import traceback

    lines = traceback.format_exception(type(error), error, _of_user(error.__traceback__))
    return redact("".join(lines)[-MAX_TRACEBACK:])


def _of_user(frames: TracebackType | None) -> TracebackType | None:
    """Return the frames below those of the shell that ran the code."""
    first = frames
    while frames is not None and "/IPython/" in frames.tb_frame.f_code.co_filename.replace("\\", "/"):
        frames = frames.tb_next
    return frames or first
