"""Every name of MLflow Tracking is there, and is called as MLflow's is."""

from __future__ import annotations

import enum
import inspect
from importlib import import_module

import pytest

import nbtrack

FUNCTIONS = {
    "start_run": "run_id=None, experiment_id=None, run_name=None, nested=False, parent_run_id=None, tags=None, description=None, log_system_metrics=None",
    "end_run": "status='FINISHED'",
    "active_run": "",
    "last_active_run": "",
    "get_run": "run_id",
    "get_parent_run": "run_id",
    "delete_run": "run_id",
    "restore_run": "run_id",
    "search_runs": "experiment_ids=None, filter_string='', run_view_type=1, max_results=100000, order_by=None, output_format='pandas', search_all_experiments=False, experiment_names=None",
    "log_param": "key, value, synchronous=None",
    "log_parameter": "key, value, synchronous=None",
    "log_params": "params, synchronous=None, run_id=None",
    "log_metric": "key, value, step=None, synchronous=None, timestamp=None, run_id=None, model_id=None, dataset=None",
    "log_metrics": "metrics, step=None, synchronous=None, run_id=None, timestamp=None, model_id=None, dataset=None",
    "set_tag": "key, value, synchronous=None",
    "set_tags": "tags, synchronous=None",
    "delete_tag": "key",
    "log_artifact": "local_path, artifact_path=None, run_id=None",
    "log_artifacts": "local_dir, artifact_path=None, run_id=None",
    "log_text": "text, artifact_file, run_id=None",
    "log_dict": "dictionary, artifact_file, run_id=None",
    "log_figure": "figure, artifact_file, *, save_kwargs=None",
    "log_image": "image, artifact_file=None, key=None, step=None, timestamp=None, synchronous=None",
    "log_table": "data, artifact_file, run_id=None",
    "load_table": "artifact_file, run_ids=None, extra_columns=None",
    "log_stream": "stream, artifact_file, run_id=None",
    "get_artifact_uri": "artifact_path=None",
    "log_input": "dataset=None, context=None, tags=None, model=None",
    "log_inputs": "datasets=None, contexts=None, tags_list=None, models=None",
    "set_experiment": "experiment_name=None, experiment_id=None",
    "create_experiment": "name, artifact_location=None, tags=None",
    "get_experiment": "experiment_id",
    "get_experiment_by_name": "name",
    "search_experiments": "view_type=1, max_results=None, filter_string=None, order_by=None",
    "delete_experiment": "experiment_id",
    "restore_experiment": "experiment_id",
    "set_experiment_tag": "key, value",
    "set_experiment_tags": "tags",
    "delete_experiment_tag": "key",
    "get_logged_model": "model_id",
    "search_logged_models": "experiment_ids=None, filter_string=None, datasets=None, max_results=None, order_by=None, output_format='pandas'",
    "last_logged_model": "",
    "initialize_logged_model": "name=None, source_run_id=None, tags=None, params=None, model_type=None, experiment_id=None",
    "finalize_logged_model": "model_id, status",
    "set_logged_model_tags": "model_id, tags",
    "delete_logged_model_tag": "model_id, key",
    "log_model_params": "params, model_id=None",
    "set_tracking_uri": "uri",
    "get_tracking_uri": "",
    "is_tracking_uri_set": "",
    "set_registry_uri": "uri",
    "get_registry_uri": "",
    "enable_system_metrics_logging": "",
    "disable_system_metrics_logging": "",
    "set_system_metrics_sampling_interval": "interval",
    "set_system_metrics_samples_before_logging": "samples",
    "flush_async_logging": "",
    "flush_artifact_async_logging": "",
    "doctor": "mask_envs=False",
    "artifacts.download_artifacts": "artifact_uri=None, run_id=None, artifact_path=None, dst_path=None, tracking_uri=None, registry_uri=None",
    "artifacts.list_artifacts": "artifact_uri=None, run_id=None, artifact_path=None, tracking_uri=None",
    "artifacts.load_text": "artifact_uri",
    "artifacts.load_dict": "artifact_uri",
    "artifacts.load_image": "artifact_uri",
    "data.from_pandas": "df, source=None, targets=None, name=None, digest=None, predictions=None",
    "data.from_numpy": "features, source=None, targets=None, name=None, digest=None",
}
CLIENT = {
    "__init__": "tracking_uri=None, registry_uri=None",
    "create_experiment": "name, artifact_location=None, tags=None",
    "get_experiment": "experiment_id",
    "get_experiment_by_name": "name",
    "search_experiments": "view_type=1, max_results=1000, filter_string=None, order_by=None, page_token=None",
    "rename_experiment": "experiment_id, new_name",
    "delete_experiment": "experiment_id",
    "restore_experiment": "experiment_id",
    "set_experiment_tag": "experiment_id, key, value",
    "delete_experiment_tag": "experiment_id, key",
    "create_run": "experiment_id, start_time=None, tags=None, run_name=None",
    "get_run": "run_id",
    "get_parent_run": "run_id",
    "update_run": "run_id, status=None, name=None",
    "set_terminated": "run_id, status=None, end_time=None",
    "delete_run": "run_id",
    "restore_run": "run_id",
    "search_runs": "experiment_ids, filter_string='', run_view_type=1, max_results=1000, order_by=None, page_token=None",
    "log_metric": "run_id, key, value, timestamp=None, step=None, synchronous=None, dataset_name=None, dataset_digest=None, model_id=None",
    "log_param": "run_id, key, value, synchronous=None",
    "log_batch": "run_id, metrics=(), params=(), tags=(), synchronous=None",
    "set_tag": "run_id, key, value, synchronous=None",
    "delete_tag": "run_id, key",
    "log_inputs": "run_id, datasets=None, models=None",
    "get_metric_history": "run_id, key",
    "create_logged_model": "experiment_id, name=None, source_run_id=None, tags=None, params=None, model_type=None",
    "finalize_logged_model": "model_id, status",
    "get_logged_model": "model_id",
    "search_logged_models": "experiment_ids, filter_string=None, datasets=None, max_results=None, order_by=None, page_token=None",
    "delete_logged_model": "model_id",
    "set_logged_model_tags": "model_id, tags",
    "delete_logged_model_tag": "model_id, key",
    "log_model_params": "model_id, params",
    "log_outputs": "run_id, models",
    "log_artifact": "run_id, local_path, artifact_path=None",
    "log_artifacts": "run_id, local_dir, artifact_path=None",
    "log_text": "run_id, text, artifact_file",
    "log_dict": "run_id, dictionary, artifact_file",
    "log_figure": "run_id, figure, artifact_file, *, save_kwargs=None",
    "log_image": "run_id, image, artifact_file=None, key=None, step=None, timestamp=None, synchronous=None",
    "log_table": "run_id, data, artifact_file",
    "load_table": "experiment_id, artifact_file, run_ids=None, extra_columns=None",
    "log_stream": "run_id, stream, artifact_file",
    "list_artifacts": "run_id, path=None",
    "download_artifacts": "run_id, path='', dst_path=None",
}
MORE = {"delete_run": ["permanently"], "delete_experiment": ["permanently"], "search_runs": ["columns"]}
"""Arguments of ours that MLflow's functions have not; each has a default."""
ENTITIES = {
    "Run": ("info", "data", "inputs"),
    "RunInfo": (
        "run_id",
        "run_uuid",
        "run_name",
        "experiment_id",
        "user_id",
        "status",
        "start_time",
        "end_time",
        "artifact_uri",
        "lifecycle_stage",
    ),
    "RunData": ("metrics", "params", "tags"),
    "RunInputs": ("dataset_inputs",),
    "RunStatus": ("RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED", "to_string", "from_string", "is_terminated"),
    "Experiment": (
        "experiment_id",
        "name",
        "artifact_location",
        "lifecycle_stage",
        "tags",
        "creation_time",
        "last_update_time",
    ),
    "Metric": ("key", "value", "timestamp", "step"),
    "Param": ("key", "value"),
    "RunTag": ("key", "value"),
    "ViewType": ("ACTIVE_ONLY", "DELETED_ONLY", "ALL"),
    "FileInfo": ("path", "is_dir", "file_size"),
    "LifecycleStage": ("ACTIVE", "DELETED"),
    "Dataset": ("name", "digest", "source_type", "source", "schema", "profile"),
    "DatasetInput": ("dataset", "tags"),
}


def shown(function, more):
    """Return the arguments of a function as text, without those that are ours alone."""
    words, star = [], False
    for each in inspect.signature(function).parameters.values():
        if each.name in more:
            assert each.default is not each.empty
            continue
        if each.kind is each.KEYWORD_ONLY and not star:
            words.append("*")
            star = True
        default = each.default.value if isinstance(each.default, enum.Enum) else each.default
        words.append(each.name if default is each.empty else f"{each.name}={default!r}")
    return ", ".join(word for word in words if word != "self")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_function(name):
    found = nbtrack
    for part in name.split("."):
        found = getattr(found, part)
    assert shown(found, MORE.get(name, [])) == FUNCTIONS[name]
    assert inspect.getdoc(found)


@pytest.mark.parametrize("name", CLIENT)
def test_client_method(name):
    assert shown(getattr(nbtrack.MlflowClient, name), []) == CLIENT[name]


@pytest.mark.parametrize("name", ENTITIES)
def test_entity(name):
    found = getattr(nbtrack.entities, name)
    assert [each for each in ENTITIES[name] if not hasattr(found, each)] == []


def test_names_are_where_users_look_for_them():
    for module, names in {
        "nbtrack": [
            "ActiveRun",
            "MlflowClient",
            "MlflowException",
            "Image",
            "artifacts",
            "data",
            "entities",
            "exceptions",
            "tracking",
        ],
        "nbtrack.tracking": ["ActiveRun", "MlflowClient", "Run"],
        "nbtrack.exceptions": ["MlflowException"],
    }.items():
        found = nbtrack.exceptions if module == "nbtrack.exceptions" else import_module(module)
        assert [each for each in names if not hasattr(found, each)] == []
