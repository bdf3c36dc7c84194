"""Tenth held-out set: forty more cells, labelled before they were ever run."""

# the cells are text, as people write it

NP = "import numpy as np\n"
HOUSES = """
import numpy as np
import pandas as pd
rs = np.random.RandomState(5)
houses = pd.DataFrame({"sqft": rs.uniform(500, 3000, 50), "beds": rs.randint(1, 6, 50), "zip": rs.choice(["A", "B", "C"], 50)})
houses["price"] = 100 * houses.sqft + 5000 * houses.beds + rs.normal(0, 1e4, 50)
"""
MNISTISH = """
import numpy as np
rs = np.random.RandomState(6)
images = rs.rand(40, 16)
digits = rs.randint(0, 3, 40)
"""
TORCH = """
import numpy as np
import torch
from torch import nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, TensorDataset
feat = np.random.default_rng(9).normal(size=(16, 4))
X = torch.tensor(feat)
T = torch.tensor((feat[:, 0] > 0).astype(float))
train_dl = DataLoader(TensorDataset(X, T), batch_size=4)
valid_dl = DataLoader(TensorDataset(X, T), batch_size=8)
class Net(nn.Module):
    def __init__(self, n_in, n_hidden, p_drop=0.1):
        self.a = nn.Linear(n_in, n_hidden)
        self.b = nn.Linear(n_hidden, 2)
    def forward(self, x):
        return self.b(self.a(x))
"""

CELLS = [
    {
        "name": "h10-log-price-regression",
        "setup": HOUSES,
        "code": """
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import train_test_split
from sklearn.metrics import mean_squared_error, r2_score
features = ["sqft", "beds"]
y = np.log1p(houses["price"].clip(lower=1))
Xtr, Xte, ytr, yte = train_test_split(houses[features], y, test_size=0.25, random_state=7)
lin = LinearRegression(fit_intercept=True).fit(Xtr, ytr)
pred = lin.predict(Xte)
rmse = np.sqrt(mean_squared_error(yte, pred))
r2 = r2_score(yte, pred)
print("RMSLE: {:.3f}  R2: {:.3f}".format(rmse, r2))
""",
        "params": {
            "features": ["sqft", "beds"],
            "clip.lower": 1,
            "train_test_split.test_size": 0.25,
            "train_test_split.random_state": 7,
            "LinearRegression.fit_intercept": True,
        },
        "metrics": ("rmse", "r2"),
    },
    {
        "name": "h10-price-by-zip",
        "setup": HOUSES,
        "code": """
houses.groupby("zip")["price"].mean()
""",
        "params": {},
        "metrics": ("A", "B", "C"),
    },
    {
        "name": "h10-outlier-filter",
        "setup": HOUSES,
        "code": """
q1, q3 = houses["price"].quantile([0.25, 0.75])
iqr = q3 - q1
k = 1.5
mask = houses["price"].between(q1 - k * iqr, q3 + k * iqr)
kept = houses[mask]
dropped = (~mask).sum()
print(f"dropped {dropped} rows")
""",
        "params": {"k": 1.5},
    },
    {
        "name": "h10-corr-heat",
        "setup": HOUSES + "import matplotlib\nmatplotlib.use('agg')\nimport matplotlib.pyplot as plt\n",
        "code": """
cm = houses[["sqft", "beds", "price"]].corr(method="spearman")
plt.imshow(cm, cmap="coolwarm", vmin=-1, vmax=1)
plt.colorbar()
plt.close()
strongest = cm["price"].drop("price").abs().max()
strongest
""",
        "params": {"corr.method": "spearman"},
        "metrics": ("strongest",),
    },
    {
        "name": "h10-ols-by-formula",
        "setup": HOUSES,
        "code": """
A = np.c_[np.ones(len(houses)), houses.sqft, houses.beds]
beta, res, rank, sv = np.linalg.lstsq(A, houses.price, rcond=None)
fitted = A @ beta
sse = ((houses.price - fitted) ** 2).sum()
sst = ((houses.price - houses.price.mean()) ** 2).sum()
r_squared = 1 - sse / sst
adj_r_squared = 1 - (1 - r_squared) * (len(houses) - 1) / (len(houses) - 3)
print(r_squared, adj_r_squared)
""",
        "params": {"lstsq.rcond": None},
        "metrics": ("r_squared", "adj_r_squared", "rank"),
    },
    {
        "name": "h10-softmax-sgd-numpy",
        "setup": MNISTISH,
        "code": """
lr, epochs, batch = 0.5, 3, 10
W = np.zeros((16, 3))
onehot = np.eye(3)[digits]
for epoch in range(epochs):
    order = np.random.RandomState(epoch).permutation(len(images))
    for s in range(0, len(images), batch):
        idx = order[s : s + batch]
        z = images[idx] @ W
        p = np.exp(z - z.max(1, keepdims=True))
        p /= p.sum(1, keepdims=True)
        W -= lr * images[idx].T @ (p - onehot[idx]) / batch
    scores = images @ W
    train_err = np.mean(scores.argmax(1) != digits)
    print("epoch", epoch, "err", train_err)
""",
        "params": {"lr": 0.5, "epochs": 3, "batch": 10},
        "curves": {"train_err": range(3)},
    },
    {
        "name": "h10-confusion-and-f1-by-hand",
        "setup": MNISTISH,
        "code": """
guess = (images[:, 0] > 0.5).astype(int)
truth = (digits > 0).astype(int)
tp = ((guess == 1) & (truth == 1)).sum()
fp = ((guess == 1) & (truth == 0)).sum()
fn = ((guess == 0) & (truth == 1)).sum()
precision = tp / (tp + fp)
recall = tp / (tp + fn)
f1 = 2 * precision * recall / (precision + recall)
print(f"P={precision:.2f} R={recall:.2f} F1={f1:.2f}")
""",
        "params": {},
        "metrics": ("precision", "recall", "f1"),
    },
    {
        "name": "h10-fastai-like-loop",
        "setup": TORCH,
        "code": """
bs, lr, n_epochs = 4, 0.1, 2
net = Net(4, 6, p_drop=0.2)
opt = torch.optim.SGD(net.parameters(), lr=lr, momentum=0.9)
for epoch in range(n_epochs):
    net.train()
    for xb, tb in train_dl:
        loss = F.cross_entropy(net(xb), tb)
        loss.backward()
        opt.step()
        opt.zero_grad()
    net.eval()
    with torch.no_grad():
        valid_loss = sum(F.cross_entropy(net(xb), tb) for xb, tb in valid_dl) / len(valid_dl)
    print(epoch, valid_loss)
""",
        "params": {
            "bs": 4,
            "lr": 0.1,
            "n_epochs": 2,
            "Net.n_in": 4,
            "Net.n_hidden": 6,
            "Net.p_drop": 0.2,
            "SGD.momentum": 0.9,
        },
        "curves": {"loss": range(2), "valid_loss": range(2)},
    },
    {
        "name": "h10-train-valid-functions-earlier",
        "setup": TORCH
        + """
def train_one_epoch(net, dl, opt, clip=None):
    tot = 0.0
    for xb, tb in dl:
        l = F.cross_entropy(net(xb), tb)
        l.backward(); opt.step(); opt.zero_grad()
        tot += l.item()
    return tot / len(dl)
def validate(net, dl):
    ok = sum((net(xb).argmax(1) == tb).float().mean().item() for xb, tb in dl)
    return ok / len(dl)
""",
        "code": """
net = Net(4, 8)
opt = torch.optim.Adam(net.parameters(), lr=2e-3)
train_losses, valid_accs = [], []
best_acc = 0
for ep in range(1, 4):
    train_losses.append(train_one_epoch(net, train_dl, opt, clip=1.0))
    acc = validate(net, valid_dl)
    valid_accs.append(acc)
    if acc > best_acc:
        best_acc = acc
        best_state = net.state_dict()
print(f"best {best_acc:.3f}")
""",
        "params": {"Net.n_in": 4, "Net.n_hidden": 8, "Adam.lr": 2e-3, "train_one_epoch.clip": 1.0},
        "curves": {"train_losses": range(1, 4), "acc": range(1, 4), "best_acc": None},
    },
    {
        "name": "h10-lr-scheduler-logged",
        "setup": TORCH,
        "code": """
net = nn.Linear(4, 2)
opt = torch.optim.SGD(net.parameters(), lr=0.5)
sched = torch.optim.lr_scheduler.StepLR(opt, step_size=2, gamma=0.1)
lrs = []
for step in range(4):
    loss = F.cross_entropy(net(X), T)
    opt.zero_grad()
    loss.backward()
    opt.step()
    sched.step()
    lrs.append(sched.get_last_lr()[0])
loss.item()
""",
        "params": {"SGD.lr": 0.5, "StepLR.step_size": 2, "StepLR.gamma": 0.1},
        "curves": {"loss": range(4), "lrs": range(4)},
    },
    {
        "name": "h10-adam-by-hand",
        "setup": NP
        + "def rosen(v):\n    return (1 - v[0]) ** 2 + 100 * (v[1] - v[0] ** 2) ** 2\ndef drosen(v):\n    return np.array([-2 * (1 - v[0]) - 400 * v[0] * (v[1] - v[0] ** 2), 200 * (v[1] - v[0] ** 2)])\n",
        "code": """
eta, b1, b2, eps = 1e-2, 0.9, 0.999, 1e-8
v = np.array([-1.0, 1.0])
m = s = np.zeros(2)
for t in range(1, 11):
    g = drosen(v)
    m = b1 * m + (1 - b1) * g
    s = b2 * s + (1 - b2) * g**2
    v = v - eta * (m / (1 - b1**t)) / (np.sqrt(s / (1 - b2**t)) + eps)
    f_val = rosen(v)
    gnorm = np.linalg.norm(g)
print(f_val, gnorm)
""",
        "params": {"eta": 1e-2, "b1": 0.9, "b2": 0.999, "eps": 1e-8},
        "curves": {"f_val": range(1, 11), "gnorm": range(1, 11)},
    },
    {
        "name": "h10-functional-scan",
        "setup": NP + "from functools import reduce\n",
        "code": """
lr = 0.1
data = np.array([1.0, 2.0, 4.0, 3.0])
def step(state, x):
    mu, hist = state
    mu = mu + lr * (x - mu)
    return mu, hist + [abs(x - mu)]
mu, hist = reduce(step, data, (0.0, []))
mae = np.mean(hist)
print(mu, mae)
""",
        "params": {"lr": 0.1},
        "metrics": ("mu", "mae"),
    },
    {
        "name": "h10-golden-section",
        "setup": NP,
        "code": """
a, b = 0.0, 4.0
phi = (5**0.5 - 1) / 2
f = lambda x: (x - 2.2) ** 2 + np.cos(x)
while b - a > 1e-3:
    c, d = b - phi * (b - a), a + phi * (b - a)
    if f(c) < f(d):
        b = d
    else:
        a = c
x_min = (a + b) / 2
f_min = f(x_min)
print("minimum at", x_min, "value", f_min)
""",
        "params": {"phi": (5**0.5 - 1) / 2},
        "metrics": ("x_min", "f_min"),
    },
    {
        "name": "h10-brent-root",
        "setup": NP,
        "code": """
from scipy import optimize
sol = optimize.root_scalar(lambda x: np.exp(-x) - x, bracket=[0, 1], method="brentq")
print(sol.root, sol.converged)
""",
        "params": {"root_scalar.bracket": [0, 1], "root_scalar.method": "brentq"},
        "metrics": ("root",),
    },
    {
        "name": "h10-ttest-two-groups",
        "setup": NP + "rs = np.random.RandomState(0)\ncontrol = rs.normal(10, 2, 30)\nvariant = rs.normal(11, 2, 30)\n",
        "code": """
from scipy.stats import ttest_ind
t_stat, p_value = ttest_ind(control, variant, equal_var=False)
effect = (variant.mean() - control.mean()) / np.sqrt((control.var(ddof=1) + variant.var(ddof=1)) / 2)
significant = p_value < 0.05
print(f"t={t_stat:.2f}, p={p_value:.4f}, d={effect:.2f}, significant={significant}")
""",
        "params": {"ttest_ind.equal_var": False, "var.ddof": 1},
        "metrics": ("t_stat", "p_value", "effect"),
    },
    {
        "name": "h10-bootstrap-ci",
        "setup": NP + "rs = np.random.RandomState(0)\nwaits = rs.exponential(4, 60)\n",
        "code": """
B = 200
level = 0.9
boot = np.array([rs.choice(waits, size=len(waits), replace=True).mean() for _ in range(B)])
lo, hi = np.quantile(boot, [(1 - level) / 2, (1 + level) / 2])
print(f"mean {waits.mean():.2f} [{lo:.2f}, {hi:.2f}]")
""",
        "params": {"B": 200, "level": 0.9, "choice.replace": True},
        "metrics": ("lo", "hi", "mean"),
    },
    {
        "name": "h10-sir-epidemic",
        "setup": NP,
        "code": """
beta, gamma, N = 0.3, 0.1, 1000
S, I, R = N - 1, 1, 0
peak = 0
for day in range(60):
    new_inf = beta * S * I / N
    new_rec = gamma * I
    S, I, R = S - new_inf, I + new_inf - new_rec, R + new_rec
    peak = max(peak, I)
attack_rate = R / N
print(f"peak {peak:.0f}, attack rate {attack_rate:.1%}")
""",
        "params": {"beta": 0.3, "gamma": 0.1, "N": 1000},
        "metrics": ("attack_rate",),
        "curves": {"peak": range(60)},
    },
    {
        "name": "h10-wiener-max",
        "setup": NP,
        "code": """
rs = np.random.RandomState(4)
T, n = 1.0, 100
dt = T / n
W = np.concatenate([[0], np.cumsum(rs.normal(0, np.sqrt(dt), n))])
running_max = W.max()
hit = bool((W > 1).any())
quad_var = np.sum(np.diff(W) ** 2)
print(running_max, hit, quad_var)
""",
        "params": {"T": 1.0, "n": 100},
        "metrics": ("running_max", "quad_var"),
    },
    {
        "name": "h10-metropolis-acceptance",
        "setup": NP,
        "code": """
rs = np.random.RandomState(1)
n_samples, step = 300, 0.8
x = 0.0
accepted = 0
chain = np.empty(n_samples)
for i in range(n_samples):
    prop = x + step * rs.randn()
    if np.log(rs.rand()) < -0.5 * (prop**2 - x**2):
        x = prop
        accepted += 1
    chain[i] = x
acc_rate = accepted / n_samples
ess_mean = chain[50:].mean()
print(f"acceptance {acc_rate:.0%}, mean {ess_mean:.3f}")
""",
        "params": {"n_samples": 300, "step": 0.8},
        "metrics": ("acc_rate", "ess_mean"),
    },
    {
        "name": "h10-dp-edit-distance",
        "setup": "a = 'kitten'\nb = 'sitting'\n",
        "code": """
m, n = len(a), len(b)
D = [[0] * (n + 1) for _ in range(m + 1)]
for i in range(m + 1):
    for j in range(n + 1):
        if i == 0 or j == 0:
            D[i][j] = i + j
        else:
            D[i][j] = min(D[i - 1][j] + 1, D[i][j - 1] + 1, D[i - 1][j - 1] + (a[i - 1] != b[j - 1]))
distance = D[m][n]
similarity = 1 - distance / max(m, n)
print(distance, similarity)
""",
        "params": {"a": "kitten", "b": "sitting"},
        "metrics": ("distance", "similarity"),
    },
    {
        "name": "h10-bleu-ish",
        "setup": "ref = 'the cat is on the mat'.split()\nhyp = 'the cat sat on mat'.split()\n",
        "code": """
from collections import Counter
import math
overlap = Counter(ref) & Counter(hyp)
matches = sum(overlap.values())
p1 = matches / len(hyp)
bp = min(1.0, math.exp(1 - len(ref) / len(hyp)))
bleu1 = bp * p1
print(f"BLEU-1 = {bleu1:.3f} (bp={bp:.2f})")
""",
        "params": {
            "ref": ["the", "cat", "is", "on", "the", "mat"],
            "hyp": ["the", "cat", "sat", "on", "mat"],
        },
        "metrics": ("bleu1", "bp"),
    },
    {
        "name": "h10-clean-text-only",
        "setup": "raw = ['  Hello, World! ', 'FOO bar']\n",
        "code": """
import string
table = str.maketrans("", "", string.punctuation)
clean = [r.strip().lower().translate(table) for r in raw]
for line in clean:
    print(line)
""",
        "params": {"raw": ["  Hello, World! ", "FOO bar"]},
    },
    {
        "name": "h10-bandit-class",
        "setup": NP
        + """
class Bandit:
    def __init__(self, probs, seed=0):
        self.probs, self.g = probs, np.random.default_rng(seed)
    def pull(self, k):
        return int(self.g.random() < self.probs[k])
""",
        "code": """
bandit = Bandit([0.2, 0.5, 0.7], seed=42)
epsilon = 0.2
g = np.random.default_rng(1)
counts, values = np.zeros(3), np.zeros(3)
total = 0
for t in range(1, 51):
    k = g.integers(3) if g.random() < epsilon else int(values.argmax())
    r = bandit.pull(k)
    counts[k] += 1
    values[k] += (r - values[k]) / counts[k]
    total += r
    regret = 0.7 * t - total
print("total reward", total, "regret", regret)
""",
        "params": {"Bandit.probs": [0.2, 0.5, 0.7], "Bandit.seed": 42, "epsilon": 0.2},
        "metrics": ("total",),
        "curves": {"regret": range(1, 51)},
    },
    {
        "name": "h10-q-table-episode-returns",
        "setup": NP
        + """
class Env:
    def __init__(self): self.g = np.random.default_rng(0)
    def reset(self): self.s = 0; return 0
    def step(self, a):
        self.s = min(4, max(0, self.s + (1 if a else -1)))
        return self.s, float(self.s == 4), self.s == 4
env = Env()
""",
        "code": """
alpha, gamma, eps = 0.5, 0.95, 0.3
Q = np.zeros((5, 2))
g = np.random.default_rng(2)
returns = []
for episode in range(6):
    s, done, ep_return, steps = env.reset(), False, 0.0, 0
    while not done and steps < 30:
        a = int(g.integers(2)) if g.random() < eps else int(Q[s].argmax())
        s2, r, done = env.step(a)
        Q[s, a] += alpha * (r + gamma * Q[s2].max() * (not done) - Q[s, a])
        s = s2
        ep_return += r
        steps += 1
    returns.append(ep_return)
    eps = max(0.05, eps * 0.9)
print("mean return", np.mean(returns[-3:]))
""",
        "params": {"alpha": 0.5, "gamma": 0.95, "eps": 0.3},
        "metrics": ("mean",),
        "curves": {"ep_return": range(6)},
    },
    {
        "name": "h10-expanding-window-arima-free",
        "setup": NP + "ts = np.sin(np.arange(30) / 3) + np.random.RandomState(0).normal(0, 0.1, 30)\n",
        "code": """
horizon, min_train = 2, 10
errors = []
for end in range(min_train, len(ts) - horizon, 5):
    history, future = ts[:end], ts[end : end + horizon]
    forecast = np.repeat(history[-3:].mean(), horizon)
    errors.append(np.abs(forecast - future).mean())
naive = np.abs(np.diff(ts)).mean()
mase = np.mean(errors) / naive
print(f"MASE {mase:.3f}")
""",
        "params": {"horizon": 2, "min_train": 10},
        "metrics": ("mase",),
        "curves": {"errors": [10, 15, 20, 25]},
    },
    {
        "name": "h10-exponential-smoothing-search",
        "setup": NP
        + "ts = np.random.RandomState(3).normal(5, 1, 25)\ndef sse(alpha):\n    level, out = ts[0], 0.0\n    for v in ts[1:]:\n        out += (v - level) ** 2\n        level = alpha * v + (1 - alpha) * level\n    return out\n",
        "code": """
alphas = np.linspace(0.1, 0.9, 5)
losses = [sse(a) for a in alphas]
best_alpha = alphas[np.argmin(losses)]
print("best alpha", best_alpha, "sse", min(losses))
""",
        "params": {},
        "metrics": ("best_alpha",),
    },
    {
        "name": "h10-beta-binomial-update",
        "setup": NP,
        "code": """
from scipy.stats import beta
prior_a, prior_b = 2, 2
flips = [1, 0, 1, 1, 0, 1, 1]
post = beta(prior_a + sum(flips), prior_b + len(flips) - sum(flips))
mean = post.mean()
ci_low, ci_high = post.interval(0.95)
print(f"{mean:.3f} ({ci_low:.3f}-{ci_high:.3f})")
""",
        "params": {"prior_a": 2, "prior_b": 2, "flips": [1, 0, 1, 1, 0, 1, 1]},
        "metrics": ("mean", "ci_low", "ci_high"),
    },
    {
        "name": "h10-gibbs",
        "setup": NP,
        "code": """
rho, n_iter, burn = 0.6, 200, 50
g = np.random.default_rng(0)
x = y = 0.0
xs = np.zeros(n_iter)
for k in range(n_iter):
    x = g.normal(rho * y, np.sqrt(1 - rho**2))
    y = g.normal(rho * x, np.sqrt(1 - rho**2))
    xs[k] = x
est_var = xs[burn:].var()
est_var
""",
        "params": {"rho": 0.6, "n_iter": 200, "burn": 50},
        "metrics": ("est_var",),
    },
    {
        "name": "h10-elbow",
        "setup": MNISTISH,
        "code": """
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score
inertias, sils = [], []
for k in range(2, 5):
    km = KMeans(n_clusters=k, n_init=3, random_state=0).fit(images)
    inertias.append(km.inertia_)
    sils.append(silhouette_score(images, km.labels_))
""",
        "params": {"KMeans.n_init": 3, "KMeans.random_state": 0},
        "curves": {"inertias": [2, 3, 4], "sils": [2, 3, 4]},
    },
    {
        "name": "h10-results-list-of-tuples",
        "setup": MNISTISH
        + "from sklearn.neighbors import KNeighborsClassifier\nfrom sklearn.model_selection import cross_val_score\n",
        "code": """
results = []
for k in [1, 3, 5]:
    for metric in ("euclidean", "manhattan"):
        score = cross_val_score(KNeighborsClassifier(k, metric=metric), images, digits, cv=3).mean()
        results.append((k, metric, score))
        print(k, metric, f"{score:.3f}")
best_k, best_metric, best_score = max(results, key=lambda r: r[2])
print("best:", best_k, best_metric, best_score)
""",
        "params": {"cross_val_score.cv": 3},
        "metrics": ("best_k", "best_score"),
        "curves": {"score": [1, 3, 5]},
    },
    {
        "name": "h10-logging-config",
        "setup": NP + "import logging\nlog = logging.getLogger('exp')\n",
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
        "name": "h10-tic-toc-class",
        "setup": """
import time
class Timer:
    def __enter__(self): self.t = time.perf_counter(); return self
    def __exit__(self, *a): self.elapsed = time.perf_counter() - self.t
def sieve(limit):
    flags = [True] * limit
    for i in range(2, int(limit ** 0.5) + 1):
        if flags[i]:
            flags[i * i :: i] = [False] * len(flags[i * i :: i])
    return [i for i in range(2, limit) if flags[i]]
""",
        "code": """
with Timer() as timer:
    primes = sieve(2000)
seconds = timer.elapsed
density = len(primes) / 2000
print(f"{len(primes)} primes in {seconds:.4f}s, density {density:.3f}")
""",
        "params": {},
        "metrics": ("seconds",),
    },
    {
        "name": "h10-try-solver-fallback",
        "setup": NP + "M = np.array([[2.0, 1.0], [4.0, 2.0]])\nrhs = np.array([1.0, 2.0])\n",
        "code": """
damping = 1e-6
try:
    sol = np.linalg.solve(M, rhs)
    method = "direct"
except np.linalg.LinAlgError:
    sol = np.linalg.solve(M + damping * np.eye(2), rhs)
    method = "damped"
residual = np.abs(M @ sol - rhs).max()
print(method, residual)
""",
        "params": {"damping": 1e-6},
        "metrics": ("residual",),
    },
    {
        "name": "h10-aggregated-json",
        "setup": NP + "import json\npreds = np.array([0, 1, 1, 0, 1])\ngold = np.array([0, 1, 0, 0, 1])\n",
        "code": """
report = {
    "accuracy": float((preds == gold).mean()),
    "n": int(len(gold)),
    "positive_rate": float(preds.mean()),
}
print(json.dumps(report, indent=2))
""",
        "params": {},
        "metrics": ("report.accuracy", "report.positive_rate"),
    },
    {
        "name": "h10-async-simulations",
        "setup": "import asyncio, random\nrandom.seed(3)\nasync def simulate(speed, steps=10):\n    await asyncio.sleep(0)\n    return sum(random.gauss(speed, 1) for _ in range(steps)) / steps\n",
        "code": """
slow = await simulate(1.0, steps=20)
fast = await simulate(speed=3.0)
diff = fast - slow
diff
""",
        "params": {"slow.speed": 1.0, "fast.speed": 3.0, "simulate.steps": 20},
        "metrics": ("diff",),
    },
    {
        "name": "h10-monkey-config-object",
        "setup": NP,
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
        "name": "h10-explore-only",
        "setup": HOUSES,
        "code": """
print(houses.info())
print(houses.dtypes)
display_cols = ["sqft", "price"]
houses[display_cols].sample(3, random_state=0)
""",
        "params": {},
    },
    {
        "name": "h10-dedupe-merge",
        "setup": HOUSES,
        "code": """
taxes = pd.DataFrame({"zip": ["A", "B", "C"], "rate": [0.01, 0.02, 0.015]})
merged = houses.drop_duplicates().merge(taxes, on="zip", how="left", validate="m:1")
merged["tax"] = merged["price"] * merged["rate"]
assert merged["tax"].notna().all()
avg_tax = merged["tax"].mean()
print(f"average tax: {avg_tax:,.0f}")
""",
        "params": {"merge.on": "zip", "merge.how": "left", "merge.validate": "m:1"},
        "metrics": ("avg_tax",),
    },
    {
        "name": "h10-momentum-strategy",
        "setup": NP + "prices = 100 * np.exp(np.cumsum(np.random.RandomState(2).normal(0, 0.01, 60)))\n",
        "code": """
fast, slow = 3, 10
fee = 1e-4
sma = lambda n: np.convolve(prices, np.ones(n) / n, mode="valid")
signal = (sma(fast)[-len(sma(slow)) :] > sma(slow)).astype(float)
rets = np.diff(np.log(prices))[-len(signal) + 1 :]
pnl = signal[:-1] * rets - fee * np.abs(np.diff(signal))
sharpe = np.sqrt(252) * pnl.mean() / pnl.std()
max_dd = (np.maximum.accumulate(pnl.cumsum()) - pnl.cumsum()).max()
print(f"Sharpe {sharpe:.2f}, max DD {max_dd:.2%}")
""",
        "params": {"fast": 3, "slow": 10, "fee": 1e-4, "convolve.mode": "valid"},
        "metrics": ("sharpe", "max_dd"),
    },
    {
        "name": "h10-exception-in-epoch",
        "setup": NP + "def epoch_loss(e):\n    if e == 3: raise RuntimeError('diverged')\n    return 1.0 / (e + 1)\n",
        "code": """
max_epochs = 10
losses = []
for epoch in range(max_epochs):
    current = epoch_loss(epoch)
    losses.append(current)
final = min(losses)
""",
        "params": {"max_epochs": 10},
        "curves": {"current": range(3)},
    },
]
