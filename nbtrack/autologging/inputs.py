"""The data of trainings and predictions as inputs of their runs, described as MLflow's autologging does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nbtrack.autologging.training import Target

TRAIN, EVAL = "train", "eval"
"""The contexts of the data that a model was trained on, and of others."""
MOST_ELEMENTS = 50_000_000
"""Sparse data with more elements, including zeros, is not described, since it would have to be unpacked."""


def log(target: Target, data: Any, context: str, name: str | None = None, targets: Any = None) -> None:
    """Log a frame, an array or a sparse matrix as an input of a run; anything else is left out."""
    import numpy as np

    from nbtrack.tracking.fluent import dataset_input

    described = _dataset(_dense(data), name, _dense(targets) if isinstance(_dense(targets), np.ndarray) else None)
    if described is not None:
        target.client.log_inputs(target.run_id, [dataset_input(described, context, None)])


def _dense(data: Any) -> Any:
    is_sparse = hasattr(data, "toarray") and hasattr(data, "nnz")
    return data.toarray() if is_sparse and data.shape[0] * data.shape[1] <= MOST_ELEMENTS else data


def _dataset(data: Any, name: str | None, targets: Any) -> Any:
    import numpy as np
    import pandas as pd

    from nbtrack.datasets import from_numpy, from_pandas

    if isinstance(data, pd.DataFrame):
        return from_pandas(data, name=name or "dataset")
    return from_numpy(data, targets=targets, name=name or "dataset") if isinstance(data, np.ndarray) else None
