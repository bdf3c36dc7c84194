"""What earlier cells of the independent corpus have done: data read and split, as tutorials do."""

CANCER = """
import numpy as np
import pandas as pd
from sklearn.datasets import load_breast_cancer
data = load_breast_cancer(as_frame=True)
df = data.frame.sample(200, random_state=0)
"""
CANCER_SPLIT = (
    CANCER
    + """
from sklearn.model_selection import train_test_split
X, y = df.filter(like="mean"), df["target"]
X = (X - X.mean()) / X.std()
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.25, random_state=42)
"""
)
"""Gives ``train_test_split.test_size`` 0.25 to what is trained on it."""
SPLIT = {"train_test_split.test_size": 0.25}

DIABETES = """
import numpy as np
import pandas as pd
from sklearn.datasets import load_diabetes
from sklearn.linear_model import LinearRegression, Ridge, Lasso
from sklearn.metrics import mean_squared_error, mean_absolute_error, r2_score
X, y = load_diabetes(return_X_y=True, as_frame=True)
"""
DIABETES_ROWS = (
    DIABETES
    + """
X_train, X_val = X[:300], X[300:]
y_train, y_val = y[:300], y[300:]
"""
)
"""Split by slices, which are no settings of a call."""

IRIS = """
import numpy as np
from sklearn.datasets import load_iris
iris = load_iris()
X, y = iris.data, iris.target
"""
BLOBS = """
import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
gen = np.random.default_rng(1)
features = gen.normal(size=(60, 4))
labels = (features[:, 0] + features[:, 1] > 0).astype(float)
x_train, y_train = torch.tensor(features[:40]), torch.tensor(labels[:40])
x_test, y_test = torch.tensor(features[40:]), torch.tensor(labels[40:])
device = "cpu"
"""
BLOB_LOADERS = (
    BLOBS
    + """
train_loader = DataLoader(TensorDataset(x_train, y_train), batch_size=8, shuffle=True)
test_loader = DataLoader(TensorDataset(x_test, y_test), batch_size=20)
"""
)
"""Two loaders whose batch sizes differ: ``train_loader.batch_size`` 8 and ``test_loader.batch_size`` 20."""
LOADERS = {"train_loader.batch_size": 8, "train_loader.shuffle": True, "test_loader.batch_size": 20}

LOADER_ALIASES = {"train_loader.shuffle": ("DataLoader.shuffle",)}
"""Only one of the two loaders has the keyword, so that its class is a good name for it, too."""

KERAS_DATA = """
import numpy as np
import keras
from keras import layers
rng = np.random.default_rng(7)
X_train, y_train = rng.normal(size=(80, 6)), rng.integers(0, 2, 80)
X_test, y_test = rng.normal(size=(20, 6)), rng.integers(0, 2, 20)
"""
