"""Samples of long data: 64 blocks of neighbouring items, evenly spaced, with the first and the last item."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BLOCKS = 64
SCATTERED = 65_536
"""Items in the sample of an array whose rows are too long to be read completely."""


def sample_positions(length: int, most: int) -> slice | NDArray[np.int64]:
    """Return the positions of a sample of `length` items: all, or about `most` of them.

    Blocks of neighbours are used because a fixed stride would miss what repeats with the same period.
    """
    if length <= most:
        return slice(None)
    import numpy as np

    blocks = max(1, min(BLOCKS, most))
    width = max(1, most // blocks)
    starts = np.arange(blocks, dtype=np.int64) * (length - width) // max(blocks - 1, 1)
    return (starts[:, None] + np.arange(width, dtype=np.int64)).ravel()


def sample_array(array: NDArray[Any], most: int) -> NDArray[Any]:
    """Return a sample of about `most` items of an array, independent of its layout in memory.

    The sample has complete rows if at least 64 fit, else single items.
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
    """Return the items of a sequence, or a sample of about `most` of them."""
    places = sample_positions(len(values), most)
    return list(values) if isinstance(places, slice) else [values[place] for place in places.tolist()]
