"""The ids under which Jupyter's server serves local stores: tracking URIs, signed for a URL path.

Saved notebooks contain such ids, and notebooks come from anywhere. The signature shows that code of the same user has
opened the store: kernels sign with a key in the user's state folder, and the server follows nothing else.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import secrets
from typing import TYPE_CHECKING

from nbtrack import locate, process
from nbtrack.errors import InvalidValue

if TYPE_CHECKING:
    from pathlib import Path

KEY_FILE = "store-ids.key"
KEY_BYTES = 32
SIGNATURE_BYTES = 16


class SigningKeys:
    """The keys that this process has read, by state folder."""

    def __init__(self) -> None:
        self.by_folder: dict[Path, bytes] = {}


def store_id(uri: str) -> str:
    """Return the id of a store; an empty one when it is not in local files, or nothing can be signed here."""
    place = locate.resolve(uri)
    key = _key() if locate.is_local(place) else None
    if key is None:
        return ""
    return base64.urlsafe_b64encode(_signature(key, place) + place.encode()).decode().rstrip("=")


def uri(name: str) -> str:
    """Return the tracking URI of an id.

    Raises
    ------
    InvalidValue
        When code of this user has not signed it, or it is not the id of a local store.
    """
    try:
        content = base64.urlsafe_b64decode(name + "=" * (-len(name) % 4))
        signature, place = content[:SIGNATURE_BYTES], content[SIGNATURE_BYTES:].decode()
    except (binascii.Error, UnicodeDecodeError):
        signature, place = b"", ""
    key = _key()
    if key is None or not secrets.compare_digest(signature, _signature(key, place)) or not locate.is_local(place):
        msg = f"{name[:40]!r} is not the id of a store that a kernel of this user has opened"
        raise InvalidValue(msg)
    return place


def _signature(key: bytes, place: str) -> bytes:
    return hashlib.blake2b(place.encode(), key=key, digest_size=SIGNATURE_BYTES).digest()


def _key() -> bytes | None:
    """Return the key of the user, made on first use; None when it can be neither read nor made."""
    folder, known = locate.state_folder(), process.state(SigningKeys).by_folder
    if folder not in known:
        try:
            known[folder] = _key_in(folder)
        except OSError:
            return None
    return known[folder] if len(known[folder]) == KEY_BYTES else None


def _key_in(folder: Path) -> bytes:
    file = folder / KEY_FILE
    try:
        return file.read_bytes()
    except FileNotFoundError:
        pass
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f"{KEY_FILE}.{secrets.token_hex(8)}"
    draft.touch(0o600)
    draft.write_bytes(secrets.token_bytes(KEY_BYTES))
    try:
        # One of several processes creates the key, and none ever reads an incomplete one.
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return file.read_bytes()
