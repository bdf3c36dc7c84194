"""Pictures, tables, histograms and lists, which become artifacts of the run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack import media
from nbtrack.errors import InvalidValue, Unsupported
from nbtrack.media.figures import is_figure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbtrack.tracking.client import MlflowClient


class Image:
    """A picture to log.

    Parameters
    ----------
    data_or_path : numpy.ndarray, torch.Tensor, PIL.Image.Image, matplotlib figure, matplotlib.pyplot, str or Path
        What it shows; a path names a file. A tensor is channels × height × width.
    mode : str, optional
        Pillow's mode to convert to, such as ``"L"``.
    caption : str, optional
        A text beside it, which is kept in ``captions`` among the artifacts.
    grouping, classes, file_type
        Without effect: pictures are PNG files, each of its own.
    boxes, masks
        Refused if there are any: draw them into the picture.
    normalize : bool
        Whether negative values are scaled to the range from 0 to 1, and others limited to that of a byte.
    """

    def __init__(
        self,
        data_or_path: Any,
        mode: str | None = None,
        caption: str | None = None,
        grouping: int | None = None,
        classes: object = None,
        boxes: object = None,
        masks: object = None,
        file_type: str | None = None,
        *,
        normalize: bool = True,
    ) -> None:
        if boxes or masks:
            raise Unsupported("nbtrack.wandb shows no boxes and masks: draw them into the picture")
        shown = _shown(data_or_path, normalize=normalize)
        picture = media.image_from_bytes(media.figure_bytes(shown, ".png")) if is_figure(shown) else shown
        self.image = media.Image(picture)
        if mode is not None:
            self.image = media.Image(self.image.to_pil().convert(mode))
        self.caption = caption


def _shown(given: Any, *, normalize: bool) -> Any:
    """Return what a picture shows as a figure, an array, a Pillow image or a path."""
    if _is_pyplot(given):
        return given.gcf()
    if isinstance(given, list):
        import numpy as np

        given = np.array(given)
    if hasattr(given, "detach"):
        given = given.detach().cpu().numpy()
        given = given.transpose(1, 2, 0) if given.ndim == 3 else given
    return _normalized(given) if normalize and _is_array(given) else given


def _normalized(array: Any) -> Any:
    """Return an array whose values can be shown."""
    import numpy as np

    if array.dtype.kind not in "iuf" or not array.size:
        return array
    if array.min() < 0:
        array = (array - array.min()) / max(float(np.ptp(array)), np.finfo(float).tiny)
    most = 1 if array.dtype.kind == "f" else 255
    return array if array.max() <= most or not np.isfinite(array).all() else array.clip(0, 255).astype(np.uint8)


def _is_pyplot(value: Any) -> bool:
    return getattr(value, "__name__", "") == "matplotlib.pyplot"


def _is_array(value: Any) -> bool:
    """Return whether something is an array or tensor with more than one value."""
    return hasattr(value, "__array__") and hasattr(value, "dtype") and getattr(value, "ndim", 0) > 0


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
    rows, optional, dtype, allow_mixed_types
        `rows` is `data` by an earlier name; the others are without effect, since cells are not checked.
    """

    def __init__(
        self,
        columns: Sequence[str] | None = None,
        data: Any = None,
        rows: Any = None,
        dataframe: Any = None,
        dtype: object = None,
        optional: object = True,
        *,
        allow_mixed_types: bool = False,
    ) -> None:
        data = rows if data is None else data
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
    is_many = _is_array(value) and value.shape != (1,)
    return (
        isinstance(value, Image | Table | Histogram | list | tuple) or is_figure(value) or _is_pyplot(value) or is_many
    )


def _are_images(value: Any) -> bool:
    return isinstance(value, list | tuple) and bool(value) and all(isinstance(each, Image) for each in value)


def log(client: MlflowClient, run_id: str, key: str, value: Any, step: int) -> None:
    """Log something that `is_media` accepts as artifacts of a run.

    Arrays become histograms, and lists files of JSON.
    """
    if _is_array(value):
        value = Histogram(value.detach().cpu().numpy() if hasattr(value, "detach") else value)
    if isinstance(value, Table):
        client.log_table(run_id, value.as_columns(), f"tables/{key}/{step}.json")
    elif isinstance(value, Histogram):
        shown = {"histogram": value.histogram, "bins": value.bins}
        client.log_dict(run_id, shown, f"histograms/{key}/{step}.json")
    elif isinstance(value, Image) or _are_images(value):
        _log_images(client, run_id, key, [value] if isinstance(value, Image) else list(value), step)
    elif isinstance(value, list | tuple):
        client.log_dict(run_id, {"values": list(value)}, f"values/{key}/{step}.json")
    else:
        client.log_figure(run_id, value.gcf() if _is_pyplot(value) else value, f"figures/{key}/{step}.png")


def _log_images(client: MlflowClient, run_id: str, key: str, images: list[Image], step: int) -> None:
    for each in images:
        client.log_image(run_id, each.image, key=key, step=step)
    captions = [each.caption for each in images]
    if any(captions):
        client.log_dict(run_id, {"captions": captions}, f"captions/{key}/{step}.json")
