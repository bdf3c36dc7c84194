"""Where the artifacts of a run are that MLflow wrote, when its folder may have been moved since."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit


def artifact_uri(recorded: str, run_id: str, beside: str) -> str:
    """Return the artifact URI of a run.

    Parameters
    ----------
    recorded : str
        The URI that was recorded, which names a path of the machine that wrote it; may be empty.
    run_id : str
        The id of the run. A recorded path that is not made of it, as all of MLflow's are, is not followed.
    beside : str
        The folder of the artifacts as the layout of the store has it, which need not exist.
    """
    path = recorded
    if ":" in recorded:
        parts = urlsplit(recorded)
        if parts.scheme not in {"", "file"}:
            return recorded
        path = unquote(parts.path) if parts.scheme else recorded
    if path.rstrip("/").endswith(f"/{run_id}/artifacts") and Path(path).is_dir() and not Path(beside).is_dir():
        return path
    return beside
