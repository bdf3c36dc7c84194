"""Arguments that name a run or an experiment by id or name, with shell completion."""

from __future__ import annotations

import contextlib
import functools
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from nbtrack.errors import NbtrackError, NotFound

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbtrack.entities import Experiment, Run
    from nbtrack.tracking.client import MlflowClient

    Completion = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]
    Decorator = Callable[[Callable[..., None]], Callable[..., None]]

MOST_COMPLETIONS = 50


def client() -> MlflowClient:
    """Return a client of the current store."""
    from nbtrack.tracking.client import MlflowClient

    return MlflowClient()


def run(name: str) -> Run:
    """Return the run with this id or name; `InvalidValue` lists the ids if several runs have the name."""
    from nbtrack.stores.run_lookup import find_run

    return find_run(client().store, name)


def experiment(name: str) -> Experiment:
    """Return the experiment with this id or name; a decimal number is an id."""
    store = client()
    if name.isdecimal():
        return store.get_experiment(name)
    found = store.get_experiment_by_name(name)
    if found is None:
        msg = f"Experiment {name!r} not found: no experiment has this id or name"
        raise NotFound(msg)
    return found


def complete_runs(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
    """Return the names of runs with a prefix, the newest first."""
    with contextlib.suppress(NbtrackError):
        store = client()
        everywhere = [each.experiment_id for each in store.search_experiments()]
        found = store.search_runs(everywhere, max_results=1000)
        names = dict.fromkeys(each.info.run_name for each in found if each.info.run_name.startswith(begun))
        return [CompletionItem(each) for each in list(names)[:MOST_COMPLETIONS]]
    return []


def _experiments(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
    with contextlib.suppress(NbtrackError):
        found = client().search_experiments()
        return [CompletionItem(each.name) for each in found if each.name.startswith(begun)][:MOST_COMPLETIONS]
    return []


def _argument_decorator(
    what: str, flags: tuple[str, str], complete: Completion, find: Callable[[str], object]
) -> Decorator:
    """Return a decorator that passes what an argument names, or an option as in MLflow, to a command."""

    def decorate(function: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(function)
        def command(*, argument: str | None, option: str | None, **others: Any) -> None:
            function(**{what: find(argument_or_option(argument, option, what))}, **others)

        taking = click.argument("argument", metavar=f"[{what.upper()}]", required=False, shell_complete=complete)
        return click.option(*flags, "option", help=f"The {what}, by id or name.", shell_complete=complete)(
            taking(command)
        )

    return decorate


run_argument = _argument_decorator("run", ("--run-id", "-r"), complete_runs, run)
experiment_argument = _argument_decorator("experiment", ("--experiment-id", "-x"), _experiments, experiment)


def runs_argument(function: Callable[..., None]) -> Callable[..., None]:
    """Pass the runs that its arguments name to a command, one or more."""
    return _runs_argument(function, required=True)


def any_runs_argument(function: Callable[..., None]) -> Callable[..., None]:
    """Pass the runs that its arguments name to a command, or none."""
    return _runs_argument(function, required=False)


def _runs_argument(function: Callable[..., None], *, required: bool) -> Callable[..., None]:
    @functools.wraps(function)
    def command(*, names: tuple[str, ...], **others: Any) -> None:
        function(runs=[run(each) for each in names], **others)

    metavar = "RUN..." if required else "[RUN...]"
    return click.argument("names", metavar=metavar, nargs=-1, required=required, shell_complete=complete_runs)(command)


def argument_or_option(argument: str | None, option: str | None, what: str) -> str:
    """Return a value that must be given either as an argument or as an option."""
    if (argument is None) == (option is None):
        msg = f"Specify the {what} once, as in: {click.get_current_context().command_path} NAME"
        raise click.UsageError(msg)
    return str(argument if option is None else option)
