"""What may be the id of a run: ids from elsewhere become names of folders."""

from __future__ import annotations

import re

_ID = re.compile(r"[A-Za-z0-9][\w-]{0,254}", re.ASCII)


def is_run_id(text: str) -> bool:
    """Return whether a text may be the id of a run, and is harmless as the name of a folder."""
    return _ID.fullmatch(text) is not None
