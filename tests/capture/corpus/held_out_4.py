"""Fourth held-out set: forty more cells, labelled before they were ever run."""

# the cells are text, as people write it

NP = "import numpy as np\nrng = np.random.default_rng(21)\n"
SK = (
    NP
    + """
from sklearn.datasets import load_wine
from sklearn.model_selection import train_test_split
X, y = load_wine(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=4)
"""
)
TORCH = """
import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
g = np.random.default_rng(1)
xs = g.normal(size=(24, 2))
X, y = torch.tensor(xs), torch.tensor((xs[:, 1] > 0).astype(float))
train_loader = DataLoader(TensorDataset(X, y), batch_size=8)
val_loader = DataLoader(TensorDataset(X, y), batch_size=12)
"""

CELLS = [
    {
        "name": "h4-torch-train-val",
        "setup": TORCH,
        "code": """
torch.manual_seed(42)
model = nn.Sequential(nn.Linear(2, 4), nn.ReLU(), nn.Dropout(p=0.2), nn.Linear(4, 2))
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
criterion = nn.CrossEntropyLoss()
num_epochs = 3
train_losses, val_losses, val_accs = [], [], []
best_val_loss = float('inf')
for epoch in range(num_epochs):
    model.train()
    train_loss = 0.0
    for inputs, targets in train_loader:
        optimizer.zero_grad()
        outputs = model(inputs)
        loss = criterion(outputs, targets)
        loss.backward()
        optimizer.step()
        train_loss += loss.item() * inputs.size(0)
    train_loss /= len(train_loader.dataset)

    model.eval()
    val_loss, correct = 0.0, 0
    with torch.no_grad():
        for inputs, targets in val_loader:
            outputs = model(inputs)
            val_loss += criterion(outputs, targets).item() * inputs.size(0)
            correct += (outputs.argmax(1) == targets).sum().item()
    val_loss /= len(val_loader.dataset)
    val_acc = correct / len(val_loader.dataset)
    train_losses.append(train_loss)
    val_losses.append(val_loss)
    val_accs.append(val_acc)
    if val_loss < best_val_loss:
        best_val_loss = val_loss
        best_weights = model.state_dict()
    print(f"Epoch {epoch+1}/{num_epochs}: train {train_loss:.4f} val {val_loss:.4f} acc {val_acc:.2%}")
""",
        "params": {"num_epochs": 3, "Dropout.p": 0.2, "Adam.lr": 3e-3},
        "curves": {"train_loss": range(3), "val_loss": range(3), "val_acc": range(3), "best_val_loss": None},
    },
    {
        "name": "h4-torch-tutorial-mini-report",
        "setup": TORCH,
        "code": """
net = nn.Linear(2, 2)
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(net.parameters(), lr=0.001, momentum=0.9)
for epoch in range(2):
    running_loss = 0.0
    for i, data in enumerate(train_loader, 0):
        inputs, labels = data
        optimizer.zero_grad()
        outputs = net(inputs)
        loss = criterion(outputs, labels)
        loss.backward()
        optimizer.step()
        running_loss += loss.item()
        if i % 2 == 1:
            print(f'[{epoch + 1}, {i + 1:5d}] loss: {running_loss / 2:.3f}')
            running_loss = 0.0
print('Finished Training')
""",
        "params": {"SGD.lr": 0.001, "SGD.momentum": 0.9},
        "curves": {"running_loss": range(2)},
    },
    {
        "name": "h4-linear-regression-torch-params",
        "setup": TORCH,
        "code": """
w = torch.randn(2)
lr = 1e-2
target = torch.tensor(np.zeros(24))
for it in range(3):
    pred = X @ w
    mse = ((pred - target) ** 2).mean()
    w = w - lr * (pred @ X)
    if it % 2 == 0:
        print(it, mse.item())
print(f"final mse: {mse.item():.3f}")
""",
        "params": {"lr": 1e-2},
        "curves": {"mse": range(3)},
    },
    {
        "name": "h4-sk-column-transformer",
        "setup": NP
        + "import pandas as pd\ndf = pd.DataFrame({'age': rng.integers(20, 60, 40), 'job': rng.choice(['a', 'b'], 40), 'bought': rng.integers(0, 2, 40)})",
        "code": """
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
num_cols = ["age"]
cat_cols = ["job"]
target = "bought"
pre = ColumnTransformer([("num", StandardScaler(with_mean=True), num_cols), ("cat", OneHotEncoder(handle_unknown="ignore"), cat_cols)])
pipe = Pipeline([("pre", pre), ("clf", LogisticRegression(C=0.1))])
scores = cross_val_score(pipe, df[num_cols + cat_cols], df[target], cv=3, scoring="roc_auc")
print(f"AUC: {scores.mean():.3f} (+/- {scores.std():.3f})")
""",
        "params": {
            "num_cols": ["age"],
            "cat_cols": ["job"],
            "target": "bought",
            "StandardScaler.with_mean": True,
            "OneHotEncoder.handle_unknown": "ignore",
            "LogisticRegression.C": 0.1,
            "cross_val_score.cv": 3,
            "cross_val_score.scoring": "roc_auc",
        },
        "metrics": ("mean", "std"),
    },
    {
        "name": "h4-randomized-search",
        "setup": SK,
        "code": """
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import RandomizedSearchCV
dist = {"n_estimators": [5, 10], "max_depth": [2, None]}
rs = RandomizedSearchCV(RandomForestClassifier(random_state=0), dist, n_iter=2, cv=2, random_state=0)
rs.fit(X_train, y_train)
best_cv = rs.best_score_
test_acc = rs.best_estimator_.score(X_test, y_test)
print(rs.best_params_, best_cv, test_acc)
""",
        "params": {
            "dist.n_estimators": [5, 10],
            "dist.max_depth": [2, None],
            "RandomForestClassifier.random_state": 0,
            "RandomizedSearchCV.n_iter": 2,
            "RandomizedSearchCV.cv": 2,
            "RandomizedSearchCV.random_state": 0,
        },
        "metrics": ("best_cv", "test_acc"),
    },
    {
        "name": "h4-classification-report-dict",
        "setup": SK,
        "code": """
from sklearn.dummy import DummyClassifier
from sklearn.metrics import classification_report
dummy = DummyClassifier(strategy="most_frequent").fit(X_train, y_train)
rep = classification_report(y_test, dummy.predict(X_test), output_dict=True, zero_division=0)
macro_f1 = rep["macro avg"]["f1-score"]
print(f"macro F1 = {macro_f1:.2f}")
""",
        "params": {
            "DummyClassifier.strategy": "most_frequent",
            "classification_report.output_dict": True,
            "classification_report.zero_division": 0,
        },
        "metrics": ("macro_f1",),
    },
    {
        "name": "h4-feature-selection-loop",
        "setup": SK,
        "code": """
from sklearn.feature_selection import SelectKBest, f_classif
from sklearn.neighbors import KNeighborsClassifier
results = {}
for k in (2, 5, 10):
    sel = SelectKBest(f_classif, k=k)
    Z = sel.fit_transform(X_train, y_train)
    knn = KNeighborsClassifier(n_neighbors=3, weights="distance").fit(Z, y_train)
    results[k] = knn.score(sel.transform(X_test), y_test)
best_k = max(results, key=results.get)
print(best_k, results[best_k])
""",
        "params": {"KNeighborsClassifier.n_neighbors": 3, "KNeighborsClassifier.weights": "distance"},
        "metrics": ("best_k",),
    },
    {
        "name": "h4-while-patience-counter",
        "setup": NP + "def fit_one(step):\n    return 1 / (1 + step) if step < 5 else 0.2",
        "code": """
best_loss = 1e9
no_improve = 0
step = 0
while no_improve < 3:
    loss = fit_one(step)
    if loss < best_loss:
        best_loss = loss
        no_improve = 0
    else:
        no_improve += 1
    step += 1
print("best", best_loss, "at", step)
""",
        "curves": {"loss": None, "best_loss": None},
    },
    {
        "name": "h4-numpy-nn",
        "setup": NP + "X = rng.normal(size=(30, 2))\nY = (X[:, :1] * X[:, 1:] > 0).astype(float)",
        "code": """
H = 5
lr = 0.5
W1 = rng.normal(scale=0.5, size=(2, H)); b1 = np.zeros(H)
W2 = rng.normal(scale=0.5, size=(H, 1)); b2 = np.zeros(1)
for ep in range(6):
    A = np.tanh(X @ W1 + b1)
    P = 1 / (1 + np.exp(-(A @ W2 + b2)))
    loss = -np.mean(Y * np.log(P + 1e-9) + (1 - Y) * np.log(1 - P + 1e-9))
    acc = ((P > 0.5) == Y).mean()
    dZ2 = (P - Y) / len(X)
    dW2 = A.T @ dZ2
    dA = dZ2 @ W2.T * (1 - A ** 2)
    W1 -= lr * X.T @ dA; b1 -= lr * dA.sum(0)
    W2 -= lr * dW2; b2 -= lr * dZ2.sum(0)
    if ep % 3 == 0:
        print(f"{ep=} {loss=:.4f} {acc=:.2f}")
""",
        "params": {"H": 5, "lr": 0.5, "normal.scale": 0.5},
        "curves": {"loss": range(6), "acc": range(6)},
    },
    {
        "name": "h4-lotka-volterra",
        "setup": NP,
        "code": """
a, b, c, d = 1.0, 0.1, 1.5, 0.075
prey, pred = 10.0, 5.0
dt, n_steps = 0.01, 5
for n in range(n_steps):
    dprey = (a * prey - b * prey * pred) * dt
    dpred = (-c * pred + d * prey * pred) * dt
    prey += dprey
    pred += dpred
print(f"prey={prey:.2f}, pred={pred:.2f}")
""",
        "params": {"a": 1.0, "b": 0.1, "c": 1.5, "d": 0.075, "dt": 0.01, "n_steps": 5},
        "metrics": ("prey", "pred"),
    },
    {
        "name": "h4-thompson",
        "setup": NP,
        "code": """
probs = [0.2, 0.5, 0.7]
K = len(probs)
succ, fail = np.ones(K), np.ones(K)
reward_history = []
for t in range(10):
    arm = int(np.argmax(rng.beta(succ, fail)))
    r = int(rng.random() < probs[arm])
    succ[arm] += r
    fail[arm] += 1 - r
    reward_history.append(r)
avg_reward = np.mean(reward_history)
best_arm = int(np.argmax(succ / (succ + fail)))
""",
        "params": {"probs": [0.2, 0.5, 0.7]},
        "metrics": ("avg_reward", "best_arm"),
    },
    {
        "name": "h4-gmm-em",
        "setup": NP + "x = np.concatenate([rng.normal(-2, 1, 20), rng.normal(2, 1, 20)])",
        "code": """
mu = np.array([-1.0, 1.0]); pi = np.array([0.5, 0.5])
loglik_prev = -np.inf
for it in range(10):
    dens = pi * np.exp(-0.5 * (x[:, None] - mu) ** 2) / np.sqrt(2 * np.pi)
    loglik = np.log(dens.sum(axis=1)).sum()
    resp = dens / dens.sum(axis=1, keepdims=True)
    mu = (resp * x[:, None]).sum(0) / resp.sum(0)
    pi = resp.mean(0)
    if loglik - loglik_prev < 1e-3:
        break
    loglik_prev = loglik
print("loglik", loglik)
""",
        "curves": {"loglik": None},
    },
    {
        "name": "h4-sensor-groupby",
        "setup": NP + "import pandas as pd\ndf = pd.DataFrame({'sensor': list('aabb'), 't': [20.0, 21.0, 30.0, 33.0]})",
        "code": """
stats = df.groupby("sensor")["t"].agg(["mean", "std"])
spread = stats["mean"].max() - stats["mean"].min()
overall = df["t"].mean()
stats
""",
        "metrics": ("spread", "overall"),
    },
    {
        "name": "h4-anova",
        "setup": NP
        + "from scipy.stats import f_oneway\ng1, g2, g3 = rng.normal(0, 1, 10), rng.normal(1, 1, 10), rng.normal(0, 1, 10)",
        "code": """
F, p = f_oneway(g1, g2, g3)
alpha = 0.05
reject = p < alpha
print(f"F={F:.2f}, p={p:.4f}", "reject" if reject else "keep")
""",
        "params": {"alpha": 0.05},
        "metrics": ("F", "p"),
    },
    {
        "name": "h4-progress-share",
        "setup": NP,
        "code": """
total_steps = 4
warmup_steps = int(0.25 * total_steps)
peak_lr = 0.1
for step in range(total_steps):
    progress = (step + 1) / total_steps
    lr = peak_lr * min(1.0, (step + 1) / warmup_steps)
    loss = rng.exponential() / (1 + lr)
    print(f"{progress:.0%} lr={lr:.3f} loss={loss:.3f}")
""",
        "params": {"total_steps": 4, "peak_lr": 0.1},
        "curves": {"loss": range(4)},
    },
    {
        "name": "h4-argmax-of-computed",
        "setup": SK,
        "code": """
from sklearn.ensemble import RandomForestClassifier
forest = RandomForestClassifier(n_estimators=8, random_state=3).fit(X_train, y_train)
importances = forest.feature_importances_
top = importances.argmax()
top_importance = importances[top]
acc = forest.score(X_test, y_test)
""",
        "params": {"RandomForestClassifier.n_estimators": 8, "RandomForestClassifier.random_state": 3},
        "metrics": ("top_importance", "acc"),
    },
    {
        "name": "h4-multiple-restarts",
        "setup": NP + "from scipy.optimize import minimize\ndef loss(p):\n    return float(np.sum((p - 1) ** 2))",
        "code": """
n_restarts = 3
best = None
for k in range(n_restarts):
    x0 = rng.normal(size=2)
    res = minimize(loss, x0, method="Powell", options={"maxiter": 20})
    if best is None or res.fun < best.fun:
        best = res
print(best.x, best.fun)
best.fun
""",
        "params": {"n_restarts": 3, "normal.size": 2, "minimize.method": "Powell"},
        "metrics": ("fun",),
    },
    {
        "name": "h4-context-of-earlier-scalars",
        "setup": [NP, "baseline = 0.71\nbudget = 3\nlabels = ['a', 'b']"],
        "code": """
best = 0
for i in range(budget):
    candidate = rng.random()
    if candidate > best:
        best = candidate
gain = best - baseline
print("gain over baseline", gain)
""",
        "params": {"baseline": 0.71, "budget": 3},
        "metrics": ("gain",),
        "curves": {"candidate": range(3), "best": None},
    },
    {
        "name": "h4-inplace-arrays",
        "setup": NP,
        "code": """
n = 5
T = np.zeros(n)
T[0] = 100.0
alpha = 0.1
for step in range(4):
    T[1:-1] += alpha * (T[2:] - 2 * T[1:-1] + T[:-2])
    mean_T = T.mean()
""",
        "params": {"n": 5, "alpha": 0.1},
        "curves": {"mean_T": range(4)},
    },
    {
        "name": "h4-conditional-metric",
        "setup": SK,
        "code": """
from sklearn.svm import LinearSVC
evaluate = True
clf = LinearSVC(C=0.01, dual=False)
clf.fit(X_train, y_train)
if evaluate:
    acc = clf.score(X_test, y_test)
    print("acc", acc)
else:
    acc = None
""",
        "params": {"evaluate": True, "LinearSVC.C": 0.01, "LinearSVC.dual": False},
        "metrics": ("acc",),
    },
    {
        "name": "h4-untaken-branch",
        "setup": SK,
        "code": """
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier
kind = "tree"
model = DecisionTreeClassifier(max_depth=2) if kind == "tree" else LinearSVC(C=5.0)
score = model.fit(X_train, y_train).score(X_test, y_test)
""",
        "params": {"kind": "tree", "DecisionTreeClassifier.max_depth": 2},
        "metrics": ("score",),
    },
    {
        "name": "h4-string-results",
        "setup": NP,
        "code": """
grades = {"a": 0.91, "b": 0.72}
best_student = max(grades, key=grades.get)
summary = ", ".join(f"{k}={v:.2f}" for k, v in grades.items())
print(summary)
""",
        "params": {"grades.a": 0.91, "grades.b": 0.72},
    },
    {
        "name": "h4-simple-moving-average-strategy",
        "setup": NP + "prices = 100 + np.cumsum(rng.normal(size=50))",
        "code": """
fast, slow = 5, 20
cash, shares = 1000.0, 0.0
for t in range(slow, len(prices)):
    f_ma = prices[t - fast:t].mean()
    s_ma = prices[t - slow:t].mean()
    if f_ma > s_ma and cash > 0:
        shares, cash = cash / prices[t], 0.0
    elif f_ma < s_ma and shares > 0:
        cash, shares = shares * prices[t], 0.0
final = cash + shares * prices[-1]
ret = final / 1000.0 - 1
print(f"return {ret:.2%}")
""",
        "params": {"fast": 5, "slow": 20},
        "metrics": ("ret",),
        "curves": {"f_ma": range(20, 50), "s_ma": range(20, 50)},
    },
    {
        "name": "h4-multi-output-eval",
        "setup": NP
        + "def evaluate(w, k=1):\n    return {'mae': float(np.abs(w).mean()), 'mse': float((w ** 2).mean())}",
        "code": """
w = rng.normal(size=4)
metrics = evaluate(w, k=3)
print(metrics)
""",
        "params": {"normal.size": 4, "evaluate.k": 3},
        "metrics": ("metrics.mae", "metrics.mse"),
    },
    {
        "name": "h4-epoch-metrics-update",
        "setup": NP + "def run_epoch(lr):\n    return {'loss': float(rng.random()), 'acc': float(rng.random())}",
        "code": """
lr = 0.1
for epoch in range(2):
    stats = run_epoch(lr)
    loss, acc = stats["loss"], stats["acc"]
    print(epoch, stats)
""",
        "params": {"lr": 0.1},
        "metrics": ("stats.loss", "stats.acc"),
        "curves": {"loss": range(2), "acc": range(2)},
    },
    {
        "name": "h4-typed-config-and-print",
        "setup": NP,
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
        "name": "h4-plain-timer-decorator",
        "setup": NP
        + "import time, functools\ndef timed(f):\n    @functools.wraps(f)\n    def inner(*a, **k):\n        t = time.time()\n        r = f(*a, **k)\n        inner.seconds = time.time() - t\n        return r\n    return inner",
        "code": """
@timed
def work(n, power=2):
    return float((np.arange(n) ** power).sum())

value = work(10, power=3)
""",
        "params": {"work.n": 10, "work.power": 3},
        "metrics": ("value",),
    },
    {
        "name": "h4-exception-mid-training",
        "setup": NP,
        "code": """
max_norm = 1.5
w = np.ones(2)
for step in range(10):
    w = w * 1.2
    norm = float(np.linalg.norm(w))
    if norm > max_norm:
        raise RuntimeError("diverged")
    safe = norm
""",
        "params": {"max_norm": 1.5},
        "curves": {"norm": [0]},
    },
    {
        "name": "h4-async-loop",
        "setup": "import asyncio\nasync def measure(i, delay=0):\n    await asyncio.sleep(delay)\n    return i ** 0.5 + 0.1\nasync def stream(n):\n    for i in range(n):\n        yield i",
        "code": """
async for i in stream(3):
    latency = await measure(i, delay=0)
    print(i, latency)
""",
        "params": {"stream.n": 3, "measure.delay": 0},
        "curves": {"latency": [0, 1, 2]},
    },
    {
        "name": "h4-plot-only-after-training",
        "setup": [
            NP,
            "import matplotlib\nmatplotlib.use('agg')\nimport matplotlib.pyplot as plt\ndef plot_curve(values, title='loss', color='k'):\n    plt.plot(values, color=color)\n    plt.title(title)\n    plt.close()",
        ],
        "code": """
losses = []
w = 4.0 + rng.random()
for i in range(4):
    w -= 0.2 * w
    losses.append(w ** 2)
plot_curve(losses, title="SGD", color="r")
""",
        "curves": {"losses": range(4)},
    },
    {
        "name": "h4-chained-methods-with-settings",
        "setup": NP + "import pandas as pd\ndf = pd.DataFrame({'a': rng.normal(size=20), 'b': rng.normal(size=20)})",
        "code": """
r = df.rolling(window=3, min_periods=1).mean().corr(method="spearman").iloc[0, 1]
print("r =", r)
""",
        "params": {"rolling.window": 3, "rolling.min_periods": 1, "corr.method": "spearman"},
        "metrics": ("r",),
    },
    {
        "name": "h4-sizes-everywhere",
        "setup": SK,
        "code": """
n_samples, n_features = X.shape
n_classes = len(np.unique(y))
n_train = len(X_train)
n_test = X_test.shape[0]
train_share = n_train / n_samples
batch = 32
n_batches = n_train // batch
print(n_samples, n_features, n_classes, n_batches)
""",
        "params": {"batch": 32},
        "metrics": ("train_share",),
    },
    {
        "name": "h4-set-params-later",
        "setup": SK,
        "code": """
from sklearn.linear_model import LogisticRegression
clf = LogisticRegression(max_iter=100)
clf.set_params(C=0.05)
clf.fit(X_train, y_train)
acc = clf.score(X_test, y_test)
""",
        "params": {"LogisticRegression.max_iter": 100, "set_params.C": 0.05},
        "metrics": ("acc",),
    },
    {
        "name": "h4-min-of-two",
        "setup": NP,
        "code": """
a = rng.random()
b = rng.random()
lower = min(a, b)
spread = abs(a - b)
""",
        "metrics": ("lower", "spread"),
    },
    {
        "name": "h4-global-counter-function",
        "setup": NP + "calls = 0\ndef f(x):\n    global calls\n    calls += 1\n    return float(x * 2)",
        "code": """
tol = 0.5
x = rng.random()
y = f(x)
print(y, y < tol)
""",
        "metrics": ("y",),
    },
    {
        "name": "h4-evaluate-every-fold-with-frame",
        "setup": SK + "import pandas as pd\nfrom sklearn.model_selection import StratifiedKFold",
        "code": """
from sklearn.ensemble import GradientBoostingClassifier
rows = []
for fold, (tr, va) in enumerate(StratifiedKFold(n_splits=2).split(X, y)):
    gb = GradientBoostingClassifier(n_estimators=3, subsample=0.8, random_state=fold)
    gb.fit(X[tr], y[tr])
    rows.append(dict(fold=fold, acc=gb.score(X[va], y[va])))
table = pd.DataFrame(rows)
mean_acc = table["acc"].mean()
table
""",
        "params": {
            "StratifiedKFold.n_splits": 2,
            "GradientBoostingClassifier.n_estimators": 3,
            "GradientBoostingClassifier.subsample": 0.8,
        },
        "metrics": ("mean_acc",),
        "curves": {"rows.acc": [0, 1]},
    },
    {
        "name": "h4-unused-imports-and-consts",
        "code": """
import os
DATA_DIR = "data"
SEED = 1234
os.environ["PYTHONHASHSEED"] = str(SEED)
""",
        "params": {"DATA_DIR": "data", "SEED": 1234},
    },
    {
        "name": "h4-copy-is-no-metric",
        "setup": NP,
        "code": """
score = rng.random()
final_score = score
backup = final_score
""",
        "metrics": ("score",),
    },
    {
        "name": "h4-interest-from-settings",
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
        "name": "h4-nested-loops-of-models",
        "setup": SK,
        "code": """
from sklearn.model_selection import KFold
from sklearn.neighbors import KNeighborsClassifier
summary = {}
for k in [1, 3]:
    accs = []
    for tr, va in KFold(n_splits=3, shuffle=True, random_state=0).split(X):
        accs.append(KNeighborsClassifier(n_neighbors=k).fit(X[tr], y[tr]).score(X[va], y[va]))
    mean = np.mean(accs)
    summary[f"k={k}"] = mean
    print(k, mean)
summary
""",
        "params": {"KFold.n_splits": 3, "KFold.shuffle": True, "KFold.random_state": 0},
        "metrics": ("summary.k=1", "summary.k=3"),
        "curves": {"mean": [1, 3]},
    },
]
