"""The exceptions of nbtrack.

::

    NbtrackError                          the base class, also called ``MlflowException``
    ├── InvalidValue   ValueError         an invalid argument
    │   ├── FilterError                   a filter or ordering that can't be parsed, with the position of the error
    │   └── Unchangeable                  a different value for a parameter, which can be written only once
    ├── NotFound       LookupError        a run, experiment or artifact that does not exist
    ├── AlreadyExists  ValueError         a name that is taken
    ├── WrongState     RuntimeError       an operation that a state forbids, such as writing to a deleted run
    ├── Refused        PermissionError    an operation that is not permitted, such as leaving the artifact root
    ├── Unsupported    NotImplementedError  an operation that this store, scheme or platform does not support
    │   └── ModuleNotInNbtrack  ImportError  a module of MLflow that nbtrack, by the name mlflow, does not have
    ├── StorageFailed  OSError            the disk is full, read-only or locked
    │   └── DamagedStore                  a file that is not nbtrack's, was written by a newer version, or is damaged
    │       └── NewerStore                a database that a newer version has upgraded: this one can only read it
    └── Unreachable    ConnectionError    a server that does not respond

Each class is also a subclass of the builtin beside it, so ``except LookupError`` works without an import, and has
the MLflow ``error_code`` that represents it in REST responses.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar


class NbtrackError(Exception):
    """The base class of all errors that nbtrack raises on purpose.

    Parameters
    ----------
    message : str
        What was wrong, where, and what to do about it.
    error_code : str, optional
        An MLflow error code; by default that of the class.
    """

    default_code: ClassVar[str] = "INTERNAL_ERROR"

    def __init__(self, message: object, error_code: object = None) -> None:
        super().__init__(str(message))
        self.error_code = str(error_code or self.default_code)

    @property
    def message(self) -> str:
        """The text of the error, by the name that MLflow's exception has for it."""
        return str(self.args[0])

    def __str__(self) -> str:
        """Return the message alone, whichever builtin the class extends."""
        return self.message


class InvalidValue(NbtrackError, ValueError):
    """An invalid argument."""

    default_code = "INVALID_PARAMETER_VALUE"


class FilterError(InvalidValue):
    """A filter, an ordering or the rule of an alert that can't be parsed.

    Parameters
    ----------
    message : str
        What was expected.
    text : str
        The filter.
    column : int
        The position of the error in characters, from 0.
    """

    def __init__(self, message: str, text: str, column: int) -> None:
        self.reason, self.text, self.column = message, text, column
        super().__init__(f"{message}, at column {column + 1} of {text!r}")

    def __reduce__(self) -> tuple[type, tuple[str, str, int]]:
        """Pickle by the three arguments."""
        return type(self), (self.reason, self.text, self.column)


class Unchangeable(InvalidValue):
    """A different value for a parameter, which can be written only once."""


class NotFound(NbtrackError, LookupError):
    """A run, experiment or artifact that does not exist."""

    default_code = "RESOURCE_DOES_NOT_EXIST"


class AlreadyExists(NbtrackError, ValueError):
    """A name that is taken."""

    default_code = "RESOURCE_ALREADY_EXISTS"


class WrongState(NbtrackError, RuntimeError):
    """An operation that the state of a run or experiment forbids."""

    default_code = "INVALID_PARAMETER_VALUE"


class Refused(NbtrackError, PermissionError):
    """An operation that the caller may not perform."""

    default_code = "PERMISSION_DENIED"


class Unsupported(NbtrackError, NotImplementedError):
    """An operation that this store, scheme or platform does not support."""

    default_code = "NOT_IMPLEMENTED"


class ModuleNotInNbtrack(Unsupported, ModuleNotFoundError):
    """A module of MLflow that nbtrack, by the name ``mlflow``, does not have.

    Parameters
    ----------
    message : str
        What is missing and what to do about it.
    name : str
        The dotted name of the module.
    """

    def __init__(self, message: str, name: str) -> None:
        super().__init__(message)
        self.name = name

    def __reduce__(self) -> tuple[type, tuple[str, str | None]]:
        """Pickle by the two arguments."""
        return type(self), (self.message, self.name)


class StorageFailed(NbtrackError, OSError):
    """The disk is full, read-only or locked."""

    default_code = "TEMPORARILY_UNAVAILABLE"


class DamagedStore(StorageFailed):
    """A file that is not nbtrack's, was written by a newer version, or is damaged."""

    default_code = "DATA_LOSS"


class NewerStore(DamagedStore):
    """A database that a newer version has upgraded, so that this one can only read it."""

    default_code = "TEMPORARILY_UNAVAILABLE"


class Unreachable(NbtrackError, ConnectionError):
    """A tracking server that does not respond."""

    default_code = "TEMPORARILY_UNAVAILABLE"


MlflowException = NbtrackError


def warn(message: str) -> None:
    """Issue a warning at the line of the user's program that called nbtrack."""
    import sys
    import warnings

    level, frame = 1, sys._getframe()  # noqa: SLF001 - the only access to frames, which `warnings` uses too
    while frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0] == "nbtrack":
        level, frame = level + 1, frame.f_back
    warnings.warn(message, stacklevel=level)
