"""Fixtures for tests that need a real kernel; a conftest imports them."""

from __future__ import annotations

import pytest
from kernels import Kernel

import nbtrack


@pytest.fixture(scope="module")
def shared_kernel(tmp_path_factory):
    """Return a kernel with the extension loaded, shared by the tests of a module."""
    kernel = Kernel(tmp_path_factory.mktemp("kernel"))
    kernel.run("%load_ext nbtrack\nimport nbtrack, os")
    yield kernel
    kernel.stop()


@pytest.fixture
def kernel(shared_kernel, fresh):
    """Return the shared kernel, set to the store of this test; so is this process."""
    shared_kernel.run(f"nbtrack.set_tracking_uri({str(fresh / 'mlruns')!r})")
    nbtrack.set_tracking_uri(fresh / "mlruns")
    return shared_kernel
