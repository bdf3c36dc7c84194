"""Reading files of a foreign folder: regular files below it only, up to a size, and no links.

Paths are strings here, since a folder of 10,000 runs has 200,000 files and `pathlib` takes longer than the reading.
"""

from __future__ import annotations

import os
import stat

MOST_FILES = 200_000
"""The most files below a folder of keys; a run with more is refused."""
MOST_LEVELS = 40
"""The most levels of folders below a folder of keys."""
_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC

Version = tuple[int, int]
"""The version of a file: when it was modified, in ns since the epoch, and its size in bytes."""


class UnreadableError(Exception):
    """A file or folder that is not read; the message says why."""


def name_of(path: str) -> str:
    """Return the last part of a path."""
    return path.rpartition("/")[2]


def version(path: str) -> Version | None:
    """Return the version of a file or folder, or None if it does not exist or is a link."""
    try:
        found = os.lstat(path)
    except OSError:
        return None
    return None if stat.S_ISLNK(found.st_mode) else (found.st_mtime_ns, found.st_size)


def opened(path: str) -> tuple[int, Version]:
    """Return a descriptor of a regular file, and its version; raise `UnreadableError` for anything else."""
    try:
        descriptor = os.open(path, _FLAGS)
    except OSError as error:
        msg = f"{name_of(path)} is a link, or cannot be opened ({error.strerror})"
        raise UnreadableError(msg) from None
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode):
        os.close(descriptor)
        msg = f"{name_of(path)} is not a regular file"
        raise UnreadableError(msg)
    return descriptor, (found.st_mtime_ns, found.st_size)


def content(path: str, most: int) -> tuple[bytes, Version]:
    """Return the content and the version of a file; raise `UnreadableError` when it has more than `most` bytes."""
    descriptor, found = opened(path)
    try:
        size = found[1]
        if size > most:
            msg = f"{name_of(path)} has {size:,} bytes, more than {most:,}"
            raise UnreadableError(msg)
        data = os.read(descriptor, size)
        while len(data) < size and (more := os.read(descriptor, size - len(data))):
            data += more
    except OSError as error:
        msg = f"{name_of(path)} cannot be read ({error.strerror})"
        raise UnreadableError(msg) from None
    finally:
        os.close(descriptor)
    return data, found


def text(path: str, most: int) -> tuple[str, Version]:
    """Return a file as text, unchanged; raise `UnreadableError` when it is not UTF-8 or too large."""
    data, found = content(path, most)
    try:
        return data.decode(), found
    except UnicodeDecodeError:
        msg = f"{name_of(path)} is not UTF-8 text"
        raise UnreadableError(msg) from None


def entries(folder: str) -> list[os.DirEntry[str]]:
    """Return the entries of a folder; none if it does not exist."""
    try:
        with os.scandir(folder) as found:
            return list(found)
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        msg = f"{name_of(folder)} cannot be listed ({error.strerror})"
        raise UnreadableError(msg) from None


def walk(folder: str) -> list[tuple[str, os.DirEntry[str]]]:
    """Return the files below a folder with their keys, which are their relative paths."""
    pending, count = [("", folder)], 0
    files: list[tuple[str, os.DirEntry[str]]] = []
    while pending:
        prefix, path = pending.pop()
        found = entries(path)
        count += len(found)
        if count > MOST_FILES or prefix.count("/") > MOST_LEVELS:
            msg = f"{name_of(folder)} has too many files or levels of folders"
            raise UnreadableError(msg)
        for entry in found:
            if entry.is_file(follow_symlinks=False):
                files.append((prefix + entry.name, entry))
            elif entry.is_dir(follow_symlinks=False):
                pending.append((f"{prefix}{entry.name}/", entry.path))
            else:
                msg = f"{name_of(folder)}/{prefix}{entry.name} is a link or not a regular file"
                raise UnreadableError(msg)
    return files
