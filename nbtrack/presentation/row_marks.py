"""What the row of a run shows besides its columns: that there are alerts, a note, and its own tags."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack import tags as reserved
from nbtrack.alerting import alert

if TYPE_CHECKING:
    from collections.abc import Collection

    from nbtrack.entities import Run

MOST_TAGS = 8
MOST_ALERTS = 5
"""Most alerts of a row: the latest ones."""
MOST_OF_NOTE, MOST_OF_TAG = 300, 80
"""Most characters that are shown."""


def row_marks(run: Run, columns: Collection[str]) -> dict[str, Any]:
    """Return the alerts, the note and the own tags of a run that are not columns."""
    tags, note = run.data.tags, run.data.tags.get(reserved.NOTE, "").strip()
    own = ((key, value) for key, value in tags.items() if not key.startswith(reserved.HIDDEN_PREFIXES))
    shown = [[key, value] for key, value in own if f"tags.{key}" not in columns and len(key) <= MOST_OF_TAG]
    marks: dict[str, Any] = {"note": note if len(note) <= MOST_OF_NOTE else f"{note[:MOST_OF_NOTE]}…"} if note else {}
    if shown:
        marks["tags"] = [[key, value[: MOST_OF_TAG + 1]] for key, value in shown[:MOST_TAGS]]
    alerts = alert.from_tags(tags)
    if alerts:
        marks["alerts"] = [[each.level, each.title] for each in alerts[-MOST_ALERTS:]]
    return marks
