"""The rows of the table: what is measured, and what nbtrack must reach."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Bar(NamedTuple):
    """A limit: an amount, or so many times what another contender takes, or so much more than it takes."""

    amount: float
    times: str = ""
    beyond: str = ""
    least: bool = False

    def limit(self, medians: Mapping[str, float]) -> float | None:
        """Return the limit in the unit of the row; None when the other contender was not measured."""
        other = medians.get(self.times or self.beyond)
        if self.times:
            return None if other is None else self.amount * other
        if self.beyond:
            return None if other is None else self.amount + other
        return self.amount

    def met(self, medians: Mapping[str, float]) -> bool | None:
        """Tell whether nbtrack meets it; None when that is not known."""
        limit, value = self.limit(medians), medians.get("nbtrack")
        if limit is None or value is None:
            return None
        return value >= limit if self.least else value <= limit

    def text(self, unit: str) -> str:
        """Say it."""
        sign = "≥" if self.least else "≤"
        if self.times:
            return f"{sign} {self.times}" if self.amount == 1 else f"{sign} {self.amount:g} × {self.times}"
        more = f" + {self.beyond}" if self.beyond else ""
        return f"{sign} {self.amount:,g} {unit}{more}".strip()


class Row(NamedTuple):
    """One line: the measure of a subject, its unit, and its bars; the worst round counts where `worst` says so."""

    name: str
    what: str
    subject: str
    measure: str
    unit: str
    bars: tuple[Bar, ...] = ()
    worst: bool = False


CHECKED = "write(2) with checks"

ROWS = (
    Row(
        "log_metric.p50",
        "`log_metric`, 50,000 calls: median",
        "one_point",
        "p50",
        "µs",
        (Bar(3), Bar(2, times=CHECKED), Bar(1, times="trackio")),
    ),
    Row("log_metric.p99", "… 99th percentile", "one_point", "p99", "µs", (Bar(15),)),
    Row("log_metric.longest", "… the longest call", "one_point", "longest", "µs"),
    Row(
        "rules.p50", "… with five alert rules: median", "one_watched_point", "p50", "µs", (Bar(1.2, times="no rules"),)
    ),
    Row("live.p50", "the read of a live value: median", "one_watched_point", "live", "µs", (Bar(1),)),
    Row("log_metrics.p50", "`log_metrics` of 20 keys: median", "one_batch", "p50", "µs", (Bar(10),)),
    Row("log_metrics.p99", "… 99th percentile", "one_batch", "p99", "µs"),
    Row(
        "durable.p50",
        '`log_metric` with `durability="full"`: median',
        "synced_point",
        "p50",
        "µs",
        (Bar(2, times="append + fdatasync"),),
    ),
    Row(
        "end_to_end",
        "points a second, logged, on disk and read back",
        "end_to_end",
        "rate",
        "/s",
        (Bar(200_000, least=True),),
    ),
    Row(
        "short_run",
        "a run with 10 parameters, 5 tags, 5 metrics",
        "short_run",
        "ms",
        "ms",
        (Bar(2, beyond="one fdatasync"),),
    ),
    Row("first_metric", "empty folder, import to first metric, beyond Python", "first_metric", "ms", "ms", (Bar(60),)),
    Row("import.modules", "modules that the import loads", "first_metric", "modules", "", (Bar(80),)),
    Row("first_metric.modules", "modules up to the first metric", "first_metric", "modules_to_metric", ""),
    Row("search", "10,000 runs: filter, order, first 100 as runs", "many_runs", "search", "ms", (Bar(8),)),
    Row("frame", "10,000 runs to a pandas frame", "many_runs", "frame", "ms", (Bar(1.3, times="SQL by hand"),)),
    Row("history", "1,000,000 points to numpy", "history", "arrays", "ms", (Bar(60),)),
    Row("min_max", "… thinned to 1,000, min–max, once read", "history", "min_max", "ms", (Bar(20),)),
    Row("thinned", "1,000,000 points in the store to 1,000, min–max", "history", "thinned", "ms", (Bar(20),)),
    Row("bytes.float64", "bytes a point on disk, random float64", "bytes_on_disk", "float64", "B", (Bar(9),)),
    Row("bytes.float32", "… random float32", "bytes_on_disk", "float32", "B", (Bar(5.5),)),
    Row(
        "writers.4",
        "4 writing processes: points a second",
        "writers",
        "rate_4",
        "/s",
        (Bar(3, times="SQLite", least=True),),
    ),
    Row("writers.4.errors", "… errors", "writers", "errors_4", "", (Bar(0),), worst=True),
    Row("writers.4.lost", "… lost points", "writers", "lost_4", "", (Bar(0),), worst=True),
    Row(
        "writers.16",
        "16 writing processes: points a second",
        "writers",
        "rate_16",
        "/s",
        (Bar(3, times="SQLite", least=True),),
    ),
    Row("writers.16.errors", "… errors", "writers", "errors_16", "", (Bar(0),), worst=True),
    Row("writers.16.lost", "… lost points", "writers", "lost_16", "", (Bar(0),), worst=True),
)
