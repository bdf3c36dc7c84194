"""Fifth held-out set: forty more cells, labelled before they were ever run."""

# the cells are text, as people write it

NP = "import numpy as np\nrng = np.random.default_rng(31)\n"
SK = (
    NP
    + """
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
X, y = load_breast_cancer(return_X_y=True)
X = StandardScaler().fit_transform(X)[:120, :6]
y = y[:120]
X_train, X_val, y_train, y_val = train_test_split(X, y, random_state=3)
"""
)
TORCH = """
import numpy as np
import torch
import torch.nn as nn
import torch.optim as optim
from torch.utils.data import DataLoader, TensorDataset
g = np.random.default_rng(1)
feat = g.normal(size=(24, 3))
ds = TensorDataset(torch.tensor(feat), torch.tensor((feat[:, 1] > 0).astype(float)))
train_dl, valid_dl = DataLoader(ds, batch_size=8), DataLoader(ds, batch_size=24)
"""

CELLS = [
    {
        "name": "h5-train-fn-and-test-fn",
        "setup": [
            TORCH,
            """
def train_loop(dataloader, model, loss_fn, optimizer):
    for batch, (X, y) in enumerate(dataloader):
        loss = loss_fn(model(X), y)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        if batch % 100 == 0:
            print(f"loss: {loss.item():>7f}")
def test_loop(dataloader, model, loss_fn):
    total, correct = 0.0, 0
    for X, y in dataloader:
        total += loss_fn(model(X), y).item()
        correct += (model(X).argmax(1) == y).sum().item()
    return total / len(dataloader), correct / len(dataloader.dataset)
""",
        ],
        "code": """
learning_rate = 1e-3
epochs = 2
model = nn.Linear(3, 2)
loss_fn = nn.CrossEntropyLoss()
optimizer = optim.SGD(model.parameters(), lr=learning_rate)
for t in range(epochs):
    print(f"Epoch {t+1}\\n-------------------------------")
    train_loop(train_dl, model, loss_fn, optimizer)
    test_loss, accuracy = test_loop(valid_dl, model, loss_fn)
print("Done!")
""",
        "params": {"learning_rate": 1e-3, "epochs": 2},
        "curves": {"test_loss": range(2), "accuracy": range(2)},
    },
    {
        "name": "h5-history-dict-of-named",
        "setup": TORCH,
        "code": """
net = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))
crit = nn.CrossEntropyLoss()
opt = optim.Adam(net.parameters(), lr=1e-2, weight_decay=1e-4)
history = {"loss": [], "acc": []}
for epoch in range(1, 4):
    n_seen, n_right, loss_sum = 0, 0, 0.0
    for xb, yb in train_dl:
        logits = net(xb)
        loss = crit(logits, yb)
        opt.zero_grad()
        loss.backward()
        opt.step()
        n_seen += len(yb)
        n_right += (logits.argmax(1) == yb).sum().item()
        loss_sum += loss.item() * len(yb)
    history["loss"].append(loss_sum / n_seen)
    history["acc"].append(n_right / n_seen)
    print(f"{epoch}: loss={history['loss'][-1]:.3f} acc={history['acc'][-1]:.3f}")
""",
        "params": {"Adam.lr": 1e-2, "Adam.weight_decay": 1e-4},
        "metrics": ("loss", "acc"),
        "curves": {"history.loss": [1, 2, 3], "history.acc": [1, 2, 3]},
    },
    {
        "name": "h5-vae-loss-parts",
        "setup": TORCH,
        "code": """
beta = 4.0
enc = nn.Linear(3, 2)
dec = nn.Linear(2, 3)
opt = optim.Adam(list(enc.parameters()) + list(dec.parameters()), lr=1e-3)
for epoch in range(3):
    for xb, _ in train_dl:
        z = enc(xb)
        recon = nn.functional.mse_loss(dec(z), xb)
        kl = (z ** 2).mean()
        loss = recon + beta * kl
        opt.zero_grad()
        loss.backward()
        opt.step()
    print(f"epoch {epoch} recon {recon.item():.3f} kl {kl.item():.3f}")
""",
        "params": {"beta": 4.0, "Adam.lr": 1e-3},
        "curves": {"recon": range(3), "kl": range(3), "loss": range(3)},
    },
    {
        "name": "h5-validation-curve",
        "setup": SK,
        "code": """
from sklearn.model_selection import validation_curve
from sklearn.svm import SVC
gammas = [0.001, 0.01, 0.1]
train_sc, val_sc = validation_curve(SVC(C=2.0), X, y, param_name="gamma", param_range=gammas, cv=3)
val_mean = val_sc.mean(axis=1)
best_gamma = gammas[int(np.argmax(val_mean))]
best_val = val_mean.max()
print(best_gamma, best_val)
""",
        "params": {
            "gammas": [0.001, 0.01, 0.1],
            "SVC.C": 2.0,
            "validation_curve.param_name": "gamma",
            "validation_curve.cv": 3,
        },
        "metrics": ("best_gamma", "best_val"),
    },
    {
        "name": "h5-logreg-report",
        "setup": SK,
        "code": """
from sklearn.linear_model import LogisticRegression
from sklearn import metrics
model = LogisticRegression(penalty="l2", C=1.5, solver="liblinear", random_state=0)
model.fit(X_train, y_train)
y_pred = model.predict(X_val)
y_prob = model.predict_proba(X_val)[:, 1]
print("Accuracy :", metrics.accuracy_score(y_val, y_pred))
print("ROC AUC  :", metrics.roc_auc_score(y_val, y_prob))
print("Confusion:\\n", metrics.confusion_matrix(y_val, y_pred))
""",
        "params": {
            "LogisticRegression.penalty": "l2",
            "LogisticRegression.C": 1.5,
            "LogisticRegression.solver": "liblinear",
            "LogisticRegression.random_state": 0,
        },
        "metrics": ("accuracy_score", "roc_auc_score"),
    },
    {
        "name": "h5-stacking-two-levels",
        "setup": SK,
        "code": """
from sklearn.ensemble import RandomForestClassifier, StackingClassifier
from sklearn.linear_model import LogisticRegression
base = [("rf", RandomForestClassifier(n_estimators=4, random_state=1)), ("lr", LogisticRegression(max_iter=300))]
stack = StackingClassifier(estimators=base, final_estimator=LogisticRegression(C=0.1), cv=2)
val_acc = stack.fit(X_train, y_train).score(X_val, y_val)
val_acc
""",
        "params": {
            "RandomForestClassifier.n_estimators": 4,
            "RandomForestClassifier.random_state": 1,
            "LogisticRegression.max_iter": 300,
            "LogisticRegression.C": 0.1,
            "StackingClassifier.cv": 2,
        },
        "metrics": ("val_acc",),
    },
    {
        "name": "h5-warm-start-growth",
        "setup": SK,
        "code": """
from sklearn.ensemble import RandomForestClassifier
rf = RandomForestClassifier(warm_start=True, random_state=0, max_depth=3)
errs = []
for n in range(2, 8, 2):
    rf.set_params(n_estimators=n)
    rf.fit(X_train, y_train)
    errs.append(1 - rf.score(X_val, y_val))
""",
        "params": {
            "RandomForestClassifier.warm_start": True,
            "RandomForestClassifier.random_state": 0,
            "RandomForestClassifier.max_depth": 3,
        },
        "curves": {"errs": [2, 4, 6]},
    },
    {
        "name": "h5-naive-bayes-by-hand",
        "setup": SK,
        "code": """
smoothing = 1e-9
log_post = []
for c in np.unique(y_train):
    Xc = X_train[y_train == c]
    mu, var = Xc.mean(0), Xc.var(0) + smoothing
    ll = -0.5 * (np.log(2 * np.pi * var) + (X_val - mu) ** 2 / var).sum(1)
    log_post.append(ll + np.log(len(Xc) / len(X_train)))
pred = np.argmax(log_post, axis=0)
nb_acc = np.mean(pred == y_val)
print("naive bayes acc = %.3f" % nb_acc)
""",
        "params": {"smoothing": 1e-9},
        "metrics": ("nb_acc",),
    },
    {
        "name": "h5-knn-by-hand",
        "setup": SK,
        "code": """
K = 3
correct = 0
for xi, yi in zip(X_val, y_val):
    d = np.linalg.norm(X_train - xi, axis=1)
    votes = y_train[np.argsort(d)[:K]]
    if round(votes.mean()) == yi:
        correct += 1
acc = correct / len(y_val)
print(f"{K}-NN accuracy: {acc:.2f}")
""",
        "params": {"K": 3},
        "metrics": ("acc",),
    },
    {
        "name": "h5-momentum-descent",
        "setup": NP,
        "code": """
def f(p): return (p[0] - 1) ** 2 + 10 * (p[1] + 2) ** 2
def grad(p): return np.array([2 * (p[0] - 1), 20 * (p[1] + 2)])
lr, mom = 0.02, 0.9
p = np.zeros(2)
v = np.zeros(2)
trace = []
for k in range(6):
    v = mom * v - lr * grad(p)
    p = p + v
    trace.append(f(p))
print("f(p) =", f(p))
""",
        "params": {"lr": 0.02, "mom": 0.9},
        "metrics": ("f",),
        "curves": {"trace": range(6)},
    },
    {
        "name": "h5-power-iteration",
        "setup": NP + "A = np.array([[2.0, 1.0], [1.0, 3.0]])",
        "code": """
b = rng.random(2)
max_it = 20
for it in range(max_it):
    Ab = A @ b
    norm = np.linalg.norm(Ab)
    b = Ab / norm
rayleigh = b @ A @ b
print("eigenvalue", rayleigh)
""",
        "params": {"max_it": 20},
        "metrics": ("rayleigh",),
    },
    {
        "name": "h5-trapezoid-errors",
        "setup": NP,
        "code": """
exact = 2.0
for n in [4, 8, 16]:
    x = np.linspace(0, np.pi, n + 1)
    approx = np.trapezoid(np.sin(x), x)
    err = abs(approx - exact)
    print(n, err)
""",
        "params": {"exact": 2.0},
        "curves": {"err": [4, 8, 16]},
    },
    {
        "name": "h5-heat-until-steady",
        "setup": NP,
        "code": """
nx, alpha, tol = 10, 0.2, 1e-2
u = np.zeros(nx)
u[0] = 1.0
change = 1.0
n_iter = 0
while change > tol:
    new = u.copy()
    new[1:-1] += alpha * (u[2:] - 2 * u[1:-1] + u[:-2])
    change = np.abs(new - u).max()
    u = new
    n_iter += 1
print(n_iter, change)
""",
        "params": {"nx": 10, "alpha": 0.2, "tol": 1e-2},
        "curves": {"change": None},
    },
    {
        "name": "h5-queue-simulation",
        "setup": NP,
        "code": """
lam, mu = 0.8, 1.0
n_customers = 50
t_arrive, t_free = 0.0, 0.0
waits = []
for _ in range(n_customers):
    t_arrive += rng.exponential(1 / lam)
    start = max(t_arrive, t_free)
    waits.append(start - t_arrive)
    t_free = start + rng.exponential(1 / mu)
mean_wait = np.mean(waits)
p95 = np.percentile(waits, 95)
print(f"mean {mean_wait:.2f}, p95 {p95:.2f}")
""",
        "params": {"lam": 0.8, "mu": 1.0, "n_customers": 50},
        "metrics": ("mean_wait", "p95"),
        "curves": {"waits": 50, "t_free": 50},
    },
    {
        "name": "h5-ising-magnetisation",
        "setup": NP,
        "code": """
L, beta, sweeps = 4, 0.4, 3
spins = rng.choice([-1, 1], size=(L, L))
for sweep in range(sweeps):
    for _ in range(L * L):
        i, j = rng.integers(L, size=2)
        nb = spins[(i + 1) % L, j] + spins[i - 1, j] + spins[i, (j + 1) % L] + spins[i, j - 1]
        dE = 2 * spins[i, j] * nb
        if dE <= 0 or rng.random() < np.exp(-beta * dE):
            spins[i, j] *= -1
    m = abs(spins.mean())
    print(sweep, m)
""",
        "params": {"L": 4, "beta": 0.4, "sweeps": 3, "integers.size": 2},
        "curves": {"m": range(3)},
    },
    {
        "name": "h5-ucb",
        "setup": NP + "def pull(a):\n    return float(rng.normal(a * 0.1))",
        "code": """
n_arms, horizon, c = 3, 12, 2.0
counts, sums = np.zeros(n_arms), np.zeros(n_arms)
total_reward = 0
for t in range(1, horizon + 1):
    if t <= n_arms:
        a = t - 1
    else:
        a = int(np.argmax(sums / counts + np.sqrt(c * np.log(t) / counts)))
    r = pull(a)
    counts[a] += 1
    sums[a] += r
    total_reward += r
print(total_reward)
""",
        "params": {"n_arms": 3, "horizon": 12, "c": 2.0},
        "curves": {"total_reward": range(1, 13)},
    },
    {
        "name": "h5-dataclass-with-method",
        "setup": NP,
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
        "name": "h5-config-from-earlier-dict-override",
        "setup": [
            NP,
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
        "name": "h5-class-config-with-inner-use",
        "setup": NP,
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
        "name": "h5-sweep-with-product-and-frame",
        "setup": SK + "import itertools\nimport pandas as pd",
        "code": """
from sklearn.tree import DecisionTreeClassifier
rows = []
for depth, leaf in itertools.product([2, 4], [1, 5]):
    dt = DecisionTreeClassifier(max_depth=depth, min_samples_leaf=leaf, random_state=0)
    dt.fit(X_train, y_train)
    acc = dt.score(X_val, y_val)
    rows.append((depth, leaf, acc))
res = pd.DataFrame(rows, columns=["depth", "leaf", "acc"])
best_acc = res["acc"].max()
res.sort_values("acc", ascending=False)
""",
        "params": {"DecisionTreeClassifier.random_state": 0, "DataFrame.columns": ["depth", "leaf", "acc"]},
        "metrics": ("best_acc",),
        "curves": {"acc": range(4)},
    },
    {
        "name": "h5-time-each-model",
        "setup": SK + "import time",
        "code": """
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
for clf in (LogisticRegression(max_iter=150), GaussianNB()):
    start = time.time()
    clf.fit(X_train, y_train)
    fit_time = time.time() - start
    acc = clf.score(X_val, y_val)
    print(f"{type(clf).__name__:20s} {acc:.3f} {fit_time:.3f}s")
""",
        "params": {"LogisticRegression.max_iter": 150},
        "curves": {"fit_time": [0, 1], "acc": [0, 1]},
    },
    {
        "name": "h5-nothing-but-setup",
        "setup": NP,
        "code": """
SEED = 0
BATCH_SIZE = 64
LR = 3e-4
DEVICE = "cpu"
CLASSES = ["cat", "dog"]
np.random.seed(SEED)
""",
        "params": {"SEED": 0, "BATCH_SIZE": 64, "LR": 3e-4, "DEVICE": "cpu", "CLASSES": ["cat", "dog"]},
    },
    {
        "name": "h5-load-and-summarise",
        "setup": NP + "import pandas as pd\nraw = pd.DataFrame({'age': [20, 30, None], 'pay': [1.0, 2.0, 3.0]})",
        "code": """
df = raw.dropna()
print("shape:", df.shape)
print("dropped:", len(raw) - len(df))
median_age = df["age"].median()
pay_per_age = (df["pay"] / df["age"]).mean()
df.info(verbose=False)
""",
        "metrics": ("median_age", "pay_per_age"),
    },
    {
        "name": "h5-seaborn-like-plotting",
        "setup": [NP, "import matplotlib\nmatplotlib.use('agg')\nimport matplotlib.pyplot as plt"],
        "code": """
n_points = 40
noise = 0.3
x = np.linspace(0, 1, n_points)
y = x + noise * rng.normal(size=n_points)
slope, intercept = np.polyfit(x, y, 1)
fig, axes = plt.subplots(1, 2, figsize=(6, 3), sharey=True)
axes[0].scatter(x, y, s=8, alpha=0.6)
axes[0].plot(x, slope * x + intercept, color="red", lw=2)
axes[1].hist(y, bins=12)
fig.suptitle(f"slope {slope:.2f}")
plt.tight_layout()
plt.close(fig)
""",
        "params": {"n_points": 40, "noise": 0.3},
        "metrics": ("slope", "intercept"),
    },
    {
        "name": "h5-mixed-display",
        "setup": NP + "from IPython.display import display\nimport pandas as pd",
        "code": """
preds = rng.random(20)
truth = preds + rng.normal(scale=0.1, size=20)
bias = (preds - truth).mean()
mae = np.abs(preds - truth).mean()
display(pd.DataFrame({"bias": [bias], "mae": [mae]}))
""",
        "params": {"normal.scale": 0.1, "normal.size": 20},
        "metrics": ("bias", "mae"),
    },
    {
        "name": "h5-early-stop-class",
        "setup": NP
        + """
class EarlyStopper:
    def __init__(self, patience=1, min_delta=0.0):
        self.patience, self.min_delta, self.best, self.bad = patience, min_delta, float("inf"), 0
    def stop(self, loss):
        self.bad = 0 if loss < self.best - self.min_delta else self.bad + 1
        self.best = min(self.best, loss)
        return self.bad >= self.patience
def epoch_loss(i):
    return [1.0, 0.5, 0.6, 0.7, 0.8][i]
""",
        "code": """
stopper = EarlyStopper(patience=2, min_delta=0.01)
for epoch in range(5):
    val_loss = epoch_loss(epoch)
    if stopper.stop(val_loss):
        print("stopping at", epoch)
        break
""",
        "curves": {},
    },
    {
        "name": "h5-f1-macro-loop",
        "setup": NP + "truth = rng.integers(0, 3, 40)\nguess = rng.integers(0, 3, 40)",
        "code": """
f1s = []
for c in range(3):
    tp = np.sum((guess == c) & (truth == c))
    fp = np.sum((guess == c) & (truth != c))
    fn = np.sum((guess != c) & (truth == c))
    f1s.append(2 * tp / (2 * tp + fp + fn))
macro_f1 = sum(f1s) / len(f1s)
print(round(macro_f1, 4))
""",
        "metrics": ("macro_f1",),
        "curves": {"f1s": [0, 1, 2]},
    },
    {
        "name": "h5-gridsearch-pipeline-prefix",
        "setup": SK,
        "code": """
from sklearn.pipeline import Pipeline
from sklearn.decomposition import PCA
from sklearn.svm import SVC
from sklearn.model_selection import GridSearchCV
pipe = Pipeline([("pca", PCA(random_state=0)), ("svc", SVC())])
grid = {"pca__n_components": [2, 4], "svc__C": [0.1, 1.0]}
gs = GridSearchCV(pipe, grid, cv=2, n_jobs=1, refit=True).fit(X_train, y_train)
print("best params", gs.best_params_)
print("cv", gs.best_score_, "val", gs.score(X_val, y_val))
""",
        "params": {
            "grid.pca__n_components": [2, 4],
            "grid.svc__C": [0.1, 1.0],
            "PCA.random_state": 0,
            "GridSearchCV.cv": 2,
            "GridSearchCV.refit": True,
        },
        "metrics": ("best_score_", "score"),
    },
    {
        "name": "h5-text-similarity",
        "setup": "import math\nfrom collections import Counter",
        "code": """
a = "the quick brown fox"
b = "the lazy brown dog"
ca, cb = Counter(a.split()), Counter(b.split())
dot = sum(ca[w] * cb[w] for w in ca)
norm = math.sqrt(sum(v * v for v in ca.values())) * math.sqrt(sum(v * v for v in cb.values()))
cosine = dot / norm
print(f"cosine similarity: {cosine:.3f}")
""",
        "params": {"a": "the quick brown fox", "b": "the lazy brown dog"},
        "metrics": ("cosine",),
    },
    {
        "name": "h5-mean-of-several-runs",
        "setup": NP
        + "def simulate(n, p=0.5, seed=None):\n    return float(np.random.default_rng(seed).binomial(n, p) / n)",
        "code": """
n_runs = 4
outcomes = [simulate(100, p=0.3, seed=s) for s in range(n_runs)]
mean = sum(outcomes) / n_runs
ci = 1.96 * np.std(outcomes) / np.sqrt(n_runs)
print(f"{mean:.3f} ± {ci:.3f}")
""",
        "params": {"n_runs": 4, "simulate.n": 100, "simulate.p": 0.3},
        "metrics": ("mean", "ci"),
    },
    {
        "name": "h5-backoff-schedule",
        "setup": NP + "def attempt(delay):\n    return rng.random() < 0.2",
        "code": """
delay = 0.1
factor = 2
max_tries = 4
for k in range(max_tries):
    if attempt(delay):
        break
    delay = delay * factor
print("waited up to", delay)
""",
        "params": {"delay": 0.1, "factor": 2, "max_tries": 4},
    },
    {
        "name": "h5-lstm-style-sequence-loop",
        "setup": TORCH,
        "code": """
hidden_size, seq_len = 4, 3
cell = nn.Linear(3, hidden_size)
head = nn.Linear(hidden_size, 1)
optimizer = optim.Adam([*cell.parameters(), *head.parameters()], lr=0.01)
for it in range(4):
    h = torch.zeros(1, hidden_size)
    loss = 0
    for s in range(seq_len):
        h = cell(torch.randn(1, 3)) + h
        loss = loss + (head(h) ** 2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if it % 2 == 0:
        print(it, loss.item() / seq_len)
""",
        "params": {"hidden_size": 4, "seq_len": 3, "Adam.lr": 0.01},
        "curves": {"loss": range(4)},
    },
    {
        "name": "h5-distillation-temperature",
        "setup": TORCH,
        "code": """
T = 2.0
alpha = 0.7
teacher, student = nn.Linear(3, 2), nn.Linear(3, 2)
opt = optim.SGD(student.parameters(), lr=0.1)
losses = []
for xb, yb in train_dl:
    soft = nn.functional.mse_loss(student(xb) / T, teacher(xb) / T)
    hard = nn.functional.cross_entropy(student(xb), yb)
    loss = alpha * soft + (1 - alpha) * hard
    opt.zero_grad()
    loss.backward()
    opt.step()
    losses.append(loss.item())
avg = sum(losses) / len(losses)
""",
        "params": {"T": 2.0, "alpha": 0.7, "SGD.lr": 0.1},
        "metrics": ("avg",),
        "curves": {"loss": [0, 1, 2]},
    },
    {
        "name": "h5-topk-helper",
        "setup": NP + "probs = rng.random((10, 4))\nlabels = rng.integers(0, 4, 10)",
        "code": """
def topk_accuracy(probs, labels, k=1):
    top = np.argsort(probs, axis=1)[:, -k:]
    return np.mean([l in t for l, t in zip(labels, top)])

top1 = topk_accuracy(probs, labels)
top3 = topk_accuracy(probs, labels, k=3)
print(top1, top3)
""",
        "params": {"topk_accuracy.k": 3},
        "metrics": ("top1", "top3"),
    },
    {
        "name": "h5-baseline-difference",
        "setup": SK,
        "code": """
from sklearn.dummy import DummyClassifier
from sklearn.tree import DecisionTreeClassifier
baseline = DummyClassifier(strategy="prior").fit(X_train, y_train).score(X_val, y_val)
ours = DecisionTreeClassifier(max_depth=4, random_state=9).fit(X_train, y_train).score(X_val, y_val)
lift = ours - baseline
print(f"lift over baseline: {lift:+.3f}")
""",
        "params": {
            "DummyClassifier.strategy": "prior",
            "DecisionTreeClassifier.max_depth": 4,
            "DecisionTreeClassifier.random_state": 9,
        },
        "metrics": ("lift",),
    },
    {
        "name": "h5-gather-with-await",
        "setup": "import asyncio\nasync def latency(host, timeout=1.0):\n    await asyncio.sleep(0)\n    return len(host) / 100 * timeout",
        "code": """
hosts = ["a.example", "bb.example"]
timeout = 2.0
times = await asyncio.gather(*[latency(h, timeout=timeout) for h in hosts])
slowest = max(times)
average = sum(times) / len(times)
""",
        "params": {"hosts": ["a.example", "bb.example"], "timeout": 2.0},
        "metrics": ("slowest", "average"),
    },
    {
        "name": "h5-string-format-only-names",
        "setup": NP,
        "code": """
model_name = "mlp"
version = 3
tag = f"{model_name}-v{version}"
print(tag)
gini = 1 - (rng.dirichlet([1, 1, 1]) ** 2).sum()
""",
        "metrics": ("gini",),
    },
    {
        "name": "h5-error-before-anything",
        "setup": NP,
        "code": """
rate = 0.1
steps = int("not a number")
loss = rng.random()
""",
        "params": {"rate": 0.1},
    },
    {
        "name": "h5-while-bootstrap-width",
        "setup": NP + "data = rng.normal(size=50)",
        "code": """
target_width = 0.3
n_boot = 20
rounds = 0
width = float("inf")
while width > target_width and rounds < 3:
    boots = [rng.choice(data, size=50).mean() for _ in range(n_boot)]
    low, high = np.percentile(boots, [5, 95])
    width = high - low
    n_boot *= 2
    rounds += 1
""",
        "params": {"target_width": 0.3, "n_boot": 20, "choice.size": 50},
        "curves": {"width": None},
    },
    {
        "name": "h5-last-line-comparison",
        "setup": SK,
        "code": """
from sklearn.linear_model import Perceptron
p = Perceptron(eta0=0.5, max_iter=20, tol=None, random_state=1).fit(X_train, y_train)
train_score = p.score(X_train, y_train)
val_score = p.score(X_val, y_val)
train_score > val_score
""",
        "params": {
            "Perceptron.eta0": 0.5,
            "Perceptron.max_iter": 20,
            "Perceptron.tol": None,
            "Perceptron.random_state": 1,
        },
        "metrics": ("train_score", "val_score"),
    },
]
