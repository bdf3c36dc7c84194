"""Second held-out set: forty more cells, labelled before they were ever run."""

# the cells are text, as people write it

NP = "import numpy as np\nrng = np.random.default_rng(5)\n"
DATA = (
    NP
    + """
from sklearn.datasets import make_classification, make_regression
from sklearn.model_selection import train_test_split
X, y = make_classification(n_samples=100, random_state=0)
X_tr, X_te, y_tr, y_te = train_test_split(X, y, random_state=0)
"""
)
KERAS = (
    NP
    + """
class History:
    def __init__(self, n):
        self.history = {"loss": [1 / (i + 1) for i in range(n)], "accuracy": [0.5 + 0.1 * i for i in range(n)]}
class Dense:
    def __init__(self, units, activation=None):
        self.units = units
class Sequential:
    def __init__(self, layers):
        self.layers = layers
    def compile(self, optimizer="sgd", loss="mse", metrics=()):
        self.loss = loss
    def fit(self, X, y, epochs=1, batch_size=32, validation_split=0.0, verbose=1):
        return History(epochs)
    def evaluate(self, X, y, verbose=0):
        return 0.3, 0.9
X, y = rng.normal(size=(10, 2)), rng.integers(0, 2, 10)
"""
)
TORCH = """
import numpy as np
import torch
from torch import nn
g = np.random.default_rng(0)
xs = g.normal(size=(30, 2))
x, t = torch.tensor(xs), torch.tensor((xs[:, 0] > 0).astype(float))
"""

CELLS = [
    {
        "name": "h2-keras",
        "setup": KERAS,
        "code": """
model = Sequential([Dense(16, activation="relu"), Dense(1, activation="sigmoid")])
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
history = model.fit(X, y, epochs=3, batch_size=4, verbose=0)
loss, acc = model.evaluate(X, y, verbose=0)
print("Test accuracy:", acc)
""",
        "params": {
            "Dense.units": 16,
            "Dense.activation": "relu",
            "compile.optimizer": "adam",
            "compile.loss": "binary_crossentropy",
            "compile.metrics": ["accuracy"],
            "fit.epochs": 3,
            "fit.batch_size": 4,
        },
        "metrics": ("loss", "acc"),
    },
    {
        "name": "h2-keras-history-plot",
        "setup": [KERAS, "import matplotlib\nmatplotlib.use('agg')\nimport matplotlib.pyplot as plt"],
        "code": """
EPOCHS = 4
hist = Sequential([Dense(4)]).fit(X, y, epochs=EPOCHS, batch_size=2)
plt.plot(hist.history["loss"], label="loss")
plt.title("training")
plt.close()
final_loss = hist.history["loss"][-1]
best_acc = max(hist.history["accuracy"])
""",
        "params": {"EPOCHS": 4, "Dense.units": 4, "fit.batch_size": 2},
        "metrics": ("final_loss", "best_acc"),
    },
    {
        "name": "h2-interruptible-training",
        "setup": NP,
        "code": """
lr = 0.2
w = rng.normal(size=3)
try:
    for epoch in range(4):
        grad = 2 * w
        w = w - lr * grad
        loss = (w ** 2).sum()
except KeyboardInterrupt:
    print("stopped")
""",
        "params": {"lr": 0.2, "normal.size": 3},
        "curves": {"loss": range(4)},
    },
    {
        "name": "h2-for-else",
        "setup": NP,
        "code": """
tol = 1e-12
v = rng.random(3)
M = np.diag([3.0, 1.0, 0.5])
for it in range(5):
    u = M @ v
    eig = np.linalg.norm(u)
    v = u / eig
    if abs(eig - 3.0) < tol:
        break
else:
    print("did not converge")
""",
        "params": {"tol": 1e-12},
    },
    {
        "name": "h2-defaultdict-history",
        "setup": NP + "def evaluate(w):\n    return float(np.abs(w).sum())",
        "code": """
from collections import defaultdict
hist = defaultdict(list)
w = np.ones(2)
for step in range(3):
    w *= 0.9
    hist["l1"].append(evaluate(w))
    hist["step"].append(step)
""",
        "curves": {"hist.l1": range(3)},
    },
    {
        "name": "h2-log-dict-per-epoch",
        "setup": NP,
        "code": """
for epoch in range(3):
    train_loss = rng.random()
    val_loss = rng.random()
    log = {"epoch": epoch, "train_loss": train_loss, "val_loss": val_loss}
    print(log)
""",
        "curves": {"train_loss": range(3), "val_loss": range(3)},
    },
    {
        "name": "h2-metrics-filled-one-by-one",
        "setup": DATA,
        "code": """
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
clf = LogisticRegression(C=0.2).fit(X_tr, y_tr)
metrics = {}
metrics["train"] = clf.score(X_tr, y_tr)
metrics["test"] = clf.score(X_te, y_te)
metrics["log_loss"] = log_loss(y_te, clf.predict_proba(X_te))
metrics
""",
        "params": {"LogisticRegression.C": 0.2},
        "metrics": ("metrics.train", "metrics.test", "metrics.log_loss"),
    },
    {
        "name": "h2-percent-format",
        "setup": NP,
        "code": """
n = 30
errors = rng.normal(size=n)
bias = errors.mean()
rmse = (errors ** 2).mean() ** 0.5
print("bias %.3f, rmse %.3f" % (bias, rmse))
print("{:.2f} {:.2f}".format(bias, rmse))
""",
        "params": {"n": 30},
        "metrics": ("bias", "rmse"),
    },
    {
        "name": "h2-debug-fstring",
        "setup": NP,
        "code": """
a = rng.random()
b = a * 2
print(f"{a=} {b=:.3f}")
""",
        "metrics": ("a", "b"),
    },
    {
        "name": "h2-enumerate-from-one",
        "setup": NP,
        "code": """
data = rng.normal(size=(4, 3))
for i, row in enumerate(data, start=1):
    m = row.mean()
    print(i, m)
""",
        "params": {"normal.size": (4, 3)},
        "curves": {"m": [1, 2, 3, 4]},
    },
    {
        "name": "h2-zip-of-range",
        "setup": NP + "def run(rate):\n    return float(rng.random() / rate)",
        "code": """
rates = [0.1, 0.2, 0.3]
for k, rate in zip(range(3), rates):
    result = run(rate)
    print(k, rate, result)
""",
        "params": {"rates": [0.1, 0.2, 0.3]},
        "curves": {"result": [0, 1, 2]},
    },
    {
        "name": "h2-while-true",
        "setup": NP,
        "code": """
budget = 4
used = 0
x = rng.random()
while True:
    used += 1
    x = np.cos(x)
    residual = abs(np.cos(x) - x)
    if residual < 1e-9 or used >= budget:
        break
print(residual)
""",
        "params": {"budget": 4},
        "curves": {"residual": range(4)},
    },
    {
        "name": "h2-comprehension-of-models",
        "setup": DATA,
        "code": """
from sklearn.model_selection import cross_val_score
from sklearn.svm import SVC
Cs = [0.1, 1.0]
scores = [cross_val_score(SVC(C=C, gamma="scale"), X, y, cv=3).mean() for C in Cs]
best = max(scores)
best_C = Cs[int(np.argmax(scores))]
print(best_C, best)
""",
        "params": {"Cs": [0.1, 1.0], "SVC.gamma": "scale", "cross_val_score.cv": 3},
        "metrics": ("best", "best_C"),
    },
    {
        "name": "h2-frame-of-results",
        "setup": DATA,
        "code": """
import pandas as pd
from sklearn.tree import DecisionTreeClassifier
records = []
for depth in (1, 2, 4):
    tree = DecisionTreeClassifier(max_depth=depth, random_state=0).fit(X_tr, y_tr)
    records.append({"depth": depth, "train": tree.score(X_tr, y_tr), "test": tree.score(X_te, y_te)})
pd.DataFrame(records)
""",
        "params": {"DecisionTreeClassifier.random_state": 0},
        "curves": {"records.train": [1, 2, 4], "records.test": [1, 2, 4]},
    },
    {
        "name": "h2-annotated-result",
        "setup": NP,
        "code": """
n_sim: int = 10
payoff: np.ndarray = np.maximum(rng.normal(100, 5, n_sim) - 100, 0)
price: float = float(np.exp(-0.05) * payoff.mean())
stderr: float = payoff.std() / np.sqrt(n_sim)
""",
        "params": {"n_sim": 10},
        "metrics": ("price", "stderr"),
    },
    {
        "name": "h2-same-cell-net-and-loop",
        "setup": TORCH,
        "code": """
class MLP(nn.Module):
    def __init__(self, width):
        self.a = nn.Linear(2, width)
        self.b = nn.Linear(width, 2)
    def forward(self, x):
        return self.b(self.a(x))

width = 6
net = MLP(width)
opt = torch.optim.Adam(net.parameters(), lr=0.01)
lossf = nn.CrossEntropyLoss()
for i in range(1, 4):
    logits = net(x)
    loss = lossf(logits, t)
    acc = (logits.argmax(1) == t).float().mean().item()
    opt.zero_grad()
    loss.backward()
    opt.step()
    print(i, loss.item(), acc)
""",
        "params": {"width": 6, "Adam.lr": 0.01},
        "curves": {"loss": [1, 2, 3], "acc": [1, 2, 3]},
    },
    {
        "name": "h2-dataclass-in-cell-nested",
        "setup": NP,
        "code": """
from dataclasses import dataclass, field

@dataclass
class Opt:
    lr: float = 0.1
    name: str = "sgd"

@dataclass
class Cfg:
    epochs: int = 2
    opt: Opt = field(default_factory=Opt)

cfg = Cfg(epochs=3)
for epoch in range(cfg.epochs):
    loss = rng.random() * cfg.opt.lr
""",
        "params": {"cfg.epochs": 3, "cfg.opt.lr": 0.1, "cfg.opt.name": "sgd"},
        "curves": {"loss": range(3)},
    },
    {
        "name": "h2-config-schedule",
        "setup": NP,
        "code": """
hp = {"lr": 0.4, "gamma": 0.5, "steps": 3}
w = rng.normal(size=2)
for s in range(hp["steps"]):
    w = w - hp["lr"] * w
    hp["lr"] *= hp["gamma"]
    norm = float(np.linalg.norm(w))
""",
        "params": {"hp.lr": 0.4, "hp.gamma": 0.5, "hp.steps": 3, "normal.size": 2},
        "curves": {"norm": range(3)},
    },
    {
        "name": "h2-best-by-conditional-expression",
        "setup": NP,
        "code": """
best = float("-inf")
for _ in range(3):
    acc = rng.random()
    best = acc if acc > best else best
""",
        "curves": {"acc": range(3), "best": range(3)},
    },
    {
        "name": "h2-walrus-append",
        "setup": NP,
        "code": """
vals = []
for i in range(3):
    vals.append(v := rng.random())
    if v > 2:
        break
""",
        "curves": {"v": range(3)},
    },
    {
        "name": "h2-truths-are-no-metrics",
        "setup": NP,
        "code": """
acc = rng.random()
passed = acc > 0.5
ok = bool(acc < 2)
z = 1 + 2j
name = "run-%d" % int(acc * 10)
""",
        "metrics": ("acc",),
    },
    {
        "name": "h2-decimal-and-fraction",
        "setup": "from decimal import Decimal\nfrom fractions import Fraction\nimport random",
        "code": """
rate = Decimal(str(random.random()))
interest = rate * Decimal("1000")
odds = Fraction(random.randint(1, 5), 6)
print(rate)
""",
        "metrics": ("rate", "interest", "odds"),
    },
    {
        "name": "h2-sqlite-count",
        "setup": "import sqlite3\ncon = sqlite3.connect(':memory:')\ncon.execute('create table t (x real)')\ncon.executemany('insert into t values (?)', [(1.0,), (2.5,)])",
        "code": """
query = "select avg(x) from t"
avg = con.execute(query).fetchone()[0]
avg
""",
        "params": {"query": "select avg(x) from t"},
        "metrics": ("avg",),
    },
    {
        "name": "h2-psnr",
        "setup": NP + "img = rng.random((8, 8))",
        "code": """
sigma = 0.05
noisy = img + sigma * rng.normal(size=img.shape)
mse = np.mean((img - noisy) ** 2)
psnr = 10 * np.log10(1.0 / mse)
print(f"PSNR: {psnr:.1f} dB")
""",
        "params": {"sigma": 0.05},
        "metrics": ("psnr",),
    },
    {
        "name": "h2-word-counts",
        "setup": "text = 'the cat and the dog'",
        "code": """
from collections import Counter
words = text.split()
counts = Counter(words)
n_words = len(words)
n_unique = len(set(words))
ttr = n_unique / n_words
print(counts.most_common(2))
""",
        "params": {"text": "the cat and the dog"},
        "metrics": ("ttr",),
    },
    {
        "name": "h2-partial",
        "setup": NP + "def objective(x, scale=1.0, shift=0.0):\n    return float((x - shift) ** 2 * scale)",
        "code": """
from functools import partial
from scipy.optimize import minimize_scalar
f = partial(objective, scale=2.0, shift=3.0)
sol = minimize_scalar(f, bounds=(0, 10), method="bounded")
x_opt, f_opt = sol.x, sol.fun
""",
        "params": {
            "partial.scale": 2.0,
            "partial.shift": 3.0,
            "minimize_scalar.bounds": (0, 10),
            "minimize_scalar.method": "bounded",
        },
        "metrics": ("x_opt", "f_opt"),
    },
    {
        "name": "h2-assert-and-underscore",
        "setup": DATA,
        "code": """
from sklearn.linear_model import SGDClassifier
clf = SGDClassifier(max_iter=5, tol=None, random_state=1)
_ = clf.fit(X_tr, y_tr)
_tmp = clf.score(X_tr, y_tr)
test_score = clf.score(X_te, y_te)
assert test_score > 0.1, "too bad"
""",
        "params": {"SGDClassifier.max_iter": 5, "SGDClassifier.tol": None, "SGDClassifier.random_state": 1},
        "metrics": ("test_score",),
    },
    {
        "name": "h2-two-prints-of-one-call",
        "setup": DATA,
        "code": """
from sklearn.linear_model import RidgeClassifier
rc = RidgeClassifier(alpha=3.0)
rc.fit(X_tr, y_tr)
print(f"train: {rc.score(X_tr, y_tr):.3f}")
print(f"test: {rc.score(X_te, y_te):.3f}")
""",
        "params": {"RidgeClassifier.alpha": 3.0},
        "metrics": ("score",),
    },
    {
        "name": "h2-partial-fit-batches",
        "setup": DATA,
        "code": """
from sklearn.linear_model import SGDClassifier
batch = 25
clf = SGDClassifier(learning_rate="constant", eta0=0.1, random_state=0)
classes = np.unique(y)
for i in range(0, len(X_tr), batch):
    clf.partial_fit(X_tr[i:i + batch], y_tr[i:i + batch], classes=classes)
    acc = clf.score(X_te, y_te)
""",
        "params": {
            "batch": 25,
            "SGDClassifier.learning_rate": "constant",
            "SGDClassifier.eta0": 0.1,
            "SGDClassifier.random_state": 0,
        },
        "curves": {"acc": [0, 25, 50]},
    },
    {
        "name": "h2-regression-report",
        "setup": NP
        + "from sklearn.datasets import make_regression\nX, y = make_regression(n_samples=50, n_features=3, random_state=0)",
        "code": """
from sklearn.linear_model import ElasticNet
from sklearn.metrics import mean_absolute_error, mean_squared_error
model = ElasticNet(alpha=0.1, l1_ratio=0.7)
model.fit(X, y)
y_hat = model.predict(X)
print("MAE:", mean_absolute_error(y, y_hat))
print("MSE:", mean_squared_error(y, y_hat))
print("R2:", model.score(X, y))
print("n coef:", len(model.coef_))
""",
        "params": {"ElasticNet.alpha": 0.1, "ElasticNet.l1_ratio": 0.7},
        "metrics": ("mean_absolute_error", "mean_squared_error", "score"),
    },
    {
        "name": "h2-helper-that-plots",
        "setup": NP + "def show(title, values):\n    return None\ntitle = 'x'",
        "code": """
k = 3
sample = rng.gamma(k, size=20)
skew = ((sample - sample.mean()) ** 3).mean() / sample.std() ** 3
show(title, sample)
""",
        "params": {"k": 3, "gamma.size": 20, "title": "x"},
        "metrics": ("skew",),
    },
    {
        "name": "h2-lr-finder",
        "setup": NP,
        "code": """
lr = 1e-4
mult = 2.0
lrs, losses = [], []
while lr < 1e-3:
    loss = rng.random() + lr
    lrs.append(lr)
    losses.append(loss)
    lr *= mult
""",
        "params": {"lr": 1e-4, "mult": 2.0},
        "curves": {"loss": range(4)},
    },
    {
        "name": "h2-gradient-accumulation",
        "setup": TORCH,
        "code": """
accum = 2
model = nn.Linear(2, 1)
opt = torch.optim.SGD(model.parameters(), lr=0.1)
for step in range(4):
    loss = nn.functional.mse_loss(model(x), t) / accum
    loss.backward()
    if (step + 1) % accum == 0:
        opt.step()
        opt.zero_grad()
""",
        "params": {"accum": 2, "SGD.lr": 0.1},
        "curves": {"loss": range(4)},
    },
    {
        "name": "h2-dbscan-noise",
        "setup": NP + "pts = rng.normal(size=(30, 2))",
        "code": """
from sklearn.cluster import DBSCAN
db = DBSCAN(eps=0.5, min_samples=3).fit(pts)
n_clusters = len(set(db.labels_)) - (1 if -1 in db.labels_ else 0)
n_noise = list(db.labels_).count(-1)
noise_ratio = n_noise / len(pts)
print(n_clusters, n_noise, noise_ratio)
""",
        "params": {"DBSCAN.eps": 0.5, "DBSCAN.min_samples": 3},
        "metrics": ("noise_ratio",),
    },
    {
        "name": "h2-timeit-compare",
        "setup": NP + "import time",
        "code": """
reps = 3
times = []
for _ in range(reps):
    t0 = time.time()
    np.sort(rng.random(100))
    times.append(time.time() - t0)
avg_ms = 1000 * sum(times) / reps
""",
        "params": {"reps": 3},
        "metrics": ("avg_ms",),
        "curves": {"times": range(3)},
    },
    {
        "name": "h2-conditional-model",
        "setup": DATA,
        "code": """
use_svm = False
if use_svm:
    from sklearn.svm import SVC
    model = SVC(C=3.0)
else:
    from sklearn.naive_bayes import GaussianNB
    model = GaussianNB(var_smoothing=1e-8)
model.fit(X_tr, y_tr)
acc = model.score(X_te, y_te)
""",
        "params": {"use_svm": False, "GaussianNB.var_smoothing": 1e-8},
        "metrics": ("acc",),
    },
    {
        "name": "h2-frame-loc-scalar",
        "setup": NP + "import pandas as pd\ndf = pd.DataFrame({'g': ['a', 'a', 'b'], 'v': [1.0, 2.0, 4.0]})",
        "code": """
by = df.groupby("g")["v"].agg(["mean", "max"])
diff = by.loc["b", "mean"] - by.loc["a", "mean"]
ratio = by.loc["b", "max"] / by.loc["a", "max"]
""",
        "metrics": ("diff", "ratio"),
    },
    {
        "name": "h2-alternating-eval",
        "setup": NP + "def evaluate(w, split='val'):\n    return float(np.abs(w).mean())",
        "code": """
w = rng.normal(size=5)
best_val, best_epoch = float("inf"), -1
for epoch in range(5):
    w = w * 0.8
    if epoch % 2:
        val = evaluate(w, split="val")
        if val < best_val:
            best_val = val
            best_epoch = epoch
test = evaluate(w, split="test")
print(best_epoch, best_val, test)
""",
        "params": {"val.split": "val", "test.split": "test", "normal.size": 5},
        "metrics": ("test",),
        "curves": {"val": [1, 3], "best_val": [1, 3]},
    },
    {
        "name": "h2-fibonacci-no-settings-only",
        "code": """
n = 10
total_steps = n * 3
half = total_steps // 2
ratio = half / total_steps
""",
        "params": {"n": 10},
    },
    {
        "name": "h2-mutated-through-function",
        "setup": NP
        + "class M:\n    def __init__(self):\n        self.w = np.ones(2)\n    def error(self):\n        return float(self.w.sum())\ndef shrink(m, factor, times=1):\n    m.w = m.w * factor ** times",
        "code": """
m = M()
shrink(m, 0.5, times=3)
err = m.error()
""",
        "params": {"shrink.factor": 0.5, "shrink.times": 3},
        "metrics": ("err",),
    },
]
