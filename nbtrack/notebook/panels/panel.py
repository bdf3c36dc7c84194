"""What all panels share: the front end's bundle, requests from it, and the static sibling."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
from IPython.display import display
from traitlets import Unicode

from nbtrack.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbtrack.tracking import feed

    Reply = tuple[dict[str, Any], list[bytes]]

_DIST = Path(__file__).parents[2] / "web" / "dist"


def bundle(name: str) -> tuple[str, str]:
    """Return the script and the style sheet of a panel, as the front end's build left them."""
    return (_DIST / f"{name}.js").read_text("utf-8"), (_DIST / f"{name}.css").read_text("utf-8")


class Panel(anywidget.AnyWidget):
    """A live panel with a static sibling that the front end hides."""

    _listener: feed.Listener | None = None

    uid = Unicode(help="Ties the panel to its static sibling.").tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        super().__init__(uid=os.urandom(8).hex(), **traits)
        self.on_msg(self._asked)

    def _asked(self, _: Any, message: Mapping[str, Any], __: Any) -> None:
        """Answer a request of the front end, or say why not."""
        if not isinstance(message, dict) or "id" not in message:
            return
        try:
            payload, buffers = self.answer(str(message.get("kind")), message.get("payload") or {})
        except Exception as error:  # noqa: BLE001 - the page must hear of every failure, or it would wait
            self.send({"id": message["id"], "kind": "error", "message": str(error) or type(error).__name__})
        else:
            self.send({"id": message["id"], "kind": "reply", "payload": payload}, buffers)

    def answer(self, kind: str, request: Mapping[str, Any]) -> Reply:
        """Return the answer to a request of the front end, and its binary parts."""
        msg = f"unknown request {kind!r}"
        raise InvalidValue(msg)

    def static(self) -> dict[str, Any]:
        """Return what a saved notebook shows in the panel's place, as a mime bundle without any script."""
        return {"text/plain": repr(self)}

    def close(self) -> None:
        """Let go of the feed and of the front end."""
        if self._listener is not None:
            self._listener.close()
        super().close()

    def _ipython_display_(self) -> None:
        show(self, self)


def show(widget: Any, *panels: Panel) -> None:
    """Display a widget, and behind it the static siblings of the panels in it."""
    display(
        {
            "application/vnd.jupyter.widget-view+json": {
                "version_major": 2,
                "version_minor": 0,
                "model_id": widget.model_id,
            },
            "text/plain": repr(widget),
        },
        raw=True,
    )
    for each in panels:
        display(each.static(), raw=True)
