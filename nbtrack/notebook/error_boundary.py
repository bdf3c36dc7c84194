"""Faults of ours: told in one line, and kept from the user's cell."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class reported:  # noqa: N801 - reads as a word of the `with` statement
    """A block whose failure is told in one line and never reaches the user's cell.

    Parameters
    ----------
    what : str
        What can't be done when it fails.
    off : callable, optional
        Switches off what failed, so that it is told but once.
    """

    def __init__(self, what: str, off: Callable[[], object] | None = None) -> None:
        self.what, self.off = what, off

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> bool:
        """Tell what failed, and go on."""
        if error is None or not isinstance(error, Exception):
            return False
        fault = f"{type(error).__name__}: {error}"
        print(f"nbtrack: {self.what} ({fault}); the cell itself is not affected", file=sys.stderr)
        if self.off is not None:
            self.off()
        return True
