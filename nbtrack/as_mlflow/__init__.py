"""nbtrack by the name ``mlflow``: programs and libraries that log to MLflow run unchanged, without MLflow installed.

There are three ways to ask for it::

    nbtrack.install_alias()        in a program, before the libraries that log
    %load_ext nbtrack.as_mlflow    in a notebook, instead of %load_ext nbtrack (which takes no options)
    NBTRACK_AS_MLFLOW=1            in the environment: for every Python process, including spawned workers

From then on ``import mlflow`` gives the module ``nbtrack`` itself, and `importlib.metadata` finds a package ``mlflow``
of version `API_VERSION`. Many libraries look for MLflow while they are imported, so the alias has to be there first.

Modules of MLflow that belong to traces, evaluation, the registry and deployment are missing: importing one raises
`ModuleNotInNbtrack`, which names it and says what to do. Libraries built on them, such as PyCaret, FLAML and Composer,
need MLflow itself; it logs to ``nbtrack server`` as well.

``nbtrack.install_alias("wandb")`` makes ``import wandb`` mean `nbtrack.wandb` in the same way.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from nbtrack import settings
from nbtrack.as_mlflow.finder import ALIASES, AliasFinder
from nbtrack.as_mlflow.modules import API_VERSION
from nbtrack.errors import InvalidValue, NbtrackError, WrongState, warn

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_TITLES = {"mlflow": "MLflow", "wandb": "W&B"}

__all__ = ["API_VERSION", "install_alias", "install_if_requested", "remove_alias"]


def install_alias(name: str = "mlflow") -> None:
    """Make ``import mlflow`` mean nbtrack in this process, until `remove_alias`; a second call changes nothing.

    Parameters
    ----------
    name : {"mlflow", "wandb"}
        What is imported; ``wandb`` gives `nbtrack.wandb`.

    Raises
    ------
    WrongState
        When MLflow itself, or W&B, is imported already.
    InvalidValue
        For another name.
    """
    if name not in ALIASES:
        msg = f"nbtrack can stand for {' and '.join(ALIASES)}, not for {name!r}"
        raise InvalidValue(msg)
    if _finders(name):
        return
    real = sys.modules.get(name)
    if real is not None:
        where = getattr(real, "__file__", None) or "without a file"
        msg = (
            f"{_TITLES[name]} itself is already imported ({where}): call nbtrack.install_alias() before the first"
            f" import of {name}, in a notebook after a restart of the kernel"
        )
        raise WrongState(msg)
    sys.meta_path.insert(0, AliasFinder(name))


def remove_alias(name: str = "mlflow") -> None:
    """Undo `install_alias`: the next import of the name looks for the real package; what was imported stays."""
    for finder in _finders(name):
        sys.meta_path.remove(finder)
        for each in finder.modules:
            sys.modules.pop(each, None)


def install_if_requested() -> None:
    """Install the alias if the setting ``as_mlflow`` is on; warn if that is not possible."""
    try:
        if settings.current().as_mlflow:
            install_alias()
    except NbtrackError as error:
        warn(f"The alias mlflow was not installed: {error}")


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Install the alias and load nbtrack: ``%load_ext nbtrack.as_mlflow``."""
    install_alias()
    manager = shell.extension_manager
    assert manager is not None
    manager.load_extension("nbtrack")


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """Remove the alias, and leave nbtrack loaded: ``%unload_ext nbtrack.as_mlflow``."""
    remove_alias()


def _finders(name: str) -> list[AliasFinder]:
    return [each for each in sys.meta_path if isinstance(each, AliasFinder) and each.name == name]
