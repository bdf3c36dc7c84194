"""The output of a cell: what it prints and displays, in order, as it is at the end of the cell."""

from __future__ import annotations

import sys
import time
import weakref
from typing import TYPE_CHECKING, Any, NamedTuple

from IPython.core.formatters import BaseFormatter
from traitlets import ObjectName, Unicode

from nbtrack.notebook.shown_figures import ShownFigures

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from IPython.core.interactiveshell import InteractiveShell

MIME = "application/x-nbtrack-displayed"
"""A type that no output has, so that its formatter only observes what is displayed."""
MOST_ROWS, MOST_COLUMNS = 10_000, 1_000
"""The most rows and columns that are stored of a displayed data frame."""
WIDGET = "application/vnd.jupyter.widget-view+json"


class _Thing(NamedTuple):
    thing: Any = None
    shape: tuple[int, int] | None = None


_NOTHING = _Thing()


class Displayed(NamedTuple):
    """One output: its mime bundle, and the figure or the first rows of the frame that it shows."""

    bundle: Mapping[str, Any]
    thing: Any = None
    shape: tuple[int, int] | None = None
    """The rows and columns of the whole frame."""

    @property
    def is_figure(self) -> bool:
        """Whether it shows a figure of matplotlib."""
        return self.thing is not None and self.shape is None


class Outputs:
    """Watches one cell."""

    def __init__(self, shell: InteractiveShell) -> None:
        self._shell = shell
        self._watcher = _Watcher.of(shell)
        self._looked: list[_Thing] = []
        self._figures = ShownFigures()
        self._displayed: dict[object, Displayed] = {}
        self._streams: dict[str, Stream] = {}
        self._noted_before: dict[int, int] = {}
        self.cleared_at = float("-inf")
        """When the cell last cleared its output, by the monotonic clock in seconds."""

    def begin(self) -> None:
        """Start to watch."""
        history = self._shell.history_manager
        if history is not None:
            self._noted_before = {count: len(noted) for count, noted in history.outputs.items()}
        self._watcher.seen = self._look
        self._streams = {name: Stream(getattr(sys, name)) for name in ("stdout", "stderr")}
        register = getattr(self._shell.display_pub, "register_hook", None)
        if register is not None:
            register(self._published)

    def end(self, count: int | None) -> list[Displayed]:
        """Stop, and return what was displayed, the result of the cell last.

        IPython notes the result under the number of the execution, and the displays where no front end takes them.
        """
        self._watcher.seen = None
        for each in self._streams.values():
            each.close()
        unregister = getattr(self._shell.display_pub, "unregister_hook", None)
        if unregister is not None:
            unregister(self._published)
        bundles = [each.bundle for each in self._noted(count) if each.output_type in {"display_data", "execute_result"}]
        things = self._looked if len(self._looked) == len(bundles) else [_NOTHING] * len(bundles)
        results = [Displayed(bundle, *thing) for bundle, thing in zip(bundles, things, strict=True)]
        shown = (each for each in [*self._displayed.values(), *results] if WIDGET not in each.bundle)
        return [_with_figure(each) for each in shown]

    def _noted(self, count: int | None) -> list[Any]:
        history = self._shell.history_manager
        if history is None or count is None:
            return []
        return history.outputs.get(count, [])[self._noted_before.get(count, 0) :]

    def texts(self) -> dict[str, str]:
        """Return what went to ``stdout`` and ``stderr``."""
        return {name: as_shown(each.text) for name, each in self._streams.items()}

    # --- capturing

    def _look(self, thing: object) -> None:
        if _is_figure(thing):
            self._figures.add(thing)
        self._looked.append(_kept(thing))

    def _published(self, message: dict[str, Any]) -> dict[str, Any]:
        content = message.get("content", {})
        if message.get("msg_type") == "clear_output":
            self._displayed.clear()
            self.cleared_at = time.monotonic()
        elif "data" in content:
            identity = content.get("transient", {}).get("display_id") or object()
            self._displayed[identity] = Displayed(content["data"], *(self._looked.pop() if self._looked else _NOTHING))
        return message


class _Watcher(BaseFormatter):
    """Observes every object that is about to be displayed, without formatting it."""

    format_type = Unicode(MIME)
    print_method = ObjectName("_nbtrack_displayed_")

    seen: Callable[[object], None] | None = None

    @classmethod
    def of(cls, shell: InteractiveShell) -> _Watcher:
        """Return the watcher of a shell."""
        formatter = shell.display_formatter
        if formatter is None:
            return cls()
        return formatter.formatters.setdefault(MIME, cls(parent=formatter))

    def __call__(self, obj: object) -> None:
        """Pass an object on unchanged; nothing is added to the output."""
        if self.seen is not None:
            self.seen(obj)


def _is_figure(thing: object) -> bool:
    return type(thing).__module__.partition(".")[0] == "matplotlib" and hasattr(thing, "savefig")


def _with_figure(output: Displayed) -> Displayed:
    """Return an output with its figure, if that still exists, in place of the weak reference to it."""
    return output._replace(thing=output.thing()) if type(output.thing) is weakref.ref else output


def _kept(thing: object) -> _Thing:
    """Return a weak reference to a figure, or a copy of the first rows of a frame; None for other objects."""
    if _is_figure(thing):
        return _Thing(weakref.ref(thing))
    kind = type(thing)
    module = kind.__module__.partition(".")[0]
    if module == "pandas" and kind.__name__ in {"DataFrame", "Series"}:
        frame: Any = thing if kind.__name__ == "DataFrame" else thing.to_frame()  # type: ignore[attr-defined] # only a Series gets here
        return _Thing(frame.iloc[:MOST_ROWS, :MOST_COLUMNS].copy(), frame.shape)
    return _NOTHING


class Stream:
    """Captures a stream of the kernel, which copies what is written to its echo.

    Streams of a terminal have no echo, and are not captured.
    """

    def __init__(self, stream: Any) -> None:
        self._stream = stream if hasattr(stream, "echo") else None
        self._parts: list[str] = []
        if self._stream is not None:
            self._before, self._stream.echo = self._stream.echo, self

    def write(self, text: str) -> None:
        """Capture text, and pass it on."""
        self._parts.append(text)
        if self._before is not None:
            self._before.write(text)

    def flush(self) -> None:
        """Forward the call to the original echo."""
        if self._before is not None:
            self._before.flush()

    def close(self) -> None:
        """Stop capturing."""
        if self._stream is not None and self._stream.echo is self:
            self._stream.echo = self._before

    @property
    def text(self) -> str:
        """Everything that was written."""
        return "".join(self._parts)


def as_shown(text: str) -> str:
    r"""Return text as a terminal shows it: a ``\r`` overwrites what precedes it."""
    if "\r" not in text:
        return text
    lines = text.replace("\r\n", "\n").split("\n")
    return "\n".join(next((part for part in reversed(line.split("\r")) if part), "") for line in lines)
