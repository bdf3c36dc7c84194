"""Pictures, tables and histograms, which become artifacts of the run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack import media
from nbtrack.errors import InvalidValue
from nbtrack.media.figures import is_figure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbtrack.tracking.client import MlflowClient


class Image:
    """A picture to log.

    Parameters
    ----------
    data_or_path : numpy.ndarray, PIL.Image.Image, matplotlib figure, str or Path
        What it shows; a path names a file.
    caption : str, optional
        A text beside it, which is kept in ``captions`` among the artifacts.
    """

    def __init__(self, data_or_path: Any, caption: str | None = None) -> None:
        if is_figure(data_or_path):
            data_or_path = media.image_from_bytes(media.figure_bytes(data_or_path, ".png"))
        self.image = media.Image(data_or_path)
        self.caption = caption


class Table:
    """A table to log.

    Parameters
    ----------
    columns : sequence of str, optional
        The names of the columns.
    data : sequence of sequences, or pandas.DataFrame, optional
        The rows, or a data frame with its own columns.
    dataframe : pandas.DataFrame, optional
        The same.
    """

    def __init__(self, columns: Sequence[str] | None = None, data: Any = None, dataframe: Any = None) -> None:
        frame = dataframe if dataframe is not None else data if hasattr(data, "columns") else None
        if frame is not None:
            columns, data = list(frame.columns), frame.to_numpy(dtype=object).tolist()
        self.columns = [str(each) for each in columns or ()]
        self.data: list[list[Any]] = []
        for row in data if data is not None else ():
            self.add_data(*row)

    def add_data(self, *row: Any) -> None:
        """Add a row; raise `InvalidValue` when it has another number of cells than there are columns."""
        if len(row) != len(self.columns):
            raise InvalidValue(f"A row of this table has {len(self.columns)} cells, not {len(row)}")
        self.data.append(list(row))

    def add_column(self, name: str, data: Sequence[Any]) -> None:
        """Add a column; raise `InvalidValue` when it is not as long as the table."""
        values = list(data)
        if self.columns and len(values) != len(self.data):
            raise InvalidValue(f"A column of this table has {len(self.data)} cells, not {len(values)}")
        rows = self.data if self.columns else [[] for _ in values]
        self.columns.append(name)
        self.data = [[*row, value] for row, value in zip(rows, values, strict=True)]

    def get_column(self, name: str) -> list[Any]:
        """Return a column; raise `InvalidValue` when there is none of this name."""
        if name not in self.columns:
            raise InvalidValue(f"There is no column {name!r}, only {', '.join(map(repr, self.columns))}")
        place = self.columns.index(name)
        return [row[place] for row in self.data]

    def as_columns(self) -> dict[str, list[Any]]:
        """Return the columns by their names, with pictures as those of nbtrack."""
        return {name: [_cell(each) for each in self.get_column(name)] for name in self.columns}


def _cell(value: Any) -> Any:
    return value.image if isinstance(value, Image) else value


class Histogram:
    """How often values occur in ranges, its `bins`.

    Parameters
    ----------
    sequence : array-like, optional
        The values.
    np_histogram : tuple, optional
        What `numpy.histogram` returns: the counts, and the edges of the bins.
    num_bins : int
        The number of bins for a `sequence`.
    """

    def __init__(self, sequence: Any = None, np_histogram: Any = None, num_bins: int = 64) -> None:
        if (sequence is None) == (np_histogram is None):
            raise InvalidValue("A histogram is made of values or of what numpy.histogram returns, one of them")
        if np_histogram is None:
            import numpy as np

            np_histogram = np.histogram(np.asarray(sequence), bins=num_bins)
        counts, edges = np_histogram
        self.histogram, self.bins = [float(each) for each in counts], [float(each) for each in edges]
        if len(self.bins) != len(self.histogram) + 1:
            raise InvalidValue(f"{len(self.histogram)} counts need one edge more, not {len(self.bins)}")


def is_media(value: Any) -> bool:
    """Return whether `log` can show a value."""
    return isinstance(value, Image | Table | Histogram) or is_figure(value) or _are_images(value)


def _are_images(value: Any) -> bool:
    return isinstance(value, list | tuple) and bool(value) and all(isinstance(each, Image) for each in value)


def log(client: MlflowClient, run_id: str, key: str, value: Any, step: int) -> None:
    """Log something that `is_media` accepts as artifacts of a run."""
    if isinstance(value, Table):
        client.log_table(run_id, value.as_columns(), f"tables/{key}/{step}.json")
    elif isinstance(value, Histogram):
        shown = {"histogram": value.histogram, "bins": value.bins}
        client.log_dict(run_id, shown, f"histograms/{key}/{step}.json")
    elif isinstance(value, Image | list | tuple):
        _log_images(client, run_id, key, [value] if isinstance(value, Image) else list(value), step)
    else:
        client.log_figure(run_id, value, f"figures/{key}/{step}.png")


def _log_images(client: MlflowClient, run_id: str, key: str, images: list[Image], step: int) -> None:
    for each in images:
        client.log_image(run_id, each.image, key=key, step=step)
    captions = [each.caption for each in images]
    if any(captions):
        client.log_dict(run_id, {"captions": captions}, f"captions/{key}/{step}.json")
