"""How MLflow's own server differs from the contract of `Store`, by test or by case of a test."""

from __future__ import annotations

WORDS = "its error messages are worded differently"
KEYS = "its names may have letters, digits and _ - . : / only, and at most 250 characters"
TIES = "of points with the same step and time, the greatest value is the latest, not the one logged last"
TOKENS = "its page tokens are offsets, which can be forged and which shift with new runs"

DIFFERENT = {
    "test_larger_grammar": "it understands MLflow's grammar only; anything else raises Unsupported",
    "test_values_are_bound_not_pasted": "it answers 500 to quotes in the names of columns",
    "test_experiment_name_is_taken_once_also_by_a_deleted_one": WORDS,
    "test_neighbours_differ_in_their_last_digit": "its run ids are random",
    "test_update_changes_what_is_given": "a run that is resumed keeps the time of its end",
    "test_runs_of_a_deleted_experiment_take_no_writes": "it can't purge over the network",
    "test_purged_run_leaves_nothing_to_the_next": "it can't purge over the network",
    "test_appender_records_points_moments_and_columns": "infinity is stored as the greatest number, and " + TIES,
    "test_history_comes_in_logged_order_with_repeats": "histories are sorted by time, and identical points are stored once",
    "test_batch_that_is_sent_again_is_recorded_once_when_asked": "histories are sorted by time",
    "test_once_looks_at_whatever_was_recorded_before": "histories are sorted by time",
    **{
        f"test_values_and_steps_round_trip[{step}-{value}]": "infinity is stored as the greatest number, and -0 as 0"
        for step in (0, -(2**63), 2**63 - 1, 2**53 + 1)
        for value in ("-0.0", "inf", "-inf")
    },
    **{
        f"test_keys_and_texts_round_trip[{key}]": KEYS
        for key in ("e\\u0301", "\\U0001f388", "key7", "quote'\"`", "%_*?[", "\\u202e")
    },
    "test_keys_are_never_merged": KEYS,
    "test_pages_are_stable_under_inserts": TOKENS,
    "test_odd_page_tokens_are_refused[\\U0001f388]": "it answers 500",
    "test_odd_page_tokens_are_refused[eyJvZmZzZXQiOiAxfQ==]": TOKENS,
    "test_page_token_belongs_to_its_search": TOKENS,
}
"""The reason for each test; an id without a case stands for all cases."""


QUEUED = {
    "test_runs_of_a_deleted_experiment_take_no_writes": "a write is refused by the server, after the call has returned",
}
"""How the write queue in front of our own server differs."""


def reason(test):
    """Return how MLflow differs in a test, by the id that the test has without its store, or None."""
    return DIFFERENT.get(test) or DIFFERENT.get(test.partition("[")[0])


SEEN_IN_PLACE = (
    "test_larger_grammar",
    "test_values_are_bound_not_pasted",
    "test_pages_are_stable_under_inserts",
    "test_odd_page_tokens_are_refused",
    "test_page_token_belongs_to_its_search",
)
"""What MLflow's server does not do, but reading its store in place does."""

IN_PLACE = {key: value for key, value in DIFFERENT.items() if not key.startswith(SEEN_IN_PLACE)}
"""How reading MLflow's store in place differs, because of what MLflow's server writes."""

NUMBERS = "its file store numbers experiments at random"
FILES_IN_PLACE = IN_PLACE | {
    "test_run_round_trips": "it writes paths of artifacts as file: URIs",
    "test_deleted_run_takes_no_writes_and_can_be_restored": WORDS,
    "test_parameter_is_written_once": "its file store answers 500",
    "test_batch_is_all_or_nothing": "its file store answers 500",
    "test_two_that_send_the_same_batch_at_once_record_it_once": "its file store keeps repeated points",
    "test_experiment_filters[experiment_id IN ('1', '2')-ab-S Aa-S]": NUMBERS,
    "test_experiment_filters[name ILIKE 'a%-S'-ab-S Aa-S]": NUMBERS,
}
"""The same for its file store."""

DATABASE_IN_PLACE = IN_PLACE | {
    f"test_values_and_steps_round_trip[{step}-1.7976931348623157e+308]": "the greatest number stands for infinity"
    for step in (0, -(2**63), 2**63 - 1, 2**53 + 1)
}
"""The same for its database."""


PLACES = "locations are paths, not file: URIs, and are folders or cloud storage"
CLIENT = "MLflow's own client fails before it sends anything, with a TypeError, with MLflow's own server as well"
UNNAMED = "MLflow's own server says the same: Missing value for required parameter 'name'"
LENIENT = "longer values are kept whole, where MLflow cuts or refuses them"
GRAMMAR = "the grammar of filters is larger, unless NBTRACK_STRICT_MLFLOW=1 restricts it"
GENERATED = "names of runs are made of other words"
EMPTY = "MLflow's client of a server makes an empty list or text of what is absent"
INTERNAL = "it replaces a function inside the store of MLflow"
FIRST_ERROR = "MLflow's own server refuses it as well, but its client sends 0 for None"
NO_SIZE = "MLflow's server returns no points of a history where its client sends no max_results"
FRAGMENTS = "MLflow's server refuses locations with a fragment"
NOT_OVER_HTTP = {
    "test_tracking.py": {
        "test_create_experiment": UNNAMED,
        "test_create_experiments_with_bad_names": UNNAMED,
        "test_create_experiments_with_bad_name_types": CLIENT,
        "test_log_metric_validation": CLIENT,
        "test_log_batch_validates_entity_names_and_values": CLIENT,
        "test_get_artifact_uri_appends_to_uri_path_component_correctly[mysql+driver:": FRAGMENTS,
        "test_get_artifact_uri_appends_to_local_path_component_correctly": FRAGMENTS,
    },
    "test_fluent.py": {
        "test_log_metric_async_throws": CLIENT,
        "test_initialize_logged_model_active_run": EMPTY,
        "test_clear_active_model": EMPTY,
    },
    "test_sqlalchemy_store.py": {
        "test_search_experiments_max_results_validation": FIRST_ERROR,
        "test_log_batch_internal_error": INTERNAL,
        "test_log_batch_null_metrics": CLIENT,
        "test_log_inputs_fails_with_missing_inputs": CLIENT,
        "test_create_logged_model": EMPTY,
        "test_create_logged_model_invalid_name[workspace-disabled-]": "MLflow's server takes an empty name for none",
        "test_search_logged_models_datasets_filter": "MLflow's server finds no models by the data that measured them",
        "test_log_metric_concurrent_logging_succeeds": NO_SIZE,
        "test_log_metric_allows_multiple_values_at_same_ts_and_run_data_uses_max_ts_value": NO_SIZE,
        "test_error_logging_to_deleted_run": NO_SIZE,
        "test_log_batch": NO_SIZE,
        "test_log_batch_limits": NO_SIZE,
        "test_log_batch_same_metric_repeated_single_req": NO_SIZE,
        "test_log_batch_same_metric_repeated_multiple_reqs": NO_SIZE,
        "test_log_batch_same_metrics_repeated_multiple_reqs": NO_SIZE,
        "test_log_batch_duplicate_metrics_across_key_batches": NO_SIZE,
        "test_log_batch_duplicate_metrics_mixed_with_new_across_key_batches": NO_SIZE,
    },
}
"""Tests in MLflow's repository, or the beginnings of cases, that MLflow's own server fails over HTTP too, and why."""

TESTS_OF_MLFLOW = {
    "test_rest_tracking.py": {"test_artifacts": PLACES},
    "test_tracking.py": {"test_get_artifact_uri_appends_to_uri_path_component_correctly[mysql:": PLACES},
    "test_sqlalchemy_store.py": {
        "test_search_experiments_filter_by_tag_is_null": GRAMMAR,
        "test_search_runs_filter_by_tag_and_param_is_null": GRAMMAR,
        "test_search_attrs": GRAMMAR,
        "test_search_logged_models_invalid_filter_string": GRAMMAR,
        "test_get_run_with_name": GENERATED,
        "test_log_param_max_length_value": LENIENT,
        "test_log_batch_params_max_length_value": LENIENT,
        "test_set_experiment_tag": LENIENT,
    },
}
"""Tests in MLflow's repository (as of April 2026) that fail with our server in place of its own, and why.

`mlflow_suite` has how they are run, and which are not about what a tracking server of runs does.
Passed: 64 of 65 of ``test_rest_tracking.py``, 102 of 103 of ``test_tracking.py`` and ``test_log_figure.py``, 51 of 51 of
``test_log_image.py``, 106 of 106 of ``test_fluent.py`` and 104 of 112 of ``test_sqlalchemy_store.py``: 427 of 437.
"""
