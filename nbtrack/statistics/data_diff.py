"""What changed in the data that runs have read, by the fingerprints that they have recorded as inputs."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack.presentation import formatting
from nbtrack.tags import DATA_FINGERPRINT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nbtrack.entities import Dataset, Run

DRIFT = 0.1
"""How far a mean moves, in standard deviations, or a spread, as a share, before it is reported."""
INDEX = "(index)"
"""The column with the labels of rows, if they are not just numbered."""
SEPARATOR = "; "
"""Between the changes of one dataset."""
MOST_CHANGES = 6
"""Changes of one dataset that are reported."""
MOST_NAMED = 5
"""Columns of one kind that are named."""


class _Data(NamedTuple):
    """A dataset as its run has recorded it; sizes by name, and the profiles of its columns by name."""

    digest: str
    shape: tuple[int, ...]
    columns: Mapping[str, Mapping[str, Any]]
    is_file: bool = False
    is_fingerprint: bool = True


def differences(before: Run, after: Run) -> Iterator[tuple[str, str]]:
    """Yield the names of the datasets that differ, each with what changed in it.

    A dataset that only one of the runs has read is reported if the other one has recorded any dataset.
    """
    old, new = _recorded(before), _recorded(after)
    if not old or not new:
        return
    for name in dict.fromkeys([*new, *old]):
        if name not in old or name not in new:
            yield name, "no longer read" if name in old else "not read before"
        else:
            reported = list(islice(_changes(old[name], new[name]), MOST_CHANGES + 1))
            if reported:
                more = ["and more"] if len(reported) > MOST_CHANGES else []
                yield name, SEPARATOR.join([*reported[:MOST_CHANGES], *more])


def compared_by_samples(before: Run, after: Run) -> list[str]:
    """Return the names of the datasets of which not all could be compared, since a run has hashed only a sample."""
    old, new = _recorded(before), _recorded(after)
    return [name for name in new if name in old and not (_is_whole(old[name]) and _is_whole(new[name]))]


def _is_whole(data: _Data) -> bool:
    return not data.is_fingerprint or all("digest" in each for each in data.columns.values())


def _recorded(run: Run) -> dict[str, _Data]:
    return {each.dataset.name: _read(each.dataset) for each in run.inputs.dataset_inputs}


def _read(dataset: Dataset) -> _Data:
    """Return a dataset; without columns where its profile was not written by nbtrack."""
    try:
        found = json.loads(dataset.profile or "{}")
        known = found[DATA_FINGERPRINT]
        columns = {str(each["name"]): dict(each) for each in known["columns"]}
        shape = tuple(int(each) for each in known["shape"])
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return _Data(dataset.digest, (), {}, is_fingerprint=False)
    return _Data(dataset.digest, shape, columns, known.get("kind") == "file")


def _changes(old: _Data, new: _Data) -> Iterator[str]:
    if not old.is_fingerprint or not new.is_fingerprint:
        if old.digest != new.digest and old.is_fingerprint == new.is_fingerprint:
            yield "other content"
        return
    yield from _shapes(old, new)
    if not old.columns or not new.columns:
        return
    both = [name for name in new.columns if name in old.columns]
    come, gone = (
        [name for name in one.columns if name not in other.columns] for one, other in ((new, old), (old, new))
    )
    yield from _named("new column", [name for name in come if name != INDEX])
    yield from _named("without column", [name for name in gone if name != INDEX])
    if INDEX in (*come, *gone):
        yield "row labels added" if INDEX in come else "row labels removed"
    yield from _types(old, new, both)
    alike = [name for name in both if old.columns[name].get("type") == new.columns[name].get("type")]
    yield from _contents(old, new, [name for name in alike if _differs(old.columns[name], new.columns[name])])


def _shapes(old: _Data, new: _Data) -> Iterator[str]:
    """Yield changes of size: rows of data frames, shapes of arrays, bytes of files."""
    if old.shape[:1] != new.shape[:1] and old.shape and new.shape:
        noun = "bytes" if new.is_file else "rows"
        yield f"{old.shape[0]:,} → {new.shape[0]:,} {noun}"
    if old.shape[1:] != new.shape[1:] and {*old.columns} == {*new.columns}:
        yield f"shape {old.shape} → {new.shape}"


def _types(old: _Data, new: _Data, both: list[str]) -> Iterator[str]:
    for name in both:
        was, now = (str(each.columns[name].get("type")) for each in (old, new))
        if was != now:
            yield f"{_of('type', name)} {was} → {now}"


def _differs(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Return whether the values of a column differ, as far as both runs have hashed them."""
    key = "digest" if "digest" in old and "digest" in new else "sample"
    return old.get(key) != new.get(key)


def _contents(old: _Data, new: _Data, names: list[str]) -> Iterator[str]:
    """Yield how the values of columns differ: their order, missing values, drift, or only that they do."""
    pairs = {name: (old.columns[name], new.columns[name]) for name in names}
    same_size = old.shape[:1] == new.shape[:1]
    shuffled = [name for name, pair in pairs.items() if same_size and _is_shuffled(*pair)]
    if shuffled:
        everything = len(shuffled) == len(names) and len(names) == len(new.columns)
        yield "the same rows in another order" if everything else ", ".join(_named("another order of", shuffled))
    reported = []
    for name in (name for name in names if name not in shuffled):
        found = [*_missing(name, *pairs[name]), *_drift(name, *pairs[name])]
        yield from found
        reported += [name] if found else []
    others = [name for name in names if name not in shuffled and name not in reported]
    # With other rows, values naturally differ.
    if others and same_size:
        whole = "other content" if new.is_file else "other values"
        yield from [whole] if others == [""] else _named("other values of", others)


def _is_shuffled(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    return old.get("unordered") is not None and old.get("unordered") == new.get("unordered")


def _missing(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    was, now = (_number(each, "missing") for each in (old, new))
    if was is not None and now is not None and was != now:
        yield f"{_of('missing', name)} {_percent(was)} → {_percent(now)}"


def _drift(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """Yield changes of the mean and the spread."""
    was, now = (_number(each, "mean") for each in (old, new))
    spread, new_spread = (_number(each, "std") for each in (old, new))
    if None in (was, now, spread, new_spread) or was is None or now is None or spread is None or new_spread is None:
        return
    widest = max(spread, new_spread)
    if abs(now - was) > DRIFT * widest:
        yield f"{_of('mean', name)} {formatting.number(was)} → {formatting.number(now)}"
    if abs(new_spread - spread) > DRIFT * widest:
        yield f"{_of('spread', name)} {formatting.number(spread)} → {formatting.number(new_spread)}"


def _number(profile: Mapping[str, Any], key: str) -> float | None:
    found = profile.get(key)
    return found if isinstance(found, float) else float(found) if isinstance(found, int) and abs(found) < 1e15 else None


def _of(what: str, name: str) -> str:
    return f"{what} of {formatting.short(name, 40)}" if name else what


def _percent(share: float) -> str:
    return f"{share * 100:.3g} %"


def _named(what: str, names: list[str]) -> Iterator[str]:
    if names:
        more = len(names) - MOST_NAMED
        shown = ", ".join(formatting.short(each, 40) for each in names[:MOST_NAMED])
        yield f"{what} {shown}" + (f" and {more} more" if more > 0 else "")
