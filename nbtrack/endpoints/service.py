"""What the endpoint functions work on, and how they are found."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, TypeVar

from nbtrack.endpoints.page_seal import PageSeal
from nbtrack.errors import InvalidValue
from nbtrack.query import EXPERIMENTS, RUNS, parse
from nbtrack.stores.write_calls import ALONE
from nbtrack.wire.endpoint_table import BY_NAME

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence

    from nbtrack.artifact_storage.artifact_repository import ArtifactFolder
    from nbtrack.query import Query
    from nbtrack.stores.interface import Store
    from nbtrack.stores.write_calls import Alone, WriteCall
    from nbtrack.wire.endpoint import Endpoint
    from nbtrack.wire.values import EncodedJson, Json

    Result: TypeAlias = Json | EncodedJson | "File" | "Packed"
    Steps = Generator[WriteCall | Alone, Any, Json]

    Reply = tuple[Json, list[bytes]]
    """JSON and its binary parts, as panels read them."""
    Answer = Callable[..., Any]
    Artifacts = Callable[[str], ArtifactFolder]
    """Gives the artifacts of a run, by its id."""

AnswerFunction = TypeVar("AnswerFunction", bound="Callable[..., Any]")

LONGEST_FILTER = 8_192
MOST_TERMS = 100


class Service(NamedTuple):
    """A store that is served to a network, or to the panels of a kernel.

    Parameters
    ----------
    store : Store
        The store.
    destination : str or None
        The URI below which artifacts are stored and served; None when they are not served.
    seal : PageSeal
        Signs page tokens.
    strict : bool
        Whether filters are read by MLflow's grammar alone.
    artifacts : callable, optional
        Gives the artifacts of a run wherever they are; by default they are below `destination`.
    """

    store: Store
    destination: str | None = None
    seal: PageSeal = PageSeal(b"")
    strict: bool = False
    artifacts: Artifacts | None = None

    def query(self, text: str, order_by: Sequence[str], *, runs: bool = True) -> Query:
        """Read a filter and an ordering of bounded length."""
        self.bounded(text, order_by)
        try:
            return parse(text, order_by, RUNS if runs else EXPERIMENTS, strict=self.strict)
        except RecursionError:
            msg = "the filter nests too deeply"
            raise InvalidValue(msg) from None

    @staticmethod
    def bounded(text: str, order_by: Sequence[str]) -> None:
        """Refuse a filter or an ordering that is too long; `InvalidValue`."""
        if len(text) > LONGEST_FILTER or sum(map(len, order_by)) > LONGEST_FILTER:
            msg = f"a filter or an ordering may have {LONGEST_FILTER:,} characters"
            raise InvalidValue(msg)
        if text.upper().count(" AND ") + text.upper().count(" OR ") + len(order_by) > MOST_TERMS:
            msg = f"a filter or an ordering may have {MOST_TERMS} terms"
            raise InvalidValue(msg)


class File(NamedTuple):
    """A response that is a file: its name, its type and its bytes."""

    name: str
    type: str
    content: bytes


class Packed(NamedTuple):
    """A response of JSON and binary data."""

    head: Json
    data: bytes = b""


_ANSWERS: dict[tuple[str, str, tuple[str, ...]], Answer] = {}


def answers(*endpoints: Endpoint) -> Callable[[AnswerFunction], AnswerFunction]:
    """Register a function for endpoints: it takes the service, and their arguments by name."""

    def register(function: AnswerFunction) -> AnswerFunction:
        for each in endpoints:
            _ANSWERS[each.method, each.path, each.prefixes] = function
        return function

    return register


def answered(endpoint: Endpoint) -> Answer:
    """Return the function that answers an endpoint."""
    return _ANSWERS[endpoint.method, endpoint.path, endpoint.prefixes]


def call(service: Service, endpoint: Endpoint, given: Mapping[str, Any]) -> Result:
    """Answer a request: read its arguments and call the function of the endpoint."""
    if writes(endpoint):
        return finish(service.store, begin(service, endpoint, given))
    found: Result = answered(endpoint)(service, **endpoint.read(given))
    return found


def writes(endpoint: Endpoint) -> bool:
    """Return whether the function of an endpoint yields calls of the store; see `begin`."""
    return inspect.isgeneratorfunction(answered(endpoint))


def begin(service: Service, endpoint: Endpoint, given: Mapping[str, Any]) -> Steps:
    """Read the arguments of a request that writes and call the function of the endpoint.

    It yields each call of the store that it needs, receives its result, and returns the answer; so calls of several
    requests can be made together. It yields `ALONE` before it does what may take long.
    """
    found: Steps = answered(endpoint)(service, **endpoint.read(given))
    return found


def finish(store: Store, steps: Steps, step: WriteCall | Alone | None = None) -> Json:
    """Make the calls that an endpoint yields, beginning with one that it has yielded already, and return the answer."""
    try:
        while True:
            step = steps.send(None if step is None or step is ALONE else step.make(store))
    except StopIteration as end:
        answer: Json = end.value
        return answer


def call_named(service: Service, name: str, given: Mapping[str, Any]) -> Result:
    """Answer a panel, which names an endpoint by its path below ``/api/2.0/``, such as ``nbtrack/runs/table``.

    Raises
    ------
    InvalidValue
        When no endpoint has this name.
    """
    endpoint = BY_NAME.get(name)
    if endpoint is None:
        msg = f"unknown endpoint {name[:80]!r}"
        raise InvalidValue(msg)
    return call(service, endpoint, given)
