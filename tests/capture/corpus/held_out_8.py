"""Eighth held-out set: forty more cells, labelled before they were ever run."""

# the cells are text, as people write it

NP = "import numpy as np\nrng = np.random.default_rng(3)\n"
KAGGLE = """
import numpy as np
import pandas as pd
gen = np.random.default_rng(0)
train = pd.DataFrame({"age": gen.integers(18, 80, 60), "fare": gen.exponential(30, 60), "sex": gen.choice(["m", "f"], 60), "survived": gen.integers(0, 2, 60)})
test = train.drop(columns="survived").head(20)
"""
SK = """
import numpy as np
from sklearn.datasets import make_classification
X, y = make_classification(n_samples=80, n_features=5, random_state=1)
"""
TORCH = """
import numpy as np
import torch
from torch import nn, optim
import torch.nn.functional as F
from torch.utils.data import DataLoader, TensorDataset
a = np.random.default_rng(4).normal(size=(20, 3))
xs = torch.tensor(a)
ys = torch.tensor((a[:, 1] > 0).astype(float))
loader = DataLoader(TensorDataset(xs, ys), batch_size=5)
"""

CELLS = [
    {
        "name": "h8-kaggle-target-encode-cv",
        "setup": KAGGLE,
        "code": """
from sklearn.model_selection import StratifiedKFold
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.metrics import roc_auc_score
N_FOLDS = 3
FEATURES = ["age", "fare", "is_male"]
train["is_male"] = (train["sex"] == "m").astype(int)
oof = np.zeros(len(train))
skf = StratifiedKFold(n_splits=N_FOLDS, shuffle=True, random_state=42)
for fold, (tr, va) in enumerate(skf.split(train, train["survived"])):
    clf = GradientBoostingClassifier(n_estimators=5, learning_rate=0.1)
    clf.fit(train.loc[tr, FEATURES], train.loc[tr, "survived"])
    oof[va] = clf.predict_proba(train.loc[va, FEATURES])[:, 1]
    fold_auc = roc_auc_score(train.loc[va, "survived"], oof[va])
    print(f"fold {fold}: {fold_auc:.4f}")
cv_auc = roc_auc_score(train["survived"], oof)
print(f"CV: {cv_auc:.4f}")
""",
        "params": {
            "N_FOLDS": 3,
            "FEATURES": ["age", "fare", "is_male"],
            "StratifiedKFold.shuffle": True,
            "StratifiedKFold.random_state": 42,
            "GradientBoostingClassifier.n_estimators": 5,
            "GradientBoostingClassifier.learning_rate": 0.1,
        },
        "metrics": ("cv_auc",),
        "curves": {"fold_auc": range(3)},
    },
    {
        "name": "h8-kaggle-missing-look",
        "setup": KAGGLE,
        "code": """
missing = train.isnull().sum()
missing_pct = 100 * missing / len(train)
pd.concat([missing, missing_pct], axis=1, keys=["n", "%"]).sort_values("%", ascending=False)
""",
        "params": {},
    },
    {
        "name": "h8-kaggle-survival-rates",
        "setup": KAGGLE,
        "code": """
rate_women = train.loc[train.sex == "f", "survived"].mean()
rate_men = train.loc[train.sex == "m", "survived"].mean()
print("% of women:", rate_women)
print("% of men:", rate_men)
""",
        "params": {},
        "metrics": ("rate_women", "rate_men"),
    },
    {
        "name": "h8-kaggle-submission",
        "setup": KAGGLE,
        "code": """
from sklearn.ensemble import RandomForestClassifier
features = ["age", "fare"]
model = RandomForestClassifier(n_estimators=10, max_depth=5, random_state=1)
model.fit(train[features], train["survived"])
predictions = model.predict(test[features])
output = pd.DataFrame({"id": test.index, "survived": predictions})
print("saved")
""",
        "params": {
            "features": ["age", "fare"],
            "RandomForestClassifier.n_estimators": 10,
            "RandomForestClassifier.max_depth": 5,
            "RandomForestClassifier.random_state": 1,
        },
    },
    {
        "name": "h8-pandas-sqlish",
        "setup": KAGGLE,
        "code": """
by_sex = (
    train.query("age > 30")
    .groupby("sex", as_index=False)
    .agg(avg_fare=("fare", "mean"), n=("fare", "size"))
    .sort_values("avg_fare", ascending=False)
)
by_sex
""",
        "params": {},
    },
    {
        "name": "h8-total-revenue",
        "setup": KAGGLE,
        "code": """
vat = 0.19
revenue = (train["fare"] * (1 + vat)).sum()
median_fare = train["fare"].median()
n_rich = (train["fare"] > 50).sum()
print(f"revenue {revenue:,.0f}, median {median_fare}, rich {n_rich}")
""",
        "params": {"vat": 0.19},
        "metrics": ("revenue", "median_fare"),
    },
    {
        "name": "h8-torch-device-epochs-print",
        "setup": TORCH,
        "code": """
device = "cpu"
num_epochs = 3
learning_rate = 0.05
model = nn.Sequential(nn.Linear(3, 8), nn.ReLU(), nn.Linear(8, 2)).to(device)
criterion = nn.CrossEntropyLoss()
optimizer = optim.Adam(model.parameters(), lr=learning_rate)
for epoch in range(num_epochs):
    model.train()
    running_loss = 0.0
    for xb, yb in loader:
        xb, yb = xb.to(device), yb.to(device)
        optimizer.zero_grad()
        outputs = model(xb)
        loss = criterion(outputs, yb)
        loss.backward()
        optimizer.step()
        running_loss += loss.item()
    epoch_loss = running_loss / len(loader)
    print(f"Epoch [{epoch+1}/{num_epochs}], Loss: {epoch_loss:.4f}")
""",
        "params": {"device": "cpu", "num_epochs": 3, "learning_rate": 0.05},
        "curves": {"epoch_loss": range(3)},
    },
    {
        "name": "h8-torch-eval-only",
        "setup": TORCH + "net = nn.Linear(3, 2)",
        "code": """
net.eval()
hits, seen = 0, 0
with torch.no_grad():
    for xb, yb in loader:
        pred = net(xb).argmax(1)
        hits += (pred == yb).sum().item()
        seen += yb.size(0)
accuracy = 100.0 * hits / seen
print("Accuracy: %.1f%%" % accuracy)
""",
        "params": {},
        "metrics": ("accuracy",),
    },
    {
        "name": "h8-torch-two-optimizers",
        "setup": TORCH,
        "code": """
results = {}
for name, make in {"sgd": lambda p: optim.SGD(p, lr=0.1), "adam": lambda p: optim.Adam(p, lr=0.01)}.items():
    torch.manual_seed(0)
    m = nn.Linear(3, 2)
    opt = make(m.parameters())
    for _ in range(4):
        loss = F.cross_entropy(m(xs), ys)
        opt.zero_grad()
        loss.backward()
        opt.step()
    results[name] = loss.item()
results
""",
        "params": {"SGD.lr": 0.1, "Adam.lr": 0.01},
        "metrics": ("results.sgd", "results.adam"),
        "curves": {"loss": range(2)},
    },
    {
        "name": "h8-jax-style-update",
        "setup": NP + "A = rng.normal(size=(10, 3))\nb = A @ np.array([1.0, -2.0, 0.5])\n",
        "code": """
def loss_fn(params, A, b):
    return np.mean((A @ params - b) ** 2)

def grad_fn(params, A, b):
    return 2 * A.T @ (A @ params - b) / len(b)

def update(params, A, b, step_size):
    return params - step_size * grad_fn(params, A, b)

step_size = 0.1
params = np.zeros(3)
for i in range(5):
    params = update(params, A, b, step_size)
    print(i, loss_fn(params, A, b))
final_loss = loss_fn(params, A, b)
""",
        "params": {"step_size": 0.1},
        "metrics": ("final_loss", "loss_fn"),
    },
    {
        "name": "h8-keras-history-dict",
        "setup": NP
        + """
class History:
    def __init__(self, n): self.history = {"loss": [1 / (i + 1) for i in range(n)], "val_loss": [1.2 / (i + 1) for i in range(n)]}
class Model:
    def compile(self, optimizer="adam", loss=None): pass
    def fit(self, x, y, epochs=1, batch_size=32, validation_split=0.0, verbose=1): return History(epochs)
    def evaluate(self, x, y, verbose=1): return [0.31, 0.87]
def build_model(units, dropout=0.0): return Model()
x_train, y_train = rng.random((8, 2)), rng.random(8)
""",
        "code": """
EPOCHS = 4
model = build_model(64, dropout=0.25)
model.compile(optimizer="rmsprop", loss="mse")
hist = model.fit(x_train, y_train, epochs=EPOCHS, batch_size=16, validation_split=0.2, verbose=0)
test_loss, test_acc = model.evaluate(x_train, y_train, verbose=0)
best_val = min(hist.history["val_loss"])
print(test_loss, test_acc, best_val)
""",
        "params": {
            "EPOCHS": 4,
            "build_model.units": 64,
            "build_model.dropout": 0.25,
            "compile.optimizer": "rmsprop",
            "compile.loss": "mse",
            "fit.batch_size": 16,
            "fit.validation_split": 0.2,
        },
        "metrics": ("test_loss", "test_acc", "best_val"),
    },
    {
        "name": "h8-scipy-least-squares",
        "setup": NP + "t = np.linspace(0, 1, 20)\nobs = 2.0 * np.exp(-1.3 * t) + rng.normal(0, 0.01, 20)\n",
        "code": """
from scipy.optimize import least_squares
def residuals(p):
    return p[0] * np.exp(p[1] * t) - obs
res = least_squares(residuals, x0=[1.0, -1.0], loss="soft_l1", f_scale=0.1)
amp, rate = res.x
print(f"amp={amp:.3f} rate={rate:.3f} cost={res.cost:.5f} after {res.nfev} evals")
""",
        "params": {"least_squares.x0": [1.0, -1.0], "least_squares.loss": "soft_l1", "least_squares.f_scale": 0.1},
        "metrics": ("amp", "rate", "cost"),
    },
    {
        "name": "h8-scipy-ks-and-normal",
        "setup": NP + "sample = rng.normal(size=40)\n",
        "code": """
from scipy import stats
alpha = 0.05
stat, p = stats.kstest(sample, "norm")
if p < alpha:
    verdict = "reject"
else:
    verdict = "keep"
print(stat, p, verdict)
""",
        "params": {"alpha": 0.05},
        "metrics": ("stat", "p"),
    },
    {
        "name": "h8-montecarlo-asian-option",
        "setup": NP,
        "code": """
S0, K, r, sigma, T = 100.0, 105.0, 0.03, 0.2, 1.0
n_paths, n_steps = 200, 12
dt = T / n_steps
z = rng.standard_normal((n_paths, n_steps))
paths = S0 * np.exp(np.cumsum((r - 0.5 * sigma**2) * dt + sigma * np.sqrt(dt) * z, axis=1))
payoff = np.maximum(paths.mean(axis=1) - K, 0)
price = np.exp(-r * T) * payoff.mean()
stderr = payoff.std(ddof=1) / np.sqrt(n_paths)
price, stderr
""",
        "params": {
            "S0": 100.0,
            "K": 105.0,
            "r": 0.03,
            "sigma": 0.2,
            "T": 1.0,
            "n_paths": 200,
            "n_steps": 12,
            "std.ddof": 1,
        },
        "metrics": ("price", "stderr"),
    },
    {
        "name": "h8-buffon",
        "setup": NP,
        "code": """
needle, gap = 1.0, 2.0
drops = 500
crosses = 0
for _ in range(drops):
    y0 = rng.uniform(0, gap / 2)
    th = rng.uniform(0, np.pi / 2)
    if y0 <= needle / 2 * np.sin(th):
        crosses += 1
pi_hat = 2 * needle * drops / (gap * crosses)
error = abs(pi_hat - np.pi)
print(pi_hat, error)
""",
        "params": {"needle": 1.0, "gap": 2.0, "drops": 500},
        "metrics": ("pi_hat", "error"),
        "curves": {"y0": 500},
    },
    {
        "name": "h8-kmeans-loop-inertia",
        "setup": NP + "pts = rng.normal(size=(30, 2))\n",
        "code": """
k = 3
max_iter = 5
centers = pts[:k].copy()
for it in range(max_iter):
    d = ((pts[:, None] - centers) ** 2).sum(-1)
    lab = d.argmin(1)
    inertia = d.min(1).sum()
    for j in range(k):
        if (lab == j).any():
            centers[j] = pts[lab == j].mean(0)
print("inertia", inertia)
""",
        "params": {"k": 3, "max_iter": 5},
        "curves": {"inertia": range(5)},
    },
    {
        "name": "h8-em-coin",
        "setup": NP + "heads = np.array([5, 9, 8, 4, 7])\n",
        "code": """
from math import comb, log
theta_A, theta_B = 0.6, 0.5
for step in range(1, 6):
    la = theta_A**heads * (1 - theta_A) ** (10 - heads)
    lb = theta_B**heads * (1 - theta_B) ** (10 - heads)
    w = la / (la + lb)
    theta_A = (w * heads).sum() / (w * 10).sum()
    theta_B = ((1 - w) * heads).sum() / ((1 - w) * 10).sum()
    loglik = np.log(0.5 * (la + lb)).sum()
    print(step, round(theta_A, 3), round(theta_B, 3), loglik)
""",
        "params": {},
        "curves": {"theta_A": range(1, 6), "theta_B": range(1, 6), "loglik": range(1, 6)},
    },
    {
        "name": "h8-bandit-decay",
        "setup": NP + "true_means = [0.1, 0.5, 0.9]\n",
        "code": """
eps, decay = 1.0, 0.9
Q = np.zeros(3)
N = np.zeros(3)
rewards = []
for t in range(20):
    a = rng.integers(3) if rng.random() < eps else int(Q.argmax())
    reward = rng.normal(true_means[a], 0.1)
    N[a] += 1
    Q[a] += (reward - Q[a]) / N[a]
    rewards.append(reward)
    eps *= decay
avg_reward = np.mean(rewards)
avg_reward
""",
        "params": {"eps": 1.0, "decay": 0.9, "true_means": [0.1, 0.5, 0.9]},
        "metrics": ("avg_reward",),
    },
    {
        "name": "h8-gridworld-value-iteration",
        "setup": NP,
        "code": """
gamma, theta = 0.9, 1e-3
V = np.zeros(5)
sweep = 0
while True:
    old = V.copy()
    for s in range(1, 4):
        V[s] = max(-0.1 + gamma * V[s - 1], -0.1 + gamma * V[s + 1] + (1.0 if s == 3 else 0.0))
    delta = np.abs(V - old).max()
    sweep += 1
    if delta < theta:
        break
print("converged after", sweep, "sweeps, delta", delta)
""",
        "params": {"gamma": 0.9, "theta": 1e-3},
        "curves": {"delta": None},
    },
    {
        "name": "h8-walk-forward",
        "setup": NP + "series = np.cumsum(rng.normal(size=40))\n",
        "code": """
from sklearn.model_selection import TimeSeriesSplit
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_absolute_error
lags = 3
Z = np.column_stack([series[i : len(series) - lags + i] for i in range(lags)])
target = series[lags:]
maes = []
for tr, te in TimeSeriesSplit(n_splits=4).split(Z):
    reg = Ridge(alpha=1.0).fit(Z[tr], target[tr])
    maes.append(mean_absolute_error(target[te], reg.predict(Z[te])))
print("mean MAE", np.mean(maes))
""",
        "params": {"lags": 3, "TimeSeriesSplit.n_splits": 4, "Ridge.alpha": 1.0},
        "metrics": ("mean",),
        "curves": {"maes": range(4)},
    },
    {
        "name": "h8-bayes-grid",
        "setup": NP,
        "code": """
grid = np.linspace(0, 1, 101)
prior = np.ones(101) / 101
wins, games = 7, 10
likelihood = grid**wins * (1 - grid) ** (games - wins)
posterior = prior * likelihood
posterior /= posterior.sum()
post_mean = (grid * posterior).sum()
map_estimate = grid[posterior.argmax()]
prob_better = posterior[grid > 0.5].sum()
""",
        "params": {"wins": 7, "games": 10},
        "metrics": ("post_mean", "map_estimate", "prob_better"),
    },
    {
        "name": "h8-rows-of-grid",
        "setup": SK,
        "code": """
from itertools import product
from sklearn.svm import SVC
from sklearn.model_selection import cross_val_score
import pandas as pd
rows = []
for C, kernel in product([0.1, 1.0], ["rbf", "linear"]):
    scores = cross_val_score(SVC(C=C, kernel=kernel), X, y, cv=3)
    rows.append({"C": C, "kernel": kernel, "mean": scores.mean(), "std": scores.std()})
df = pd.DataFrame(rows).sort_values("mean", ascending=False)
df.head(3)
""",
        "params": {"cross_val_score.cv": 3},
        "curves": {"rows.mean": range(4), "rows.std": range(4)},
    },
    {
        "name": "h8-omegaconf-like",
        "setup": NP
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
        "name": "h8-argparse-defaults",
        "setup": NP,
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
        "name": "h8-defaults-of-earlier-function",
        "setup": NP
        + "def simulate(n=100, p=0.5, seed=None):\n    g = np.random.default_rng(seed)\n    return g.binomial(n, p) / n\n",
        "code": """
share = simulate(p=0.3, seed=11)
print(f"share of heads: {share}")
""",
        "params": {"simulate.p": 0.3, "simulate.seed": 11},
        "metrics": ("share",),
    },
    {
        "name": "h8-timer-and-speedup",
        "setup": NP + "v = rng.random(500)\n",
        "code": """
import time
tic = time.perf_counter()
s1 = 0.0
for val in v:
    s1 += val * val
loop_time = time.perf_counter() - tic
tic = time.perf_counter()
s2 = float(v @ v)
numpy_time = time.perf_counter() - tic
speedup = loop_time / numpy_time
print(f"{loop_time:.6f}s vs {numpy_time:.6f}s: {speedup:.0f}x")
""",
        "params": {},
        "metrics": ("loop_time", "numpy_time", "speedup", "s2"),
        "curves": {"s1": 500},
    },
    {
        "name": "h8-tqdm-logging",
        "setup": NP
        + "from tqdm import tqdm\nimport logging\nlogger = logging.getLogger('t')\ndef one_epoch(lr):\n    return float(rng.random() * lr)\n",
        "code": """
lr = 3e-4
for ep in tqdm(range(1, 4), desc="train"):
    loss = one_epoch(lr)
    if ep % 2 == 0:
        logger.info("epoch %d loss %.3f", ep, loss)
""",
        "params": {"lr": 3e-4},
        "curves": {"loss": range(1, 4)},
    },
    {
        "name": "h8-early-stop-best-state",
        "setup": NP + "def val_loss_at(e):\n    return [0.9, 0.7, 0.8, 0.75, 0.72][e]\n",
        "code": """
patience = 2
best_loss = float("inf")
best_epoch = -1
wait = 0
for epoch in range(5):
    vl = val_loss_at(epoch)
    if vl < best_loss:
        best_loss, best_epoch, wait = vl, epoch, 0
    else:
        wait += 1
    if wait >= patience:
        print("stop at", epoch)
        break
print(best_loss, best_epoch)
""",
        "params": {"patience": 2},
        "curves": {"vl": range(4), "best_loss": [0, 1]},
    },
    {
        "name": "h8-match-case-model",
        "setup": SK,
        "code": """
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.naive_bayes import GaussianNB
which = "ridge"
match which:
    case "logreg":
        est = LogisticRegression(C=10.0)
    case "ridge":
        est = RidgeClassifier(alpha=0.5)
    case _:
        est = GaussianNB()
holdout = est.fit(X[:60], y[:60]).score(X[60:], y[60:])
print(which, holdout)
""",
        "params": {"which": "ridge", "RidgeClassifier.alpha": 0.5},
        "metrics": ("holdout",),
    },
    {
        "name": "h8-async-fetch-scores",
        "setup": "import asyncio\nasync def score(i, delay):\n    await asyncio.sleep(delay)\n    return i * 0.25 + 0.1\n",
        "code": """
n_jobs = 3
scores = await asyncio.gather(*(score(i, delay=0.0) for i in range(n_jobs)))
mean_score = sum(scores) / len(scores)
mean_score
""",
        "params": {"n_jobs": 3, "score.delay": 0.0},
        "metrics": ("mean_score",),
    },
    {
        "name": "h8-text-tokens",
        "setup": "docs = ['the cat sat', 'the dog', 'a cat and a dog sat']\n",
        "code": """
from collections import Counter
import re
min_len = 2
tokens = [w for d in docs for w in re.findall(r"\\w+", d.lower()) if len(w) >= min_len]
vocab = Counter(tokens)
vocab_size = len(vocab)
top = vocab.most_common(2)
print(vocab_size, top)
""",
        "params": {"min_len": 2, "docs": ["the cat sat", "the dog", "a cat and a dog sat"]},
    },
    {
        "name": "h8-type-token-ratio",
        "setup": "text = 'to be or not to be that is the question'\n",
        "code": """
words = text.split()
ttr = len(set(words)) / len(words)
avg_len = sum(len(w) for w in words) / len(words)
print(f"TTR {ttr:.2f}, average length {avg_len:.1f}")
""",
        "params": {"text": "to be or not to be that is the question"},
        "metrics": ("ttr", "avg_len"),
    },
    {
        "name": "h8-plot-only",
        "setup": NP
        + "import matplotlib\nmatplotlib.use('agg')\nimport matplotlib.pyplot as plt\nxs = np.linspace(0, 1, 5)\n",
        "code": """
n_bins = 20
fig, ax = plt.subplots(figsize=(4, 3))
ax.plot(xs, xs**2, lw=2, label="square")
ax.hist(rng.normal(size=50), bins=n_bins)
ax.legend(loc="best")
plt.close(fig)
""",
        "params": {},
    },
    {
        "name": "h8-plot-after-fit",
        "setup": NP
        + "import matplotlib\nmatplotlib.use('agg')\nimport matplotlib.pyplot as plt\nhx = np.arange(6.0)\nhy = 2 * hx + rng.normal(size=6)\n",
        "code": """
deg = 1
coef = np.polyfit(hx, hy, deg)
slope, intercept = coef
fit_y = np.polyval(coef, hx)
plt.scatter(hx, hy, s=12)
plt.plot(hx, fit_y, color="red")
plt.title(f"y = {slope:.2f}x + {intercept:.2f}")
plt.close("all")
r2 = 1 - ((hy - fit_y) ** 2).sum() / ((hy - hy.mean()) ** 2).sum()
""",
        "params": {"deg": 1},
        "metrics": ("slope", "intercept", "r2"),
    },
    {
        "name": "h8-shape-checks",
        "setup": SK,
        "code": """
print(X.shape, y.shape)
n_samples, n_features = X.shape
n_classes = len(np.unique(y))
assert n_samples == len(y)
X[:3]
""",
        "params": {},
    },
    {
        "name": "h8-try-load-else-train",
        "setup": NP + "def train_model(depth):\n    return {'w': rng.normal(size=depth)}\n",
        "code": """
import pickle
depth = 4
try:
    with open("/nonexistent/model.pkl", "rb") as fh:
        model = pickle.load(fh)
except FileNotFoundError:
    model = train_model(depth)
norm = np.linalg.norm(model["w"])
print("norm", norm)
""",
        "params": {"depth": 4},
        "metrics": ("norm",),
    },
    {
        "name": "h8-walrus-while-newton",
        "setup": "def g(x):\n    return x * x - 2\n",
        "code": """
x, tol = 1.0, 1e-6
while abs(fx := g(x)) > tol:
    x -= fx / (2 * x)
root = x
print(root)
""",
        "params": {"tol": 1e-6},
    },
    {
        "name": "h8-comprehension-report",
        "setup": SK
        + "from sklearn.tree import DecisionTreeClassifier\nfrom sklearn.model_selection import cross_val_score\n",
        "code": """
depths = [1, 2, 4]
cv_means = {f"d{d}": cross_val_score(DecisionTreeClassifier(max_depth=d, random_state=0), X, y, cv=4).mean() for d in depths}
best_depth = max(cv_means, key=cv_means.get)
print(cv_means)
print("best", best_depth)
""",
        "params": {"depths": [1, 2, 4], "DecisionTreeClassifier.random_state": 0, "cross_val_score.cv": 4},
        "metrics": ("cv_means.d1", "cv_means.d2", "cv_means.d4"),
    },
    {
        "name": "h8-yaml-config",
        "setup": NP,
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
        "name": "h8-failed-shape",
        "setup": NP + "M = rng.normal(size=(3, 4))\n",
        "code": """
ridge = 0.1
G = M.T @ M + ridge * np.eye(4)
cond = np.linalg.cond(G)
sol = np.linalg.solve(G, np.ones(3))
resid = np.linalg.norm(G @ sol - 1)
""",
        "params": {"ridge": 0.1},
        "metrics": ("cond",),
    },
]
