"""The context of a run: user, source, notebook and git commit, as the tags that every run gets."""

from __future__ import annotations

import builtins
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from nbtrack import settings, tags
from nbtrack.entities import SourceType
from nbtrack.stores import process_identity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def user() -> str:
    """Return the name of the user, or ``unknown``."""
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return "unknown"


def owner() -> str:
    """Return the tag that names this process as the owner of a run."""
    return process_identity.current().to_json()


def in_notebook() -> bool:
    """Return whether this process is the kernel of a notebook."""
    return hasattr(builtins, "__IPYTHON__") and "ipykernel" in sys.modules


def notebook_path() -> Path | None:
    """Return the path of the running notebook, or None if it is not certain.

    VS Code, and papermill on request, store it in a variable of the notebook; Jupyter servers in an environment
    variable, which is outdated once the notebook is renamed, so a path that no longer exists is ignored.
    """
    main = vars(sys.modules["__main__"]) if "__main__" in sys.modules else {}
    for hint in (main.get("__vsc_ipynb_file__"), main.get("PAPERMILL_INPUT_PATH"), settings.current().notebook):
        if isinstance(hint, str) and hint.endswith(".ipynb") and Path(hint).is_file():
            return Path(hint).absolute()
    return None


def script_path() -> Path | None:
    """Return the path of the running script, or None."""
    path = getattr(sys.modules.get("__main__"), "__file__", None)
    return Path(path).absolute() if isinstance(path, str) and Path(path).is_file() else None


def source_tags() -> dict[str, str]:
    """Return the tags of user, source and git commit."""
    found = {tags.USER: user()}
    source = notebook_path() if in_notebook() else script_path()
    if source is not None:
        found[tags.SOURCE_NAME] = str(source)
    found[tags.SOURCE_TYPE] = SourceType.NOTEBOOK if in_notebook() else SourceType.LOCAL
    found.update(git_tags(source.parent if source is not None else Path.cwd()))
    return {key: str(value) for key, value in found.items()}


def resolve_tags(tags: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the tags of the program, overridden by `tags`."""
    return {**source_tags(), **(tags or {})}


def git_tags(folder: Path) -> dict[str, str]:
    """Return the tags of commit, branch and remote of the git work tree that contains `folder`; none outside of one.

    They are read from the files of the repository: no process is started.
    """
    git = git_folder(folder)
    if git is None:
        return {}
    head = _line(git / "HEAD")
    reference = head.removeprefix("ref: ") if head and head.startswith("ref: ") else None
    commit = _commit(git, reference) if reference else head
    found = {
        tags.GIT_COMMIT: commit,
        tags.GIT_BRANCH: reference.removeprefix("refs/heads/") if reference else None,
        tags.GIT_REPO: _remote(_common(git)),
    }
    return {key: value for key, value in found.items() if value} if commit else {}


def git_folder(folder: Path) -> Path | None:
    """Return the git folder of the work tree that contains a folder; None outside of one."""
    for each in (folder, *folder.parents):
        git = each / ".git"
        if git.is_dir():
            return git
        link = _line(git) if git.is_file() else None
        if link and link.startswith("gitdir: "):
            return (each / link.removeprefix("gitdir: ")).resolve()
    return None


def _common(git: Path) -> Path:
    """Return the git folder that a linked work tree shares with the main one."""
    shared = _line(git / "commondir")
    return (git / shared).resolve() if shared else git


def _commit(git: Path, reference: str) -> str | None:
    for folder in (git, _common(git)):
        loose = _line(folder / reference)
        if loose:
            return loose
    return next(
        (line.split()[0] for line in _lines(_common(git) / "packed-refs") if line.endswith(f" {reference}")), None
    )


def _remote(git: Path) -> str | None:
    lines = iter(_lines(git / "config"))
    for line in lines:
        if line.startswith("[remote "):
            url = next((each for each in lines if each.startswith(("url", "["))), "")
            address = url.partition("=")[2].strip()
            return without_credentials(address) if url.startswith("url") else None
    return None


def without_credentials(address: str) -> str:
    """Return an address without a user name and password."""
    scheme, sign, rest = address.partition("://")
    return scheme + sign + rest.rpartition("@")[2] if sign and scheme != "ssh" else address


def _line(path: Path) -> str | None:
    return next(_lines(path), None)


def _lines(path: Path) -> Iterator[str]:
    try:
        text = path.read_text("utf-8", "replace")
    except OSError:
        return
    yield from (line.strip() for line in text.splitlines())


def exit_exception() -> BaseException | None:
    """Return the exception that ends the program, at exit; None in a notebook, where an exception ends a cell."""
    last: BaseException | None = getattr(sys, "last_exc", None) or getattr(sys, "last_value", None)
    return None if hasattr(builtins, "__IPYTHON__") else last
