"""Every endpoint in the table has a function, and panels call only declared endpoints, by their methods."""

import re
from pathlib import Path

import pytest

import nbtrack.endpoints  # noqa: F401 - its modules register their functions
from nbtrack.endpoints import service
from nbtrack.wire.endpoint_table import BY_NAME, TABLE

CARRIER = Path(__file__).parents[2] / "nbtrack" / "web" / "src" / "carrier" / "carrier.ts"


@pytest.mark.parametrize("endpoint", TABLE, ids=lambda each: f"{each.method} {each.path}")
def test_every_declared_endpoint_is_answered(endpoint):
    assert callable(service.answered(endpoint))


def test_panels_call_declared_endpoints_by_their_methods():
    called = re.findall(r'^  "([a-z/-]+)": "([A-Z]+)",$', CARRIER.read_text(), re.MULTILINE)
    assert len(called) > 30
    assert [(name, method) for name, method in called if name not in BY_NAME or BY_NAME[name].method != method] == []
