"""Trials that a sampler of Optuna suggests, and that one of its pruners may stop."""

from __future__ import annotations

import inspect
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from nbtrack.errors import InvalidValue, Unsupported
from nbtrack.sweeps.trials import Trial
from nbtrack.sweeps.value_lists import Choice

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nbtrack.sweeps.sweep_options import SweepOptions
    from nbtrack.sweeps.value_lists import Values

SAMPLER, PRUNER = "TPESampler", "NopPruner"


class OptunaSearch:
    """Asks a study for trials, and tells it their results; see `nbtrack.sweeps.search.Search`.

    The study always begins with the same seed, so that a sweep that is resumed asks for the same trials as long as it
    gets the same results. Each combination runs with each seed, and the study learns their mean.

    Raises
    ------
    Unsupported
        When Optuna is not installed.
    InvalidValue
        When it has no such sampler or pruner.
    """

    def __init__(self, options: SweepOptions) -> None:
        if find_spec("optuna") is None:
            raise Unsupported("--optuna needs Optuna: pip install optuna")
        import optuna

        optuna.logging.set_verbosity(optuna.logging.WARNING)
        count = options.optuna or 0
        sampler = _made(optuna.samplers, "Sampler", options.sampler or SAMPLER)
        pruner = _made(optuna.pruners, "Pruner", options.pruner or PRUNER)
        self._study: Any = optuna.create_study(direction="maximize", sampler=sampler, pruner=pruner)
        self._space = {name: _distribution(values) for name, values in options.values.items()}
        self._choices = {name: each.values for name, each in options.values.items() if isinstance(each, Choice)}
        self.total, self.stops_early = count * len(options.seeds), options.pruner is not None
        self._left, self._seeds = count, options.seeds
        self._waiting: list[Trial] = []
        self._asked: dict[int, tuple[Any, list[float], int]] = {}
        """For each combination, by the number of its first trial: what was asked, the results, how many are due."""
        self._of_trial: dict[int, int] = {}
        self._numbers = 0
        self._pruned: set[int] = set()

    def next(self) -> Trial | None:
        """Return the next suggestion of the study, or the last one with the next seed."""
        if not self._waiting and self._left:
            self._left -= 1
            self._ask()
        return self._waiting.pop(0) if self._waiting else None

    def _ask(self) -> None:
        asked = self._study.ask(self._space)
        values = {name: self._value(name, found) for name, found in asked.params.items()}
        first = self._numbers
        self._asked[first] = asked, [], len(self._seeds)
        for seed in self._seeds:
            self._of_trial[self._numbers] = first
            self._waiting.append(Trial(self._numbers, values, seed))
            self._numbers += 1

    def _value(self, name: str, found: Any) -> Any:
        return self._choices[name][found] if name in self._choices else found

    def ended(self, trial: Trial, value: float | None) -> None:
        """Tell the study the mean of a combination once all of its trials have ended."""
        first = self._of_trial[trial.number]
        asked, values, due = self._asked[first]
        values.extend([] if value is None else [value])
        self._asked[first] = asked, values, due - 1
        if due > 1:
            return
        import optuna

        states = optuna.trial.TrialState
        if values:
            self._study.tell(asked, sum(values) / len(values))
        else:
            self._study.tell(asked, state=states.PRUNED if first in self._pruned else states.FAIL)

    def stops(self, trial: Trial, curve: Sequence[float]) -> str | None:
        """Report the curve to the study, and ask its pruner."""
        first = self._of_trial[trial.number]
        asked, *_ = self._asked[first]
        for step, value in enumerate(curve):
            if step not in self._study.trials[asked.number].intermediate_values:
                asked.report(value, step)
                if asked.should_prune():
                    self._pruned.add(first)
                    return f"Optuna's {type(self._study.pruner).__name__} at step {step}"
        return None


def _distribution(values: Values) -> Any:
    import optuna

    if isinstance(values, Choice):
        # By number, since a study stores plain values only.
        return optuna.distributions.CategoricalDistribution(list(range(len(values.values))))
    if values.is_integer:
        step = 1 if values.step is None else int(values.step)
        return optuna.distributions.IntDistribution(
            int(values.low), int(values.high), log=values.is_logarithmic, step=step
        )
    return optuna.distributions.FloatDistribution(values.low, values.high, log=values.is_logarithmic, step=values.step)


def _made(module: Any, kind: str, name: str) -> Any:
    """Return a sampler or a pruner by the name of its class, with or without the kind at its end."""
    found = getattr(module, name, None) or getattr(module, f"{name}{kind}", None)
    known = _classes(module, kind)
    if found is None or found.__name__ not in known:
        raise InvalidValue(f"Optuna has no {kind.lower()} {name!r}; it has {', '.join(sorted(known))}")
    needed = {"seed": 0} if "seed" in inspect.signature(found).parameters else {}
    try:
        return found(**needed)
    except TypeError as error:
        raise InvalidValue(f"{found.__name__} can't be made without arguments: {error}") from None


def _classes(module: Any, kind: str) -> Mapping[str, Any]:
    own = {name: each for name, each in vars(module).items() if inspect.isclass(each)}
    return {name: each for name, each in own.items() if name.endswith(kind) and name != f"Base{kind}"}
