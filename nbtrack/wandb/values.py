"""The configuration and the summary of a run, as mappings that record their entries."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from nbtrack import validation
from nbtrack.entities import Metric
from nbtrack.errors import InvalidValue
from nbtrack.tracking import param_conflicts
from nbtrack.tracking.client import now
from nbtrack.tracking.nested_values import flatten

if TYPE_CHECKING:
    from nbtrack.tracking.client import MlflowClient


class _Values(ABC):
    """A mapping whose entries are attributes as well."""

    def __init__(self, client: MlflowClient, run_id: str) -> None:
        self.__dict__.update(_client=client, _run_id=run_id, _held={})

    def update(self, *given: Any, **more: Any) -> None:
        """Set several entries, from mappings or namespaces such as that of argparse; None adds none."""
        entries = dict(more)
        for each in given:
            entries |= _entries(each)
        if entries:
            self._record(entries)
            self._held.update(entries)

    @abstractmethod
    def _record(self, entries: Mapping[str, Any]) -> None:
        """Record entries in the run."""

    def __setitem__(self, key: str, value: Any) -> None:
        self.update({key: value})

    def __getitem__(self, key: str) -> Any:
        return self._held[key]

    def __setattr__(self, key: str, value: Any) -> None:
        self.update({key: value})

    def __getattr__(self, key: str) -> Any:
        if key in self.__dict__.get("_held", ()):
            return self._held[key]
        raise AttributeError(f"{key!r} is not set: it has {', '.join(map(repr, self.__dict__.get('_held', ())))}")

    def __contains__(self, key: object) -> bool:
        return key in self._held

    def __iter__(self) -> Iterator[str]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)

    def __repr__(self) -> str:
        return repr(self._held)

    def get(self, key: str, default: Any = None) -> Any:
        """Return an entry, or a default."""
        return self._held.get(key, default)

    def keys(self) -> Any:
        """Return the keys."""
        return self._held.keys()

    def items(self) -> Any:
        """Return the keys and values."""
        return self._held.items()

    def as_dict(self) -> dict[str, Any]:
        """Return the entries as a new dict."""
        return dict(self._held)


def _entries(given: Any) -> dict[str, Any]:
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
                self._check_unchanged(_entries(each))
        super().update(*given, **more)

    def setdefaults(self, given: Any) -> None:
        """Set the entries that are not set yet."""
        self.update({key: value for key, value in _entries(given).items() if key not in self})

    def _check_unchanged(self, entries: Mapping[str, Any]) -> None:
        for key, value in entries.items():
            if key in self and self[key] != value:
                raise InvalidValue(f"config.{key} is {self[key]!r}; pass allow_val_change=True to set {value!r}")

    def _record(self, entries: Mapping[str, Any]) -> None:
        params = {key: value if isinstance(value, str) else str(value) for key, value in flatten(entries)}
        param_conflicts.log_params(self._client, self._run_id, params)


class Summary(_Values):
    """The summary of a run: numbers become metrics at its last step, everything else becomes tags."""

    def __init__(self, client: MlflowClient, run_id: str, step: Callable[[], int]) -> None:
        super().__init__(client, run_id)
        self.__dict__["_step"] = step

    def __getitem__(self, key: str) -> Any:
        return self._held[key] if key in self._held else self._latest()[key]

    def __contains__(self, key: object) -> bool:
        return key in self._held or key in self._latest()

    def get(self, key: str, default: Any = None) -> Any:
        """Return what was set, else the latest value of a metric, else a default."""
        return self._held.get(key, self._latest().get(key, default))

    def _latest(self) -> dict[str, float]:
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
