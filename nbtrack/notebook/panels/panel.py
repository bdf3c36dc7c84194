"""What all panels share: the bundle of the front end, the static fallback output, and the trait for selected runs."""

from __future__ import annotations

import gzip
import hashlib
import os
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from IPython.display import display
from ipywidgets import VBox
from traitlets import Bytes, List, Unicode

from nbtrack import process
from nbtrack.endpoints import store_ids
from nbtrack.entities import Run
from nbtrack.errors import InvalidValue
from nbtrack.notebook import static_fallback
from nbtrack.notebook.panels.rpc_widget import DIST, RpcWidget

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nbtrack.notebook.panels.rpc_widget import Reply
    from nbtrack.tracking import events


class Bundle(NamedTuple):
    """A panel's script and its styles as built, compressed, and a name with their digest."""

    name: str
    script: bytes
    style: bytes


class UnpackedBundles:
    """The names of the bundles that a page has unpacked: from then on panels come without them."""

    def __init__(self) -> None:
        self.names: set[str] = set()


@cache
def bundle(name: str) -> Bundle:
    """Return the bundle of a panel."""
    script = (DIST / f"{name}.js").read_bytes()
    style = b"".join((DIST / f"{each}.css").read_bytes() for each in ("panel", name))
    digest = hashlib.sha256(script + style).hexdigest()[:16]
    return Bundle(f"{name}-{digest}", gzip.compress(script, mtime=0), gzip.compress(style, mtime=0))


class Panel(RpcWidget):
    """A live panel, and a static output that takes its place in a saved notebook and that the front end hides.

    Its script and style sheet travel packed, with the first panels of a kernel only, and a page unpacks them once
    for all panels of a kind.
    """

    front: str
    """Which bundle of the front end draws it."""
    painted: tuple[str, ...] = ()
    """The traits that its static output shows."""
    _esm = (DIST / "loader.js").read_text("utf-8")
    _listener: events.Subscriber | None = None

    _bundle = Unicode().tag(sync=True)
    _script = Bytes().tag(sync=True)
    _style = Bytes().tag(sync=True)

    uid = Unicode(help="Ties the panel to its static output.").tag(sync=True)
    store = Unicode(help="The name by which Jupyter's server offers the store; empty: it does not.").tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        carried = bundle(self.front)
        unpacked = carried.name in process.state(UnpackedBundles).names
        packed = {} if unpacked else {"_script": carried.script, "_style": carried.style}
        offered = store_ids.store_id(self.client.store.uri)
        super().__init__(uid=os.urandom(8).hex(), store=offered, _bundle=carried.name, **packed, **traits)

    def on_event(self, event: str) -> None:
        """Note that a page has unpacked the bundle."""
        if event == "unpacked":
            process.state(UnpackedBundles).names.add(bundle(self.front).name)

    def answer(self, endpoint: str, arguments: Mapping[str, Any]) -> Reply:
        """Return the answer of an endpoint, the panel's bundle, or the bytes of an artifact."""
        match endpoint:
            case "kernel/bundle":
                carried = bundle(self.front)
                return {}, [carried.script, carried.style]
            case "kernel/artifact":
                path = str(arguments["path"])
                content = self.client.fetch(str(arguments["run_id"]), path)
                return {"name": path.rpartition("/")[2]}, [content or b""]
        return super().answer(endpoint, arguments)

    def static(self) -> dict[str, Any]:
        """Return what a saved notebook shows in the panel's place, as a mime bundle without any script."""
        return {"text/plain": repr(self)}

    def close(self) -> None:
        """Stop all updates, and close the widget."""
        if self._listener is not None:
            self._listener.close()
        super().close()

    def _ipython_display_(self) -> None:
        show(self)
        static_fallback.fallbacks().leave(self)


class Stack(VBox):
    """Panels one above the other; only in here a table can open something below it."""

    def __init__(self, children: Sequence[Panel], **traits: Any) -> None:
        super().__init__(children, _dom_classes=["nbtrack-stack"], **traits)

    def __repr__(self) -> str:
        """Name the panels."""
        return ", ".join(map(repr, self.children))

    def close(self) -> None:
        """Close the panels as well."""
        for each in self.children:
            each.close()
        super().close()

    def _display_(self) -> Any:
        """Return what marimo shows: it knows no boxes of ipywidgets, but the panels in them."""
        import marimo

        return marimo.vstack([marimo.ui.anywidget(each) for each in self.children])

    def _ipython_display_(self) -> None:
        show(self)
        for each in self.children:
            static_fallback.fallbacks().leave(each)


def show(widget: Any) -> None:
    """Display a widget, live."""
    display(view(widget), raw=True)


def view(widget: Any) -> dict[str, Any]:
    """Return the mime bundle that shows a widget, live."""
    place = {"version_major": 2, "version_minor": 0, "model_id": widget.model_id}
    return {"application/vnd.jupyter.widget-view+json": place, "text/plain": repr(widget)}


def ids(runs: Iterable[Run | str] | Run | str) -> list[str]:
    """Return the ids of runs, or of one, each of which is given as it is or by its id.

    Raises
    ------
    InvalidValue
        For anything else.
    """
    if isinstance(runs, str) or not isinstance(runs, Iterable):
        return [_id(runs)]
    return [_id(each) for each in runs]


def _id(run: object) -> str:
    if isinstance(run, Run):
        return run.info.run_id
    if isinstance(run, str):
        return run
    msg = f"runs are selected by a list of runs or of their ids, not by {type(run).__name__}"
    raise InvalidValue(msg)


class RunIds(List[str]):
    """Ids of runs; runs are taken, too."""

    def __init__(self, **metadata: Any) -> None:
        super().__init__(Unicode(), **metadata)

    def validate(self, obj: Any, value: Any) -> Any:
        """Put the ids of runs in their places."""
        return super().validate(obj, ids(value))
