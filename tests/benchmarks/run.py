"""Measure nbtrack beside what limits it and beside its peers, in one run, round by round.

    .venv/bin/python tests/benchmarks/run.py [--peers] [--quick] [--json PATH] [--readme PATH] [--only SUBJECT ...]

Each contender of a subject is a process of its own; they take turns (A B C A B C …), and a row of the table
shows the median of the rounds. `--peers` measures mlflow and trackio as well, which are installed into
`.benchmarks/` the first time. `--quick` is small and says little about speed: it shows that all of it works.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

import machine
import peers
from rounds import SUBJECTS, measured
from table import brief, insert, markdown, table

KEPT = Path(__file__).resolve().parent.parent.parent / ".benchmarks"


def asked() -> argparse.Namespace:
    """Read the command line."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--peers", action="store_true", help="measure mlflow and trackio as well")
    words.add_argument("--quick", action="store_true", help="little of everything, in less than a minute")
    words.add_argument("--json", type=Path, help="write the table and all samples to this file")
    words.add_argument("--readme", type=Path, help="put a short table between the marks of this file")
    words.add_argument("--only", nargs="+", choices=SUBJECTS, default=SUBJECTS, help="measure these subjects")
    words.add_argument("--folder", type=Path, help="keep the stores here meanwhile (by default .benchmarks)")
    return words.parse_args()


def kept() -> Path:
    """Return the folder for what is kept between runs, which git ignores."""
    KEPT.mkdir(exist_ok=True)
    (KEPT / ".gitignore").write_text("*\n")
    return KEPT


def main() -> None:
    """Measure, print, write."""
    options = asked()
    python = peers.installed(kept() / "peers") if options.peers else None
    where, found = machine.described(python), {}
    with tempfile.TemporaryDirectory(dir=options.folder or kept(), ignore_cleanup_errors=True) as folder:
        for subject in options.only:
            print(f"{subject} …", file=sys.stderr)
            found[subject] = measured(subject, Path(folder), python, quick=options.quick)
    rows = table(found)
    if options.json:
        results = {**where, "quick": options.quick, "rows": rows}
        options.json.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")
    if options.readme:
        insert(options.readme, [*brief(rows), "", machine.line(where)])
    print(machine.line(where), *markdown(rows), sep="\n")


if __name__ == "__main__":
    main()
