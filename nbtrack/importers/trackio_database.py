"""Importing a database of trackio, which has the runs of one project."""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import apsw

from nbtrack import locate
from nbtrack.errors import DamagedStore, InvalidValue
from nbtrack.importers import recorded_runs
from nbtrack.importers.computed_files import ComputedFiles, MergedFiles
from nbtrack.importers.recorded_runs import RecordedRun
from nbtrack.importers.run_points import RunPoints
from nbtrack.stores.sqlite import foreign_database

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from nbtrack.artifact_storage.artifact_repository import ArtifactRepository
    from nbtrack.entities import Experiment, Run
    from nbtrack.stores.blocks import Points
    from nbtrack.stores.logged_models import LoggedModel

TRACKER = "trackio"
_TABLES = frozenset(("metrics", "configs"))
_OWN = {"_Username", "_Created", "_Group"}
"""Entries of a configuration that trackio adds."""
_OTHER_ROWS = ("metrics", "alerts", "traces")
"""The tables whose rows have more than numbers."""


def is_trackio_database(file: Path) -> bool:
    """Return whether a file is a database of trackio."""
    return foreign_database.has_tables(file, _TABLES)


class TrackioDatabase:
    """A `Source` over a database; the experiment has the name of the project, which is that of the file."""

    def __init__(self, file: Path) -> None:
        self.uri, self._file = str(file), file
        self._points: dict[str, RunPoints] = {}
        self._keys: dict[str, str] = {}
        self._left_out: dict[str, str] = {}

    @contextmanager
    def _reading(self) -> Iterator[apsw.Connection]:
        opened = foreign_database.attach(self._file, "trackio")
        try:
            # The rows of a run may have to be sorted, and may not fit into memory.
            opened.connection.execute("PRAGMA temp_store = FILE")
            yield opened.connection
        except (apsw.Error, UnicodeDecodeError) as error:
            msg = f"{self._file} is damaged ({error}), or not a database of trackio"
            raise DamagedStore(msg) from error
        finally:
            opened.close()

    def experiments(self) -> Iterable[Experiment]:
        """See `Source.experiments`."""
        return [recorded_runs.as_experiment(self._file.stem)]

    def count(self, experiment_id: str) -> int:
        """See `Source.count`."""
        with self._reading() as connection:
            return len(_run_keys(connection))

    def runs(self, experiment_id: str) -> Iterator[Run]:
        """See `Source.runs`."""
        with self._reading() as connection:
            column = _run_column(connection)
            for key, name in _run_keys(connection).items():
                with RunPoints() as points:
                    try:
                        recorded = _recorded(connection, self._file.stem, column, key, name, points)
                    except (InvalidValue, ValueError, TypeError, OverflowError) as error:
                        self._left_out[f"run {name[:80]}"] = str(error)
                        continue
                    run = recorded_runs.as_run(recorded, TRACKER, experiment_id)
                    self._points = {run.info.run_id: points}
                    self._keys = {run.info.run_id: key}
                    yield run

    def point_parts(self, run_id: str, key: str) -> Iterable[Points]:
        """See `Source.point_parts`."""
        return self._points[run_id].parts(key)

    def artifacts(self, run: Run) -> ArtifactRepository | None:
        """See `Source.artifacts`: images and other media, and what the database has besides numbers."""
        key, name = self._keys[run.info.run_id], run.info.run_name
        files = {f"{TRACKER}/{each}.jsonl": partial(self._rows, each, key) for each in _OTHER_ROWS}
        computed = ComputedFiles(self.uri, files)
        folder = self._file.parent / "media" / self._file.stem / name
        odd = "/" in name or name.startswith(".") or folder.is_symlink()
        return computed if odd else MergedFiles(self.uri, [locate.repository(str(folder)), computed])

    def _rows(self, table: str, key: str) -> Iterator[bytes]:
        """Yield the rows of a run that have more than numbers as lines of JSON."""
        with self._reading() as connection:
            if not _has_table(connection, table):
                return
            columns = [
                each for (each,) in connection.execute("SELECT name FROM pragma_table_info(?, 'trackio')", (table,))
            ]
            sql = f"SELECT * FROM trackio.{table} WHERE {_run_column(connection)} = ? ORDER BY rowid"
            for row in connection.execute(sql, (key,)):
                shown = dict(zip(columns, row, strict=True))
                if table == "metrics":
                    shown = {"timestamp": shown["timestamp"], "step": shown["step"], **_other_values(shown["metrics"])}
                if table != "metrics" or len(shown) > 2:
                    yield f"{json.dumps(shown, default=str)}\n".encode()

    def models(self, run: Run) -> list[LoggedModel]:
        """See `Source.models`."""
        return []

    def left_out(self) -> Mapping[str, str]:
        """See `Source.left_out`."""
        return self._left_out


def _run_column(connection: apsw.Connection) -> str:
    """Return the column that names a run; early versions have its name only."""
    columns = {name for (name,) in connection.execute("SELECT name FROM pragma_table_info('metrics', 'trackio')")}
    return "run_id" if "run_id" in columns else "run_name"


def _run_keys(connection: apsw.Connection) -> dict[str, str]:
    """Return the names of the runs by their identities, in the order in which they started."""
    column = _run_column(connection)
    found = connection.execute(
        f"SELECT {column}, run_name, 0, MIN(id) FROM trackio.metrics GROUP BY {column}"
        f" UNION ALL SELECT {column}, run_name, 1, MIN(id) FROM trackio.configs GROUP BY {column} ORDER BY 3, 4"
    )
    names: dict[str, str] = {}
    for key, name, _, _ in found:
        names.setdefault(str(key), str(name))
    return names


def _recorded(
    connection: apsw.Connection, project: str, column: str, key: str, name: str, points: RunPoints
) -> RecordedRun:
    rows = connection.execute(
        f"SELECT timestamp, step, metrics FROM trackio.metrics WHERE {column} = ? ORDER BY id", (key,)
    )
    first = last = None
    for timestamp, step, text in rows:
        moment = _moment(timestamp)
        first = moment if first is None else min(first, moment)
        last = moment if last is None else max(last, moment)
        for metric, value in recorded_runs.flat(_object(text), "/"):
            number = recorded_runs.number(value)
            if number is not None:
                points.add(metric, int(step), moment, number)
    config = _config(connection, column, key)
    _add_system_metrics(connection, column, key, points)
    tags = {"trackio.group": str(config["_Group"])} if config.get("_Group") else {}
    params = {
        param: recorded_runs.text(value)
        for param, value in recorded_runs.flat(config, ".", keeps_media=True)
        if param not in _OWN
    }
    created = config.get("_Created")
    start = _moment(created) if created else first or 0
    user = str(config.get("_Username") or "")
    end = start if last is None else last
    return RecordedRun(f"{project}\0{key}", name, start, end, "FINISHED", params, tags, points, user)


def _config(connection: apsw.Connection, column: str, key: str) -> dict[str, Any]:
    found = connection.execute(f"SELECT config FROM trackio.configs WHERE {column} = ?", (key,)).fetchall()
    return _object(found[0][0]) if found else {}


def _other_values(text: Any) -> dict[str, Any]:
    """Return the entries of a row that are not numbers, such as texts, tables and histograms."""
    return {
        key: value
        for key, value in recorded_runs.flat(_object(text), "/", keeps_media=True)
        if recorded_runs.number(value) is None
    }


def _has_table(connection: apsw.Connection, table: str) -> bool:
    found = connection.execute("SELECT 1 FROM trackio.sqlite_schema WHERE type = 'table' AND name = ?", (table,))
    return bool(found.fetchall())


def _add_system_metrics(connection: apsw.Connection, column: str, key: str, points: RunPoints) -> None:
    """Add the load of the machine, whose steps are numbered."""
    if not _has_table(connection, "system_metrics"):
        return
    sql = f"SELECT timestamp, metrics FROM trackio.system_metrics WHERE {column} = ? ORDER BY id"
    for step, (timestamp, text) in enumerate(connection.execute(sql, (key,))):
        for metric, value in recorded_runs.flat(_object(text), "/"):
            number = recorded_runs.number(value)
            if number is not None:
                points.add(f"system/{metric}", step, _moment(timestamp), number)


def _object(text: Any) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, TypeError, RecursionError):
        msg = "a row of the database is not valid JSON"
        raise InvalidValue(msg) from None
    return found if isinstance(found, dict) else {}


def _moment(timestamp: Any) -> int:
    """Return a time in ISO 8601, in UTC unless it says otherwise, in ms since the epoch."""
    try:
        found = datetime.fromisoformat(str(timestamp))
    except ValueError:
        msg = f"{str(timestamp)[:40]!r} is not a time"
        raise InvalidValue(msg) from None
    return round((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp() * 1000)
