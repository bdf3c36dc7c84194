"""The sections of a logged model: its flavors, signature, size and input example, and the call that loads it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from nbtrack.presentation.formatting import byte_size, short
from nbtrack.presentation.sections import Section, Values, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MOST_COLUMNS = 40
"""Most columns of a signature that are named."""
MOST_EXAMPLE_ROWS = 5
MOST_IN_ROW = 90
"""Most characters of a part of a signature beside others; a longer one has a section of its own."""
_LINE = 110
"""Characters of a line of such a section."""
_FUNCTION = "python_function"
_PARTS = ("inputs", "outputs", "params")
"""Of a signature."""


def sections_of(path: str, uri: str, described: Mapping[str, Any], example: str | None) -> Iterator[Section]:
    """Yield the sections that describe a model.

    Parameters
    ----------
    path : str
        Its path among the artifacts of its run.
    uri : str
        The URI to load it from.
    described : mapping
        The contents of its ``MLmodel`` file, from any source; entries of unexpected types are left out.
    example : str, optional
        The JSON text of its input example.
    """
    name = short(path, 80)
    signature = {part: _columns(_mapping(described.get("signature")).get(part)) for part in _PARTS}
    brief = {part: found for part, columns in signature.items() if len(found := ", ".join(columns)) <= MOST_IN_ROW}
    yield Values(f"model: {name}", tuple(_rows(described, brief)))
    for part in (each for each in _PARTS if each not in brief):
        yield text(f"{part} of {name}", _wrapped(signature[part]))
    yield text(f"load {name}", f"nbtrack.{_loader(described)}.load_model({json.dumps(uri)})", "python")
    if example is not None:
        yield text(f"input example of {name}", _example(example), "json")


def _rows(described: Mapping[str, Any], signature: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    flavors = _mapping(described.get("flavors"))
    if flavors:
        yield "flavors", ", ".join(_flavor(str(name), _mapping(fields)) for name, fields in sorted(flavors.items()))
    yield from ((part, columns) for part, columns in signature.items() if columns)
    size = described.get("model_size_bytes")
    if isinstance(size, int) and not isinstance(size, bool) and size >= 0:
        yield "size", byte_size(size)
    if described.get("model_id"):
        yield "model id", short(str(described["model_id"]), 80)
    if described.get("utc_time_created"):
        yield "logged", f"{str(described['utc_time_created'])[:19]} UTC"


def _loader(described: Mapping[str, Any]) -> str:
    """Return the module that loads a model: ``pyfunc`` unless only its library can."""
    flavors = sorted(map(str, _mapping(described.get("flavors"))))
    return short(flavors[0], 40) if flavors and _FUNCTION not in flavors else "pyfunc"


def _flavor(name: str, fields: Mapping[str, Any]) -> str:
    """Return a flavor with the version of its library: ``sklearn 1.9.1``."""
    found = [value for key, value in fields.items() if key.endswith("_version") and name != _FUNCTION]
    return short(f"{name} {found[0]}" if found else name, 80)


def _columns(written: object) -> list[str]:
    """Return the columns, tensors or parameters of a part of a signature, such as ``name: string (optional)``."""
    try:
        found = json.loads(written) if isinstance(written, str) else []
    except ValueError:
        return []
    columns = [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
    shown = [_column(each) for each in columns[:MOST_COLUMNS]]
    return [*shown, *([f"and {len(columns) - MOST_COLUMNS} more"] if len(columns) > MOST_COLUMNS else [])]


def _wrapped(columns: list[str]) -> str:
    """Return columns in lines, broken between columns."""
    lines = [columns[0]]
    for each in columns[1:]:
        if len(lines[-1]) + len(each) > _LINE:
            lines.append(each)
        else:
            lines[-1] += f", {each}"
    return ",\n".join(lines)


def _column(given: Mapping[str, Any]) -> str:
    tensor = _mapping(given.get("tensor-spec"))
    kind = f"{tensor.get('dtype')}{_shape(tensor.get('shape'))}" if tensor else str(given.get("type", "any"))
    named = f"{given['name']}: {kind}" if given.get("name") is not None else kind
    if "default" in given:
        return short(f"{named} = {given['default']}", 80)
    return short(named, 80) + ("" if given.get("required", True) else " (optional)")


def _shape(shape: object) -> str:
    return f"({', '.join(map(str, shape))})" if isinstance(shape, list) else ""


def _example(content: str) -> str:
    """Return an input example with a line for each row; text that is not valid JSON is returned unchanged."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return content
    if isinstance(found, dict) and found.keys() == {"data", "params"}:
        return f"{_table(found['data'])}\nparams: {json.dumps(found['params'], ensure_ascii=False)}"
    return _table(found)


def _table(found: object) -> str:
    rows = found.get("data") if isinstance(found, dict) else found
    if not isinstance(rows, list):
        return json.dumps(found, indent=1, ensure_ascii=False)
    headings = found.get("columns") if isinstance(found, dict) else None
    shown = [*([headings] if headings else []), *rows[:MOST_EXAMPLE_ROWS]]
    more = [f"… {len(rows) - MOST_EXAMPLE_ROWS} more"] if len(rows) > MOST_EXAMPLE_ROWS else []
    return "\n".join([*(json.dumps(each, ensure_ascii=False) for each in shown), *more])


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
