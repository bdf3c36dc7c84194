"""``nbtrack.sklearn``: models and autologging of scikit-learn."""

from nbtrack.autologging import autolog_of
from nbtrack.models.requirements import defaults_of
from nbtrack.models.sklearn import (
    SERIALIZATION_FORMAT_CLOUDPICKLE,
    SERIALIZATION_FORMAT_PICKLE,
    SERIALIZATION_FORMAT_SKOPS,
    load_model,
    log_model,
    save_model,
)

__all__ = [
    "SERIALIZATION_FORMAT_CLOUDPICKLE",
    "SERIALIZATION_FORMAT_PICKLE",
    "SERIALIZATION_FORMAT_SKOPS",
    "autolog",
    "get_default_conda_env",
    "get_default_pip_requirements",
    "load_model",
    "log_model",
    "save_model",
]

autolog = autolog_of("sklearn")
get_default_pip_requirements, get_default_conda_env = defaults_of("scikit-learn", "cloudpickle")
