"""Limits by the names of ``mlflow.utils.validation``, where libraries look before they log.

They are those of nbtrack's own stores, so nothing is dropped that could be stored; MLflow's are lower.
"""

from __future__ import annotations

from typing import Final

from nbtrack import validation
from nbtrack.errors import InvalidValue
from nbtrack.validation import MlflowLimits

MAX_PARAM_VAL_LENGTH: Final = validation.MAX_TEXT
MAX_TAG_VAL_LENGTH: Final = validation.MAX_TEXT
MAX_EXPERIMENT_TAG_VAL_LENGTH: Final = validation.MAX_TEXT
MAX_ENTITY_KEY_LENGTH: Final = validation.MAX_KEY
MAX_EXPERIMENT_TAG_KEY_LENGTH: Final = validation.MAX_KEY
MAX_EXPERIMENT_NAME_LENGTH: Final = validation.MAX_KEY

MAX_METRICS_PER_BATCH: Final = MlflowLimits.METRICS_PER_BATCH
MAX_PARAMS_TAGS_PER_BATCH: Final = MlflowLimits.PARAMS_PER_BATCH
MAX_ENTITIES_PER_BATCH: Final = MlflowLimits.ENTITIES_PER_BATCH

MAX_DATASET_NAME_SIZE: Final = MlflowLimits.DATASET_NAME
MAX_DATASET_DIGEST_SIZE: Final = MlflowLimits.DATASET_DIGEST
MAX_DATASET_SCHEMA_SIZE: Final = MlflowLimits.DATASET_SCHEMA
MAX_DATASET_SOURCE_SIZE: Final = MlflowLimits.DATASET_SOURCE
MAX_DATASET_PROFILE_SIZE: Final = MlflowLimits.DATASET_PROFILE
MAX_INPUT_TAG_KEY_SIZE: Final = MlflowLimits.INPUT_TAG_KEY
MAX_INPUT_TAG_VALUE_SIZE: Final = MlflowLimits.INPUT_TAG_VALUE


def validate_param_and_metric_name(name: object) -> bool:
    """Return whether nbtrack accepts a name of a parameter or metric."""
    try:
        validation.key("parameter", name)
    except InvalidValue:
        return False
    return True
