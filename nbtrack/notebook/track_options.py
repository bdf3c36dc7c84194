"""What a ``%%track`` line asks for."""

from __future__ import annotations

import argparse
import shlex
from typing import NamedTuple, NoReturn

from IPython.core.error import UsageError


class Options(NamedTuple):
    """The options of one tracked cell."""

    name: str | None = None
    params: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    infer: bool = True
    experiment: str | None = None
    tags: tuple[tuple[str, str], ...] = ()
    every: str = "epoch"
    output: bool = True
    quiet: bool = False
    nested: bool = False
    stop: str = "leave"


EVERY = ("epoch", "batch")
CHARTS = {"--scatter": "scatter", "--parallel": "parallel"}
STOPS = ("leave", "raise")


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        text = f"%%track: {message}; accepted are a name and {' '.join(flags())}"
        raise UsageError(text)


def _names(text: str) -> tuple[str, ...]:
    return tuple(each.strip() for each in text.split(",") if each.strip())


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    pairs = [each.partition("=") for each in _names(text)]
    odd = next((key for key, sign, _ in pairs if not sign or not key), None)
    if odd is not None:
        msg = f"a tag is written key=value, and {odd!r} is not"
        raise argparse.ArgumentTypeError(msg)
    return tuple((key, value) for key, _, value in pairs)


def _parser() -> _Parser:
    parser = _Parser("%%track", add_help=False, allow_abbrev=False)
    parser.add_argument("name", nargs="?")
    parser.add_argument("--params", type=_names, default=())
    parser.add_argument("--metrics", type=_names, default=())
    parser.add_argument("--no-infer", dest="infer", action="store_false")
    parser.add_argument("--experiment")
    parser.add_argument("--tags", type=_pairs, default=())
    parser.add_argument("--every", choices=EVERY, default="epoch")
    parser.add_argument("--no-output", dest="output", action="store_false")
    parser.add_argument("--quiet", action="store_true")
    parser.add_argument("--nested", action="store_true")
    parser.add_argument("--stop", choices=STOPS, default="leave")
    return parser


_PARSER = _parser()


def flags() -> list[str]:
    """Return the options that there are."""
    return sorted(each for each in _PARSER._option_string_actions if each.startswith("--"))  # noqa: SLF001 - argparse names them nowhere else


def parse(line: str, defaults: Options | None = None) -> Options:
    """Read what follows ``%%track``.

    Parameters
    ----------
    line : str
        Names and options.
    defaults : Options, optional
        What holds where the line says nothing.

    Raises
    ------
    UsageError
        Naming what can't be understood and what is accepted.
    """
    try:
        words = shlex.split(line)
    except ValueError as error:
        msg = f"%%track: {error} in {line.strip()!r}"
        raise UsageError(msg) from None
    known = argparse.Namespace(**(defaults or Options())._asdict())
    return Options(**vars(_PARSER.parse_args(words, known)))


def chart(line: str) -> tuple[str, list[str]]:
    """Read what follows ``%chart``: what kind of chart, and the names of metrics or axes.

    Raises
    ------
    UsageError
        Naming what can't be understood and what is accepted.
    """
    words = shlex.split(line)
    kinds = [each for each in words if each.startswith("--")]
    odd = next((each for each in kinds if each not in CHARTS), None)
    if odd is not None or len(kinds) > 1:
        said = f"{odd!r} is unknown" if odd is not None else f"{' and '.join(kinds)} exclude each other"
        msg = f"%chart: {said}; accepted are names and {' or '.join(CHARTS)}"
        raise UsageError(msg)
    return CHARTS[kinds[0]] if kinds else "history", [each for each in words if each not in kinds]


def header(cell: str, magic: str = "%%track") -> str | None:
    """Return what follows a magic when it is among the magic lines that a cell begins with."""
    for line in cell.lstrip("\n").splitlines():
        word, _, rest = line.partition(" ")
        if word.rstrip() == magic:
            return rest.strip()
        if not line.startswith("%%"):
            return None
    return None


def is_understood(line: str) -> bool:
    """Tell whether a line is one of ours, and can be read."""
    if header(line, "%%scratch") == "":
        return True
    asked = header(line)
    try:
        return asked is not None and bool(parse(asked))
    except UsageError:
        return False
