"""Prints what a tracking store has recorded as JSON, read through ``mlflow``, whichever that is."""

import hashlib
import json
from pathlib import Path

from mlflow.entities import ViewType
from mlflow.tracking import MlflowClient

client = MlflowClient()


def described(run):
    return {
        "status": str(run.info.status),
        "params": dict(run.data.params),
        "metrics": {key: history(run.info.run_id, key) for key in run.data.metrics},
        "tags": {key: value for key, value in run.data.tags.items() if key.split(".")[0] not in ("mlflow", "nbtrack")},
        "name": run.data.tags.get("mlflow.runName"),
        "parent": run.data.tags.get("mlflow.parentRunId"),
        "note": run.data.tags.get("mlflow.note.content"),
        "datasets": [
            [each.dataset.name, [[tag.key, tag.value] for tag in each.tags]] for each in run.inputs.dataset_inputs
        ],
        "artifacts": artifacts(run.info.run_id),
    }


def history(run_id, key):
    return sorted((each.step, str(each.value)) for each in client.get_metric_history(run_id, key))


def artifacts(run_id, path=""):
    found = {}
    for each in client.list_artifacts(run_id, path):
        if each.is_dir:
            found.update(artifacts(run_id, each.path))
        else:
            content = Path(client.download_artifacts(run_id, each.path)).read_bytes()
            found[each.path] = hashlib.sha256(content).hexdigest()
    return found


if __name__ == "__main__":
    experiments = client.search_experiments(view_type=ViewType.ALL)
    report = {}
    for experiment in experiments:
        runs = client.search_runs([experiment.experiment_id], run_view_type=ViewType.ALL)
        runs.sort(key=lambda run: (run.info.start_time, sorted(run.data.params.items())))
        numbers = {run.info.run_id: number for number, run in enumerate(runs)}
        found = [described(run) for run in runs]
        for each in found:
            each["parent"] = numbers.get(each["parent"])
        if runs or experiment.name != "Default":
            report[experiment.name] = {"stage": experiment.lifecycle_stage, "runs": found}
    print(json.dumps(report))
