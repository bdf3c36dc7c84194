"""How long the trials of a sweep take in turn, in two processes, and on two workers of dask.

``python tests/benchmarks/sweeps.py [--trials 24] [--seconds 1]`` prints the times, and their ratios to the first.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "servers"))

import dask_cluster
from kernels import Kernel

CELL = """%%track {name} --grid rate=1..{trials} {how}
import time
rate = 0
time.sleep({seconds})
score = 1 / rate"""


def main():
    """Print the times."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--trials", type=int, default=24)
    parser.add_argument("--seconds", type=float, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, dask_cluster.running(Path(folder), workers=2) as cluster:
        kernel = Kernel(Path(folder))
        kernel.run("%load_ext nbtrack")
        ways = {"in turn": "", "two processes": "--jobs 2", "two workers of dask": f"--on {cluster.address}"}
        took = {}
        for name, how in ways.items():
            cell = CELL.format(name=name.split()[0], trials=asked.trials, how=how, seconds=asked.seconds)
            began = time.perf_counter()
            done = kernel.run(cell)
            took[name] = time.perf_counter() - began
            assert f"{asked.trials} finished" in done.text, done
            print(f"{name:20} {took[name]:6.1f} s  {took[name] / took['in turn']:.2f}")
        kernel.stop()


if __name__ == "__main__":
    main()
