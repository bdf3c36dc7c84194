"""The finder that makes ``import mlflow`` give the modules of nbtrack, never copies of them."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from typing import TYPE_CHECKING, Any

from nbtrack.as_mlflow.missing import explanation
from nbtrack.as_mlflow.modules import MODULES, MODULES_OF_WANDB, inside
from nbtrack.errors import ModuleNotInNbtrack

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from importlib.metadata import Distribution, DistributionFinder
    from types import ModuleType


ALIASES = {"mlflow": MODULES, "wandb": MODULES_OF_WANDB}


class AliasFinder(MetaPathFinder):
    """Finds ``mlflow`` or ``wandb`` and its submodules among nbtrack's, and a distribution of that name."""

    def __init__(self, name: str = "mlflow") -> None:
        self.name, self.modules = name, ALIASES[name]

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the spec of a module of that name, None for modules of others.

        Raises
        ------
        ModuleNotInNbtrack
            For a module of it that nbtrack does not have: other finders would look for it in nbtrack's folder.
        """
        if fullname.partition(".")[0] != self.name:
            return None
        if fullname not in self.modules:
            raise ModuleNotInNbtrack(explanation(fullname), fullname)
        return ModuleSpec(fullname, AliasLoader(), origin=self.modules[fullname])

    def find_distributions(self, context: DistributionFinder.Context | None = None) -> Iterable[Distribution]:
        """Yield the distributions of that name, if they are requested."""
        from nbtrack.as_mlflow.distribution import matching

        return matching(self.name, getattr(context, "name", None))


class AliasLoader(Loader):
    """Gives a module of nbtrack for a module of MLflow."""

    def __init__(self) -> None:
        self._own: ModuleSpec | None = None

    def create_module(self, spec: ModuleSpec) -> Any:
        """Return the module of nbtrack."""
        module = import_module(str(spec.origin))
        self._own = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Restore the spec, which the import system has replaced, and add the names below that are the same module."""
        spec, module.__spec__ = module.__spec__, self._own
        assert spec is not None
        sys.modules.update(dict.fromkeys(inside(spec.name), module))
