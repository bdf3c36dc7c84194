"""What a run of Aim has tracked besides metrics, as files: images, sounds, texts, distributions, figures and logs.

Each series has a table, ``images/<name>.json`` for example, in MLflow's format: the steps, epochs and times (ms since
the epoch) of its objects, and what they say. Images, sounds and figures are files beside it,
``images/<name>/<step>.png``, as Aim has stored them; a figure is the JSON of plotly. Of several objects at one step
the second has the suffix ``-1``. What the program has printed is ``logs.txt``. Values of other types are in tables in
``sequences``. Objects are read as the dictionaries that Aim stores them as, without their classes.
"""

from __future__ import annotations

import io
import json
import logging
import math
import re
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from nbtrack.artifact_storage.artifact_repository import clean
from nbtrack.entities import FileInfo
from nbtrack.errors import NotFound
from nbtrack.importers import aim_tree
from nbtrack.importers.computed_files import as_file
from nbtrack.importers.read_only_files import ReadOnlyFiles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_FOLDERS = {
    "aim.image": "images",
    "aim.audio": "audio",
    "aim.figure": "figures",
    "aim.text": "texts",
    "aim.distribution": "distributions",
    "aim.log_record": "logs",
}
_OUTPUT = "aim.log_line"
"""Lines that the program has printed."""
_IN_FILES = frozenset(("aim.image", "aim.audio", "aim.figure"))
_OTHERS = "sequences"
_FORMAT = re.compile("[a-z0-9]{1,8}")


class TrackedObject(NamedTuple):
    """An object of a series."""

    step: int
    number: int
    """Its number among the objects at its step."""
    epoch: int | None
    moment: int
    """In ms since the epoch."""
    content: Any
    """What Aim has stored of it, usually a dictionary."""


class ObjectSeries(NamedTuple):
    """The objects of one name and context."""

    key: str
    kind: str
    """Aim's name of the type of what is at a step."""
    columns: Any
    """The tree of Aim with their values, epochs and times by their steps."""

    @property
    def base(self) -> str:
        """The type of an object, also if there may be several at one step."""
        return self.kind.removeprefix("list(").removesuffix(")")

    def objects(self) -> Iterator[TrackedObject]:
        """Read the objects, one at a time."""
        epochs, times = (aim_tree.column(self.columns, name) for name in ("epoch", "time"))
        for step, epoch, seconds in zip(aim_tree.indices(self.columns, "epoch"), epochs, times, strict=True):
            for number, content in enumerate(self._at(step)):
                yield TrackedObject(step, number, epoch, round(seconds * 1000), content)

    def content(self, step: int, number: int) -> bytes:
        """Return the content of the file of an object."""
        return _content(self._at(step)[number])

    def _at(self, step: int) -> list[Any]:
        """Return the objects at a step."""
        value = aim_tree.collected(self.columns, "val", step)
        return value if isinstance(value, list) else [value]

    @property
    def folder(self) -> str:
        """The artifact path of their files, and without the suffix that of their table."""
        return clean(self.key if self.base == _OUTPUT else f"{_FOLDERS.get(self.base, _OTHERS)}/{self.key}")

    def files(self) -> Iterator[tuple[str, TrackedObject]]:
        """Yield the objects that are files of their own, with their artifact paths."""
        if self.base in _IN_FILES:
            for each in self.objects():
                yield f"{self.folder}/{_file_name(self.base, each)}", each

    @property
    def summary_path(self) -> str:
        """The artifact path of the file that has the whole series."""
        return f"{self.folder}.{'txt' if self.base == _OUTPUT else 'json'}"

    def summary(self) -> Iterator[bytes]:
        """Yield the parts of the file that has the whole series."""
        if self.base == _OUTPUT:
            for each in self.objects():
                yield _content(each.content) + b"\n"
            return
        columns = ["step", "epoch", "time", *_COLUMNS.get(self.base, ("value",))]
        yield b'{"columns":' + json.dumps(columns).encode() + b',"data":['
        between = b""
        for each in self.objects():
            row = [each.step, each.epoch, each.moment, *_described(self, each)]
            yield between + json.dumps(row, default=plain).encode()
            between = b",\n"
        yield b"]}"


_COLUMNS = {
    **dict.fromkeys(_IN_FILES, ("file", "caption")),
    "aim.text": ("text",),
    "aim.distribution": ("histogram", "bins"),
    "aim.log_record": ("level", "message", "arguments"),
}


def _described(series: ObjectSeries, each: TrackedObject) -> list[Any]:
    """Return the cells of an object in the table of its series, one for each of `_COLUMNS`."""
    kind, stored = series.base, each.content
    if kind in _IN_FILES:
        return [f"{series.folder}/{_file_name(kind, each)}", stored.get("caption", "")]
    if kind == "aim.text":
        return [stored["data"]]
    if kind == "aim.distribution":
        return _histogram(stored)
    if kind == "aim.log_record":
        return [logging.getLevelName(stored["log_level"]), stored["message"], stored.get("extra_args")]
    return [stored]


def _histogram(stored: Any) -> list[Any]:
    """Return the counts and the edges of the bins of a distribution."""
    import numpy as np

    count = stored["bin_count"]
    counts = np.frombuffer(stored["data"].load(), dtype=stored["dtype"], count=count)
    low, high = stored["range"]
    edges = np.linspace(low, high, num=count + 1)
    return [[value if math.isfinite(value) else str(value) for value in held.tolist()] for held in (counts, edges)]


def plain(value: Any) -> str:
    """Return what JSON lacks as text: the text of a large value of Aim, the size of its bytes."""
    found = value.load() if hasattr(value, "load") else value
    return f"{len(found):,} bytes" if isinstance(found, bytes) else str(found)


def _file_name(kind: str, each: TrackedObject) -> str:
    form = "json" if kind == "aim.figure" else str(each.content["format"]).lower()
    number = f"-{each.number}" if each.number else ""
    return f"{each.step}{number}.{form if _FORMAT.fullmatch(form) else 'bin'}"


def _content(stored: Any) -> bytes:
    found = stored["data"].load()
    return found.encode(errors="replace") if isinstance(found, str) else bytes(found)


class ObjectFiles(ReadOnlyFiles):
    """An `ArtifactRepository` to read from, of the objects of one run and of files that it has logged.

    All are listed at once, as the content of the root. Objects are read one at a time, once to list them and once to
    copy them.

    Parameters
    ----------
    uri : str
        What they are of.
    series : list of ObjectSeries
        Their series.
    logged : dict of str to callable
        What opens each logged file, by its artifact path.
    report : callable
        Called with what is left out, since it cannot be read, and why.
    """

    def __init__(
        self,
        uri: str,
        series: list[ObjectSeries],
        logged: dict[str, Callable[[], BinaryIO]],
        report: Callable[[str, str], object],
    ) -> None:
        super().__init__(uri)
        self._series, self._logged, self._report = series, logged, report
        self._openers: dict[str, Callable[[], BinaryIO]] = {}

    def list(self, path: str = "") -> list[FileInfo]:
        """See `ArtifactRepository.list`."""
        if path:
            return []
        found: dict[str, int] = {}
        for name, opened in self._logged.items():
            with self._left_out(f"artifact {name}"), opened() as file:
                found[name], self._openers[name] = file.seek(0, io.SEEK_END), opened
        for series in self._series:
            with self._left_out(f"series {series.key}"):
                found |= self._listed(series)
        return sorted(FileInfo(name, is_dir=False, file_size=size) for name, size in found.items())

    def _listed(self, series: ObjectSeries) -> dict[str, int]:
        """Return the sizes of the files of a series."""
        found = {}
        for name, each in series.files():
            found[name] = len(_content(each.content))
            self._openers[name] = partial(_opened, series, each.step, each.number)
        found[series.summary_path] = sum(map(len, series.summary()))
        self._openers[series.summary_path] = partial(_summary, series)
        return found

    @contextmanager
    def _left_out(self, name: str) -> Iterator[None]:
        """Report what cannot be read, whatever Aim raises then: that depends on what is damaged."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 - damaged objects may raise any error
            self._report(name, f"{type(error).__name__}: {str(error)[:200]}")

    def open(self, path: str) -> BinaryIO:
        """See `ArtifactRepository.open`; only what was listed is known."""
        if path not in self._openers:
            msg = f"{path!r} is not an artifact of {self.uri}"
            raise NotFound(msg)
        return self._openers[path]()


def _opened(series: ObjectSeries, step: int, number: int) -> BinaryIO:
    return io.BytesIO(series.content(step, number))


def _summary(series: ObjectSeries) -> BinaryIO:
    return as_file(series.summary())
