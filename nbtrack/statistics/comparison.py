"""Groups of runs compared by one metric: means over seeds, confident differences from the best one, and verdicts."""

from __future__ import annotations

import csv
import io
import statistics
from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack.errors import InvalidValue
from nbtrack.presentation import text_tables
from nbtrack.presentation.formatting import counted, number, short
from nbtrack.presentation.group_summary import mean_and_spread
from nbtrack.statistics import comparison_markup
from nbtrack.statistics.intervals import FEWEST
from nbtrack.statistics.samples import difference

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from nbtrack.statistics.intervals import Difference
    from nbtrack.statistics.samples import Sample

MOST_GROUPS = 40
"""The most groups that are compared: the best ones."""
MANY = 3
"""From this many groups on, the best of them counts as selected."""


class GroupComparison(NamedTuple):
    """Groups of runs by one metric, the best first.

    The first group is the one that all others are compared with: `differences` has for each other one how far its mean
    is from that of the first. `goal` is ``max`` or ``min``, or None where nothing says which is better; then the
    highest comes first. `groups` counts all groups, of which the best `MOST_GROUPS` are here.
    """

    metric: str
    goal: str | None
    samples: tuple[Sample, ...]
    differences: tuple[Difference, ...]
    groups: int

    def __repr__(self) -> str:
        return self.text()

    @property
    def verdicts(self) -> list[str]:
        """The verdict on each group compared with the first one."""
        others = zip(self.samples[1:], self.differences, strict=True)
        return ["", *(self._verdict(sample, found) for sample, found in others)]

    def _verdict(self, sample: Sample, found: Difference) -> str:
        if found.distinguishable is None:
            return f"no verdict: it takes {FEWEST} seeds on each side"
        if found.distinguishable:
            return self._direction(found.estimate)
        if found.estimate == 0:
            return "the same"
        if found.needed is None:
            return "not distinguishable; a difference this small needs more than 200 seeds"
        more = max(1, found.needed - found.n)
        return f"not distinguishable; about {more} more {'seed' if more == 1 else 'seeds'} might show a difference"

    def _direction(self, change: float) -> str:
        if self.goal is None:
            return "higher" if change > 0 else "lower"
        return "better" if (change > 0) == (self.goal == "max") else "worse"

    @property
    def remarks(self) -> list[str]:
        """Notes on reading the numbers: which group was selected, what was left out, how groups were compared."""
        return [*self._selected(), *self._left_out(), *self._method()]

    def _selected(self) -> list[str]:
        luck = self._luck()
        if luck is None:
            return []
        return [
            (
                f"The best of {self.groups} was selected, so its mean is probably too good: if all were equal, the "
                f"best would still stand out by about {luck:.2g}. Run it again with new seeds before you report it."
            )
        ]

    def _luck(self) -> float | None:
        """Return how far the best of equal groups lies above their mean by chance: the winner's curse."""
        errors = [each.error for each in self.differences if each.error]
        if self.groups < MANY or self.goal is None or not errors:
            return None
        error = (statistics.fmean(each**2 for each in errors) / 2) ** 0.5
        return float(error) * statistics.NormalDist().inv_cdf((self.groups - 0.375) / (self.groups + 0.25))

    def _left_out(self) -> list[str]:
        left_out, repeated = (sum(getattr(each, what) for each in self.samples) for what in ("left_out", "repeated"))
        said = []
        if left_out:
            said.append(
                f"{counted(left_out, 'run')} left out that failed, were stopped or have no finite "
                f"{short(self.metric, 40)}: groups that lost runs may look better than they are."
            )
        if repeated:
            said.append(f"{counted(repeated, 'run')} left out that repeat a setting and seed; the newest counts.")
        if self.groups > len(self.samples):
            said.append(f"{self.groups - len(self.samples)} groups with lower ranks are not shown.")
        return said

    def _method(self) -> list[str]:
        known = [each for each in self.differences if each.distinguishable is not None]
        if not known:
            return []
        kinds = {each.paired for each in known}
        ways = " or ".join(way for paired, way in _WAYS if paired in kinds)
        many = f", widened because {self.groups} groups are compared" if self.groups > 2 else ""
        return [f"Differences from the first group with 95 % confidence intervals{many}: {ways}."]

    # as text

    def labels(self) -> list[str]:
        """Return the groups by the settings in which they differ."""
        names = self.settings()
        if len(names) == 1:
            return [each.settings.get(names[0], "–") for each in self.samples]
        labels = (", ".join(f"{name}={each.settings.get(name, '–')}" for name in names) for each in self.samples)
        return [each or "all runs" for each in labels]

    def settings(self) -> list[str]:
        """Return the settings in which the groups differ."""
        names = dict.fromkeys(name for each in self.samples for name in each.settings)
        return [name for name in names if len({each.settings.get(name) for each in self.samples}) > 1]

    def heads(self) -> list[str]:
        """Return the headings of the columns of `lines`."""
        return [*(self.settings() or ["group"]), "n", self.metric, "difference", "verdict"]

    def lines(self) -> list[list[str]]:
        """Return for each group its settings, number of runs, mean and spread, its difference and the verdict."""
        names, verdicts = self.settings(), self.verdicts
        return [
            [
                *([sample.settings.get(name, "–") for name in names] or ["all runs"]),
                str(sample.n),
                mean_text(sample),
                difference_text(self.differences[place - 1]) if place else "",
                verdicts[place],
            ]
            for place, sample in enumerate(self.samples)
        ]

    def conclusion(self) -> str:
        """Return in a sentence what the comparison shows."""
        if len(self.samples) < 2:
            return f"There is one group only, with {counted(self.samples[0].n, 'run')}: nothing to compare."
        first, *others = (short(each, 60) for each in self.labels())
        level = [label for label, found in zip(others, self.differences, strict=True) if found.distinguishable is False]
        unknown = sum(each.distinguishable is None for each in self.differences)
        if unknown == len(others):
            return f"No verdict: it takes {FEWEST} seeds or more in each group. The first is {first} so far."
        if level:
            named = ", ".join(level[:3]) + (f" and {len(level) - 3} more" if len(level) > 3 else "")
            return f"{first} comes first, but is not distinguishable from {named}."
        word = {"max": "better", "min": "better"}.get(self.goal or "", "higher")
        known = "all others" if not unknown else f"the {len(others) - unknown} others with enough seeds"
        return f"{first} is {word} than {others[0] if len(others) == 1 else known}."

    def text(self) -> str:
        """Return the comparison as a table for a terminal."""
        lines = [self.heads(), *([short(cell, 60) for cell in line] for line in self.lines())]
        widths = [max(len(line[place]) for line in lines) for place in range(len(lines[0]))]
        rows = (
            "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
        )
        return "\n".join([self.conclusion(), "", *rows, "", *self.remarks]).rstrip()

    def _best(self) -> Sequence[int]:
        """Return the places of the groups in bold: the best one and those not distinguishable from it."""
        if self.goal is None:
            return ()
        level = [place for place, found in enumerate(self.differences, 1) if found.distinguishable is False]
        return [0, *level] if len(self.samples) > 1 else []

    def to_markdown(self) -> str:
        """Return it as a Markdown table; the best group and those not distinguishable from it are bold."""
        return text_tables.markdown(self.heads(), self.lines(), self._best())

    def to_latex(self) -> str:
        """Return it as a LaTeX tabular with rules of booktabs, with the same lines in bold as in Markdown."""
        names = len(self.settings()) or 1
        return text_tables.latex(self.heads(), self.lines(), "l" * names + "rrrl", self._best())

    def to_csv(self) -> str:
        """Return it as CSV with unrounded numbers; the column `best` marks what is bold elsewhere."""
        written = io.StringIO()
        table, frame = csv.writer(written, lineterminator="\n"), self.records()
        table.writerow(frame[0])
        table.writerows(["" if each is None else each for each in line.values()] for line in frame)
        return written.getvalue()

    def to_frame(self) -> pd.DataFrame:
        """Return it as a pandas frame with unrounded numbers, one row for each group."""
        import pandas as pd

        return pd.DataFrame(self.records())

    def records(self) -> list[dict[str, Any]]:
        """Return the groups with unrounded numbers, each as a dictionary."""
        names, best, verdicts = self.settings(), self._best(), self.verdicts
        return [
            {
                **{name: sample.settings.get(name) for name in names},
                "n": sample.n,
                "mean": sample.mean,
                "std": sample.spread,
                **_numbers(self.differences[place - 1] if place else None),
                "verdict": verdicts[place],
                "best": "best" if place in best else "",
            }
            for place, sample in enumerate(self.samples)
        ]

    def _repr_html_(self) -> str:
        held = [sample.values for sample in self.samples]  # noqa: PD011 - no frame

        return comparison_markup.markup(self.conclusion(), self.heads(), self.lines(), held, self._best(), self.remarks)


_WAYS = (
    (True, "seed by seed (permutation of signs; Student's t below 6 pairs)"),
    (False, "without pairs, as their seeds don't match (permutation of Welch's t)"),
)


def _numbers(found: Difference | None) -> dict[str, float | bool | None]:
    names = ("estimate", "low", "high", "p_value", "paired")
    titles = ("difference", "low", "high", "p", "paired")
    return {title: None if found is None else getattr(found, name) for title, name in zip(titles, names, strict=True)}


def mean_text(sample: Sample) -> str:
    """Return mean and spread of a sample, or its single value."""
    return mean_and_spread(sample.values) if sample.spread else number(sample.mean)


def difference_text(found: Difference) -> str:
    """Return a difference with its confidence interval: ``−0.012 [−0.019, −0.005]``."""
    if found.low is None or found.high is None:
        return signed(found.estimate)
    return f"{signed(found.estimate)} [{signed(found.low)}, {signed(found.high)}]"


def signed(value: float) -> str:
    """Return a number in two significant digits with its sign."""
    return "0" if value == 0 else f"{'+' if value > 0 else '−'}{number(float(f'{abs(value):.2g}'))}"


def compare_samples(samples: Sequence[Sample], metric: str, goal: str | None) -> GroupComparison:
    """Return a comparison of samples; those without a value are left out.

    Raises
    ------
    InvalidValue
        When none has a value.
    """
    ordered = sorted((each for each in samples if each.n), key=lambda each: each.mean, reverse=goal != "min")
    if not ordered:
        msg = f"no run that ended well has a finite {metric!r} to compare by"
        raise InvalidValue(msg)
    shown = tuple(ordered[:MOST_GROUPS])
    found = tuple(difference(shown[0], each, len(ordered)) for each in shown[1:])
    return GroupComparison(metric, goal, shown, found, len(ordered))
