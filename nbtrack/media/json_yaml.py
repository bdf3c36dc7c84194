"""Encoding dictionaries as JSON or YAML, and reading text, JSON and YAML."""

from __future__ import annotations

import json
import re
from typing import Any

from nbtrack.errors import InvalidValue, Unsupported
from nbtrack.media.json_values import encode_utf8, to_json_value
from nbtrack.validation import file_extension
from nbtrack.wire.values import parse_json

LARGEST_YAML = 500_000
"""Maximum size of a YAML file that is read; parsing takes up to two seconds, ten if every byte is a bracket."""
MOST_NODES = 1_000_000
"""Maximum number of values in a YAML file, with aliases expanded."""
MOST_BRACKETS = 30
_YAML = {".yaml", ".yml"}
_UNSAFE_IN_YAML = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]")
"""Characters that PyYAML reads back only if they are escaped."""


def dict_bytes(dictionary: Any, suffix: str = ".json") -> bytes:
    """Return the bytes of a file with a dictionary or a list: YAML for ``.yaml`` and ``.yml``, else JSON.

    Arrays become lists, times ISO 8601, and objects of unknown types their `str`, as in MLflow. NaN and
    the infinities are written as Python and MLflow write them, as ``NaN`` and ``Infinity``: they are read back exactly,
    although strict JSON parsers refuse them.

    Raise `InvalidValue` when it contains itself, or keys that are equal as text, and `Unsupported` for YAML when PyYAML
    is not installed.
    """
    value = to_json_value(dictionary, str)
    try:
        return _to_yaml(value) if file_extension(suffix) in _YAML else _to_json(value)
    except ValueError as error:
        raise InvalidValue(f"the dictionary can't be written: {error}") from error


def dict_from_bytes(content: bytes, suffix: str = ".json") -> Any:
    """Return the contents of a JSON or YAML file.

    Raise `InvalidValue` when it is invalid, or YAML that is too large, with aliases expanded, and `Unsupported` for
    YAML when PyYAML is not installed.
    """
    try:
        return _from_yaml(content) if file_extension(suffix) in _YAML else parse_json(content)
    except InvalidValue:
        raise
    except (ValueError, RecursionError) as error:
        raise InvalidValue(
            f"the file can't be read as {file_extension(suffix) or '.json'}: {str(error)[:300]}"
        ) from error


def text_from_bytes(content: bytes) -> str:
    """Return the contents of a text file; raise `InvalidValue` when it is not UTF-8."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidValue(
            f"the file is not UTF-8 text (byte {error.start:,}): download it and open it with its own encoding"
        ) from error


def _to_json(value: Any) -> bytes:
    return encode_utf8(lambda ascii_only: json.dumps(value, indent=2, ensure_ascii=ascii_only))


def _to_yaml(value: Any) -> bytes:
    dump = _yaml().safe_dump
    written = dump(value, sort_keys=False, allow_unicode=True)
    if _UNSAFE_IN_YAML.search(written):
        written = dump(value, sort_keys=False, allow_unicode=False)
    return bytes(written.encode())


def _yaml() -> Any:
    try:
        import yaml
    except ImportError as error:
        raise Unsupported(
            "YAML needs the package PyYAML: install pyyaml, or give the file a name with .json"
        ) from error
    return yaml


def _from_yaml(content: bytes) -> Any:
    yaml = _yaml()
    if len(content) > LARGEST_YAML:
        raise InvalidValue(f"a YAML file may have at most {LARGEST_YAML:,} bytes; this one has {len(content):,}")
    try:
        return _construct(_loader(yaml)(content))
    except (yaml.YAMLError, TypeError, OverflowError, LookupError, AttributeError) as error:
        raise InvalidValue(f"the file can't be read as YAML: {_one_line(error)}") from error


def _one_line(error: Exception) -> str:
    """Return the message of an error, with the position that PyYAML writes over several lines."""
    message = " ".join(str(getattr(error, "problem", None) or error).split())[:300]
    mark = getattr(error, "problem_mark", None)
    return f"{message} (line {mark.line + 1}, column {mark.column + 1})" if mark else message


def _loader(yaml: Any) -> Any:
    """Return PyYAML's safe loader with a limit on nested brackets, whose cost is quadratic.

    The loader in C is not used: deeply nested lists crash it.
    """

    class Limited(yaml.SafeLoader):  # type: ignore[misc] # PyYAML has no types
        def fetch_flow_collection_start(self, token: Any) -> None:
            if self.flow_level >= MOST_BRACKETS:
                raise InvalidValue(f"A YAML file may have at most {MOST_BRACKETS} nested brackets")
            super().fetch_flow_collection_start(token)

    return Limited


def _construct(loader: Any) -> Any:
    root = loader.get_single_node()
    if root is None:
        return None
    if _node_count(root, {}) > MOST_NODES:
        raise InvalidValue(
            f"a YAML file may have at most {MOST_NODES:,} values with aliases expanded, and no part may contain itself"
        )
    return loader.construct_document(root)


def _node_count(node: Any, known: dict[int, int]) -> int:
    """Return the number of values of a node, with aliases expanded."""
    size = known.get(id(node))
    if size is None:
        known[id(node)] = MOST_NODES + 1  # a node that contains itself
        parts = node.value if isinstance(node.value, list) else []
        children = [child for part in parts for child in (part if isinstance(part, tuple) else (part,))]
        size = known[id(node)] = 1 + sum(_node_count(child, known) for child in children)
    return size
