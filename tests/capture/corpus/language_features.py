"""Parts of the language: conditions, exceptions, generators, functions, classes, async code."""

# the cells are text, as people write it

from setups import (
    BREAST_CANCER_SPLIT,
    CLASSIFICATION_SPLIT,
    DATA,
    DIABETES_SPLIT,
    DIGIT_IMAGES,
    DIGITS,
    HOUSES,
    IRIS_SPLIT,
    LOANS,
    NUMPY,
    NUMPY_R_21,
    NUMPY_SEED_11,
    RNG_3,
    RNG_5,
    RNG_11,
    RNG_13,
    RNG_21,
    RNG_31,
    RNG_77,
    TITANIC,
    WINE,
    WINE_SPLIT,
)

CELLS = [
    {
        "name": "product-grid",
        "setup": RNG_3
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
        "name": "generator-training",
        "setup": RNG_3
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
        "params": {"training.lr": 0.3, "training.steps": 4},
        "curves": {"loss": range(4)},
    },
    {
        "name": "nested-history",
        "setup": RNG_3 + "def step(scale):\n    return float(rng.random() * scale)",
        "code": """
history = {"train": {"loss": [], "acc": []}, "val": {"loss": []}}
for epoch in range(3):
    history["train"]["loss"].append(step(1.0))
    history["train"]["acc"].append(step(0.5))
    history["val"]["loss"].append(step(2.0))
print(history["val"]["loss"][-1])
""",
        "params": {"step.scale": [1.0, 0.5, 2.0]},
        "metrics": ("loss",),
        "curves": {"history.train.loss": range(3), "history.train.acc": range(3), "history.val.loss": range(3)},
    },
    {
        "name": "try-around-fit",
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
        "name": "lambda-metric",
        "setup": RNG_3 + "y = rng.normal(size=10)\np = y + 0.1",
        "code": """
mape = lambda a, b: np.mean(np.abs((a - b) / a))
rmse = lambda a, b: np.sqrt(np.mean((a - b) ** 2))
err = mape(y, p)
print("mape", err, "rmse", rmse(y, p))
""",
        "metrics": ("err", "rmse"),
    },
    {
        "name": "context-timer",
        "setup": RNG_3
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
        "name": "json-dump",
        "setup": RNG_3 + "import json\ny = rng.integers(0, 2, 30)\np = rng.integers(0, 2, 30)",
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
        "name": "interruptible-training",
        "setup": RNG_5,
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
        "name": "defaultdict-history",
        "setup": RNG_5 + "def evaluate(w):\n    return float(np.abs(w).sum())",
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
        "name": "zip-of-range",
        "setup": RNG_5 + "def run(rate):\n    return float(rng.random() / rate)",
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
        "name": "while-true",
        "setup": RNG_5,
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
        "name": "walrus-append",
        "setup": RNG_5,
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
        "name": "sqlite-count",
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
        "name": "partial",
        "setup": RNG_5 + "def objective(x, scale=1.0, shift=0.0):\n    return float((x - shift) ** 2 * scale)",
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
        "name": "assert-and-underscore",
        "setup": DATA,
        "code": """
from sklearn.linear_model import SGDClassifier
clf = SGDClassifier(max_iter=5, tol=None, random_state=1)
_ = clf.fit(X_tr, y_tr)
_tmp = clf.score(X_tr, y_tr)
test_score = clf.score(X_te, y_te)
assert test_score > 0.1, "too bad"
""",
        "params": {
            "SGDClassifier.max_iter": 5,
            "SGDClassifier.tol": None,
            "SGDClassifier.random_state": 1,
            "train_test_split.random_state": 0,
        },
        "metrics": ("test_score",),
    },
    {
        "name": "partial-fit-batches",
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
            "train_test_split.random_state": 0,
        },
        "curves": {"acc": [0, 25, 50]},
    },
    {
        "name": "helper-that-plots",
        "setup": RNG_5 + "def show(title, values):\n    return None\ntitle = 'x'",
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
        "name": "mutated-through-function",
        "setup": RNG_5
        + "class M:\n    def __init__(self):\n        self.w = np.ones(2)\n    def error(self):\n        return float(self.w.sum())\ndef shrink(m, factor, times=1):\n    m.w = m.w * factor ** times",
        "code": """
m = M()
shrink(m, 0.5, times=3)
err = m.error()
""",
        "params": {"shrink.factor": 0.5, "shrink.times": 3},
        "metrics": ("err",),
    },
    {
        "name": "nested-cv",
        "setup": CLASSIFICATION_SPLIT,
        "code": """
from sklearn.model_selection import GridSearchCV, KFold, cross_val_score
from sklearn.svm import SVC
inner = KFold(n_splits=2, shuffle=True, random_state=1)
outer = KFold(n_splits=3, shuffle=True, random_state=1)
search = GridSearchCV(SVC(kernel="rbf"), {"C": [1, 10]}, cv=inner)
nested = cross_val_score(search, X, y, cv=outer)
nested.mean()
""",
        "params": {
            "inner.n_splits": 2,
            "outer.n_splits": 3,
            "KFold.shuffle": True,
            "KFold.random_state": 1,
            "SVC.kernel": "rbf",
        },
        "metrics": ("nested.mean",),
        "curves": {"nested": range(3)},
    },
    {
        "name": "recursion",
        "setup": "def depth(tree, level=0):\n    return max([level] + [depth(c, level + 1) for c in tree])",
        "code": """
t = [[], [[], [[]]]]
d = depth(t)
print("depth:", d)
""",
        "metrics": ("d",),
    },
    {
        "name": "several-seeds",
        "setup": RNG_11
        + "def experiment(seed, noise=0.1):\n    r = np.random.default_rng(seed)\n    return float(r.normal(0.8, noise))",
        "code": """
seeds = [0, 1, 2]
accs = []
for seed in seeds:
    accs.append(experiment(seed, noise=0.05))
mean, std = np.mean(accs), np.std(accs)
print(f"{mean:.3f} ± {std:.3f}")
""",
        "params": {"seeds": [0, 1, 2], "experiment.noise": 0.05},
        "metrics": ("mean", "std"),
        "curves": {"accs": [0, 1, 2]},
    },
    {
        "name": "while-with-state",
        "setup": RNG_11,
        "code": """
x, lr, eps = 5.0, 0.1, 1e-3
it = 0
grad = 2 * x
while abs(grad) > eps and it < 30:
    x -= lr * grad
    grad = 2 * x
    fx = x ** 2
    it += 1
print(f"x={x:.4f} f={fx:.2e} in {it}")
""",
        "params": {"lr": 0.1, "eps": 1e-3},
        "metrics": ("x",),
        "curves": {"fx": 30},
    },
    {
        "name": "early-exit-break",
        "setup": RNG_11,
        "code": """
target = 0.95
for attempt in range(50):
    quality = rng.random()
    if quality >= target:
        print("reached after", attempt)
        break
""",
        "params": {"target": 0.95},
        "curves": {"quality": None},
    },
    {
        "name": "retry",
        "setup": RNG_11
        + "class Flaky:\n    def __init__(self):\n        self.n = 0\n    def get(self):\n        self.n += 1\n        if self.n < 3:\n            raise OSError('no')\n        return 0.7\nflaky = Flaky()",
        "code": """
retries = 5
for attempt in range(retries):
    try:
        value = flaky.get()
        break
    except OSError:
        continue
print(value)
""",
        "params": {"retries": 5},
        "curves": {"value": [2]},
    },
    {
        "name": "only-definitions",
        "code": """
def rmse(a, b):
    return ((a - b) ** 2).mean() ** 0.5

class Model:
    def __init__(self, k=3):
        self.k = k
""",
    },
    {
        "name": "while-patience-counter",
        "setup": RNG_21 + "def fit_one(step):\n    return 1 / (1 + step) if step < 5 else 0.2",
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
        "name": "context-of-earlier-scalars",
        "setup": [RNG_21, "baseline = 0.71\nbudget = 3\nlabels = ['a', 'b']"],
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
        "name": "inplace-arrays",
        "setup": RNG_21,
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
        "name": "plain-timer-decorator",
        "setup": RNG_21
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
        "name": "exception-mid-training",
        "setup": RNG_21,
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
        "name": "async-loop",
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
        "name": "plot-only-after-training",
        "setup": [
            RNG_21,
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
        "name": "global-counter-function",
        "setup": RNG_21 + "calls = 0\ndef f(x):\n    global calls\n    calls += 1\n    return float(x * 2)",
        "code": """
tol = 0.5
x = rng.random()
y = f(x)
print(y, y < tol)
""",
        "metrics": ("y",),
    },
    {
        "name": "unused-imports-and-consts",
        "code": """
import os
DATA_DIR = "data"
SEED = 1234
os.environ["PYTHONHASHSEED"] = str(SEED)
""",
        "params": {"SEED": 1234},
    },
    {
        "name": "nested-loops-of-models",
        "setup": WINE_SPLIT,
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
    {
        "name": "trapezoid-errors",
        "setup": RNG_31,
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
        "name": "sweep-with-product-and-frame",
        "setup": BREAST_CANCER_SPLIT + "import itertools\nimport pandas as pd",
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
        "params": {
            "DecisionTreeClassifier.random_state": 0,
            "DataFrame.columns": ["depth", "leaf", "acc"],
            "train_test_split.random_state": 3,
        },
        "metrics": ("best_acc",),
        "curves": {"acc": range(4)},
    },
    {
        "name": "early-stop-class",
        "setup": RNG_31
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
        "params": {"EarlyStopper.patience": 2, "EarlyStopper.min_delta": 0.01},
        "curves": {"val_loss": range(4)},
    },
    {
        "name": "mean-of-several-runs",
        "setup": RNG_31
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
        "name": "backoff-schedule",
        "setup": RNG_31 + "def attempt(delay):\n    return rng.random() < 0.2",
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
        "name": "topk-helper",
        "setup": RNG_31 + "probs = rng.random((10, 4))\nlabels = rng.integers(0, 4, 10)",
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
        "name": "gather-with-await",
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
        "name": "error-before-anything",
        "setup": RNG_31,
        "code": """
rate = 0.1
steps = int("not a number")
loss = rng.random()
""",
        "params": {"rate": 0.1},
    },
    {
        "name": "while-bootstrap-width",
        "setup": RNG_31 + "data = rng.normal(size=50)",
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
        "name": "cache-hits",
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
        "name": "mixture-of-tuple-stores",
        "setup": RNG_77 + "def fit(k):\n    return k, float(rng.random() / k)",
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
        "name": "functional-pipeline",
        "setup": RNG_77
        + "def load(n=10):\n    return rng.normal(size=n)\ndef clean(x, cut=3.0):\n    return x[np.abs(x) < cut]\ndef summarise(x):\n    return {'mean': float(x.mean()), 'n': len(x)}",
        "code": """
summary = summarise(clean(load(n=50), cut=2.5))
print(summary["mean"])
""",
        "params": {"load.n": 50, "clean.cut": 2.5},
        "metrics": ("mean",),
    },
    {
        "name": "nested-function-in-cell",
        "setup": DIABETES_SPLIT,
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
        "params": {
            "depth": 3,
            "DecisionTreeRegressor.random_state": 0,
            "cv_rmse.folds": 4,
            "train_test_split.random_state": 8,
        },
        "metrics": ("rmse",),
    },
    {
        "name": "while-else-converged",
        "setup": RNG_77,
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
        "name": "del-afterwards",
        "setup": RNG_77,
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
        "name": "async-with-semaphore",
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
        "name": "stateful-generator-loop",
        "setup": RNG_77 + "def batches(n, size=4):\n    for _ in range(n):\n        yield rng.normal(size=size)",
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
        "name": "models-list-of-tuples",
        "setup": IRIS_SPLIT,
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
            "train_test_split.random_state": 5,
        },
        "curves": {"acc": range(3), "best_acc": None},
    },
    {
        "name": "bfgs-callback-list",
        "setup": RNG_13
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
        "name": "globals-uppercase-earlier",
        "setup": [
            RNG_13,
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
        "name": "lambda-objective-positional",
        "setup": RNG_13,
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
        "name": "nested-context-and-try",
        "setup": RNG_13
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
        "name": "plain-class-model-in-cell",
        "setup": RNG_13 + "X = rng.normal(size=(30, 2))\ny = X @ np.array([1.0, 2.0])",
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
        "name": "async-tasks-total",
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
        "name": "continue-on-bad-rows",
        "setup": RNG_13,
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
        "name": "defaults-of-earlier-function",
        "setup": RNG_3
        + "def simulate(n=100, p=0.5, seed=None):\n    g = np.random.default_rng(seed)\n    return g.binomial(n, p) / n\n",
        "code": """
share = simulate(p=0.3, seed=11)
print(f"share of heads: {share}")
""",
        "params": {"simulate.p": 0.3, "simulate.seed": 11},
        "metrics": ("share",),
    },
    {
        "name": "timer-and-speedup",
        "setup": RNG_3 + "v = rng.random(500)\n",
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
        "name": "tqdm-logging",
        "setup": RNG_3
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
        "name": "early-stop-best-state",
        "setup": RNG_3 + "def val_loss_at(e):\n    return [0.9, 0.7, 0.8, 0.75, 0.72][e]\n",
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
        "name": "async-fetch-scores",
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
        "name": "try-load-else-train",
        "setup": RNG_3 + "def train_model(depth):\n    return {'w': rng.normal(size=depth)}\n",
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
        "name": "walrus-while-newton",
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
        "name": "failed-shape",
        "setup": RNG_3 + "M = rng.normal(size=(3, 4))\n",
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
    {
        "name": "price-by-zip",
        "setup": HOUSES,
        "code": """
houses.groupby("zip")["price"].mean()
""",
        "params": {},
    },
    {
        "name": "functional-scan",
        "setup": NUMPY + "from functools import reduce\n",
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
        "name": "results-list-of-tuples",
        "setup": DIGIT_IMAGES
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
        "curves": {"score": range(6)},
    },
    {
        "name": "try-solver-fallback",
        "setup": NUMPY + "M = np.array([[2.0, 1.0], [4.0, 2.0]])\nrhs = np.array([1.0, 2.0])\n",
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
        "name": "aggregated-json",
        "setup": NUMPY + "import json\npreds = np.array([0, 1, 1, 0, 1])\ngold = np.array([0, 1, 0, 0, 1])\n",
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
        "name": "async-simulations",
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
        "name": "exception-in-epoch",
        "setup": NUMPY
        + "def epoch_loss(e):\n    if e == 3: raise RuntimeError('diverged')\n    return 1.0 / (e + 1)\n",
        "code": """
max_epochs = 10
losses = []
for epoch in range(max_epochs):
    current = epoch_loss(epoch)
    losses.append(current)
final = min(losses)
""",
        "params": {"max_epochs": 10},
        "curves": {"losses": range(3)},
    },
    {
        "name": "wine-seeds",
        "setup": WINE,
        "code": """
from sklearn.tree import DecisionTreeClassifier
N_SEEDS = 4
accs = [DecisionTreeClassifier(max_depth=3, random_state=s).fit(Xa, ya).score(Xb, yb) for s in range(N_SEEDS)]
mean_acc = sum(accs) / len(accs)
std_acc = (sum((a - mean_acc) ** 2 for a in accs) / len(accs)) ** 0.5
print(f"{mean_acc:.3f} ± {std_acc:.3f}")
""",
        "params": {
            "N_SEEDS": 4,
            "DecisionTreeClassifier.max_depth": 3,
            "train_test_split.test_size": 0.3,
            "train_test_split.random_state": 0,
        },
        "metrics": ("mean_acc", "std_acc"),
        "curves": {"accs": 4},
    },
    {
        "name": "decorated-timer",
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
        "name": "generator-of-losses",
        "setup": NUMPY_R_21
        + "def losses(lr, n):\n    w = 1.0\n    for _ in range(n):\n        w -= lr * w\n        yield w * w + r.random() * 0.01\n",
        "code": """
for i, cost in enumerate(losses(0.3, n=4)):
    print(i, cost)
final_cost = cost
improved = cost < 0.5
""",
        "params": {"losses.lr": 0.3, "losses.n": 4},
        "curves": {"cost": range(4)},
    },
    {
        "name": "async-batch-eval",
        "setup": NUMPY_R_21
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
        "name": "interrupted-sweep",
        "setup": NUMPY_R_21
        + "def run(x):\n    if x > 2: raise ValueError('too big')\n    return x * 0.5 + r.random()\n",
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
        "name": "try-each-model",
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
        "params": {
            "SVC.C": 2.0,
            "SVC.kernel": "poly",
            "SVC.degree": 2,
            "GaussianNB.var_smoothing": 1e-08,
            "train_test_split.test_size": 0.3,
            "train_test_split.random_state": 0,
        },
        "metrics": ("best_acc",),
        "curves": {"acc": range(2)},
    },
    {
        "name": "early-stop-on-plateau",
        "setup": NUMPY_R_21 + "def val_at(k):\n    return [1.0, 0.8, 0.79, 0.789, 0.7889, 0.7][k]\n",
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
    {
        "name": "default-rate-by-grade",
        "setup": LOANS,
        "code": """
rates = loans.groupby("grade")["default"].mean().to_dict()
overall = loans["default"].mean()
print(rates)
print(f"overall default rate: {overall:.2%}")
""",
        "params": {},
        "metrics": ("overall",),
    },
    {
        "name": "digits-partial-fit",
        "setup": DIGITS,
        "code": """
from sklearn.linear_model import SGDClassifier
EPOCHS, BATCH = 3, 64
sgd = SGDClassifier(loss="log_loss", alpha=1e-4, random_state=0)
classes = np.unique(ytr)
for ep in range(EPOCHS):
    perm = np.random.RandomState(ep).permutation(len(Xtr))
    for k in range(0, len(Xtr), BATCH):
        sgd.partial_fit(Xtr[perm[k : k + BATCH]], ytr[perm[k : k + BATCH]], classes=classes)
    tr_acc, te_acc = sgd.score(Xtr, ytr), sgd.score(Xte, yte)
    print(f"{ep}: {tr_acc:.3f} / {te_acc:.3f}")
""",
        "params": {
            "EPOCHS": 3,
            "BATCH": 64,
            "SGDClassifier.loss": "log_loss",
            "SGDClassifier.alpha": 0.0001,
            "SGDClassifier.random_state": 0,
            "train_test_split.test_size": 0.5,
            "train_test_split.random_state": 3,
        },
        "curves": {"tr_acc": range(3), "te_acc": range(3)},
    },
    {
        "name": "nested-try-finally",
        "setup": NUMPY_SEED_11
        + "class Device:\n    def read(self): return float(np.random.rand())\n    def close(self): pass\n",
        "code": """
n_reads = 6
dev = Device()
try:
    readings = [dev.read() for _ in range(n_reads)]
    avg = sum(readings) / n_reads
finally:
    dev.close()
print(f"{avg:.3f} V")
""",
        "params": {"n_reads": 6},
        "metrics": ("avg",),
    },
    {
        "name": "walrus-in-comprehension",
        "setup": NUMPY_SEED_11 + "def quality(k):\n    return float(np.random.rand() * k)\n",
        "code": """
min_quality = 0.8
kept = [(k, qv) for k in range(6) if (qv := quality(k)) > min_quality]
share = len(kept) / 6
best_k, best_q = max(kept, key=lambda kv: kv[1])
print(best_k, best_q)
""",
        "params": {"min_quality": 0.8},
        "metrics": ("best_k", "best_q", "qv"),
    },
    {
        "name": "only-class-and-def",
        "setup": NUMPY_SEED_11,
        "code": """
class Encoder:
    dim = 16
    def __call__(self, x):
        return x[: self.dim]

def cosine(a, b, eps=1e-8):
    return a @ b / (np.linalg.norm(a) * np.linalg.norm(b) + eps)

enc = Encoder()
""",
        "params": {},
    },
]
