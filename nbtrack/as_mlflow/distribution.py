"""The distribution ``mlflow`` for `importlib.metadata`: libraries ask for its version before they import it."""

from __future__ import annotations

import re
from importlib.metadata import Distribution
from typing import TYPE_CHECKING

from nbtrack.as_mlflow.modules import API_VERSION, WANDB_VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

VERSIONS = {
    "mlflow": {"mlflow": API_VERSION, "mlflow-skinny": API_VERSION},
    "wandb": {"wandb": WANDB_VERSION},
}
"""The distributions and their versions by the name of the alias."""


class AliasDistribution(Distribution):
    """A package that exists by name and version only."""

    def __init__(self, name: str, version: str) -> None:
        self._name, self._version = name, version

    def read_text(self, filename: str) -> str | None:
        """Return the metadata; there are no other files."""
        if filename != "METADATA":
            return None
        return f"Metadata-Version: 2.1\nName: {self._name}\nVersion: {self._version}\nSummary: nbtrack\n"

    def locate_file(self, path: object) -> Path:
        """Return a path below the package of nbtrack."""
        from pathlib import Path

        return Path(__file__).parents[1] / str(path)


def matching(alias: str, name: str | None) -> Iterator[Distribution]:
    """Yield the distributions of an alias with a name, or all of them for None."""
    wanted = None if name is None else re.sub(r"[-_.]+", "-", name).lower()
    for each, version in VERSIONS[alias].items():
        if wanted in (None, each):
            yield AliasDistribution(each, version)
