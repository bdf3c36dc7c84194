"""Eleventh held-out set: forty more cells, labelled before they were ever run."""

# the cells are text, as people write it

NP = "import numpy as np\nr = np.random.default_rng(21)\n"
BIKES = """
import numpy as np
import pandas as pd
r = np.random.default_rng(21)
bikes = pd.DataFrame({"hour": np.tile(np.arange(12), 4), "season": np.repeat(["winter", "spring", "summer", "fall"], 12), "temp": r.normal(15, 8, 48), "rides": r.integers(5, 90, 48)})
"""
WINE = """
from sklearn.datasets import load_wine
from sklearn.model_selection import train_test_split
data = load_wine()
Xa, Xb, ya, yb = train_test_split(data.data, data.target, test_size=0.3, random_state=0)
"""
TORCH = """
import numpy as np
import torch
import torch.nn as nn
import torch.optim as optim
pts = np.random.default_rng(30).normal(size=(12, 2))
Xt = torch.tensor(pts)
yt = torch.tensor((pts[:, 0] * pts[:, 1] > 0).astype(float))
"""

CELLS = [
    {
        "name": "h11-rides-look",
        "setup": BIKES,
        "code": """
cols = ["hour", "temp", "rides"]
top_n = 5
bikes[cols].nlargest(top_n, "rides")
""",
        "params": {},
    },
    {
        "name": "h11-rides-by-season",
        "setup": BIKES,
        "code": """
season_means = bikes.groupby("season")["rides"].mean()
spread = season_means.max() - season_means.min()
print(season_means.round(1))
print("spread:", spread)
""",
        "params": {},
        "metrics": ("season_means.fall", "season_means.spring", "season_means.summer", "season_means.winter", "spread"),
    },
    {
        "name": "h11-rides-filter-assign",
        "setup": BIKES,
        "code": """
cold = 10
bikes["is_cold"] = bikes["temp"] < cold
cold_share = bikes["is_cold"].mean()
mean_cold = bikes.loc[bikes.is_cold, "rides"].mean()
mean_warm = bikes.loc[~bikes.is_cold, "rides"].mean()
lift = mean_warm / mean_cold
print(f"{cold_share=:.2f} {lift=:.2f}")
""",
        "params": {"cold": 10},
        "metrics": ("cold_share", "lift"),
    },
    {
        "name": "h11-rides-poly",
        "setup": BIKES,
        "code": """
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures
from sklearn.linear_model import Ridge
degrees = [1, 2, 3]
mses = {}
for d in degrees:
    reg = make_pipeline(PolynomialFeatures(d), Ridge(alpha=0.1))
    reg.fit(bikes[["temp"]], bikes["rides"])
    mses[d] = np.mean((reg.predict(bikes[["temp"]]) - bikes["rides"]) ** 2)
best_d = min(mses, key=mses.get)
print(f"best degree {best_d}: {mses[best_d]:.2f}")
""",
        "params": {"degrees": [1, 2, 3], "Ridge.alpha": 0.1},
        "metrics": ("best_d",),
    },
    {
        "name": "h11-resample-chart",
        "setup": BIKES + "import matplotlib\nmatplotlib.use('agg')\nimport matplotlib.pyplot as plt\n",
        "code": """
window = 3
color = "tab:blue"
smooth = bikes["rides"].rolling(window).mean()
ax = smooth.plot(color=color, lw=2)
ax.set_xlabel("row")
plt.close("all")
""",
        "params": {"window": 3},
    },
    {
        "name": "h11-wine-logreg-report",
        "setup": WINE,
        "code": """
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler
from sklearn.metrics import accuracy_score, log_loss, balanced_accuracy_score
sc = StandardScaler().fit(Xa)
lr = LogisticRegression(C=0.3, max_iter=200, tol=1e-3)
lr.fit(sc.transform(Xa), ya)
proba = lr.predict_proba(sc.transform(Xb))
metrics = dict(
    acc=accuracy_score(yb, proba.argmax(1)),
    bal=balanced_accuracy_score(yb, proba.argmax(1)),
    ll=log_loss(yb, proba),
)
for k, v in metrics.items():
    print(f"{k:>5}: {v:.3f}")
metrics
""",
        "params": {"LogisticRegression.C": 0.3, "LogisticRegression.max_iter": 200, "LogisticRegression.tol": 1e-3},
        "metrics": ("metrics.acc", "metrics.bal", "metrics.ll"),
    },
    {
        "name": "h11-wine-randomized",
        "setup": WINE,
        "code": """
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import RandomizedSearchCV
space = {"n_estimators": [3, 5], "max_depth": [2, None], "max_features": ["sqrt", 0.5]}
rs = RandomizedSearchCV(RandomForestClassifier(random_state=3), space, n_iter=3, cv=2, random_state=3, verbose=0)
rs.fit(Xa, ya)
test_acc = rs.best_estimator_.score(Xb, yb)
print(rs.best_params_, rs.best_score_, test_acc)
""",
        "params": {
            "space.n_estimators": [3, 5],
            "space.max_depth": [2, None],
            "space.max_features": ["sqrt", 0.5],
            "RandomForestClassifier.random_state": 3,
            "RandomizedSearchCV.n_iter": 3,
            "RandomizedSearchCV.cv": 2,
            "RandomizedSearchCV.random_state": 3,
        },
        "metrics": ("best_score_", "test_acc"),
    },
    {
        "name": "h11-wine-select-k",
        "setup": WINE,
        "code": """
from sklearn.feature_selection import SelectKBest, f_classif
from sklearn.neighbors import KNeighborsClassifier
for k in (2, 5, 8):
    sel = SelectKBest(f_classif, k=k).fit(Xa, ya)
    knn = KNeighborsClassifier(n_neighbors=5, weights="distance").fit(sel.transform(Xa), ya)
    acc = knn.score(sel.transform(Xb), yb)
    print(k, acc)
""",
        "params": {"KNeighborsClassifier.n_neighbors": 5, "KNeighborsClassifier.weights": "distance"},
        "curves": {"acc": [2, 5, 8]},
    },
    {
        "name": "h11-wine-seeds",
        "setup": WINE,
        "code": """
from sklearn.tree import DecisionTreeClassifier
N_SEEDS = 4
accs = [DecisionTreeClassifier(max_depth=3, random_state=s).fit(Xa, ya).score(Xb, yb) for s in range(N_SEEDS)]
mean_acc = sum(accs) / len(accs)
std_acc = (sum((a - mean_acc) ** 2 for a in accs) / len(accs)) ** 0.5
print(f"{mean_acc:.3f} ± {std_acc:.3f}")
""",
        "params": {"N_SEEDS": 4, "DecisionTreeClassifier.max_depth": 3},
        "metrics": ("mean_acc", "std_acc"),
    },
    {
        "name": "h11-torch-closure-trainer",
        "setup": TORCH,
        "code": """
def make_trainer(model, lr, wd=0.0):
    opt = optim.SGD(model.parameters(), lr=lr, weight_decay=wd)
    crit = nn.CrossEntropyLoss()
    def step(x, y):
        opt.zero_grad()
        out = crit(model(x), y)
        out.backward()
        opt.step()
        return out.item()
    return step

net = nn.Linear(2, 2)
step = make_trainer(net, 0.2, wd=1e-3)
for i in range(4):
    train_loss = step(Xt, yt)
print("last", train_loss)
""",
        "params": {"make_trainer.lr": 0.2, "make_trainer.wd": 1e-3},
        "curves": {"train_loss": range(4)},
    },
    {
        "name": "h11-torch-history-list-of-dicts",
        "setup": TORCH,
        "code": """
hp = {"lr": 0.1, "epochs": 3, "hidden": 4}
model = nn.Sequential(nn.Linear(2, hp["hidden"]), nn.ReLU(), nn.Linear(hp["hidden"], 2))
opt = optim.Adam(model.parameters(), lr=hp["lr"])
lossfn = nn.CrossEntropyLoss(label_smoothing=0.1)
log = []
for e in range(hp["epochs"]):
    logits = model(Xt)
    loss = lossfn(logits, yt)
    opt.zero_grad(); loss.backward(); opt.step()
    log.append({"epoch": e, "loss": loss.item(), "acc": (logits.argmax(1) == yt).float().mean().item()})
log[-1]
""",
        "params": {"hp.lr": 0.1, "hp.epochs": 3, "hp.hidden": 4, "CrossEntropyLoss.label_smoothing": 0.1},
        "curves": {"loss": range(3), "log.acc": range(3)},
    },
    {
        "name": "h11-torch-grad-norm",
        "setup": TORCH,
        "code": """
torch.manual_seed(1)
w = nn.Linear(2, 2)
opt = optim.SGD(w.parameters(), lr=0.3)
sched = optim.lr_scheduler.StepLR(opt, step_size=1, gamma=0.5)
for it in range(3):
    opt.zero_grad()
    l = nn.CrossEntropyLoss()(w(Xt), yt)
    l.backward()
    opt.step()
    sched.step()
    cur_lr = sched.get_last_lr()[0]
    print(f"it {it} loss {l.item():.3f} lr {cur_lr:.3f}")
""",
        "params": {"SGD.lr": 0.3, "StepLR.step_size": 1, "StepLR.gamma": 0.5},
        "curves": {"l": range(3), "cur_lr": range(3)},
    },
    {
        "name": "h11-jaxlike-state-tuple",
        "setup": NP + "xs = r.normal(size=30)\nys = 3 * xs + 1 + r.normal(0, 0.1, 30)\n",
        "code": """
lr = 0.1
def init(): return {"w": 0.0, "b": 0.0}
def loss(p): return float(np.mean((p["w"] * xs + p["b"] - ys) ** 2))
def grads(p):
    e = p["w"] * xs + p["b"] - ys
    return {"w": float(np.mean(2 * e * xs)), "b": float(np.mean(2 * e))}
state = init()
curve = []
for _ in range(5):
    g = grads(state)
    state = {k: v - lr * g[k] for k, v in state.items()}
    curve.append(loss(state))
print("loss", curve[-1])
""",
        "params": {"lr": 0.1},
        "curves": {"curve": range(5)},
    },
    {
        "name": "h11-gradient-free-hillclimb",
        "setup": NP + "def bumpy(x):\n    return np.sin(3 * x) + 0.3 * x\n",
        "code": """
radius, tries = 0.5, 8
pos = 0.2
val = bumpy(pos)
for t in range(tries):
    cand = pos + r.uniform(-radius, radius)
    cand_val = bumpy(cand)
    if cand_val > val:
        pos, val = cand, cand_val
print(f"best {val:.3f} at {pos:.3f}")
""",
        "params": {"radius": 0.5, "tries": 8},
        "metrics": ("pos",),
        "curves": {"cand_val": range(8), "val": None},
    },
    {
        "name": "h11-minimize-scalar",
        "setup": NP,
        "code": """
from scipy.optimize import minimize_scalar
target = 2.5
out = minimize_scalar(lambda x: (x - target) ** 2 + 1, bounds=(0, 10), method="bounded", options={"xatol": 1e-3})
x_best, f_best = out.x, out.fun
print(x_best, f_best)
""",
        "params": {
            "target": 2.5,
            "minimize_scalar.bounds": (0, 10),
            "minimize_scalar.method": "bounded",
        },
        "metrics": ("x_best", "f_best"),
    },
    {
        "name": "h11-linear-program",
        "setup": NP,
        "code": """
from scipy.optimize import linprog
c = [-1, -2]
A_ub = [[1, 1], [1, 3]]
b_ub = [4, 6]
lp = linprog(c, A_ub=A_ub, b_ub=b_ub, method="highs")
profit = -lp.fun
profit
""",
        "params": {"c": [-1, -2], "b_ub": [4, 6], "linprog.method": "highs"},
        "metrics": ("profit",),
    },
    {
        "name": "h11-chi2",
        "setup": NP,
        "code": """
from scipy.stats import chi2_contingency
table = np.array([[20, 15], [30, 35]])
chi2, p, dof, expected = chi2_contingency(table, correction=False)
cramers_v = np.sqrt(chi2 / table.sum())
print(f"chi2={chi2:.2f}, p={p:.3f}, V={cramers_v:.3f}")
""",
        "params": {"chi2_contingency.correction": False},
        "metrics": ("chi2", "p", "cramers_v", "dof"),
    },
    {
        "name": "h11-power-by-simulation",
        "setup": NP,
        "code": """
from scipy import stats
n, delta, alpha, sims = 20, 0.5, 0.05, 40
rejections = 0
for _ in range(sims):
    a = r.normal(0, 1, n)
    b = r.normal(delta, 1, n)
    if stats.ttest_ind(a, b).pvalue < alpha:
        rejections += 1
power = rejections / sims
print("power", power)
""",
        "params": {"n": 20, "delta": 0.5, "alpha": 0.05, "sims": 40},
        "metrics": ("power",),
    },
    {
        "name": "h11-random-walk-hitting",
        "setup": NP,
        "code": """
barrier = 5
hits = []
for walker in range(6):
    x, t = 0, 0
    while abs(x) < barrier and t < 500:
        x += 1 if r.random() < 0.5 else -1
        t += 1
    hits.append(t)
mean_hit = np.mean(hits)
print(mean_hit)
""",
        "params": {"barrier": 5},
        "metrics": ("mean_hit",),
    },
    {
        "name": "h11-sandpile",
        "setup": NP,
        "code": """
size, drops, limit = 5, 30, 4
pile = np.zeros((size, size), dtype=int)
avalanches = []
for k in range(drops):
    i, j = r.integers(0, size, 2)
    pile[i, j] += 1
    topples = 0
    while (pile >= limit).any():
        for a, b in zip(*np.where(pile >= limit)):
            pile[a, b] -= 4
            topples += 1
            for da, db in ((0, 1), (1, 0), (0, -1), (-1, 0)):
                if 0 <= a + da < size and 0 <= b + db < size:
                    pile[a + da, b + db] += 1
    avalanches.append(topples)
mean_height = pile.mean()
print("mean height", mean_height, "largest avalanche", max(avalanches))
""",
        "params": {"size": 5, "drops": 30, "limit": 4},
        "metrics": ("mean_height",),
    },
    {
        "name": "h11-lloyd-quantizer",
        "setup": NP + "sig = r.normal(size=100)\n",
        "code": """
levels = 4
code = np.linspace(sig.min(), sig.max(), levels)
prev = np.inf
n_iter = 0
while True:
    assign = np.abs(sig[:, None] - code).argmin(1)
    code = np.array([sig[assign == i].mean() if (assign == i).any() else code[i] for i in range(levels)])
    mse = np.mean((sig - code[assign]) ** 2)
    n_iter += 1
    if prev - mse < 1e-3 or n_iter > 20:
        break
    prev = mse
snr = 10 * np.log10(sig.var() / mse)
print(f"{n_iter} iterations, SNR {snr:.1f} dB")
""",
        "params": {"levels": 4},
        "metrics": ("snr",),
        "curves": {"mse": None},
    },
    {
        "name": "h11-gmm-sklearn-bic",
        "setup": NP + "blob = np.concatenate([r.normal(-3, 1, (20, 1)), r.normal(3, 1, (20, 1))])\n",
        "code": """
from sklearn.mixture import GaussianMixture
bics = []
for k in range(1, 4):
    gm = GaussianMixture(n_components=k, covariance_type="diag", random_state=0).fit(blob)
    bics.append(gm.bic(blob))
k_star = 1 + int(np.argmin(bics))
print("chosen", k_star)
""",
        "params": {"GaussianMixture.covariance_type": "diag", "GaussianMixture.random_state": 0},
        "metrics": ("k_star",),
        "curves": {"bics": [1, 2, 3]},
    },
    {
        "name": "h11-thompson-fn",
        "setup": NP + "p_true = [0.3, 0.6]\ndef play(arm):\n    return int(r.random() < p_true[arm])\n",
        "code": """
T = 25
a, b = np.ones(2), np.ones(2)
clicks = 0
ctr = []
for t in range(T):
    arm = int(np.argmax(r.beta(a, b)))
    win = play(arm)
    a[arm] += win
    b[arm] += 1 - win
    clicks += win
    ctr.append(clicks / (t + 1))
print("CTR", ctr[-1])
""",
        "params": {"T": 25, "p_true": [0.3, 0.6]},
        "curves": {"ctr": range(25)},
    },
    {
        "name": "h11-policy-eval-iterations",
        "setup": NP,
        "code": """
gamma = 0.9
P = np.array([[0.5, 0.5, 0.0], [0.2, 0.3, 0.5], [0.0, 0.0, 1.0]])
R = np.array([0.0, 1.0, 0.0])
V = np.zeros(3)
for sweep in range(100):
    V_new = R + gamma * P @ V
    gap = np.abs(V_new - V).max()
    V = V_new
    if gap < 1e-2:
        break
start_value = V[0]
""",
        "params": {"gamma": 0.9},
        "metrics": ("start_value",),
        "curves": {"gap": None},
    },
    {
        "name": "h11-ar-forecast-backtest",
        "setup": NP + "y = np.cumsum(r.normal(0, 1, 60)) + 50\n",
        "code": """
p, h = 2, 5
def fit_ar(z, p):
    A = np.column_stack([z[p - i - 1 : -i - 1] for i in range(p)] + [np.ones(len(z) - p)])
    return np.linalg.lstsq(A, z[p:], rcond=None)[0]
smapes = []
for origin in range(40, 60 - h, 5):
    coef = fit_ar(y[:origin], p)
    hist = list(y[:origin])
    for _ in range(h):
        hist.append(coef[0] * hist[-1] + coef[1] * hist[-2] + coef[2])
    f, actual = np.array(hist[-h:]), y[origin : origin + h]
    smape = np.mean(2 * np.abs(f - actual) / (np.abs(f) + np.abs(actual)))
    smapes.append(smape)
avg_smape = float(np.mean(smapes))
""",
        "params": {"p": 2, "h": 5},
        "metrics": ("avg_smape",),
        "curves": {"smape": [40, 45, 50]},
    },
    {
        "name": "h11-naive-vs-seasonal",
        "setup": NP + "sales = 100 + 10 * np.sin(np.arange(48) * 2 * np.pi / 12) + r.normal(0, 1, 48)\n",
        "code": """
season = 12
train, test = sales[:-season], sales[-season:]
forecasts = {"naive": np.full(season, train[-1]), "seasonal": train[-season:], "mean": np.full(season, train.mean())}
scores = {name: float(np.abs(test - f).mean()) for name, f in forecasts.items()}
scores
""",
        "params": {"season": 12},
        "metrics": ("scores.naive", "scores.seasonal", "scores.mean"),
    },
    {
        "name": "h11-sequential-bayes",
        "setup": NP,
        "code": """
mu, tau2, sigma2 = 0.0, 10.0, 1.0
obs = r.normal(2.0, 1.0, size=15)
for i, x in enumerate(obs, start=1):
    k = tau2 / (tau2 + sigma2)
    mu = mu + k * (x - mu)
    tau2 = (1 - k) * tau2
    print(f"{i}: {mu:.3f} ± {tau2 ** 0.5:.3f}")
""",
        "params": {"sigma2": 1.0, "normal.size": 15},
        "curves": {"mu": range(1, 16)},
    },
    {
        "name": "h11-omegaconf-dot-access",
        "setup": NP
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
        "name": "h11-namedtuple-config",
        "setup": NP,
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
        "name": "h11-earlier-dict-and-positional",
        "setup": [
            NP + "cfg = {'alpha': 0.1, 'rounds': 5, 'tags': ['a', 'b']}\n",
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
        "name": "h11-decorated-timer",
        "setup": """
import time, functools
def timed(fn):
    @functools.wraps(fn)
    def inner(*a, **k):
        t = time.perf_counter(); out = fn(*a, **k); inner.last = time.perf_counter() - t
        return out
    return inner
@timed
def fib(n): return n if n < 2 else fib.__wrapped__(n - 1) + fib.__wrapped__(n - 2)
""",
        "code": """
value = fib(15)
took = fib.last
print(value, f"{took:.4f}s")
""",
        "params": {"fib.n": 15},
        "metrics": ("value", "took"),
    },
    {
        "name": "h11-generator-of-losses",
        "setup": NP
        + "def losses(lr, n):\n    w = 1.0\n    for _ in range(n):\n        w -= lr * w\n        yield w * w + r.random() * 0.01\n",
        "code": """
for i, cost in enumerate(losses(0.3, n=4)):
    print(i, cost)
final_cost = cost
improved = cost < 0.5
""",
        "params": {},
    },
    {
        "name": "h11-regex-extract",
        "setup": "log = 'epoch 1 loss 0.9\\nepoch 2 loss 0.7\\nepoch 3 loss 0.65'\n",
        "code": """
import re
pattern = r"loss ([\\d.]+)"
found = [float(m) for m in re.findall(pattern, log)]
drop = found[0] - found[-1]
print(found, drop)
""",
        "params": {"pattern": r"loss ([\d.]+)", "log": "epoch 1 loss 0.9\nepoch 2 loss 0.7\nepoch 3 loss 0.65"},
        "metrics": ("drop",),
    },
    {
        "name": "h11-vocab-coverage",
        "setup": "corpus = ['red blue green', 'blue blue', 'green yellow']\nqueries = ['blue red', 'purple green']\n",
        "code": """
vocab = {w for line in corpus for w in line.split()}
toks = [w for q in queries for w in q.split()]
coverage = sum(w in vocab for w in toks) / len(toks)
oov = sorted(set(toks) - vocab)
print(f"coverage {coverage:.0%}, OOV: {oov}")
""",
        "params": {"corpus": ["red blue green", "blue blue", "green yellow"], "queries": ["blue red", "purple green"]},
        "metrics": ("coverage",),
    },
    {
        "name": "h11-imports-and-options",
        "setup": NP,
        "code": """
import pandas as pd
import matplotlib
matplotlib.use("agg")
pd.set_option("display.max_rows", 20)
np.set_printoptions(precision=3, suppress=True)
SEED = 7
DATA_DIR = "data/raw"
rng = np.random.default_rng(SEED)
""",
        "params": {"SEED": 7, "DATA_DIR": "data/raw"},
    },
    {
        "name": "h11-async-batch-eval",
        "setup": NP
        + "import asyncio\nasync def evaluate(batch, temperature=1.0):\n    await asyncio.sleep(0)\n    return float(np.mean(batch) / temperature)\n",
        "code": """
batches = [r.normal(size=5) for _ in range(3)]
for n, batch in enumerate(batches):
    quality = await evaluate(batch, temperature=0.7)
    print(n, quality)
""",
        "params": {"normal.size": 5, "evaluate.temperature": 0.7},
        "curves": {"quality": range(3)},
    },
    {
        "name": "h11-match-on-config",
        "setup": NP,
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
        "name": "h11-interrupted-sweep",
        "setup": NP + "def run(x):\n    if x > 2: raise ValueError('too big')\n    return x * 0.5 + r.random()\n",
        "code": """
results = {}
for x in [0, 1, 2, 3]:
    score = run(x)
    results[f"x{x}"] = score
best = max(results.values())
""",
        "params": {},
        "curves": {"score": [0, 1, 2]},
    },
    {
        "name": "h11-try-each-model",
        "setup": WINE,
        "code": """
from sklearn.svm import SVC
from sklearn.naive_bayes import GaussianNB
summary = []
for name, mdl in [("svc", SVC(C=2.0, kernel="poly", degree=2)), ("nb", GaussianNB(var_smoothing=1e-8))]:
    try:
        acc = mdl.fit(Xa, ya).score(Xb, yb)
    except Exception as exc:
        print("failed", name, exc)
        continue
    summary.append((name, acc))
best_name, best_acc = max(summary, key=lambda s: s[1])
print(best_name, best_acc)
""",
        "params": {"SVC.C": 2.0, "SVC.kernel": "poly", "SVC.degree": 2, "GaussianNB.var_smoothing": 1e-8},
        "metrics": ("best_acc",),
        "curves": {"acc": range(2)},
    },
    {
        "name": "h11-early-stop-on-plateau",
        "setup": NP + "def val_at(k):\n    return [1.0, 0.8, 0.79, 0.789, 0.7889, 0.7][k]\n",
        "code": """
min_delta, patience = 0.05, 2
best, stall = np.inf, 0
for k in range(6):
    current = val_at(k)
    if best - current > min_delta:
        best, stall = current, 0
    else:
        stall += 1
        if stall == patience:
            break
stopped_at = k
print(f"stopped at {stopped_at} with {best}")
""",
        "params": {"min_delta": 0.05, "patience": 2},
        "curves": {"current": range(4), "best": [0, 1]},
    },
]
