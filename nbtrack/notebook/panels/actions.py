"""What the run table's buttons do to runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack import tags as reserved
from nbtrack.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from nbtrack.tracking import MlflowClient


MOST_EXPERIMENTS = 10_000
ONLY_READ = frozenset({"experiments"})
"""Requests that change nothing."""


def changes(kind: str, request: Mapping[str, Any]) -> bool:
    """Tell whether a request changes what is kept."""
    return kind not in ONLY_READ and (kind != "note" or request.get("text") is not None)


def act(client: MlflowClient, kind: str, request: Mapping[str, Any]) -> dict[str, Any]:
    """Do what a button says to the runs that the request names, and say what came of it."""
    does = ACTIONS.get(kind)
    if does is None:
        msg = f"unknown request {kind!r}"
        raise InvalidValue(msg)
    run_ids = [str(each) for each in request.get("runs") or ()]
    return does(client, run_ids, request) or {}


def _delete(client: MlflowClient, run_ids: Sequence[str], request: Mapping[str, Any]) -> None:
    for each in run_ids:
        client.delete_run(each)


def _restore(client: MlflowClient, run_ids: Sequence[str], request: Mapping[str, Any]) -> None:
    for each in run_ids:
        client.restore_run(each)


def _rename(client: MlflowClient, run_ids: Sequence[str], request: Mapping[str, Any]) -> None:
    for each in run_ids:
        client.update_run(each, name=str(request["name"]))


def _tag(client: MlflowClient, run_ids: Sequence[str], request: Mapping[str, Any]) -> None:
    for each in run_ids:
        client.set_tag(each, str(request["key"]), str(request["value"]))


def _note(client: MlflowClient, run_ids: Sequence[str], request: Mapping[str, Any]) -> dict[str, Any]:
    """Return the note of a run, or write one to all."""
    if request.get("text") is None:
        return {"text": client.get_run(run_ids[0]).data.tags.get(reserved.NOTE, "")}
    for each in run_ids:
        client.set_tag(each, reserved.NOTE, str(request["text"]))
    return {}


def _experiments(client: MlflowClient, run_ids: Sequence[str], request: Mapping[str, Any]) -> dict[str, Any]:
    found = client.search_experiments(max_results=MOST_EXPERIMENTS, order_by=["name ASC"])
    return {"experiments": [{"id": each.experiment_id, "name": each.name} for each in found]}


def _create_experiment(client: MlflowClient, run_ids: Sequence[str], request: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": client.create_experiment(str(request["name"]))}


def _rename_experiment(client: MlflowClient, run_ids: Sequence[str], request: Mapping[str, Any]) -> None:
    client.rename_experiment(str(request["experiment"]), str(request["name"]))


def _delete_experiment(client: MlflowClient, run_ids: Sequence[str], request: Mapping[str, Any]) -> None:
    client.delete_experiment(str(request["experiment"]))


def _restore_experiment(client: MlflowClient, run_ids: Sequence[str], request: Mapping[str, Any]) -> None:
    client.restore_experiment(str(request["experiment"]))


ACTIONS: dict[str, Callable[[MlflowClient, Sequence[str], Mapping[str, Any]], dict[str, Any] | None]] = {
    "delete": _delete,
    "restore": _restore,
    "rename": _rename,
    "tag": _tag,
    "note": _note,
    "experiments": _experiments,
    "create_experiment": _create_experiment,
    "rename_experiment": _rename_experiment,
    "delete_experiment": _delete_experiment,
    "restore_experiment": _restore_experiment,
}
