"""``nbtrack.data``: data frames and arrays as datasets, to log as inputs of a run.

The data is not stored: a dataset is described by name, digest, source, schema and size. The work is bounded: some 20 ms
for ten million rows of numbers and words, a few times that for long texts, vectors in cells, or 20,000 columns. See
`nbtrack.datasets.digest`.
"""

from nbtrack.datasets.dataset import Dataset
from nbtrack.datasets.numpy_dataset import NumpyDataset, from_numpy
from nbtrack.datasets.pandas_dataset import PandasDataset, from_pandas
from nbtrack.datasets.source import Source

__all__ = ["Dataset", "NumpyDataset", "PandasDataset", "Source", "from_numpy", "from_pandas"]
