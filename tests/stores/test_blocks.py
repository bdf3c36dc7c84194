"""Blocks give back every bit, and are small where the numbers allow it."""

from __future__ import annotations

import itertools
import struct
import subprocess
import sys
import textwrap

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbtrack.errors import DamagedStore
from nbtrack.stores import blocks, codec_numpy, codec_python

INT64 = st.integers(-(2**63), 2**63 - 1)
BITS = st.integers(0, 2**64 - 1).map(lambda bits: struct.unpack("<d", struct.pack("<Q", bits))[0])
FLOATS = st.one_of(BITS, st.floats(width=32), st.floats(), st.sampled_from([0.0, -0.0]))


def bits(numbers):
    return np.asarray(numbers, dtype="<f8").view("u8").tolist()


@given(st.lists(st.tuples(INT64, INT64, FLOATS), min_size=1, max_size=400))
def test_every_bit_comes_back(points):
    steps, times, values = (list(column) for column in zip(*points, strict=True))
    got = blocks.unpack(blocks.pack(steps, times, values))
    assert (got.steps.tolist(), got.timestamps.tolist(), bits(got.values)) == (steps, times, bits(values))


WALKS = st.builds(
    lambda first, strides: list(itertools.accumulate(strides, initial=first)),
    st.integers(-(2**50), 2**50),
    st.lists(st.one_of(st.integers(-3, 300), st.integers(-(2**40), 2**40)), max_size=9),
).flatmap(lambda few: st.integers(1, 900).map(lambda times: few * times))


@given(st.one_of(st.lists(INT64, min_size=1, max_size=400), WALKS))
def test_integers_are_the_same_bytes_with_and_without_numpy(numbers):
    kind, data = packed = codec_python.pack_integers(numbers)
    assert codec_numpy.pack_integers(numbers) == packed
    for code in (codec_python, codec_numpy):
        assert code.unpack(kind, memoryview(data), len(numbers), "q").tolist() == numbers


@given(st.lists(FLOATS, min_size=1, max_size=400), st.integers(1, 40))
def test_floats_are_the_same_bytes_with_and_without_numpy(numbers, times):
    numbers *= times
    kind, data = packed = codec_python.pack_floats(numbers)
    assert codec_numpy.pack_floats(numbers) == packed
    for code in (codec_python, codec_numpy):
        assert bits(code.unpack(kind, memoryview(data), len(numbers), "d")) == bits(numbers)


@pytest.mark.parametrize("count", [1, 2, 255, 256, 257, blocks.MAX_POINTS])
@pytest.mark.parametrize("shape", ["walk", "constant", "random"])
def test_long_columns_come_back(count, shape):
    rng = np.random.default_rng(0)
    values = {"walk": rng.normal(size=count).cumsum(), "constant": np.full(count, np.nan), "random": rng.random(count)}[
        shape
    ]
    steps, times = np.arange(count), 1_790_000_000_000 + rng.integers(0, 50, count).cumsum()
    got = blocks.unpack(blocks.pack(steps, times, values))
    assert np.array_equal(got.steps, steps)
    assert np.array_equal(got.timestamps, times)
    assert bits(got.values) == bits(values)


def test_points_of_a_training_loop_are_small():
    rng = np.random.default_rng(0)
    count = 60_000
    steps, times = np.arange(count), 1_790_000_000_000 + rng.integers(0, 30, count).cumsum()
    loss = np.exp(-np.arange(count) / 2e4) + rng.normal(0, 0.02, count)
    assert len(blocks.pack(steps, times, loss)) / count <= 9
    assert len(blocks.pack(steps, times, loss.astype("f4"))) / count <= 5.5


def test_points_are_logged_and_read_without_numpy(tmp_path):
    source = """
    import sys, nbtrack
    with nbtrack.start_run() as run:
        for step in range(3_000):
            nbtrack.log_metric("m", step / 7, step=step)
    points = nbtrack.MlflowClient().get_metric_history(run.info.run_id, "m")
    assert [(each.step, each.value) for each in points] == [(step, step / 7) for step in range(3_000)]
    assert "numpy" not in sys.modules
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(source)], cwd=tmp_path, check=True)


@pytest.mark.parametrize("cut", [0, 3, 5, 9, 20, -1])
def test_damaged_block_is_reported(cut):
    block = blocks.pack(range(1000), range(1000), np.random.default_rng(0).random(1000))
    with pytest.raises(DamagedStore, match="doctor"):
        blocks.unpack(block[:cut])
    with pytest.raises(DamagedStore):
        blocks.unpack(b"\x07" + block[1:])


@pytest.mark.parametrize("code", [codec_python, codec_numpy])
def test_every_changed_byte_is_noticed(monkeypatch, code):
    monkeypatch.setattr(blocks, "_codec", lambda _: code)
    block = blocks.pack([0, 1, 5], [3, 4, 6], [0.1, 0.2, 0.3])
    for place in range(len(block)):
        for flip in (0x01, 0x80, 0xFF):
            with pytest.raises(DamagedStore):
                blocks.unpack(block[:place] + bytes([block[place] ^ flip]) + block[place + 1 :])


def test_blocks_without_checksums_are_read():
    block = struct.pack("<BI", blocks.UNCHECKED, 3)
    for kind, data in (
        codec_python.pack_integers([0, 1, 5]),
        codec_python.pack_integers([3, 4, 6]),
        codec_python.pack_floats([0.1, 0.2, 0.3]),
    ):
        block += struct.pack("<BI", kind, len(data)) + data
    got = blocks.unpack(block)
    assert (list(got.steps), list(got.timestamps), list(got.values)) == ([0, 1, 5], [3, 4, 6], [0.1, 0.2, 0.3])
