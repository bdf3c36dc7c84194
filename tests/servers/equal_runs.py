"""Two clients, ours or MLflow's, have equal runs."""

from __future__ import annotations

from pathlib import Path


def same(here, there, run_id, number=repr, own_tags=(), order=list):
    """Assert that two clients have the same run: its metadata, values, every point, inputs and artifacts."""
    read, written = here.get_run(run_id), there.get_run(run_id)
    for name in ("run_id", "run_name", "user_id", "status", "start_time", "end_time", "lifecycle_stage"):
        assert getattr(read.info, name) == getattr(written.info, name), name
    assert read.data.params == written.data.params
    read_tags, written_tags = (
        {key: value for key, value in each.data.tags.items() if key not in own_tags} for each in (read, written)
    )
    assert read_tags == written_tags
    assert read.data.metrics.keys() == written.data.metrics.keys()
    for key in written.data.metrics:
        points = [
            [(number(each.value), each.step, each.timestamp) for each in client.get_metric_history(run_id, key)]
            for client in (here, there)
        ]
        assert order(points[0]) == order(points[1])
        assert number(read.data.metrics[key]) == number(written.data.metrics[key])
    assert inputs(read) == inputs(written)
    assert files(here, run_id) == files(there, run_id)


def inputs(run):
    """Return the datasets of a run with everything that describes them."""
    names = ("name", "digest", "source_type", "source", "schema", "profile")
    return [
        (*(getattr(each.dataset, name) or None for name in names), {tag.key: tag.value for tag in each.tags})
        for each in run.inputs.dataset_inputs
    ]


def files(client, run_id, path=""):
    """Return the content of each artifact of a run by its path."""
    found = {}
    for each in client.list_artifacts(run_id, path):
        if each.is_dir:
            found |= files(client, run_id, each.path)
        else:
            found[each.path] = Path(client.download_artifacts(run_id, each.path)).read_bytes()
    return found
