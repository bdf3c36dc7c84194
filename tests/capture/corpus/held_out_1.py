"""First held-out set: forty cells in other people's habits, labelled before they were ever run."""

# the cells are text, as people write it

NP = "import numpy as np\nrng = np.random.default_rng(3)\n"
TITANIC = (
    NP
    + """
import pandas as pd
from sklearn.model_selection import train_test_split, StratifiedKFold
train = pd.DataFrame({"Age": rng.integers(1, 80, 90), "Fare": rng.random(90) * 50, "Pclass": rng.integers(1, 4, 90)})
train["Survived"] = (train["Fare"] > 25).astype(int)
features = ["Age", "Fare", "Pclass"]
"""
)
TORCH = """
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, TensorDataset
g = np.random.default_rng(0)
xs = g.normal(size=(30, 2))
x_train, y_train = torch.tensor(xs), torch.tensor((xs[:, 0] > 0).astype(float))
train_dl = DataLoader(TensorDataset(x_train, y_train), batch_size=10)
"""

CELLS = [
    {
        "name": "h1-kaggle-oof",
        "setup": TITANIC,
        "code": """
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score
N_FOLDS = 3
SEED = 42
oof = np.zeros(len(train))
skf = StratifiedKFold(n_splits=N_FOLDS, shuffle=True, random_state=SEED)
for fold, (trn_idx, val_idx) in enumerate(skf.split(train[features], train["Survived"])):
    X_trn, y_trn = train.loc[trn_idx, features], train.loc[trn_idx, "Survived"]
    X_val, y_val = train.loc[val_idx, features], train.loc[val_idx, "Survived"]
    clf = RandomForestClassifier(n_estimators=5, max_depth=3, random_state=SEED)
    clf.fit(X_trn, y_trn)
    oof[val_idx] = clf.predict(X_val)
    fold_acc = accuracy_score(y_val, oof[val_idx])
    print(f"Fold {fold+1} ACC: {fold_acc:.4f}")
cv_score = accuracy_score(train["Survived"], oof)
print("CV:", cv_score)
""",
        "params": {
            "N_FOLDS": 3,
            "SEED": 42,
            "features": ["Age", "Fare", "Pclass"],
            "StratifiedKFold.shuffle": True,
            "RandomForestClassifier.n_estimators": 5,
            "RandomForestClassifier.max_depth": 3,
        },
        "metrics": ("cv_score",),
        "curves": {"fold_acc": [0, 1, 2]},
    },
    {
        "name": "h1-xgb-train",
        "setup": TITANIC,
        "code": """
import xgboost as xgb
params = {
    "objective": "binary:logistic",
    "max_depth": 4,
    "eta": 0.1,
}
dtrain = xgb.DMatrix(train[features], label=train["Survived"])
bst = xgb.train(params, dtrain, num_boost_round=50, early_stopping_rounds=5, verbose_eval=False)
preds = bst.predict(dtrain)
logloss = -np.mean(train["Survived"] * np.log(preds) + (1 - train["Survived"]) * np.log(1 - preds))
logloss
""",
        "params": {
            "params.objective": "binary:logistic",
            "params.max_depth": 4,
            "params.eta": 0.1,
            "features": ["Age", "Fare", "Pclass"],
            "train.num_boost_round": 50,
            "train.early_stopping_rounds": 5,
            "train.verbose_eval": False,
        },
        "metrics": ("logloss",),
    },
    {
        "name": "h1-textbook-perceptron",
        "setup": NP + "X = rng.normal(size=(20, 2))\nt = np.sign(X[:, 0] + 0.2)",
        "code": """
eta = 1.0
w = np.zeros(2)
b = 0.0
for epoch in range(5):
    errors = 0
    for xi, ti in zip(X, t):
        if ti * (w @ xi + b) <= 0:
            w += eta * ti * xi
            b += eta * ti
            errors += 1
    print(epoch, errors)
    if errors == 0:
        break
accuracy = np.mean(np.sign(X @ w + b) == t)
print("train accuracy:", accuracy)
""",
        "params": {"eta": 1.0},
        "metrics": ("accuracy",),
    },
    {
        "name": "h1-logistic-from-scratch",
        "setup": NP + "X = rng.normal(size=(40, 2))\ny = (X[:, 0] > 0).astype(float)",
        "code": """
def sigmoid(z):
    return 1 / (1 + np.exp(-z))

alpha = 0.5
n_iter = 6
theta = np.zeros(X.shape[1])
costs = []
for _ in range(n_iter):
    h = sigmoid(X @ theta)
    grad = X.T @ (h - y) / y.size
    theta -= alpha * grad
    cost = -np.mean(y * np.log(h) + (1 - y) * np.log(1 - h))
    costs.append(cost)
""",
        "params": {"alpha": 0.5, "n_iter": 6},
        "curves": {"cost": range(6)},
    },
    {
        "name": "h1-torch-tutorial-fit",
        "setup": TORCH,
        "code": """
lr = 0.5
bs = 10
epochs = 2
model = nn.Linear(2, 2)
opt = torch.optim.SGD(model.parameters(), lr=lr)
for epoch in range(epochs):
    model.train()
    for xb, yb in train_dl:
        pred = model(xb)
        loss = F.cross_entropy(pred, yb)
        loss.backward()
        opt.step()
        opt.zero_grad()
    model.eval()
    with torch.no_grad():
        valid_loss = sum(F.cross_entropy(model(xb), yb) for xb, yb in train_dl)
    print(epoch, valid_loss / len(train_dl))
""",
        "params": {"lr": 0.5, "bs": 10, "epochs": 2},
        "curves": {"loss": [0, 1], "valid_loss": [0, 1]},
    },
    {
        "name": "h1-gan-loop",
        "setup": TORCH,
        "code": """
netG = nn.Linear(4, 2)
netD = nn.Linear(2, 1)
criterion = nn.MSELoss()
beta1 = 0.5
optD = torch.optim.Adam(netD.parameters(), lr=2e-4, betas=(beta1, 0.999))
optG = torch.optim.Adam(netG.parameters(), lr=1e-4, betas=(beta1, 0.999))
G_losses, D_losses = [], []
num_epochs = 3
nz = 4
for epoch in range(num_epochs):
    for real, _ in train_dl:
        noise = torch.randn(len(real), nz)
        fake = netG(noise)
        errD_real = criterion(netD(real), torch.tensor(np.ones((len(real), 1))))
        errD_fake = criterion(netD(fake.detach()), torch.tensor(np.zeros((len(real), 1))))
        errD = errD_real + errD_fake
        errD.backward()
        optD.step()
        errG = criterion(netD(fake), torch.tensor(np.ones((len(real), 1))))
        errG.backward()
        optG.step()
        G_losses.append(errG.item())
        D_losses.append(errD.item())
    print('[%d/%d] Loss_D: %.4f Loss_G: %.4f' % (epoch, num_epochs, errD.item(), errG.item()))
""",
        "params": {"beta1": 0.5, "num_epochs": 3, "nz": 4, "optD.lr": 2e-4, "optG.lr": 1e-4},
        "curves": {"errD": range(3), "errG": range(3)},
    },
    {
        "name": "h1-scipy-minimize",
        "setup": NP,
        "code": """
from scipy.optimize import minimize
def rosen(p, a=1, b=100):
    return (a - p[0]) ** 2 + b * (p[1] - p[0] ** 2) ** 2
res = minimize(rosen, x0=[-1.0, 2.0], method="Nelder-Mead", tol=1e-3)
print(res.success, res.nit)
res.fun
""",
        "params": {"minimize.x0": [-1.0, 2.0], "minimize.method": "Nelder-Mead", "minimize.tol": 1e-3},
        "metrics": ("fun",),
    },
    {
        "name": "h1-curve-fit",
        "setup": NP + "x = np.linspace(0, 4, 20)\ny = 2.5 * np.exp(-1.3 * x) + 0.5",
        "code": """
from scipy.optimize import curve_fit
def model(x, a, b, c):
    return a * np.exp(-b * x) + c
popt, pcov = curve_fit(model, x, y, p0=(1, 1, 1), maxfev=2000)
a, b, c = popt
perr = np.sqrt(np.diag(pcov))
residuals = y - model(x, *popt)
rss = np.sum(residuals ** 2)
r_squared = 1 - rss / np.sum((y - y.mean()) ** 2)
print(f"a={a:.2f} b={b:.2f} c={c:.2f}  R2={r_squared:.4f}")
""",
        "params": {"curve_fit.p0": (1, 1, 1), "curve_fit.maxfev": 2000},
        "metrics": ("a", "b", "c", "r_squared"),
    },
    {
        "name": "h1-ttest",
        "setup": NP + "from scipy import stats\na = rng.normal(size=30)\nb = rng.normal(0.5, size=30)",
        "code": """
alpha = 0.05
t_stat, p_value = stats.ttest_ind(a, b, equal_var=False)
if p_value < alpha:
    print("significant")
print(t_stat, p_value)
""",
        "params": {"alpha": 0.05, "ttest_ind.equal_var": False},
        "metrics": ("t_stat", "p_value"),
    },
    {
        "name": "h1-pendulum",
        "setup": NP,
        "code": """
g, L = 9.81, 1.0
dt = 0.01
theta, omega = 0.2, 0.0
t = 0.0
energies = []
while t < 0.1:
    omega -= g / L * np.sin(theta) * dt
    theta += omega * dt
    t += dt
    E = 0.5 * (L * omega) ** 2 + g * L * (1 - np.cos(theta))
    energies.append(E)
drift = max(energies) - min(energies)
print(f"drift {drift:.2e}")
""",
        "params": {"g": 9.81, "L": 1.0, "dt": 0.01},
        "metrics": ("drift",),
        "curves": {"E": 11},
    },
    {
        "name": "h1-epsilon-greedy",
        "setup": NP,
        "code": """
n_arms, n_steps = 3, 20
epsilon = 1.0
true_means = rng.normal(size=n_arms)
counts = np.zeros(n_arms)
values = np.zeros(n_arms)
regret = 0.0
for step in range(n_steps):
    arm = rng.integers(n_arms) if rng.random() < epsilon else values.argmax()
    reward = rng.normal(true_means[arm])
    counts[arm] += 1
    values[arm] += (reward - values[arm]) / counts[arm]
    regret += true_means.max() - true_means[arm]
    epsilon = max(0.1, epsilon * 0.9)
print("total regret", regret)
""",
        "params": {"n_arms": 3, "n_steps": 20, "epsilon": 1.0},
        "curves": {"regret": range(20)},
    },
    {
        "name": "h1-kmeans-by-hand",
        "setup": NP + "pts = np.concatenate([rng.normal(0, 1, (20, 2)), rng.normal(5, 1, (20, 2))])",
        "code": """
k = 2
tol = 1e-4
centers = pts[rng.choice(len(pts), k, replace=False)]
for it in range(20):
    d = np.linalg.norm(pts[:, None] - centers[None], axis=2)
    assign = d.argmin(axis=1)
    new = np.array([pts[assign == j].mean(axis=0) for j in range(k)])
    shift = np.linalg.norm(new - centers)
    inertia = (d.min(axis=1) ** 2).sum()
    centers = new
    if shift < tol:
        break
print("iterations", it + 1, "inertia", inertia)
""",
        "params": {"k": 2, "tol": 1e-4, "choice.replace": False},
        "curves": {"shift": None, "inertia": None},
    },
    {
        "name": "h1-time-series-cv",
        "setup": NP + "series = np.cumsum(rng.normal(size=60))\nX = np.arange(60).reshape(-1, 1)",
        "code": """
from sklearn.model_selection import TimeSeriesSplit
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_absolute_error as mae
tscv = TimeSeriesSplit(n_splits=3, gap=2)
maes = []
for tr, te in tscv.split(X):
    m = Ridge(alpha=0.1)
    m.fit(X[tr], series[tr])
    maes.append(mae(series[te], m.predict(X[te])))
avg, sd = np.mean(maes), np.std(maes)
print(f"MAE {avg:.2f} ± {sd:.2f}")
""",
        "params": {"TimeSeriesSplit.n_splits": 3, "TimeSeriesSplit.gap": 2, "Ridge.alpha": 0.1},
        "metrics": ("avg", "sd"),
        "curves": {"maes": range(3)},
    },
    {
        "name": "h1-product-grid",
        "setup": NP
        + "def run(lr, depth, seed=0):\n    return float(np.random.default_rng(seed).random() / lr + depth)",
        "code": """
from itertools import product
grid = {"lr": [0.1, 0.01], "depth": [2, 4]}
results = []
best = None
best_score = -np.inf
for lr, depth in product(grid["lr"], grid["depth"]):
    score = run(lr, depth, seed=7)
    results.append({"lr": lr, "depth": depth, "score": score})
    if score > best_score:
        best_score = score
        best = {"lr": lr, "depth": depth}
print(best, best_score)
""",
        "params": {"grid.lr": [0.1, 0.01], "grid.depth": [2, 4], "run.seed": 7},
        "curves": {"score": range(4), "best_score": None},
    },
    {
        "name": "h1-pbar-walrus",
        "setup": [TORCH, "from tqdm import tqdm, trange"],
        "code": """
net = nn.Linear(2, 1)
opt = torch.optim.SGD(net.parameters(), lr=0.1)
n = 4
for epoch in (pbar := tqdm(range(n), desc="fit")):
    loss = F.mse_loss(net(x_train), y_train)
    opt.zero_grad()
    loss.backward()
    opt.step()
    pbar.set_description(f"loss {loss.item():.3f}")
""",
        "params": {"n": 4, "SGD.lr": 0.1},
        "curves": {"loss": range(4)},
    },
    {
        "name": "h1-trange-numpy",
        "setup": [NP, "from tqdm import trange"],
        "code": """
x = rng.normal(size=10)
for i in trange(3, desc="iterating"):
    x = np.tanh(x * 0.9)
    energy = np.sum(x ** 2)
""",
        "params": {"normal.size": 10},
        "curves": {"energy": range(3)},
    },
    {
        "name": "h1-generator-training",
        "setup": NP
        + """
def training(lr, steps=3):
    w = 5.0
    for i in range(steps):
        w -= lr * w
        yield i, w ** 2
""",
        "code": """
for i, loss in training(0.3, steps=4):
    if i % 2 == 0:
        print(i, loss)
final = loss
""",
    },
    {
        "name": "h1-nested-history",
        "setup": NP + "def step(scale):\n    return float(rng.random() * scale)",
        "code": """
history = {"train": {"loss": [], "acc": []}, "val": {"loss": []}}
for epoch in range(3):
    history["train"]["loss"].append(step(1.0))
    history["train"]["acc"].append(step(0.5))
    history["val"]["loss"].append(step(2.0))
print(history["val"]["loss"][-1])
""",
        "params": {"step.scale": 1.0},
        "metrics": ("loss",),
        "curves": {"history.train.loss": range(3), "history.train.acc": range(3), "history.val.loss": range(3)},
    },
    {
        "name": "h1-try-around-fit",
        "setup": TITANIC,
        "code": """
from sklearn.linear_model import LogisticRegression
try:
    lr = LogisticRegression(C=-1.0, penalty="l2")
    lr.fit(train[features], train["Survived"])
    acc = lr.score(train[features], train["Survived"])
except ValueError as e:
    print("failed", type(e).__name__)
    acc = float("nan")
else:
    print(acc)
""",
        "params": {
            "features": ["Age", "Fare", "Pclass"],
            "LogisticRegression.C": -1.0,
            "LogisticRegression.penalty": "l2",
        },
    },
    {
        "name": "h1-match-optimizer",
        "setup": NP + "def descend(rule, rate):\n    return float(rng.random() * rate)",
        "code": """
optimizer = "adam"
match optimizer:
    case "sgd":
        rate = 0.1
    case "adam":
        rate = 0.001
    case _:
        rate = 1.0
final_loss = descend(optimizer, rate)
""",
        "params": {"optimizer": "adam", "rate": 0.001},
        "metrics": ("final_loss",),
    },
    {
        "name": "h1-lambda-metric",
        "setup": NP + "y = rng.normal(size=10)\np = y + 0.1",
        "code": """
mape = lambda a, b: np.mean(np.abs((a - b) / a))
rmse = lambda a, b: np.sqrt(np.mean((a - b) ** 2))
err = mape(y, p)
print("mape", err, "rmse", rmse(y, p))
""",
        "metrics": ("err", "rmse"),
    },
    {
        "name": "h1-trainer-class",
        "setup": NP
        + """
class Trainer:
    def __init__(self, lr, batch_size=8):
        self.lr, self.batch_size = lr, batch_size
        self.history = []
    def fit(self, X, epochs=1):
        for _ in range(epochs):
            self.history.append(float(np.mean(X) * self.lr))
        return self
    def score(self, X):
        return float(np.std(X))
X = rng.normal(size=(20, 2))
""",
        "code": """
trainer = Trainer(0.1, batch_size=16)
trainer.fit(X, 5)
s = trainer.score(X)
print(s)
""",
        "params": {"Trainer.lr": 0.1, "Trainer.batch_size": 16, "fit.epochs": 5},
        "metrics": ("s",),
    },
    {
        "name": "h1-random-walk",
        "setup": "import random",
        "code": """
random.seed(1)
position = 0
furthest = 0
steps = 15
for _ in range(steps):
    position += random.choice([-1, 1])
    furthest = max(furthest, abs(position))
print(position, furthest)
""",
        "params": {"steps": 15},
        "curves": {"position": range(15), "furthest": range(15)},
    },
    {
        "name": "h1-newton",
        "setup": NP,
        "code": """
f = lambda x: np.cos(x) - x
df = lambda x: -np.sin(x) - 1
x = 1.0
tol = 1e-8
for i in range(20):
    x_new = x - f(x) / df(x)
    if abs(x_new - x) < tol:
        break
    x = x_new
print("root", x_new, "after", i)
""",
        "params": {"tol": 1e-8},
        "curves": {"x_new": None},
    },
    {
        "name": "h1-bisect-displayed-state",
        "setup": NP,
        "code": """
lo, hi = 0.0, 2.0
while hi - lo > 0.1:
    mid = (lo + hi) / 2
    if np.exp(mid) > 3:
        hi = mid
    else:
        lo = mid
print(mid)
""",
        "metrics": ("mid",),
    },
    {
        "name": "h1-bootstrap",
        "setup": NP + "data = rng.exponential(2.0, 30)",
        "code": """
B = 50
means = np.empty(B)
for b in range(B):
    sample = rng.choice(data, size=len(data), replace=True)
    means[b] = sample.mean()
lo, hi = np.percentile(means, [2.5, 97.5])
print(f"95% CI ({lo:.2f}, {hi:.2f})")
""",
        "params": {"B": 50, "choice.replace": True},
        "metrics": ("lo", "hi"),
        "curves": {"means": range(50)},
    },
    {
        "name": "h1-markov",
        "setup": NP,
        "code": """
P = np.array([[0.9, 0.1], [0.5, 0.5]])
pi = np.array([1.0, 0.0])
for n in range(1, 6):
    nxt = pi @ P
    delta = np.abs(nxt - pi).max()
    pi = nxt
stationary = pi[0]
""",
        "metrics": ("stationary",),
        "curves": {"delta": [1, 2, 3, 4, 5]},
    },
    {
        "name": "h1-statsmodels-like",
        "setup": NP
        + """
class _Fit:
    rsquared = 0.8
    params = {"x": 1.0}
    pvalues = [0.1]
class OLS:
    def __init__(self, y, X, missing="none"):
        self.y = y
    def fit(self, cov_type="nonrobust"):
        return _Fit()
    _private = 1
y = rng.normal(size=5)
""",
        "code": """
res = OLS(y, y, missing="drop").fit(cov_type="HC1")
print(res.rsquared)
r2 = res.rsquared
""",
        "params": {"OLS.missing": "drop", "fit.cov_type": "HC1"},
        "metrics": ("r2", "rsquared"),
    },
    {
        "name": "h1-ensemble-average",
        "setup": TITANIC,
        "code": """
from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeClassifier
X, y = train[features], train["Survived"]
m1 = LogisticRegression(max_iter=300).fit(X, y)
m2 = DecisionTreeClassifier(max_depth=2).fit(X, y)
w1, w2 = 0.6, 0.4
blend = w1 * m1.predict_proba(X)[:, 1] + w2 * m2.predict_proba(X)[:, 1]
blend_acc = ((blend > 0.5) == y).mean()
print(blend_acc)
""",
        "params": {
            "features": ["Age", "Fare", "Pclass"],
            "w1": 0.6,
            "w2": 0.4,
            "LogisticRegression.max_iter": 300,
            "DecisionTreeClassifier.max_depth": 2,
        },
        "metrics": ("blend_acc",),
    },
    {
        "name": "h1-feature-importance-no-metric",
        "setup": TITANIC,
        "code": """
from sklearn.ensemble import ExtraTreesClassifier
et = ExtraTreesClassifier(n_estimators=4, random_state=0)
et.fit(train[features], train["Survived"])
imp = pd.Series(et.feature_importances_, index=features).sort_values()
imp
""",
        "params": {
            "features": ["Age", "Fare", "Pclass"],
            "ExtraTreesClassifier.n_estimators": 4,
            "ExtraTreesClassifier.random_state": 0,
        },
        "metrics": ("imp.Age", "imp.Fare", "imp.Pclass"),
    },
    {
        "name": "h1-display-in-if",
        "setup": NP,
        "code": """
log_every = 2
loss = None
for step in range(5):
    noise = rng.normal(scale=0.1)
    loss = 1 / (step + 1) + noise
    if step % log_every == 0:
        print(f"step {step:3d} | loss {loss:.3f}")
""",
        "params": {"log_every": 2, "normal.scale": 0.1},
        "curves": {"loss": range(5)},
    },
    {
        "name": "h1-ema",
        "setup": NP,
        "code": """
beta = 0.9
ema = 0.0
for x in rng.normal(size=6):
    ema = beta * ema + (1 - beta) * x
print(ema)
""",
        "params": {"beta": 0.9, "normal.size": 6},
        "curves": {"ema": range(6)},
    },
    {
        "name": "h1-logging-module",
        "setup": NP + "import logging\nlogger = logging.getLogger('x')",
        "code": """
n_rounds = 3
for r in range(n_rounds):
    acc = rng.random()
    logger.info("round %d acc %.3f", r, acc)
""",
        "params": {"n_rounds": 3},
        "curves": {"acc": range(3)},
    },
    {
        "name": "h1-context-timer",
        "setup": NP
        + """
import time
class Timer:
    def __enter__(self):
        self.t = time.time()
        return self
    def __exit__(self, *a):
        self.seconds = time.time() - self.t
""",
        "code": """
size = 50
with Timer() as timer:
    m = rng.normal(size=(size, size))
    norm = np.linalg.norm(m, ord="fro")
secs = timer.seconds
""",
        "params": {"size": 50, "norm.ord": "fro"},
        "metrics": ("norm", "secs"),
    },
    {
        "name": "h1-learning-curve",
        "setup": TITANIC,
        "code": """
from sklearn.linear_model import LogisticRegression
sizes = [30, 60, 90]
train_scores = []
for n in sizes:
    sub = train.iloc[:n]
    clf = LogisticRegression(C=1e2).fit(sub[features], sub["Survived"])
    train_scores.append(clf.score(sub[features], sub["Survived"]))
""",
        "params": {"sizes": [30, 60, 90], "features": ["Age", "Fare", "Pclass"], "LogisticRegression.C": 100.0},
        "curves": {"train_scores": [30, 60, 90]},
    },
    {
        "name": "h1-threshold-sweep",
        "setup": NP + "y = rng.integers(0, 2, 40)\nscores = rng.random(40)",
        "code": """
best_f1 = 0
best_t = 0
for t in np.linspace(0.1, 0.9, 5):
    pred = (scores > t).astype(int)
    tp = (pred * y).sum()
    f1 = 2 * tp / (pred.sum() + y.sum())
    if f1 > best_f1:
        best_f1, best_t = f1, t
print(best_t, best_f1)
""",
        "curves": {"f1": range(5), "best_f1": 1},
    },
    {
        "name": "h1-simulated-annealing",
        "setup": NP,
        "code": """
T = 10.0
cooling = 0.8
T_min = 1.0
state = rng.normal()
cost = state ** 2
best_cost = cost
while T > T_min:
    cand = state + rng.normal(scale=T)
    new_cost = cand ** 2
    if new_cost < cost or rng.random() < np.exp((cost - new_cost) / T):
        state, cost = cand, new_cost
    if cost < best_cost:
        best_cost = cost
    T *= cooling
print(f"best {best_cost:.3f}")
""",
        "params": {"T": 10.0, "cooling": 0.8, "T_min": 1.0},
        "curves": {"best_cost": 1},
    },
    {
        "name": "h1-json-dump",
        "setup": NP + "import json\ny = rng.integers(0, 2, 30)\np = rng.integers(0, 2, 30)",
        "code": """
metrics = {
    "accuracy": float((y == p).mean()),
    "error": float((y != p).mean()),
    "support": int(len(y)),
}
print(json.dumps(metrics, indent=2))
""",
        "metrics": ("metrics.accuracy", "metrics.error"),
    },
    {
        "name": "h1-ab-test",
        "setup": "import math",
        "code": """
n_a, n_b = 1000, 1100
conv_a, conv_b = 120, 160
p_a = conv_a / n_a
p_b = conv_b / n_b
pooled = (conv_a + conv_b) / (n_a + n_b)
se = math.sqrt(pooled * (1 - pooled) * (1 / n_a + 1 / n_b))
z = (p_b - p_a) / se
print(f"z = {z:.2f}")
""",
        "params": {"n_a": 1000, "n_b": 1100, "conv_a": 120, "conv_b": 160},
        "metrics": ("z",),
    },
    {
        "name": "h1-q-learning",
        "setup": NP
        + """
class Env:
    def __init__(self, size=4):
        self.size = size
    def reset(self):
        self.s = 0
        return 0
    def step(self, a):
        self.s = min(self.s + a, self.size - 1)
        return self.s, float(self.s == self.size - 1), self.s == self.size - 1
""",
        "code": """
env = Env(size=3)
alpha, gamma, eps = 0.5, 0.9, 0.2
Q = np.zeros((3, 2))
returns = []
for episode in range(4):
    s, done, G = env.reset(), False, 0.0
    while not done:
        a = rng.integers(2) if rng.random() < eps else int(Q[s].argmax())
        s2, r, done = env.step(a)
        Q[s, a] += alpha * (r + gamma * Q[s2].max() - Q[s, a])
        s = s2
        G += r
    returns.append(G)
    eps *= 0.9
print("mean return", np.mean(returns))
""",
        "params": {"alpha": 0.5, "gamma": 0.9, "eps": 0.2, "Env.size": 3},
        "metrics": ("mean",),
        "curves": {"G": range(4)},
    },
]
