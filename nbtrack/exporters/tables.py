"""Two tables for other programs: one with a row for each run, and one with a row for each point of a metric."""

from __future__ import annotations

import csv
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from nbtrack.entities import ViewType
from nbtrack.errors import StorageFailed, Unsupported
from nbtrack.importers.importer import Imported, ImportSummary
from nbtrack.presentation.frames import columns_frame
from nbtrack.query import Query

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path
    from typing import IO

    import pandas as pd

    from nbtrack.entities import Experiment, History
    from nbtrack.stores.interface import Store

    Histories = Iterator[tuple[str, History]]
    """Metrics with the ids of their runs."""

FORMATS = frozenset((".csv", ".parquet"))
"""Suffixes of files with a table."""
MOST = 1_000_000
"""Runs in a table."""
COLUMNS = ("run_id", "key", "step", "timestamp", "value")
"""The columns of the points: timestamps in ms since the epoch (UTC)."""
_GROUP = 100_000
"""Points in a row group of Parquet."""


def write(
    store: Store, experiments: Sequence[Experiment], file: Path, on_run: Callable[[Imported | None, int], object]
) -> ImportSummary:
    """Write the runs of experiments that are not in the trash, with MLflow's columns, and their points.

    Raises
    ------
    Unsupported
        For Parquet, when pyarrow is not installed.
    """
    ids = [each.experiment_id for each in experiments]
    frame = columns_frame(store.run_columns(ids, Query(), ViewType.ACTIVE_ONLY, MOST))
    run_ids, counted = list(frame["run_id"]), _Counted()
    histories = counted.of(store, run_ids, lambda: on_run(None, len(run_ids)))
    if file.suffix.lower() == ".csv":
        with _replaced(file) as part:
            frame.to_csv(part, index=False)
        with _replaced(points_file(file)) as part, part.open("w", newline="", encoding="utf-8") as opened:
            _write_csv(opened, histories)
    else:
        _write_parquet(file, frame, histories)
    return ImportSummary(len(run_ids), 0, 0, counted.points, 0, {})


def points_file(file: Path) -> Path:
    """Return the file for the points, beside the one of the runs."""
    return file.with_suffix(f".points{file.suffix}")


class _Counted:
    """Reads histories, and counts their points."""

    def __init__(self) -> None:
        self.points = 0

    def of(self, store: Store, run_ids: Sequence[str], on_run: Callable[[], object]) -> Histories:
        """Yield the histories of runs."""
        for run_id in run_ids:
            for key in store.get_run(run_id).data.metrics:
                found = store.metric_history(run_id, key)
                self.points += len(found.values)
                yield run_id, found
            on_run()


def _write_csv(opened: IO[str], histories: Histories) -> None:
    written = csv.writer(opened, lineterminator="\n")
    written.writerow(COLUMNS)
    for run_id, found in histories:
        written.writerows((run_id, *each) for each in _rows(found))


def _rows(found: History) -> Iterator[tuple[str, int, int, str]]:
    for value, timestamp, step in zip(found.values, found.timestamps, found.steps, strict=True):
        yield found.key, int(step), int(timestamp), repr(float(value))


def _write_parquet(file: Path, frame: pd.DataFrame, histories: Histories) -> None:
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError as error:
        msg = "Parquet needs the package pyarrow: pip install 'nbtrack[parquet]', or export to a .csv file"
        raise Unsupported(msg) from error
    with _replaced(file) as part:
        frame.to_parquet(part, index=False)
    types = (pa.string(), pa.string(), pa.int64(), pa.timestamp("ms", tz="UTC"), pa.float64())
    schema = pa.schema(list(zip(COLUMNS, types, strict=True)))
    with _replaced(points_file(file)) as part, parquet.ParquetWriter(part, schema) as written:
        for group in _groups(histories):
            written.write_table(pa.concat_tables(_arrow(each, schema) for each in group), row_group_size=_GROUP)


def _groups(histories: Histories) -> Iterator[list[tuple[str, History]]]:
    """Yield histories in groups of some size."""
    group: list[tuple[str, History]] = []
    for each in histories:
        group.append(each)
        if sum(len(found.values) for _, found in group) >= _GROUP:
            yield group
            group = []
    if group:
        yield group


def _arrow(each: tuple[str, History], schema: Any) -> Any:
    import pyarrow as pa

    run_id, found = each
    count = len(found.values)
    keys = [pa.array([text] * count, pa.string()) for text in (run_id, found.key)]
    times = pa.array(found.timestamps, pa.int64()).cast(pa.timestamp("ms", tz="UTC"))
    numbers = (pa.array(found.steps, pa.int64()), times, pa.array(found.values, pa.float64()))
    return pa.table([*keys, *numbers], schema=schema)


@contextmanager
def _replaced(file: Path) -> Iterator[Path]:
    """Yield the path of a temporary file, which replaces another one when it is complete."""
    part = file.with_name(f".{file.name}.{os.urandom(4).hex()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        yield part
        part.replace(file)
    except OSError as error:
        msg = f"Cannot write {file}: {error.strerror or error}"
        raise StorageFailed(msg) from error
    finally:
        part.unlink(missing_ok=True)
