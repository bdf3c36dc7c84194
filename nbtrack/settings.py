"""Every setting, declared once, and the only reader of environment variables.

A setting comes from the environment, else from ``nbtrack.toml`` or the table ``[tool.nbtrack]`` of
``pyproject.toml`` in the working directory or above it, else from its default. MLflow's variables
are honoured by their own names.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from nbtrack import process
from nbtrack.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Setting(NamedTuple):
    """How one setting is named, read and explained."""

    variables: tuple[str, ...]
    parse: Callable[[str], object]
    help: str


class Secret(str):
    """Text that is never shown."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Show that there is one."""
        return "***"


def _text(value: str) -> str | None:
    return value or None


def _secret(value: str) -> Secret | None:
    return Secret(value) if value else None


def _switch(value: str) -> bool:
    known = {
        "1": True,
        "true": True,
        "yes": True,
        "on": True,
        "": False,
        "0": False,
        "false": False,
        "no": False,
        "off": False,
    }
    try:
        return known[value.strip().lower()]
    except KeyError:
        msg = f"must be true or false, not {value!r}"
        raise InvalidValue(msg) from None


def _durability(value: str) -> str:
    if value not in {"normal", "full"}:
        msg = f"must be 'normal' or 'full', not {value!r}"
        raise InvalidValue(msg)
    return value


def _panels(value: str) -> str:
    if value not in {"live", "plain"}:
        msg = f"must be 'live' or 'plain', not {value!r}"
        raise InvalidValue(msg)
    return value


def _positive(value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        number = 0.0
    if not number > 0:
        msg = f"must be a number above 0, not {value!r}"
        raise InvalidValue(msg)
    return number


def _count(value: str) -> int:
    if not value.isdecimal():
        msg = f"must be a whole number from 0 on, not {value!r}"
        raise InvalidValue(msg)
    return int(value)


DECLARED: dict[str, Setting] = {
    "tracking_uri": Setting(
        ("NBTRACK_TRACKING_URI", "MLFLOW_TRACKING_URI"),
        _text,
        "Where runs are kept: a directory or a server's address.",
    ),
    "experiment_id": Setting(("MLFLOW_EXPERIMENT_ID",), _text, "The experiment that new runs go to, by id."),
    "experiment_name": Setting(
        ("MLFLOW_EXPERIMENT_NAME",), _text, "The experiment that new runs go to, by name; it is created on demand."
    ),
    "run_name": Setting(("MLFLOW_RUN_NAME",), _text, "The name of runs that are started without one."),
    "notebook": Setting(
        ("NBTRACK_NOTEBOOK", "JPY_SESSION_NAME"),
        _text,
        "The path of the running notebook, where it can't be found out.",
    ),
    "durability": Setting(
        ("NBTRACK_DURABILITY",),
        _durability,
        "normal: what a call recorded outlives the process at once, and a power cut after about a second or when the"
        " run has ended; full: the disk has it before the call returns.",
    ),
    "panels": Setting(
        ("NBTRACK_PANELS",),
        _panels,
        "live: panels with a front end of their own; plain: ipywidgets and images, where that can't be loaded.",
    ),
    "system_metrics": Setting(
        ("MLFLOW_ENABLE_SYSTEM_METRICS_LOGGING",), _switch, "Whether runs also log the load of the machine."
    ),
    "system_metrics_interval": Setting(
        ("MLFLOW_SYSTEM_METRICS_SAMPLING_INTERVAL",), _positive, "Seconds between two looks at the machine."
    ),
    "system_metrics_samples": Setting(
        ("MLFLOW_SYSTEM_METRICS_SAMPLES_BEFORE_LOGGING",), _positive, "Looks whose mean is logged as one point."
    ),
    "server_token": Setting(("NBTRACK_SERVER_TOKEN",), _text, "What clients of our server have to show."),
    "server_password": Setting(
        ("NBTRACK_SERVER_PASSWORD",), _text, "user:password that clients of our server have to show."
    ),
    "strict_mlflow": Setting(
        ("NBTRACK_STRICT_MLFLOW",), _switch, "Behave as MLflow does where nbtrack differs on purpose."
    ),
    "tracking_username": Setting(
        ("MLFLOW_TRACKING_USERNAME",), _text, "The user that tracking servers are told, with the password."
    ),
    "tracking_password": Setting(("MLFLOW_TRACKING_PASSWORD",), _secret, "The password of that user."),
    "tracking_token": Setting(
        ("MLFLOW_TRACKING_TOKEN",), _secret, "The bearer token that tracking servers are shown, where there is no user."
    ),
    "insecure_tls": Setting(
        ("MLFLOW_TRACKING_INSECURE_TLS",), _switch, "Whether any certificate of a tracking server is accepted."
    ),
    "server_cert_path": Setting(
        ("MLFLOW_TRACKING_SERVER_CERT_PATH",),
        _text,
        "A file of certificates (PEM) to check tracking servers by.",
    ),
    "client_cert_path": Setting(
        ("MLFLOW_TRACKING_CLIENT_CERT_PATH",),
        _text,
        "A file (PEM) with the certificate and key of this client.",
    ),
    "http_timeout": Setting(
        ("MLFLOW_HTTP_REQUEST_TIMEOUT",), _positive, "Seconds that an answer of a tracking server may take."
    ),
    "http_retries": Setting(
        ("MLFLOW_HTTP_REQUEST_MAX_RETRIES",), _count, "How often a request is repeated that a tracking server missed."
    ),
    "http_backoff": Setting(
        ("MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR",),
        _positive,
        "Seconds before the first repeat; each later one waits longer.",
    ),
    "flush_seconds": Setting(
        ("NBTRACK_FLUSH_SECONDS",),
        _positive,
        "Seconds that flush, the end of a run and a look back wait for a tracking server to take what was logged.",
    ),
    "state_folder": Setting(
        ("NBTRACK_STATE_FOLDER",),
        _text,
        "Where what is logged waits for a tracking server; by default nbtrack in ~/.local/state.",
    ),
    "s3_endpoint": Setting(("MLFLOW_S3_ENDPOINT_URL", "AWS_ENDPOINT_URL"), _text, "The address of an S3 service."),
    "s3_insecure_tls": Setting(
        ("MLFLOW_S3_IGNORE_TLS",), _switch, "Whether any certificate of an S3 service is accepted."
    ),
}


class Settings(NamedTuple):
    """The settings in force; `DECLARED` explains each."""

    tracking_uri: str | None = None
    experiment_id: str | None = None
    experiment_name: str | None = None
    run_name: str | None = None
    notebook: str | None = None
    durability: str = "normal"
    panels: str = "live"
    system_metrics: bool = False
    system_metrics_interval: float = 10.0
    system_metrics_samples: float = 1.0
    server_token: str | None = None
    server_password: str | None = None
    strict_mlflow: bool = False
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
    s3_endpoint: str | None = None
    s3_insecure_tls: bool = False


def current(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings in force now.

    Raises
    ------
    InvalidValue
        Naming the variable or the key of the file that can't be read.
    """
    filed = _filed(os.getcwd())  # noqa: PTH109 - pathlib costs more than the rest of the import
    values: dict[str, object] = {}
    for name, setting in DECLARED.items():
        variable = next((each for each in setting.variables if each in environment), None)
        if variable is not None:
            values[name] = _parsed(variable, setting, environment[variable])
        elif name in filed:
            values[name] = _parsed(name, setting, str(filed[name]))
    return Settings(**values)  # type: ignore[arg-type] # each parser gives the field's type


def _parsed(source: str, setting: Setting, value: str) -> object:
    try:
        return setting.parse(value)
    except InvalidValue as error:
        msg = f"{source} {error}"
        raise InvalidValue(msg) from None


class SettingsFiles:
    """What settings files say, by the folder that they were looked for from: path and time of the file, and content."""

    def __init__(self) -> None:
        self.by_folder: dict[str, tuple[tuple[str, int] | None, dict[str, object]]] = {}


def _filed(folder: str) -> dict[str, object]:
    """Return what the nearest settings file says, read again only when it changes."""
    found = _nearest(folder)
    files = process.state(SettingsFiles).by_folder
    known = files.get(folder)
    if known is None or known[0] != found:
        known = files[folder] = (found, _read(found[0]) if found else {})
    return known[1]


def _nearest(folder: str) -> tuple[str, int] | None:
    while True:
        for name in ("nbtrack.toml", "pyproject.toml"):
            path = os.path.join(folder, name)  # noqa: PTH118 - as above
            try:
                return path, os.stat(path).st_mtime_ns  # noqa: PTH116 - as above
            except OSError:
                continue
        above = os.path.dirname(folder)  # noqa: PTH120 - as above
        if above == folder:
            return None
        folder = above


def _read(path: str) -> dict[str, object]:
    import tomllib

    try:
        with open(path, "rb") as file:  # noqa: PTH123 - as above
            content = tomllib.load(file)
    except (OSError, tomllib.TOMLDecodeError) as error:
        msg = f"{path} can't be read: {error}"
        raise InvalidValue(msg) from None
    table = content if path.endswith("nbtrack.toml") else content.get("tool", {}).get("nbtrack", {})
    unknown = sorted(set(table) - set(DECLARED))
    if unknown:
        msg = f"{path} names the unknown setting {unknown[0]!r}; there are {', '.join(sorted(DECLARED))}"
        raise InvalidValue(msg)
    return dict(table)


def take_run_id() -> str | None:
    """Return the run that the environment asks to resume, once: later runs of this process are new ones."""
    return os.environ.pop("MLFLOW_RUN_ID", None) or None
