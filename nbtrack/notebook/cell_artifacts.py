"""The artifacts of a cell: its code and what it displayed, as files by artifact path."""

from __future__ import annotations

import base64
import json
import warnings
from hashlib import blake2b
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from nbtrack.notebook.outputs import Displayed

    Redact = Callable[[str], str]
    """Takes text, and returns what may be stored of it."""

FOLDER = "outputs"
INDEX = f"{FOLDER}/index.json"
MOST_OUTPUTS = 100
MOST_BYTES = 10_000_000
"""Of one picture; larger ones are omitted, and the index says so."""
MOST_TEXT = 400_000
"""Characters of one text output; of what was printed, the beginning and the end are stored."""
MOST_POINTS = 20_000
"""Points of a figure beyond which it is stored as a picture only."""
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
"""What is stored of a MIME bundle, the richest form first."""


def texts(streams: Mapping[str, str], redact: Redact) -> dict[str, bytes]:
    """Return what a cell printed."""
    return {
        f"{FOLDER}/{name}.txt": redact(shortened(text)).encode("utf-8", "replace")
        for name, text in streams.items()
        if text
    }


def shortened(text: str) -> str:
    """Return the beginning and the end of a text that is too long, and how much was omitted."""
    if len(text) <= MOST_TEXT:
        return text
    half = MOST_TEXT // 2
    return f"{text[:half]}\n[... {len(text) - 2 * half:,} characters omitted ...]\n{text[-half:]}"


def drawn(outputs: Sequence[Displayed]) -> list[Displayed]:
    """Return outputs with each figure rendered as SVG in its final state; call it in the thread that makes figures.

    A figure that is shown several times has one where it was last shown, and one of too many points has none.
    """
    last = {id(output.thing): place for place, output in enumerate(outputs)}
    return [
        output
        if output.thing is None or output.shape is not None
        else output._replace(thing=_drawing(output.thing) if last[id(output.thing)] == place else None)
        for place, output in enumerate(outputs)
    ]


def size(outputs: Sequence[Displayed]) -> int:
    """Return the approximate size of outputs in characters."""
    texts = [value for output in outputs for value in (*output.bundle.values(), output.thing) if isinstance(value, str)]
    return sum(map(len, texts)) + sum(output.thing.size * 10 for output in outputs if output.shape is not None)


def displayed(outputs: Sequence[Displayed], redact: Redact) -> dict[str, bytes]:
    """Return what a cell displayed, each content once, and an index of their order and of what was omitted.

    Figures in it are `drawn`.
    """
    paths: dict[bytes, str] = {}
    files: dict[str, bytes] = {}
    index: list[dict[str, Any]] = []
    for number, output in enumerate(outputs[:MOST_OUTPUTS], 1):
        for suffix, content, note in _contents(output, redact):
            entry: dict[str, Any] = {"output": number} | ({"note": note} if note else {})
            if content is not None:
                digest = blake2b(content, digest_size=16).digest()
                entry["path"] = paths.setdefault(digest, f"{FOLDER}/{number:02}{suffix}")
                files.setdefault(entry["path"], content)
            index.append(entry)
    if len(outputs) > MOST_OUTPUTS:
        index.append({"note": f"{len(outputs) - MOST_OUTPUTS} more outputs were omitted"})
    return {**files, INDEX: json.dumps(index, indent=1).encode()} if index else {}


def _contents(output: Displayed, redact: Redact) -> Iterator[tuple[str, bytes | None, str | None]]:
    """Yield the forms in which an output is kept: suffix, bytes, and a note; None for what is too large."""
    kind = next((each for each in _KINDS if each in output.bundle), None)
    if kind is not None:
        yield _within(
            _KINDS[kind], output.bundle[kind], redact, is_text=not kind.startswith("image/") or kind == "image/svg+xml"
        )
    if output.shape is not None:
        yield *_table(output.thing, redact), _shortened(output)
    elif output.thing is not None:
        yield _within(".svg", output.thing, redact, is_text=True)


def _within(suffix: str, content: Any, redact: Redact, *, is_text: bool) -> tuple[str, bytes | None, str | None]:
    """Return the bytes of an output, or a note where there are too many of them."""
    if is_text:
        content = content if isinstance(content, str) else json.dumps(content)
    most = MOST_TEXT if is_text else MOST_BYTES
    if len(content) > most:
        return suffix, None, f"{suffix[1:]} of {len(content):,} bytes was omitted"
    if is_text:
        return suffix, redact(content).encode("utf-8", "replace"), None
    return suffix, content if isinstance(content, bytes) else base64.b64decode(content), None


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


def _drawing(figure: Any) -> str | None:
    """Return a figure as SVG; None where it draws too much."""
    if _points(figure) > MOST_POINTS:
        return None
    from nbtrack.media import figure_bytes

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return figure_bytes(figure, ".svg", {"bbox_inches": "tight"}).decode()


def _points(figure: Any) -> int:
    """Return about how many points a matplotlib figure draws, without looking at any of them."""
    drawn = 0
    for axes in figure.axes:
        drawn += sum(len(line.get_xdata(orig=True)) for line in axes.lines)
        drawn += sum(len(each.get_offsets()) + len(each.get_paths()) for each in axes.collections)
        drawn += len(axes.patches) + len(axes.texts)
    return drawn


def code(source: str, earlier: Iterable[str] = ()) -> dict[str, bytes]:
    """Return the code of a cell, and of the earlier cells that its names come from, each once."""
    files = {"cell.py": source.encode("utf-8", "replace")}
    for number, each in enumerate(dict.fromkeys(earlier), 1):
        content = each.encode("utf-8", "replace")
        files[f"earlier/{number:02}-{blake2b(content, digest_size=4).hexdigest()}.py"] = content
    return files
