"""The numbers of a run that looked like results and were not recorded, as a tag of the run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from nbtrack import tags as reserved
from nbtrack.capture.facts import PassedOver

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nbtrack.entities import Run


def tag(found: Iterable[PassedOver]) -> tuple[str, str]:
    """Return the tag of a run that passed these over."""
    return reserved.PASSED_OVER, json.dumps([list(each) for each in found])


def of_run(run: Run) -> list[PassedOver]:
    """Return what a run passed over, the most promising first."""
    return [PassedOver(*each) for each in json.loads(run.data.tags.get(reserved.PASSED_OVER, "[]"))]
