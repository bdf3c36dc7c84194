"""Reading ``meta.yaml``: one mapping of scalars, or of mappings of scalars.

MLflow writes nearly all of these files in the simplest form of YAML, a scalar in a line, which is read here without a
YAML parser; PyYAML parses the others, as events, so nothing is constructed and aliases are refused.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from nbtrack.errors import InvalidValue
from nbtrack.stores.mlflow_files.checked_files import UnreadableError, text
from nbtrack.validation import int64

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbtrack.stores.mlflow_files.checked_files import Version

LARGEST = 1 << 20
"""Bytes of the metadata of a run or an experiment."""
_LEVELS = 3
_LINE = re.compile(
    r"(?P<key>[a-z_]+):(?: (?:'(?P<quoted>(?:[^']|'')*)'|(?P<plain>[\w./~+][^:#]*(?::[^ :#]+)*)|\[\]|\{\}))?"
)
_EMPTY = {"''": "", "[]": None, "{}": None}
_NULLS = frozenset(("", "~", "null", "Null", "NULL"))

Metadata = dict[str, Any]
"""Texts, None, and mappings of them, by name; lists are None."""


def read(path: str, most: int = LARGEST) -> tuple[Metadata, Version]:
    """Return the content and the version of a file; raise `UnreadableError` when it is not such a mapping."""
    written, version = text(path, most)
    simple = _simple(written)
    return (_parsed(written) if simple is None else simple), version


def _simple(written: str) -> Metadata | None:
    """Return the mapping if each line has a key and a scalar, else None."""
    found: Metadata = {}
    for line in written.split("\n"):
        key, _, value = line.partition(": ")
        if value.isalnum() and key.isidentifier():
            found[key] = None if value in _NULLS else value
            continue
        if value in _EMPTY and key.isidentifier():
            found[key] = _EMPTY[value]
            continue
        match = _LINE.fullmatch(line)
        if match is None:
            if line:
                return None
            continue
        key, quoted, plain = match.groups()
        if quoted is not None:
            found[key] = quoted.replace("''", "'")
        else:
            found[key] = None if plain is None or plain in _NULLS else plain.strip()
    return found


def _parsed(written: str) -> Metadata:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        events = iter(yaml.parse(written, Loader=loader))
        found = next((_node(each, events, 0) for each in events if isinstance(each, yaml.NodeEvent)), None)
        rest = [each for each in events if isinstance(each, yaml.NodeEvent)]
    except (yaml.YAMLError, ValueError) as error:
        msg = f"meta.yaml is not valid YAML ({' '.join(str(error).split())[:200]})"
        raise UnreadableError(msg) from None
    if not isinstance(found, dict) or rest:
        msg = "meta.yaml is not one mapping"
        raise UnreadableError(msg)
    return found


def _node(event: Any, events: Iterator[Any], level: int) -> Any:
    """Return the value that begins with an event."""
    import yaml

    if level > _LEVELS or isinstance(event, yaml.AliasEvent):
        msg = "meta.yaml has aliases, or mappings within mappings"
        raise UnreadableError(msg)
    if isinstance(event, yaml.ScalarEvent):
        return None if event.implicit[0] and event.value in _NULLS else event.value
    if isinstance(event, yaml.SequenceStartEvent):
        for each in events:
            if isinstance(each, yaml.SequenceEndEvent):
                return None
            _node(each, events, level + 1)
    found = {}
    for each in events:
        if isinstance(each, yaml.MappingEndEvent):
            break
        key = _node(each, events, level + 1)
        found[str(key)] = _node(next(events), events, level + 1)
    return found


def words(meta: Metadata, *names: str) -> str:
    """Return the first of some entries that has text; empty if none has."""
    return next((found for each in names if isinstance(found := meta.get(each), str) and found), "")


def integer(meta: Metadata, name: str) -> int | None:
    """Return an entry as an integer of 64 bits, or None if it has no value."""
    value = meta.get(name)
    if value is None:
        return None
    try:
        return int64(name, int(str(value)))
    except (ValueError, InvalidValue):
        msg = f"meta.yaml has the {name} {str(value)[:40]!r}, which is not a number"
        raise UnreadableError(msg) from None
