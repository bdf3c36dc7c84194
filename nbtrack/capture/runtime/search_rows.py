"""The rows of a search: for each candidate its settings and their scores."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from nbtrack.capture.analysis import result_words
from nbtrack.capture.analysis.constant_folding import Missing, Value
from nbtrack.capture.runtime import series_reading, value_reading

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_ROWS = 1_000


def read(results: object) -> list[Mapping[str, Value | None]]:
    """Return the rows of the ``cv_results_`` of a search of scikit-learn; none for anything else."""
    held = series_reading.fields(results) or {}
    candidates = held.get("params")
    if type(candidates) is not list:
        return []
    columns = {key: series_reading.series(held[key]) for key in held if type(key) is str and _is_score(key)}
    scores = {key: one for key, one in columns.items() if one is not None and len(one) == len(candidates)}
    found = enumerate(islice(candidates, MOST_ROWS))
    return [{**_settings(one), **{key: column[number] for key, column in scores.items()}} for number, one in found]


def _is_score(key: str) -> bool:
    return key.startswith(("mean_", "std_")) and not result_words.is_bookkeeping(key)


def _settings(candidate: object) -> dict[str, Value | None]:
    known = {key: value_reading.setting(value) for key, value in (series_reading.fields(candidate) or {}).items()}
    return {key: value for key, value in known.items() if type(key) is str and not isinstance(value, Missing)}
