"""Measure what autologging adds to an epoch of Keras and of Lightning, where PyTorch is installed.

    python tests/benchmarks/epochs.py keras|lightning [--rounds N] [--epochs N]

Trainings with and without autologging take turns. Each is a short and a long one, so that what a training costs once
falls out: the processor time of an epoch is their difference by the epochs between them. Lightning's metrics get better
all the time at first, which makes a checkpoint of each epoch; the row without checkpoints shows the rest.
"""

from __future__ import annotations

import argparse
import functools
import logging
import os
import statistics
import tempfile
import time
import warnings

SHORT = 20
os.environ.setdefault("KERAS_BACKEND", "torch")


def keras_training(X, y, epochs):
    """Return what trains a small model for some epochs."""
    import keras

    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4), keras.layers.Dense(1)])
    model.compile(optimizer="adam", loss="mse", metrics=["mae"])
    return functools.partial(model.fit, X, y, batch_size=32, epochs=epochs, validation_data=(X[:16], y[:16]), verbose=0)


def lightning_training(X, y, epochs):
    """Return what trains a small module for some epochs."""
    import lightning.pytorch as pl
    import torch

    class Net(pl.LightningModule):
        def __init__(self):
            super().__init__()
            self.layer = torch.nn.Linear(3, 1)

        def _loss(self, batch):
            return ((self.layer(batch[0])[:, 0] - batch[1]) ** 2).mean()

        def training_step(self, batch, number):
            loss = self._loss(batch)
            self.log("train_loss", loss, on_step=False, on_epoch=True)
            return loss

        def validation_step(self, batch, number):
            self.log("val_loss", self._loss(batch))

        def configure_optimizers(self):
            return torch.optim.Adam(self.parameters(), lr=0.001)

    quiet = dict.fromkeys(("logger", "enable_checkpointing", "enable_progress_bar", "enable_model_summary"), False)
    trainer = pl.Trainer(max_epochs=epochs, accelerator="cpu", **quiet)
    tensors = torch.utils.data.TensorDataset(torch.from_numpy(X), torch.from_numpy(y))
    data = torch.utils.data.DataLoader(tensors, batch_size=32)
    return functools.partial(trainer.fit, Net(), data, data)


def milliseconds(train):
    """Return the processor time of a training, of all threads."""
    start = time.process_time()
    train()
    return (time.process_time() - start) * 1000


def main():
    """Measure, print."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("library", choices=["keras", "lightning"])
    words.add_argument("--rounds", type=int, default=9)
    words.add_argument("--epochs", type=int, default=200, help="of the long training")
    options = words.parse_args()
    warnings.simplefilter("ignore")
    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)

    import numpy as np
    import torch

    import nbtrack

    torch.set_num_threads(1)
    X = np.random.default_rng(0).random((64, 3)).astype("float32")
    make = {"keras": keras_training, "lightning": lightning_training}[options.library]
    autolog = {"keras": nbtrack.keras.autolog, "lightning": nbtrack.pytorch.autolog}[options.library]
    ways = {"without": {"disable": True}, "with": {"log_models": False}}
    if options.library == "lightning":
        ways["without checkpoints"] = {"log_models": False, "checkpoint": False}

    def epoch(how):
        autolog(**how)
        short, long = (milliseconds(make(X, X.sum(1), count)) for count in (SHORT, options.epochs))
        return (long - short) / (options.epochs - SHORT)

    with tempfile.TemporaryDirectory() as folder:
        nbtrack.set_tracking_uri(folder)
        for how in ways.values():
            epoch(how)
        found = [{name: epoch(how) for name, how in ways.items()} for _ in range(options.rounds)]
        for name in ways:
            added = [each[name] - each["without"] for each in found]
            own, more = statistics.median(each[name] for each in found), statistics.median(added)
            print(
                f"{name:20} {own:6.2f} ms an epoch, {more:+.2f} beside without ({min(added):+.2f} … {max(added):+.2f})"
            )
        autolog(disable=True)


if __name__ == "__main__":
    main()
