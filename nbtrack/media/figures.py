"""Encoding matplotlib and plotly figures as files."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from nbtrack.errors import InvalidValue, Unsupported
from nbtrack.validation import file_extension

if TYPE_CHECKING:
    from collections.abc import Mapping

_PLOTLY_IMAGES = {".png", ".jpg", ".jpeg", ".webp", ".svg", ".pdf"}


def figure_bytes(figure: Any, suffix: str = ".png", save_kwargs: Mapping[str, Any] | None = None) -> bytes:
    """Return the bytes of a file with a figure, in the format of the file extension `suffix`; PNG if that is empty.

    The figure is one of matplotlib or plotly, or has matplotlib's `savefig` method, as a seaborn grid has. Plotly
    writes ``.html``, and images where its package kaleido is installed. `save_kwargs` are passed on to `savefig`,
    `to_html` or `to_image`. HTML files of plotly contain its library (some 5 MB) unless ``{"include_plotlyjs": "cdn"}``
    is passed.

    Raise `InvalidValue` when it is not a figure, or does not support the format, and `Unsupported` when plotly can't
    write images because kaleido is missing.
    """
    end, given = file_extension(suffix) or ".png", dict(save_kwargs or {})
    if not all(isinstance(each, str) for each in given):
        raise InvalidValue("The keys of save_kwargs must be strings")
    if hasattr(figure, "savefig"):
        return _of_matplotlib(figure, {"format": end[1:], **given})
    if hasattr(figure, "to_plotly_json"):
        return _of_plotly(figure, end, given)
    hint = ": pass its .figure" if hasattr(getattr(figure, "figure", None), "savefig") else ""
    raise InvalidValue(f"A figure must be a matplotlib or plotly figure, not {type(figure).__name__}{hint}")


def is_figure(thing: Any) -> bool:
    """Return whether `figure_bytes` accepts an object."""
    return hasattr(type(thing), "savefig") or hasattr(type(thing), "to_plotly_json")


def _of_matplotlib(figure: Any, given: dict[str, Any]) -> bytes:
    known = getattr(getattr(figure, "canvas", None), "get_supported_filetypes", None)
    kinds = known() if known is not None else {}
    if kinds and str(given["format"]).lower() not in kinds:
        raise InvalidValue(f"matplotlib can't write {given['format']!r}, only {', '.join(sorted(kinds))}")
    buffer = io.BytesIO()
    figure.savefig(buffer, **given)
    return buffer.getvalue()


def _of_plotly(figure: Any, end: str, given: dict[str, Any]) -> bytes:
    if end == ".html":
        given.pop("auto_open", None)
        return str(figure.to_html(**given)).encode()
    if end not in _PLOTLY_IMAGES:
        raise InvalidValue(f"plotly can't write {end!r}, only .html, {', '.join(sorted(_PLOTLY_IMAGES))}")
    try:
        return bytes(figure.to_image(**{"format": end[1:], **given}))
    except (ImportError, RuntimeError, ValueError) as error:
        reason = " ".join(str(error).split())[:300]
        raise Unsupported(f"plotly can't write images here: log the figure as .html. It says: {reason}") from error
