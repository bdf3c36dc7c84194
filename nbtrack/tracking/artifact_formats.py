"""The client methods that log dictionaries, figures, images and tables as artifacts."""

from __future__ import annotations

import json
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from nbtrack import tags, validation
from nbtrack.artifact_storage.artifact_repository import clean
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
    """The methods of a client that log Python objects, in the format given by the extension of the file name."""

    def log_dict(self, run_id: str, dictionary: Any, artifact_file: str) -> None:
        """Log a dictionary or a list as JSON, or as YAML if `artifact_file` ends in ``.yaml`` or ``.yml``."""
        from nbtrack.media import dict_bytes

        self.put(run_id, dict_bytes(dictionary, _suffix(artifact_file, ".json")), artifact_file)

    def log_figure(
        self, run_id: str, figure: Any, artifact_file: str, *, save_kwargs: dict[str, Any] | None = None
    ) -> None:
        """Log a matplotlib or plotly figure."""
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
        """Log an image as a file, or as a step of a series under a key, with a thumbnail.

        Parameters
        ----------
        run_id : str
            The run.
        image : array, PIL image, figure or Image
            An array has the shape height × width or height × width × channels, with 1, 3 or 4 channels.
        artifact_file : str, optional
            The name of the file; instead of `key`.
        key : str, optional
            The name of the series.
        step, timestamp : int, optional
            The position in the series, and its time in milliseconds since the epoch (UTC).
        synchronous : bool, optional
            Accepted for compatibility: the image is logged when the call returns.

        Raises
        ------
        InvalidValue
            When neither or both of `artifact_file` and `key` are given, or `image` is not an image.
        """
        from nbtrack.media import image_bytes, image_names, thumbnail_bytes

        if (artifact_file is None) == (key is None):
            raise InvalidValue("Pass log_image either artifact_file or key")
        if artifact_file is not None:
            self.put(run_id, image_bytes(image, _suffix(artifact_file, ".png")), artifact_file)
            return
        names = image_names(str(key), step, timestamp)
        self.put(run_id, image_bytes(image), names.full)
        self.put(run_id, thumbnail_bytes(image), names.thumbnail)
        self.store.log_batch(run_id, tags=[(tags.LOGGED_IMAGES, "True")])

    def log_table(self, run_id: str, data: Any, artifact_file: str) -> None:
        """Log a dictionary of columns or a frame as a table; rows are appended to an existing table.

        An `Image` in a cell is logged as a separate file, and the cell holds its path.
        """
        from nbtrack.media import append_table, replace_images, table_bytes

        folder = f"table_images/{clean(artifact_file).rpartition('.')[0] or clean(artifact_file)}"
        data = replace_images(data, lambda image: self._table_image(run_id, image, folder))
        suffix = _suffix(artifact_file, ".json")
        known = self.fetch(run_id, artifact_file)
        content = table_bytes(data, suffix) if known is None else append_table(known, data, suffix)
        self.put(run_id, content, artifact_file)
        self._tag_table(run_id, clean(artifact_file))

    def _table_image(self, run_id: str, image: Any, folder: str) -> dict[str, str]:
        """Log an image of a table with its thumbnail, and return its cell as MLflow writes it."""
        from nbtrack.media import image_bytes, thumbnail_bytes

        place = f"{folder}/{uuid4()}"
        full, small = f"{place}.png", f"{place}.webp"
        self.put(run_id, image_bytes(image), full)
        self.put(run_id, thumbnail_bytes(image), small)
        return {"type": "image", "filepath": full, "compressed_filepath": small}

    def _tag_table(self, run_id: str, path: str) -> None:
        """Add a table to the tag that `load_table` finds tables by."""
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
        """Return the rows of a table from all runs of an experiment, or from those given, as one frame.

        Parameters
        ----------
        experiment_id : str
            The experiment to search.
        artifact_file : str
            The name of the table's file.
        run_ids : sequence of str, optional
            The runs to read; by default all that logged the table.
        extra_columns : sequence of str, optional
            Columns to add to the rows of each run: fields of its info such as ``run_id``, parameters, metrics or tags.

        Raises
        ------
        NotFound
            When no run has the table.
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
            raise NotFound(f"Table {artifact_file!r} not found in any run of experiment {experiment_id}")
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
    raise InvalidValue(f"Extra column {name!r} is not a field of the run's info, a parameter, a metric or a tag")
