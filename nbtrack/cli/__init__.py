"""The command line: what can be asked from a terminal."""

from nbtrack.cli.main import main

__all__ = ["main"]
