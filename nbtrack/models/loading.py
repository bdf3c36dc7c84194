"""Loads the parts of a saved model: what all flavors have in common."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack.errors import InvalidValue, NbtrackError, NotFound, Unsupported, warn
from nbtrack.models.location import local_folder, require_trust
from nbtrack.models.model_file import Model, newer_version

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class Opened(NamedTuple):
    """A model in a local folder that is being loaded as one of its flavors."""

    uri: str
    folder: Path
    model: Model
    fields: dict[str, Any]
    """The fields of the flavor."""
    trust: bool

    def file(self, field: str, default: str | None = None) -> Path:
        """Return the path that a field of the flavor names.

        Raise `InvalidValue` when it leaves the model, and `NotFound` when it does not exist.
        """
        name, newer = self.fields.get(field, default), newer_version(self.model.mlflow_version)
        path = (self.folder / str(name)).resolve()
        if name is None or not path.is_relative_to(self.folder.resolve()):
            raise InvalidValue(f"The model {self.uri} is damaged: its field {field!r} is {name!r}{newer}")
        if not path.exists():
            raise NotFound(f"The model {self.uri} is incomplete: it has no {name}{newer}")
        return path

    def require_trust(self, what: str) -> None:
        """Raise `Refused` if the model is an untrusted pickle, before it is loaded."""
        if not self.trust:
            require_trust(self.uri, self.folder, what)

    def read(self, what: str, library: str, load: Callable[[], Any]) -> Any:
        """Return the result of `load`; its error names the library that is missing, or what is damaged."""
        self._import_code()
        try:
            return load()
        except NbtrackError:
            raise
        except ModuleNotFoundError as error:
            raise Unsupported(
                f"The model {self.uri} needs the module {error.name}, which is not installed: pip install -r"
                f" {self.folder / 'requirements.txt'}"
            ) from error
        except Exception as error:  # libraries raise all kinds of errors for damaged files
            made = self.fields.get(f"{library}_version")
            hint = f"; it was made with {library} {made}" if made else ""
            newer = newer_version(self.model.mlflow_version)
            raise InvalidValue(
                f"{what} of {self.uri} can't be loaded: {type(error).__name__}: {error}{hint}{newer}"
            ) from error

    def _import_code(self) -> None:
        """Make the code that is part of the model importable."""
        if not self.fields.get("code"):
            return
        code = self.file("code")
        self.require_trust("The code")
        if str(code) not in sys.path:
            sys.path.insert(0, str(code))


def opened(uri: str | Path, flavor: str, dst_path: str | None = None, *, trust: bool = False) -> Opened:
    """Return a model for one of its flavors.

    Raises
    ------
    NotFound
        When there is no model.
    Unsupported
        When it does not have the flavor.
    """
    folder = local_folder(uri, dst_path)
    model = Model.load(folder)
    fields = model.flavor(flavor)
    if newer := newer_version(model.mlflow_version, parts=1):
        warn(f"The model {uri} may not load or predict correctly{newer}")
    return Opened(str(uri), folder, model, fields, trust)
