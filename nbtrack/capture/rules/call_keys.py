"""The keys of constants given in calls: ``callee.keyword``, or with the object's name where that is ambiguous."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nbtrack.capture.analysis.constant_folding import SHORT, Value
from nbtrack.capture.analysis.known_names import sets_seed

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterable, Iterator


class Setting(NamedTuple):
    """A constant given in a call, with the name of its parameter."""

    callee: str
    keyword: str
    value: Value
    line: int
    call: ast.Call
    owner: str | None
    """The name of the object that the call made."""
    holder: str | None
    """The name of what was made with that object inside."""


class Keyed(NamedTuple):
    """A value under its key, with the settings that it comes from."""

    key: str
    value: Value
    of: list[Setting]


def keyed(settings: Iterable[Setting]) -> Iterator[Keyed]:
    """Yield the values of settings, each key once; settings of different objects are kept apart."""
    groups: dict[str, list[Setting]] = {}
    for one in settings:
        groups.setdefault(_plain_key(one), []).append(one)
    for key, group in groups.items():
        if _agree(group):
            yield Keyed(key, group[0].value, group)
        else:
            yield from _apart(key, group)


def _plain_key(one: Setting) -> str:
    """``SGD.lr``; a call that only sets a seed is the setting itself: ``manual_seed``."""
    seeds = sets_seed(one.callee) and type(one.value) is int
    return one.callee if seeds else f"{one.callee}.{one.keyword}"


def _agree(group: list[Setting]) -> bool:
    first = group[0].value
    return all(type(one.value) is type(first) and one.value == first for one in group)


def _apart(key: str, group: list[Setting]) -> Iterator[Keyed]:
    """Distinguish settings by the name of their object; those without a name form a list, in the order of the code."""
    named: dict[str, list[Setting]] = {}
    for one in group:
        if one.owner:
            named.setdefault(f"{one.owner}.{one.keyword}", []).append(one)
    for name, rebound in named.items():
        yield Keyed(name, rebound[-1].value, rebound)
    nameless = [one for one in group if not one.owner]
    holders = {one.holder for one in nameless if one.holder}
    if len(holders) == len(nameless):
        yield from (Keyed(f"{one.holder}.{one.keyword}", one.value, [one]) for one in nameless)
    elif nameless:
        yield from _listed(key, nameless)


def _listed(key: str, group: list[Setting]) -> Iterator[Keyed]:
    if _agree(group):
        yield Keyed(key, group[0].value, group)
    elif len(group) <= SHORT and not any(isinstance(one.value, list | tuple) for one in group):
        yield Keyed(key, [one.value for one in group], group)  # type: ignore[misc] # mypy does not narrow elements by `any`
