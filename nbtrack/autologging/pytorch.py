"""Autologging of PyTorch: training with Lightning, by either of its names, and TensorBoard writers."""

from __future__ import annotations

from nbtrack.autologging import lightning, tensorboard


def install() -> None:
    """Log what is trained and written from now on."""
    lightning.install()
    tensorboard.install()
