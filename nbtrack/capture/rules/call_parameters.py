"""The parameter names of constants that are given by position, as the callee defines them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack.capture.analysis.call_reading import is_recorded
from nbtrack.capture.analysis.known_names import DATA_KEYWORDS, sets_seed
from nbtrack.capture.rules.call_keys import Setting

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nbtrack.capture.analysis.call_reading import Argument
    from nbtrack.capture.rules.rule import CellValues


def settings_of(arguments: Iterable[Argument], values: CellValues) -> Iterator[Setting]:
    """Yield the constants in calls as settings, except those of calls that read data, as their parameters show."""
    for one in arguments:
        parameters = values.parameters(one.path)
        if not DATA_KEYWORDS.isdisjoint(parameters):
            continue
        keyword = _name(one, parameters)
        if keyword and is_recorded(keyword, one.value):
            yield Setting(one.callee, keyword, one.value, one.line, one.call, one.owner, one.holder)


def _name(argument: Argument, parameters: list[str]) -> str:
    """Return the name of the parameter that an argument is given for; empty where it is unknown."""
    position = argument.keyword
    if isinstance(position, str):
        return position
    if position < len(parameters):
        return parameters[position]
    return "seed" if sets_seed(argument.callee) and not position else ""
