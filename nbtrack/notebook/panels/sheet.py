"""The widget that draws a sheet: what a comparison and the view of a run have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from traitlets import Dict, List, Unicode

from nbtrack import tags as reserved
from nbtrack.endpoints.previews import preview
from nbtrack.notebook.panels.panel import Panel
from nbtrack.presentation.sections import Files, Images, as_json, plain_text, static_html

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nbtrack.notebook.panels.answering import Reply
    from nbtrack.presentation.sections import Section
    from nbtrack.tracking import MlflowClient


class Sheet(Panel):
    """Sections of facts, values side by side, code and files, the last shown when they are asked for.

    Parameters
    ----------
    title : str
        What stands above.
    sections : sequence of Section
        What there is to show.
    client : MlflowClient
        The store that files and notes are in.
    """

    front = "sheet"

    title = Unicode(help="What stands above.").tag(sync=True)
    sections = List(Dict(), help="What there is to show.").tag(sync=True)
    exports = List(Unicode(), help="As what it can be exported.").tag(sync=True)

    def __init__(self, title: str, sections: Sequence[Section], client: MlflowClient, **traits: Any) -> None:
        self.client, self._sections = client, list(sections)
        self._runs = {each.run_id for each in sections if isinstance(each, Files)}
        self._runs |= {image[0] for each in sections if isinstance(each, Images) for image in each.images}
        super().__init__(title=title, sections=[as_json(each) for each in sections], **traits)

    def __repr__(self) -> str:
        """Say what is shown."""
        return f"{type(self).__name__}({self.title})"

    def answer(self, kind: str, request: Mapping[str, Any]) -> Reply:
        """Return the head of an artifact, or the whole of it."""
        run_id, path = str(request.get("run")), str(request.get("path"))
        if kind not in {"preview", "download"} or run_id not in self._runs:
            return super().answer(kind, request)
        if kind == "preview":
            return preview(self.client.within(run_id), path)
        return {"name": path.rpartition("/")[2]}, [self.client.fetch(run_id, path) or b""]

    def note(self, run_id: str, text: str) -> None:
        """Keep a note."""
        self.client.set_tag(run_id, reserved.NOTE, text)

    def static(self) -> dict[str, Any]:
        """Return the sheet as HTML."""
        return {
            "text/html": static_html(self.title, self._sections, self.uid),
            "text/plain": plain_text(self.title, self._sections),
        }
