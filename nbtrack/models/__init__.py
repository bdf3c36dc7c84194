"""Models as artifacts: folders in MLflow's format, which MLflow loads and whose models nbtrack loads.

``nbtrack.sklearn``, ``xgboost``, ``lightgbm``, ``statsmodels`` and ``pytorch`` log and load the models of a library;
``nbtrack.pyfunc`` loads any of them as a function of data, and logs your own functions and classes.

A model can also be a Python file that creates it: `set_model`, `ModelConfig`, and `nbtrack.models.from_code`.

Pickles run code when they are loaded. Your own are loaded without a question; those from a server, a cloud or
another user's files need ``trust=True`` or the setting ``trust_models``; so does
code that is part of a model.
"""

from nbtrack.models.enforcement import validate_schema
from nbtrack.models.from_code import ModelConfig, set_model
from nbtrack.models.model_file import Model
from nbtrack.models.model_info import get_model_info, set_signature
from nbtrack.models.saving import ModelInfo
from nbtrack.models.signature import ModelSignature, infer_signature

__all__ = [
    "Model",
    "ModelConfig",
    "ModelInfo",
    "ModelSignature",
    "get_model_info",
    "infer_signature",
    "set_model",
    "set_signature",
    "validate_schema",
]
