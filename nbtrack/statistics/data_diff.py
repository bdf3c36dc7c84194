"""What changed in the data that runs have read, by the datasets that they have recorded as inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbtrack.entities import Dataset, Run


def differences(before: Run, after: Run) -> Iterator[tuple[str, str]]:
    """Yield the names of the datasets that differ, each with what changed in it."""
    old, new = _datasets(before), _datasets(after)
    if not old or not new:
        return
    for name in dict.fromkeys([*new, *old]):
        if name not in old or name not in new:
            yield name, "no longer read" if name in old else "not read before"
        elif old[name].digest != new[name].digest:
            yield name, "other content"


def _datasets(run: Run) -> dict[str, Dataset]:
    return {each.dataset.name: each.dataset for each in run.inputs.dataset_inputs}
