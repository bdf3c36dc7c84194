"""Writes pickles that can be loaded without nbtrack, and reads trusted ones."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

from nbtrack.errors import InvalidValue, Unsupported

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType


def cloudpickled(thing: Any, with_module: ModuleType | None = None) -> bytes:
    """Return the pickle of an object, with what it needs of the notebook, and of `with_module`.

    Raise `InvalidValue` when it can't be pickled, and `Unsupported` when cloudpickle is not installed.
    """
    try:
        import cloudpickle
    except ImportError as error:
        raise Unsupported("Models need the package cloudpickle: pip install 'nbtrack[models]'") from error
    if with_module is not None:
        cloudpickle.register_pickle_by_value(with_module)
    try:
        return bytes(cloudpickle.dumps(thing))
    except Exception as error:  # objects of the user may raise any error
        raise InvalidValue(f"{type(thing).__name__} can't be pickled: {type(error).__name__}: {error}") from error
    finally:
        if with_module is not None:
            cloudpickle.unregister_pickle_by_value(with_module)


def unpickled(file: Path) -> Any:
    """Return the object of a pickle that is trusted."""
    with file.open("rb") as stream:
        return pickle.load(stream)  # noqa: S301 - callers require trust
