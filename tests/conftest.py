"""What every test gets: an empty working directory, no settings of the machine, and no run left over."""

from __future__ import annotations

import os

import pytest

from nbtrack import locate, settings
from nbtrack.tracking import active, experiments, fluent, lifecycle, where


@pytest.fixture(autouse=True)
def fresh(tmp_path, monkeypatch):
    """Give each test a folder of its own, and forget what the process remembers."""
    for name in [each for each in os.environ if each.startswith(("MLFLOW_", "NBTRACK_", "JPY_"))]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    forget()
    yield tmp_path
    while fluent.active_run() is not None:
        fluent.end_run()
    forget()


def forget():
    """Forget stores, addresses and runs."""
    for store in locate._stores.values():
        store.close()
    for each in (locate._stores, where._fixed, where._chosen, settings._files, experiments._chosen, lifecycle._last):
        each.clear()
    active._process.clear()
    active._stack.set(None)
