"""Precision and recall of the rules on the independent corpus.

``python tests/capture/score.py`` prints them per file, ``--record`` also writes the gaps of each cell to
``independent_corpus/known_gaps.json``, and names of cells show what was found and missed in these.

Keys are compared without case and punctuation. A key that is more qualified than the wanted one is as good
(``results.rsquared`` for ``rsquared``); a second key for the same wanted one is wrong.
"""

from __future__ import annotations

import json
import os
import re
import sys
import warnings
from collections import Counter, defaultdict
from fnmatch import fnmatch
from math import isclose
from typing import NamedTuple

os.environ.setdefault("MPLBACKEND", "agg")

import library_stand_ins
from cell_runner import Ran, run
from labelled_cells import CORPUS, LabelledCell, load_labelled

KINDS = ("params", "metrics", "curves")
GAPS = CORPUS / "known_gaps.json"
SEEDS_AND_DEVICES = ("*seed*", "*random_state", "*device")
"""Keys that no label needs to name: some people record them, others do not."""


class Judgement(NamedTuple):
    """The keys of one kind in one cell: found and wanted, found and not wanted, wanted and not found."""

    right: list[str]
    extra: list[str]
    missed: list[str]


def found_in(facts) -> dict[str, dict]:
    """Return what was found in a cell, per kind: values of parameters, steps of curves."""
    return {
        "params": {one.key: one.value for one in facts.params},
        "metrics": {one.key: one.value for one in facts.metrics},
        "curves": {one.key: list(one.steps) for one in facts.columns},
    }


def judge(labelled: LabelledCell, kind: str, ran: Ran) -> Judgement:
    """Compare what was found with the labels of a cell; each wanted key takes one found key at most."""
    found, wanted, taken = found_in(ran.facts)[kind], labelled.wanted(kind, ran.names), {}
    for named_alike in (_same_name, _alias, _more_qualified):
        for key, expected in wanted.items():
            for one, seen in found.items():
                free = key not in taken and one not in taken.values()
                if free and named_alike(labelled, key, one) and _as_expected(kind, expected, seen):
                    taken[key] = one
    extra = [key for key in found if key not in taken.values() and not _optional(labelled, kind, key)]
    return Judgement(sorted(taken), sorted(extra), sorted(wanted.keys() - taken))


def _same_name(labelled: LabelledCell, key: str, found: str) -> bool:
    return _plain(key) == _plain(found)


def _alias(labelled: LabelledCell, key: str, found: str) -> bool:
    return _matches(found, labelled.aliases.get(key, ()))


def _more_qualified(labelled: LabelledCell, key: str, found: str) -> bool:
    parts = found.split(".")
    return any(_plain(key) == _plain(".".join(parts[number:])) for number in range(1, len(parts)))


def _plain(key: str) -> str:
    """Return a key without case and punctuation, except for the wildcards of a pattern."""
    return re.sub(r"[^a-z0-9*]+", "_", key.lower()).strip("_")


def _matches(key: str, patterns) -> bool:
    return any(fnmatch(_plain(key), _plain(one)) for one in patterns)


def _as_expected(kind: str, expected, seen) -> bool:
    if expected is ...:
        return True
    if kind == "params":
        return str(expected) == str(seen)
    if kind == "metrics":
        return isclose(expected, seen, rel_tol=1e-6)
    return expected is None or (len(seen) == expected if isinstance(expected, int) else seen == list(expected))


def _optional(labelled: LabelledCell, kind: str, key: str) -> bool:
    patterns = [one.removeprefix(f"{kind}:") for one in labelled.optional]
    return _matches(key, [one for one in patterns if ":" not in one]) or _matches(key, SEEDS_AND_DEVICES)


def judge_cell(labelled: LabelledCell, ran: Ran) -> dict[str, Judgement]:
    """Judge all kinds of one cell."""
    return {kind: judge(labelled, kind, ran) for kind in KINDS}


def gaps(judgements: dict[str, Judgement]) -> dict[str, list[str]]:
    """Return what differs from the labels of a cell, in the form of the file of known gaps."""
    return {
        f"{kind} {how}": keys
        for kind, one in judgements.items()
        for how, keys in (("extra", one.extra), ("missed", one.missed))
        if keys
    }


class Score(NamedTuple):
    """Counts of keys of one kind over many cells."""

    right: int
    extra: int
    missed: int

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.extra) if self.right + self.extra else 1.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0


def score(judgements, kind: str) -> Score:
    """Return the counts of a kind over the judgements of cells."""
    counts = Counter()
    for one in judgements:
        counts.update({how: len(keys) for how, keys in one[kind]._asdict().items()})
    return Score(counts["right"], counts["extra"], counts["missed"])


def judge_corpus() -> dict[str, tuple[LabelledCell, dict[str, Judgement]]]:
    """Run every cell tracked and return its judgements, under its name."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        library_stand_ins.install()
        return {one.name: (one, judge_cell(one, run(one.cell, tracked=True))) for one in load_labelled()}


def record(judged) -> None:
    """Write the gaps of all cells."""
    known = {name: found for name, (_, judgements) in judged.items() if (found := gaps(judgements))}
    GAPS.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n")


def table(judged) -> str:
    """Return precision and recall per file and over all, as text."""
    files = defaultdict(list)
    for labelled, judgements in judged.values():
        files[labelled.file].append(judgements)
    files["all"] = [judgements for _, judgements in judged.values()]
    lines = [f"{'':20} cells" + "".join(f"   {kind + ' P':>9}    R  wanted" for kind in KINDS)]
    for file, judgements in files.items():
        scores = [score(judgements, kind) for kind in KINDS]
        columns = (f"   {one.precision:9.2f} {one.recall:4.2f} {one.right + one.missed:7}" for one in scores)
        lines.append(f"{file:20} {len(judgements):5}" + "".join(columns))
    return "\n".join(lines)


def main(*arguments: str) -> None:
    """Print the table, or the judgements of the cells named."""
    judged = judge_corpus()
    names = [one for one in arguments if one != "--record"]
    for name in names:
        for kind, one in judged[name][1].items():
            print(f"{name} {kind}: right {one.right}, extra {one.extra}, missed {one.missed}")
    if not names:
        print(table(judged))
    if "--record" in arguments:
        record(judged)


if __name__ == "__main__":
    main(*sys.argv[1:])
