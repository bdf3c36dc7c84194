"""A run as a zip file, and a run created from it that differs only in its id and location.

In the file are

- ``run.json``: the run as MLflow's ``runs/get`` tells it below ``run``, and below ``metrics`` for each metric its
  ``key``, its ``file`` and its number of ``points``;
- ``metrics/0.csv`` and so on: a history in logged order, a line ``step,timestamp,value`` for each point, times in ms
  since the epoch UTC, values in digits that give the same float back;
- ``artifacts/…``: the artifacts.
"""

from __future__ import annotations

import json
import shutil
import stat
import zipfile
import zlib
from array import array
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from nbtrack import validation
from nbtrack.artifact_storage.artifact_repository import clean
from nbtrack.entities import RunStatus
from nbtrack.errors import InvalidValue, NbtrackError
from nbtrack.wire import records, values

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nbtrack.endpoints.run_details import Files
    from nbtrack.entities import History, Run
    from nbtrack.stores.interface import Store

FORMAT, VERSION = "nbtrack run", 1
HEAD, METRICS, ARTIFACTS = "run.json", "metrics/", "artifacts/"
MOST_ENTRIES = 20_000
LARGEST_HEAD = 64 << 20
LARGEST_UNPACKED = 16 << 30
"""The most bytes of the unpacked contents."""
LONGEST_LINE = 200
POINTS_AT_ONCE = 50_000


# out


def export_run(store: Store, files: Files, run_id: str, target: BinaryIO) -> None:
    """Write a run with its histories and artifacts as a zip file, in memory that does not grow with them.

    Raises
    ------
    NotFound
        When there is no such run.
    """
    run = store.get_run(run_id)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        metrics = []
        for number, key in enumerate(run.data.metrics):
            history, name = store.metric_history(run_id, key), f"{METRICS}{number}.csv"
            with package.open(name, "w", force_zip64=True) as entry:
                for lines in _lines(history):
                    entry.write(lines)
            metrics.append({"key": key, "file": name, "points": len(history.values)})
        for each in _artifacts(files, run_id):
            with (
                files(run_id).open(each) as source,
                package.open(f"{ARTIFACTS}{each}", "w", force_zip64=True) as entry,
            ):
                shutil.copyfileobj(source, entry, 1 << 20)
        head = {"format": FORMAT, "version": VERSION, "run": records.write_run(run), "metrics": metrics}
        package.writestr(HEAD, json.dumps(head, ensure_ascii=False, indent=1))


def _artifacts(files: Files, run_id: str) -> list[str]:
    return [each.path for each in files(run_id).walk()]


def _lines(history: History) -> Iterator[bytes]:
    columns = (history.steps, history.timestamps, history.values)
    for start in range(0, len(history.values), POINTS_AT_ONCE):
        steps, times, points = (each[start : start + POINTS_AT_ONCE] for each in columns)
        rows = zip(steps, times, points, strict=True)
        yield "".join(f"{int(step)},{int(moment)},{float(value)!r}\n" for step, moment, value in rows).encode()


# in


def import_run(store: Store, files: Files, source: BinaryIO, experiment_id: str) -> str:
    """Create a run from a zip file of `export_run`, and return its id; an invalid file leaves nothing behind.

    A run that was running when it was exported becomes KILLED.

    Raises
    ------
    InvalidValue
        When it is not such a file, is damaged, or is too large.
    NotFound
        When there is no such experiment.
    """
    try:
        with zipfile.ZipFile(source) as package:
            return _imported(store, files, package, experiment_id)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, UnicodeError) as error:
        raise _wrong(str(error)) from None


def _imported(store: Store, files: Files, package: zipfile.ZipFile, experiment_id: str) -> str:
    entries = _checked(package)
    head = _head(package, entries)
    run, metrics = _run(head), _metrics(head, entries)
    created = store.create_run(
        experiment_id,
        name=run.info.run_name or None,
        user_id=run.info.user_id,
        start_time=run.info.start_time,
        tags=run.data.tags,
    ).info.run_id
    try:
        _fill(store, created, run)
        for key, entry in metrics.items():
            _points(store, created, key, package, entry)
        for name, entry in entries.items():
            if name.startswith(ARTIFACTS):
                with package.open(entry) as content:
                    files(created).put(cast("BinaryIO", content), name.removeprefix(ARTIFACTS))
        _end(store, created, run)
    except BaseException:
        store.update_run(created, stage="deleted")
        store.purge([created])
        raise
    return created


def _fill(store: Store, run_id: str, run: Run) -> None:
    store.log_batch(run_id, params=list(run.data.params.items()))
    if run.inputs.dataset_inputs:
        store.log_inputs(run_id, run.inputs.dataset_inputs)


def _end(store: Store, run_id: str, run: Run) -> None:
    """End the run as the original; one that was running becomes KILLED at its last point."""
    if RunStatus.is_terminated(run.info.status):
        store.update_run(run_id, status=run.info.status, end_time=run.info.end_time)
        return
    last = max((each.timestamp for each in run.data.latest), default=run.info.start_time)
    store.update_run(run_id, status=RunStatus.KILLED.value, end_time=max(last, run.info.start_time))


def _points(store: Store, run_id: str, key: str, package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    record = store.appender(run_id).columns
    with package.open(entry) as content:
        lines = iter(partial(content.readline, LONGEST_LINE), b"")
        while points := [_point(line, entry.filename) for line in islice(lines, POINTS_AT_ONCE)]:
            steps, times, numbers = zip(*points, strict=True)
            record({key: (array("q", steps), array("q", times), array("d", numbers))})


def _point(line: bytes, where: str) -> tuple[int, int, float]:
    try:
        step, moment, value = line.decode("ascii").rstrip("\n").split(",")
        numbers = (
            validation.int64("step", int(step)),
            values.moment("timestamp", int(moment)),
            values.double("value", value),
        )
    except (ValueError, InvalidValue):
        raise _wrong(f"a line of {where} is not a point") from None
    return numbers


def _checked(package: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Return the entries of an archive by name, and refuse unexpected ones."""
    entries = package.infolist()
    if len(entries) > MOST_ENTRIES or sum(each.file_size for each in entries) > LARGEST_UNPACKED:
        raise _wrong(f"it may hold {MOST_ENTRIES:,} files of {LARGEST_UNPACKED >> 30} GB together")
    found: dict[str, zipfile.ZipInfo] = {}
    for each in entries:
        if each.is_dir():
            continue
        name = _named(each)
        if name in found:
            raise _wrong(f"{name[:200]!r} is in it twice")
        found[name] = each
    return found


def _named(entry: zipfile.ZipInfo) -> str:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in {0, stat.S_IFREG} or entry.flag_bits & 1:
        raise _wrong(f"{entry.filename[:200]!r} is a link, a device or encrypted")
    try:
        name = clean(entry.filename)
    except NbtrackError as error:
        raise _wrong(error.message) from None
    if name != HEAD and not name.startswith((METRICS, ARTIFACTS)):
        raise _wrong(f"{name[:200]!r} is unexpected")
    return name


def _head(package: zipfile.ZipFile, entries: Mapping[str, zipfile.ZipInfo]) -> dict[str, Any]:
    entry = entries.get(HEAD)
    if entry is None or entry.file_size > LARGEST_HEAD:
        raise _wrong(f"it has no {HEAD}, or one that is too large")
    try:
        head = values.parse_json(package.read(entry))
    except (ValueError, RecursionError):
        raise _wrong(f"{HEAD} is not valid JSON") from None
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        raise _wrong(f"{HEAD} does not describe a run")
    if head.get("version") != VERSION:
        raise _wrong(f"it is of version {str(head.get('version'))[:20]}, and this nbtrack reads {VERSION}: update it")
    return head


def _run(head: Mapping[str, Any]) -> Run:
    """Return the run that an archive describes, strictly validated."""
    record = head.get("run")
    info = values.member(record, "run", "info", values.OBJECT)
    data = values.member(record, "run", "data", values.OBJECT)
    inputs = values.member(record, "run", "inputs", values.OBJECT, {})
    for name, kind in (("params", values.PARAMS), ("tags", values.TAGS), ("metrics", values.METRICS)):
        values.member(data, "run.data", name, kind, [])
    values.member(inputs, "run.inputs", "dataset_inputs", values.INPUTS, [])
    known = {
        "run_id": values.member(info, "run.info", "run_id", values.TEXT),
        "run_name": validation.text("run_name", values.member(info, "run.info", "run_name", values.TEXT, "")),
        "user_id": validation.text("user_id", values.member(info, "run.info", "user_id", values.TEXT, "")),
        "status": values.member(info, "run.info", "status", values.STATUS),
        "start_time": values.member(info, "run.info", "start_time", values.MOMENT),
        "end_time": values.member(info, "run.info", "end_time", values.MOMENT, None),
    }
    return records.read_run({"info": known, "data": data, "inputs": inputs})


def _metrics(head: Mapping[str, Any], entries: Mapping[str, zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    found: dict[str, zipfile.ZipInfo] = {}
    for each in values.listed(values.OBJECT).read("metrics", head.get("metrics", [])):
        key = validation.key("metric", values.member(each, "metrics", "key", values.TEXT))
        name = values.member(each, "metrics", "file", values.TEXT)
        if key in found or not name.startswith(METRICS) or name not in entries:
            raise _wrong(f"the metric {key[:200]!r} is listed twice, or has no file")
        found[key] = entries[name]
    return found


def _wrong(why: str) -> InvalidValue:
    return InvalidValue(f"this run can't be imported: {why}")
