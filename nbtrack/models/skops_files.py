"""Writes and reads models in the format of skops, which runs no code when it is loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack.errors import InvalidValue, Refused, Unsupported

if TYPE_CHECKING:
    from pathlib import Path

    from nbtrack.models.loading import Opened

FORMAT = "skops"


def skopsed(model: Any) -> bytes:
    """Return a model in the format; raise `InvalidValue` when it can't be written in it."""
    skops = _skops()
    try:
        return bytes(skops.dumps(model))
    except Exception as error:  # whatever skops, or an object of the user, raises
        raise InvalidValue(f"skops can't save {type(model).__name__}: {type(error).__name__}: {error}") from error


def loaded(model: Opened, file: Path, safe: frozenset[str] = frozenset()) -> Any:
    """Return the model of a file.

    Types beyond those of skops and the `safe` ones can run code. So those that the model lists as trusted need that it
    is your own, as a pickle does, and others need ``trust=True``; else `Refused` is raised.
    """
    skops = _skops()
    listed = {*(model.fields.get("skops_trusted_types") or ())}
    types = sorted({*skops.get_untrusted_types(file=file)} - safe)
    unknown = [each for each in types if each not in listed]
    if unknown and not model.trust:
        raise Refused(
            f"The model {model.uri} has types that are not known to be safe: {', '.join(unknown)}; trust=True"
        )
    if types:
        model.require_trust(f"An object of {', '.join(types)}")
    return skops.load(file, trusted=[*types, *safe])


def _skops() -> Any:
    try:
        import skops.io
    except ImportError as error:
        raise Unsupported("The format skops needs the package skops: pip install skops") from error
    return skops.io
