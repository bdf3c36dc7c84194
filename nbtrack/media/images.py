"""Encoding arrays, Pillow images and figures as image files, and reading such files."""

from __future__ import annotations

import io
import os
import re
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack import validation
from nbtrack.errors import InvalidValue
from nbtrack.media.figures import figure_bytes, is_figure
from nbtrack.validation import file_extension

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image as PillowImage

MOST_PIXELS = 89_478_485
"""Maximum number of pixels of an image that is read, Pillow's limit for decompression bombs."""
THUMBNAIL = 256
"""The longer side of a thumbnail, in pixels."""
_READ = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "PPM", "ICO", "AVIF", "JPEG2000")
"""Formats that are read; others, such as EPS, run programs or are rarely tested."""
_KEY = re.compile(r"[\w\-./ ]+")
_LONGEST = 255
"""Maximum length of a file name in bytes on most file systems."""


def image_bytes(image: Any, suffix: str = ".png") -> bytes:
    """Return the bytes of a file with an image, in the format of the file extension `suffix`; PNG if that is empty.

    An array is height × width, or height × width × 1, 3 (RGB) or 4 (RGBA); its values are bools, integers from 0 to 255
    or floats from 0 to 1. PIL images, `Image` objects and figures are accepted too.

    Raise `InvalidValue`, naming the shape, range, type or format that can't be written.
    """
    if is_figure(image):
        return figure_bytes(image, suffix)
    return _saved(_pillow(image), _format(suffix))


def thumbnail_bytes(image: Any) -> bytes:
    """Return a thumbnail of an image in WebP format, with sides of at most 256 pixels."""
    picture = image_from_bytes(figure_bytes(image, ".png")) if is_figure(image) else _pillow(image)
    if picture.mode not in {"L", "RGB", "RGBA"}:
        is_clear = "A" in picture.getbands() or "transparency" in picture.info
        picture = picture.convert("RGBA" if is_clear else "RGB")
    scale = min(1.0, THUMBNAIL / max(picture.size))
    width, height = (max(1, round(side * scale)) for side in picture.size)
    return _saved(picture.resize((width, height)), "WEBP")


def _format(suffix: str) -> str:
    from PIL import Image as Pillow

    end = file_extension(suffix) or ".png"
    known = Pillow.registered_extensions()
    if known.get(end) not in Pillow.SAVE:
        raise InvalidValue(f"images can't be written as {end!r}: use .png, .jpg, .webp, .gif, .bmp or .tiff")
    return known[end]


def _saved(picture: PillowImage, kind: str) -> bytes:
    buffer = io.BytesIO()
    try:
        picture.save(buffer, format=kind)
    except (OSError, ValueError, KeyError) as error:
        raise InvalidValue(f"an image of mode {picture.mode} can't be written as {kind}: {error}") from error
    return buffer.getvalue()


def _pillow(image: Any) -> PillowImage:
    import numpy as np
    from PIL import Image as Pillow

    if isinstance(image, np.ndarray):
        return Pillow.fromarray(_pixels(image))
    found = image.to_pil() if hasattr(type(image), "to_pil") else image
    if not isinstance(found, Pillow.Image):
        raise InvalidValue(
            f"an image must be a numpy array, a Pillow image or a figure, not {type(image).__name__}; "
            "of a tensor give its array, height × width × channels"
        )
    if not all(found.size):
        raise InvalidValue(f"An image of {found.size[0]} × {found.size[1]} pixels is empty")
    return found


def _pixels(array: NDArray[Any]) -> NDArray[np.uint8]:
    """Return an array of bytes with the shape height × width, or height × width × 3 or 4 channels."""
    import numpy as np

    array = np.asarray(array)
    shape = array.shape
    if array.ndim not in {2, 3} or (array.ndim == 3 and shape[2] not in {1, 3, 4}) or not array.size:
        first = array.ndim == 3 and shape[0] in {1, 3, 4}
        hint = "; its channels come first: np.moveaxis(image, 0, -1) puts them last" if first and array.size else ""
        raise InvalidValue(f"an image must be height × width, or height × width × 1, 3 or 4, not {shape}{hint}")
    return np.ascontiguousarray(_bytes(array[:, :, 0] if shape[2:] == (1,) else array))


def _bytes(array: NDArray[Any]) -> NDArray[np.uint8]:
    import numpy as np

    kind = array.dtype.kind
    if kind == "b":
        return array.astype(np.uint8) * np.uint8(255)
    if kind not in "iuf":
        raise InvalidValue(f"the values of an image must be bools, integers or floats, not {array.dtype.name}")
    low, high, most = array.min(), array.max(), 1 if kind == "f" else 255
    if not (low >= 0 and high <= most):
        raise InvalidValue(
            f"the {'float' if kind == 'f' else 'integer'} values of an image must be from 0 to {most}, "
            f"and these are from {low} to {high}: scale them first"
        )
    return np.rint(array * 255.0).astype(np.uint8) if kind == "f" else array.astype(np.uint8)


def image_from_bytes(content: bytes, most_pixels: int = MOST_PIXELS) -> PillowImage:
    """Return the image in a file, completely decoded.

    Raise `InvalidValue` when it is not an image, is damaged, or has more than `most_pixels`.
    """
    from PIL import Image as Pillow

    Pillow.init()
    try:
        picture = Pillow.open(io.BytesIO(content), formats=[each for each in _READ if each in Pillow.OPEN])
        _check_size(picture.size, most_pixels)
        picture.load()
    except InvalidValue:
        raise
    except (Pillow.DecompressionBombError, Pillow.DecompressionBombWarning) as error:
        raise InvalidValue(f"the image is too large to be read: {error}") from error
    except Exception as error:  # Pillow raises many kinds of errors for damaged files
        raise InvalidValue(f"the file is not a readable image: {error}") from error
    return picture


def _check_size(size: tuple[int, int], most: int) -> None:
    if size[0] * size[1] > most:
        raise InvalidValue(f"the image has {size[0]:,} × {size[1]:,} pixels; at most {most:,} are read")


class Image:
    """An image to log, as `mlflow.Image`.

    Parameters
    ----------
    image : numpy.ndarray, list, PIL.Image.Image, str or Path
        What it shows; see `image_bytes` for arrays. A path names a file, which is read at once.
    """

    def __init__(self, image: NDArray[Any] | list[Any] | PillowImage | str | os.PathLike[str]) -> None:
        if isinstance(image, list):
            import numpy as np

            image = np.array(image)
        if isinstance(image, str | os.PathLike):
            self.image = image_from_bytes(Path(image).read_bytes())
        else:
            self.image = _pillow(image)
        self.size = self.image.size
        """Width and height in pixels."""

    def to_pil(self) -> PillowImage:
        """Return the image as a Pillow image."""
        return self.image

    def to_array(self) -> NDArray[Any]:
        """Return the pixels as an array with the shape height × width, or height × width × channels."""
        import numpy as np

        return np.array(self.image)

    def to_list(self) -> list[Any]:
        """Return the pixels row by row, as numbers or tuples of channels."""
        pixels = self.to_array()
        if pixels.ndim == 2:
            return list(pixels.ravel().tolist())
        return [tuple(each) for each in pixels.reshape(-1, pixels.shape[2]).tolist()]

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the image to a file, in the format given by its extension."""
        target = Path(path)
        target.write_bytes(image_bytes(self.image, target.suffix))

    def resize(self, size: tuple[int, int]) -> Image:
        """Return a copy with another width and height."""
        return Image(self.image.resize(size))

    def __repr__(self) -> str:
        return f"<Image {self.size[0]} × {self.size[1]} {self.image.mode}>"


class ImageNames(NamedTuple):
    """The artifact paths of an image and its thumbnail."""

    full: str
    thumbnail: str


def image_names(key: str, step: int | None = None, timestamp: int | None = None) -> ImageNames:
    """Return new artifact paths for an image of a series and its thumbnail, as MLflow's UI expects them.

    The `key` of the series consists of letters of any script, digits, ``_``, ``-``, ``.``, spaces and ``/``, which is
    replaced by ``~`` so that all images are in one folder. By default the step is 0, and the timestamp (milliseconds
    since the epoch, UTC) is now.

    Raise `InvalidValue` when `key` contains another character or is too long for a file name.
    """
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        shown = repr(key[:100]) if isinstance(key, str) else type(key).__name__
        raise InvalidValue(f"the key of an image must be letters, digits, '_', '-', '.', '/' and spaces, not {shown}")
    moment = time.time_ns() // 1_000_000 if timestamp is None else validation.int64("a timestamp", timestamp)
    at = validation.int64("a step", 0 if step is None else step)
    name = f"{key.replace('/', '~')}+step+{at}+timestamp+{moment}+{uuid.uuid4()}"
    names = ImageNames(f"images/{name}.png", f"images/{name}+compressed.webp")
    over = len(names.thumbnail.encode()) - len("images/") - _LONGEST
    if over > 0:
        raise InvalidValue(f"the key of an image must fit into a file name: {key[:40]!r}… is {over} bytes too long")
    return names
