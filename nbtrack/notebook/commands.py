"""The commands of ``%track``, and the Python functions of the same names."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from IPython.core.error import UsageError
from IPython.display import display

from nbtrack import locate, tags
from nbtrack.errors import WrongState
from nbtrack.notebook import best_cell, card_display, front_end, magic_line, session_registry
from nbtrack.presentation import formatting
from nbtrack.stores.run_lookup import find_run
from nbtrack.tracking import (
    alerts,
    baselines,
    changes,
    context,
    kept_values,
    lifecycle,
    run_annotations,
    run_control,
    sweep_rows,
)
from nbtrack.tracking.client import MlflowClient
from nbtrack.tracking.group_comparison import compare_groups
from nbtrack.tracking.tracking_uri import get_tracking_uri

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nbtrack.alerting.rule import Rule
    from nbtrack.entities import Run
    from nbtrack.notebook.session_registry import SessionState
    from nbtrack.statistics.diff_views import RunDiff
    from nbtrack.tracking.capture_options import CaptureOptions


def run(line: str) -> None:
    """Run a ``%track`` command, and print its result, if it has one.

    Raise `UsageError` when the command is unknown, or lacks an argument.
    """
    command, _, rest = line.strip().partition(" ")
    known = _COMMANDS.get(command or "status")
    if known is None:
        raise UsageError(f"%track: {command!r} is unknown; accepted are {', '.join(sorted(_COMMANDS))}")
    result = known(rest.strip())
    if result:
        print(result)


def status() -> str:
    """Return where runs are stored, which one is active, and what is switched on, in a line or two."""
    active = lifecycle.active_run()
    run = f"active run {formatting.short(active.info.run_name)} ({active.info.run_id})" if active else "no active run"
    location = f"nbtrack stores runs in {locate.without_password(get_tracking_uri())} · {run}"
    session = session_registry.current()
    if session is None:
        return location
    cards = "no cards" if session.preferences.quiet else "a card for each"
    learning = "" if session.learns else " · earlier cells are no longer analysed, after an internal error"
    return f"{location}\n{session.auto}, {cards}{learning}"


def quiet(on: bool = True) -> None:
    """Hide the cards below tracked cells from now on, or show them again."""
    _loaded().preferences.quiet = on


def resume(run: Run | str) -> str:
    """Continue a run that was interrupted; return what to do next.

    The next execution of its cell records into it, and its curves continue where they ended. A run without a cell
    becomes the active run, until `nbtrack.end_run()`.

    Parameters
    ----------
    run : Run or str
        The run, its id, or its name.

    Raises
    ------
    NotFound
        When there is no such run.
    """
    client = MlflowClient()
    found = client.get_run(find_run(client.store, run).info.run_id)
    client.set_tag(found.info.run_id, tags.INTERRUPTED, run_control.RESUMED)
    if tags.ERROR in found.data.tags:
        client.delete_tag(found.info.run_id, tags.ERROR)
    cell, session = found.data.tags.get(tags.CELL), session_registry.current()
    if cell and session is not None:
        session.resumed[cell] = found.info.run_id
        return f"Run the cell again to continue run {formatting.short(found.info.run_name)}."
    lifecycle.start_run(run_id=found.info.run_id)
    return f"Run {formatting.short(found.info.run_name)} is active again, until nbtrack.end_run()."


def drop(name: str, run: Run | str | None = None) -> None:
    """Remove an inferred value from its run, and don't infer it in that cell again while this kernel runs."""
    forget(name, run_annotations.drop(name, run))


def forget(name: str, run: Run) -> None:
    """Don't infer a value again in the cell of a run, while this kernel runs."""
    session = session_registry.current()
    if session is not None:
        session.forget(name, run.data.tags.get(tags.CELL))


def keep_value(name: str, run: Run | str | None = None) -> None:
    """Record a number that looked like a result and was not recorded, and record it in that cell from now on.

    The run gets its value at the end of the cell; where a loop computes it, later runs get a curve.

    Raises
    ------
    NotFound
        When the run has no such unrecorded number, and neither has the notebook.
    """
    keep_in(*run_annotations.resolve_run(run), name)


def keep_in(client: MlflowClient, run: Run, name: str) -> None:
    """Record a number in a run of the client's store, and in its cell from now on; see `keep_value`."""
    session = session_registry.current()
    kept_values.keep(client, run, name, session.number(name) if session is not None else None)
    if session is not None:
        session.keep(name, run.data.tags.get(tags.CELL))


def diff(a: Run | str | None = None, b: Run | str | None = None) -> RunDiff:
    """Return what changed from run `a` to run `b`: parameters, code, data, packages, git, seeds, and the metrics.

    Everything is read from the store, after this kernel has stored what is pending. Code is compared
    statement by statement: moved and reformatted code is distinguished, and so are lines that differ in the
    value of a parameter alone.

    Parameters
    ----------
    a, b : Run or str, optional
        The runs, their ids, or their names. Without `b`, the active run or the last one of this process; without both,
        that run and its baseline, or else the one of the same cell before it.

    Returns
    -------
    RunDiff
        With `changes`, `causes` and `metrics`; it prints as text, shows as HTML, and `to_dict` gives plain data.

    Raises
    ------
    NotFound
        When there is no such run, or no run of the same cell before it.
    """
    session = session_registry.current()
    if session is not None:
        session.background.close()
    return changes.diff(a, b)


def _loaded() -> SessionState:
    session = session_registry.current()
    if session is None:
        raise WrongState("The extension is not loaded: run %load_ext nbtrack first.")
    return session


# the lines


def _auto(rest: str) -> str:
    mode, _, asked = rest.partition(" ")
    auto, defaults = _loaded().auto, _loaded().preferences.defaults
    if mode == "off":
        auto.off()
    elif mode == "on":
        auto.track_each_cell(_options_of_auto(asked, defaults))
    elif mode == "session":
        auto.track_session(_options_of_auto(asked, defaults))
    elif mode:
        raise UsageError(f"%track auto: {mode!r} is unknown; accepted are on, off and session")
    return str(auto)


def _options_of_auto(asked: str, defaults: CaptureOptions) -> CaptureOptions:
    parsed = magic_line.parse(asked)
    if parsed.sweep is not None:
        raise UsageError("%track auto: a sweep is of one cell: put %%track --grid above it")
    return parsed.options(defaults)


def _note(rest: str) -> str:
    quoted = len(rest) > 1 and rest[0] == rest[-1] and rest[0] in "\"'"
    run_annotations.note(_needed("note", "some text", rest[1:-1] if quoted else rest))
    return f"{_shown_again()} has this note now."


def _tag(rest: str) -> str:
    pairs = [each.partition("=") for each in shlex.split(_needed("tag", "k=v", rest))]
    odd = next((key for key, sign, _ in pairs if not sign or not key), None)
    if odd is not None:
        raise UsageError(f"%track tag: write each tag as key=value, not {odd!r}")
    run_annotations.tag({key: value for key, _, value in pairs})
    named = ", ".join(f"{key}={formatting.short(value, 40)}" for key, _, value in pairs)
    return f"{_shown_again()} is tagged {named}."


def _goal(rest: str) -> str:
    metric, _, direction = _needed("goal", "a metric and max or min", rest).rpartition(" ")
    run_annotations.goal(_needed("goal", "a metric and max or min", metric.strip()), direction)
    return f"In this experiment, a {'higher' if direction == 'max' else 'lower'} {metric.strip()} is better."


def _baseline(rest: str) -> str:
    words = shlex.split(rest)
    names = [each for each in words if each != "--cell"]
    if len(names) > 1 or any(each.startswith("--") for each in names):
        raise UsageError(f"%track baseline: {rest!r} is not understood; accepted are a run, --cell and off")
    if names == ["off"]:
        cleared = baselines.clear_baseline()
        return f"{formatting.counted(len(cleared), 'baseline')} removed." if cleared else "There was no baseline."
    scope = "cell" if len(names) < len(words) else "experiment"
    run = baselines.set_baseline(*names, of=scope)
    return f"The runs of this {scope} are compared with {formatting.short(run.info.run_name)}."


def _alert(rest: str) -> str:
    asked = magic_line.alert(rest)
    if asked.off:
        cleared = alerts.clear_alert_rules(asked.rule or None)
        return f"Removed: {_listed(cleared)}" if cleared else "There was no alert rule."
    if not asked.rule:
        known = alerts.alert_rules()
        return f"Alert rules of this experiment: {_listed(known)}" if known else "This experiment has no alert rules."
    alerts.alert_rule(asked.rule, asked.level, stop=asked.stop)
    stops = ", and stop" if asked.stop else ""
    return f"From now on, runs of this experiment raise an alert when {asked.rule}{stops}."


def _listed(rules: Sequence[Rule]) -> str:
    return "; ".join(f"{each.text} ({each.level}{', stops the run' if each.stop else ''})" for each in rules)


def _shown_again() -> str:
    """Update the card of the current run, and return the name of the run."""
    client, run = run_annotations.resolve_run()
    card_display.show_again(client, run.info.run_id)
    return f"Run {formatting.short(run.info.run_name)}"


def _why(_: str) -> str:
    return "\n".join(map(str, run_annotations.why())) or "No value of this run was inferred."


def _quiet(rest: str) -> None:
    if rest not in {"", "on", "off"}:
        raise UsageError(f"%track quiet: {rest!r} is unknown; accepted are on and off")
    quiet(rest != "off")


def _needed(command: str, what: str, given: str) -> str:
    if not given:
        raise UsageError(f"%track {command} needs {what}")
    return given


def _rows(run: str) -> None:
    if not (context.in_notebook() and front_end.has_live_panels()):
        display(sweep_rows.rows(find_run(MlflowClient().store, run) if run else None))
        return
    from nbtrack.notebook.panels.rows_panel import RowsPanel

    display(RowsPanel(run or run_annotations.resolve_run()[1]))


def run_of_rows(run: str | None) -> Run | str | None:
    """Return the run whose rows a ``%chart`` line asks for: the active run or the last one if it names none."""
    return run_annotations.resolve_run()[1] if run == "" else run


def _diff(rest: str) -> None:
    runs = shlex.split(rest)
    if len(runs) > 2:
        raise UsageError(f"%track diff compares two runs, and got {len(runs)}")
    display(diff(*runs))


def _compare(rest: str) -> None:
    asked = magic_line.compare(rest)
    display(compare_groups(by=asked.by, metric=asked.metric, filter=asked.filter))


def _export(rest: str) -> str:
    from nbtrack.report import export_report

    target, _, wanted = _needed("export", "a file, such as report.html", rest).partition(" ")
    written = export_report(target, filter=wanted.strip())
    return f"Wrote {written} ({written.stat().st_size:,} bytes)."


def _explain(rest: str) -> str:
    from nbtrack.notebook.explain import explain

    return str(explain(rest))


def _show(run: str) -> None:
    from nbtrack.notebook.panels import show

    display(show(run))


_COMMANDS: dict[str, Callable[[str], str | None]] = {
    "alert": _alert,
    "auto": _auto,
    "baseline": _baseline,
    "best": best_cell.write,
    "compare": _compare,
    "diff": _diff,
    "drop": lambda rest: drop(_needed("drop", "the name of a value", rest)),
    "explain": _explain,
    "export": _export,
    "goal": _goal,
    "keep": lambda rest: keep_value(_needed("keep", "the name of a value", rest)),
    "note": _note,
    "quiet": _quiet,
    "resume": lambda rest: resume(_needed("resume", "the name or the id of a run", rest)),
    "rows": _rows,
    "show": lambda rest: _show(_needed("show", "the name or the id of a run", rest)),
    "status": lambda _: status(),
    "tag": _tag,
    "why": _why,
}
