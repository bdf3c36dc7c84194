"""What is better of a metric, by the goals that experiments have in their tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack import tags as reserved

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nbtrack.entities import Experiment


def among(experiments: Iterable[Experiment]) -> dict[str, str]:
    """Return ``max`` or ``min`` for each metric that has a goal; where experiments disagree, the first counts."""
    found: dict[str, str] = {}
    for each in experiments:
        for key, value in each.tags.items():
            if key.startswith(reserved.GOAL):
                found.setdefault(key.removeprefix(reserved.GOAL), value)
    return found
