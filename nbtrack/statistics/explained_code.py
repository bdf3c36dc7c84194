"""Lines of code that differ only in the value of a parameter, which is reported as a change of that parameter."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from nbtrack.statistics.code_diff import Explains
    from nbtrack.statistics.code_units import Unit

    Changed = tuple[str, str | None, str | None]
    """The key of a parameter, and its values before and after."""


def by_parameters(params: Iterable[Changed]) -> Explains:
    """Return a function that tests whether two statements differ only in the values of these parameters."""
    known = [each for each in params if None not in each]

    def explains(old: Unit, new: Unit) -> bool:
        if old.depth != new.depth:
            return False
        names = frozenset(_names(new.tokens))
        named = [each for each in known if names.intersection(each[0].split("."))]
        return any(map(_assigns(old, new), named)) or _differs_in(old.tokens, new.tokens, named)

    return explains


def _names(tokens: Iterable[str]) -> Iterator[str]:
    """Yield the names in a statement, including keys in quotes."""
    return (token.strip("\"'") for token in tokens)


def _assigns(old: Unit, new: Unit) -> Callable[[Changed], bool]:
    """Return a test of whether both statements bind a name to the values of a parameter: ``hidden = (64, 32)``."""

    def assigns(param: Changed) -> bool:
        key, before, after = param
        binds = all(one.tokens[1:2] == ("=",) and one.tokens[0] in key.split(".") for one in (old, new))
        return binds and _squeezed(old.tokens[2:]) == _bare(before) and _squeezed(new.tokens[2:]) == _bare(after)

    return assigns


def _squeezed(tokens: Sequence[str]) -> str:
    return _bare("".join(tokens))


def _bare(text: str | None) -> str:
    """Return a value without the characters that code adds to it: spaces, quotes, brackets."""
    return "".join(each for each in text or "" if each not in " \"'()[]")


def _differs_in(old: Sequence[str], new: Sequence[str], params: Sequence[Changed]) -> bool:
    """Return whether each token that differs is the value of a parameter."""
    if len(old) != len(new) or not params:
        return False
    pairs = {pair for pair in zip(old, new, strict=True) if pair[0] != pair[1]}
    return bool(pairs) and all(any(_is_value(pair, each) for each in params) for pair in pairs)


def _is_value(pair: tuple[str, str], param: Changed) -> bool:
    return all(_writes(token, value) for token, value in zip(pair, param[1:], strict=True))


def _writes(token: str, value: str | None) -> bool:
    """Return whether a token of code stands for a value."""
    if token.strip("\"'") == value:
        return True
    try:
        return value is not None and float(token) in {float(value), -float(value)}
    except ValueError:
        return False
