"""Settings in every form: constants, dicts, dataclasses, namespaces, earlier cells."""

# the cells are text, as people write it

from setups import (
    IRIS,
    NUMPY,
    NUMPY_R_21,
    NUMPY_SEED_1,
    NUMPY_SEED_3,
    NUMPY_SEED_11,
    RNG_3,
    RNG_5,
    RNG_13,
    RNG_21,
    RNG_31,
    RNG_77,
    SALES,
)

CELLS = [
    {
        "name": "dataclass-in-cell-nested",
        "setup": RNG_5,
        "code": """
from dataclasses import dataclass, field

@dataclass
class Opt:
    lr: float = 0.1
    name: str = "sgd"

@dataclass
class Cfg:
    epochs: int = 2
    opt: Opt = field(default_factory=Opt)

cfg = Cfg(epochs=3)
for epoch in range(cfg.epochs):
    loss = rng.random() * cfg.opt.lr
""",
        "params": {"cfg.epochs": 3, "cfg.opt.lr": 0.1, "cfg.opt.name": "sgd"},
        "curves": {"loss": range(3)},
    },
    {
        "name": "config-schedule",
        "setup": RNG_5,
        "code": """
hp = {"lr": 0.4, "gamma": 0.5, "steps": 3}
w = rng.normal(size=2)
for s in range(hp["steps"]):
    w = w - hp["lr"] * w
    hp["lr"] *= hp["gamma"]
    norm = float(np.linalg.norm(w))
""",
        "params": {"hp.lr": 0.4, "hp.gamma": 0.5, "hp.steps": 3, "normal.size": 2},
        "curves": {"norm": range(3)},
    },
    {
        "name": "fibonacci-no-settings-only",
        "code": """
n = 10
total_steps = n * 3
half = total_steps // 2
ratio = half / total_steps
""",
        "params": {"n": 10},
    },
    {
        "name": "typed-config-and-print",
        "setup": RNG_21,
        "code": """
CONFIG = {
    "seed": 7,
    "model": {"width": 16, "depth": 2},
    "tags": ["a", "b"],
    "notes": None,
}
rng2 = np.random.default_rng(CONFIG["seed"])
params_count = CONFIG["model"]["width"] ** CONFIG["model"]["depth"]
noise = rng2.normal()
print(CONFIG)
print(noise)
""",
        "params": {
            "CONFIG.seed": 7,
            "CONFIG.model.width": 16,
            "CONFIG.model.depth": 2,
            "CONFIG.tags": ["a", "b"],
            "CONFIG.notes": None,
        },
        "metrics": ("noise",),
    },
    {
        "name": "chained-methods-with-settings",
        "setup": RNG_21
        + "import pandas as pd\ndf = pd.DataFrame({'a': rng.normal(size=20), 'b': rng.normal(size=20)})",
        "code": """
r = df.rolling(window=3, min_periods=1).mean().corr(method="spearman").iloc[0, 1]
print("r =", r)
""",
        "params": {"rolling.window": 3, "rolling.min_periods": 1, "corr.method": "spearman"},
        "metrics": ("r",),
    },
    {
        "name": "interest-from-settings",
        "code": """
principal = 1000
rate = 0.05
years = 10
balance = principal * (1 + rate) ** years
print(f"{balance:.2f}")
""",
        "params": {"principal": 1000, "rate": 0.05, "years": 10},
    },
    {
        "name": "dataclass-with-method",
        "setup": RNG_31,
        "code": """
from dataclasses import dataclass, asdict

@dataclass
class HParams:
    hidden: int = 32
    lr: float = 1e-3
    def describe(self):
        return f"h{self.hidden}"

hp = HParams(hidden=64)
w = rng.normal(size=hp.hidden)
score = float(np.tanh(w.mean() / hp.lr))
print(asdict(hp), score)
""",
        "params": {"hp.hidden": 64, "hp.lr": 1e-3},
        "metrics": ("score",),
    },
    {
        "name": "config-from-earlier-dict-override",
        "setup": [
            RNG_31,
            "DEFAULTS = {'lr': 0.1, 'layers': [8, 8], 'act': 'relu'}\ndef build_and_score(cfg):\n    return float(rng.random() * cfg['lr'])",
        ],
        "code": """
cfg = {**DEFAULTS, "lr": 0.05, "dropout": 0.3}
val_score = build_and_score(cfg)
print(f"{val_score=:.3f}")
""",
        "params": {
            "DEFAULTS.lr": 0.1,
            "DEFAULTS.layers": [8, 8],
            "DEFAULTS.act": "relu",
            "cfg.lr": 0.05,
            "cfg.layers": [8, 8],
            "cfg.act": "relu",
            "cfg.dropout": 0.3,
        },
        "metrics": ("val_score",),
    },
    {
        "name": "class-config-with-inner-use",
        "setup": RNG_31,
        "code": """
class Config:
    seed = 0
    folds = 3
    lr = 0.1
    name = "exp-7"

gen = np.random.default_rng(Config.seed)
fold_scores = []
for fold in range(Config.folds):
    fold_scores.append(gen.random() * Config.lr)
cv = np.mean(fold_scores)
""",
        "params": {"Config.seed": 0, "Config.folds": 3, "Config.lr": 0.1, "Config.name": "exp-7"},
        "metrics": ("cv",),
        "curves": {"fold_scores": range(3)},
    },
    {
        "name": "config-namespace-and-loop",
        "setup": RNG_77,
        "code": """
from types import SimpleNamespace as NS
hp = NS(lr=0.1, steps=4, clip=1.0)
w = rng.normal(size=3)
for step in range(hp.steps):
    grad = np.clip(2 * w, -hp.clip, hp.clip)
    w = w - hp.lr * grad
    obj = float(w @ w)
hp.lr
""",
        "params": {"hp.lr": 0.1, "hp.steps": 4, "hp.clip": 1.0, "normal.size": 3},
        "curves": {"obj": range(4)},
    },
    {
        "name": "if-chain-of-settings",
        "setup": RNG_77 + "def solve(method, tol):\n    return float(rng.random() * tol)",
        "code": """
mode = "precise"
if mode == "fast":
    tol, method = 1e-2, "euler"
elif mode == "precise":
    tol, method = 1e-6, "rk45"
else:
    raise ValueError(mode)
answer = solve(method, tol)
answer
""",
        "params": {"mode": "precise", "tol": 1e-6, "method": "rk45"},
        "metrics": ("answer",),
    },
    {
        "name": "dataclass-sweep",
        "setup": RNG_13
        + "from dataclasses import dataclass, replace\n@dataclass(frozen=True)\nclass Exp:\n    lr: float = 0.1\n    width: int = 8\ndef run(cfg):\n    return float(rng.random() * cfg.lr + 1 / cfg.width)",
        "code": """
base = Exp(width=16)
for lr in (0.1, 0.01):
    cfg = replace(base, lr=lr)
    loss = run(cfg)
    print(cfg, loss)
""",
        "params": {"base.lr": 0.1, "base.width": 16},
        "curves": {"loss": range(2)},
    },
    {
        "name": "argparse-namespace-direct",
        "setup": RNG_13,
        "code": """
from argparse import Namespace
args = Namespace(lr=0.01, batch_size=16, epochs=2)
for epoch in range(args.epochs):
    epoch_loss = 0.0
    for b in range(3):
        epoch_loss += rng.random() * args.lr
    epoch_loss /= 3
    print(epoch, epoch_loss)
""",
        "params": {"args.lr": 0.01, "args.batch_size": 16, "args.epochs": 2},
        "curves": {"epoch_loss": range(2)},
    },
    {
        "name": "confidence-from-settings-and-data",
        "setup": RNG_13 + "from scipy import stats\nx = rng.normal(5, 2, 40)",
        "code": """
conf = 0.95
m, se = x.mean(), stats.sem(x)
half = se * stats.t.ppf((1 + conf) / 2, df=len(x) - 1)
ci = (m - half, m + half)
print(f"{m:.2f} [{ci[0]:.2f}, {ci[1]:.2f}]")
""",
        "params": {"conf": 0.95},
        "metrics": ("m",),
    },
    {
        "name": "imported-dataclass",
        "setup": [
            "import sys, types\nfrom dataclasses import make_dataclass\nlib = types.ModuleType('lib')\nlib.TrainConfig = make_dataclass('TrainConfig', [('lr', float, 0.1), ('steps', int, 3)])\nsys.modules['lib'] = lib",
            RNG_13,
        ],
        "code": """
from lib import TrainConfig
tc = TrainConfig(lr=0.7)
out = rng.random() * tc.lr + tc.steps
""",
        "params": {"tc.lr": 0.7, "tc.steps": 3},
        "metrics": ("out",),
    },
    {
        "name": "omegaconf-like",
        "setup": RNG_3
        + """
class DictConfig:
    def __init__(self, d):
        for k, v in d.items(): setattr(self, k, DictConfig(v) if isinstance(v, dict) else v)
def fit(w, lr, steps):
    return float(abs(w) * (1 - lr) ** steps)
""",
        "code": """
conf = DictConfig({"optim": {"lr": 0.2, "steps": 10}, "seed": 7})
np.random.seed(conf.seed)
start = np.random.randn()
gap = fit(start, conf.optim.lr, conf.optim.steps)
print(gap)
""",
        "params": {"conf.optim.lr": 0.2, "conf.optim.steps": 10, "conf.seed": 7},
        "metrics": ("gap",),
    },
    {
        "name": "argparse-defaults",
        "setup": RNG_3,
        "code": """
import argparse
parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.01)
parser.add_argument("--hidden", type=int, default=32)
parser.add_argument("--optim", default="adam", choices=["adam", "sgd"])
args = parser.parse_args([])
score = float(rng.random() * args.lr * args.hidden)
print(args, score)
""",
        "params": {"args.lr": 0.01, "args.hidden": 32, "args.optim": "adam"},
        "metrics": ("score",),
    },
    {
        "name": "yaml-config",
        "setup": RNG_3,
        "code": """
import yaml
cfg = yaml.safe_load('''
model: {width: 16, act: tanh}
train: {lr: 0.02, epochs: 3}
''')
w = rng.normal(size=cfg["model"]["width"])
for e in range(cfg["train"]["epochs"]):
    w = w - cfg["train"]["lr"] * 2 * w
    obj = float((w**2).sum())
    print(e, obj)
""",
        "params": {},
        "curves": {"obj": range(3)},
    },
    {
        "name": "main-guard",
        "setup": NUMPY_SEED_1,
        "code": """
def estimate(n, width):
    draws = np.random.uniform(-width, width, n)
    return draws.std()

if __name__ == "__main__":
    n = 200
    width = 1.5
    spread = estimate(n, width)
    print(f"spread: {spread:.3f}")
""",
        "params": {"n": 200, "width": 1.5},
        "metrics": ("spread",),
    },
    {
        "name": "settings-inside-main",
        "setup": NUMPY_SEED_1,
        "code": """
def main():
    lr = 0.1
    w = 5.0
    for _ in range(10):
        w -= lr * 2 * w
    return w

result = main()
print(result)
""",
        "params": {},
        "metrics": ("result",),
    },
    {
        "name": "chained-assignment",
        "setup": NUMPY_SEED_1,
        "code": """
alpha = beta = 2
lo, hi = -1, 1
samples = np.random.beta(alpha, beta, 1_000) * (hi - lo) + lo
m, s = samples.mean(), samples.std()
print(m, s)
""",
        "params": {"alpha": 2, "beta": 2, "lo": -1, "hi": 1},
        "metrics": ("m", "s"),
    },
    {
        "name": "param-grid",
        "setup": IRIS,
        "code": """
from sklearn.svm import SVC
from sklearn.model_selection import GridSearchCV
param_grid = {"C": [0.1, 1, 10], "gamma": ["scale", 0.1], "kernel": ["rbf"]}
search = GridSearchCV(SVC(), param_grid, cv=3, scoring="accuracy", n_jobs=1)
search.fit(X_train, y_train)
print(search.best_params_)
print(search.best_score_)
search.score(X_test, y_test)
""",
        "params": {
            "best.C": 1,
            "best.gamma": 0.1,
            "best.kernel": "rbf",
            "param_grid.C": [0.1, 1, 10],
            "param_grid.gamma": ["scale", 0.1],
            "param_grid.kernel": ["rbf"],
            "GridSearchCV.cv": 3,
            "GridSearchCV.scoring": "accuracy",
            "train_test_split.test_size": 0.4,
            "train_test_split.random_state": 2,
        },
        "metrics": ("best_score_", "score"),
    },
    {
        "name": "dict-of-models",
        "setup": IRIS,
        "code": """
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier
from sklearn.naive_bayes import GaussianNB
models = {
    "knn": KNeighborsClassifier(n_neighbors=3),
    "tree": DecisionTreeClassifier(max_depth=3, random_state=0),
    "nb": GaussianNB(),
}
accs = {}
for name, model in models.items():
    model.fit(X_train, y_train)
    accs[name] = model.score(X_test, y_test)
best = max(accs, key=accs.get)
print(best, accs[best])
accs
""",
        "params": {
            "KNeighborsClassifier.n_neighbors": 3,
            "DecisionTreeClassifier.max_depth": 3,
            "DecisionTreeClassifier.random_state": 0,
            "train_test_split.test_size": 0.4,
            "train_test_split.random_state": 2,
        },
        "metrics": ("accs.knn", "accs.tree", "accs.nb"),
    },
    {
        "name": "pipeline-steps",
        "setup": IRIS,
        "code": """
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler, PolynomialFeatures
from sklearn.linear_model import LogisticRegression
degree = 2
pipe = Pipeline([
    ("poly", PolynomialFeatures(degree, include_bias=False)),
    ("scale", StandardScaler(with_mean=True)),
    ("clf", LogisticRegression(C=0.5, max_iter=500)),
])
pipe.fit(X_train, y_train)
train_acc, test_acc = pipe.score(X_train, y_train), pipe.score(X_test, y_test)
gap = train_acc - test_acc
print(f"train {train_acc:.3f} test {test_acc:.3f} gap {gap:.3f}")
""",
        "params": {
            "degree": 2,
            "PolynomialFeatures.include_bias": False,
            "StandardScaler.with_mean": True,
            "LogisticRegression.C": 0.5,
            "LogisticRegression.max_iter": 500,
            "train_test_split.test_size": 0.4,
            "train_test_split.random_state": 2,
        },
        "metrics": ("train_acc", "test_acc", "gap"),
    },
    {
        "name": "star-star-params",
        "setup": IRIS,
        "code": """
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.metrics import f1_score
params = dict(n_estimators=7, max_features="sqrt", bootstrap=True, random_state=9)
params["max_depth"] = 4
et = ExtraTreesClassifier(**params)
et.fit(X_train, y_train)
f1 = f1_score(y_test, et.predict(X_test), average="macro")
""",
        "params": {
            "params.n_estimators": 7,
            "params.max_features": "sqrt",
            "params.bootstrap": True,
            "params.random_state": 9,
            "params.max_depth": 4,
            "f1_score.average": "macro",
            "train_test_split.test_size": 0.4,
            "train_test_split.random_state": 2,
        },
        "metrics": ("f1",),
    },
    {
        "name": "frozen-dataclass",
        "setup": NUMPY_SEED_1,
        "code": """
from dataclasses import dataclass, field

@dataclass(frozen=True)
class Sim:
    steps: int = 40
    drift: float = 0.02
    sigma: float = 0.3
    tags: list = field(default_factory=list)

sim = Sim(sigma=0.25)
moves = sim.drift + sim.sigma * np.random.randn(sim.steps)
final_level = moves.sum()
worst_dip = np.cumsum(moves).min()
print(final_level, worst_dip)
""",
        "params": {"sim.steps": 40, "sim.drift": 0.02, "sim.sigma": 0.25},
        "metrics": ("final_level", "worst_dip"),
    },
    {
        "name": "dataclass-replace",
        "setup": NUMPY_SEED_1
        + "from dataclasses import dataclass, replace\n@dataclass\nclass HP:\n    lr: float = 0.1\n    reg: float = 0.0\ndef run(hp):\n    return 1.0 - hp.lr - hp.reg\n",
        "code": """
base = HP()
hp = replace(base, reg=0.01)
utility = run(hp)
utility
""",
        "params": {"base.lr": 0.1, "base.reg": 0.0, "hp.lr": 0.1, "hp.reg": 0.01},
        "metrics": ("utility",),
    },
    {
        "name": "namespace-updated",
        "setup": NUMPY_SEED_1,
        "code": """
from types import SimpleNamespace
opt = SimpleNamespace(lr=1e-2, momentum=0.9, nesterov=False)
opt.lr = 5e-3
opt.warmup = 10
theta, v = np.ones(2), np.zeros(2)
for it in range(4):
    g = 2 * theta
    v = opt.momentum * v - opt.lr * g
    theta = theta + v
    dist = float(np.linalg.norm(theta))
""",
        "params": {"opt.lr": 5e-3, "opt.momentum": 0.9, "opt.nesterov": False, "opt.warmup": 10},
        "curves": {"dist": range(4)},
    },
    {
        "name": "cfg-update-call",
        "setup": [NUMPY_SEED_1, "cfg = {'lr': 0.1, 'wd': 0.0, 'name': 'base'}"],
        "code": """
cfg.update(lr=0.03, name="tuned")
score = np.exp(-cfg["lr"]) + np.random.rand() * cfg["wd"]
print(cfg["name"], score)
""",
        "params": {"cfg.lr": 0.03, "cfg.wd": 0.0, "cfg.name": "tuned"},
        "metrics": ("score",),
    },
    {
        "name": "merge-with-pipe",
        "setup": [NUMPY_SEED_1, "defaults = {'depth': 3, 'eta': 0.3}"],
        "code": """
overrides = {"eta": 0.1, "rounds": 20}
settings = defaults | overrides
yhat = sum(settings["eta"] * (1 - settings["eta"]) ** i for i in range(settings["rounds"]))
noise = np.random.rand()
error = abs(1 - yhat) + noise * 0.01
print(error)
""",
        "params": {
            "overrides.eta": 0.1,
            "overrides.rounds": 20,
            "defaults.depth": 3,
            "defaults.eta": 0.3,
            "settings.depth": 3,
            "settings.eta": 0.1,
            "settings.rounds": 20,
        },
        "metrics": ("error",),
    },
    {
        "name": "class-hparams-used-in-function",
        "setup": NUMPY_SEED_1,
        "code": """
class H:
    width = 3
    scale = 0.7
    act = "tanh"

def forward(x):
    return np.tanh(H.scale * x) if H.act == "tanh" else x

z = np.random.randn(H.width)
out = forward(z)
saturation = np.abs(out).mean()
print(saturation)
""",
        "params": {"H.width": 3, "H.scale": 0.7, "H.act": "tanh"},
        "metrics": ("saturation",),
    },
    {
        "name": "flags-from-earlier",
        "setup": [
            NUMPY_SEED_1,
            "DEBUG = False\nUSE_LOG = True\nSHRINK = 0.5\nVERBOSE = True\n",
            "def clean(v):\n    return v * SHRINK\n",
        ],
        "code": """
values = np.random.rand(20) + 1
if DEBUG:
    values = values[:5]
if USE_LOG:
    values = np.log(values)
cleaned = clean(values)
center = np.median(cleaned)
if VERBOSE:
    print("center is", center)
""",
        "params": {"DEBUG": False, "USE_LOG": True, "SHRINK": 0.5, "VERBOSE": True},
        "metrics": ("center",),
    },
    {
        "name": "scalar-computed-earlier",
        "setup": [IRIS, "threshold = float(X_train[:, 2].mean())\nn_train = len(X_train)\n"],
        "code": """
pred = (X_test[:, 2] > threshold).astype(int)
hit_rate = (pred == (y_test > 0)).mean()
per_train = hit_rate / n_train
print(hit_rate)
""",
        "params": {
            "threshold": 3.827777777777778,
            "n_train": 90,
            "train_test_split.test_size": 0.4,
            "train_test_split.random_state": 2,
        },
        "metrics": ("hit_rate", "per_train"),
    },
    {
        "name": "only-shown-from-earlier",
        "setup": [NUMPY_SEED_1, "TITLE = 'experiment 5'\nunit = 'ms'\nreps = 30\n"],
        "code": """
lat = np.random.gamma(2.0, 3.0, reps)
p50, p99 = np.percentile(lat, [50, 99])
print(TITLE)
print(f"p50={p50:.1f}{unit} p99={p99:.1f}{unit}")
""",
        "params": {"reps": 30},
        "metrics": ("p50", "p99"),
    },
    {
        "name": "head-rows",
        "setup": SALES,
        "code": """
n_show = 3
sales["revenue"] = sales["units"] * sales["price"]
per_store = sales.groupby("store")["revenue"].sum().sort_values(ascending=False)
print(per_store.head(n_show))
""",
        "params": {},
    },
    {
        "name": "series-describe-store",
        "setup": SALES,
        "code": """
store = "b"
sub = sales[sales["store"] == store]
stats = sub["units"].agg(["mean", "max", "min"])
stats
""",
        "params": {"store": "b"},
    },
    {
        "name": "growth-rate",
        "setup": SALES,
        "code": """
first = sales.loc[sales.month == 1, "units"].sum()
second = sales.loc[sales.month == 2, "units"].sum()
growth = second / first - 1
best_store = sales.groupby("store").units.sum().idxmax()
print(f"growth {growth:.1%}, best {best_store}")
""",
        "params": {},
        "metrics": ("growth",),
    },
    {
        "name": "mixed-unpacking",
        "setup": NUMPY_SEED_1 + "def measure(k):\n    return np.random.rand() * k\n",
        "code": """
k, reading = 4, measure(2)
ratio = reading / k
print(ratio)
""",
        "params": {"k": 4, "measure.k": 2},
        "metrics": ("ratio",),
    },
    {
        "name": "walrus-constant",
        "setup": NUMPY_SEED_1,
        "code": """
if (n := 64) > 32:
    noise = 0.5
else:
    noise = 0.1
signal = np.sin(np.linspace(0, 6.28, n)) + noise * np.random.randn(n)
power = float(np.mean(signal**2))
""",
        "params": {"n": 64, "noise": 0.5},
        "metrics": ("power",),
    },
    {
        "name": "loop-over-rates",
        "setup": NUMPY_SEED_1,
        "code": """
for lr in (0.3, 0.1, 0.03):
    w = 4.0
    momentum = 0.5
    for _ in range(5):
        w -= lr * 2 * w
    print(f"lr={lr}: w={w:.4f}")
""",
        "params": {},
        "curves": {"w": range(3)},
    },
    {
        "name": "seed-and-env",
        "setup": NUMPY_SEED_1,
        "code": """
import os, random
SEED = 2024
os.environ["PYTHONHASHSEED"] = str(SEED)
random.seed(SEED)
np.random.seed(SEED)
a = random.random()
b = np.random.rand()
print(a, b)
""",
        "params": {"SEED": 2024},
        "metrics": ("a", "b"),
    },
    {
        "name": "path-and-sep",
        "setup": NUMPY_SEED_1 + "import pandas as pd, io\ncsv = 'x;y\\n1;2\\n3;5\\n4;7\\n'\n",
        "code": """
sep = ";"
frame = pd.read_csv(io.StringIO(csv), sep=sep, dtype=float)
slope = np.polyfit(frame["x"], frame["y"], deg=1)[0]
print("slope", slope)
""",
        "params": {"sep": ";", "csv": "x;y\n1;2\n3;5\n4;7\n", "polyfit.deg": 1},
        "metrics": ("slope",),
    },
    {
        "name": "collision-in-a-list",
        "setup": IRIS,
        "code": """
from sklearn.linear_model import LogisticRegression
soft = LogisticRegression(C=0.01, max_iter=300)
hard = LogisticRegression(C=100.0, max_iter=300)
soft_acc = soft.fit(X_train, y_train).score(X_test, y_test)
hard_acc = hard.fit(X_train, y_train).score(X_test, y_test)
print(soft_acc, hard_acc)
""",
        "params": {
            "soft.C": 0.01,
            "hard.C": 100.0,
            "LogisticRegression.max_iter": 300,
            "train_test_split.test_size": 0.4,
            "train_test_split.random_state": 2,
        },
        "metrics": ("soft_acc", "hard_acc"),
    },
    {
        "name": "keyword-is-a-parameter",
        "setup": IRIS,
        "code": """
from sklearn.ensemble import RandomForestClassifier
n_trees = 8
depth = None
rf = RandomForestClassifier(n_estimators=n_trees, max_depth=depth, min_samples_leaf=2, random_state=0, verbose=0)
rf.fit(X_train, y_train)
oob = 1 - rf.score(X_test, y_test)
""",
        "params": {
            "n_trees": 8,
            "depth": None,
            "RandomForestClassifier.min_samples_leaf": 2,
            "RandomForestClassifier.random_state": 0,
            "train_test_split.test_size": 0.4,
            "train_test_split.random_state": 2,
        },
        "metrics": ("oob",),
    },
    {
        "name": "method-with-constants",
        "setup": NUMPY_SEED_1
        + "class Sampler:\n    def __init__(self, size, seed=0):\n        self.size = size\n        self.g = np.random.default_rng(seed)\n    def draw(self, loc, scale=1.0):\n        return self.g.normal(loc, scale, self.size)\n",
        "code": """
sampler = Sampler(50, seed=3)
x = sampler.draw(2.0, scale=0.5)
xbar = x.mean()
xbar
""",
        "params": {"Sampler.size": 50, "Sampler.seed": 3, "draw.loc": 2.0, "draw.scale": 0.5},
        "metrics": ("xbar",),
    },
    {
        "name": "decay-in-the-loop",
        "setup": NUMPY_SEED_1 + "def objective(x):\n    return (x - 3) ** 2\n",
        "code": """
temp = 10.0
cooling = 0.8
x = 0.0
best = objective(x)
for i in range(6):
    cand = x + np.random.randn()
    val = objective(cand)
    if val < objective(x) or np.random.rand() < np.exp(-(val - objective(x)) / temp):
        x = cand
    best = min(best, val)
    temp *= cooling
print("best", best)
""",
        "params": {"temp": 10.0, "cooling": 0.8},
        "curves": {"best": range(6)},
    },
    {
        "name": "typed-constants",
        "setup": NUMPY_SEED_1,
        "code": """
N: int = 30
P: float = 1 / 6
label: str = "dice"
strict: bool = not False
counts = np.random.binomial(1, P, N)
observed: float = counts.mean()
z = (observed - P) / (P * (1 - P) / N) ** 0.5
print(label, strict, z)
""",
        "params": {"N": 30, "P": 1 / 6},
        "metrics": ("z",),
    },
    {
        "name": "bits-and-powers",
        "setup": NUMPY_SEED_1,
        "code": """
buckets = 1 << 6
mask = 0xFF & ~1
tol = 10 ** -3
keys = np.random.randint(0, 10_000, 300)
load = np.bincount((keys & mask) % buckets, minlength=buckets)
imbalance = load.max() / load.mean()
ok = imbalance < 1 / tol
print(imbalance, ok)
""",
        "params": {"buckets": 64, "mask": 254, "tol": 0.001},
        "metrics": ("imbalance",),
    },
    {
        "name": "empty-and-none",
        "setup": NUMPY_SEED_1,
        "code": """
history = []
cache = {}
best_model = None
prefix = ""
limit = 3
for step in range(limit):
    q = np.random.rand()
    history.append(q)
    cache[step] = q
print(prefix + str(max(history)))
""",
        "params": {"best_model": None, "limit": 3},
        "metrics": ("history.max",),
        "curves": {"q": range(3)},
    },
    {
        "name": "earlier-list-of-sizes",
        "setup": [
            NUMPY_SEED_1,
            "hidden_sizes = [16, 8]\nactivations = ('relu', 'tanh')\nlong_list = list(range(100))\n",
        ],
        "code": """
W = [np.random.randn(a, b) for a, b in zip([4] + hidden_sizes, hidden_sizes + [1])]
n_params = sum(w.size for w in W)
norms = [np.linalg.norm(w) for w in W]
total_norm = sum(norms) + len(long_list) * 0
act = activations[0]
print(n_params, total_norm, act)
""",
        "params": {"hidden_sizes": [16, 8], "activations": ("relu", "tanh")},
        "metrics": ("total_norm",),
    },
    {
        "name": "model-trained-only",
        "setup": IRIS,
        "code": """
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
Z = PCA(n_components=2, whiten=True).fit_transform(X)
km = KMeans(n_clusters=3, n_init=2, random_state=4)
km.fit(Z)
clusters = km.labels_
""",
        "params": {
            "PCA.n_components": 2,
            "PCA.whiten": True,
            "KMeans.n_clusters": 3,
            "KMeans.n_init": 2,
            "KMeans.random_state": 4,
        },
        "metrics": ("inertia_",),
    },
    {
        "name": "no-training-no-metric",
        "setup": SALES,
        "code": """
wide = sales.pivot_table(index="store", columns="month", values="units", aggfunc="sum")
wide.columns = [f"m{c}" for c in wide.columns]
wide = wide.reset_index().fillna(0)
wide
""",
        "params": {},
    },
    {
        "name": "lambda-settings",
        "setup": NUMPY_SEED_1,
        "code": """
rate = 0.05
years = 10
future = lambda pv: pv * (1 + rate) ** years
shock = np.random.randn() * 0.01
worth = future(1000.0) * (1 + shock)
round(worth, 2)
""",
        "params": {"rate": 0.05, "years": 10, "future.pv": 1000.0},
        "metrics": ("worth",),
    },
    {
        "name": "list-of-dicts-sweep",
        "setup": NUMPY_SEED_1 + "def trial(lr, reg):\n    return float(np.random.rand() - lr * reg)\n",
        "code": """
grid = [{"lr": 0.1, "reg": 0.0}, {"lr": 0.01, "reg": 0.1}]
best = -1.0
for cfg in grid:
    s = trial(**cfg)
    if s > best:
        best = s
        best_cfg = cfg
print(best, best_cfg)
""",
        "params": {},
        "curves": {"s": range(2), "best": None},
    },
    {
        "name": "string-choice-dispatch",
        "setup": IRIS,
        "code": """
from sklearn.preprocessing import MinMaxScaler, StandardScaler, RobustScaler
from sklearn.linear_model import SGDClassifier
scaler_name = "robust"
SCALERS = {"minmax": MinMaxScaler, "std": StandardScaler, "robust": RobustScaler}
scaler = SCALERS[scaler_name]()
clf = SGDClassifier(loss="log_loss", alpha=1e-3, random_state=0)
clf.fit(scaler.fit_transform(X_train), y_train)
acc = clf.score(scaler.transform(X_test), y_test)
print(f"{scaler_name}: {acc:.2%}")
""",
        "params": {
            "scaler_name": "robust",
            "SGDClassifier.loss": "log_loss",
            "SGDClassifier.alpha": 0.001,
            "SGDClassifier.random_state": 0,
            "train_test_split.test_size": 0.4,
            "train_test_split.random_state": 2,
        },
        "metrics": ("acc",),
    },
    {
        "name": "context-settings",
        "setup": NUMPY_SEED_1 + "import warnings\n",
        "code": """
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    jitter = 1e-8
    K = np.exp(-np.subtract.outer(np.arange(4.0), np.arange(4.0)) ** 2)
    sign, logdet = np.linalg.slogdet(K + jitter * np.eye(4))
print(logdet)
""",
        "params": {"jitter": 1e-8},
        "metrics": ("sign", "logdet"),
    },
    {
        "name": "constants-never-read",
        "setup": NUMPY_SEED_1,
        "code": """
VERSION = "1.2"
author = "me"
gamma = 0.99
rewards = np.random.rand(5)
G = 0.0
for r in reversed(rewards):
    G = r + gamma * G
print(f"return {G:.3f}")
""",
        "params": {"VERSION": "1.2", "author": "me", "gamma": 0.99},
        "curves": {"G": range(5)},
    },
    {
        "name": "logging-config",
        "setup": NUMPY + "import logging\nlog = logging.getLogger('exp')\n",
        "code": """
logging.basicConfig(level=logging.INFO, format="%(message)s")
N_TRIALS = 5
rs = np.random.RandomState(12)
for trial in range(N_TRIALS):
    outcome = rs.normal(loc=1.0, scale=0.5)
    log.info(f"trial {trial}: {outcome:.3f}")
log.info("done")
""",
        "params": {"N_TRIALS": 5, "normal.loc": 1.0, "normal.scale": 0.5},
        "curves": {"outcome": range(5)},
    },
    {
        "name": "monkey-config-object",
        "setup": NUMPY,
        "code": """
class Cfg: pass
cfg = Cfg()
cfg.n_layers = 2
cfg.width = 8
cfg.act = "relu"
g = np.random.default_rng(0)
h = g.normal(size=cfg.width)
for _ in range(cfg.n_layers):
    h = np.maximum(g.normal(size=(cfg.width, cfg.width)) @ h, 0)
out_norm = np.linalg.norm(h)
print(cfg.act, out_norm)
""",
        "params": {"cfg.n_layers": 2, "cfg.width": 8, "cfg.act": "relu"},
        "metrics": ("out_norm",),
    },
    {
        "name": "omegaconf-dot-access",
        "setup": NUMPY_R_21
        + """
class Conf(dict):
    __getattr__ = dict.__getitem__
def simulate(cfg):
    return float(np.tanh(cfg.gain * r.normal()))
""",
        "code": """
from types import SimpleNamespace as NS
cfg = NS(gain=0.5, sim=NS(reps=4, dt=0.01))
vals = [simulate(cfg) for _ in range(cfg.sim.reps)]
avg = np.mean(vals)
avg
""",
        "params": {"cfg.gain": 0.5, "cfg.sim.reps": 4, "cfg.sim.dt": 0.01},
        "metrics": ("avg",),
    },
    {
        "name": "namedtuple-config-2",
        "setup": NUMPY_R_21,
        "code": """
from typing import NamedTuple

class Opts(NamedTuple):
    order: int = 3
    cutoff: float = 0.2
    kind: str = "low"

opts = Opts(cutoff=0.25)
x = r.normal(size=50)
kernel = np.ones(opts.order) / opts.order
filtered = np.convolve(x, kernel, mode="same") * opts.cutoff
rms = np.sqrt(np.mean(filtered**2))
print(opts.kind, rms)
""",
        "params": {
            "opts.order": 3,
            "opts.cutoff": 0.25,
            "opts.kind": "low",
            "normal.size": 50,
            "convolve.mode": "same",
        },
        "metrics": ("rms",),
    },
    {
        "name": "earlier-dict-and-positional",
        "setup": [
            NUMPY_R_21 + "cfg = {'alpha': 0.1, 'rounds': 5, 'tags': ['a', 'b']}\n",
            "def smooth(v, alpha, passes=1):\n    for _ in range(passes):\n        v = alpha * v + (1 - alpha) * np.roll(v, 1)\n    return v\n",
        ],
        "code": """
noisy = r.normal(size=20)
calm = smooth(noisy, cfg["alpha"], passes=3)
reduction = 1 - calm.std() / noisy.std()
print(f"{reduction:.1%} less noise")
""",
        "params": {
            "cfg.alpha": 0.1,
            "cfg.rounds": 5,
            "cfg.tags": ["a", "b"],
            "normal.size": 20,
            "smooth.passes": 3,
        },
        "metrics": ("reduction",),
    },
    {
        "name": "match-on-config",
        "setup": NUMPY_R_21,
        "code": """
kernel = "rbf"
scale = 2.0
u = r.normal(size=(6, 2))
d2 = ((u[:, None] - u[None]) ** 2).sum(-1)
match kernel:
    case "rbf":
        K = np.exp(-d2 / scale)
    case "linear":
        K = u @ u.T
    case _:
        raise ValueError(kernel)
trace = np.trace(K)
eff_rank = trace**2 / (K**2).sum()
print(eff_rank)
""",
        "params": {"kernel": "rbf", "scale": 2.0, "normal.size": (6, 2)},
        "metrics": ("eff_rank",),
    },
    {
        "name": "loop-config-objects",
        "setup": NUMPY_SEED_3
        + "from dataclasses import dataclass\n@dataclass\nclass Exp:\n    lr: float\n    steps: int = 5\ndef run(e):\n    return float((1 - e.lr) ** e.steps + np.random.rand() * 0.01)\n",
        "code": """
exps = [Exp(0.1), Exp(0.5, steps=3), Exp(0.9)]
outcomes = []
for e in exps:
    final = run(e)
    outcomes.append(final)
    print(e, final)
best = min(outcomes)
print("best", best)
""",
        "params": {"Exp.lr": [0.1, 0.5, 0.9], "Exp.steps": 3},
        "metrics": ("best",),
        "curves": {"final": range(3)},
    },
    {
        "name": "svi-like-elbo",
        "setup": NUMPY_SEED_11 + "xobs = np.random.normal(2.0, 1.0, 20)\n",
        "code": """
settings = {"lr": 0.05, "iters": 4}
m, log_s = 0.0, 0.0
elbo_trace = []
for i in range(settings["iters"]):
    s = np.exp(log_s)
    elbo = -0.5 * ((xobs - m) ** 2 + s**2).sum() - 0.5 * m**2 + log_s
    m += settings["lr"] * ((xobs - m).sum() - m)
    log_s += settings["lr"] * (1 - len(xobs) * s**2)
    elbo_trace.append(elbo)
print("q mean", m)
""",
        "params": {"settings.lr": 0.05, "settings.iters": 4},
        "metrics": ("m",),
        "curves": {"elbo": range(4)},
    },
    {
        "name": "earlier-config-namespace-two-cells",
        "setup": [
            NUMPY_SEED_11,
            "from argparse import Namespace\nargs = Namespace(lr=0.1, rounds=3, tag='v1')\n",
            "def boost(r, lr):\n    return lr * np.random.rand() / (r + 1)\n",
        ],
        "code": """
args.rounds = 4
err = 1.0
for r in range(args.rounds):
    err -= boost(r, args.lr)
    print(args.tag, r, err)
""",
        "params": {"args.lr": 0.1, "args.rounds": 4, "args.tag": "v1"},
        "curves": {"err": range(4)},
    },
]
