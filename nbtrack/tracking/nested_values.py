"""Nested mappings, such as configurations, as one level of keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


def flatten(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the leaves of nested mappings, their keys joined by dots; an empty mapping is a leaf.

    Examples
    --------
    >>> dict(flatten({"model": {"depth": 3, "options": {}}, "seed": 0}))
    {'model.depth': 3, 'model.options': {}, 'seed': 0}
    """
    for key, value in values.items():
        path = f"{prefix}{key}"
        if isinstance(value, Mapping) and value:
            yield from flatten(value, f"{path}.")
        else:
            yield path, value
