"""What a run keeps of a cell besides its numbers, as files: the code, and what it showed."""

from __future__ import annotations

import base64
import json
import warnings
from hashlib import blake2b
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from nbtrack.notebook.outputs import Displayed

    Redact = Callable[[str], str]
    """Takes text, and gives what may be kept of it."""

FOLDER = "outputs"
INDEX = f"{FOLDER}/index.json"
MOST_OUTPUTS = 100
MOST_BYTES = 10_000_000
"""Of one output; what is larger is left out, and the index says so."""
MOST_TEXT = 1_000_000
"""Characters of a text stream that are kept, from its beginning and its end."""
MOST_POINTS = 20_000
"""Points of a figure beyond which it is kept as a picture alone."""
_KINDS = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "image/svg+xml": ".svg",
    "text/html": ".html",
    "text/markdown": ".md",
    "text/latex": ".tex",
    "application/json": ".json",
    "text/plain": ".txt",
}
"""What is kept of a mime bundle, the richest first."""


class Keepsake(NamedTuple):
    """A file: its artifact path and its content."""

    path: str
    content: bytes


def texts(streams: Mapping[str, str], redact: Redact) -> Iterator[Keepsake]:
    """Yield what a cell printed."""
    for name, text in streams.items():
        if text:
            yield Keepsake(f"{FOLDER}/{name}.txt", redact(shortened(text)).encode("utf-8", "replace"))


def shortened(text: str) -> str:
    """Return the beginning and the end of a text that is too long, saying what was left out."""
    if len(text) <= MOST_TEXT:
        return text
    half = MOST_TEXT // 2
    return f"{text[:half]}\n[... {len(text) - 2 * half:,} characters left out ...]\n{text[-half:]}"


def displayed(outputs: Sequence[Displayed], redact: Redact) -> list[Keepsake]:
    """Return what a cell displayed, each content once, and an index that tells their order and what was left out."""
    files: dict[bytes, Keepsake] = {}
    index: list[dict[str, Any]] = []
    last = {id(output.thing): number for number, output in enumerate(outputs, 1)}
    for number, output in enumerate(outputs[:MOST_OUTPUTS], 1):
        for suffix, content, note in _contents(output, redact, final=last[id(output.thing)] == number):
            entry: dict[str, Any] = {"output": number}
            if len(content) > MOST_BYTES:
                entry["left_out"] = f"{suffix[1:]} of {len(content):,} bytes"
            else:
                digest = blake2b(content, digest_size=16).digest()
                kept = files.setdefault(digest, Keepsake(f"{FOLDER}/{number:02}{suffix}", content))
                entry["path"] = kept.path
            index.append(entry | ({"note": note} if note else {}))
    if len(outputs) > MOST_OUTPUTS:
        index.append({"left_out": f"{len(outputs) - MOST_OUTPUTS} more outputs"})
    if not index:
        return []
    return [*files.values(), Keepsake(INDEX, json.dumps(index, indent=1).encode())]


def _contents(output: Displayed, redact: Redact, *, final: bool) -> Iterator[tuple[str, bytes, str | None]]:
    """Yield the forms in which an output is kept: suffix, bytes, and a note.

    A figure that is shown several times is drawn as it was at last, so only its final showing has a drawing.
    """
    suffix, content = _richest(output, redact)
    if suffix:
        yield suffix, content, None
    if output.shape is not None:
        yield *_table(output.thing, redact), _shortened(output)
    elif output.thing is not None and final and suffix != ".svg":
        drawn = _drawing(output.thing)
        if drawn is not None:
            yield ".svg", redact(drawn.decode()).encode(), None


def _richest(output: Displayed, redact: Redact) -> tuple[str, bytes]:
    for kind, suffix in _KINDS.items():
        if kind in output.bundle:
            return suffix, _bytes(kind, output.bundle[kind], redact)
    return "", b""


def _bytes(kind: str, content: Any, redact: Redact) -> bytes:
    if isinstance(content, bytes):
        return content
    if kind.startswith("image/") and kind != "image/svg+xml":
        return base64.b64decode(content)
    return redact(content if isinstance(content, str) else json.dumps(content)).encode("utf-8", "replace")


def _shortened(output: Displayed) -> str | None:
    rows, columns = output.shape or (0, 0)
    kept = output.thing.shape
    return None if kept == (rows, columns) else f"the first {kept[0]:,} × {kept[1]:,} of {rows:,} × {columns:,}"


def _table(frame: Any, redact: Redact) -> tuple[str, bytes]:
    """Return a frame as Parquet where pyarrow is there and can write it, else, or when it has secrets, as CSV."""
    text = frame.to_csv()
    kept = redact(text)
    if kept == text and find_spec("pyarrow") is not None:
        try:
            return ".parquet", frame.to_parquet()
        except (ValueError, TypeError, ImportError, NotImplementedError):
            pass
    return ".csv", kept.encode("utf-8", "replace")


def _drawing(figure: Any) -> bytes | None:
    """Return a figure as SVG; None where it draws too much."""
    if _points(figure) > MOST_POINTS:
        return None
    from nbtrack.media import figure_bytes

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return figure_bytes(figure, ".svg", {"bbox_inches": "tight"})


def _points(figure: Any) -> int:
    """Return about how many points a matplotlib figure draws, without looking at any of them."""
    drawn = 0
    for axes in figure.axes:
        drawn += sum(len(line.get_xdata(orig=True)) for line in axes.lines)
        drawn += sum(len(each.get_offsets()) + len(each.get_paths()) for each in axes.collections)
        drawn += len(axes.patches) + len(axes.texts)
    return drawn


def code(source: str, earlier: Iterable[str]) -> list[Keepsake]:
    """Return the code of a cell, and of the earlier cells that its names come from, each once."""
    cells = [each.encode("utf-8", "replace") for each in dict.fromkeys(earlier)]
    return [
        Keepsake("cell.py", source.encode("utf-8", "replace")),
        *(
            Keepsake(f"earlier/{number:02}-{blake2b(each, digest_size=4).hexdigest()}.py", each)
            for number, each in enumerate(cells, 1)
        ),
    ]
