"""Fingerprints of data that a program reads: digests of its columns, and a profile of each.

A digest is an XXH3 hash over the buffers of a column: equal for equal values and types, in every process. The whole of
a column is hashed where that takes no longer than it may; in any case a sample of at most 10,000 rows is, always the
same ones, of which the profile is made as well. Two fingerprints are compared by what both of them have.

What must be read before the program can change the data is read at once; digests of the samples, and the profiles, are
made later by `Fingerprint.dataset`.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from nbtrack import entities
from nbtrack.datasets import column_types, data_columns
from nbtrack.datasets.column_digest import MOST_MIXED, PER_MIXED, ColumnDigest, combined, digest_column
from nbtrack.datasets.column_profile import profile_column
from nbtrack.datasets.source import code_source
from nbtrack.tags import DATA_FINGERPRINT
from nbtrack.validation import MlflowLimits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbtrack.datasets.data_columns import Data, DataColumn

FOR_ORDER = 10
"""Long columns also get a digest independent of their order if that takes at most a tenth of the time left."""
MOST_BYTES = 4_000_000_000
"""The most bytes of a frame or array that is hashed completely; of a larger one only the sample is."""


class Fingerprint:
    """What is known of one frame, array or tensor: its sample at once, and later as many whole columns as time allows.

    Parameters
    ----------
    name : str
        The name of the variable.
    data : Data
        Its columns.
    """

    def __init__(self, name: str, data: Data) -> None:
        self.name, self._data = name, data._replace(columns=())
        self._samples = [each.sampled(data.most_sampled) for each in data.columns]
        sizes = zip(data.columns, self._samples, strict=True)
        self._complete = [sample.size == each.size for each, sample in sizes]
        self._whole: dict[int, ColumnDigest] = {}
        self._pending = self._not_hashed(data)

    @property
    def is_fixed(self) -> bool:
        """Whether the data is immutable, so that it may be hashed at any time."""
        return self._data.is_fixed

    @property
    def width(self) -> int:
        """The number of columns that are read."""
        return len(self._samples)

    def hash_within(self, seconds: float) -> float:
        """Hash as many whole columns as fit into the time, the quickest first; return the seconds that are left."""
        for cost, place in sorted((each.seconds, place) for place, each in self._pending.items()):
            if cost > seconds:
                break
            began = time.perf_counter()
            column = self._pending.pop(place)
            mixing = column.size * PER_MIXED + cost <= seconds / FOR_ORDER
            self._whole[place] = digest_column(column, column.size if mixing else MOST_MIXED)
            seconds -= time.perf_counter() - began
        return seconds

    def hash_unchanged_within(self, seconds: float) -> float:
        """Do as `hash_within` after the program used the data: only columns whose samples are unchanged."""
        if not self._pending or min(each.seconds for each in self._pending.values()) > seconds:
            return seconds
        self._pending = {place: each for place, each in self._pending.items() if self._is_unchanged(place, each)}
        return self.hash_within(seconds)

    def _is_unchanged(self, place: int, column: DataColumn) -> bool:
        now = column.sampled(self._data.most_sampled)
        return digest_column(now).ordered == digest_column(self._samples[place]).ordered

    def _not_hashed(self, data: Data) -> dict[int, DataColumn]:
        """Return the columns that are not hashed completely yet, by their positions."""
        if sum(each.nbytes for each in data.columns) > MOST_BYTES:
            return {}
        known = {place for place, is_complete in enumerate(self._complete) if is_complete} | self._whole.keys()
        return {place: each for place, each in enumerate(data.columns) if place not in known}

    def release(self) -> None:
        """Forget the data, except for the sample, so that the program can free its memory."""
        self._pending = {}

    def resume(self, value: object) -> None:
        """Use the data again after `release` if its columns are the same; `hash_unchanged_within` checks the sample."""
        data = None if all(self._complete) else data_columns.read(value)
        if data is None or data._replace(columns=()) != self._data:
            return
        if [(each.name, each.type) for each in data.columns] == [(each.name, each.type) for each in self._samples]:
            self._pending = self._not_hashed(data)

    # --- what is stored

    def dataset(self) -> entities.Dataset:
        """Return the fingerprint as an input of a run stores it: digest, schema and profile."""
        columns = [self._described(place, each) for place, each in enumerate(self._samples)]
        whole = all("digest" in each for each in columns) and bool(columns)
        parts = [each["digest" if whole else "sample"] for each in columns]
        names = [f"{each['name']}:{each['type']}" for each in columns]
        digest = combined([self._data.kind, str(self._data.shape), *names, *parts])
        source = code_source()
        return entities.Dataset(
            self.name[: MlflowLimits.DATASET_NAME],
            digest if whole else f"sample-{digest}",
            source.source_type,
            source.to_json(),
            self._schema(),
            json.dumps({**self._sizes(), DATA_FINGERPRINT: self._fingerprint(columns, whole=whole)}),
        )

    def _fingerprint(self, columns: list[dict[str, Any]], *, whole: bool) -> dict[str, Any]:
        shape = self._data.shape
        is_cut = self._data.is_frame and len(self._samples) >= data_columns.MOST_COLUMNS
        more = {"columns_left_out": shape[1] - data_columns.MOST_COLUMNS} if is_cut else {}
        return {"kind": self._data.kind, "shape": list(shape), "whole": whole, **more, "columns": columns}

    def _described(self, place: int, sample: DataColumn) -> dict[str, Any]:
        """Return the digests and the profile of a column."""
        of_sample = digest_column(sample)
        of_all = of_sample if self._complete[place] else self._whole.get(place)
        found = {"name": sample.name, "type": sample.type, "sample": of_sample.ordered, **profile_column(sample)}
        if of_all is not None and of_all.is_whole:
            found["digest"] = of_all.ordered
            found |= {"unordered": of_all.unordered} if of_all.unordered is not None else {}
        return found

    def _sizes(self) -> Mapping[str, int]:
        rows, *others = self._data.shape
        elements = rows
        for each in others:
            elements *= each
        return {"num_rows": rows, "num_elements": elements}

    def _schema(self) -> str:
        """Return the schema of the columns or the tensor in MLflow's format."""
        if not self._data.is_frame:
            dtype = _tensor_type(self._samples[0]) if self._samples else "any"
            spec = {"type": "tensor", "tensor-spec": {"dtype": dtype, "shape": [-1, *self._data.shape[1:]]}}
            return json.dumps({"mlflow_tensorspec": {"features": json.dumps([spec]), "targets": None}})
        return json.dumps({"mlflow_colspec": [_colspec(each) for each in self._samples]})


def _tensor_type(sample: DataColumn) -> str:
    """Return MLflow's name for the type of a tensor, which is the same for texts of any length."""
    return {"U": "str", "T": "str", "S": "bytes"}.get(sample.arrays()[-1].dtype.kind, sample.type)


def _colspec(sample: DataColumn) -> dict[str, Any]:
    values = sample.arrays()[-1]
    known = column_types.type_of_dtype(values.dtype)
    kind = {"type": known} if known is not None else column_types.type_of_values(values.ravel()[:100].tolist())
    return {**kind, "name": sample.name, "required": not profile_column(sample).get("missing")}


def take(name: str, value: object) -> Fingerprint | None:
    """Return the fingerprint of a frame, an array or a tensor, with its sample read; None for anything else."""
    data = data_columns.read(value)
    return None if data is None else Fingerprint(name, data)
