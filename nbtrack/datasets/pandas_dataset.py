"""Datasets of pandas frames."""

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
    """A frame, described; made by `from_pandas`."""

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
            raise InvalidValue(f"from_pandas describes a DataFrame, not {type(df).__name__}")
        for what, column in (("targets", targets), ("predictions", predictions)):
            _check_column(df, what, column)
        self._df, self._targets, self._predictions = df, targets, predictions
        super().__init__(source, name, digest)

    @property
    def df(self) -> pd.DataFrame:
        """The frame itself."""
        return self._df

    @property
    def targets(self) -> Any:
        """The name of the column to be predicted, or None."""
        return self._targets

    @property
    def predictions(self) -> Any:
        """The name of the column of predictions, or None."""
        return self._predictions

    @cached_property
    def schema(self) -> Schema | None:
        """The columns with their types, and whether they have a value in each row; None without columns."""
        return frame_schema(self._df)

    @property
    def profile(self) -> dict[str, Any]:
        """How many rows and how many values there are."""
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
        raise InvalidValue(f"the frame has no column {str(label(column))[:100]} to be its {what}; it has {shown[:500]}")


def from_pandas(
    df: pd.DataFrame,
    source: str | os.PathLike[str] | Source | None = None,
    targets: Any = None,
    name: str | None = None,
    digest: str | None = None,
    predictions: Any = None,
) -> PandasDataset:
    """Describe a frame as a dataset, to be logged with `log_input`.

    Parameters
    ----------
    df : pandas.DataFrame
        The data; none of it is kept.
    source : str, Path or Source, optional
        Where it came from: a path, or an address, of which passwords, tokens and signatures are not
        kept. Without one, the code that logs it.
    targets, predictions : label, optional
        The column to be predicted, and the one with predictions.
    name : str, optional
        What it is called, 500 characters at most.
    digest : str, optional
        What identifies the content, 36 characters at most; made of the data unless it is given.

    Returns
    -------
    PandasDataset
        Its `name`, `digest`, `source`, `schema` and `profile`.

    Raises
    ------
    InvalidValue
        When an argument is of another kind, too long, or names no column.
    """
    return PandasDataset(df, source, targets, name, digest, predictions)
