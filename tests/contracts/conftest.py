"""The stores that must keep the laws of `Store`."""

from __future__ import annotations

import pytest

from nbtrack import locate


@pytest.fixture(params=["sqlite", "postgres"])
def store(request, tmp_path):
    """Return an empty store of each kind."""
    if request.param == "postgres":
        server = request.getfixturevalue("postgres")
        opened = locate.store(server.fresh())
    else:
        opened = locate.store(tmp_path / "mlruns")
    yield opened
    opened.close()
