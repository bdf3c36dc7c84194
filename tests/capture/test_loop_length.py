"""The number of iterations of a loop."""

from __future__ import annotations

import ast

import pytest

from nbtrack.capture.runtime.loop_length import turns

NAMES = {"n": 7, "batches": [1, 2, 3], "x": 2.5, "lazy": iter([1]), "zero": 0}


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("range(10)", 10),
        ("range(n)", 7),
        ("range(2, n)", 5),
        ("range(0, n * 2 + 1, 5)", 3),
        ("range(n // 2)", 3),
        ("batches", 3),
        ("[1, 2]", 2),
        ("enumerate(batches)", 3),
        ("tqdm(range(n))", 7),
        ("tqdm.tqdm(batches, desc='x')", 3),
        ("trange(n)", 7),
        ("range(-3)", 0),
        ("range(1, 5, zero)", None),
        ("range(n // zero)", None),
        ("range(x)", None),
        ("range(unknown)", None),
        ("lazy", None),
        ("zip(batches, batches)", None),
        ("iter(batches)", None),
        ("range()", None),
    ],
)
def test_turns(head, expected):
    loop = ast.parse(f"for i in {head}: pass").body[0]
    assert turns(loop, NAMES) == expected


def test_length_of_other_loops_is_unknown():
    assert turns(ast.parse("while True: pass").body[0], NAMES) is None
