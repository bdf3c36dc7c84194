"""What tests of importing share."""

from __future__ import annotations

import pytest

from nbtrack.importers import run_points


@pytest.fixture
def few_points_in_memory(monkeypatch):
    """Let a run of a few points be read as one of millions is, by way of the temporary file."""
    monkeypatch.setattr(run_points, "AT_ONCE", 7)
