"""Ninth held-out set: forty more cells, labelled before they were ever run; settings in every form."""

# the cells are text, as people write it

NP = "import numpy as np\nnp.random.seed(1)\n"
IRIS = """
from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split
iris = load_iris()
X, y = iris.data, iris.target
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.4, random_state=2)
"""
SALES = """
import pandas as pd
sales = pd.DataFrame({"store": list("aabbcc"), "month": [1, 2] * 3, "units": [10, 12, 7, 9, 20, 25], "price": [2.0, 2.0, 3.0, 3.5, 1.0, 1.5]})
"""
TORCH = """
import numpy as np
import torch
import torch.nn as nn
raw = np.random.default_rng(8).normal(size=(12, 2))
inputs = torch.tensor(raw)
labels = torch.tensor((raw.sum(1) > 0).astype(float))
"""

CELLS = [
    {
        "name": "h9-main-guard",
        "setup": NP,
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
        "name": "h9-settings-inside-main",
        "setup": NP,
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
        "name": "h9-chained-assignment",
        "setup": NP,
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
        "name": "h9-param-grid",
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
            "param_grid.C": [0.1, 1, 10],
            "param_grid.gamma": ["scale", 0.1],
            "param_grid.kernel": ["rbf"],
            "GridSearchCV.cv": 3,
            "GridSearchCV.scoring": "accuracy",
        },
        "metrics": ("best_score_", "score"),
    },
    {
        "name": "h9-dict-of-models",
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
        },
        "metrics": ("accs.knn", "accs.tree", "accs.nb"),
    },
    {
        "name": "h9-pipeline-steps",
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
        },
        "metrics": ("train_acc", "test_acc", "gap"),
    },
    {
        "name": "h9-star-star-params",
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
        },
        "metrics": ("f1",),
    },
    {
        "name": "h9-frozen-dataclass",
        "setup": NP,
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
        "name": "h9-dataclass-replace",
        "setup": NP
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
        "name": "h9-namespace-updated",
        "setup": NP,
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
        "name": "h9-cfg-update-call",
        "setup": [NP, "cfg = {'lr': 0.1, 'wd': 0.0, 'name': 'base'}"],
        "code": """
cfg.update(lr=0.03, name="tuned")
score = np.exp(-cfg["lr"]) + np.random.rand() * cfg["wd"]
print(cfg["name"], score)
""",
        "params": {"cfg.lr": 0.03, "cfg.wd": 0.0, "cfg.name": "tuned"},
        "metrics": ("score",),
    },
    {
        "name": "h9-merge-with-pipe",
        "setup": [NP, "defaults = {'depth': 3, 'eta': 0.3}"],
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
        "name": "h9-nested-config-dict",
        "setup": TORCH,
        "code": """
CONFIG = {
    "seed": 0,
    "model": {"hidden": 4, "bias": True},
    "optim": {"lr": 0.1, "betas": (0.9, 0.99)},
    "epochs": 3,
}
torch.manual_seed(CONFIG["seed"])
net = nn.Sequential(nn.Linear(2, CONFIG["model"]["hidden"]), nn.ReLU(), nn.Linear(CONFIG["model"]["hidden"], 2))
opt = torch.optim.Adam(net.parameters(), lr=CONFIG["optim"]["lr"], betas=CONFIG["optim"]["betas"])
ce = nn.CrossEntropyLoss()
for epoch in range(CONFIG["epochs"]):
    opt.zero_grad()
    loss = ce(net(inputs), labels)
    loss.backward()
    opt.step()
print("final", loss.item())
""",
        "params": {
            "CONFIG.seed": 0,
            "CONFIG.model.hidden": 4,
            "CONFIG.model.bias": True,
            "CONFIG.optim.lr": 0.1,
            "CONFIG.optim.betas": (0.9, 0.99),
            "CONFIG.epochs": 3,
        },
        "curves": {"loss": range(3)},
    },
    {
        "name": "h9-class-hparams-used-in-function",
        "setup": NP,
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
        "name": "h9-flags-from-earlier",
        "setup": [
            NP,
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
        "name": "h9-scalar-computed-earlier",
        "setup": [IRIS, "threshold = float(X_train[:, 2].mean())\nn_train = len(X_train)\n"],
        "code": """
pred = (X_test[:, 2] > threshold).astype(int)
hit_rate = (pred == (y_test > 0)).mean()
per_train = hit_rate / n_train
print(hit_rate)
""",
        "params": {"threshold": 3.827777777777778, "n_train": 90},
        "metrics": ("hit_rate", "per_train"),
    },
    {
        "name": "h9-only-shown-from-earlier",
        "setup": [NP, "TITLE = 'experiment 5'\nunit = 'ms'\nreps = 30\n"],
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
        "name": "h9-head-rows",
        "setup": SALES,
        "code": """
n_show = 3
sales["revenue"] = sales["units"] * sales["price"]
per_store = sales.groupby("store")["revenue"].sum().sort_values(ascending=False)
print(per_store.head(n_show))
""",
        "params": {"n_show": 3, "sort_values.ascending": False},
        "metrics": ("per_store.a", "per_store.b", "per_store.c"),
    },
    {
        "name": "h9-series-describe-store",
        "setup": SALES,
        "code": """
store = "b"
sub = sales[sales["store"] == store]
stats = sub["units"].agg(["mean", "max", "min"])
stats
""",
        "params": {"store": "b"},
        "metrics": ("stats.mean", "stats.max", "stats.min"),
    },
    {
        "name": "h9-growth-rate",
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
        "name": "h9-mixed-unpacking",
        "setup": NP + "def measure(k):\n    return np.random.rand() * k\n",
        "code": """
k, reading = 4, measure(2)
ratio = reading / k
print(ratio)
""",
        "params": {"k": 4, "measure.k": 2},
        "metrics": ("ratio",),
    },
    {
        "name": "h9-walrus-constant",
        "setup": NP,
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
        "name": "h9-loop-over-rates",
        "setup": NP,
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
        "name": "h9-seed-and-env",
        "setup": NP,
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
        "name": "h9-path-and-sep",
        "setup": NP + "import pandas as pd, io\ncsv = 'x;y\\n1;2\\n3;5\\n4;7\\n'\n",
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
        "name": "h9-collision-in-a-list",
        "setup": IRIS,
        "code": """
from sklearn.linear_model import LogisticRegression
soft = LogisticRegression(C=0.01, max_iter=300)
hard = LogisticRegression(C=100.0, max_iter=300)
soft_acc = soft.fit(X_train, y_train).score(X_test, y_test)
hard_acc = hard.fit(X_train, y_train).score(X_test, y_test)
print(soft_acc, hard_acc)
""",
        "params": {"soft.C": 0.01, "hard.C": 100.0, "LogisticRegression.max_iter": 300},
        "metrics": ("soft_acc", "hard_acc"),
    },
    {
        "name": "h9-keyword-is-a-parameter",
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
        },
        "metrics": ("oob",),
    },
    {
        "name": "h9-method-with-constants",
        "setup": NP
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
        "name": "h9-decay-in-the-loop",
        "setup": NP + "def objective(x):\n    return (x - 3) ** 2\n",
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
        "name": "h9-typed-constants",
        "setup": NP,
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
        "name": "h9-bits-and-powers",
        "setup": NP,
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
        "name": "h9-empty-and-none",
        "setup": NP,
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
        "metrics": (),
        "curves": {"q": range(3)},
    },
    {
        "name": "h9-earlier-list-of-sizes",
        "setup": [NP, "hidden_sizes = [16, 8]\nactivations = ('relu', 'tanh')\nlong_list = list(range(100))\n"],
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
        "name": "h9-model-trained-only",
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
    },
    {
        "name": "h9-no-training-no-metric",
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
        "name": "h9-lambda-settings",
        "setup": NP,
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
        "name": "h9-list-of-dicts-sweep",
        "setup": NP + "def trial(lr, reg):\n    return float(np.random.rand() - lr * reg)\n",
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
        "name": "h9-string-choice-dispatch",
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
            "SGDClassifier.alpha": 1e-3,
            "SGDClassifier.random_state": 0,
        },
        "metrics": ("acc",),
    },
    {
        "name": "h9-context-settings",
        "setup": NP + "import warnings\n",
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
        "name": "h9-constants-never-read",
        "setup": NP,
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
]
