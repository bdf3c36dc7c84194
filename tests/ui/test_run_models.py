"""The models of a run, as its page and the panel in a notebook show them."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

import nbtrack
from nbtrack import tags

DETAILS = "/api/2.0/nbtrack/runs/details"


def logged_model():
    """Log a function as a model, and return its run and the frame that is its example."""
    example = pd.DataFrame({"age": [1, 2], "name": ["<b>", None]})
    with nbtrack.start_run() as run:
        model = nbtrack.pyfunc.log_model(
            name="m", python_model=lambda frame, params: np.ones(len(frame)), input_example=(example, {"depth": 2})
        )
    return run.info.run_id, model


def by_title(sections):
    return {each["title"]: each for each in sections if "title" in each}


def lines(section):
    return ["".join(piece[1] for piece in pieces) for _, pieces in section["lines"]]


def test_a_run_shows_signature_example_flavors_and_size_of_its_model(page, fresh):
    run_id, model = logged_model()
    sections = by_title(page.get(DETAILS, run_id=run_id)["sections"])
    facts = dict(sections["model: m"]["rows"])
    assert facts["flavors"] == "python_function"
    assert facts["inputs"] == "age: long, name: string (optional)"
    assert facts["outputs"] == "float64(-1)"
    assert facts["params"] == "depth: long = 2"
    assert facts["size"].endswith(" kB")
    assert facts["model id"] == model.model_id
    assert lines(sections["load m"]) == [f'nbtrack.pyfunc.load_model("runs:/{run_id}/m")']
    assert lines(sections["input example of m"]) == [
        '["age", "name"]', '[1, "<b>"]', "[2, null]", 'params: {"depth": 2}'
    ]  # fmt: skip


def test_a_long_signature_has_a_section_of_its_own(page, fresh):
    wide = pd.DataFrame({f"measured value {number}": [1.0] for number in range(50)})
    with nbtrack.start_run() as run:
        signature = nbtrack.models.infer_signature(wide, np.zeros(1))
        nbtrack.pyfunc.log_model(name="m", python_model=lambda model_input: [0.0], signature=signature)
    sections = by_title(page.get(DETAILS, run_id=run.info.run_id)["sections"])
    assert "inputs" not in dict(sections["model: m"]["rows"])
    shown = lines(sections["inputs of m"])
    assert shown[0].startswith("measured value 0: double, measured value 1: double, ")
    assert " ".join(shown).endswith(" measured value 39: double, and 10 more")
    assert max(map(len, shown)) < 120


def test_the_panel_shows_the_same_as_the_page(page, fresh):
    run_id, _ = logged_model()
    shown = by_title(nbtrack.show(run_id).details.sections)
    on_page = by_title(page.get(DETAILS, run_id=run_id)["sections"])
    for title in ("model: m", "load m", "input example of m"):
        assert json.loads(json.dumps(shown[title])) == on_page[title]


OUTSIDE = {"artifact_path": "../x", "saved_input_example_info": {"artifact_path": "../../y"}}
ODD = {
    "artifact_path": "m",
    "flavors": 1,
    "signature": {"inputs": '[1, {"name": {}}]', "outputs": 7, "params": "x"},
    "model_size_bytes": "big",
    "saved_input_example_info": [],
}


@pytest.mark.parametrize("history", ["no JSON", "3", "[3, {}]", json.dumps([OUTSIDE]), json.dumps([ODD])])
def test_descriptions_of_any_origin_break_no_page(page, fresh, history):
    with nbtrack.start_run() as run:
        nbtrack.set_tag(tags.LOGGED_MODELS, history)
    assert page.get(DETAILS, run_id=run.info.run_id)["sections"]
