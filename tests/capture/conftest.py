"""Lets the tests of this folder import the modules beside them, and keeps their stand-ins of libraries to them."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

STAND_INS = {"keras", "lightgbm", "optuna", "skorch", "statsmodels", "torch", "tqdm", "xgboost"}
"""Libraries that the cells of a corpus import, and that need not be installed."""


@pytest.fixture(autouse=True, scope="module")
def only_stand_ins():
    """Put libraries that are imported already aside, and take the stand-ins away afterwards."""

    def taken():
        return {name: sys.modules.pop(name) for name in list(sys.modules) if name.partition(".")[0] in STAND_INS}

    before = taken()
    yield
    taken()
    sys.modules.update(before)
