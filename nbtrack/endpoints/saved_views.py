"""The views of run tables that are saved by name: columns, order, filter and groups, and how the chart is set up.

Each is a tag of an experiment, so that every client of the store has it; those of all experiments together, whose
`experiment_id` is `ALL`, are tags of the experiment Default with names of their own. What a tag holds is checked as it
is read: a view that nbtrack could not have written is left out.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack import tags as reserved
from nbtrack.endpoints import table_query
from nbtrack.endpoints.service import Service, answers
from nbtrack.errors import AlreadyExists, InvalidValue, NotFound
from nbtrack.wire import endpoint_table
from nbtrack.wire import values as wire_values

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nbtrack.stores.interface import Store
    from nbtrack.wire.values import Json

ALL = ""
"""In place of an experiment's id: all experiments together, or several of them."""
_DEFAULT_EXPERIMENT = "0"
LONGEST_NAME = 60
LARGEST = 5_000
"""Most characters of a view: MLflow's servers take no longer tag of an experiment."""
MOST_VIEWS = 200
MOST_ITEMS = 300
"""Most columns, metrics or axes of a view."""
_COLUMNS = ("params.", "metrics.", "tags.", "attributes.")


def _text(value: object) -> bool:
    return isinstance(value, str)


def _texts(value: object) -> bool:
    return isinstance(value, list) and len(value) <= MOST_ITEMS and all(map(_text, value))


def _columns(value: object) -> bool:
    return isinstance(value, list) and _texts(value) and all(each.startswith(_COLUMNS) for each in value)


def _mapping(value: object) -> bool:
    return isinstance(value, dict) and len(value) <= MOST_ITEMS and all(map(_text, value.values()))


def _flag(value: object) -> bool:
    return isinstance(value, bool)


def _share(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1


def _one_of(*accepted: str) -> Callable[[object], bool]:
    return lambda value: value in accepted


def _sort(value: object) -> bool:
    return isinstance(value, list) and table_query.sort_keys(value) == value


def _chart(value: object) -> bool:
    return isinstance(value, dict) and all(name in _OF_CHART and _OF_CHART[name](each) for name, each in value.items())


_OF_CHART: Mapping[str, Callable[[Any], bool]] = {
    "kind": _one_of("history", "scatter", "parallel"),
    "x": _one_of("step", "time", "relative"),
    "smoothing": _share,
    "log_x": _flag,
    "log_y": _flag,
    "band": _text,
    "metrics": _texts,
    "axes": _columns,
    "logs": _columns,
    "colour_by_metric": _flag,
}
_OF_TABLE: Mapping[str, Callable[[Any], bool]] = {
    "filter": _text,
    "sort": _sort,
    "columns": _columns,
    "group": _text,
    "values": lambda value: _mapping(value) and table_query.aggregates(value) == value,
    "marks": lambda value: _mapping(value) and table_query.highlights(value) == value,
    "chart": _chart,
}
CHART_OPTIONS = tuple(_OF_CHART)
"""The properties of a chart that are in a view."""
TABLE_OPTIONS = tuple(each for each in _OF_TABLE if each != "chart")
"""The properties of a table that are in a view."""


def checked(view: Mapping[str, object]) -> dict[str, Any]:
    """Return a view unchanged if it is valid.

    Raises
    ------
    InvalidValue
        When it has an invalid entry, or is too large.
    """
    for name, value in view.items():
        if name not in _OF_TABLE or not _OF_TABLE[name](value):
            msg = f"a view can't have {name[:40]!r} as {str(value)[:80]!r}; it has {', '.join(_OF_TABLE)}"
            raise InvalidValue(msg)
    size = len(_written(view))
    if size > LARGEST:
        msg = f"the view takes {size:,} characters, and at most {LARGEST:,} fit: choose fewer columns or metrics"
        raise InvalidValue(msg)
    return dict(view)


def _written(view: Mapping[str, object]) -> str:
    return json.dumps(view, ensure_ascii=False, separators=(",", ":"))


def _read(text: str) -> dict[str, Any] | None:
    """Return the view in a tag, or None if it is not valid."""
    try:
        found = wire_values.parse_json(text) if len(text) <= LARGEST else None
        return checked(found) if isinstance(found, dict) else None
    except (ValueError, RecursionError, InvalidValue):
        return None


class _Home(NamedTuple):
    """Where views are stored."""

    experiment_id: str
    prefix: str
    """The prefix of the keys of their tags."""
    default: str
    """The key of the tag that names the default view."""


def _home(experiment_id: str) -> _Home:
    if experiment_id == ALL:
        return _Home(_DEFAULT_EXPERIMENT, reserved.VIEW_OF_ALL, reserved.DEFAULT_VIEW_OF_ALL)
    return _Home(experiment_id, reserved.VIEW, reserved.DEFAULT_VIEW)


def views(store: Store, experiment_id: str) -> dict[str, dict[str, Any]]:
    """Return the views of an experiment by their names, sorted."""
    home = _home(experiment_id)
    tags = store.get_experiment(home.experiment_id).tags
    found = {
        key.removeprefix(home.prefix): view
        for key, text in sorted(tags.items())
        if key.startswith(home.prefix)
        and len(key) <= len(home.prefix) + LONGEST_NAME
        and (view := _read(text)) is not None
    }
    return dict(list(found.items())[:MOST_VIEWS])


def view(store: Store, experiment_id: str, name: str) -> dict[str, Any]:
    """Return the view of a name.

    Raises
    ------
    NotFound
        When there is no such view; the message lists the views.
    """
    found = views(store, experiment_id)
    if name not in found:
        place = "all experiments" if experiment_id == ALL else "this experiment"
        known = f"saved are {', '.join(map(repr, found))}" if found else f"none is saved for {place}"
        msg = f"View {name[:LONGEST_NAME]!r} not found: {known}"
        raise NotFound(msg)
    return found[name]


def default(store: Store, experiment_id: str) -> str:
    """Return the name of the view that an experiment is shown with; empty for none."""
    home = _home(experiment_id)
    name = store.get_experiment(home.experiment_id).tags.get(home.default, "")
    return name if name in views(store, experiment_id) else ""


def save(store: Store, experiment_id: str, name: str, view: Mapping[str, object]) -> None:
    """Save a view, in place of the one of that name if there is one.

    Raises
    ------
    InvalidValue
        When the name or the view can't be saved, or when there are too many views.
    """
    text = _written(checked(view))
    known = views(store, experiment_id)
    if _named(name) not in known and len(known) >= MOST_VIEWS:
        msg = f"an experiment has at most {MOST_VIEWS} views: delete one"
        raise InvalidValue(msg)
    _set(store, experiment_id, name, text)


def _set(store: Store, experiment_id: str, name: str, text: str | None) -> None:
    home = _home(experiment_id)
    store.set_experiment_tags(home.experiment_id, {f"{home.prefix}{name}": text})


def _named(name: str) -> str:
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable() or name != name.strip():
        msg = f"a view is named by 1 to {LONGEST_NAME} printable characters, not {name[:80]!r}"
        raise InvalidValue(msg)
    return name


def rename(store: Store, experiment_id: str, name: str, new_name: str) -> None:
    """Give a view another name.

    Raises
    ------
    NotFound
        When there is no such view.
    AlreadyExists
        When there is one of the new name.
    """
    found = view(store, experiment_id, name)
    if _named(new_name) in views(store, experiment_id):
        msg = f"View {new_name!r} already exists"
        raise AlreadyExists(msg)
    was_default = default(store, experiment_id) == name
    save(store, experiment_id, new_name, found)
    _set(store, experiment_id, name, None)
    if was_default:
        set_default(store, experiment_id, new_name)


def delete(store: Store, experiment_id: str, name: str) -> None:
    """Delete a view; raise `NotFound` when there is no such view."""
    view(store, experiment_id, name)
    _set(store, experiment_id, name, None)


def set_default(store: Store, experiment_id: str, name: str) -> None:
    """Set the default view of an experiment; an empty name means none."""
    if name:
        view(store, experiment_id, name)
    home = _home(experiment_id)
    store.set_experiment_tags(home.experiment_id, {home.default: name})


def listing(store: Store, experiment_id: str) -> Json:
    """Return the views of an experiment in their order, and the name of the default."""
    found = [{"name": name, "view": each} for name, each in views(store, experiment_id).items()]
    return {"views": found, "default": default(store, experiment_id)}


@answers(endpoint_table.VIEWS)
def list_views(service: Service, experiment_id: str) -> Json:
    """Return the views of an experiment."""
    return listing(service.store, experiment_id)


@answers(endpoint_table.SAVE_VIEW)
def save_view(service: Service, experiment_id: str, name: str, view: Mapping[str, object]) -> Json:
    """Save a view."""
    save(service.store, experiment_id, name, view)
    return listing(service.store, experiment_id)


@answers(endpoint_table.RENAME_VIEW)
def rename_view(service: Service, experiment_id: str, name: str, new_name: str) -> Json:
    """Rename a view."""
    rename(service.store, experiment_id, name, new_name)
    return listing(service.store, experiment_id)


@answers(endpoint_table.DEFAULT_VIEW)
def default_view(service: Service, experiment_id: str, name: str) -> Json:
    """Set the default view of an experiment, or remove it."""
    set_default(service.store, experiment_id, name)
    return listing(service.store, experiment_id)


@answers(endpoint_table.DELETE_VIEW)
def delete_view(service: Service, experiment_id: str, name: str) -> Json:
    """Delete a view."""
    delete(service.store, experiment_id, name)
    return listing(service.store, experiment_id)
