"""Things of a program as artifacts: dictionaries, figures, images and tables."""

from __future__ import annotations

import json
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from nbtrack import tags, validation
from nbtrack.artifact_storage.artifact_paths import clean
from nbtrack.entities import RunStatus, ViewType
from nbtrack.errors import InvalidValue, NotFound
from nbtrack.tracking.artifact_client import ArtifactClient
from nbtrack.validation import MlflowLimits

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from nbtrack.entities import Run


@validation.typed_methods
class ArtifactFormatClient(ArtifactClient):
    """The methods of a client that file things of a program, in a format that the file's name ends with."""

    def log_dict(self, run_id: str, dictionary: Any, artifact_file: str) -> None:
        """File a dictionary or a list as JSON, or as YAML when the name ends so."""
        from nbtrack.media import dict_bytes

        self.put(run_id, dict_bytes(dictionary, _suffix(artifact_file, ".json")), artifact_file)

    def log_figure(
        self, run_id: str, figure: Any, artifact_file: str, *, save_kwargs: dict[str, Any] | None = None
    ) -> None:
        """File a matplotlib or plotly figure."""
        from nbtrack.media import figure_bytes

        self.put(run_id, figure_bytes(figure, _suffix(artifact_file, ".png"), save_kwargs), artifact_file)

    def log_image(
        self,
        run_id: str,
        image: Any,
        artifact_file: str | None = None,
        key: str | None = None,
        step: int | None = None,
        timestamp: int | None = None,
        synchronous: bool | None = None,
    ) -> None:
        """File an image: under a name, or as one of a series under a key, each with its step and a small copy.

        Parameters
        ----------
        run_id : str
            The run.
        image : array, PIL image, figure or Image
            Arrays are height × width, with one, three or four channels or none.
        artifact_file : str, optional
            The name; instead of `key`.
        key : str, optional
            The name of the series.
        step, timestamp : int, optional
            Where in the series the image stands; ms since the epoch UTC.
        synchronous : bool, optional
            Accepted as MLflow does; the image is filed when the call returns.

        Raises
        ------
        InvalidValue
            Without a name and a key, with both, or for what is no image.
        """
        from nbtrack.media import image_bytes, image_names, thumbnail_bytes

        if (artifact_file is None) == (key is None):
            msg = "give log_image either artifact_file or key"
            raise InvalidValue(msg)
        if artifact_file is not None:
            self.put(run_id, image_bytes(image, _suffix(artifact_file, ".png")), artifact_file)
            return
        names = image_names(str(key), step, timestamp)
        self.put(run_id, image_bytes(image), names.full)
        self.put(run_id, thumbnail_bytes(image), names.thumbnail)
        self.store.log_batch(run_id, tags=[(tags.LOGGED_IMAGES, "True")])

    def log_table(self, run_id: str, data: Any, artifact_file: str) -> None:
        """File a dictionary of columns or a frame as a table; rows are added to one that is there already.

        An `Image` in it is filed beside the table, and its cell says where.
        """
        from nbtrack.media import append_table, replace_images, table_bytes

        folder = f"table_images/{clean(artifact_file).rpartition('.')[0] or clean(artifact_file)}"
        data = replace_images(data, lambda image: self._table_image(run_id, image, folder))
        suffix = _suffix(artifact_file, ".json")
        known = self.fetch(run_id, artifact_file)
        content = table_bytes(data, suffix) if known is None else append_table(known, data, suffix)
        self.put(run_id, content, artifact_file)
        self._note_table(run_id, clean(artifact_file))

    def _table_image(self, run_id: str, image: Any, folder: str) -> dict[str, str]:
        """File an image of a table, and a small copy, and return its cell as MLflow writes it."""
        from nbtrack.media import image_bytes, thumbnail_bytes

        place = f"{folder}/{uuid4()}"
        full, small = f"{place}.png", f"{place}.webp"
        self.put(run_id, image_bytes(image), full)
        self.put(run_id, thumbnail_bytes(image), small)
        return {"type": "image", "filepath": full, "compressed_filepath": small}

    def _note_table(self, run_id: str, path: str) -> None:
        """Keep in a tag which tables a run has, so that `load_table` finds them."""
        listed = json.loads(self.store.get_run(run_id).data.tags.get(tags.LOGGED_ARTIFACTS, "[]"))
        entry = {"path": path, "type": "table"}
        if entry not in listed:
            self.store.log_batch(run_id, tags=[(tags.LOGGED_ARTIFACTS, json.dumps([*listed, entry]))])

    def load_table(
        self,
        experiment_id: str,
        artifact_file: str,
        run_ids: Sequence[str] | None = None,
        extra_columns: Sequence[str] | None = None,
    ) -> pd.DataFrame:
        """Return the rows of a table of that name, of all runs of an experiment that logged one or of those named.

        Parameters
        ----------
        experiment_id : str
            Where to look.
        artifact_file : str
            The name of the table.
        run_ids : sequence of str, optional
            The runs to look at.
        extra_columns : sequence of str, optional
            Of ``run_id`` and the fields of a run's info: columns to add to the rows of each run.

        Raises
        ------
        NotFound
            When no run has such a table.
        """
        import pandas as pd

        from nbtrack.media import table_frame

        found = (
            [self.store.get_run(each) for each in run_ids]
            if run_ids
            else self._runs_with_table(experiment_id, artifact_file)
        )
        parts = []
        for run in found:
            content = self.fetch(run.info.run_id, artifact_file)
            if content is not None:
                part = table_frame(content, _suffix(artifact_file, ".json"))
                parts.append(part.assign(**{name: _field(run, name) for name in extra_columns or ()}))
        if not parts:
            msg = f"no run of experiment {experiment_id} has a table {artifact_file!r}"
            raise NotFound(msg)
        return pd.concat(parts, ignore_index=True)

    def _runs_with_table(self, experiment_id: str, artifact_file: str) -> list[Run]:
        from nbtrack.query import parse

        query = parse(f"tags.`{tags.LOGGED_ARTIFACTS}` LIKE '%table%'")
        page = self.store.search_runs([str(experiment_id)], query, ViewType.ACTIVE_ONLY, MlflowLimits.RESULTS_PER_PAGE)
        entry = {"path": clean(artifact_file), "type": "table"}
        return [run for run in page if entry in json.loads(run.data.tags[tags.LOGGED_ARTIFACTS])]


def _suffix(artifact_file: str, otherwise: str) -> str:
    return PurePosixPath(clean(artifact_file)).suffix.lower() or otherwise


def _field(run: Run, name: str) -> Any:
    if name in run.info._fields:
        value = getattr(run.info, name)
        return RunStatus.to_string(value) if name == "status" else value
    for held in (run.data.params, run.data.metrics, run.data.tags):
        if name in held:
            return held[name]
    msg = f"a run has no {name!r}; extra columns are fields of its info such as run_id, parameters, metrics or tags"
    raise InvalidValue(msg)
