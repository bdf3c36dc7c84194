"""TensorBoard's event files: scalars and hyperparameters.

A file is a sequence of records: the length as u64, a checksum, an ``Event`` message, a checksum. From
``tensorflow/core/lib/io/record_writer.h``, and ``event.proto``, ``summary.proto`` and ``tensor.proto`` beside it.
"""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack.importers.protobuf_fields import fields, signed, varint

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LARGEST_RECORD = 1 << 28
"""The most bytes of a record that is read; images and graphs are skipped."""
_HEAD = struct.Struct("<QI")
_CHECKSUM = 4
_EVENT_TIME, _EVENT_STEP, _EVENT_SUMMARY = 1, 2, 5
_SUMMARY_VALUE = 1
_VALUE_TAG, _VALUE_SIMPLE, _VALUE_TENSOR, _VALUE_METADATA = 1, 2, 8, 9
_TENSOR_TYPE, _TENSOR_SHAPE, _TENSOR_CONTENT = 1, 2, 4
_FORMATS = {1: "<f", 2: "<d", 3: "<i", 9: "<q"}
"""The formats of float, double, int32 and int64 in the content of a tensor, by its type."""
_VALUES = {5: "<f", 6: "<d"}
"""The fields that hold the numbers of a tensor if it has no content, packed."""
_INTEGERS = (7, 10)
"""The fields that hold its integers if it has no content, packed."""


class Event(NamedTuple):
    """What an event recorded: scalars by their tags, or hyperparameters."""

    moment: int
    """In ms since the epoch."""
    step: int
    scalars: dict[str, float]
    hyperparameters: dict[str, str]


def events(path: Path) -> Iterator[Event]:
    """Yield the events of a file that have scalars or hyperparameters, up to where it ends or is damaged."""
    with path.open("rb") as file:
        while len(head := file.read(_HEAD.size)) == _HEAD.size:
            size, _ = _HEAD.unpack(head)
            if size > LARGEST_RECORD:
                return
            record = file.read(size + _CHECKSUM)
            if len(record) != size + _CHECKSUM:
                return
            try:
                found = _event(record[:size])
            except (ValueError, IndexError, KeyError, TypeError, OverflowError, struct.error):
                return
            if found.scalars or found.hyperparameters:
                yield found


def _event(record: bytes) -> Event:
    moment, step, summary = 0.0, 0, b""
    for number, value in fields(record):
        if number == _EVENT_TIME:
            moment = float(value)
        elif number == _EVENT_STEP:
            step = signed(value)
        elif number == _EVENT_SUMMARY:
            summary = value
    scalars: dict[str, float] = {}
    hyperparameters: dict[str, str] = {}
    for number, value in fields(summary):
        if number == _SUMMARY_VALUE:
            _add_value(value, scalars, hyperparameters)
    return Event(round(moment * 1000), step, scalars, hyperparameters)


def _add_value(message: bytes, scalars: dict[str, float], hyperparameters: dict[str, str]) -> None:
    tag, number, found = "", None, {}
    for field, value in fields(message):
        if field == _VALUE_TAG:
            tag = bytes(value).decode()
        elif field == _VALUE_SIMPLE:
            number = float(value)
        elif field == _VALUE_TENSOR:
            number = _scalar(value)
        elif field == _VALUE_METADATA:
            found = _hyperparameters(value)
    hyperparameters.update(found)
    if number is not None and tag:
        scalars[tag] = number


def _scalar(tensor: bytes) -> float | None:
    """Return the number of a tensor without dimensions, None for any other."""
    kind, number = 0, None
    for field, value in fields(tensor):
        if field == _TENSOR_TYPE:
            kind = value
        elif field == _TENSOR_SHAPE and value:
            return None
        elif field == _TENSOR_CONTENT and kind in _FORMATS:
            number = _number(_FORMATS[kind], value)
        elif field in _VALUES:
            number = value if isinstance(value, float) else _number(_VALUES[field], value)
        elif field in _INTEGERS:
            number = float(signed(value if isinstance(value, int) else varint(value)[0]))
    return number


def _number(form: str, content: bytes) -> float | None:
    return float(struct.unpack(form, content)[0]) if len(content) == struct.calcsize(form) else None


def _hyperparameters(metadata: bytes) -> dict[str, str]:
    """Return the values in ``SessionStartInfo`` of the hparams plugin; empty for all other metadata."""
    plugin = dict(fields(dict(fields(metadata)).get(1, b"")))
    if plugin.get(1) != b"hparams":
        return {}
    content = dict(fields(plugin.get(2, b"")))
    found = {}
    for number, entry in fields(content.get(3, b"")):
        if number == 1:
            pair = dict(fields(entry))
            found[bytes(pair[1]).decode()] = _text(pair.get(2, b""))
    return found


def _text(value: bytes) -> str:
    """Return a value of ``google.protobuf.Value`` as text: a number, a string or a boolean."""
    held: dict[int, Any] = dict(fields(value))
    if 2 in held:
        number = held[2]
        return str(int(number)) if number == int(number) else repr(number)
    if 3 in held:
        return bytes(held[3]).decode()
    return json.dumps(bool(held[4])) if 4 in held else ""
