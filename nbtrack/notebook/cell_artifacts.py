"""The artifacts of a cell: its code and what it displayed, as files by artifact path."""

from __future__ import annotations

import base64
import json
from hashlib import blake2b
from importlib.util import find_spec
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from nbtrack.notebook.figure_drawing import Drawing, Drawings
    from nbtrack.notebook.outputs import Displayed

    Redact = Callable[[str], str]
    """Returns a text without its secrets."""

FOLDER = "outputs"
INDEX = f"{FOLDER}/index.json"
MOST_OUTPUTS = 100
MOST_BYTES = 10_000_000
"""The most bytes of one picture; larger ones are omitted, and the index says so."""
MOST_TEXT = 400_000
"""The most characters of a text output; of longer printed text, the beginning and the end are stored."""
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
"""The formats that are stored of a MIME bundle, the richest first."""
_NO_DRAWINGS: Drawings = MappingProxyType({})


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


def size(outputs: Sequence[Displayed]) -> int:
    """Return the approximate size of outputs in characters."""
    texts = [value for output in outputs for value in output.bundle.values() if isinstance(value, str)]
    return sum(map(len, texts)) + sum(output.thing.size * 10 for output in outputs if output.shape is not None)


def displayed(outputs: Sequence[Displayed], redact: Redact, drawings: Drawings = _NO_DRAWINGS) -> dict[str, bytes]:
    """Return what a cell displayed, each content once, and an index of their order and of what was omitted.

    `drawings` has figures in it as SVG, by the places of their outputs.
    """
    paths: dict[bytes, str] = {}
    files: dict[str, bytes] = {}
    index: list[dict[str, Any]] = []
    for number, output in enumerate(outputs[:MOST_OUTPUTS], 1):
        for suffix, content, note in _contents(output, redact, drawings.get(number - 1)):
            entry: dict[str, Any] = {"output": number} | ({"note": note} if note else {})
            if content is not None:
                digest = blake2b(content, digest_size=16).digest()
                entry["path"] = paths.setdefault(digest, f"{FOLDER}/{number:02}{suffix}")
                files.setdefault(entry["path"], content)
            index.append(entry)
    if len(outputs) > MOST_OUTPUTS:
        index.append({"note": f"{len(outputs) - MOST_OUTPUTS} more outputs were omitted"})
    return {**files, INDEX: json.dumps(index, indent=1).encode()} if index else {}


def omitted(outputs: Sequence[Displayed], drawings: Drawings = _NO_DRAWINGS) -> str:
    """Return a note on the displayed outputs that are not stored; empty if nothing is missing."""
    more = len(outputs) - MOST_OUTPUTS
    failed = [f"figure {place + 1} as SVG" for place, each in drawings.items() if each.svg is None]
    return ", ".join([*([f"{more} more outputs"] if more > 0 else []), *failed])


def _contents(
    output: Displayed, redact: Redact, drawing: Drawing | None
) -> Iterator[tuple[str, bytes | None, str | None]]:
    """Yield the formats in which an output is stored: suffix, bytes, and a note; None for what is too large."""
    kind = next((each for each in _KINDS if each in output.bundle), None)
    if kind is not None:
        yield _within(
            _KINDS[kind], output.bundle[kind], redact, is_text=not kind.startswith("image/") or kind == "image/svg+xml"
        )
    if output.shape is not None:
        yield *_table(output.thing, redact), _shortened(output)
    if drawing is not None and drawing.svg is not None:
        yield _within(".svg", drawing.svg, redact, is_text=True)
    elif drawing is not None:
        yield ".svg", None, drawing.note


def _within(suffix: str, content: Any, redact: Redact, *, is_text: bool) -> tuple[str, bytes | None, str | None]:
    """Return the bytes of an output, or a note if there are too many."""
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
    """Return a data frame as Parquet if pyarrow can write it, else, or if it has secrets, as CSV."""
    text = frame.to_csv()
    kept = redact(text)
    if kept == text and find_spec("pyarrow") is not None:
        try:
            return ".parquet", frame.to_parquet()
        except (ValueError, TypeError, ImportError, NotImplementedError):
            pass
    return ".csv", kept.encode("utf-8", "replace")


def code(source: str, earlier: Iterable[str] = ()) -> dict[str, bytes]:
    """Return the code of a cell, and of the earlier cells that its names come from, each once."""
    files = {"cell.py": source.encode("utf-8", "replace")}
    for number, each in enumerate(dict.fromkeys(earlier), 1):
        content = each.encode("utf-8", "replace")
        files[f"earlier/{number:02}-{blake2b(content, digest_size=4).hexdigest()}.py"] = content
    return files
