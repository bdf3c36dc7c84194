"""A Python that imports slow modules once: each program runs in a fork of it, so with modules and names of its own."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import NamedTuple

_FORKS = """
import json, os, sys, traceback
exec(sys.argv[1])
for line in sys.stdin:
    asked = json.loads(line)
    child = os.fork()
    if not child:
        exit_code = 1
        try:
            output = os.open(asked["output"], os.O_WRONLY)
            os.dup2(output, 1), os.dup2(output, 2)
            os.chdir(asked["folder"])
            os.environ.clear(), os.environ.update(asked["environment"])
            sys.argv = ["-c", *asked["arguments"]]
            names = {"__name__": "__main__"}
            exec(sys.orig_argv[-1], names)
            exec(compile(asked["code"], "<program>", "exec"), names)
            exit_code = 0
        except SystemExit as ended:
            exit_code = int(ended.code or 0)
        except BaseException:
            traceback.print_exc()
        sys.stdout.flush(), sys.stderr.flush()
        os._exit(exit_code)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


class Ended(NamedTuple):
    """How a program ended, and what it printed."""

    returncode: int
    output: str


def run(imports, code, arguments=(), environment=None):
    """Run a program in the working directory after statements that import what is slow.

    Parameters
    ----------
    imports : str
        Statements that are executed once in all, for the imports, and again in the names of the program.
    code : str
        The program.
    arguments : sequence
        What it finds in `sys.argv`.
    environment : dict
        Its environment variables; by default, those of this process.
    """
    process = _process(imports)
    with tempfile.NamedTemporaryFile() as output:
        asked = {
            "code": code, "arguments": [str(each) for each in arguments], "output": output.name,
            "folder": str(Path.cwd()), "environment": dict(environment or os.environ),
        }  # fmt: skip
        process.stdin.write(json.dumps(asked) + "\n")
        process.stdin.flush()
        return Ended(int(process.stdout.readline()), Path(output.name).read_text())


@cache
def _process(imports):
    process = subprocess.Popen(
        [sys.executable, "-c", _FORKS, imports], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    atexit.register(process.communicate)
    return process
