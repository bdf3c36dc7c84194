"""Measure what autologging adds to an epoch of Keras and of Lightning, where PyTorch is installed.

    python tests/benchmarks/epochs.py keras|lightning [--rounds N] [--epochs N]

Trainings with and without autologging take turns. Each is a short and a long one, so that what a training costs once
falls out: the processor time of an epoch is their difference by the epochs between them. Lightning's metrics get better
all the time at first, which makes a checkpoint of each epoch. "saving" is Lightning without autologging that saves its
state after each epoch: what autologging adds to that is its own.
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


def lightning_training(X, y, epochs, *, saving=None):
    """Return what trains a small module for some epochs; its state is saved after each to the file `saving`."""
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

    class Saving(pl.Callback):
        def on_train_epoch_end(self, trainer, module):
            trainer.save_checkpoint(saving)

    quiet = dict.fromkeys(("logger", "enable_checkpointing", "enable_progress_bar", "enable_model_summary"), False)
    callbacks = [] if saving is None else [Saving()]
    trainer = pl.Trainer(max_epochs=epochs, accelerator="cpu", callbacks=callbacks, **quiet)
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
    off, on = {"disable": True}, {"log_models": False}
    ways = {"without": (off, make), "with": (on, make)}
    beside = {"with": "without"}

    def epoch(way):
        how, made = way
        autolog(**how)
        short, long = (milliseconds(made(X, X.sum(1), count)) for count in (SHORT, options.epochs))
        return (long - short) / (options.epochs - SHORT)

    with tempfile.TemporaryDirectory() as folder:
        if options.library == "lightning":
            ways["saving"] = off, functools.partial(make, saving=f"{folder}/state.pth")
            ways["without checkpoints"] = {**on, "checkpoint": False}, make
            beside = {"with": "saving", "without checkpoints": "without"}
        nbtrack.set_tracking_uri(folder)
        for how in ways.values():
            epoch(how)
        found = [{name: epoch(how) for name, how in ways.items()} for _ in range(options.rounds)]
        for name in ways:
            print(f"{name:20} {statistics.median(each[name] for each in found):6.2f} ms an epoch")
        for name, base in beside.items():
            added = [each[name] - each[base] for each in found]
            print(f"{name} - {base}: {statistics.median(added):+.2f} ms ({min(added):+.2f} … {max(added):+.2f})")
        autolog(disable=True)


if __name__ == "__main__":
    main()
