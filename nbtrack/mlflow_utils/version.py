"""The release of MLflow whose API this is."""

from nbtrack.as_mlflow.modules import API_VERSION

VERSION = API_VERSION
