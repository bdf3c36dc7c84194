"""Models as artifacts: folders in MLflow's format, which MLflow loads and whose models nbtrack loads.

``nbtrack.sklearn``, ``xgboost``, ``lightgbm``, ``statsmodels`` and ``pytorch`` log and load the models of a library;
``nbtrack.pyfunc`` loads any of them as a function of data, and logs functions and classes of your own.

Pickles run code when they are loaded. Your own are loaded as they are; those that came from a server, a cloud or from
another user's files need ``trust=True`` or the setting ``trust_models``.
"""

from nbtrack.models.model_file import Model
from nbtrack.models.saving import ModelInfo
from nbtrack.models.signature import ModelSignature, infer_signature

__all__ = ["Model", "ModelInfo", "ModelSignature", "infer_signature"]
