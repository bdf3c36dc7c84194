"""Runs one workload in a process of its own, a word from standard input at a time: set_up, once, tear_down.

Each word is answered by a line of JSON: the samples, or what went wrong. Whatever a library prints goes to
standard error.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from importlib import import_module
from pathlib import Path

from workload import NotThere, Workload


def answer(workload: Workload, word: str) -> dict[str, object]:
    """Do what a word says."""
    try:
        return {"samples": getattr(workload, word)() or {}}
    except NotThere as reason:
        return {"missing": str(reason)}
    except Exception:
        return {"error": traceback.format_exc()}


def main(subject: str, contender: str, folder: str, size: str) -> None:
    """Answer until there is nothing more to do."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    kind = import_module(f"workloads.{subject}").CONTENDERS[contender]
    workload = kind(Path(folder), json.loads(size))
    for line in sys.stdin:
        print(json.dumps(answer(workload, line.strip())), file=answers, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
