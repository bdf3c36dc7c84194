"""Twelfth held-out set: more cells, labelled before they were ever run; what cells display, in many forms."""

# the cells are text, as people write it

NP = "import numpy as np\nnp.random.seed(3)\n"
SHOP = """
import numpy as np
import pandas as pd
np.random.seed(3)
orders = pd.DataFrame({"country": ["de", "fr", "de", "it", "fr", "de"], "amount": [20.0, 35.5, 12.0, 80.0, 5.5, 40.0], "returned": [0, 1, 0, 0, 1, 0]})
"""
CANCER = """
import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
X, y = load_breast_cancer(return_X_y=True)
X, y = X[:150, :8], y[:150]
X_tr, X_te, y_tr, y_te = train_test_split(X, y, random_state=1)
"""
TORCH = """
import numpy as np
import torch
from torch import nn
import torch.nn.functional as F
z = np.random.default_rng(7).normal(size=(10, 3))
bx = torch.tensor(z)
by = torch.tensor((z[:, 2] > 0).astype(float))
"""

CELLS = [
    {
        "name": "h12-describe-one-column",
        "setup": SHOP,
        "code": """
orders["amount"].describe()
""",
        "params": {},
        "metrics": ("mean", "std", "min", "25%", "50%", "75%", "max"),
    },
    {
        "name": "h12-agg-one-row",
        "setup": SHOP,
        "code": """
kpis = pd.DataFrame([{"aov": orders["amount"].mean(), "return_rate": orders["returned"].mean()}])
kpis
""",
        "params": {},
        "metrics": ("kpis.aov", "kpis.return_rate"),
    },
    {
        "name": "h12-last-expression-arithmetic",
        "setup": SHOP,
        "code": """
shipping = 4.9
(orders["amount"] - shipping).sum() / len(orders)
""",
        "params": {},
    },
    {
        "name": "h12-loc-scalar",
        "setup": SHOP,
        "code": """
by_country = orders.groupby("country").agg(total=("amount", "sum"), orders=("amount", "count"))
by_country.loc["de", "total"]
""",
        "params": {},
    },
    {
        "name": "h12-print-calls",
        "setup": SHOP,
        "code": """
print("mean:", orders["amount"].mean())
print("median:", orders["amount"].median())
print("countries:", orders["country"].nunique())
print("rows:", len(orders))
""",
        "params": {},
        "metrics": ("mean", "median"),
    },
    {
        "name": "h12-fstring-calls",
        "setup": CANCER,
        "code": """
from sklearn.linear_model import LogisticRegression
clf = LogisticRegression(max_iter=2000, solver="liblinear").fit(X_tr, y_tr)
print(f"train {clf.score(X_tr, y_tr):.3f}")
print(f"test  {clf.score(X_te, y_te):.3f}")
""",
        "params": {"LogisticRegression.max_iter": 2000, "LogisticRegression.solver": "liblinear"},
        "metrics": ("score",),
    },
    {
        "name": "h12-cross-validate-frame",
        "setup": CANCER,
        "code": """
import pandas as pd
from sklearn.tree import DecisionTreeClassifier
from sklearn.model_selection import cross_validate
cv = cross_validate(DecisionTreeClassifier(max_depth=2, random_state=0), X, y, cv=3, scoring=("accuracy", "f1"))
test_acc = cv["test_accuracy"].mean()
test_f1 = cv["test_f1"].mean()
print(f"acc {test_acc:.3f} f1 {test_f1:.3f}")
""",
        "params": {
            "DecisionTreeClassifier.max_depth": 2,
            "DecisionTreeClassifier.random_state": 0,
            "cross_validate.cv": 3,
            "cross_validate.scoring": ("accuracy", "f1"),
        },
        "metrics": ("test_acc", "test_f1"),
    },
    {
        "name": "h12-threshold-tuning",
        "setup": CANCER,
        "code": """
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import f1_score
rf = RandomForestClassifier(n_estimators=9, random_state=5)
rf.fit(X_tr, y_tr)
probs = rf.predict_proba(X_te)[:, 1]
best_f1, best_thr = 0, 0.5
for thr in np.arange(0.3, 0.8, 0.1):
    f1 = f1_score(y_te, probs > thr)
    if f1 > best_f1:
        best_f1, best_thr = f1, thr
print(f"best F1 {best_f1:.3f} at {best_thr:.1f}")
""",
        "params": {"RandomForestClassifier.n_estimators": 9, "RandomForestClassifier.random_state": 5},
        "curves": {"f1": range(5), "best_f1": None},
    },
    {
        "name": "h12-feature-importances",
        "setup": CANCER,
        "code": """
from sklearn.ensemble import GradientBoostingClassifier
import pandas as pd
gb = GradientBoostingClassifier(n_estimators=4, subsample=0.8, random_state=0)
gb.fit(X_tr, y_tr)
imp = pd.Series(gb.feature_importances_, index=[f"f{i}" for i in range(8)])
imp.sort_values(ascending=False)
""",
        "params": {
            "GradientBoostingClassifier.n_estimators": 4,
            "GradientBoostingClassifier.subsample": 0.8,
            "GradientBoostingClassifier.random_state": 0,
            "sort_values.ascending": False,
        },
        "metrics": tuple(f"imp.f{i}" for i in range(8)),
    },
    {
        "name": "h12-helper-report-earlier",
        "setup": CANCER
        + "from sklearn.metrics import accuracy_score, recall_score\ndef report(model, average='binary'):\n    p = model.predict(X_te)\n    return {'acc': accuracy_score(y_te, p), 'rec': recall_score(y_te, p, average=average)}\n",
        "code": """
from sklearn.naive_bayes import GaussianNB
nb = GaussianNB(var_smoothing=1e-6).fit(X_tr, y_tr)
report(nb, "macro")
""",
        "params": {"GaussianNB.var_smoothing": 1e-6, "report.average": "macro"},
        "metrics": ("acc", "rec"),
    },
    {
        "name": "h12-scaler-leak-check",
        "setup": CANCER,
        "code": """
from sklearn.preprocessing import StandardScaler
scaler = StandardScaler()
Z_tr = scaler.fit_transform(X_tr)
Z_te = scaler.transform(X_te)
print(Z_tr.mean().round(6), Z_tr.std().round(6))
print(Z_te.shape)
""",
        "params": {},
        "metrics": ("mean", "std"),
    },
    {
        "name": "h12-torch-eval-metrics-last",
        "setup": TORCH + "net = nn.Linear(3, 2)\n",
        "code": """
with torch.no_grad():
    out = net(bx)
    nll = F.cross_entropy(out, by).item()
    hits = (out.argmax(1) == by).float().mean().item()
nll, hits
""",
        "params": {},
        "metrics": ("nll", "hits"),
    },
    {
        "name": "h12-torch-best-checkpoint-dict",
        "setup": TORCH,
        "code": """
cfg = dict(lr=0.2, epochs=4)
net = nn.Linear(3, 2)
opt = torch.optim.SGD(net.parameters(), lr=cfg["lr"])
ckpt = {"loss": float("inf"), "epoch": -1}
for epoch in range(1, cfg["epochs"] + 1):
    opt.zero_grad()
    loss = F.cross_entropy(net(bx), by)
    loss.backward()
    opt.step()
    if loss.item() < ckpt["loss"]:
        ckpt = {"loss": loss.item(), "epoch": epoch}
print(ckpt["loss"], ckpt["epoch"])
""",
        "params": {"cfg.lr": 0.2, "cfg.epochs": 4},
        "curves": {"loss": range(1, 5)},
    },
    {
        "name": "h12-regularised-loss-parts-shown",
        "setup": TORCH,
        "code": """
lam = 0.01
net = nn.Linear(3, 2)
opt = torch.optim.Adam(net.parameters(), lr=0.05)
for it in range(3):
    data_loss = F.cross_entropy(net(bx), by)
    penalty = sum((p * p).sum() for p in net.parameters())
    total = data_loss + lam * penalty
    opt.zero_grad(); total.backward(); opt.step()
    print(f"{it}: data {data_loss.item():.3f} pen {penalty.item():.3f}")
""",
        "params": {"lam": 0.01, "Adam.lr": 0.05},
        "curves": {"data_loss": range(3), "penalty": range(3), "total": range(3)},
    },
    {
        "name": "h12-numpy-pca",
        "setup": NP + "D = np.random.randn(30, 4) @ np.diag([3, 2, 1, 0.5])\n",
        "code": """
n_keep = 2
C = D - D.mean(0)
U, S, Vt = np.linalg.svd(C, full_matrices=False)
explained = (S[:n_keep] ** 2).sum() / (S**2).sum()
recon = U[:, :n_keep] * S[:n_keep] @ Vt[:n_keep]
recon_err = np.linalg.norm(C - recon) / np.linalg.norm(C)
print(f"{explained=:.3f}, {recon_err=:.3f}")
""",
        "params": {"n_keep": 2, "svd.full_matrices": False},
        "metrics": ("explained", "recon_err"),
    },
    {
        "name": "h12-integral-error-table",
        "setup": NP,
        "code": """
f = np.cos
true_value = np.sin(1.0)
rows = []
for n in (10, 100, 1000):
    x = (np.arange(n) + 0.5) / n
    est = f(x).mean()
    rows.append((n, est, abs(est - true_value)))
for n, est, err in rows:
    print(f"{n:5d} {est:.6f} {err:.2e}")
""",
        "params": {},
    },
    {
        "name": "h12-logistic-growth-fit",
        "setup": NP + "days = np.arange(12.0)\ncases = 100 / (1 + np.exp(-(days - 6))) + np.random.randn(12)\n",
        "code": """
from scipy.optimize import curve_fit
def logistic(t, K, r, t0):
    return K / (1 + np.exp(-r * (t - t0)))
popt, pcov = curve_fit(logistic, days, cases, p0=[90, 1.0, 5.0], maxfev=5000)
K, r, t0 = popt
perr = np.sqrt(np.diag(pcov))
ss_res = np.sum((cases - logistic(days, *popt)) ** 2)
print(f"K={K:.1f}±{perr[0]:.1f}, r={r:.2f}, t0={t0:.2f}, SSR={ss_res:.2f}")
""",
        "params": {"curve_fit.p0": [90, 1.0, 5.0], "curve_fit.maxfev": 5000},
        "metrics": ("K", "r", "t0", "ss_res"),
    },
    {
        "name": "h12-birth-death-chain",
        "setup": NP,
        "code": """
birth, death, start = 0.55, 0.45, 10
horizon = 30
pop = start
path = [pop]
for _ in range(horizon):
    u = np.random.rand()
    pop += 1 if u < birth else -1
    path.append(pop)
extinct = min(path) <= 0
mean_pop = sum(path) / len(path)
print(mean_pop, extinct)
""",
        "params": {"birth": 0.55, "death": 0.45, "start": 10, "horizon": 30},
        "metrics": ("mean_pop",),
        "curves": {"u": 30},
    },
    {
        "name": "h12-bagging-by-hand",
        "setup": CANCER,
        "code": """
from sklearn.tree import DecisionTreeClassifier
n_bags = 5
votes = np.zeros(len(X_te))
rng = np.random.RandomState(0)
for b in range(n_bags):
    idx = rng.choice(len(X_tr), len(X_tr), replace=True)
    tree = DecisionTreeClassifier(max_features="sqrt", random_state=b).fit(X_tr[idx], y_tr[idx])
    votes += tree.predict(X_te)
    bag_acc = ((votes / (b + 1) > 0.5) == y_te).mean()
print("bagged:", bag_acc)
""",
        "params": {"n_bags": 5, "choice.replace": True, "DecisionTreeClassifier.max_features": "sqrt"},
        "curves": {"bag_acc": range(5)},
    },
    {
        "name": "h12-loop-config-objects",
        "setup": NP
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
        "params": {"Exp.lr": 0.1, "Exp.steps": 3},
        "metrics": ("best",),
        "curves": {"final": range(3)},
    },
    {
        "name": "h12-global-flag-and-plot",
        "setup": NP
        + "import matplotlib\nmatplotlib.use('agg')\nimport matplotlib.pyplot as plt\nPLOT = False\nN_BINS = 10\n",
        "code": """
sample = np.random.gamma(2.0, size=200)
skew = ((sample - sample.mean()) ** 3).mean() / sample.std() ** 3
if PLOT:
    plt.hist(sample, bins=N_BINS)
    plt.show()
skew
""",
        "params": {"PLOT": False, "gamma.size": 200},
        "metrics": ("skew",),
    },
    {
        "name": "h12-earlier-threshold-in-print",
        "setup": [SHOP, "min_amount = 15\n"],
        "code": """
print("share of large orders:", (orders["amount"] > min_amount).mean())
""",
        "params": {"min_amount": 15},
        "metrics": ("mean",),
    },
    {
        "name": "h12-sizes-only",
        "setup": CANCER,
        "code": """
n, d = X_tr.shape
n_pos = int(y_tr.sum())
n_neg = n - n_pos
steps_per_epoch = n // 32
print(n, d, n_pos, n_neg, steps_per_epoch)
""",
        "params": {},
    },
    {
        "name": "h12-markdown-table",
        "setup": SHOP,
        "code": """
summary = orders.groupby("country")["amount"].agg(["mean", "max"]).round(1)
for country, row in summary.iterrows():
    print(f"| {country} | {row['mean']} | {row['max']} |")
""",
        "params": {},
    },
    {
        "name": "h12-text-length-stats",
        "setup": "reviews = ['good product', 'bad', 'would buy again and again']\n",
        "code": """
lengths = [len(t.split()) for t in reviews]
mean_len = sum(lengths) / len(lengths)
longest = max(reviews, key=len)
print(mean_len, longest)
""",
        "params": {"reviews": ["good product", "bad", "would buy again and again"]},
        "metrics": ("mean_len",),
    },
    {
        "name": "h12-running-mean-online",
        "setup": NP,
        "code": """
n_obs = 10
mean, M2 = 0.0, 0.0
for i in range(1, n_obs + 1):
    x = np.random.randn()
    delta = x - mean
    mean += delta / i
    M2 += delta * (x - mean)
var = M2 / (n_obs - 1)
print(mean, var)
""",
        "params": {"n_obs": 10},
        "metrics": ("mean", "var"),
    },
    {
        "name": "h12-with-timer-context",
        "setup": "import time\nfrom contextlib import contextmanager\n@contextmanager\ndef timer(label):\n    t = time.perf_counter()\n    yield\n    print(label, time.perf_counter() - t)\n",
        "code": """
size = 300
with timer("sorting"):
    data = sorted((i * 7919) % size for i in range(size))
ok = all(a <= b for a, b in zip(data, data[1:]))
print(ok)
""",
        "params": {"size": 300},
    },
    {
        "name": "h12-nested-functions-and-call",
        "setup": NP,
        "code": """
def experiment(n_points, noise=0.1):
    x = np.linspace(0, 1, n_points)
    y = 2 * x + noise * np.random.randn(n_points)
    return np.polyfit(x, y, 1)[0]

slope = experiment(50, noise=0.3)
bias = slope - 2
print("bias", bias)
""",
        "params": {"experiment.n_points": 50, "experiment.noise": 0.3},
        "metrics": ("bias",),
    },
]
