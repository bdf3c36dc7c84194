"""The file names of an image that is logged at a step, as MLflow's UI looks for them."""

from __future__ import annotations

import re
import time
import uuid
from typing import NamedTuple

from nbtrack import validation
from nbtrack.errors import InvalidValue

_KEY = re.compile(r"[\w\-./ ]+")
_LONGEST = 255
"""Bytes of a file name, on most file systems."""


class ImageNames(NamedTuple):
    """Where the two files of an image go."""

    full: str
    thumbnail: str


def image_names(key: str, step: int | None = None, timestamp: int | None = None) -> ImageNames:
    """Return the paths of an image and of its small copy, new ones for each call.

    Parameters
    ----------
    key : str
        What the image shows: letters of any script, digits, ``_``, ``-``, ``.``, spaces and ``/``, which
        is written as ``~`` so that all images are in one folder.
    step : int, optional
        When in the training; 0 unless it is given.
    timestamp : int, optional
        Milliseconds since the epoch; now unless they are given.

    Raises
    ------
    InvalidValue
        When `key` holds another character or is too long for a file name.
    """
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        shown = repr(key[:100]) if isinstance(key, str) else type(key).__name__
        raise InvalidValue(f"the key of an image is letters, digits, '_', '-', '.', '/' and spaces, not {shown}")
    moment = time.time_ns() // 1_000_000 if timestamp is None else validation.int64("a timestamp", timestamp)
    at = validation.int64("a step", 0 if step is None else step)
    name = f"{key.replace('/', '~')}+step+{at}+timestamp+{moment}+{uuid.uuid4()}"
    names = ImageNames(f"images/{name}.png", f"images/{name}+compressed.webp")
    over = len(names.thumbnail.encode()) - len("images/") - _LONGEST
    if over > 0:
        raise InvalidValue(f"the key of an image must fit a file name: {key[:40]!r}… is {over} bytes too long")
    return names
