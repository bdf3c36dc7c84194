"""A server for the tests of a module."""

from __future__ import annotations

import pytest
from serving import serving


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Run a server in one process."""
    with serving(tmp_path_factory.mktemp("served")) as found:
        yield found
