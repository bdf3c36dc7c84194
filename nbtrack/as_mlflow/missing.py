"""What to do about the parts of MLflow that nbtrack does not have."""

from __future__ import annotations

from typing import Final

_PARTS: Final = {
    "nbtrack has no such models: log it with nbtrack.pyfunc, as your own function or class": (
        "catboost diffusers h2o johnsnowlabs langchain llama_index onnx openai paddle pmdarima"
        " prophet pyspark sentence_transformers shap spacy spark tensorflow"
        " transformers"
    ),
    "nbtrack records runs, not traces": (
        "add_trace delete_trace_tag get_current_active_span get_last_active_trace_id get_trace log_feedback log_trace"
        " search_traces set_trace_tag start_span start_span_no_context trace tracing update_current_trace"
    ),
    "nbtrack has no model registry: tag the run, or log the model to it as an artifact": (
        "register_model search_model_versions search_registered_models set_model_version_tag"
    ),
    "nbtrack's autologging has no such parts: put %%track above the cell, or log explicitly": ("autologging_utils"),
    "nbtrack has no evaluation: compute the metrics and log them with log_metrics()": (
        "evaluate evaluation genai metrics prompt validate_evaluation_results"
    ),
}
"""Each advice, and the names of MLflow's modules and functions that it applies to."""

FALLBACK: Final = (
    "A program that needs it can use MLflow itself, without the alias, and log to a server that `nbtrack server` starts"
)


OF_WANDB: Final = (
    "A program that needs them can use wandb itself with mode='offline', and `nbtrack import wandb` brings in its runs"
)


def explanation(name: str) -> str:
    """Return the message for a name of MLflow that nbtrack does not have, such as ``mlflow.pyfunc``."""
    if name.startswith("wandb"):
        return f"{name} is not available: nbtrack.wandb has what programs call, not the modules inside W&B. {OF_WANDB}"
    reasons = filter(None, map(_reason, name.split(".")))
    return f"{name} is not available: {next(reasons, 'nbtrack has MLflow Tracking only')}. {FALLBACK}"


def is_of_mlflow(name: str) -> bool:
    """Return whether a name is known as one of the module ``mlflow`` that nbtrack does not have."""
    return _reason(name) is not None


def _reason(part: str) -> str | None:
    return next((reason for reason, names in _PARTS.items() if part in names.split()), None)
