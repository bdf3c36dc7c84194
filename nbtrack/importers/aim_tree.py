"""Reading the trees in which Aim stores everything, without the classes of its objects.

Aim's own `collect` needs these classes, and reserves room for all indices up to the largest of an array, whatever that
is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


def collected(tree: Any, *path: str | int) -> Any:
    """Return what is below a path: a value, a list or a dictionary, which objects are as well; None if nothing is."""
    from aim.storage.encoding import ArrayFlag, CustomObjectFlagType, ObjectFlag, decode, decode_path

    root: dict[Any, Any] = {}
    arrays = []
    for encoded, content in tree.subtree(path).container.items(b""):
        keys: tuple[Any, ...] = (None, *decode_path(encoded))
        *folders, name = keys
        node = root
        for each in folders:
            node = node.setdefault(each, {})
        value = decode(content)
        if value is ArrayFlag:
            arrays.append((node, name))
        is_node = value is ArrayFlag or value is ObjectFlag or isinstance(value, CustomObjectFlagType)
        node.setdefault(name, {} if is_node else value)
    # Those that are inside others come after these.
    for node, name in reversed(arrays):
        node[name] = [node[name][index] for index in sorted(node[name])]
    return root.get(None)


def column(tree: Any, name: str) -> Iterator[Any]:
    """Yield the values of an array in the order of its indices or of the hashes that it has instead."""
    from aim.storage.encoding import decode

    for encoded, content in tree.subtree(name).container.items(b""):
        if encoded:
            yield decode(content)


def indices(tree: Any, name: str) -> Iterator[int]:
    """Yield the indices of an array of numbers."""
    from aim.storage.encoding import decode_path

    for encoded, _ in tree.subtree(name).container.items(b""):
        if encoded:
            yield int(decode_path(encoded)[0])
