"""Reading the fields of a protocol buffer message without its definition.

A message is a sequence of fields, each with its number and its wire type: a variable-length integer, 8 bytes, bytes
with a length (a text, a nested message), or 4 bytes. From https://protobuf.dev/programming-guides/encoding/.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_VARINT, _EIGHT_BYTES, _LENGTH, _FOUR_BYTES = 0, 1, 2, 5
_DOUBLE, _FLOAT = struct.Struct("<d"), struct.Struct("<f")
_LONGEST_VARINT = 63
"""Bits that precede the last byte of an integer of 64 bits."""


def fields(message: bytes) -> Iterator[tuple[int, Any]]:
    """Yield the number and the value of each field: an integer, a double, a float or bytes.

    Raise `ValueError` when the bytes are not a message.
    """
    at, end = 0, len(message)
    try:
        while at < end:
            head = message[at]
            at += 1
            if head & 0x80:
                head, at = varint(message, at - 1)
            number, kind = head >> 3, head & 7
            if kind == _VARINT:
                value, at = varint(message, at)
                yield number, value
            elif kind == _EIGHT_BYTES:
                yield number, _DOUBLE.unpack_from(message, at)[0]
                at += 8
            elif kind == _LENGTH:
                size, at = varint(message, at)
                if at + size > end:
                    raise ValueError
                yield number, message[at : at + size]
                at += size
            elif kind == _FOUR_BYTES:
                yield number, _FLOAT.unpack_from(message, at)[0]
                at += 4
            else:
                raise ValueError
    except (IndexError, struct.error):
        raise ValueError from None


def varint(message: bytes, at: int = 0) -> tuple[int, int]:
    """Return a variable-length integer and the offset after it; raise `ValueError` or `IndexError` if it is invalid."""
    value = shift = 0
    while True:
        byte = message[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if not byte & 0x80:
            return value, at
        shift += 7
        if shift > _LONGEST_VARINT:
            raise ValueError


def signed(value: int) -> int:
    """Return an integer of a field as a signed one of 64 bits."""
    return value - (1 << 64) if value >= 1 << 63 else value
