"""Importing what neptune-exporter wrote: Parquet files with the attributes of runs, and files beside them.

A row is a value of an attribute, or a point of a series; its columns are those of ``neptune_exporter/model.py``. Steps
are decimal numbers there: the points of a series with a step that is not whole are numbered instead.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from nbtrack import tags as reserved
from nbtrack.artifact_storage.artifact_repository import clean
from nbtrack.errors import NbtrackError, StorageFailed, Unsupported
from nbtrack.importers import recorded_runs
from nbtrack.importers.chosen_files import ChosenFiles
from nbtrack.importers.recorded_runs import RecordedRun
from nbtrack.importers.run_points import RunPoints

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from nbtrack.artifact_storage.artifact_repository import ArtifactRepository
    from nbtrack.entities import Experiment, Run
    from nbtrack.stores.blocks import Points
    from nbtrack.stores.logged_models import LoggedModel

TRACKER = "neptune"
ROWS_AT_ONCE = 50_000
_PART = re.compile(r"(.+)_part_(\d+)\.parquet")
_VALUES = ("float_value", "int_value", "string_value", "bool_value", "datetime_value", "string_set_value")
_COLUMNS = ["project_id", "run_id", "attribute_path", "attribute_type", "step", "timestamp", "file_value", *_VALUES]
_TEXTS = ["project_id", "run_id", "attribute_path", "attribute_type", "string_value", "file_value.path"]
"""The columns whose texts are read once each: a file of 1 MB may have the same text of 20 MB in a million rows."""
LARGEST_COLUMN = 1 << 28
"""Bytes of a column in one row group."""
_SERIES = "float_series"
_FILES = frozenset(("file", "file_series"))
_OTHER_SERIES = frozenset(("string_series", "histogram_series"))
"""The types that are imported only with the Parquet files, as artifacts."""


def export_folder(folder: Path) -> Path | None:
    """Return the folder of the Parquet files in an export, ``data`` or the folder itself; None if there is none."""
    for each in (folder / "data", folder):
        if any(_PART.fullmatch(file.name) for file in each.glob("*/*_part_*.parquet")):
            return each
    return None


class NeptuneExport:
    """A `Source` over an export; the experiments have the names of the projects."""

    def __init__(self, data: Path) -> None:
        self.uri, self._data = str(data), data
        self._points: dict[str, RunPoints] = {}
        self._artifacts: dict[str, ChosenFiles] = {}
        self._left_out: dict[str, str] = {}

    def experiments(self) -> Iterable[Experiment]:
        """See `Source.experiments`."""
        folders = (each for each in sorted(self._data.iterdir()) if each.is_dir() and not each.is_symlink())
        found = {each.name: _runs(each) for each in folders}
        return [
            recorded_runs.as_experiment(name)._replace(name=_project(next(iter(runs.values()))[0]) or name)
            for name, runs in found.items()
            if runs
        ]

    def count(self, experiment_id: str) -> int:
        """See `Source.count`."""
        return len(_runs(self._data / experiment_id))

    def runs(self, experiment_id: str) -> Iterator[Run]:
        """See `Source.runs`."""
        for name, parts in _runs(self._data / experiment_id).items():
            with RunPoints() as points:
                reader = _Reader(points)
                try:
                    for part in parts:
                        reader.read(part)
                    recorded = reader.recorded()
                except StorageFailed:
                    raise
                except (ValueError, TypeError, OverflowError, KeyError, OSError, MemoryError) as error:
                    self._left_out[f"run {name}"] = f"its Parquet files cannot be read ({str(error)[:200]})"
                    continue
                run = recorded_runs.as_run(recorded, TRACKER, experiment_id)
                self._points = {run.info.run_id: points}
                self._artifacts = {run.info.run_id: self._files(experiment_id, parts, reader.files)}
                yield run

    def _files(self, project: str, parts: list[Path], names: Iterable[str]) -> ChosenFiles:
        """Return the files of a run, and the Parquet files."""
        root = self._data.parent / "files" / project
        found = {f"{TRACKER}/{each.name}": each for each in parts}
        for name in names:
            try:
                path = clean(name)
            except NbtrackError:
                continue
            if (root / path).resolve().is_relative_to(root.resolve()):
                found[path] = root / path
        return ChosenFiles(str(root), found)

    def point_parts(self, run_id: str, key: str) -> Iterable[Points]:
        """See `Source.point_parts`."""
        return self._points[run_id].parts(key)

    def artifacts(self, run: Run) -> ArtifactRepository | None:
        """See `Source.artifacts`: the files of the run, and the Parquet files, which have texts and histograms too."""
        return self._artifacts[run.info.run_id]

    def models(self, run: Run) -> list[LoggedModel]:
        """See `Source.models`."""
        return []

    def left_out(self) -> Mapping[str, str]:
        """See `Source.left_out`."""
        return self._left_out


def _runs(project: Path) -> dict[str, list[Path]]:
    """Return the Parquet files of each run in the folder of a project, in order."""
    found: dict[str, dict[int, Path]] = {}
    for file in sorted(project.glob("*_part_*.parquet")):
        match = _PART.fullmatch(file.name)
        if match and file.is_file() and not file.is_symlink():
            found.setdefault(match[1], {})[int(match[2])] = file
    return {name: [parts[number] for number in sorted(parts)] for name, parts in found.items()}


def _parquet() -> Any:
    try:
        from pyarrow import parquet
    except ImportError as error:
        msg = "An export of Neptune needs pyarrow: pip install 'nbtrack[parquet]'"
        raise Unsupported(msg) from error
    return parquet


def _project(part: Path) -> str:
    """Return the name of the project that the runs of a file belong to; empty if it cannot be read."""
    parquet = _parquet()
    try:
        with parquet.ParquetFile(part, read_dictionary=["project_id"]) as file:
            _check_size(file)
            first = next(file.iter_batches(1, columns=["project_id"]), None)
            return str(first.column(0)[0].as_py()) if first is not None and len(first) else ""
    except (ValueError, OSError, KeyError, IndexError):
        return ""


def _check_size(file: Any) -> None:
    """Raise `ValueError` when a part of a file is too large in memory, however small it is on disk."""
    groups = [file.metadata.row_group(number) for number in range(file.metadata.num_row_groups)]
    sizes = [group.column(number).total_uncompressed_size for group in groups for number in range(group.num_columns)]
    if max(sizes, default=0) > LARGEST_COLUMN:
        msg = f"a column takes {max(sizes):,} bytes in memory, and at most {LARGEST_COLUMN:,} are read"
        raise ValueError(msg)


def _values(column: Any) -> list[Any]:
    """Return the values of a column; rows with the same text share it, as they do in the file."""
    if not hasattr(column, "dictionary"):
        return list(column.to_pylist())
    texts = column.dictionary.to_pylist()
    return [None if index is None else texts[index] for index in column.indices.to_pylist()]


class _Reader:
    """The content of the rows of one run."""

    def __init__(self, points: RunPoints) -> None:
        self.files: list[str] = []
        self._points = points
        self._key = ""
        self._attributes: dict[str, Any] = {}

    def read(self, part: Path) -> None:
        """Read a Parquet file, some rows at a time."""
        with _parquet().ParquetFile(part, read_dictionary=_TEXTS) as file:
            _check_size(file)
            for batch in file.iter_batches(ROWS_AT_ONCE, columns=_COLUMNS):
                self._read_rows(batch)

    def _read_rows(self, batch: Any) -> None:
        import pyarrow as pa

        position = batch.schema.get_field_index("step")
        steps = batch.column(position).cast(pa.float64()).to_pylist()
        columns = {name: _values(batch.column(name)) for name in _COLUMNS if name != "step"}
        kinds, paths = columns["attribute_type"], columns["attribute_path"]
        for row, (kind, path) in enumerate(zip(kinds, paths, strict=True)):
            if not self._key:
                self._key = f"{columns['project_id'][row]}\0{columns['run_id'][row]}"
            if kind == _SERIES:
                self._add_point(path, steps[row], columns["timestamp"][row], columns["float_value"][row])
            elif kind in _FILES:
                self.files.append(str((columns["file_value"][row] or {}).get("path") or ""))
            elif kind not in _OTHER_SERIES:
                values = (columns[name][row] for name in _VALUES)
                self._attributes[path] = next((each for each in values if each is not None), None)

    def _add_point(self, path: str, step: float | None, moment: Any, value: float | None) -> None:
        if value is None:
            return
        number = int(step or 0)
        if step != number:
            self._points.number_steps(path)
        self._points.add(path, number, _milliseconds(moment), value)

    def recorded(self) -> RecordedRun:
        """Return the run."""
        own = {path[4:]: value for path, value in self._attributes.items() if path.startswith("sys/")}
        name = str(own.get("name") or own.get("custom_run_id") or own.get("id") or self._key.partition("\0")[2])
        params = {
            path: _text(value)
            for path, value in self._attributes.items()
            if value is not None and not path.startswith("sys/")
        }
        moments = [each.timestamp for each in self._points.latest()]
        start = _milliseconds(own["creation_time"]) if own.get("creation_time") else min(moments, default=0)
        end = max([start, *moments])
        status = "FAILED" if own.get("failed") else "FINISHED"
        user = str(own.get("owner") or "")
        return RecordedRun(self._key, name, start, end, status, params, _tags(own), self._points, user)


def _tags(own: Mapping[str, Any]) -> dict[str, str]:
    found = {f"neptune.{key}": _text(own[key]) for key in ("id", "tags", "group_tags") if own.get(key)}
    if own.get("description"):
        found[reserved.NOTE] = str(own["description"])
    return found


def _text(value: Any) -> str:
    """Return a value of an attribute as the text of a parameter."""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return value.isoformat() if hasattr(value, "isoformat") else recorded_runs.text(value)


def _milliseconds(moment: Any) -> int:
    return round(moment.timestamp() * 1000) if moment is not None else 0
