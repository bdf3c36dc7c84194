"""Images: what is written, what is refused, and what is read back."""

from __future__ import annotations

import contextlib
import io
import re
import struct
import threading
import warnings
import zlib

import matplotlib.figure
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Pillow

from nbtrack.errors import InvalidValue
from nbtrack.media import Image, image_bytes, image_from_bytes, image_names, thumbnail_bytes

GREY = np.arange(12, dtype="u1").reshape(3, 4)
COLOUR = np.arange(36, dtype="u1").reshape(3, 4, 3)


def read(content):
    return np.asarray(image_from_bytes(content))


@pytest.mark.parametrize(
    ("array", "pixels"),
    [
        (GREY, GREY),
        (GREY[:, :, None], GREY),
        (COLOUR, COLOUR),
        (np.dstack([COLOUR, GREY]), np.dstack([COLOUR, GREY])),
        (GREY.astype("i8"), GREY),
        (GREY.astype(">i2"), GREY),
        (GREY[::-1, ::2], GREY[::-1, ::2]),
        (np.asfortranarray(COLOUR), COLOUR),
        (GREY > 5, (GREY > 5) * np.uint8(255)),
        (GREY / 255, GREY),
        ((GREY / 255).astype("f4"), GREY),
        (np.array([[0.0, 0.5, 1.0]], "f2"), np.array([[0, 128, 255]], "u1")),
        (np.zeros((1, 1, 3), "g"), np.zeros((1, 1, 3), "u1")),
        (np.ma.array(GREY, mask=GREY > 3), GREY),
    ],
)
def test_arrays_come_back_exactly(array, pixels):
    assert read(image_bytes(array)).tolist() == pixels.tolist()


@given(st.integers(1, 9), st.integers(1, 9), st.sampled_from([None, 1, 3, 4]), st.randoms(use_true_random=False))
def test_any_bytes_come_back(height, width, channels, random):
    shape = (height, width) if channels is None else (height, width, channels)
    array = np.array([random.randrange(256) for _ in range(int(np.prod(shape)))], "u1").reshape(shape)
    assert read(image_bytes(array)).tolist() == (array[:, :, 0] if channels == 1 else array).tolist()


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.zeros(3), r"not \(3,\)"),
        (np.zeros((2, 2, 2)), r"not \(2, 2, 2\)$"),
        (np.zeros((3, 8, 9)), "channels come first"),
        (np.zeros((1, 2, 2, 3)), r"not \(1, 2, 2, 3\)"),
        (np.zeros((0, 3)), r"not \(0, 3\)"),
        (np.array(1.0), r"not \(\)"),
        (np.array([[256]]), "from 0 to 255, and these are from 256 to 256"),
        (np.array([[-1, 2]], "i1"), "from -1 to 2"),
        (np.array([[1.5]]), "from 0 to 1, and these are from 1.5 to 1.5"),
        (np.array([[np.nan]]), "from nan to nan"),
        (np.array([[np.inf, 0]]), "from 0.0 to inf"),
        (np.array([[1j]]), "not complex128"),
        (np.array([["a"]]), "not str"),
        (np.array([[None]]), "not object"),
    ],
)
def test_arrays_that_are_no_images(array, message):
    with pytest.raises(InvalidValue, match=message):
        image_bytes(array)


@pytest.mark.parametrize("thing", ["a.png", None, 3, [[1]], object(), io.BytesIO(b"x")])
def test_other_values_are_no_images(thing):
    with pytest.raises(InvalidValue, match=type(thing).__name__):
        image_bytes(thing)
    with pytest.raises(InvalidValue, match=type(thing).__name__):
        thumbnail_bytes(thing)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "I;16"])
def test_images_of_pillow(mode):
    image = Pillow.new(mode, (5, 4))
    found = image_from_bytes(image_bytes(image))
    assert (found.size, found.mode) == (image.size, mode)
    assert image_from_bytes(thumbnail_bytes(image)).format == "WEBP"


def test_an_image_without_pixels():
    with pytest.raises(InvalidValue, match="0 × 3"):
        image_bytes(Pillow.new("L", (0, 3)))


@pytest.mark.parametrize(
    ("suffix", "kind"),
    [
        (".png", "PNG"),
        ("PNG", "PNG"),
        ("", "PNG"),
        (".jpg", "JPEG"),
        (".jpeg", "JPEG"),
        (".webp", "WEBP"),
        (".gif", "GIF"),
        (".bmp", "BMP"),
        (".tiff", "TIFF"),
    ],
)
def test_formats(suffix, kind):
    assert image_from_bytes(image_bytes(COLOUR, suffix)).format == kind


@pytest.mark.parametrize("suffix", [".txt", ".mpg", "png.exe", "."])
def test_unknown_formats_are_refused(suffix):
    if suffix == ".":
        assert image_bytes(GREY, suffix)
        return
    with pytest.raises(InvalidValue, match="can't be written as"):
        image_bytes(GREY, suffix)
    with pytest.raises(InvalidValue, match="a string, not None"):
        image_bytes(GREY, None)


def test_a_format_that_can_not_hold_the_image():
    with pytest.raises(InvalidValue, match="mode RGBA can't be written as JPEG"):
        image_bytes(np.zeros((2, 2, 4)), ".jpg")


def test_a_figure_is_an_image():
    figure = matplotlib.figure.Figure(figsize=(2, 1), dpi=100)
    assert image_from_bytes(image_bytes(figure)).size == (200, 100)
    assert image_from_bytes(thumbnail_bytes(figure)).size == (200, 100)


@pytest.mark.parametrize(
    ("shape", "size"), [((512, 1024), (256, 128)), ((1000, 500), (128, 256)), ((9, 8), (8, 9)), ((1, 5000), (256, 1))]
)
def test_small_copies_shrink_and_never_grow(shape, size):
    found = image_from_bytes(thumbnail_bytes(np.zeros(shape)))
    assert found.size == size


def test_small_copies_keep_what_is_clear():
    image = Pillow.new("LA", (4, 4), (255, 0))
    assert image_from_bytes(thumbnail_bytes(image)).mode == "RGBA"


# Reading


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width, height, data=b""):
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [9_460, 12_000, 14_000, 60_000, 2**31 - 1])
@pytest.mark.parametrize("loud", [True, False])
def test_decompression_bombs_are_not_opened(side, loud):
    with warnings.catch_warnings():
        warnings.simplefilter("error" if loud else "ignore")
        with pytest.raises(InvalidValue, match=r"pixels|too large|not a readable image"):
            image_from_bytes(png(side, side))


def test_a_custom_limit():
    content = image_bytes(GREY)
    assert image_from_bytes(content, most_pixels=12).size == (4, 3)
    with pytest.raises(InvalidValue, match="4 × 3 pixels; at most 11"):
        image_from_bytes(content, most_pixels=11)


EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n%%EndComments\nshowpage\n"


@pytest.mark.parametrize("content", [b"", b"no image", EPS, b"<svg/>", png(5, 5, b"\0"), png(5, 5)[:-30]])
def test_invalid_images_are_refused(content):
    with pytest.raises(InvalidValue):
        image_from_bytes(content)


@given(
    st.integers(0, 10_000), st.binary(max_size=4), st.sampled_from([".png", ".jpg", ".gif", ".webp", ".tiff", ".bmp"])
)
def test_damage_is_our_error_or_an_image(place, patch, suffix):
    content = bytearray(image_bytes(COLOUR, suffix))
    place %= len(content)
    content[place : place + len(patch)] = patch
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with contextlib.suppress(InvalidValue):
            image_from_bytes(bytes(content), most_pixels=10_000)


# The class


def test_the_image_class(tmp_path):
    image = Image(COLOUR)
    assert image.size == (4, 3)
    assert image.to_array().tolist() == COLOUR.tolist()
    assert image.to_list()[:2] == [(0, 1, 2), (3, 4, 5)]
    assert Image([[0, 255]]).to_list() == [0, 255]
    assert image.resize((8, 6)).size == (8, 6)
    assert image.to_pil().mode == "RGB"
    assert "4 × 3" in repr(image)
    image.save(tmp_path / "a.png")
    for each in (tmp_path / "a.png", str(tmp_path / "a.png"), image.to_pil(), image):
        assert Image(each).to_list() == image.to_list()
    assert read(image_bytes(image)).tolist() == COLOUR.tolist()


# Names

NAME = r"images/(?P<key>[^+/]+)\+step\+(?P<step>-?\d+)\+timestamp\+(?P<time>-?\d+)\+(?P<id>[0-9a-f-]{36})"


def test_names_as_mlflow_has_them():
    names = image_names("train/dogs 1.x", 3, 1_700_000_000_000)
    found = re.fullmatch(NAME + r"\.png", names.full)
    assert (found["key"], found["step"], found["time"]) == ("train~dogs 1.x", "3", "1700000000000")
    assert names.thumbnail == names.full.removesuffix(".png") + "+compressed.webp"
    assert image_names("a").full != image_names("a").full
    assert re.fullmatch(NAME + r"\.png", image_names("a").full)["step"] == "0"


@given(st.text(max_size=300), st.integers(-(2**63), 2**63 - 1))
def test_any_key_is_a_safe_name_or_refused(key, step):
    try:
        names = image_names(key, step, 0)
    except InvalidValue:
        return
    folder, _, name = names.thumbnail.partition("/")
    assert folder == "images"
    assert "/" not in name
    assert len(name.encode()) <= 255
    assert re.fullmatch(NAME + r"\.png", names.full)["key"] == key.replace("/", "~")


@pytest.mark.parametrize("key", ["", "a+b", "a%b", "a#b", "a~b", "a\nb", "a\\b", "a\n", None, 3, "x" * 200])
def test_keys_that_are_refused(key):
    with pytest.raises(InvalidValue, match="key of an image"):
        image_names(key)


@pytest.mark.parametrize("arguments", [{"step": 1.5}, {"step": "1"}, {"timestamp": 2**63}])
def test_steps_that_are_refused(arguments):
    with pytest.raises(InvalidValue):
        image_names("a", **arguments)


def test_many_threads():
    results = []
    threads = [threading.Thread(target=lambda: results.append(thumbnail_bytes(COLOUR))) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(set(results)) == 1
