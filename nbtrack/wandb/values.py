"""The configuration and the summary of a run, as mappings that record their entries."""

from __future__ import annotations

import ast
import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbtrack import media, validation
from nbtrack.entities import Metric
from nbtrack.errors import InvalidValue
from nbtrack.tracking import param_conflicts
from nbtrack.tracking.client import now
from nbtrack.tracking.nested_values import flatten

if TYPE_CHECKING:
    from nbtrack.tracking.client import MlflowClient


class _Values(ABC):
    """A mapping whose entries are attributes as well."""

    def __init__(self, client: MlflowClient | None, run_id: str, held: Mapping[str, Any] | None = None) -> None:
        self.__dict__.update(_client=client, _run_id=run_id, _held=dict(held or {}))

    def update(self, *given: Any, **more: Any) -> None:
        """Set several entries, from mappings or namespaces such as that of argparse; None adds none."""
        entries = dict(more)
        for each in given:
            entries |= as_dict(each)
        if entries and self._client is not None:
            self._record(entries)
        self._held.update(entries)

    @abstractmethod
    def _record(self, entries: Mapping[str, Any]) -> None:
        """Record entries in the run."""

    def __setitem__(self, key: str, value: Any) -> None:
        self.update({key: value})

    def __getitem__(self, key: str) -> Any:
        return self.as_dict()[key]

    def __setattr__(self, key: str, value: Any) -> None:
        self.update({key: value})

    def __getattr__(self, key: str) -> Any:
        known = {} if key.startswith("_") else self.as_dict()
        if key in known:
            return known[key]
        raise AttributeError(f"{key!r} is not set: it has {', '.join(map(repr, known))}")

    def __contains__(self, key: object) -> bool:
        return key in self.as_dict()

    def __iter__(self) -> Iterator[str]:
        return iter(self.as_dict())

    def __len__(self) -> int:
        return len(self.as_dict())

    def __repr__(self) -> str:
        return repr(self.as_dict())

    def get(self, key: str, default: Any = None) -> Any:
        """Return an entry, or a default."""
        return self.as_dict().get(key, default)

    def keys(self) -> Any:
        """Return the keys."""
        return self.as_dict().keys()

    def items(self) -> Any:
        """Return the keys and values."""
        return self.as_dict().items()

    def as_dict(self) -> dict[str, Any]:
        """Return the entries as a new dict."""
        return dict(self._held)


def configuration(
    given: Any, include: list[str] | tuple[str, ...] | None = None, exclude: list[str] | tuple[str, ...] | None = None
) -> dict[str, Any]:
    """Return the entries of a mapping, a namespace or a YAML or JSON file of W&B, by all or some of their names."""
    if isinstance(given, str | os.PathLike):
        path = Path(given)
        try:
            read = media.dict_from_bytes(path.read_bytes(), path.suffix)
        except OSError as error:
            raise InvalidValue(f"The configuration {str(path)!r} cannot be read: {error.strerror}") from None
        given = {key: _unwrapped(value) for key, value in as_dict(read).items() if key != "wandb_version"}
    if include and exclude:
        raise InvalidValue("Name the entries to include or to exclude, not both")
    return {
        key: value
        for key, value in as_dict(given).items()
        if (not include or key in include) and key not in (exclude or ())
    }


def _unwrapped(value: Any) -> Any:
    """Return an entry of a file, which W&B writes with its description."""
    return value["value"] if isinstance(value, dict) and "value" in value else value


def from_params(params: Mapping[str, str]) -> dict[str, Any]:
    """Return the configuration that parameters are of: nested again, and with numbers where they look like these."""
    found: dict[str, Any] = {}
    for key, text in params.items():
        *outer, name = key.split(".")
        node: Any = found
        for each in outer:
            node = node.setdefault(each, {}) if isinstance(node, dict) else None
        if isinstance(node, dict):
            node[name] = _parsed(text)
        else:
            found[key] = _parsed(text)
    return found


def _parsed(text: str) -> Any:
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text


def as_dict(given: Any) -> dict[str, Any]:
    """Return the entries of a mapping or a namespace, none of None; `InvalidValue` for anything else."""
    if given is None:
        return {}
    if isinstance(given, _Values):
        return given.as_dict()
    if isinstance(given, Mapping):
        return dict(given)
    if hasattr(given, "__dict__"):
        return dict(vars(given))
    raise InvalidValue(f"A configuration is a mapping or a namespace, not {type(given).__name__}")


class Config(_Values):
    """The configuration of a run: its entries become parameters.

    A parameter keeps its first value; later values are added to its history, see `nbtrack.log_params`.
    """

    def update(self, *given: Any, allow_val_change: bool = True, **more: Any) -> None:
        """Set several entries.

        Parameters
        ----------
        given : mapping or namespace
            The entries.
        allow_val_change : bool
            Whether an entry may be given another value; if not, `InvalidValue` is raised.
        more
            Further entries.
        """
        if not allow_val_change:
            for each in (*given, more):
                self._check_unchanged(as_dict(each))
        super().update(*given, **more)

    def setdefaults(self, given: Any) -> None:
        """Set the entries that are not set yet."""
        self.update({key: value for key, value in as_dict(given).items() if key not in self})

    def _check_unchanged(self, entries: Mapping[str, Any]) -> None:
        for key, value in entries.items():
            if key in self and self[key] != value:
                raise InvalidValue(f"config.{key} is {self[key]!r}; pass allow_val_change=True to set {value!r}")

    def _record(self, entries: Mapping[str, Any]) -> None:
        params = {key: value if isinstance(value, str) else str(value) for key, value in flatten(entries)}
        param_conflicts.log_params(self._client, self._run_id, params)


class Summary(_Values):
    """The summary of a run: numbers become metrics at its last step, everything else becomes tags."""

    def __init__(self, client: MlflowClient | None, run_id: str, step: Callable[[], int]) -> None:
        super().__init__(client, run_id)
        self.__dict__["_step"] = step

    def as_dict(self) -> dict[str, Any]:
        """Return what was set, and the latest values of the other metrics."""
        return {**self._latest(), **self._held}

    def _latest(self) -> dict[str, float]:
        if self._client is None:
            return {}
        metrics: dict[str, float] = self._client.get_run(self._run_id).data.metrics
        return metrics

    def _record(self, entries: Mapping[str, Any]) -> None:
        points, tags, moment = [], {}, now()
        for key, value in flatten(entries):
            try:
                points.append(Metric(key, validation.metric_value(key, value), moment, self._step()))
            except InvalidValue:
                tags[key] = value if isinstance(value, str) else str(value)
        self._client.log_batch(self._run_id, metrics=points, tags=list(tags.items()))
