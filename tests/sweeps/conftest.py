"""A real kernel, for each module."""

from kernel_fixtures import kernel, shared_kernel

__all__ = ["kernel", "shared_kernel"]
