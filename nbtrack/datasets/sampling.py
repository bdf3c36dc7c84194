"""Which part of long data is read: 64 runs of neighbours, evenly spread, the first and the last item among them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BLOCKS = 64
SCATTERED = 65_536
"""Items that are read of an array with rows too long to be read whole."""


def sample_positions(length: int, most: int) -> slice | NDArray[np.int64]:
    """Return the positions that are read of `length` items: all, or about `most` of them.

    Neighbours, and not every hundredth item, since a stride can hide what repeats with it.
    """
    if length <= most:
        return slice(None)
    import numpy as np

    blocks = max(1, min(BLOCKS, most))
    width = max(1, most // blocks)
    starts = np.arange(blocks, dtype=np.int64) * (length - width) // max(blocks - 1, 1)
    return (starts[:, None] + np.arange(width, dtype=np.int64)).ravel()


def sample_array(array: NDArray[Any], most: int) -> NDArray[Any]:
    """Return about `most` items of an array, the same ones whatever its layout in memory.

    Whole rows where at least 64 of them may be read, else items wherever they are.
    """
    if array.size <= most:
        return array
    row = array.size // len(array)
    if row * BLOCKS <= most:
        return array[sample_positions(len(array), most // row)]
    import numpy as np

    places: Any = sample_positions(array.size, min(most, SCATTERED))
    sample_items: NDArray[Any] = array[np.unravel_index(places, array.shape)]
    return sample_items


def sample_items(values: Any, most: int) -> list[Any]:
    """Return the items of a sequence, or about `most` of them spread over it."""
    places = sample_positions(len(values), most)
    return list(values) if isinstance(places, slice) else [values[place] for place in places.tolist()]
