"""The head of an artifact, as the front end may show it: text, a table, or the bytes of an image or a page."""

from __future__ import annotations

import io
import json
import posixpath
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from nbtrack.presentation import markdown, syntax
from nbtrack.wire import values

if TYPE_CHECKING:
    from nbtrack.artifact_storage.artifact_repository import ArtifactFolder
    from nbtrack.endpoints.service import Reply

IMAGES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".svg": "image/svg+xml",
}
PAGES = {".html": "text/html", ".htm": "text/html"}
"""Shown in a sandboxed frame without scripts or network access."""
MARKDOWN = {".md", ".markdown"}
MOST_TEXT = 64 << 10
MOST_BYTES = 8 << 20
MOST_ROWS = 50


def preview(files: ArtifactFolder, path: str) -> Reply:
    """Return what to show of an artifact, and its bytes where it is an image or a page."""
    suffix = PurePosixPath(path).suffix.lower()
    if suffix in IMAGES or suffix in PAGES:
        content = files.head(path, MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            return {"show": "none", "why": "too large to show here"}, []
        show = "image" if suffix in IMAGES else "page"
        return {"show": show, "type": (IMAGES | PAGES)[suffix]}, [content]
    if suffix == ".parquet":
        return _parquet(files.head(path, MOST_BYTES)), []
    content = files.head(path, MOST_TEXT)
    if b"\0" in content:
        return {"show": "none", "why": "neither text nor an image"}, []
    text = content.decode("utf-8", "replace")
    return _written(text, path), []


def _written(text: str, path: str) -> dict[str, Any]:
    """Return text by its kind: a table, Markdown, code, or plain text."""
    suffix = PurePosixPath(path).suffix.lower()
    if suffix in {".csv", ".tsv"}:
        return _separated(text, "\t" if suffix == ".tsv" else ",")
    if suffix in MARKDOWN:
        return {"show": "markdown", "content": markdown.parsed(text, posixpath.dirname(path))}
    if suffix in syntax.LANGUAGES:
        lines = (_indented(text) if suffix == ".json" else text).splitlines()
        return {"show": "code", "lines": syntax.highlighted(lines, syntax.LANGUAGES[suffix])}
    return {"show": "text", "text": text}


def _indented(text: str) -> str:
    """Return JSON with a line for each entry; truncated or invalid JSON is unchanged."""
    try:
        return json.dumps(values.parse_json(text), indent=1, ensure_ascii=False)
    except (ValueError, RecursionError):
        return text


def _separated(text: str, separator: str) -> dict[str, Any]:
    import csv

    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=separator))[: MOST_ROWS + 1]
    except csv.Error:
        return {"show": "text", "text": text}
    return {"show": "table", "heads": rows[:1] and rows[0], "rows": rows[1:]}


def _parquet(content: bytes) -> dict[str, Any]:
    try:
        from pyarrow import ArrowException, parquet
    except ImportError:
        return {"show": "none", "why": "pip install 'nbtrack[parquet]' shows Parquet files"}
    try:
        frame = next(parquet.ParquetFile(io.BytesIO(content)).iter_batches(MOST_ROWS)).to_pandas()
    except (ArrowException, StopIteration, OSError):
        return {"show": "none", "why": "not a complete Parquet file"}
    return {"show": "table", "heads": [str(each) for each in frame], "rows": frame.astype(str).to_numpy().tolist()}
