"""Datasets of pandas data frames."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from nbtrack.datasets.column_types import label
from nbtrack.datasets.dataset import Dataset
from nbtrack.datasets.digest import digest_of_frame
from nbtrack.datasets.schema import Schema, frame_schema, schema_json
from nbtrack.errors import InvalidValue

if TYPE_CHECKING:
    import os

    import pandas as pd

    from nbtrack.datasets.source import Source


class PandasDataset(Dataset):
    """A dataset of one data frame, created by `from_pandas`."""

    def __init__(
        self,
        df: pd.DataFrame,
        source: str | os.PathLike[str] | Source | None = None,
        targets: Any = None,
        name: str | None = None,
        digest: str | None = None,
        predictions: Any = None,
    ) -> None:
        import pandas as pd

        if not isinstance(df, pd.DataFrame):
            raise InvalidValue(f"df of from_pandas must be a DataFrame, not {type(df).__name__}")
        for what, column in (("targets", targets), ("predictions", predictions)):
            _check_column(df, what, column)
        self._df, self._targets, self._predictions = df, targets, predictions
        super().__init__(source, name, digest)

    @property
    def df(self) -> pd.DataFrame:
        """The data frame."""
        return self._df

    @property
    def targets(self) -> Any:
        """The name of the target column, or None."""
        return self._targets

    @property
    def predictions(self) -> Any:
        """The name of the prediction column, or None."""
        return self._predictions

    @cached_property
    def schema(self) -> Schema | None:
        """The columns with their types, and whether every row has a value; None without columns."""
        return frame_schema(self._df)

    @property
    def profile(self) -> dict[str, Any]:
        """The number of rows and of values."""
        rows, columns = self._df.shape
        return {"num_rows": rows, "num_elements": rows * columns}

    def _computed_digest(self) -> str:
        return digest_of_frame(self._df)

    def _schema_json(self) -> str | None:
        return schema_json(self.schema)


def _check_column(frame: pd.DataFrame, what: str, column: Any) -> None:
    try:
        known = column is None or column in frame.columns
    except TypeError:
        known = False
    if not known:
        shown = ", ".join(str(label(each)) for each in frame.columns[:10])
        raise InvalidValue(
            f"Column {str(label(column))[:100]}, given as {what}, not found in the data frame; it has {shown[:500]}"
        )


def from_pandas(
    df: pd.DataFrame,
    source: str | os.PathLike[str] | Source | None = None,
    targets: Any = None,
    name: str | None = None,
    digest: str | None = None,
    predictions: Any = None,
) -> PandasDataset:
    """Return a dataset that describes a data frame, for `log_input`.

    Parameters
    ----------
    df : pandas.DataFrame
        The data, which is not stored.
    source : str, Path or Source, optional
        A path or a URL, which is stored without passwords, tokens and signatures; by default the code that logs the
        dataset.
    targets, predictions : label, optional
        The names of the target column and of the prediction column.
    name : str, optional
        The name, at most 500 characters.
    digest : str, optional
        An identifier of the content, at most 36 characters; by default computed from the data.

    Returns
    -------
    PandasDataset
        With `name`, `digest`, `source`, `schema` and `profile`.

    Raises
    ------
    InvalidValue
        When an argument has another type, is too long, or is not a column.
    """
    return PandasDataset(df, source, targets, name, digest, predictions)
