"""Asks the Jupyter server for the notebook of this kernel, since notebooks are renamed."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

SECONDS = 1.0
"""Seconds that a server may take to respond."""


def notebook_of(connection_file: str) -> Path | None:
    """Return the notebook of a kernel, according to its server on this machine; None when no server knows it.

    The name of the kernel's connection file contains the id of the kernel, and servers store their addresses beside it.
    """
    file = Path(connection_file)
    kernel = file.stem.removeprefix("kernel-")
    for server in _servers(file.parent):
        for session in _sessions(server):
            if session.get("kernel", {}).get("id") == kernel and session.get("type") == "notebook":
                path = Path(str(server.get("root_dir") or "/")) / str(session.get("path"))
                return path if path.suffix == ".ipynb" and path.is_file() else None
    return None


def _servers(folder: Path) -> Iterator[dict[str, Any]]:
    for file in sorted(folder.glob("jpserver-*.json"), key=lambda each: -each.stat().st_mtime):
        try:
            server = json.loads(file.read_text("utf-8"))
        except (OSError, ValueError):
            continue
        if isinstance(server, dict) and str(server.get("url", "")).startswith(("http://", "https://")):
            yield server


def _sessions(server: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the sessions of a server; no proxy is used, since it is on this machine."""
    headers = {"Authorization": f"token {server.get('token', '')}"}
    request = urllib.request.Request(f"{server['url']}api/sessions", headers=headers)  # noqa: S310 - the scheme is checked above
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=SECONDS) as answer:
            found = json.load(answer)
    except (OSError, ValueError):
        return []
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
