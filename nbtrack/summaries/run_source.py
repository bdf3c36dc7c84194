"""What answers are made from: a store and its artifacts, and nothing else on the machine."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from nbtrack import locate
from nbtrack.endpoints.artifact_locations import SCHEME, artifacts_of
from nbtrack.endpoints.service import Service
from nbtrack.entities import ViewType
from nbtrack.errors import NotFound, Refused
from nbtrack.stores.run_lookup import find_run
from nbtrack.tracking.client import MlflowClient

if TYPE_CHECKING:
    from nbtrack.artifact_storage.artifact_repository import ArtifactFolder
    from nbtrack.entities import Experiment, Run

MOST_EXPERIMENTS = 10_000


class StoreClient(MlflowClient):
    """A client that reads artifacts only below the artifact root of its store, wherever a run says that they are."""

    def artifact_folder(self, run_id: str) -> ArtifactFolder:
        """Return the artifacts of a run as a folder; `Refused` when they are elsewhere."""
        place = locate.resolve(self.tracking_uri)
        if locate.scheme(place) not in locate.SERVERS:
            return artifacts_of(Service(self.store, locate.default_artifact_root(place)), run_id)
        parts = urlsplit(self.get_run(run_id).info.artifact_uri)
        if parts.scheme != SCHEME or parts.netloc not in {"", urlsplit(place).netloc}:
            msg = "Only artifacts that the tracking server itself serves can be read here"
            raise Refused(msg)
        return super().artifact_folder(run_id)


class RunSource:
    """A store that answers are made from.

    Parameters
    ----------
    tracking_uri : str, optional
        The store; by default that of the current tracking URI.
    """

    def __init__(self, tracking_uri: str | None = None) -> None:
        self.client = StoreClient(tracking_uri)

    def run(self, name: str) -> Run:
        """Return the run with this id or name; `InvalidValue` lists the ids if several runs have the name."""
        return self.client.get_run(find_run(self.client.store, name).info.run_id)

    def experiment(self, name: str) -> Experiment:
        """Return the experiment with this id or name; a decimal number is an id.

        Raises
        ------
        NotFound
            When there is none.
        """
        found = self.client.get_experiment(name) if name.isdecimal() else self.client.get_experiment_by_name(name)
        if found is None:
            msg = f"Experiment {name[:200]!r} not found: no experiment has this id or name"
            raise NotFound(msg)
        return found

    def experiment_ids(self, name: str | None) -> list[str]:
        """Return the id of an experiment, by its id or name; without one the ids of all that are not deleted."""
        if name:
            return [self.experiment(name).experiment_id]
        found = self.client.search_experiments(ViewType.ACTIVE_ONLY, MOST_EXPERIMENTS)
        return [each.experiment_id for each in found]

    def files(self, run_id: str) -> ArtifactFolder:
        """Return the artifacts of a run; see `StoreClient.artifact_folder`."""
        return self.client.artifact_folder(run_id)
