"""A client without the right credentials is refused."""

import mlflow
import pytest
from mlflow.exceptions import MlflowException


def test_nothing_is_answered():
    with pytest.raises(MlflowException, match="token or a password"):
        mlflow.MlflowClient().search_experiments()
