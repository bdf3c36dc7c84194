"""Seventh held-out set: forty more cells, labelled before they were ever run."""

# the cells are text, as people write it

NP = "import numpy as np\nrng = np.random.default_rng(13)\n"
SK = (
    NP
    + """
from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split
X, y = load_iris(return_X_y=True)
Xtr, Xte, ytr, yte = train_test_split(X, y, random_state=5, stratify=y)
"""
)
PD = (
    NP
    + """
import pandas as pd
trips = pd.DataFrame({"km": [1.2, 3.4, 0.5, 7.7], "fare": [4.0, 9.5, 3.0, 20.0], "tip": [0.0, 1.5, 0.5, 4.0], "paid": ["card", "cash", "card", "card"]})
"""
)
TORCH = """
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, TensorDataset
pts = np.random.default_rng(2).normal(size=(16, 2))
X = torch.tensor(pts)
t = torch.tensor((pts[:, 0] > 0).astype(float))
dl = DataLoader(TensorDataset(X, t), batch_size=8)
"""

CELLS = [
    {
        "name": "h7-torch-metrics-dict",
        "setup": TORCH,
        "code": """
model = nn.Linear(2, 2)
opt = torch.optim.SGD(model.parameters(), lr=0.3)
for epoch in range(3):
    for xb, tb in dl:
        loss = F.cross_entropy(model(xb), tb)
        opt.zero_grad()
        loss.backward()
        opt.step()
with torch.no_grad():
    out = model(X)
    metrics = {"loss": F.cross_entropy(out, t).item(), "acc": (out.argmax(1) == t).float().mean().item()}
print(metrics)
""",
        "params": {"SGD.lr": 0.3},
        "metrics": ("metrics.loss", "metrics.acc"),
        "curves": {"loss": range(3)},
    },
    {
        "name": "h7-torch-lr-in-param-groups",
        "setup": TORCH,
        "code": """
lr, gamma = 0.1, 0.5
net = nn.Linear(2, 1)
opt = torch.optim.SGD(net.parameters(), lr=lr)
for epoch in range(3):
    loss = F.mse_loss(net(X), t)
    opt.zero_grad()
    loss.backward()
    opt.step()
    for group in opt.param_groups:
        group["lr"] *= gamma
    print(epoch, float(loss))
""",
        "params": {"lr": 0.1, "gamma": 0.5},
        "curves": {"loss": range(3)},
    },
    {
        "name": "h7-two-losses-weighted",
        "setup": TORCH,
        "code": """
w_reg = 0.01
net = nn.Linear(2, 2)
opt = torch.optim.Adam(net.parameters(), lr=1e-2)
for i in range(4):
    ce = F.cross_entropy(net(X), t)
    l2 = sum((p ** 2).sum() for p in net.parameters())
    total = ce + w_reg * l2
    opt.zero_grad()
    total.backward()
    opt.step()
""",
        "params": {"w_reg": 0.01, "Adam.lr": 1e-2},
        "curves": {"total": range(4)},
    },
    {
        "name": "h7-min-val-loss-checkpoint",
        "setup": TORCH,
        "code": """
MAX_EPOCHS = 4
PATIENCE = 2
model = nn.Linear(2, 2)
opt = torch.optim.SGD(model.parameters(), lr=0.2)
best = {"loss": float("inf"), "state": None}
counter = 0
for epoch in range(MAX_EPOCHS):
    train_loss = F.cross_entropy(model(X), t)
    opt.zero_grad()
    train_loss.backward()
    opt.step()
    val_loss = F.cross_entropy(model(X), t).item()
    if val_loss < best["loss"]:
        best["loss"] = val_loss
        best["state"] = model.state_dict()
        counter = 0
    else:
        counter += 1
        if counter >= PATIENCE:
            break
""",
        "params": {"MAX_EPOCHS": 4, "PATIENCE": 2, "SGD.lr": 0.2},
        "curves": {"train_loss": range(4), "val_loss": range(4)},
    },
    {
        "name": "h7-sklearn-calibration",
        "setup": SK,
        "code": """
from sklearn.calibration import CalibratedClassifierCV
from sklearn.metrics import log_loss
from sklearn.naive_bayes import GaussianNB
cal = CalibratedClassifierCV(GaussianNB(), method="isotonic", cv=2)
cal.fit(Xtr, ytr)
ll = log_loss(yte, cal.predict_proba(Xte))
print(f"log loss = {ll:.4f}")
""",
        "params": {"CalibratedClassifierCV.method": "isotonic", "CalibratedClassifierCV.cv": 2},
        "metrics": ("ll",),
    },
    {
        "name": "h7-repeated-holdout",
        "setup": SK,
        "code": """
from sklearn.model_selection import train_test_split
from sklearn.linear_model import LogisticRegression
accs = []
for seed in range(4):
    a, b, c, d = train_test_split(X, y, test_size=0.4, random_state=seed)
    clf = LogisticRegression(max_iter=500).fit(a, c)
    accs.append(clf.score(b, d))
print(f"accuracy over seeds: {np.mean(accs):.3f} ± {np.std(accs):.3f}")
""",
        "params": {"train_test_split.test_size": 0.4, "LogisticRegression.max_iter": 500},
        "metrics": ("mean", "std"),
        "curves": {"accs": range(4)},
    },
    {
        "name": "h7-models-list-of-tuples",
        "setup": SK,
        "code": """
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier
candidates = [
    ("knn", KNeighborsClassifier(n_neighbors=7)),
    ("svc", SVC(gamma=0.1)),
    ("tree", DecisionTreeClassifier(max_depth=4, random_state=0)),
]
best_name, best_acc = "", 0.0
for name, est in candidates:
    acc = est.fit(Xtr, ytr).score(Xte, yte)
    print(f"{name:>6}: {acc:.3f}")
    if acc > best_acc:
        best_name, best_acc = name, acc
""",
        "params": {
            "KNeighborsClassifier.n_neighbors": 7,
            "SVC.gamma": 0.1,
            "DecisionTreeClassifier.max_depth": 4,
            "DecisionTreeClassifier.random_state": 0,
        },
        "curves": {"acc": range(3), "best_acc": None},
    },
    {
        "name": "h7-halving-of-dataset",
        "setup": SK,
        "code": """
from sklearn.tree import DecisionTreeClassifier
n = len(Xtr)
while n > 20:
    tree = DecisionTreeClassifier(random_state=0).fit(Xtr[:n], ytr[:n])
    acc = tree.score(Xte, yte)
    print(n, acc)
    n //= 2
""",
        "params": {"DecisionTreeClassifier.random_state": 0},
        "curves": {"acc": None},
    },
    {
        "name": "h7-permutation-importance",
        "setup": SK,
        "code": """
from sklearn.ensemble import RandomForestClassifier
from sklearn.inspection import permutation_importance
rf = RandomForestClassifier(n_estimators=6, random_state=2).fit(Xtr, ytr)
pi = permutation_importance(rf, Xte, yte, n_repeats=2, random_state=2)
most = pi.importances_mean.max()
print("largest importance", most)
""",
        "params": {
            "RandomForestClassifier.n_estimators": 6,
            "RandomForestClassifier.random_state": 2,
            "permutation_importance.n_repeats": 2,
            "permutation_importance.random_state": 2,
        },
        "metrics": ("most",),
    },
    {
        "name": "h7-tips",
        "setup": PD,
        "code": """
trips["rate"] = trips["tip"] / trips["fare"]
card_rate = trips.loc[trips.paid == "card", "rate"].mean()
cash_rate = trips.loc[trips.paid == "cash", "rate"].mean()
diff = card_rate - cash_rate
n_card = (trips.paid == "card").sum()
print(f"card {card_rate:.2%} cash {cash_rate:.2%} diff {diff:.2%} (n={n_card})")
""",
        "metrics": ("card_rate", "cash_rate", "diff"),
    },
    {
        "name": "h7-frame-filter-only",
        "setup": PD,
        "code": """
min_km = 1.0
long_trips = trips[trips.km >= min_km].copy()
long_trips["per_km"] = long_trips.fare / long_trips.km
long_trips.sort_values("per_km").head(3)
""",
        "params": {"min_km": 1.0},
    },
    {
        "name": "h7-agg-series-named",
        "setup": PD,
        "code": """
summary = trips[["fare", "tip"]].agg("median")
print(summary)
""",
        "metrics": ("summary.fare", "summary.tip"),
    },
    {
        "name": "h7-single-number-last-line",
        "setup": PD,
        "code": """
corr = trips["km"].corr(trips["fare"])
corr ** 2
""",
        "metrics": ("corr",),
    },
    {
        "name": "h7-rosenbrock-adam-by-hand",
        "setup": NP,
        "code": """
lr, b1, b2, eps = 0.02, 0.9, 0.999, 1e-8
p = np.array([-1.0, 1.5])
m = v = np.zeros(2)
for t in range(1, 7):
    g = np.array([-2 * (1 - p[0]) - 400 * p[0] * (p[1] - p[0] ** 2), 200 * (p[1] - p[0] ** 2)])
    m = b1 * m + (1 - b1) * g
    v = b2 * v + (1 - b2) * g ** 2
    p = p - lr * (m / (1 - b1 ** t)) / (np.sqrt(v / (1 - b2 ** t)) + eps)
    fval = (1 - p[0]) ** 2 + 100 * (p[1] - p[0] ** 2) ** 2
    gnorm = np.linalg.norm(g)
print(f"f={fval:.3f} |g|={gnorm:.3f}")
""",
        "params": {"lr": 0.02, "b1": 0.9, "b2": 0.999, "eps": 1e-8},
        "curves": {"fval": range(1, 7), "gnorm": range(1, 7)},
    },
    {
        "name": "h7-bfgs-callback-list",
        "setup": NP
        + "from scipy.optimize import minimize\ndef obj(z):\n    return float((z[0] - 1) ** 2 + (z[1] + 1) ** 2)",
        "code": """
path = []
res = minimize(obj, x0=[0.0, 0.0], method="BFGS", callback=lambda z: path.append(obj(z)))
f_min = res.fun
n_calls = res.nfev
print(f_min, n_calls)
""",
        "params": {"minimize.x0": [0.0, 0.0], "minimize.method": "BFGS"},
        "metrics": ("f_min",),
    },
    {
        "name": "h7-nelder-restart-best",
        "setup": NP + "from scipy.optimize import minimize\ndef obj(z):\n    return float((z[0] ** 2 - 1) ** 2)",
        "code": """
best_f = np.inf
for start in [-2.0, 0.5, 3.0]:
    r = minimize(obj, [start], method="Nelder-Mead")
    f = r.fun
    best_f = min(best_f, f)
print(best_f)
""",
        "params": {"minimize.method": "Nelder-Mead"},
        "curves": {"f": range(3), "best_f": range(3)},
    },
    {
        "name": "h7-monte-carlo-integration",
        "setup": NP,
        "code": """
N = 200
a, b = 0.0, 2.0
xs = rng.uniform(a, b, N)
vals = np.exp(-xs ** 2)
estimate = (b - a) * vals.mean()
std_error = (b - a) * vals.std(ddof=1) / np.sqrt(N)
estimate, std_error
""",
        "params": {"N": 200, "a": 0.0, "b": 2.0, "std.ddof": 1},
        "metrics": ("estimate", "std_error"),
    },
    {
        "name": "h7-percolation",
        "setup": NP + "from scipy.ndimage import label",
        "code": """
L, p, runs = 8, 0.6, 5
spanning = 0
for run in range(runs):
    grid = rng.random((L, L)) < p
    lab, n_lab = label(grid)
    top, bottom = set(lab[0]) - {0}, set(lab[-1]) - {0}
    if top & bottom:
        spanning += 1
prob = spanning / runs
print(f"P(span) at p={p}: {prob}")
""",
        "params": {"L": 8, "p": 0.6, "runs": 5},
        "metrics": ("prob",),
        "curves": {"n_lab": range(5)},
    },
    {
        "name": "h7-hmm-forward",
        "setup": NP,
        "code": """
A = np.array([[0.7, 0.3], [0.4, 0.6]])
B = np.array([[0.9, 0.1], [0.2, 0.8]])
obs = [0, 1, 0]
alpha = np.array([0.5, 0.5]) * B[:, obs[0]]
for o in obs[1:]:
    alpha = (alpha @ A) * B[:, o]
likelihood = alpha.sum()
log_lik = np.log(likelihood)
print("log-likelihood", log_lik)
""",
        "params": {"obs": [0, 1, 0]},
        "metrics": ("log_lik",),
    },
    {
        "name": "h7-logistic-map",
        "setup": NP,
        "code": """
r, n = 3.7, 12
x = 0.2
lyap = 0.0
for _ in range(n):
    lyap += np.log(abs(r * (1 - 2 * x)))
    x = r * x * (1 - x)
lyap /= n
print("lyapunov", lyap)
""",
        "params": {"r": 3.7, "n": 12},
        "metrics": ("lyap",),
    },
    {
        "name": "h7-orbit-energy-drift",
        "setup": NP,
        "code": """
dt, n_steps = 0.01, 6
pos, vel = np.array([1.0, 0.0]), np.array([0.0, 1.0])
E0 = 0.5 * vel @ vel - 1 / np.linalg.norm(pos)
for k in range(n_steps):
    acc = -pos / np.linalg.norm(pos) ** 3
    vel = vel + dt * acc
    pos = pos + dt * vel
    E = 0.5 * vel @ vel - 1 / np.linalg.norm(pos)
    drift = abs(E - E0) / abs(E0)
print(f"relative drift {drift:.2e}")
""",
        "params": {"dt": 0.01, "n_steps": 6},
        "curves": {"drift": range(6)},
    },
    {
        "name": "h7-sarsa-returns",
        "setup": NP
        + "class Walk:\n    def reset(self):\n        self.s = 2\n        return self.s\n    def step(self, a):\n        self.s += 1 if a else -1\n        done = self.s in (0, 4)\n        return self.s, float(self.s == 4), done",
        "code": """
env = Walk()
episodes, gamma, step_size = 5, 0.95, 0.1
V = np.zeros(5)
for ep in range(episodes):
    s, done = env.reset(), False
    ep_return, length = 0.0, 0
    while not done:
        s2, r, done = env.step(rng.random() < 0.5)
        V[s] += step_size * (r + gamma * V[s2] * (not done) - V[s])
        s = s2
        ep_return += r
        length += 1
    print(ep, ep_return, length)
v_mid = V[2]
""",
        "params": {"episodes": 5, "gamma": 0.95, "step_size": 0.1},
        "metrics": ("v_mid",),
        "curves": {"ep_return": range(5)},
    },
    {
        "name": "h7-exp3",
        "setup": NP,
        "code": """
K, T, eta = 3, 10, 0.2
weights = np.ones(K)
cum_loss = 0
for t in range(T):
    probs = weights / weights.sum()
    arm = rng.choice(K, p=probs)
    loss = float(rng.random() < 0.3 + 0.2 * arm)
    cum_loss += loss
    weights[arm] *= np.exp(-eta * loss / probs[arm])
avg_loss = cum_loss / T
""",
        "params": {"K": 3, "T": 10, "eta": 0.2},
        "metrics": ("avg_loss",),
    },
    {
        "name": "h7-dataclass-sweep",
        "setup": NP
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
        "name": "h7-argparse-namespace-direct",
        "setup": NP,
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
        "name": "h7-globals-uppercase-earlier",
        "setup": [
            NP,
            "N_EST = 12\nDEPTH = 3\nDATA_PATH = 'x.csv'\nVERBOSE = False",
            "from sklearn.ensemble import RandomForestRegressor\nX = rng.normal(size=(40, 2))\nz = X[:, 0] * 2",
        ],
        "code": """
reg = RandomForestRegressor(n_estimators=N_EST, max_depth=DEPTH, random_state=0, verbose=VERBOSE)
reg.fit(X, z)
r2 = reg.score(X, z)
print(f"R2 = {r2:.3f}")
""",
        "params": {"N_EST": 12, "DEPTH": 3, "VERBOSE": False, "RandomForestRegressor.random_state": 0},
        "metrics": ("r2",),
    },
    {
        "name": "h7-star-import-of-math",
        "setup": ["from math import *", NP],
        "code": """
radius = 2.0
area = pi * radius ** 2
wave = sin(radius) + rng.random()
print(area, wave)
""",
        "params": {"radius": 2.0},
        "metrics": ("wave",),
    },
    {
        "name": "h7-scores-by-comprehension",
        "setup": SK,
        "code": """
from sklearn.model_selection import cross_val_score
from sklearn.neighbors import KNeighborsClassifier
ks = range(1, 6, 2)
cv_scores = {k: cross_val_score(KNeighborsClassifier(k), X, y, cv=3).mean() for k in ks}
best_k = max(cv_scores, key=cv_scores.get)
best_score = cv_scores[best_k]
print(best_k, best_score)
""",
        "params": {"cross_val_score.cv": 3},
        "metrics": ("best_k", "best_score"),
    },
    {
        "name": "h7-lambda-objective-positional",
        "setup": NP,
        "code": """
objective = lambda x, scale=1.0: scale * (x - 3) ** 2
lo, hi = 0.0, 10.0
ratio = (5 ** 0.5 - 1) / 2
for it in range(8):
    c, d = hi - ratio * (hi - lo), lo + ratio * (hi - lo)
    if objective(c, scale=2.0) < objective(d, scale=2.0):
        hi = d
    else:
        lo = c
xmin = (lo + hi) / 2
fmin = objective(xmin)
print(xmin, fmin)
""",
        "params": {"ratio": (5**0.5 - 1) / 2},
        "metrics": ("xmin", "fmin"),
    },
    {
        "name": "h7-string-processing-rates",
        "setup": "emails = ['win cash now', 'hello bob', 'cash prize', 'lunch at noon']\nlabels = [1, 0, 1, 0]",
        "code": """
spam_words = {"cash", "win", "prize"}
preds = [int(bool(spam_words & set(e.split()))) for e in emails]
correct = sum(p == l for p, l in zip(preds, labels))
accuracy = correct / len(labels)
flagged = sum(preds)
print(f"accuracy {accuracy:.0%}, flagged {flagged}")
""",
        "params": {"emails": ["win cash now", "hello bob", "cash prize", "lunch at noon"], "labels": [1, 0, 1, 0]},
        "metrics": ("accuracy",),
    },
    {
        "name": "h7-nested-context-and-try",
        "setup": NP
        + "import warnings\nfrom contextlib import contextmanager\n@contextmanager\ndef section(name):\n    yield name",
        "code": """
n = 50
with section("fit"):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            sample = rng.gamma(2.0, size=n)
            shape_hat = sample.mean() ** 2 / sample.var()
        finally:
            done = True
print(shape_hat)
""",
        "params": {"n": 50, "done": True},
        "metrics": ("shape_hat",),
    },
    {
        "name": "h7-timing-of-two-variants",
        "setup": NP + "import time",
        "code": """
reps = 20
v = rng.random(200)
t0 = time.perf_counter()
for _ in range(reps):
    s1 = sum(v)
loop_time = time.perf_counter() - t0
t0 = time.perf_counter()
for _ in range(reps):
    s2 = v.sum()
numpy_time = time.perf_counter() - t0
speedup = loop_time / numpy_time
print(f"speedup: {speedup:.1f}x")
""",
        "params": {"reps": 20},
        "metrics": ("speedup",),
        "curves": {"s1": range(20), "s2": range(20)},
    },
    {
        "name": "h7-plain-class-model-in-cell",
        "setup": NP + "X = rng.normal(size=(30, 2))\ny = X @ np.array([1.0, 2.0])",
        "code": """
class LinearModel:
    def __init__(self, lr=0.1, n_iter=10):
        self.lr = lr
        self.n_iter = n_iter

    def fit(self, X, y):
        self.w = np.zeros(X.shape[1])
        for _ in range(self.n_iter):
            self.w -= self.lr * X.T @ (X @ self.w - y) / len(y)
        return self

    def mse(self, X, y):
        return float(np.mean((X @ self.w - y) ** 2))

model = LinearModel(lr=0.2, n_iter=25)
model.fit(X, y)
print("mse:", model.mse(X, y))
""",
        "params": {"LinearModel.lr": 0.2, "LinearModel.n_iter": 25},
        "metrics": ("mse",),
    },
    {
        "name": "h7-async-tasks-total",
        "setup": "import asyncio\nasync def job(i, cost=1.0):\n    await asyncio.sleep(0)\n    return cost / (i + 1)",
        "code": """
async with asyncio.TaskGroup() as tg:
    tasks = [tg.create_task(job(i, cost=2.0)) for i in range(3)]
total_cost = sum(task.result() for task in tasks)
total_cost
""",
        "params": {"job.cost": 2.0},
        "metrics": ("total_cost",),
    },
    {
        "name": "h7-continue-on-bad-rows",
        "setup": NP,
        "code": """
rows = [("a", "1.5"), ("b", "oops"), ("c", "2.5")]
total, bad = 0.0, 0
for key, raw in rows:
    try:
        value = float(raw)
    except ValueError:
        bad += 1
        continue
    total += value
print(total, bad)
""",
    },
    {
        "name": "h7-reassigned-metric",
        "setup": SK,
        "code": """
from sklearn.linear_model import LogisticRegression
acc = LogisticRegression(C=0.01, max_iter=300).fit(Xtr, ytr).score(Xte, yte)
print("weak", acc)
acc = LogisticRegression(C=10.0, max_iter=300).fit(Xtr, ytr).score(Xte, yte)
print("strong", acc)
""",
        "params": {"LogisticRegression.max_iter": 300, "LogisticRegression.C": 10.0},
        "metrics": ("acc",),
    },
    {
        "name": "h7-seeded-torch-and-numpy",
        "setup": TORCH,
        "code": """
SEED = 17
np.random.seed(SEED)
torch.manual_seed(SEED)
noise = torch.randn(4)
power = (noise ** 2).mean()
power.item()
""",
        "params": {"SEED": 17},
        "metrics": ("power",),
    },
    {
        "name": "h7-print-table-in-loop",
        "setup": NP,
        "code": """
print(f"{'n':>5} {'err':>10}")
for n in (10, 100, 1000):
    est = rng.random(n).mean()
    err = abs(est - 0.5)
    print(f"{n:5d} {err:10.5f}")
""",
        "curves": {"err": [10, 100, 1000]},
    },
    {
        "name": "h7-confidence-from-settings-and-data",
        "setup": NP + "from scipy import stats\nx = rng.normal(5, 2, 40)",
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
        "name": "h7-imported-dataclass",
        "setup": [
            "import sys, types\nfrom dataclasses import make_dataclass\nlib = types.ModuleType('lib')\nlib.TrainConfig = make_dataclass('TrainConfig', [('lr', float, 0.1), ('steps', int, 3)])\nsys.modules['lib'] = lib",
            NP,
        ],
        "code": """
from lib import TrainConfig
tc = TrainConfig(lr=0.7)
out = rng.random() * tc.lr + tc.steps
""",
        "params": {"tc.lr": 0.7, "tc.steps": 3},
        "metrics": ("out",),
    },
]
