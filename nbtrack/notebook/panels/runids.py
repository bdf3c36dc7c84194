"""A trait that takes runs, or their ids, and holds ids."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from traitlets import List, Unicode

from nbtrack.entities import Run
from nbtrack.errors import InvalidValue


def ids(runs: Iterable[Run | str] | Run | str) -> list[str]:
    """Return the ids of runs, or of one, each of which is given as it is or by its id.

    Raises
    ------
    InvalidValue
        For anything else.
    """
    if isinstance(runs, str) or not isinstance(runs, Iterable):
        return [_id(runs)]
    return [_id(each) for each in runs]


def _id(run: object) -> str:
    if isinstance(run, Run):
        return run.info.run_id
    if isinstance(run, str):
        return run
    msg = f"runs are selected by a list of runs or of their ids, not by {type(run).__name__}"
    raise InvalidValue(msg)


class RunIds(List[str]):
    """Ids of runs; runs are taken, too."""

    def __init__(self, **metadata: Any) -> None:
        super().__init__(Unicode(), **metadata)

    def validate(self, obj: Any, value: Any) -> Any:
        """Put the ids of runs in their places."""
        return super().validate(obj, ids(value))
