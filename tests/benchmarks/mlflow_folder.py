"""How long MLflow's stores take in place and to import: seconds of wall clock and of this process.

    python tests/benchmarks/mlflow_folder.py [--quick] [--json FILE]

A folder of 10,000 runs with 20 files each is listed for the first time, again after its files may have changed, and
filtered; a metric of 1,000,000 points is imported. The files are in the page cache, since they have just been written.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import tempfile
import time
import uuid
from pathlib import Path

from nbtrack import locate
from nbtrack.entities import ViewType
from nbtrack.importers import import_runs
from nbtrack.query import parse

EXPERIMENT = "352819057229393439"
META = """artifact_uri: /data/{experiment}/{run}/artifacts
end_time: {end}
entry_point_name: ''
experiment_id: '{experiment}'
lifecycle_stage: active
run_id: {run}
run_name: run-{number}
source_name: ''
source_type: 4
source_version: ''
start_time: {start}
status: 3
tags: []
user_id: ada
"""


def write_experiment(root):
    """Write an empty experiment, and return its folder."""
    folder = root / EXPERIMENT
    folder.mkdir(parents=True)
    text = (
        f"artifact_location: /data/{EXPERIMENT}\nexperiment_id: '{EXPERIMENT}'\nlifecycle_stage: active\nname: many\n"
    )
    (folder / "meta.yaml").write_text(text)
    return folder


def write_run(folder, number, points):
    """Write a run with 20 files: 8 parameters, 5 tags, 6 metrics with some points each."""
    run_id = uuid.UUID(int=number + (1 << 100)).hex
    run = folder / run_id
    start = 1_700_000_000_000 + number
    kinds = {
        "params": {f"p{each}": str(number * each % 7) for each in range(8)},
        "tags": {"mlflow.runName": f"run-{number}", "mlflow.user": "ada", "a": "1", "b": "2", "c": "3"},
        "metrics": {
            f"m{each}": "".join(f"{start + step} {math.exp(-step / (number + 2))} {step}\n" for step in range(points))
            for each in range(6)
        },
    }
    for kind, files in kinds.items():
        (run / kind).mkdir(parents=True)
        for name, text in files.items():
            (run / kind / name).write_text(text)
    meta = META.format(experiment=EXPERIMENT, run=run_id, number=number, start=start, end=start + 1000)
    (run / "meta.yaml").write_text(meta)
    # Runs that were modified in the last minute are looked at more thoroughly.
    for each in run.rglob("*"):
        os.utime(each, (start // 1000, start // 1000))


def timed(work):
    """Return the seconds of wall clock and of this process that some work takes."""
    wall, own = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - own


def listing(root, runs):
    """Measure the listing of a folder of runs."""
    folder = write_experiment(root)
    for number in range(runs):
        write_run(folder, number, 10)
    store = locate.store(root)

    def first_page(text=""):
        found = store.search_runs([EXPERIMENT], parse(text), ViewType.ACTIVE_ONLY, 100)
        assert len(found) == min(100, runs)

    taken = {"list.first": timed(first_page)}
    # Files are not looked at again in the seconds after that.
    time.sleep(5.1)
    taken["list.again"] = timed(first_page)
    taken["list.filtered"] = timed(lambda: first_page("metrics.m1 > -1"))
    return taken


def importing(root, points):
    """Measure the import of one metric with many points."""
    folder = write_experiment(root / "source")
    write_run(folder, 0, 1)
    with next(folder.glob("*/metrics/m0")).open("w") as file:
        file.writelines(f"{1_700_000_000_000 + step * 10} {math.exp(-step / 3e5)} {step}\n" for step in range(points))

    def run():
        assert import_runs(root / "source", root / "into").points == points + 5

    return {"import.points": timed(run)}


def main():
    """Measure, and print or write the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        found = listing(Path(name) / "mlruns", 50 if given.quick else 10_000)
        found |= importing(Path(name), 10_000 if given.quick else 1_000_000)
    for what, (wall, own) in found.items():
        print(f"{what:15} {wall:7.3f} s, of which this process {own:7.3f} s")
    if given.json:
        given.json.write_text(json.dumps(found))


if __name__ == "__main__":
    main()
