"""Keeps errors of the tracker out of the user's code: they are reported in one line."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class error_boundary:  # noqa: N801 - is used like a function in `with` statements
    """A block whose failure is reported in one line and never reaches the user's cell.

    `what` begins the message: what does not work when the block fails. `off` switches the failed feature off, so that
    it is reported only once.
    """

    def __init__(self, what: str, off: Callable[[], object] | None = None) -> None:
        self.what, self.off = what, off

    def __enter__(self) -> None:
        """Enter the block."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> bool:
        """Report what failed, and continue after the block."""
        if error is None or not isinstance(error, Exception):
            return False
        fault = f"{type(error).__name__}: {error}"
        print(f"nbtrack: {self.what} ({fault}); the cell itself is not affected", file=sys.stderr)
        if self.off is not None:
            self.off()
        return True
