"""Sixth held-out set: forty more cells, labelled before they were ever run."""

# the cells are text, as people write it

NP = "import numpy as np\nrng = np.random.default_rng(77)\n"
PD = (
    NP
    + """
import pandas as pd
sales = pd.DataFrame({"region": list("nsnsew"), "units": [3, 5, 2, 8, 1, 4], "price": [1.5, 2.0, 1.5, 2.5, 3.0, 2.0]})
"""
)
SK = (
    NP
    + """
from sklearn.datasets import load_diabetes
from sklearn.model_selection import train_test_split
X, y = load_diabetes(return_X_y=True)
X, y = X[:150], y[:150]
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=8)
"""
)
TORCH = """
import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from tqdm.auto import tqdm
g = np.random.default_rng(4)
arr = g.normal(size=(20, 2))
data = TensorDataset(torch.tensor(arr), torch.tensor((arr.sum(1) > 0).astype(float)))
loader = DataLoader(data, batch_size=5)
device = "cpu"
"""

CELLS = [
    {
        "name": "h6-tqdm-batches-with-postfix",
        "setup": TORCH,
        "code": """
epochs = 2
model = nn.Linear(2, 2).to(device)
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
for epoch in range(epochs):
    with tqdm(loader, unit="batch") as tepoch:
        for xb, yb in tepoch:
            tepoch.set_description(f"Epoch {epoch}")
            loss = nn.functional.cross_entropy(model(xb), yb)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            tepoch.set_postfix(loss=loss.item())
""",
        "params": {"epochs": 2, "device": "cpu", "Adam.lr": 5e-3},
        "curves": {"loss": range(2)},
    },
    {
        "name": "h6-loss-state-inside-but-shown",
        "setup": TORCH,
        "code": """
model = nn.Linear(2, 2)
opt = torch.optim.SGD(model.parameters(), lr=0.1)
for epoch in range(3):
    total = 0
    for step, (xb, yb) in enumerate(loader):
        loss = nn.functional.cross_entropy(model(xb), yb)
        opt.zero_grad(); loss.backward(); opt.step()
        total += loss.item()
        if step % 2 == 0:
            print(f"step {step} loss {loss.item():.4f}")
    avg = total / (step + 1)
    print("avg", avg)
""",
        "params": {"SGD.lr": 0.1},
        "curves": {"loss": range(3), "avg": range(3)},
    },
    {
        "name": "h6-eval-under-no-grad",
        "setup": TORCH,
        "code": """
clf = nn.Linear(2, 2)
clf.eval()
losses, hits, seen = [], 0, 0
with torch.inference_mode():
    for xb, yb in loader:
        logits = clf(xb)
        losses.append(nn.functional.cross_entropy(logits, yb).item())
        hits += int((logits.argmax(1) == yb).sum())
        seen += len(yb)
eval_loss = sum(losses) / len(losses)
eval_acc = hits / seen
print(f"{eval_loss:.3f} / {eval_acc:.3f}")
""",
        "metrics": ("eval_loss", "eval_acc"),
        "curves": {"losses": range(4)},
    },
    {
        "name": "h6-ridge-alphas",
        "setup": SK,
        "code": """
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_squared_error
alphas = [0.01, 0.1, 1.0, 10.0]
mses = {}
for a in alphas:
    ridge = Ridge(alpha=a, fit_intercept=True).fit(X_train, y_train)
    mses[a] = mean_squared_error(y_test, ridge.predict(X_test))
best_alpha = min(mses, key=mses.get)
print(f"best alpha {best_alpha} mse {mses[best_alpha]:.1f}")
""",
        "params": {"alphas": [0.01, 0.1, 1.0, 10.0], "Ridge.fit_intercept": True},
        "metrics": ("best_alpha",),
    },
    {
        "name": "h6-r2-adjusted",
        "setup": SK,
        "code": """
from sklearn.linear_model import LinearRegression
lin = LinearRegression().fit(X_train, y_train)
r2 = lin.score(X_test, y_test)
n, p = X_test.shape
adj_r2 = 1 - (1 - r2) * (n - 1) / (n - p - 1)
print(f"R² {r2:.3f}, adjusted {adj_r2:.3f}")
""",
        "metrics": ("r2", "adj_r2"),
    },
    {
        "name": "h6-quantile-forests",
        "setup": SK,
        "code": """
from sklearn.ensemble import GradientBoostingRegressor
lo_model = GradientBoostingRegressor(loss="quantile", alpha=0.1, n_estimators=5)
hi_model = GradientBoostingRegressor(loss="quantile", alpha=0.9, n_estimators=5)
lo_model.fit(X_train, y_train)
hi_model.fit(X_train, y_train)
lower, upper = lo_model.predict(X_test), hi_model.predict(X_test)
coverage = ((y_test >= lower) & (y_test <= upper)).mean()
width = (upper - lower).mean()
""",
        "params": {
            "GradientBoostingRegressor.loss": "quantile",
            "lo_model.alpha": 0.1,
            "hi_model.alpha": 0.9,
            "GradientBoostingRegressor.n_estimators": 5,
        },
        "metrics": ("coverage", "width"),
    },
    {
        "name": "h6-learning-rate-table",
        "setup": NP
        + "def train(lr, steps):\n    w = 3.0\n    for _ in range(steps):\n        w -= lr * 2 * w\n    return w * w",
        "code": """
steps = 10
results = []
for lr in (0.01, 0.1, 0.4):
    final = train(lr, steps)
    results.append((lr, final))
    print(f"lr={lr:<5} final={final:.2e}")
best_lr, best_final = min(results, key=lambda r: r[1])
""",
        "params": {"steps": 10},
        "metrics": ("best_lr", "best_final"),
        "curves": {"final": [0, 1, 2]},
    },
    {
        "name": "h6-region-report",
        "setup": PD,
        "code": """
sales["revenue"] = sales.units * sales.price
by_region = sales.groupby("region")["revenue"].sum()
top_region = by_region.idxmax()
top_share = by_region.max() / by_region.sum()
print(top_region, top_share)
by_region
""",
        "metrics": ("top_share", "by_region.e", "by_region.n", "by_region.s", "by_region.w"),
    },
    {
        "name": "h6-describe-only",
        "setup": PD,
        "code": """
subset = sales[sales.units > 2]
print(len(subset))
subset.describe()
""",
    },
    {
        "name": "h6-agg-dict",
        "setup": PD,
        "code": """
stats = {"mean_units": sales.units.mean(), "max_price": sales.price.max(), "n": len(sales), "regions": sales.region.nunique()}
for name, value in stats.items():
    print(f"{name}: {value}")
stats
""",
        "metrics": ("stats.mean_units", "stats.max_price"),
    },
    {
        "name": "h6-elasticity",
        "setup": PD,
        "code": """
log_q, log_p = np.log(sales.units), np.log(sales.price)
slope, const = np.polyfit(log_p, log_q, deg=1)
elasticity = slope
print(f"elasticity {elasticity:.2f}")
""",
        "params": {"polyfit.deg": 1},
        "metrics": ("slope", "const"),
    },
    {
        "name": "h6-projectile",
        "setup": "import math",
        "code": """
v0, angle, g, dt = 20.0, 45.0, 9.81, 0.1
vx = v0 * math.cos(math.radians(angle))
vy = v0 * math.sin(math.radians(angle))
x = y = 0.0
max_height = 0.0
while y >= 0:
    x += vx * dt
    y += vy * dt
    vy -= g * dt
    max_height = max(max_height, y)
print(f"range {x:.1f} m, apex {max_height:.1f} m")
""",
        "params": {"v0": 20.0, "angle": 45.0, "g": 9.81, "dt": 0.1},
        "metrics": ("x",),
        "curves": {"max_height": None, "x": None, "y": None},
    },
    {
        "name": "h6-coupon-collector",
        "setup": NP,
        "code": """
n_coupons = 5
trials = 6
draws = []
for trial in range(trials):
    seen = set()
    count = 0
    while len(seen) < n_coupons:
        seen.add(int(rng.integers(n_coupons)))
        count += 1
    draws.append(count)
mean_draws = np.mean(draws)
print(mean_draws)
""",
        "params": {"n_coupons": 5, "trials": 6},
        "metrics": ("mean_draws",),
    },
    {
        "name": "h6-birthday",
        "setup": "import random",
        "code": """
random.seed(3)
people, reps = 23, 40
shared = 0
for _ in range(reps):
    days = [random.randrange(365) for _ in range(people)]
    if len(set(days)) < people:
        shared += 1
probability = shared / reps
print("P(shared) =", probability)
""",
        "params": {"people": 23, "reps": 40},
        "metrics": ("probability",),
    },
    {
        "name": "h6-game-of-life",
        "setup": NP + "from scipy.signal import convolve2d",
        "code": """
size, generations, density = 8, 4, 0.3
grid = (rng.random((size, size)) < density).astype(int)
kernel = np.array([[1, 1, 1], [1, 0, 1], [1, 1, 1]])
for gen in range(generations):
    nb = convolve2d(grid, kernel, mode="same", boundary="wrap")
    grid = ((nb == 3) | ((grid == 1) & (nb == 2))).astype(int)
    alive_share = grid.mean()
    print(gen, alive_share)
""",
        "params": {
            "size": 8,
            "generations": 4,
            "density": 0.3,
            "convolve2d.mode": "same",
            "convolve2d.boundary": "wrap",
        },
        "curves": {"alive_share": range(4)},
    },
    {
        "name": "h6-sort-benchmark",
        "setup": "import random\nfrom time import perf_counter",
        "code": """
random.seed(0)
for n in [10, 100, 1000]:
    xs = [random.random() for _ in range(n)]
    t = perf_counter()
    sorted(xs)
    dt = perf_counter() - t
    print(n, f"{dt*1e6:.1f} us")
""",
        "curves": {"dt": [10, 100, 1000]},
    },
    {
        "name": "h6-cache-hits",
        "setup": "from functools import lru_cache\n@lru_cache(maxsize=None)\ndef fib(n):\n    return n if n < 2 else fib(n - 1) + fib(n - 2)",
        "code": """
N = 30
value = fib(N)
info = fib.cache_info()
hit_rate = info.hits / (info.hits + info.misses)
print(value, hit_rate)
""",
        "params": {"N": 30},
        "metrics": ("value", "hit_rate"),
    },
    {
        "name": "h6-moving-average-filter",
        "setup": NP + "signal = np.sin(np.linspace(0, 6, 60)) + 0.2 * rng.normal(size=60)",
        "code": """
window = 5
kernel = np.ones(window) / window
smooth = np.convolve(signal, kernel, mode="same")
noise_power = np.var(signal - smooth)
snr_db = 10 * np.log10(np.var(smooth) / noise_power)
snr_db
""",
        "params": {"window": 5, "convolve.mode": "same"},
        "metrics": ("snr_db",),
    },
    {
        "name": "h6-ar1-fit",
        "setup": NP,
        "code": """
phi_true, n = 0.7, 50
x = np.zeros(n)
for t in range(1, n):
    x[t] = phi_true * x[t - 1] + rng.normal()
phi_hat = (x[1:] @ x[:-1]) / (x[:-1] @ x[:-1])
bias = phi_hat - phi_true
print(phi_hat)
""",
        "params": {"phi_true": 0.7, "n": 50},
        "metrics": ("phi_hat", "bias"),
    },
    {
        "name": "h6-permutation-test",
        "setup": NP + "a = rng.normal(0, 1, 15)\nb = rng.normal(1, 1, 15)",
        "code": """
observed = b.mean() - a.mean()
pooled = np.concatenate([a, b])
n_perm = 30
extreme = 0
for _ in range(n_perm):
    rng.shuffle(pooled)
    diff = pooled[15:].mean() - pooled[:15].mean()
    extreme += diff >= observed
p_value = (extreme + 1) / (n_perm + 1)
print(f"p = {p_value:.3f}")
""",
        "params": {"n_perm": 30},
        "metrics": ("observed", "p_value"),
        "curves": {"diff": range(30)},
    },
    {
        "name": "h6-mixture-of-tuple-stores",
        "setup": NP + "def fit(k):\n    return k, float(rng.random() / k)",
        "code": """
best = (None, float("inf"))
for k in range(1, 5):
    model, bic = fit(k)
    if bic < best[1]:
        best = (model, bic)
print("best k", best[0], "bic", best[1])
""",
        "curves": {"bic": [1, 2, 3, 4], "model": [1, 2, 3, 4]},
    },
    {
        "name": "h6-gp-hyperparameters",
        "setup": SK,
        "code": """
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, WhiteKernel
kernel = RBF(length_scale=1.0) + WhiteKernel(noise_level=0.5)
gp = GaussianProcessRegressor(kernel=kernel, optimizer=None, normalize_y=True)
gp.fit(X_train[:40], y_train[:40])
lml = gp.log_marginal_likelihood_value_
score = gp.score(X_test, y_test)
""",
        "params": {
            "RBF.length_scale": 1.0,
            "WhiteKernel.noise_level": 0.5,
            "GaussianProcessRegressor.optimizer": None,
            "GaussianProcessRegressor.normalize_y": True,
        },
        "metrics": ("lml", "score"),
    },
    {
        "name": "h6-config-namespace-and-loop",
        "setup": NP,
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
        "name": "h6-functional-pipeline",
        "setup": NP
        + "def load(n=10):\n    return rng.normal(size=n)\ndef clean(x, cut=3.0):\n    return x[np.abs(x) < cut]\ndef summarise(x):\n    return {'mean': float(x.mean()), 'n': len(x)}",
        "code": """
summary = summarise(clean(load(n=50), cut=2.5))
print(summary["mean"])
""",
        "params": {"load.n": 50, "clean.cut": 2.5},
        "metrics": ("mean",),
    },
    {
        "name": "h6-cell-of-asserts",
        "setup": NP + "def rmse(a, b):\n    return float(np.sqrt(np.mean((a - b) ** 2)))",
        "code": """
tol = 1e-9
z = rng.normal(size=5)
assert rmse(z, z) < tol
err = rmse(z, z + 1)
assert abs(err - 1) < tol, f"wrong: {err}"
""",
        "params": {"tol": 1e-9, "normal.size": 5},
        "metrics": ("err",),
    },
    {
        "name": "h6-ternary-metric",
        "setup": NP + "tp, fp, fn = 5, 2, 3",
        "code": """
precision = tp / (tp + fp) if tp + fp else 0.0
recall = tp / (tp + fn) if tp + fn else 0.0
noise = rng.random()
score = precision * noise
print(score)
""",
        "params": {"tp": 5, "fp": 2, "fn": 3},
        "metrics": ("score",),
    },
    {
        "name": "h6-nested-function-in-cell",
        "setup": SK,
        "code": """
from sklearn.model_selection import cross_val_score
from sklearn.tree import DecisionTreeRegressor

def cv_rmse(model, folds=3):
    s = cross_val_score(model, X_train, y_train, cv=folds, scoring="neg_mean_squared_error")
    return np.sqrt(-s.mean())

depth = 3
rmse = cv_rmse(DecisionTreeRegressor(max_depth=depth, random_state=0), folds=4)
print(f"CV RMSE {rmse:.1f}")
""",
        "params": {"depth": 3, "DecisionTreeRegressor.random_state": 0, "cv_rmse.folds": 4},
        "metrics": ("rmse",),
    },
    {
        "name": "h6-while-else-converged",
        "setup": NP,
        "code": """
max_iter = 6
x = rng.random()
i = 0
while i < max_iter:
    gx = np.exp(-x)
    gap = abs(gx - x)
    x = gx
    i += 1
else:
    print("ran all iterations")
""",
        "params": {"max_iter": 6},
        "curves": {"gap": range(6)},
    },
    {
        "name": "h6-del-afterwards",
        "setup": NP,
        "code": """
big = rng.normal(size=1000)
mean = big.mean()
tmp = big.std()
del big, tmp
print(mean)
""",
        "params": {"normal.size": 1000},
        "metrics": ("mean",),
    },
    {
        "name": "h6-string-keys-built-in-loop",
        "setup": NP,
        "code": """
scores = {}
for split in ("train", "val"):
    for metric in ("mae", "mse"):
        scores[f"{split}_{metric}"] = float(rng.random())
scores
""",
        "metrics": ("scores.train_mae", "scores.train_mse", "scores.val_mae", "scores.val_mse"),
    },
    {
        "name": "h6-boosting-rounds-by-hand",
        "setup": SK,
        "code": """
from sklearn.tree import DecisionTreeRegressor
n_rounds, shrinkage = 4, 0.3
pred_train = np.full(len(y_train), y_train.mean())
pred_test = np.full(len(y_test), y_train.mean())
for m in range(n_rounds):
    resid = y_train - pred_train
    t = DecisionTreeRegressor(max_depth=2).fit(X_train, resid)
    pred_train += shrinkage * t.predict(X_train)
    pred_test += shrinkage * t.predict(X_test)
    train_mse = ((y_train - pred_train) ** 2).mean()
    test_mse = ((y_test - pred_test) ** 2).mean()
    print(f"{m}: {train_mse:.0f} {test_mse:.0f}")
""",
        "params": {"n_rounds": 4, "shrinkage": 0.3, "DecisionTreeRegressor.max_depth": 2},
        "curves": {"train_mse": range(4), "test_mse": range(4)},
    },
    {
        "name": "h6-interpolated-path",
        "setup": NP + "import os, json, tempfile",
        "code": """
run_name = "trial"
version = 2
out_dir = os.path.join(tempfile.gettempdir(), f"{run_name}_{version}")
acc = rng.random()
os.makedirs(out_dir, exist_ok=True)
with open(os.path.join(out_dir, "m.json"), "w") as fh:
    json.dump({"acc": acc}, fh)
""",
        "params": {"run_name": "trial", "version": 2},
        "metrics": ("acc",),
    },
    {
        "name": "h6-pass-rate-by-count",
        "setup": NP + "scores = rng.integers(30, 100, 25)",
        "code": """
pass_mark = 50
n_pass = (scores >= pass_mark).sum()
n_fail = len(scores) - n_pass
pass_rate = n_pass / len(scores)
print(f"{n_pass} passed, {n_fail} failed ({pass_rate:.0%})")
""",
        "params": {"pass_mark": 50},
        "metrics": ("pass_rate",),
    },
    {
        "name": "h6-svd-recommender",
        "setup": NP + "R = rng.integers(1, 6, (6, 5)).astype(float)",
        "code": """
n_factors, lr, reg = 2, 0.02, 0.1
P = rng.normal(scale=0.1, size=(6, n_factors))
Q = rng.normal(scale=0.1, size=(5, n_factors))
for epoch in range(3):
    sq = 0.0
    for u in range(6):
        for i in range(5):
            e = R[u, i] - P[u] @ Q[i]
            P[u] += lr * (e * Q[i] - reg * P[u])
            Q[i] += lr * (e * P[u] - reg * Q[i])
            sq += e ** 2
    rmse = np.sqrt(sq / R.size)
    print(epoch, rmse)
""",
        "params": {"n_factors": 2, "lr": 0.02, "reg": 0.1, "normal.scale": 0.1},
        "curves": {"rmse": range(3)},
    },
    {
        "name": "h6-async-with-semaphore",
        "setup": "import asyncio\nasync def ping(i):\n    await asyncio.sleep(0)\n    return 0.01 * (i + 1)",
        "code": """
limit = 2
sem = asyncio.Semaphore(limit)
rtts = []
for i in range(3):
    async with sem:
        rtts.append(await ping(i))
worst = max(rtts)
""",
        "params": {"limit": 2},
        "metrics": ("worst",),
        "curves": {"rtts": range(3)},
    },
    {
        "name": "h6-two-stage-training",
        "setup": TORCH,
        "code": """
body, head = nn.Linear(2, 4), nn.Linear(4, 2)
opt = torch.optim.Adam(head.parameters(), lr=1e-2)
for epoch in range(2):
    for xb, yb in loader:
        loss = nn.functional.cross_entropy(head(body(xb)), yb)
        opt.zero_grad(); loss.backward(); opt.step()
opt = torch.optim.Adam(list(body.parameters()) + list(head.parameters()), lr=1e-4)
for epoch in range(3):
    for xb, yb in loader:
        loss = nn.functional.cross_entropy(head(body(xb)), yb)
        opt.zero_grad(); loss.backward(); opt.step()
print("fine-tuned:", loss.item())
""",
        "params": {"opt.lr": 1e-4},
        "curves": {"loss": [0, 1, 2, 3, 4]},
    },
    {
        "name": "h6-first-cell-markdownish",
        "code": '''
"""Experiment notes: nothing to see here."""
EXPERIMENT = "baseline"
NOTES = """
long text
"""
''',
        "params": {"EXPERIMENT": "baseline", "NOTES": "\nlong text\n"},
    },
    {
        "name": "h6-clip-and-mask",
        "setup": NP,
        "code": """
x = rng.normal(size=30)
mask = np.abs(x) < 1.0
kept = x[mask]
kept_share = mask.mean()
trimmed_mean = kept.mean()
n_kept = mask.sum()
print(n_kept, kept_share, trimmed_mean)
""",
        "params": {"normal.size": 30},
        "metrics": ("kept_share", "trimmed_mean"),
    },
    {
        "name": "h6-stateful-generator-loop",
        "setup": NP + "def batches(n, size=4):\n    for _ in range(n):\n        yield rng.normal(size=size)",
        "code": """
running = 0.0
alpha = 0.5
for batch in batches(3, size=6):
    m = float(batch.mean())
    running = alpha * running + (1 - alpha) * m
print("smoothed", running)
""",
        "params": {"alpha": 0.5, "batches.n": 3, "batches.size": 6},
        "curves": {"running": range(3)},
    },
    {
        "name": "h6-if-chain-of-settings",
        "setup": NP + "def solve(method, tol):\n    return float(rng.random() * tol)",
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
]
