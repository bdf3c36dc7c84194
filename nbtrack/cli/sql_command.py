"""``nbtrack sql``: SELECT statements over the runs."""

from __future__ import annotations

import csv
import sys

import click

from nbtrack.cli import output, run_arguments


@click.command()
@click.argument("statement")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
@output.as_json
def sql(statement: str, as_csv: bool, as_json: bool) -> None:
    """Print the rows of a SELECT statement, in the SQL of SQLite, whatever the store is.

    \b
    Tables:
      runs     run_id, name, experiment_id, experiment, status, user_id, start_time, end_time, seconds
      params   run_id, key, value
      metrics  run_id, key, value, step, timestamp: the latest values
      tags     run_id, key, value
      points   run_id, key, step, timestamp, value

    Times are in milliseconds since the epoch, NaN is NULL. Nothing can be written.

    \b
    Examples:
      nbtrack sql "SELECT status, COUNT(*) FROM runs GROUP BY status"
      nbtrack sql "SELECT name, MIN(value) AS best FROM points JOIN runs USING (run_id) WHERE key = 'loss' GROUP BY 1"
    """
    from nbtrack.stores import sql_views

    found = sql_views.select(run_arguments.client().store, statement)
    if as_json:
        output.print_json([dict(zip(found.columns, row, strict=True)) for row in found.rows])
    elif as_csv:
        table = csv.writer(sys.stdout, lineterminator="\n")
        table.writerow(found.columns)
        table.writerows(found.rows)
    else:
        output.print_table(found.columns, found.rows)
