"""``nbtrack.data``: frames and arrays as datasets that a run can name as its input.

Nothing of the data is kept: a dataset is described by its name, a digest of what is in it, where it
came from, its schema and its size. Describing costs some 20 ms at most, however long the data is; see
`nbtrack.datasets.fingerprint` for what is read of it.
"""

from nbtrack.datasets.arrays import NumpyDataset, from_numpy
from nbtrack.datasets.described import DescribedDataset
from nbtrack.datasets.frames import PandasDataset, from_pandas
from nbtrack.datasets.source import Source

__all__ = ["DescribedDataset", "NumpyDataset", "PandasDataset", "Source", "from_numpy", "from_pandas"]
