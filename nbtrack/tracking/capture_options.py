"""The options of capturing code."""

from __future__ import annotations

from typing import NamedTuple


class CaptureOptions(NamedTuple):
    """The options of a ``%%track`` line, or of a call of `nbtrack.auto_run`."""

    name: str | None = None
    params: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    infer: bool = True
    experiment: str | None = None
    tags: tuple[tuple[str, str], ...] = ()
    every: str = "epoch"
    output: bool = True
    quiet: bool = False
    nested: bool = False
    children: bool = False
    stop: str = "leave"
