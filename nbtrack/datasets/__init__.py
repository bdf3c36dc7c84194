"""``nbtrack.data``: frames and arrays as datasets that a run can name as its input.

Nothing of the data is kept: a dataset is described by its name, a digest of what is in it, where it
came from, its schema and its size. What is read of the data is bounded: some 20 ms for ten million rows of
numbers and words, a few times that for long texts, vectors in cells, or 20,000 columns. See
`nbtrack.datasets.digest`.
"""

from nbtrack.datasets.dataset import Dataset
from nbtrack.datasets.numpy_dataset import NumpyDataset, from_numpy
from nbtrack.datasets.pandas_dataset import PandasDataset, from_pandas
from nbtrack.datasets.source import Source

__all__ = ["Dataset", "NumpyDataset", "PandasDataset", "Source", "from_numpy", "from_pandas"]
