"""Cells with settings in containers: dicts, dataclasses, namespaces, classes, and functions that read them."""

# the cells are text, as people write it

HELPERS = """
import numpy as np
rng = np.random.default_rng(1)
def train(lr, epochs, seed=0):
    return float(np.random.default_rng(seed).random() * lr + epochs)
def evaluate(score, threshold=0.5):
    return score * threshold
"""
CONFIG = """
from dataclasses import dataclass
@dataclass
class Config:
    lr: float = 0.1
    epochs: int = 5
    name: str = "base"
"""

CELLS = [
    {
        "name": "config-dict",
        "setup": HELPERS,
        "code": """
config = {"lr": 0.01, "epochs": 3, "optimizer": {"name": "adam", "betas": (0.9, 0.99)}}
config["lr"] = 0.02
score = train(config["lr"], config["epochs"])
print(score)
""",
        "params": {
            "config.lr": 0.02,
            "config.epochs": 3,
            "config.optimizer.name": "adam",
            "config.optimizer.betas": (0.9, 0.99),
        },
        "metrics": ("score",),
    },
    {
        "name": "merged-dicts",
        "setup": HELPERS,
        "code": """
base = {"lr": 0.1, "epochs": 2}
fast = {**base, "lr": 0.5}
score = train(**fast)
""",
        "params": {"base.lr": 0.1, "base.epochs": 2, "fast.lr": 0.5, "fast.epochs": 2},
        "metrics": ("score",),
    },
    {
        "name": "dataclass-config",
        "setup": [HELPERS, CONFIG],
        "code": """
cfg = Config(lr=0.3, epochs=4)
score = train(cfg.lr, cfg.epochs)
print(cfg, score)
""",
        "params": {"cfg.lr": 0.3, "cfg.epochs": 4, "cfg.name": "base"},
        "metrics": ("score",),
    },
    {
        "name": "dataclass-from-earlier-cell",
        "setup": [HELPERS, CONFIG, "cfg = Config(lr=0.7)"],
        "code": """
score = train(cfg.lr, cfg.epochs)
""",
        "params": {"cfg.lr": 0.7, "cfg.epochs": 5, "cfg.name": "base"},
        "metrics": ("score",),
    },
    {
        "name": "simple-namespace",
        "setup": HELPERS,
        "code": """
from types import SimpleNamespace
args = SimpleNamespace(lr=0.2, epochs=1, verbose=False)
result = train(args.lr, args.epochs)
""",
        "params": {"args.lr": 0.2, "args.epochs": 1, "args.verbose": False},
        "metrics": ("result",),
    },
    {
        "name": "argparse-in-a-notebook",
        "setup": HELPERS,
        "code": """
import argparse
parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.05)
parser.add_argument("--epochs", type=int, default=2)
args = parser.parse_args([])
final = train(args.lr, args.epochs)
print(f"{final:.2f}")
""",
        "params": {"args.lr": 0.05, "args.epochs": 2},
        "metrics": ("final",),
    },
    {
        "name": "class-of-settings",
        "setup": HELPERS,
        "code": """
class CFG:
    lr = 0.4
    epochs = 6
    model_name = "resnet"

score = train(CFG.lr, CFG.epochs)
print(CFG.model_name, score)
""",
        "params": {"CFG.lr": 0.4, "CFG.epochs": 6, "CFG.model_name": "resnet"},
        "metrics": ("score",),
    },
    {
        "name": "namedtuple-config",
        "setup": HELPERS,
        "code": """
from collections import namedtuple
Params = namedtuple("Params", "lr epochs")
p = Params(0.6, 7)
out = train(p.lr, p.epochs)
out
""",
        "params": {"p.lr": 0.6, "p.epochs": 7},
        "metrics": ("out",),
    },
    {
        "name": "positional-constants",
        "setup": HELPERS,
        "code": """
score = train(0.1, 5)
quality = evaluate(score, threshold=0.8)
print(score, quality)
""",
        "params": {"train.lr": 0.1, "train.epochs": 5, "evaluate.threshold": 0.8},
        "metrics": ("score", "quality"),
    },
    {
        "name": "globals-of-a-helper",
        "setup": [
            HELPERS,
            "scale = 3.0\noffset = 1\nlabel = 'run'\ndef measure(x):\n    print(label)\n    return x * scale + offset",
        ],
        "code": """
value = measure(rng.random())
""",
        "params": {"scale": 3.0, "offset": 1},
        "metrics": ("value",),
    },
    {
        "name": "constants-of-all-kinds",
        "setup": HELPERS,
        "code": """
lr: float = 3e-4
momentum, nesterov = 0.9, True
weight_decay = 1 / 3
size = 2 ** 8
offset = -1
optimizer = "sgd"
scheduler = None
hidden = (64, 32)
layers = []
score = train(lr * momentum * weight_decay, size + offset, seed=hash(optimizer) % 7 + len(hidden) + len(layers) + bool(scheduler) + nesterov)
""",
        "params": {
            "lr": 3e-4,
            "momentum": 0.9,
            "nesterov": True,
            "weight_decay": 1 / 3,
            "size": 256,
            "offset": -1,
            "optimizer": "sgd",
            "scheduler": None,
            "hidden": (64, 32),
        },
        "metrics": ("score",),
    },
    {
        "name": "bound-twice",
        "setup": HELPERS,
        "code": """
lr = 0.1
debug = True
if debug:
    epochs = 2
else:
    epochs = 100
lr = 0.2
score = train(lr, epochs)
""",
        "params": {"lr": 0.2, "debug": True, "epochs": 2},
        "metrics": ("score",),
    },
    {
        "name": "rebound-to-computed",
        "setup": HELPERS,
        "code": """
x = 1.0
x = train(x, 2)
n_total = 0
n_total += 5
print(x)
""",
        "params": {"train.epochs": 2},
        "metrics": ("x",),
    },
    {
        "name": "names-only-plotted",
        "setup": [HELPERS, "import matplotlib\nmatplotlib.use('agg')\nimport matplotlib.pyplot as plt"],
        "code": """
title = "My run"
bins = 10
width = 0.35
values = rng.normal(size=20)
spread = values.std()
fig, ax = plt.subplots(figsize=(2, 2))
ax.hist(values, bins=bins, rwidth=width)
ax.set_title(title)
plt.close(fig)
""",
        "params": {"normal.size": 20},
        "metrics": ("spread",),
    },
    {
        "name": "derived-settings",
        "setup": HELPERS,
        "code": """
steps = 100
warmup = int(0.1 * steps)
lr = 0.01
base_lr = lr * 2
score = train(base_lr, warmup)
""",
        "params": {"steps": 100, "lr": 0.01},
        "metrics": ("score",),
    },
    {
        "name": "config-in-try-and-with",
        "setup": HELPERS,
        "code": """
import contextlib
with contextlib.suppress(KeyError):
    lr = 0.9
    epochs = 3
try:
    score = train(lr, epochs)
except ValueError:
    score = None
finally:
    done = 1
""",
        "params": {"lr": 0.9, "epochs": 3, "done": 1},
        "metrics": ("score",),
    },
    {
        "name": "plain-config-object",
        "setup": HELPERS,
        "code": """
class Settings:
    def __init__(self, lr, epochs):
        self.lr = lr
        self.epochs = epochs

s = Settings(lr=0.25, epochs=8)
loss = train(s.lr, s.epochs)
""",
        "params": {"s.lr": 0.25, "s.epochs": 8},
        "metrics": ("loss",),
    },
    {
        "name": "asked-by-name",
        "setup": HELPERS,
        "options": {"infer": False, "params": ["lr"], "metrics": ["score"]},
        "code": """
lr = 0.1
epochs = 4
score = train(lr, epochs)
other = evaluate(score)
""",
        "params": {"lr": 0.1},
        "metrics": ("score",),
    },
    {
        "name": "loop-over-configs",
        "setup": HELPERS,
        "code": """
for lr in [0.1, 0.2, 0.3]:
    score = train(lr, 2)
    print(lr, score)
""",
        "params": {"train.epochs": 2},
        "curves": {"score": [0, 1, 2]},
    },
    {
        "name": "set-by-update",
        "setup": HELPERS,
        "code": """
opts = dict(lr=0.1, epochs=1)
opts.update(epochs=9)
loss = train(**opts)
""",
        "params": {"opts.lr": 0.1, "opts.epochs": 9},
        "metrics": ("loss",),
    },
]
