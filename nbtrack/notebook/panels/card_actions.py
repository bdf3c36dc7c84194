"""What answers the links of the cards: chart, compare with last, code, drop, keep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from traitlets import Unicode

from nbtrack.endpoints import run_details
from nbtrack.errors import InvalidValue, NotFound
from nbtrack.notebook import card_display, commands
from nbtrack.notebook.panels.chart_panel import Chart
from nbtrack.notebook.panels.details_panel import ComparisonDetails
from nbtrack.notebook.panels.rpc_widget import DIST, RpcWidget
from nbtrack.presentation import formatting
from nbtrack.stores import baselines
from nbtrack.tracking import MlflowClient, run_annotations

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from nbtrack.entities import Run
    from nbtrack.notebook.panels.panel import Panel
    from nbtrack.notebook.panels.rpc_widget import Reply


class CardActions(RpcWidget):
    """Answers the links of all cards of a kernel; it is never displayed, and the page adds the links by it.

    Parameters
    ----------
    uid : str
        Which cards are this kernel's: they say it themselves.
    """

    _esm = (DIST / "cardToolbar.js").read_text("utf-8")
    _css = (DIST / "cardToolbar.css").read_text("utf-8")

    uid = Unicode(help="The id of this kernel, which its cards carry.").tag(sync=True)

    def __init__(self, uid: str) -> None:
        self._open: dict[str, Panel] = {}
        super().__init__(uid=uid)

    def __repr__(self) -> str:
        """Say how much lies on it."""
        return f"CardActions({len(self._open)} panels)"

    def answer(self, endpoint: str, arguments: Mapping[str, Any]) -> Reply:
        """Return what a link opens, or carry out the action of a button."""
        run_id = str(arguments.get("run_id", ""))
        match endpoint:
            case "kernel/known-runs":
                return {"run_ids": [each for each in map(str, arguments["run_ids"]) if _is_known(each)]}, []
            case "kernel/open-chart":
                return self._opened([Chart([run_id], client=_client(run_id), rows=run_id)])
            case "kernel/open-comparison":
                return self._opened(_compared(run_id))
            case "kernel/close":
                return self._closed(map(str, arguments["panels"]))
            case "kernel/recorded-values":
                return {"values": _recorded_values(run_id)}, []
            case "kernel/drop-value":
                return {"values": _without(run_id, str(arguments["key"]))}, []
            case "kernel/keep-value":
                _keep(run_id, str(arguments["key"]))
                return {}, []
            case "kernel/code":
                return {
                    "lines": (run_details.cell_source(_client(run_id).artifact_folder, run_id) or "").splitlines()
                }, []
        msg = f"unknown request {endpoint[:80]!r}"
        raise InvalidValue(msg)

    def on_event(self, event: str) -> None:
        """Show that the kernel answers again."""
        if event == "hello":
            self.send({"event": "hello"})

    def _opened(self, panels: Iterable[Panel]) -> Reply:
        made = {str(each.model_id): each for each in panels}
        self._open.update(made)
        return {"panels": list(made)}, []

    def _closed(self, panels: Iterable[str]) -> Reply:
        for each in panels:
            panel = self._open.pop(each, None)
            if panel is not None:
                panel.close()
        return {}, []


def _client(run_id: str) -> MlflowClient:
    """Return the store of a card's run: the one in force when it was shown, else that of now."""
    card = card_display.cards().shown.get(run_id)
    return card.client if card is not None else MlflowClient()


def _is_known(run_id: str) -> bool:
    try:
        _client(run_id).get_run(run_id)
    except NotFound:
        return False
    return True


def _compared(run_id: str) -> list[Panel]:
    client = _client(run_id)
    run = client.get_run(run_id)
    last = baselines.compared_with(client.store, run)
    if last is None:
        msg = f"no run of the same cell is there from before {formatting.short(run.info.run_name)}"
        raise NotFound(msg)
    runs = [last, run]
    return [ComparisonDetails(runs, client), Chart(runs, client=client)]


def _recorded_values(run_id: str) -> list[list[str]]:
    """Return key, value and origin, in words, of what was recorded from the code of a run's cell."""
    run = _client(run_id).get_run(run_id)
    return [[each.key, _text(run, each.key), each.source] for each in run_annotations.origins(run)]


def _text(run: Run, key: str) -> str:
    if key in run.data.params:
        return formatting.short(run.data.params[key], 80)
    return formatting.number(run.data.metrics[key]) if key in run.data.metrics else "–"


def _keep(run_id: str, key: str) -> None:
    """Record a number that was passed over, as ``%track keep`` does."""
    commands.keep_in(_client(run_id), _client(run_id).get_run(run_id), key)
    card_display.show_again(_client(run_id), run_id)


def _without(run_id: str, key: str) -> list[list[str]]:
    client = _client(run_id)
    commands.forget(key, run_annotations.remove_inferred(client, client.get_run(run_id), key))
    card_display.show_again(client, run_id)
    return _recorded_values(run_id)
