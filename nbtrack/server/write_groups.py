"""Group commit: what concurrent requests write goes into one transaction.

The first request begins one. Those that come meanwhile wait for its end, and are then written together: so none waits
for others to come, and the more there are, the fewer transactions each of them costs.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack.endpoints.service import finish
from nbtrack.errors import NbtrackError
from nbtrack.stores.write_calls import ALONE, WritesTogether

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbtrack.endpoints.service import Steps
    from nbtrack.server.responses import RequestPool
    from nbtrack.stores.interface import Store
    from nbtrack.stores.write_calls import WriteCall
    from nbtrack.wire.values import Json

MOST_CALLS = 64
"""How many calls one transaction writes at most."""


class _Waiting(NamedTuple):
    """A call, and the future of its result."""

    call: WriteCall
    result: asyncio.Future[Any]


class WriteGroups:
    """Makes the calls of endpoints that write, those of a store in PostgreSQL together."""

    def __init__(self, store: Store, pool: RequestPool) -> None:
        self._store, self._pool = store, pool
        self._together = store if isinstance(store, WritesTogether) else None
        self._thread = ThreadPoolExecutor(1, "nbtrack-writes")
        self._waiting: list[_Waiting] = []
        self._is_busy = False

    async def answer(self, steps: Steps) -> Json:
        """Make the calls that an endpoint yields, and return its answer."""
        result: Any = None
        try:
            while True:
                step = steps.send(result)
                result = ALONE if step is ALONE else await self._write(step)
                if result is ALONE:
                    return await self._pool.limited(finish, self._store, steps, step)
        except StopIteration as end:
            answer: Json = end.value
            return answer

    async def _write(self, call: WriteCall) -> Any:
        """Return the result of a call, or `ALONE` if it was not made."""
        if self._together is None:
            return ALONE
        waiting = _Waiting(call, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        self._begin(self._together)
        return await waiting.result

    def _begin(self, store: WritesTogether) -> None:
        """Have a thread write what waits, unless it is busy."""
        if self._waiting and not self._is_busy:
            self._is_busy = True
            self._thread.submit(self._write_group, store, self._taken(), asyncio.get_running_loop())

    def _taken(self) -> list[_Waiting]:
        """Take the calls that wait longest and have no lock in common with one before them."""
        taken, left, locks = list[_Waiting](), list[_Waiting](), set[str]()
        for each in self._waiting:
            is_next = len(taken) < MOST_CALLS and locks.isdisjoint(each.call.locks)
            (taken if is_next else left).append(each)
            locks.update(each.call.locks)
        self._waiting = left
        return taken

    def _write_group(self, store: WritesTogether, group: Sequence[_Waiting], loop: asyncio.AbstractEventLoop) -> None:
        """Write a group; runs in the thread."""
        try:
            results: Sequence[object] = store.write_together([each.call for each in group])
        except BaseException as error:
            loop.call_soon_threadsafe(self._end, store, group, [error] * len(group))
            if not isinstance(error, NbtrackError):
                raise
        else:
            loop.call_soon_threadsafe(self._end, store, group, results)

    def _end(self, store: WritesTogether, group: Sequence[_Waiting], results: Sequence[object]) -> None:
        """Hand out the results of a group, and begin the next one."""
        self._is_busy = False
        self._begin(store)
        for each, result in zip(group, results, strict=True):
            if each.result.done():
                continue
            if isinstance(result, BaseException):
                each.result.set_exception(result)
            else:
                each.result.set_result(result)
