"""One alert, as a tag of its run: any tracking server can store it, and writers do not have to read other alerts."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, NamedTuple

from nbtrack import tags as reserved
from nbtrack.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Mapping

LEVELS = ("info", "warning", "error")
MOST_OF_TITLE, MOST_OF_TEXT = 200, 2000
"""Most characters that are stored."""
MOST_ALERTS = 100
"""Most alerts that are stored for one run."""


class Alert(NamedTuple):
    """An alert of a run.

    - `title`: what happened, in one line
    - `text`: details, may be empty
    - `level`: one of `LEVELS`
    - `time`: when it was raised, in nanoseconds since the epoch (UTC)
    """

    title: str
    text: str
    level: str
    time: int


def new_alert(title: str, text: str = "", level: str = "info") -> Alert:
    """Return an alert with the current time; title and text are cut at `MOST_OF_TITLE` and `MOST_OF_TEXT`.

    Raises
    ------
    InvalidValue
        When the title is empty, or the level is not one of `LEVELS`.
    """
    if level not in LEVELS:
        raise InvalidValue(f"the level of an alert must be one of {', '.join(LEVELS)}, not {level[:40]!r}")
    line = " ".join(title.split())
    if not line:
        raise InvalidValue("the title of an alert must not be empty")
    return Alert(_cut(line, MOST_OF_TITLE), _cut(text.strip(), MOST_OF_TEXT), level, time.time_ns())


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def to_tag(alert: Alert) -> tuple[str, str]:
    """Return the tag that stores an alert; keys sort by time."""
    content = {"title": alert.title, "level": alert.level, **({"text": alert.text} if alert.text else {})}
    return f"{reserved.ALERT}{alert.time:019d}", json.dumps(content, ensure_ascii=False)


def from_tags(tags: Mapping[str, str]) -> list[Alert]:
    """Return the alerts among the tags of a run, the earliest first; invalid ones are left out."""
    found = (_read(key, tags[key]) for key in sorted(tags) if key.startswith(reserved.ALERT))
    return [each for each in found if each is not None][:MOST_ALERTS]


def _read(key: str, written: str) -> Alert | None:
    moment = key.removeprefix(reserved.ALERT)
    try:
        content = json.loads(written)
    except ValueError:
        return None
    if not isinstance(content, dict) or not moment.isdecimal() or content.get("level") not in LEVELS:
        return None
    title, text = str(content.get("title", "")), str(content.get("text", ""))
    return Alert(_cut(title, MOST_OF_TITLE), _cut(text, MOST_OF_TEXT), content["level"], int(moment[:19]))
