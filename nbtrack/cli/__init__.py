"""The command line."""

from nbtrack.cli.main import main

__all__ = ["main"]
