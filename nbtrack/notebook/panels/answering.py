"""What every widget here does: it answers what the front end asks."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget

from nbtrack.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Mapping

    Reply = tuple[dict[str, Any], list[bytes]]

DIST = Path(__file__).parents[2] / "web" / "dist"
"""Where the front end's build leaves its bundles."""


class Answering(anywidget.AnyWidget):
    """A widget that answers requests of the front end, or says why it can't."""

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        self.on_msg(self._asked)
        _answer_where_asked(self.comm)
        _hear_beside_cells(self.comm)

    def _asked(self, _: Any, message: Mapping[str, Any], __: Any) -> None:
        if not isinstance(message, dict):
            return
        if "id" not in message:
            self.told(str(message.get("kind")))
            return
        try:
            payload, buffers = self._answered(str(message.get("kind")), message.get("payload") or {})
        except Exception as error:  # noqa: BLE001 - the page must hear of every failure, or it would wait
            self.send({"id": message["id"], "kind": "error", "message": str(error) or type(error).__name__})
        else:
            self.send({"id": message["id"], "kind": "reply", "payload": payload}, buffers)

    def _answered(self, kind: str, request: Mapping[str, Any]) -> Reply:
        return self.answer(kind, request)

    def answer(self, kind: str, request: Mapping[str, Any]) -> Reply:
        """Return the answer to a request of the front end, and its binary parts."""
        msg = f"unknown request {kind!r}"
        raise InvalidValue(msg)

    def told(self, kind: str) -> None:
        """Hear what the front end says without waiting for an answer."""


def _answer_where_asked(comm: Any) -> None:
    """Have a comm answered by the thread that the front end asks, so that a panel is heard while a cell runs.

    ipykernel 7.4 answers on the thread that last sent on the comm, which is the busy one while the cell sends.
    """
    if hasattr(comm, "_reply_subshell_for"):
        comm._reply_subshell_for = lambda _data, asked: asked  # noqa: SLF001 - there is no other way, and it is guarded


def _hear_beside_cells(comm: Any) -> None:
    """Have what is heard on another thread than that of the cells be no business of the cell that runs.

    A comm fires `pre_execute` and `post_execute` around each message; on the thread of a subshell matplotlib's inline
    backend would then draw, display and close the figures that a cell is still at work on.
    """
    if not hasattr(comm, "_msg_callback"):
        return
    hear = comm.handle_msg

    def heard(message: Any) -> None:
        if threading.current_thread() is threading.main_thread():
            hear(message)
        else:
            comm._msg_callback(message)  # noqa: SLF001 - there is no other way past the events, and it is guarded

    comm.handle_msg = heard
