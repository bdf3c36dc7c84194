"""The files of W&B runs: records in LevelDB's log format, each a ``Record`` message.

After a header of 7 bytes, blocks of 32 KB follow, whose fragments have a checksum, a length as u16 and a type: a whole
record, or the first, a middle or the last part of one. From ``log_format.md`` of LevelDB, and ``wandb_internal.proto``
of the package wandb.
"""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING, Any, BinaryIO

from nbtrack.importers.protobuf_fields import fields, signed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAGIC = b":W&B"
LARGEST_RECORD = 1 << 26
"""Bytes of a record."""
_HEAD_SIZE, _BLOCK = 7, 1 << 15
_FRAGMENT = struct.Struct("<IHB")
_WHOLE, _FIRST, _LAST = 1, 2, 4
_KEY, _NESTED_KEY, _VALUE_JSON = 1, 2, 16
_BOOLEAN, _INTEGER, _NUMBER, _TEXT, _JSON = 4, 5, 6, 7, 8
HISTORY, SUMMARY, CONFIG, STATS, RUN, EXIT = 2, 3, 5, 7, 17, 18
"""The kinds of records, by their field in ``Record``."""


def records(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield the kind and the message of each relevant record, up to where the file ends or is damaged."""
    with path.open("rb") as file:
        if not file.read(_HEAD_SIZE).startswith(MAGIC):
            return
        for record in _whole_records(file):
            try:
                yield from ((kind, value) for kind, value in fields(record) if kind in _KINDS and _is_bytes(value))
            except ValueError:
                return


_KINDS = frozenset((HISTORY, SUMMARY, CONFIG, STATS, RUN, EXIT))


def _is_bytes(value: object) -> bool:
    return isinstance(value, bytes)


def _whole_records(file: BinaryIO) -> Iterator[bytes]:
    pending = bytearray()
    while True:
        left = _BLOCK - file.tell() % _BLOCK
        if left < _FRAGMENT.size:
            file.read(left)
            continue
        head = file.read(_FRAGMENT.size)
        if len(head) < _FRAGMENT.size:
            return
        _, size, kind = _FRAGMENT.unpack(head)
        part = file.read(size)
        if len(part) < size or not _WHOLE <= kind <= _LAST or len(pending) + size > LARGEST_RECORD:
            return
        if kind in {_WHOLE, _FIRST}:
            pending.clear()
        pending += part
        if kind in {_WHOLE, _LAST}:
            yield bytes(pending)
            pending.clear()


def items(message: bytes, field: int = 1) -> dict[str, Any]:
    """Return the keys and values of a history, a summary or a configuration; those without a value are left out."""
    found: dict[str, Any] = {}
    for number, item in fields(message):
        if number == field and isinstance(item, bytes):
            key, value = _item(item)
            if key:
                found[key] = value
    return found


def _item(message: bytes) -> tuple[str, Any]:
    key, nested, value = "", [], None
    for number, held in fields(message):
        if number == _KEY:
            key = held.decode()
        elif number == _NESTED_KEY:
            nested.append(held.decode())
        elif number in {_VALUE_JSON, _JSON}:
            value = _from_json(held)
        elif number == _INTEGER:
            value = signed(held)
        elif number == _NUMBER:
            value = held
        elif number == _BOOLEAN:
            value = bool(held)
        elif number == _TEXT:
            value = held.decode()
    return key or ".".join(nested), value


def _from_json(written: bytes) -> Any:
    try:
        return json.loads(written)
    except (ValueError, RecursionError):
        return None


def texts(message: bytes) -> dict[int, list[str]]:
    """Return the fields of a message that are text, by their numbers."""
    found: dict[int, list[str]] = {}
    for number, value in fields(message):
        if isinstance(value, bytes):
            found.setdefault(number, []).append(value.decode("utf-8", "replace"))
    return found


def moment(message: bytes) -> int:
    """Return a ``google.protobuf.Timestamp`` in ms since the epoch."""
    held = dict(fields(message))
    return int(signed(held.get(1, 0)) * 1000 + held.get(2, 0) // 1_000_000)
