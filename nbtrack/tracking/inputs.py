"""Datasets as inputs of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack import tags as reserved
from nbtrack import validation
from nbtrack.entities import Dataset, DatasetInput, Tag
from nbtrack.errors import InvalidValue
from nbtrack.tracking.context import source_tags as context_tags

if TYPE_CHECKING:
    from collections.abc import Mapping


def dataset_input(dataset: Any, context: str | None, tags: Mapping[str, str] | None) -> DatasetInput:
    """Return a dataset with its context and tags, as a run keeps it.

    Raises
    ------
    InvalidValue
        When it describes no dataset.
    """
    entity = getattr(dataset, "entity", None)
    described = entity(context_tags()) if callable(entity) else dataset
    if not isinstance(described, Dataset):
        msg = f"a dataset is made by nbtrack.data.from_pandas or from_numpy; {type(dataset).__name__} is none"
        raise InvalidValue(msg)
    if tags is not None:
        validation.mapping("the tags of a dataset", tags)
    given = {**({reserved.DATASET_CONTEXT: context} if context is not None else {}), **(tags or {})}
    return DatasetInput(described, tuple(Tag(*each) for each in validation.texts("tag", given)))
