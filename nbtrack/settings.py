"""The settings: each is declared once, and environment variables are read only here.

The value of a setting comes from an environment variable, else from ``nbtrack.toml`` or the table ``[tool.nbtrack]``
of ``pyproject.toml`` in the working directory or a parent, else it is the default. MLflow's environment variables keep
their names.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from nbtrack import process
from nbtrack.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


class Setting(NamedTuple):
    """The declaration of a setting: environment variables, parser and help."""

    variables: tuple[str, ...]
    parse: Callable[[str], object]
    help: str


class Secret(str):
    """Text that is not shown in messages and representations."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "***"


def _text(value: str) -> str | None:
    return value or None


def _secret(value: str) -> Secret | None:
    return Secret(value) if value else None


def _address(value: str) -> Secret | None:
    if value and not value.startswith(("http://", "https://")):
        raise InvalidValue("must begin with https:// or http://")
    return _secret(value)


def _switch(value: str) -> bool:
    word = value.strip().lower()
    if word not in {"1", "true", "yes", "on", "", "0", "false", "no", "off"}:
        raise InvalidValue(f"must be true or false, not {value!r}")
    return word in {"1", "true", "yes", "on"}


def _one_of(*choices: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if value not in choices:
            *others, last = map(repr, choices)
            raise InvalidValue(f"must be {', '.join(others)} or {last}, not {value!r}")
        return value

    return parse


def _positive(value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        number = 0.0
    if not number > 0:
        raise InvalidValue(f"must be a number above 0, not {value!r}")
    return number


def _count(value: str) -> int:
    if not value.isdecimal():
        raise InvalidValue(f"must be a whole number of at least 0, not {value!r}")
    return int(value)


DECLARED: dict[str, Setting] = {
    "tracking_uri": Setting(
        ("NBTRACK_TRACKING_URI", "MLFLOW_TRACKING_URI"),
        _text,
        "Where runs are stored: a directory, a database or a server.",
    ),
    "experiment_id": Setting(("MLFLOW_EXPERIMENT_ID",), _text, "The id of the experiment of new runs."),
    "experiment_name": Setting(
        ("MLFLOW_EXPERIMENT_NAME",), _text, "The name of the experiment of new runs; it is created if needed."
    ),
    "active_model_id": Setting(
        ("MLFLOW_ACTIVE_MODEL_ID",), _text, "The id of the logged model that metrics measure without naming it."
    ),
    "run_name": Setting(("MLFLOW_RUN_NAME",), _text, "The name of runs that are started without a name."),
    "notebook": Setting(
        ("NBTRACK_NOTEBOOK", "JPY_SESSION_NAME"),
        _text,
        "The path of the running notebook, where it can't be determined.",
    ),
    "durability": Setting(
        ("NBTRACK_DURABILITY",),
        _one_of("normal", "full"),
        "normal: logged data survives `kill -9` immediately, and a power cut after about a second or once the run has"
        " ended; full: it is on disk before the call returns.",
    ),
    "panels": Setting(
        ("NBTRACK_PANELS",),
        _one_of("auto", "live", "plain"),
        "live: interactive panels; plain: ipywidgets and images; auto: live, except in front ends that are known not to"
        " load them, which are Kaggle, Google Colab and Databricks.",
    ),
    "system_metrics": Setting(("MLFLOW_ENABLE_SYSTEM_METRICS_LOGGING",), _switch, "Whether runs log system metrics."),
    "system_metrics_interval": Setting(
        ("MLFLOW_SYSTEM_METRICS_SAMPLING_INTERVAL",), _positive, "Seconds between two samples of system metrics."
    ),
    "system_metrics_samples": Setting(
        ("MLFLOW_SYSTEM_METRICS_SAMPLES_BEFORE_LOGGING",), _positive, "Samples that are averaged into one point."
    ),
    "server_token": Setting(("NBTRACK_SERVER_TOKEN",), _text, "The bearer token that clients of the server must send."),
    "server_password": Setting(
        ("NBTRACK_SERVER_PASSWORD",), _text, "The user:password that clients of the server must send."
    ),
    "strict_mlflow": Setting(
        ("NBTRACK_STRICT_MLFLOW",), _switch, "Behave like MLflow where nbtrack differs on purpose."
    ),
    "as_mlflow": Setting(
        ("NBTRACK_AS_MLFLOW",),
        _switch,
        "Whether `import mlflow` means nbtrack: as an environment variable in every Python process, in a settings file"
        " after `%load_ext nbtrack`.",
    ),
    "wandb_mode": Setting(
        ("WANDB_MODE",), _text, "The mode of `nbtrack.wandb.init`: with `disabled` nothing is recorded."
    ),
    "wandb_project": Setting(("WANDB_PROJECT",), _text, "The experiment of `nbtrack.wandb.init`, by name."),
    "tracking_username": Setting(("MLFLOW_TRACKING_USERNAME",), _text, "The user name for tracking servers."),
    "tracking_password": Setting(("MLFLOW_TRACKING_PASSWORD",), _secret, "The password for tracking servers."),
    "tracking_token": Setting(
        ("MLFLOW_TRACKING_TOKEN",), _secret, "The bearer token for tracking servers, used when there is no user name."
    ),
    "insecure_tls": Setting(
        ("MLFLOW_TRACKING_INSECURE_TLS",),
        _switch,
        "Whether to skip the verification of a tracking server's certificate.",
    ),
    "server_cert_path": Setting(
        ("MLFLOW_TRACKING_SERVER_CERT_PATH",), _text, "A PEM file of certificates to verify tracking servers with."
    ),
    "client_cert_path": Setting(
        ("MLFLOW_TRACKING_CLIENT_CERT_PATH",), _text, "A PEM file with the certificate and key of the client."
    ),
    "http_timeout": Setting(
        ("MLFLOW_HTTP_REQUEST_TIMEOUT",), _positive, "The timeout of a request to a tracking server, in seconds."
    ),
    "http_retries": Setting(
        ("MLFLOW_HTTP_REQUEST_MAX_RETRIES",), _count, "How often a failed request to a tracking server is retried."
    ),
    "http_backoff": Setting(
        ("MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR",), _positive, "Seconds before the first retry; later ones wait longer."
    ),
    "flush_seconds": Setting(
        ("NBTRACK_FLUSH_SECONDS",),
        _positive,
        "Seconds that flush, end_run and reads wait until a tracking server has received what was logged.",
    ),
    "state_folder": Setting(
        ("NBTRACK_STATE_FOLDER",),
        _text,
        "The folder of the queue for tracking servers, the environments of projects, and the key by which Jupyter's"
        " server recognises your stores; by default ~/.local/state/nbtrack.",
    ),
    "trust_models": Setting(
        ("NBTRACK_TRUST_MODELS",),
        _switch,
        "Whether pickled models of other people are loaded without asking: they can run any code.",
    ),
    "webhook": Setting(("NBTRACK_WEBHOOK",), _address, "The URL that alerts of runs are posted to."),
    "webhook_form": Setting(
        ("NBTRACK_WEBHOOK_FORM",),
        _one_of("auto", "json", "slack"),
        "The format: json, slack, or auto, which is slack for hooks.slack.com.",
    ),
    "s3_endpoint": Setting(("MLFLOW_S3_ENDPOINT_URL", "AWS_ENDPOINT_URL"), _text, "The endpoint URL of an S3 service."),
    "s3_insecure_tls": Setting(
        ("MLFLOW_S3_IGNORE_TLS",), _switch, "Whether to skip the verification of an S3 service's certificate."
    ),
}


class Settings(NamedTuple):
    """The current settings; `DECLARED` has the help of each."""

    tracking_uri: str | None = None
    experiment_id: str | None = None
    experiment_name: str | None = None
    active_model_id: str | None = None
    run_name: str | None = None
    notebook: str | None = None
    durability: str = "normal"
    panels: str = "auto"
    system_metrics: bool = False
    system_metrics_interval: float = 10.0
    system_metrics_samples: float = 1.0
    server_token: str | None = None
    server_password: str | None = None
    strict_mlflow: bool = False
    as_mlflow: bool = False
    wandb_mode: str | None = None
    wandb_project: str | None = None
    tracking_username: str | None = None
    tracking_password: Secret | None = None
    tracking_token: Secret | None = None
    insecure_tls: bool = False
    server_cert_path: str | None = None
    client_cert_path: str | None = None
    http_timeout: float = 120.0
    http_retries: int = 4
    http_backoff: float = 0.5
    flush_seconds: float = 10.0
    state_folder: str | None = None
    trust_models: bool = False
    webhook: Secret | None = None
    webhook_form: str = "auto"
    s3_endpoint: str | None = None
    s3_insecure_tls: bool = False


def current(environment: Mapping[str, str] = os.environ) -> Settings:
    """Return the current settings.

    Raise `InvalidValue` for an invalid value; the message names the environment variable or the key in the file.
    """
    held = process.state(HeldSettings)
    if not held.is_holding or environment is not os.environ:
        return _current(environment)
    if held.found is None:
        held.found = _current(environment)
    return held.found


class HeldSettings:
    """The settings that are read once in a block of `read_once`."""

    def __init__(self) -> None:
        self.is_holding = False
        self.found: Settings | None = None


@contextmanager
def read_once() -> Iterator[None]:
    """Read the settings at most once in a block that reads them often and runs no code of the user."""
    held = process.state(HeldSettings)
    outer, held.is_holding = held.is_holding, True
    try:
        yield
    finally:
        held.is_holding = outer
        if not outer:
            held.found = None


def _current(environment: Mapping[str, str]) -> Settings:
    filed = _filed(os.getcwd())  # noqa: PTH109 - pathlib costs more than the rest of the import
    # `os.environ` encodes each name that it looks up, and a tracked cell reads its settings several times.
    present = frozenset(environment)
    values: dict[str, object] = {}
    for name, setting in DECLARED.items():
        variable = next((each for each in setting.variables if each in present), None)
        if variable is not None:
            values[name] = _parsed(variable, setting, environment[variable])
        elif name in filed:
            values[name] = _parsed(name, setting, str(filed[name]))
    return Settings(**values)  # type: ignore[arg-type] # each parser returns the type of its field


def is_present(variable: str, environment: Mapping[str, str] = os.environ) -> bool:
    """Return whether the environment has a variable, such as one by which a service can be recognised."""
    return variable in environment


def _parsed(source: str, setting: Setting, value: str) -> object:
    try:
        return setting.parse(value)
    except InvalidValue as error:
        raise InvalidValue(f"{source} {error}") from None


class SettingsFiles:
    """The contents of settings files by working directory, with their paths and modification times."""

    def __init__(self) -> None:
        self.by_folder: dict[str, tuple[tuple[str, int] | None, dict[str, object]]] = {}


def _filed(folder: str) -> dict[str, object]:
    """Return the contents of the nearest settings file, read again only when it changes."""
    found = _nearest(folder)
    files = process.state(SettingsFiles).by_folder
    known = files.get(folder)
    if known is None or known[0] != found:
        known = files[folder] = (found, _read(found[0]) if found else {})
    return known[1]


def _nearest(folder: str) -> tuple[str, int] | None:
    while True:
        for name in ("nbtrack.toml", "pyproject.toml"):
            path = os.path.join(folder, name)  # noqa: PTH118 - pathlib costs more than the rest of the import
            try:
                return path, os.stat(path).st_mtime_ns  # noqa: PTH116 - pathlib costs more than the rest of the import
            except OSError:
                continue
        above = os.path.dirname(folder)  # noqa: PTH120 - pathlib costs more than the rest of the import
        if above == folder:
            return None
        folder = above


def _read(path: str) -> dict[str, object]:
    import tomllib

    try:
        with open(path, "rb") as file:  # noqa: PTH123 - pathlib costs more than the rest of the import
            content = tomllib.load(file)
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise InvalidValue(f"{path} can't be read: {error}") from None
    table = content if path.endswith("nbtrack.toml") else content.get("tool", {}).get("nbtrack", {})
    unknown = sorted(set(table) - set(DECLARED))
    if unknown:
        raise InvalidValue(f"Unknown setting {unknown[0]!r} in {path}; the settings are {', '.join(sorted(DECLARED))}")
    return dict(table)


def take_run_id() -> str | None:
    """Return the run to resume from ``MLFLOW_RUN_ID``, once: later runs of this process are new ones."""
    return os.environ.pop("MLFLOW_RUN_ID", None) or None
