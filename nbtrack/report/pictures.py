"""Pictures of runs in a page: unchanged if small, otherwise reduced, up to a limit for the whole page."""

from __future__ import annotations

import base64
import io
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from nbtrack.endpoints.previews import IMAGES
from nbtrack.errors import NbtrackError
from nbtrack.presentation.html import Html, element

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbtrack.artifact_storage.artifact_repository import ArtifactFolder

    Files = Callable[[str], ArtifactFolder]

ROOM = 700_000
"""Bytes of all pictures of a report, before base64."""
MOST_OF_RUN = 150_000
"""Bytes of the pictures of one run."""
SMALL = 20_000
"""Pictures of at most this many bytes are not reduced."""
STEPS = ((640, 80), (320, 70), (200, 50))
"""Widths in pixels, and qualities in percent, to which a larger one is reduced until it fits."""
MOST_READ = 16 << 20


class Pictures:
    """The pictures of a report, which share a limit of bytes.

    Parameters
    ----------
    files : callable
        Gives the artifacts of a run, by its id.
    runs : int
        How many runs there are.
    """

    def __init__(self, files: Files, runs: int) -> None:
        self._files = files
        self._room_of_run = min(MOST_OF_RUN, ROOM // max(1, runs))
        self._left: dict[str, int] = {}

    def picture(self, run_id: str, caption: str, path: str) -> Html:
        """Return a picture with its caption, or a note if it can't be shown or is too large."""
        found = self._fitting(run_id, path)
        if found is None:
            return element("p", f"{caption}: not included because of its size or format", class_="faint")
        kind, content = found
        source = f"data:{kind};base64,{base64.b64encode(content).decode()}"
        return element("figure", element("img", src=source, alt=caption), element("figcaption", caption))

    def _fitting(self, run_id: str, path: str) -> tuple[str, bytes] | None:
        left = self._left.setdefault(run_id, self._room_of_run)
        try:
            content = self._files(run_id).head(path, MOST_READ)
        except NbtrackError:
            return None
        kind = IMAGES[PurePosixPath(path).suffix.lower()]
        found = (kind, content) if len(content) <= min(SMALL, left) else _reduced(kind, content, left)
        if found is not None:
            self._left[run_id] = left - len(found[1])
        return found


def _reduced(kind: str, content: bytes, room: int) -> tuple[str, bytes] | None:
    """Return a picture reduced to this many bytes: as WebP, in the greatest width that fits, else None."""
    if kind == "image/svg+xml":
        return (kind, content) if len(content) <= room else None
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(content)) as picture:
            if picture.width * picture.height > (Image.MAX_IMAGE_PIXELS or 0):
                return None
            for width, quality in STEPS:
                written = io.BytesIO()
                reduced = picture.convert("RGBA" if "A" in picture.getbands() else "RGB")
                reduced.thumbnail((width, 2 * width))
                reduced.save(written, "WEBP", quality=quality, method=1)
                if written.tell() <= room:
                    return "image/webp", written.getvalue()
    except (OSError, ValueError, UnidentifiedImageError, Image.DecompressionBombError, Warning):
        return None
    return None
