"""Which store a file or a folder is: of nbtrack, of MLflow, or of another program; nothing is opened or changed."""

from __future__ import annotations

from pathlib import Path


def is_unmarked_database(file: Path) -> bool:
    """Return whether a file is an SQLite database without an application id, which nbtrack's databases have."""
    try:
        with file.open("rb") as opened:
            header = opened.read(100)
    except OSError:
        return False
    return header.startswith(b"SQLite format 3\0") and not any(header[68:72])


def holds_runs(folder: Path) -> bool:
    """Return whether a folder is a store of nbtrack or of MLflow."""
    from nbtrack.stores.sqlite.sqlite_store import FILE

    return (folder / FILE).exists() or is_mlflow_layout(folder / FILE)


def is_mlflow_folder(place: str) -> bool:
    """Return whether a folder is in MLflow's file layout, and not a store of nbtrack."""
    from nbtrack.stores.sqlite.sqlite_store import FILE

    return is_mlflow_layout(Path(place) / FILE)


def is_mlflow_layout(file: Path) -> bool:
    """Return whether the folder of a missing database is an MLflow file store, with a meta.yaml per experiment."""
    return not file.exists() and any(file.parent.glob("*/meta.yaml"))
