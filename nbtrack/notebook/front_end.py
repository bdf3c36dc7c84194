"""Which front ends can show live panels: those that cannot, how each is recognised, and what the user sees there."""

from __future__ import annotations

import sys
from typing import NamedTuple

from nbtrack import process, settings


class FrontEnd(NamedTuple):
    """A front end that can't load live panels, and by which variable or loaded module it is recognised."""

    name: str
    reason: str
    variable: str
    module: str = ""


WITHOUT_LIVE_PANELS = (
    FrontEnd("Kaggle", "can't load widgets that a notebook installs", "KAGGLE_KERNEL_RUN_TYPE"),
    FrontEnd("Google Colab", "loads widgets such as nbtrack's from a CDN only", "COLAB_RELEASE_TAG", "google.colab"),
    FrontEnd("Databricks", "loads widgets from its own domain only", "DATABRICKS_RUNTIME_VERSION"),
)


class Explanations:
    """The front ends for which a message was shown."""

    def __init__(self) -> None:
        self.given: set[FrontEnd] = set()


def detected() -> FrontEnd | None:
    """Return the front end of this process if it can't load live panels; None for all others."""
    return next((each for each in WITHOUT_LIVE_PANELS if _is_here(each)), None)


def _is_here(front_end: FrontEnd) -> bool:
    return settings.is_present(front_end.variable) or front_end.module in sys.modules


def has_live_panels() -> bool:
    """Return whether panels are live: as the setting ``panels`` says, else wherever they can be loaded."""
    chosen = settings.current().panels
    return chosen == "live" or (chosen == "auto" and detected() is None)


def explain_plain_panels() -> None:
    """Explain once why panels are plain, if the front end is the reason."""
    found, given = detected(), process.state(Explanations).given
    if found is not None and found not in given and settings.current().panels == "auto":
        given.add(found)
        remedy = "Set NBTRACK_PANELS=live to try live ones."
        print(f"{found.name} {found.reason}: tables and charts are plain here. {remedy}")
