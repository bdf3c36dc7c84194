"""What every widget here does: it answers what the front end asks."""

from __future__ import annotations

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
