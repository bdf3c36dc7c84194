"""The numbers that looked like results but were not recorded, as a tag of the run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from nbtrack import tags as reserved
from nbtrack.capture.facts import PassedOver

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nbtrack.entities import Run


def tag(found: Iterable[PassedOver]) -> tuple[str, str]:
    """Return the tag of a run that lists these numbers."""
    return reserved.PASSED_OVER, json.dumps([list(each) for each in found])


def of_run(run: Run) -> list[PassedOver]:
    """Return the numbers that a run did not record, the most promising first."""
    return [PassedOver(*each) for each in json.loads(run.data.tags.get(reserved.PASSED_OVER, "[]"))]
