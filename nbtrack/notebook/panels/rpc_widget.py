"""A widget whose front end calls endpoints through its comm: the notebook's side of the panel protocol.

==========  =====================================================================================
request     ``{id, endpoint, arguments}``
reply       ``{id, result}`` with binary buffers, or ``{id, error}`` as the server words it
event       ``{event, …}`` either way, without an id
==========  =====================================================================================

An endpoint is named by its path below ``/api/2.0/``, such as ``nbtrack/runs/table``, and answered by the function
that also answers it over HTTP. What only a kernel can do, such as making a widget, is named ``kernel/…``.
"""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget

from nbtrack.endpoints.service import File, Packed, Service, call_named
from nbtrack.errors import NbtrackError
from nbtrack.wire import error_codec
from nbtrack.wire.values import EncodedJson

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbtrack.tracking import MlflowClient

    Reply = tuple[dict[str, Any], list[bytes]]

DIST = Path(__file__).parents[2] / "web" / "dist"
"""Where the front end's build leaves its bundles."""


class RpcWidget(anywidget.AnyWidget):
    """A widget that answers the requests of its front end."""

    client: MlflowClient
    """The store that requests are about; it is there before the widget is made."""

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        self.on_msg(self._received)
        _reply_on_the_asking_thread(self.comm)
        _skip_cell_events_beside_cells(self.comm)

    def _received(self, _: Any, message: Mapping[str, Any], __: Any) -> None:
        if not isinstance(message, dict):
            return
        if "id" not in message:
            self.on_event(str(message.get("event")))
            return
        try:
            result, buffers = self.answer(str(message.get("endpoint")), message.get("arguments") or {})
        except Exception as error:  # noqa: BLE001 - the page must learn of every failure, or it would wait
            known = error if isinstance(error, NbtrackError) else NbtrackError(str(error) or type(error).__name__)
            self.send({"id": message["id"], "error": error_codec.write_error(known)[1]})
        else:
            self.send({"id": message["id"], "result": result}, buffers)

    def answer(self, endpoint: str, arguments: Mapping[str, Any]) -> Reply:
        """Return the answer to a request: JSON and its binary parts.

        Raises
        ------
        NbtrackError
            When the endpoint is unknown, an argument can't be read, or the store refuses.
        """
        service = Service(self.client.store, artifacts=self.client.artifact_folder)
        found = call_named(service, endpoint, arguments)
        if isinstance(found, Packed):
            return found.head, [found.data]
        if isinstance(found, File):
            return {"name": found.name, "type": found.type}, [found.content]
        return json.loads(found) if isinstance(found, EncodedJson) else found, []

    def on_event(self, event: str) -> None:
        """Take note of what the front end says without waiting for an answer."""


def _reply_on_the_asking_thread(comm: Any) -> None:
    """Send replies from the thread that received the request, so that panels work while a cell runs.

    ipykernel 7.4 replies on the thread that last sent on the comm, which is the busy one while the cell sends.
    """
    if hasattr(comm, "_reply_subshell_for"):
        comm._reply_subshell_for = lambda _data, asking: asking  # noqa: SLF001 - ipykernel has no public hook; guarded above


def _skip_cell_events_beside_cells(comm: Any) -> None:
    """Suppress cell events for messages that arrive on another thread than that of the cells.

    A comm fires `pre_execute` and `post_execute` around each message; on the thread of a subshell matplotlib's inline
    backend would then draw, display and close the figures that a cell is still at work on.
    """
    if not hasattr(comm, "_msg_callback"):
        return
    handle = comm.handle_msg

    def handle_msg(message: Any) -> None:
        if threading.current_thread() is threading.main_thread():
            handle(message)
        else:
            comm._msg_callback(message)  # noqa: SLF001 - ipykernel has no public way past the events

    comm.handle_msg = handle_msg
