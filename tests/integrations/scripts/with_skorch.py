"""skorch's MlflowLogger."""

import mlflow
import numpy as np
import torch
from skorch import NeuralNetClassifier
from skorch.callbacks import MlflowLogger

torch.manual_seed(0)
X = np.random.default_rng(0).normal(size=(64, 4)).astype("float32")
y = (X.sum(axis=1) > 0).astype("int64")
mlflow.set_experiment("skorch")
with mlflow.start_run(run_name="skorch"):
    module = torch.nn.Sequential(torch.nn.Linear(4, 2), torch.nn.Softmax(dim=-1))
    net = NeuralNetClassifier(module, max_epochs=3, callbacks=[MlflowLogger(terminate_after_train=False)], verbose=0)
    net.fit(X, y)
