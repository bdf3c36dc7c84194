"""What a program logs with nbtrack, or with MLflow itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys

HEAD = """
import json, sys, warnings
warnings.simplefilter("ignore")
if sys.argv[1] == "mlflow":
    import mlflow
else:
    import nbtrack as mlflow
mlflow.set_tracking_uri(sys.argv[2])
"""
TAIL = """
def files(run_id, folder=None):
    for each in client.list_artifacts(run_id, folder):
        yield from files(run_id, each.path) if each.is_dir else [each.path]

client = mlflow.MlflowClient()
found = []
names = {each.experiment_id: each.name for each in client.search_experiments()}
for run in client.search_runs(list(names)):
    histories = {key: len(client.get_metric_history(run.info.run_id, key)) for key in run.data.metrics}
    tags = {key: value for key, value in run.data.tags.items() if key.startswith(("estimator", "mlflow.autologging"))}
    inputs = [[each.dataset.name, each.dataset.profile, each.tags[0].value] for each in run.inputs.dataset_inputs]
    child = "mlflow.parentRunId" in run.data.tags
    found.append({"child": child, "experiment": names[run.info.experiment_id], "status": run.info.status, "params": run.data.params, "metrics": run.data.metrics,
                  "points": histories, "tags": tags, "inputs": inputs, "files": sorted(files(run.info.run_id))})
print(json.dumps(found))
"""


def runs_of(program, which, uri):
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", HEAD + program + TAIL, which, uri],
        check=False, capture_output=True, text=True, env={**os.environ, "MLFLOW_TRACKING_URI": uri},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])
