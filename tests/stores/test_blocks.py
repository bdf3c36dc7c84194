"""Blocks give back every bit, and are small where the numbers allow it."""

from __future__ import annotations

import struct
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbtrack.errors import DamagedStore
from nbtrack.stores import blocks

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


@pytest.mark.parametrize("count", [1, 2, 255, 256, 257, 70_000])
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
    count = 100_000
    steps, times = np.arange(count), 1_790_000_000_000 + rng.integers(0, 30, count).cumsum()
    loss = np.exp(-np.arange(count) / 2e4) + rng.normal(0, 0.02, count)
    assert len(blocks.pack(steps, times, loss)) / count <= 9
    assert len(blocks.pack(steps, times, loss.astype("f4"))) / count <= 5.5


def test_few_points_are_packed_without_numpy():
    source = "import sys; from nbtrack.stores import blocks; b = blocks.pack([1, 2], [3, 4], [0.5, float('nan')]); assert 'numpy' not in sys.modules; print(b.hex())"
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True)
    got = blocks.unpack(bytes.fromhex(done.stdout))
    assert (got.steps.tolist(), got.timestamps.tolist(), bits(got.values)) == ([1, 2], [3, 4], bits([0.5, np.nan]))


@pytest.mark.parametrize("cut", [0, 3, 5, 9, 20, -1])
def test_damaged_block_is_told(cut):
    block = blocks.pack(range(1000), range(1000), np.random.default_rng(0).random(1000))
    with pytest.raises(DamagedStore, match="doctor"):
        blocks.unpack(block[:cut])
    with pytest.raises(DamagedStore):
        blocks.unpack(b"\x07" + block[1:])
