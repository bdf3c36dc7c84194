"""SQL over the runs of the current store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack.tracking.client import MlflowClient

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd


def sql(
    statement: str, values: Sequence[object] | Mapping[str, object] = (), client: MlflowClient | None = None
) -> pd.DataFrame:
    """Return the rows of a SELECT statement over the runs of a store as a pandas frame.

    The tables are ``runs`` (run_id, name, experiment_id, experiment, status, user_id, start_time, end_time, seconds),
    ``params`` and ``tags`` (run_id, key, value), ``metrics`` with the latest values (run_id, key, value, step,
    timestamp), and ``points`` (run_id, key, step, timestamp, value). Times are in milliseconds since the epoch (UTC),
    NaN is NULL, and parameters that are numbers compare as numbers. Deleted runs are left out.

    Parameters
    ----------
    statement : str
        In the SQL of SQLite, whatever the store is.
    values : sequence or mapping, optional
        The values of ``?`` or ``:name`` in it.
    client : MlflowClient, optional
        The client of the store; by default that of the current tracking URI.

    Raises
    ------
    InvalidValue
        When the statement is invalid; the message lists the tables.
    Refused
        When there are several statements, or one does more than read.
    """
    import pandas as pd

    from nbtrack.stores import sql_views

    found = sql_views.select((client or MlflowClient()).store, statement, values)
    return pd.DataFrame(found.rows, columns=found.columns)
