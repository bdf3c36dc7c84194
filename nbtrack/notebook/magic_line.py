"""The lines of the magics, parsed once for each cell: ``%%track``, ``%%scratch``, ``%runs`` and ``%chart``.

The options and their completion are declared here; IPython's `magic_arguments` parses them and generates the help of
``%%track?``.
"""

from __future__ import annotations

import argparse
import re
import shlex
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from IPython.core.error import UsageError
from IPython.core.magic_arguments import argument, magic_arguments

from nbtrack.errors import InvalidValue
from nbtrack.notebook import sweep_arguments

if TYPE_CHECKING:
    from collections.abc import Callable

    from IPython.core.interactiveshell import InteractiveShell

    from nbtrack.sweeps.sweep_options import SweepOptions
    from nbtrack.tracking.capture_options import CaptureOptions

    Magic = TypeVar("Magic", bound=Callable[..., Any])

EVERY = ("epoch", "batch")
STOPS = ("leave", "raise")
CHARTS = {"--scatter": "scatter", "--parallel": "parallel"}
ROWS = "--rows"
SUBCOMMANDS = (
    *("alert", "auto", "baseline", "best", "compare", "diff", "drop", "explain", "export", "goal", "keep", "note"),
    *("quiet", "resume", "rows", "show", "status", "tag", "why"),
)
AFTER = {
    "alert": ("--level", "--stop", "off"),
    "auto": ("on", "off", "session"),
    "baseline": ("--cell", "off"),
    "quiet": ("on", "off"),
}


def _names(text: str) -> tuple[str, ...]:
    return tuple(each.strip() for each in text.split(",") if each.strip())


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    pairs = [each.partition("=") for each in _names(text)]
    invalid = next((key for key, sign, _ in pairs if not sign or not key), None)
    if invalid is not None:
        msg = f"write each tag as key=value, not {invalid!r}"
        raise argparse.ArgumentTypeError(msg)
    return tuple((key, value) for key, _, value in pairs)


_OPTIONS: dict[str, dict[str, Any]] = {
    "--params": {"type": _names, "metavar": "A,B", "help": "Record these names as parameters, whatever their values."},
    "--metrics": {"type": _names, "metavar": "X,Y", "help": "Record these names as metrics."},
    "--no-infer": {"dest": "infer", "action": "store_false", "help": "Record only what is named or logged."},
    "--experiment": {"help": "The experiment, created on demand."},
    "--tags": {"type": _pairs, "metavar": "K=V,K2=V2", "help": "Tags of the run."},
    "--every": {"choices": EVERY, "help": "In nested loops, a point for each outer iteration or each inner one."},
    "--nested": {"action": "store_true", "help": "Make the run a child of the active run."},
    "--children": {
        "action": "store_true",
        "help": "Make each iteration of a loop over settings a child of the run, besides the table of all iterations.",
    },
    "--no-output": {
        "dest": "output",
        "action": "store_false",
        "help": "Do not store what the cell prints or displays.",
    },
    "--quiet": {"action": "store_true", "help": "Show no card."},
    "--stop": {"choices": STOPS, "help": "When the run is stopped, leave the loop or raise KeyboardInterrupt."},
}
FLAGS = tuple(sorted({**_OPTIONS, **sweep_arguments.OPTIONS}))


def track_arguments(magic: Magic) -> Magic:
    """Declare the arguments of ``%%track`` on its magic, which gets a parser and its help."""
    for flag, details in reversed({**_OPTIONS, **sweep_arguments.OPTIONS}.items()):
        magic = argument(flag, default=argparse.SUPPRESS, **details)(magic)
    magic = argument("name", nargs="?", default=argparse.SUPPRESS, help="The name of the run.")(magic)
    return magic_arguments("%track")(magic)


_PARSER: argparse.ArgumentParser = track_arguments(lambda: None).parser  # type: ignore[attr-defined] # set by IPython
_PARSER.allow_abbrev = False


class RunsLine(NamedTuple):
    """A parsed ``%runs`` line: a saved view, and a filter."""

    view: str | None
    filter: str


class CompareLine(NamedTuple):
    """A parsed ``%track compare`` line: the columns to group by, the metric, and a filter."""

    by: list[str] | None = None
    metric: str | None = None
    filter: str = ""


_OF_COMPARE = re.compile(r"""--(by|metric)(?:=|\s+)(?:"([^"]*)"|'([^']*)'|(\S+))\s*""")


def compare(line: str) -> CompareLine:
    """Parse a ``%track compare`` line; what follows the options is the filter.

    Raise `UsageError` when an option is unknown or has no value.
    """
    text, found = line.strip(), CompareLine()
    while (option := _OF_COMPARE.match(text)) is not None:
        value = next(each for each in option.groups()[1:] if each is not None)
        found = found._replace(by=list(_names(value))) if option[1] == "by" else found._replace(metric=value)
        text = text[option.end() :]
    if text.startswith("--"):
        raise UsageError(f"%track compare: {text.split()[0]!r} is unknown or has no value; accepted are {_COMPARE}")
    return found._replace(filter=text)


_COMPARE = "--by PARAMETER[,PARAMETER], --metric METRIC and a filter"


class AlertLine(NamedTuple):
    """A parsed ``%track alert`` line: a rule to add or, with `off`, to remove."""

    rule: str = ""
    level: str | None = None
    stop: bool = False
    off: bool = False


_OF_ALERT = re.compile(r"--(?:(stop)|level(?:=|\s+)(\w+))(?=\s|$)\s*")
_ACCEPTED_OF_ALERT = 'a rule in quotes, such as "loss is nan", --stop, --level LEVEL, and off'


def alert(line: str) -> AlertLine:
    """Parse a ``%track alert`` line; options are before or after the rule.

    Raise `UsageError` when something is not understood, naming what is accepted.
    """
    text, found = line.strip(), AlertLine()
    if text.partition(" ")[0] == "off":
        text, found = text[len("off") :].strip(), AlertLine(off=True)
    rest = _OF_ALERT.sub("", text).strip()
    for option in _OF_ALERT.finditer(text):
        found = found._replace(stop=True) if option[1] else found._replace(level=option[2])
    quoted = len(rest) > 1 and rest[0] == rest[-1] and rest[0] in "\"'"
    is_odd = found.off and found != AlertLine(off=True)
    if rest.startswith("--") or is_odd or (not rest and not found.off and found != AlertLine()):
        raise UsageError(f"%track alert: {line.strip()!r} is not understood; accepted are {_ACCEPTED_OF_ALERT}")
    return found._replace(rule=rest[1:-1] if quoted else rest)


_VIEW = re.compile(r"""--view(?:=|\s+)(?:"([^"]*)"|'([^']*)'|(\S+))""")


def runs(line: str) -> RunsLine:
    """Parse a ``%runs`` line; what follows the view is the filter."""
    text = line.strip()
    found = _VIEW.match(text)
    if found is not None:
        return RunsLine(next(each for each in found.groups() if each is not None), text[found.end() :].strip())
    if text.split(maxsplit=1)[:1] == ["--view"]:
        msg = "write the name of the view after --view: %runs --view NAME"
        raise UsageError(msg)
    return RunsLine(None, text)


class TrackLine(NamedTuple):
    """A parsed ``%%track`` line: its options, or its error."""

    given: tuple[tuple[str, Any], ...] = ()
    error: str | None = None
    sweep: SweepOptions | None = None
    """The options of the sweep, if the cell is one."""

    def options(self, defaults: CaptureOptions) -> CaptureOptions:
        """Return the options, with defaults for those that the line does not give.

        Raise `UsageError` when the line is not understood, naming what is accepted.
        """
        if self.error is not None:
            raise UsageError(self.error)
        return defaults._replace(**dict(self.given))


@lru_cache(maxsize=64)
def parse(line: str) -> TrackLine:
    """Parse what follows ``%%track``."""
    try:
        given = vars(_PARSER.parse_args(shlex.split(line)))
        return TrackLine(sweep=sweep_arguments.taken(given), given=tuple(given.items()))
    except InvalidValue as error:
        return TrackLine(error=f"%%track: {error}")
    except ValueError as error:
        return TrackLine(error=f"%%track: {error} in {line.strip()!r}")
    except UsageError as error:
        return TrackLine(error=f"%%track: {error}; accepted are a name and {' '.join(FLAGS)}")


class CellHeader(NamedTuple):
    """The magic lines at the top of a cell."""

    track: TrackLine | None = None
    scratch: bool = False

    @property
    def is_valid(self) -> bool:
        """Whether there is a valid line of nbtrack."""
        return self.scratch or (self.track is not None and self.track.error is None)


def header(cell: str) -> CellHeader:
    """Parse the magic lines at the top of a cell."""
    if not cell.lstrip("\n").startswith("%%"):
        return CellHeader()
    for line in cell.lstrip("\n").splitlines():
        word, _, rest = line.partition(" ")
        if word.rstrip() == "%%track":
            return CellHeader(track=parse(rest.strip()))
        if word.rstrip() == "%%scratch":
            return CellHeader(scratch=True)
        if not line.startswith("%%"):
            break
    return CellHeader()


def strip(lines: list[str]) -> list[str]:
    """Remove the ``%%track`` or ``%%scratch`` line of a cell, keeping the numbers of its other lines.

    An input transformer of IPython, without side effects. An invalid line stays, so that the magic of
    that name reports the error.
    """
    if not lines or not lines[0].startswith("%%"):
        return lines
    asked = header(lines[0])
    if not asked.is_valid or (asked.scratch and lines[0].strip() != "%%scratch"):
        return lines
    followed = len(lines) > 1 and lines[1].startswith("%%")
    return lines[1:] if followed else ["\n", *lines[1:]]


# IPython leaves it out then where it asks whether a cell is complete, and a terminal waits for the cell below the line.
strip.has_side_effects = True  # type: ignore[attr-defined] # IPython reads this attribute


class ChartLine(NamedTuple):
    """A parsed ``%chart`` line."""

    kind: str
    names: list[str]
    """The names of metrics or axes."""
    rows: str | None = None
    """The run whose rows are drawn: empty for the last one, None for charts of runs."""


def chart(line: str) -> ChartLine:
    """Parse what follows ``%chart``.

    Raise `UsageError` when an option is unknown or two exclude each other, naming what is accepted.
    """
    words = shlex.split(line)
    options = [each for each in words if each.startswith("--")]
    rows = [each.removeprefix(ROWS).removeprefix("=") for each in options if each.partition("=")[0] == ROWS]
    kinds = [each for each in options if each.partition("=")[0] != ROWS]
    unknown = next((each for each in kinds if each not in CHARTS), None)
    if unknown is not None or len(kinds) > 1:
        problem = f"{unknown!r} is unknown" if unknown is not None else f"{' and '.join(kinds)} exclude each other"
        raise UsageError(f"%chart: {problem}; accepted are names, {' or '.join(CHARTS)}, and {ROWS}[=RUN]")
    names = [each for each in words if each not in options]
    return ChartLine(CHARTS[kinds[0]] if kinds else "history", names, rows[-1] if rows else None)


def complete(_: Any, event: Any) -> list[str]:
    """Return what may come next on a ``%%track`` or ``%track`` line."""
    words = event.line.split()
    typed = event.symbol
    before = words[:-1] if words and typed and words[-1].endswith(typed) else words
    if event.command.lstrip("%") == "track" and not event.line.lstrip().startswith("%%"):
        return list(SUBCOMMANDS) if len(before) < 2 else list(AFTER.get(before[1], ()))
    if before and before[-1] == "--every":
        return list(EVERY)
    if before and before[-1] == "--stop":
        return list(STOPS)
    if before and before[-1] == "--experiment":
        return _experiments()
    return list(FLAGS)


def _experiments() -> list[str]:
    from nbtrack.errors import NbtrackError
    from nbtrack.tracking.experiments import search_experiments

    try:
        return [each.name for each in search_experiments(max_results=100)]
    except NbtrackError:
        return []


def install_completion(shell: InteractiveShell) -> None:
    """Register the completion of our magics with a shell."""
    for name in ("%%track", "%track", "track"):
        shell.set_hook("complete_command", complete, str_key=name)
