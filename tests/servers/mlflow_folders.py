"""Folders in MLflow's file layout, written by the real package, and what is in a folder, down to the last byte."""

from __future__ import annotations

import hashlib
import warnings
from pathlib import Path


def mlflow_client(folder, monkeypatch):
    """Return MLflow's own client of a file store in a folder."""
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    monkeypatch.setenv("MLFLOW_DISABLE_TELEMETRY", "true")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from mlflow import MlflowClient

        return MlflowClient(str(folder))


def digest(folder):
    """Return a digest of all files below a folder, with their names, contents, modes and times of modification."""
    seen = hashlib.sha256()
    for path in sorted(Path(folder).rglob("*")):
        found = path.lstat()
        seen.update(f"{path.relative_to(folder)} {found.st_mode} {found.st_mtime_ns} {found.st_size}".encode())
        if path.is_file() and not path.is_symlink():
            seen.update(path.read_bytes())
        elif path.is_symlink():
            seen.update(bytes(path.readlink()))
    return seen.hexdigest()
