"""Records of a journal come back as they were, or not at all."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbtrack.errors import InvalidValue
from nbtrack.stores import append_log, column_bytes
from nbtrack.stores.sqlite import compaction, journal_format

NUMBER, INT64 = st.integers(0, 2**32 - 1), st.integers(-(2**63), 2**63 - 1)
FLOATS = st.floats(allow_nan=False)
POINTS = st.lists(st.tuples(NUMBER, INT64, INT64, FLOATS), max_size=20)


def columns(points):
    """Return the record of points as columns, those of a series together."""
    series = {}
    for number, step, timestamp, value in points:
        for column, each in zip(series.setdefault(number, ([], [], [])), (step, timestamp, value), strict=True):
            column.append(each)
    return journal_format.columns(
        (number, *(column_bytes.to_bytes(code, column) for code, column in zip("qqd", each, strict=True)))
        for number, each in series.items()
    )


def same_step(points):
    """Return the record of the points at the step and timestamp of the first."""
    _, step, timestamp, _ = points[0] if points else (0, 0, 0, 0.0)
    numbers = dict.fromkeys(number for number, *_ in points)
    return journal_format.same_step(
        step, timestamp, numbers, [points[0][3]] * len(numbers) if points else [], len(numbers)
    )


def read(data):
    """Return what a part of a journal says: its points by series, the names of series, and where it ends."""
    found = compaction.parse(data, 0)
    return {number: list(zip(*each, strict=True)) for number, each in found.points.items()}, found.series, found.end


@given(POINTS)
def test_points_come_back_by_series_and_in_order(points):
    expected = {}
    for number, *point in points:
        expected.setdefault(number, []).append(tuple(point))
    for record in (columns(points), journal_format.batch(points)):
        assert read(record) == (expected, {}, len(record))
    assert set(read(same_step(points))[0]) == set(expected)


@given(st.text(min_size=1), NUMBER)
def test_names_come_back(key, number):
    record = journal_format.series_name(number, "f" * 32, key)
    assert read(record) == ({}, {number: ("f" * 32, key)}, len(record))


@given(POINTS, st.data())
def test_torn_and_flipped_records_are_left_out(points, data):
    good = journal_format.batch([(1, 2, 3, 0.5)])
    for record in (
        columns(points),
        journal_format.batch(points),
        same_step(points),
        journal_format.series_name(7, "f" * 32, "key"),
    ):
        place = data.draw(st.integers(0, len(record) - 1))
        flipped = bytearray(record)
        flipped[place] ^= 1 << data.draw(st.integers(0, 7))
        for damaged in (record[:place], bytes(flipped)):
            assert read(good + damaged) == ({1: [(2, 3, 0.5)]}, {}, len(good))


def test_more_than_a_record_holds_is_refused(monkeypatch):
    monkeypatch.setattr(append_log, "_MAX_PAYLOAD", 100)
    with pytest.raises(InvalidValue, match="split"):
        journal_format.batch([(1, 2, 3, 0.5)] * 10)


def test_records_of_the_first_journals_are_read():
    """The layout, byte by byte, so that no journal of an earlier version becomes unreadable."""
    payload = struct.pack("<Iqqd", 5, 1, 2, 0.25)
    mark = struct.pack("<I", len(payload) << 4 | 2)
    record = struct.pack("<I", journal_format.crc32(mark + payload)) + mark + payload
    assert read(record * 3)[0] == {5: [(1, 2, 0.25)] * 3}


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        (journal_format.COLUMNS, struct.pack("<II", 1, 2) + bytes(24)),
        (journal_format.COLUMNS, b"odd"),
        (journal_format.POINT, bytes(27)),
        (journal_format.POINTS, bytes(17)),
        (journal_format.BATCH, bytes(29)),
        (journal_format.SERIES, bytes(36) + b"\xff\xfe"),
        (journal_format.SERIES, b"short"),
    ],
)
def test_invalid_records_count_as_damaged(kind, payload):
    mark = struct.pack("<I", len(payload) << 4 | kind)
    good = journal_format.batch([(1, 2, 3, 0.5)])
    nonsense = struct.pack("<I", journal_format.crc32(mark + payload)) + mark + payload
    assert read(good + nonsense) == ({1: [(2, 3, 0.5)]}, {}, len(good))
