"""``nbtrack gc``, ``doctor`` and ``db``: looking after a store."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import click

from nbtrack.cli import output
from nbtrack.errors import DamagedStore
from nbtrack.presentation.formatting import counted

UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}


class Age(click.ParamType[timedelta]):
    """A duration such as ``30d`` or ``1d12h``."""

    name = "age"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Parse a duration."""
        parts = re.findall(r"(\d+(?:\.\d+)?)([dhms])", str(value))
        if not parts or "".join(number + unit for number, unit in parts) != str(value):
            self.fail(f"{value!r} is not a duration such as 30d or 1d12h30m", param, ctx)
        try:
            return timedelta(**{UNITS[unit]: float(number) for number, unit in parts})
        except OverflowError:
            self.fail(f"{value!r} is too long", param, ctx)


def _ids(_: click.Context, __: click.Parameter, value: str | None) -> list[str] | None:
    return [each.strip() for each in value.split(",") if each.strip()] if value else None


@click.command()
@click.option("--older-than", type=Age(), help="Only what was deleted at least this long ago, such as 30d or 1d12h.")
@click.option("--run-ids", callback=_ids, help="Only these runs, by comma-separated ids.")
@click.option("--experiment-ids", callback=_ids, help="Only these experiments, by comma-separated ids.")
@click.option(
    "--points",
    is_flag=True,
    help="Instead, thin the histories of runs that ended at least --older-than ago: of each metric the first, last,"
    " lowest and highest point stay, and the latest, which is its value.",
)
@output.as_json
def gc(
    older_than: timedelta | None,
    run_ids: list[str] | None,
    experiment_ids: list[str] | None,
    points: bool,
    as_json: bool,
) -> None:
    """Empty the trash: permanently delete runs and experiments, with their artifacts.

    \b
    Examples:
      nbtrack gc --older-than 30d
      nbtrack gc --points --older-than 365d
    """
    from nbtrack.tracking.garbage_collection import gc as collect

    if points:
        _thin_points(older_than, run_ids, experiment_ids, as_json=as_json)
        return
    deleted = collect(older_than, run_ids, experiment_ids)
    if as_json:
        output.print_json(deleted._asdict())
        return
    click.echo(
        f"Deleted {counted(deleted.runs, 'run')} and {counted(deleted.experiments, 'experiment')},"
        f" with {counted(deleted.artifact_bytes, 'byte')} of artifacts"
    )


def _thin_points(
    older_than: timedelta | None, run_ids: list[str] | None, experiment_ids: list[str] | None, *, as_json: bool
) -> None:
    from nbtrack.tracking.garbage_collection import thin_points

    if older_than is None:
        msg = "--points needs --older-than, such as --older-than 365d"
        raise click.UsageError(msg)
    deleted = thin_points(older_than, run_ids, experiment_ids)
    if as_json:
        output.print_json(deleted._asdict())
        return
    points, metrics = counted(deleted.points, "point"), counted(deleted.metrics, "metric")
    click.echo(f"Deleted {points} of {metrics} in {counted(deleted.runs, 'run')}")


@click.command()
@click.option("--mask-envs", is_flag=True, help="Hide the values of environment variables.")
def doctor(mask_envs: bool) -> None:
    """Print the configuration and check the store; exit with 1 if it is damaged.

    \b
    Example:
      nbtrack doctor --mask-envs
    """
    from nbtrack import store_maintenance
    from nbtrack.tracking.doctor import doctor as print_report
    from nbtrack.tracking.tracking_uri import get_tracking_uri

    print_report(mask_envs)
    if any(each.startswith("DAMAGED") for each in store_maintenance.check(get_tracking_uri())):
        click.get_current_context().exit(1)


@click.group()
def db() -> None:
    """Upgrade, check, measure and back up the database of a store.

    \b
    Example:
      nbtrack db check
    """


@db.command()
@click.argument("uri", required=False)
def upgrade(uri: str | None) -> None:
    """Upgrade the schema of a store; a local one keeps the old database next to the new one.

    \b
    Example:
      nbtrack db upgrade postgresql://tracker@db.example.org/runs
    """
    from nbtrack.tracking.tracking_uri import resolve_store

    store = resolve_store(uri)
    store.get_experiment("0")
    click.echo(f"The store at {store.uri} is up to date")


@db.command()
@click.argument("uri", required=False)
def check(uri: str | None) -> None:
    """Check a store without changing anything; exit with 1 if it is damaged.

    \b
    Example:
      nbtrack db check postgresql://tracker@db.example.org/runs
    """
    from nbtrack import store_maintenance
    from nbtrack.tracking.tracking_uri import get_tracking_uri

    lines = list(store_maintenance.check(uri or get_tracking_uri()))
    for line in lines:
        click.echo(line)
    if any(each.startswith("DAMAGED") for each in lines):
        msg = "The store is damaged"
        raise DamagedStore(msg)


@db.command()
@click.argument("uri", required=False)
@output.as_json
def sizes(uri: str | None, as_json: bool) -> None:
    """Print how many runs and points each experiment has, and about how many bytes of the database they take.

    Artifacts and indexes are not counted; runs in the trash are.

    \b
    Example:
      nbtrack db sizes postgresql://tracker@db.example.org/runs
    """
    from nbtrack import locate
    from nbtrack.tracking.tracking_uri import get_tracking_uri

    found = locate.database_store(uri or get_tracking_uri()).sizes()
    if as_json:
        output.print_json([each._asdict() for each in found])
        return
    output.print_table(
        ("EXPERIMENT ID", "NAME", "STATE", "RUNS", "POINTS", "BYTES"),
        ((*each[:3], *(f"{count:,}" for count in each[3:])) for each in found),
    )


@db.command()
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
@click.argument("uri", required=False)
def backup(target: Path, uri: str | None) -> None:
    """Back up the database of a store to a file; other processes may continue to log.

    Artifacts are not part of it.

    \b
    Examples:
      nbtrack db backup runs-2026-11-24.db
      nbtrack db backup runs-2026-11-24.zip postgresql://tracker@db.example.org/runs
    """
    from nbtrack import store_maintenance
    from nbtrack.tracking.tracking_uri import get_tracking_uri

    size = store_maintenance.back_up(uri or get_tracking_uri(), target)
    click.echo(f"Wrote {size:,} bytes to {target}")


@db.command()
@click.argument("source", type=click.Path(dir_okay=False, path_type=Path))
@click.argument("uri", required=False)
def restore(source: Path, uri: str | None) -> None:
    """Restore a backup in a store that is empty or not there yet; a store of the same kind as the one backed up.

    \b
    Example:
      nbtrack db restore runs-2026-11-24.zip postgresql://tracker@db.example.org/restored
    """
    from nbtrack import locate, store_maintenance
    from nbtrack.tracking.tracking_uri import get_tracking_uri

    place = uri or get_tracking_uri()
    store_maintenance.restore(source, place)
    click.echo(f"Restored {source} in {locate.without_password(place)}")
