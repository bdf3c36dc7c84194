"""The options of a sweep."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from nbtrack.errors import InvalidValue

if TYPE_CHECKING:
    from nbtrack.sweeps.value_lists import Values

_DURATION = re.compile(r"(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m)?(?:(\d+(?:\.\d+)?)s?)?")


class SweepOptions(NamedTuple):
    """The values to try, and how."""

    values: dict[str, Values]
    seeds: tuple[int, ...] = (0,)
    random: int | None = None
    """How many random combinations to try, instead of all of them."""
    optuna: int | None = None
    """How many combinations to try that Optuna suggests, instead of all of them."""
    sampler: str | None = None
    """The name of Optuna's sampler that suggests them."""
    pruner: str | None = None
    """The name of Optuna's pruner that stops trials early."""
    halving: bool = False
    """Whether trials whose curve is behind those of the others are stopped early."""
    budget: float | None = None
    """Seconds after which no further trial starts."""
    metric: str | None = None
    """What ranks the trials."""
    goal: str | None = None
    """``max`` or ``min``."""
    jobs: int = 1
    """How many trials run at a time, in processes of their own where it is more than one."""
    on: str | None = None
    """The address of a dask scheduler whose workers run the trials."""
    resume: bool = False


def seconds(text: str) -> float:
    """Return the seconds that ``90``, ``90s``, ``10m`` or ``1h30m`` mean; raise `InvalidValue` for anything else."""
    found = _DURATION.fullmatch(text.strip())
    if found is None or not any(found.groups()):
        raise InvalidValue(f"write a time such as 90s, 10m or 1h30m, not {text!r}")
    hours, minutes, rest = (float(each or 0) for each in found.groups())
    return hours * 3600 + minutes * 60 + rest


def seeds(text: str) -> tuple[int, ...]:
    """Return the seeds that ``5`` (0 to 4) or ``1,7,42`` mean; raise `InvalidValue` for anything else."""
    parts = [each.strip() for each in text.split(",")]
    if not all(each.isdecimal() for each in parts):
        raise InvalidValue(f"write how many seeds, or the seeds themselves: 5 or 1,7,42, not {text!r}")
    numbers = tuple(dict.fromkeys(int(each) for each in parts))
    found = tuple(range(numbers[0])) if len(parts) == 1 else numbers
    if not found or max(found) >= 2**32:
        raise InvalidValue(f"there must be at least one seed, and each must be below 2**32, not {text!r}")
    return found


def ranked_by(text: str) -> tuple[str, str | None]:
    """Return the metric and ``max``, ``min`` or None that ``acc``, ``acc:max`` or ``loss:min`` mean."""
    metric, sign, goal = text.rpartition(":")
    if goal in {"max", "min"} and sign and metric:
        return metric, goal
    return text, None
