"""Where a project comes from: a local folder, a part of one, or a git repository that is cloned."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import NamedTuple

from nbtrack.errors import InvalidValue, NotFound, Unsupported
from nbtrack.tracking import context

_GIT = re.compile(r"(https?|ssh|git|file)://|[\w.-]+@[\w.-]+:|.*\.git(#|$)")
_PROTOCOLS = "file:git:http:https:ssh"
"""The protocols that git may use; others, such as ``ext``, would run commands that the URI contains."""


class Source(NamedTuple):
    """A project on this machine."""

    uri: str
    """The URI without credentials; local folders as absolute paths."""
    folder: Path
    version: str | None
    """The commit, if the project is in a git work tree."""
    repository: str | None
    """The address of the git repository that was cloned."""


def fetched(uri: str, version: str | None, storage: Path) -> Source:
    """Return a project, cloned below `storage` if it comes from git.

    Parameters
    ----------
    uri : str
        A folder, or what git can clone; ``#dir`` at the end names a folder in it.
    version : str, optional
        A commit, branch or tag of a git repository.
    storage : Path
        A folder for clones.

    Raises
    ------
    NotFound
        When there is no such folder, repository or version.
    InvalidValue
        When the folder after ``#`` leaves the project, or a version is given for a folder that is not in git.
    """
    address, _, inner = uri.partition("#")
    local = Path(address).expanduser()
    is_local = local.exists() or not _GIT.match(address)
    if is_local and version is None:
        folder = _inside(local.absolute(), inner, uri)
        commit = context.git_tags(folder).get("mlflow.source.git.commit")
        return Source(str(local.absolute()) + (f"#{inner}" if inner else ""), folder, commit, None)
    if is_local and not (local / ".git").exists():
        raise InvalidValue(f"{address} is not a git repository, so it has no version {version!r}")
    origin = str(local.absolute()) if is_local else address
    clone, commit = _cloned(origin, version, storage)
    shown = context.without_credentials(origin)
    return Source(shown + (f"#{inner}" if inner else ""), _inside(clone, inner, uri), commit, shown)


def _inside(root: Path, inner: str, uri: str) -> Path:
    folder = (root / inner).resolve()
    if not folder.is_relative_to(root.resolve()):
        raise InvalidValue(f"The folder after # must be inside the project: {uri}")
    if not folder.is_dir():
        raise NotFound(f"There is no project folder {uri}")
    return folder


def _cloned(origin: str, version: str | None, storage: Path) -> tuple[Path, str]:
    if version is not None and version.startswith("-"):
        raise InvalidValue(f"{version!r} is not a version: give a commit, branch or tag")
    target = storage / "project"
    shown = context.without_credentials(origin)
    _git(["clone", "--quiet", "--", origin, str(target)], f"The project {shown} can't be cloned")
    if version is not None:
        _git(["checkout", "--quiet", version, "--"], f"{shown} has no version {version!r}", target)
    return target, _git(["rev-parse", "HEAD"], f"{shown} has no commit", target)


def _git(arguments: list[str], failure: str, folder: Path | None = None) -> str:
    environment = {**os.environ, "GIT_ALLOW_PROTOCOL": _PROTOCOLS, "GIT_TERMINAL_PROMPT": "0"}
    command = ["git", *arguments]
    try:
        done = subprocess.run(  # noqa: S603 - no shell, and "--" ends git's options before the user's values
            command, cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
    except FileNotFoundError as error:
        raise Unsupported("Projects in git repositories need the program git: install it") from error
    if done.returncode:
        reason = context.without_credentials(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "")
        raise NotFound(f"{failure}: {reason}")
    return done.stdout.strip()
