"""``nbtrack.doctor``: the versions and settings in use, and a check of the store."""

from __future__ import annotations

import os
import platform

from nbtrack import locate, store_maintenance
from nbtrack.tracking.tracking_uri import get_tracking_uri

_SECRET = ("PASSWORD", "TOKEN", "SECRET", "KEY")


def doctor(mask_envs: bool = False) -> None:
    """Print versions, environment variables and the state of the store.

    Parameters
    ----------
    mask_envs : bool
        Whether to hide the values of all environment variables; secrets are always hidden.
    """
    from importlib.metadata import version

    uri = get_tracking_uri()
    print(f"nbtrack {version('nbtrack')}, Python {platform.python_version()}, {platform.platform()}")
    print(f"tracking URI {locate.without_password(uri)}")
    for name, value in sorted(os.environ.items()):
        if name.startswith(("MLFLOW_", "NBTRACK_")):
            hidden = mask_envs or any(word in name for word in _SECRET)
            print(f"{name}={'***' if hidden else locate.without_password(value)}")
    for line in store_maintenance.check(uri):
        print(line)
