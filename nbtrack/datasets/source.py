"""Sources of datasets: a path, a URL or the code that created the data, without credentials."""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote

from nbtrack.errors import InvalidValue
from nbtrack.validation import MlflowLimits

if TYPE_CHECKING:
    from collections.abc import Mapping

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]+):/", re.IGNORECASE)
_AUTHORITY = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]*)://(?P<user>[^/?#]*)@", re.IGNORECASE)
_FIELD = re.compile(r"(?P<sign>[?&;#])(?P<name>[^=&;#?]+)=(?P<value>[^&;#]*)")
_WORDS = re.compile(r"[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])")
_SECRET = {
    "apikey", "auth", "authorization", "credential", "credentials", "key", "passwd", "password", "pwd", "sas", "secret",
    "sig", "signature", "token",
}  # fmt: skip
_SECRET_ENDS = ("apikey", "accesskeyid", "authkey", "credential", "password", "secret", "signature", "token")
_USER_ALONE_IS_NAME = {"abfs", "abfss", "wasb", "wasbs", "ssh", "sftp", "git+ssh", "hdfs"}
"""Schemes with a container or account before the ``@``, not a token."""


class Source(NamedTuple):
    """The source of a dataset.

    Parameters
    ----------
    source_type : str
        ``local``, ``http``, ``code``, or the scheme of the address, such as ``s3``.
    details : dict
        ``{"uri": …}``, for the web ``{"url": …}``, for code ``{"tags": {…}}``.
    """

    source_type: str
    details: dict[str, Any]

    @property
    def uri(self) -> str | None:
        """The path or URL, or None."""
        return self.details.get("uri", self.details.get("url"))

    @property
    def url(self) -> str | None:
        """The path or URL, by the name that MLflow's HTTP sources have for it."""
        return self.uri

    def to_dict(self) -> dict[str, Any]:
        """Return the details of the source."""
        return dict(self.details)

    def to_json(self) -> str:
        """Return the details of the source as JSON."""
        return json.dumps(self.details)

    def _get_source_type(self) -> str:
        return self.source_type

    def with_tags(self, tags: Mapping[str, str]) -> Source:
        """Return the source with `tags` that identify the running program, if it is code without tags."""
        unknown = self.source_type == "code" and not self.details.get("tags")
        return code_source(tags) if unknown else self


def code_source(tags: Mapping[str, str] | None = None) -> Source:
    """Return the source of data that a program created, identified by the tags of its run."""
    return Source("code", {"tags": dict(tags or {})})


def to_source(source: object) -> Source:
    """Return the source for a path, a URL or a source object; code for None.

    Raise `InvalidValue` when it is none of them, or longer than MLflow's servers accept.
    """
    found = _to_source(source)
    most = MlflowLimits.DATASET_SOURCE
    if len(found.to_json()) > most:
        raise InvalidValue(
            f"The source of a dataset exceeds the maximum length of {most:,} characters: pass a path or a URL"
        )
    return found


def _to_source(source: object) -> Source:
    if source is None:
        return code_source()
    if isinstance(source, Source):
        return source
    if isinstance(source, str | os.PathLike):
        return _from_location(os.fspath(source))
    if hasattr(source, "to_json") and hasattr(source, "_get_source_type"):
        return Source(str(source._get_source_type()), json.loads(source.to_json()))  # noqa: SLF001 - MLflow's own name
    raise InvalidValue(f"The source of a dataset must be a path, a URL or None, not {type(source).__name__}")


def _from_location(place: str | bytes) -> Source:
    address = os.fsdecode(place)
    if not address.strip():
        raise InvalidValue("The source of a dataset must not be an empty string: omit it instead")
    scheme = _SCHEME.match(address)
    kind = scheme[1].lower() if scheme else "file"
    if kind in {"http", "https"}:
        return Source("http", {"url": without_credentials(address)})
    return Source("local" if kind == "file" else kind, {"uri": without_credentials(address)})


def without_credentials(address: str) -> str:
    """Return a URL with ``***`` for passwords, tokens and signatures; a path is returned unchanged."""
    if "://" not in address:
        return address
    return _FIELD.sub(_mask_field, _AUTHORITY.sub(_mask_user, address))


def _mask_user(found: re.Match[str]) -> str:
    name, colon, _ = found["user"].partition(":")
    if colon:
        return f"{found['scheme']}://{name}:***@"
    return found[0] if found["scheme"].lower() in _USER_ALONE_IS_NAME else f"{found['scheme']}://***@"


def _mask_field(found: re.Match[str]) -> str:
    return f"{found['sign']}{found['name']}=***" if _is_secret(unquote(found["name"])) else found[0]


def _is_secret(name: str) -> bool:
    words = {each.lower() for each in _WORDS.split(name)}
    return bool(words & _SECRET) or name.lower().endswith(_SECRET_ENDS)
