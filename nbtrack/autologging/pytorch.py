"""Autologging of PyTorch: trainings of Lightning, by either of its names, and writers of TensorBoard's."""

from __future__ import annotations

from nbtrack.autologging import lightning, tensorboard


def install() -> None:
    """Log what is trained and written from now on."""
    lightning.install()
    tensorboard.install()
