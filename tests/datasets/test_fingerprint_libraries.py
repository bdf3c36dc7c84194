"""Fingerprints of the frames and tensors of other libraries, where these are installed."""

from __future__ import annotations

import datetime as dt
import json

import numpy as np
import pytest

from nbtrack.datasets import fingerprint
from nbtrack.tags import DATA_FINGERPRINT
from nbtrack.tracking.read_data import ReadData


def described(value):
    known = fingerprint.take("data", value)
    known.hash_within(60)
    return known.dataset()


def columns(value):
    found = json.loads(described(value).profile)[DATA_FINGERPRINT]["columns"]
    return {each["name"]: each for each in found}


def table(rows=30_000, changed=None):
    rng = np.random.default_rng(0)
    found = {
        "x": [None if each > 2 else each for each in rng.normal(size=rows).tolist()],
        "n": rng.integers(0, 9, rows).tolist(),
        "s": rng.choice(["a", "ä", "bb"], rows).tolist(),
        "ok": [None, *(rng.random(rows - 1) > 0.5).tolist()],
        "d": [dt.date(2024, 1, 1 + int(each)) for each in rng.integers(0, 9, rows)],
    }
    if changed is not None:
        values = found[changed]
        values[7_777] = next(each for each in values if each is not None and each != values[7_777])
    return found


@pytest.mark.parametrize(("library", "make"), [("polars", "DataFrame"), ("pyarrow", "table")])
def test_a_frame_of_a_library_is_known_by_its_values(library, make):
    frame = getattr(pytest.importorskip(library), make)
    assert described(frame(table())).digest == described(frame(table())).digest
    before = columns(frame(table()))
    for name in before:
        after = columns(frame(table(changed=name)))
        assert [each for each in before if before[each]["digest"] != after[each]["digest"]] == [name]
    assert before["x"]["missing"] > 0
    assert before["n"]["distinct"] == 9
    assert {"type": "string", "name": "s", "required": True} in json.loads(described(frame(table())).schema)[
        "mlflow_colspec"
    ]


def test_a_series_of_polars_is_known_by_its_values():
    polars = pytest.importorskip("polars")
    lists = polars.Series("v", [[1], [2, 3]])
    assert described(lists) == described(lists.clone())
    assert described(polars.Series("c", ["a", "b"], dtype=polars.Categorical)).digest.isalnum()


def test_tensors_are_known_by_their_values_and_found_behind_loaders():
    torch = pytest.importorskip("torch")
    from torch.utils.data import DataLoader, TensorDataset

    values = torch.arange(12.0).reshape(3, 4)
    assert described(values).digest == described(values.T.contiguous().T).digest
    assert described(values).digest != described(values + 1).digest
    assert described(values).digest != described(values.bfloat16()).digest
    assert described(values.requires_grad_()).digest.isalnum()
    assert fingerprint.take("data", torch.tensor(3.0)) is None
    names = {"train": DataLoader(TensorDataset(values.detach(), torch.arange(3))), "net": torch.nn.Linear(2, 2)}
    found = [each.name for each in ReadData(names, names)._datasets()]
    assert found == ["train.dataset.tensors[0]", "train.dataset.tensors[1]"]
