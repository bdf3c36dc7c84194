"""Calls of a store as records, so that those of several clients can be written in one transaction (group commit)."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nbtrack.entities import Metric, Run, RunInfo
    from nbtrack.stores.interface import Delivery, Pairs, Store


class CreateRun(NamedTuple):
    """`Store.create_run`."""

    experiment_id: str
    name: str | None
    user_id: str
    start_time: int
    tags: Mapping[str, str]

    @property
    def locks(self) -> tuple[str, ...]:
        """Names of what the call changes, beside what it makes."""
        return ()

    def make(self, store: Store) -> Run:
        """Make the call."""
        return store.create_run(
            self.experiment_id, name=self.name, user_id=self.user_id, start_time=self.start_time, tags=self.tags
        )


class LogBatch(NamedTuple):
    """`Store.log_batch` with ``once``, or `Store.deliver` if it is of a sequence."""

    run_id: str
    metrics: Sequence[Metric]
    params: Pairs
    tags: Pairs
    delivery: Delivery | None = None

    @property
    def locks(self) -> tuple[str, ...]:
        """Names of what the call changes."""
        return (self.run_id, f"queue {self.delivery.queue}") if self.delivery else (self.run_id,)

    def make(self, store: Store) -> int | None:
        """Make the call."""
        if self.delivery is not None:
            return store.deliver(self.run_id, self.delivery, self.metrics, self.params, self.tags)
        store.log_batch(self.run_id, self.metrics, self.params, self.tags, once=True)
        return None


class UpdateRun(NamedTuple):
    """`Store.update_run`, as far as MLflow's API has it."""

    run_id: str
    status: str | None = None
    end_time: int | None = None
    name: str | None = None

    @property
    def locks(self) -> tuple[str, ...]:
        """Names of what the call changes."""
        return (self.run_id,)

    def make(self, store: Store) -> RunInfo:
        """Make the call."""
        return store.update_run(self.run_id, status=self.status, end_time=self.end_time, name=self.name)


WriteCall = CreateRun | LogBatch | UpdateRun


class Alone(Enum):
    """In place of a result: the call was not made, since it has to be made alone."""

    ALONE = auto()


ALONE = Alone.ALONE


@runtime_checkable
class WritesTogether(Protocol):
    """A store that writes several calls faster than one after the other."""

    def write_together(self, calls: Sequence[WriteCall]) -> Sequence[object]:
        """Write calls in one transaction, and return the result of each.

        No two of them may have a lock in common. A call that is refused, that would have to wait for another
        transaction, or that takes long, is not made: its result is `ALONE`, and making it alone tells why.

        Raises
        ------
        Unreachable
            When the database can't be reached, or when it is unknown whether the calls were written.
        """
        ...
