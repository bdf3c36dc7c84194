"""What can go wrong, as one small tree.

::

    NbtrackError                     the root; ``MlflowException`` is its other name
    ├── InvalidValue     ValueError  an argument that can't be accepted
    │   ├── FilterError              a filter or an ordering that can't be read, and where
    │   └── Unchangeable             another value for a parameter, which is written once
    ├── NotFound         LookupError a run, experiment or artifact that does not exist
    ├── AlreadyExists    ValueError  a name that is taken
    ├── WrongState       RuntimeError what the thing's state forbids, such as writing to a deleted run
    ├── Refused          PermissionError what the caller may not do, such as leaving the artifact root
    ├── Unsupported      NotImplementedError what this store, scheme or platform can't do
    ├── StorageFailed    OSError     disk full, no permission, locked
    │   └── DamagedStore             a file that is not ours, newer than us, or broken
    └── Unreachable      ConnectionError a server that does not answer

Each class is also the builtin named beside it, so ``except LookupError`` works without an import,
and carries the MLflow ``error_code`` that stands for it on the wire.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar


class NbtrackError(Exception):
    """The root of every error that nbtrack raises on purpose.

    Parameters
    ----------
    message : str
        What was wrong, where, and what to do about it.
    error_code : str, optional
        An MLflow error code that replaces the class's own.
    """

    default_code: ClassVar[str] = "INTERNAL_ERROR"

    def __init__(self, message: object, error_code: object = None) -> None:
        super().__init__(str(message))
        self.error_code = str(error_code or self.default_code)

    @property
    def message(self) -> str:
        """The text of the error, as MLflow's exception names it."""
        return str(self.args[0])

    def __str__(self) -> str:
        """Return the message alone, whatever builtin the class also is."""
        return self.message


class InvalidValue(NbtrackError, ValueError):
    """An argument that can't be accepted."""

    default_code = "INVALID_PARAMETER_VALUE"


class FilterError(InvalidValue):
    """A filter or ordering that can't be read.

    Parameters
    ----------
    message : str
        What was expected.
    text : str
        The filter as given.
    column : int
        Where the fault stands, counted in characters from 0.
    """

    def __init__(self, message: str, text: str, column: int) -> None:
        self.reason, self.text, self.column = message, text, column
        super().__init__(f"{message}, at column {column + 1} of {text!r}")

    def __reduce__(self) -> tuple[type, tuple[str, str, int]]:
        """Pickle by the three parts."""
        return type(self), (self.reason, self.text, self.column)


class Unchangeable(InvalidValue):
    """Another value for a parameter, which is written once."""


class NotFound(NbtrackError, LookupError):
    """A run, experiment or artifact that does not exist."""

    default_code = "RESOURCE_DOES_NOT_EXIST"


class AlreadyExists(NbtrackError, ValueError):
    """A name that is taken."""

    default_code = "RESOURCE_ALREADY_EXISTS"


class WrongState(NbtrackError, RuntimeError):
    """Something that the state of a run or an experiment forbids."""

    default_code = "INVALID_PARAMETER_VALUE"


class Refused(NbtrackError, PermissionError):
    """Something that the caller may not do."""

    default_code = "PERMISSION_DENIED"


class Unsupported(NbtrackError, NotImplementedError):
    """Something that this store, scheme or platform can't do."""

    default_code = "NOT_IMPLEMENTED"


class StorageFailed(NbtrackError, OSError):
    """The disk is full, locked, or not ours to write."""

    default_code = "TEMPORARILY_UNAVAILABLE"


class DamagedStore(StorageFailed):
    """A file that is not ours, was written by a newer version, or is broken."""

    default_code = "DATA_LOSS"


class Unreachable(NbtrackError, ConnectionError):
    """A tracking server that does not answer."""

    default_code = "TEMPORARILY_UNAVAILABLE"


MlflowException = NbtrackError


def warn(message: str) -> None:
    """Warn the user, at the line of the user's program that called nbtrack."""
    import sys
    import warnings

    level, frame = 1, sys._getframe()  # noqa: SLF001 - the documented way to the frames, as warnings itself goes
    while frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0] == "nbtrack":
        level, frame = level + 1, frame.f_back
    warnings.warn(message, stacklevel=level)
