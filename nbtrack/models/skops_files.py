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


def loaded(model: Opened, file: Path) -> Any:
    """Return the model of a file; raise `Refused` when it has types that neither skops nor the model's file trusts."""
    skops = _skops()
    trusted = {*(model.fields.get("skops_trusted_types") or ())}
    unknown = sorted({*skops.get_untrusted_types(file=file)} - trusted)
    if unknown and not model.trust:
        raise Refused(
            f"The model {model.uri} has types that are not known to be safe: {', '.join(unknown)}; trust=True"
        )
    return skops.load(file, trusted=sorted({*unknown, *trusted}))


def _skops() -> Any:
    try:
        import skops.io
    except ImportError as error:
        raise Unsupported("The format skops needs the package skops: pip install skops") from error
    return skops.io
