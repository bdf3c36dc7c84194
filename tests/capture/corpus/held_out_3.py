"""Third held-out set: forty more cells, labelled before they were ever run."""

# the cells are text, as people write it

NP = "import numpy as np\nrng = np.random.default_rng(11)\n"
SK = (
    NP
    + """
from sklearn.datasets import make_classification
from sklearn.model_selection import train_test_split
X, y = make_classification(n_samples=80, n_features=5, random_state=2)
Xtr, Xte, ytr, yte = train_test_split(X, y, random_state=2)
"""
)
OPTUNA = (
    NP
    + """
class Trial:
    def __init__(self, number):
        self.number = number
    def suggest_float(self, name, low, high, log=False):
        return (low + high) / (2 + self.number)
class Study:
    def __init__(self, direction="minimize"):
        self.direction = direction
        self.best_value = None
        self.best_params = {}
    def optimize(self, objective, n_trials=1, timeout=None):
        values = [objective(Trial(i)) for i in range(n_trials)]
        self.best_value = min(values)
        self.best_params = {"x": 1.0}
class optuna:
    @staticmethod
    def create_study(direction="minimize", sampler=None):
        return Study(direction)
"""
)
HF = (
    NP
    + """
from dataclasses import dataclass
@dataclass
class TrainingArguments:
    output_dir: str = "out"
    learning_rate: float = 5e-5
    num_train_epochs: int = 3
class Trainer:
    def __init__(self, model=None, args=None, train_dataset=None):
        self.args = args
    def train(self):
        return self
    def evaluate(self):
        return {"eval_loss": 0.4, "eval_accuracy": 0.8, "epoch": 2.0}
"""
)

CELLS = [
    {
        "name": "h3-optuna",
        "setup": OPTUNA,
        "code": """
def objective(trial):
    x = trial.suggest_float("x", -10, 10)
    return (x - 2) ** 2

study = optuna.create_study(direction="minimize")
study.optimize(objective, n_trials=5)
print("Best value:", study.best_value)
print("Best params:", study.best_params)
""",
        "params": {"create_study.direction": "minimize", "optimize.n_trials": 5},
        "metrics": ("best_value",),
    },
    {
        "name": "h3-huggingface",
        "setup": HF,
        "code": """
args = TrainingArguments(output_dir="results", learning_rate=2e-5, num_train_epochs=2)
trainer = Trainer(model=None, args=args, train_dataset=[1, 2])
trainer.train()
results = trainer.evaluate()
results
""",
        "params": {
            "args.output_dir": "results",
            "args.learning_rate": 2e-5,
            "args.num_train_epochs": 2,
            "Trainer.model": None,
            "Trainer.train_dataset": [1, 2],
        },
        "metrics": ("results.eval_loss", "results.eval_accuracy", "results.epoch"),
    },
    {
        "name": "h3-ode",
        "setup": NP + "from scipy.integrate import solve_ivp",
        "code": """
beta, gamma = 0.3, 0.1
N = 1000
def sir(t, z):
    S, I, R = z
    return [-beta * S * I / N, beta * S * I / N - gamma * I, gamma * I]
sol = solve_ivp(sir, [0, 50], [999, 1, 0], method="RK45", rtol=1e-6)
peak = sol.y[1].max()
R0 = beta / gamma
print(f"peak {peak:.0f}, R0 {R0:.1f}")
""",
        "params": {"beta": 0.3, "gamma": 0.1, "N": 1000, "solve_ivp.method": "RK45", "solve_ivp.rtol": 1e-6},
        "metrics": ("peak",),
    },
    {
        "name": "h3-metropolis",
        "setup": NP,
        "code": """
n_samples = 30
step_size = 0.5
x = 0.0
accepted = 0
chain = []
for i in range(n_samples):
    prop = x + step_size * rng.normal()
    log_ratio = -0.5 * prop ** 2 + 0.5 * x ** 2
    if np.log(rng.random()) < log_ratio:
        x = prop
        accepted += 1
    chain.append(x)
rate = accepted / n_samples
posterior_mean = np.mean(chain[10:])
print(f"acceptance {rate:.2f} mean {posterior_mean:.2f}")
""",
        "params": {"n_samples": 30, "step_size": 0.5},
        "metrics": ("rate", "posterior_mean"),
        "curves": {"log_ratio": range(30)},
    },
    {
        "name": "h3-genetic",
        "setup": NP + "def fitness(pop):\n    return -(pop ** 2).sum(axis=1)",
        "code": """
POP, GENS, MUT = 12, 4, 0.1
pop = rng.normal(size=(POP, 3))
best_hist = []
for gen in range(GENS):
    fit = fitness(pop)
    best_hist.append(fit.max())
    parents = pop[np.argsort(fit)[-POP // 2:]]
    pop = np.repeat(parents, 2, axis=0) + MUT * rng.normal(size=(POP, 3))
""",
        "params": {"POP": 12, "GENS": 4, "MUT": 0.1},
        "curves": {"best_hist": range(4)},
    },
    {
        "name": "h3-kalman",
        "setup": NP + "zs = 1.0 + 0.1 * rng.normal(size=8)",
        "code": """
Q, R = 1e-4, 0.01
xhat, P = 0.0, 1.0
for z in zs:
    P = P + Q
    K = P / (P + R)
    innovation = z - xhat
    xhat = xhat + K * innovation
    P = (1 - K) * P
print("estimate", xhat)
""",
        "params": {"Q": 1e-4, "R": 0.01},
        "metrics": ("xhat",),
    },
    {
        "name": "h3-option-pricing",
        "setup": NP,
        "code": """
S0, K, r, sigma, T = 100, 105, 0.03, 0.2, 1.0
n_paths = 500
Z = rng.standard_normal(n_paths)
ST = S0 * np.exp((r - 0.5 * sigma ** 2) * T + sigma * np.sqrt(T) * Z)
payoff = np.maximum(ST - K, 0)
price = np.exp(-r * T) * payoff.mean()
se = payoff.std(ddof=1) / np.sqrt(n_paths)
print(f"{price:.2f} +/- {1.96 * se:.2f}")
""",
        "params": {"S0": 100, "K": 105, "r": 0.03, "sigma": 0.2, "T": 1.0, "n_paths": 500, "std.ddof": 1},
        "metrics": ("price", "se"),
    },
    {
        "name": "h3-adaboost-by-hand",
        "setup": SK,
        "code": """
from sklearn.tree import DecisionTreeClassifier
T = 3
w = np.full(len(Xtr), 1 / len(Xtr))
signs = 2 * ytr - 1
F = np.zeros(len(Xte))
for t in range(T):
    stump = DecisionTreeClassifier(max_depth=1)
    stump.fit(Xtr, signs, sample_weight=w)
    h = stump.predict(Xtr)
    eps = w[h != signs].sum()
    alpha = 0.5 * np.log((1 - eps) / eps)
    w *= np.exp(-alpha * signs * h)
    w /= w.sum()
    F += alpha * stump.predict(Xte)
    test_err = np.mean(np.sign(F) != 2 * yte - 1)
    print(t, eps, test_err)
""",
        "params": {"T": 3, "DecisionTreeClassifier.max_depth": 1},
        "curves": {"eps": range(3), "test_err": range(3)},
    },
    {
        "name": "h3-pca-svd",
        "setup": NP + "A = rng.normal(size=(20, 4))",
        "code": """
k = 2
Ac = A - A.mean(axis=0)
U, s, Vt = np.linalg.svd(Ac, full_matrices=False)
var = s ** 2 / (len(A) - 1)
ratio = var[:k].sum() / var.sum()
recon = (U[:, :k] * s[:k]) @ Vt[:k]
err = np.linalg.norm(Ac - recon)
""",
        "params": {"k": 2, "svd.full_matrices": False},
        "metrics": ("ratio", "err"),
    },
    {
        "name": "h3-polynomial-degrees",
        "setup": NP + "x = np.linspace(-1, 1, 30)\ny = x ** 3 + 0.1 * rng.normal(size=30)",
        "code": """
train_errs, test_errs = [], []
for degree in range(1, 5):
    c = np.polyfit(x[::2], y[::2], degree)
    train_errs.append(np.mean((np.polyval(c, x[::2]) - y[::2]) ** 2))
    test_errs.append(np.mean((np.polyval(c, x[1::2]) - y[1::2]) ** 2))
best_degree = 1 + int(np.argmin(test_errs))
""",
        "metrics": ("best_degree",),
        "curves": {"train_errs": [1, 2, 3, 4], "test_errs": [1, 2, 3, 4]},
    },
    {
        "name": "h3-roc-by-hand",
        "setup": NP + "labels = rng.integers(0, 2, 50)\nprob = rng.random(50)",
        "code": """
thresholds = np.sort(prob)[::-1]
tprs, fprs = [], []
P, N = labels.sum(), (1 - labels).sum()
for th in thresholds:
    pred = prob >= th
    tprs.append((pred & (labels == 1)).sum() / P)
    fprs.append((pred & (labels == 0)).sum() / N)
auc = np.trapezoid(tprs, fprs)
print(round(auc, 3))
""",
        "metrics": ("auc",),
        "curves": {"tprs": 50, "fprs": 50},
    },
    {
        "name": "h3-nested-cv",
        "setup": SK,
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
        "metrics": ("mean",),
    },
    {
        "name": "h3-voting",
        "setup": SK,
        "code": """
from sklearn.ensemble import VotingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
vote = VotingClassifier(estimators=[("lr", LogisticRegression(C=0.5)), ("nb", GaussianNB())], voting="soft")
vote.fit(Xtr, ytr)
acc = vote.score(Xte, yte)
print(f'{acc:.1%}')
""",
        "params": {"LogisticRegression.C": 0.5, "VotingClassifier.voting": "soft"},
        "metrics": ("acc",),
    },
    {
        "name": "h3-rolling-sharpe",
        "setup": NP + "import pandas as pd\nret = pd.Series(rng.normal(0.001, 0.01, 60))",
        "code": """
window = 10
ann = 252
rolling_vol = ret.rolling(window).std()
sharpe = ret.mean() / ret.std() * np.sqrt(ann)
max_dd = ((1 + ret).cumprod() / (1 + ret).cumprod().cummax() - 1).min()
rolling_vol.tail(3)
""",
        "params": {"window": 10, "ann": 252},
        "metrics": ("sharpe", "max_dd"),
    },
    {
        "name": "h3-merge-and-pivot",
        "setup": "import pandas as pd\na = pd.DataFrame({'k': [1, 2], 'v': [3.0, 4.0]})\nb = pd.DataFrame({'k': [1, 2], 'w': [5.0, 6.0]})",
        "code": """
m = a.merge(b, on="k", how="left")
m["r"] = m.v / m.w
m.to_csv
m.describe()
""",
    },
    {
        "name": "h3-frame-last-scalar",
        "setup": "import pandas as pd\na = pd.DataFrame({'k': [1, 2], 'v': [3.0, 4.0]})",
        "code": """
a["v"].mean()
""",
        "metrics": ("mean",),
    },
    {
        "name": "h3-recursion",
        "setup": "def depth(tree, level=0):\n    return max([level] + [depth(c, level + 1) for c in tree])",
        "code": """
t = [[], [[], [[]]]]
d = depth(t)
print("depth:", d)
""",
        "metrics": ("d",),
    },
    {
        "name": "h3-bayes-coin",
        "setup": NP + "flips = rng.integers(0, 2, 20)",
        "code": """
a0, b0 = 2, 2
heads = flips.sum()
tails = len(flips) - heads
post_mean = (a0 + heads) / (a0 + b0 + len(flips))
print(f"posterior mean {post_mean:.3f}")
""",
        "params": {"a0": 2, "b0": 2},
        "metrics": ("tails", "post_mean"),
    },
    {
        "name": "h3-lightgbm-like",
        "setup": SK
        + """
class LGBMClassifier:
    def __init__(self, n_estimators=100, learning_rate=0.1, num_leaves=31):
        self.n = n_estimators
    def fit(self, X, y, eval_set=None, callbacks=None):
        self.best_iteration_ = 7
        self.best_score_ = {"valid_0": {"logloss": 0.4}}
        return self
    def predict(self, X):
        return (X[:, 0] > 0).astype(int)
def early_stopping(rounds):
    return rounds
""",
        "code": """
from sklearn.metrics import accuracy_score
model = LGBMClassifier(n_estimators=50, learning_rate=0.05, num_leaves=15)
model.fit(Xtr, ytr, eval_set=[(Xte, yte)], callbacks=[early_stopping(10)])
acc = accuracy_score(yte, model.predict(Xte))
print(f"Best iter: {model.best_iteration_}, acc: {acc:.4f}")
""",
        "params": {
            "LGBMClassifier.n_estimators": 50,
            "LGBMClassifier.learning_rate": 0.05,
            "LGBMClassifier.num_leaves": 15,
            "early_stopping.rounds": 10,
        },
        "metrics": ("acc", "best_iteration_"),
    },
    {
        "name": "h3-gradient-check",
        "setup": NP + "def f(w):\n    return float((w ** 3).sum())\ndef grad(w):\n    return 3 * w ** 2",
        "code": """
h = 1e-5
w = rng.normal(size=3)
num = np.zeros_like(w)
for i in range(len(w)):
    e = np.zeros_like(w); e[i] = h
    num[i] = (f(w + e) - f(w - e)) / (2 * h)
rel_err = np.linalg.norm(num - grad(w)) / np.linalg.norm(num + grad(w))
print("relative error", rel_err)
""",
        "params": {"h": 1e-5, "normal.size": 3},
        "metrics": ("rel_err",),
        "curves": {"num": range(3)},
    },
    {
        "name": "h3-pagerank",
        "setup": NP + "M = rng.random((4, 4))\nM = M / M.sum(axis=0)",
        "code": """
d = 0.85
n = M.shape[0]
rank = np.ones(n) / n
for iteration in range(6):
    new_rank = (1 - d) / n + d * M @ rank
    diff = np.abs(new_rank - rank).sum()
    rank = new_rank
    if diff < 1e-8:
        break
top = rank.max()
""",
        "params": {"d": 0.85},
        "metrics": ("top",),
        "curves": {"diff": range(6)},
    },
    {
        "name": "h3-knapsack",
        "code": """
weights = [1, 3, 4]
values = [15, 20, 30]
W = 6
dp = [0] * (W + 1)
for wt, val in zip(weights, values):
    for c in range(W, wt - 1, -1):
        dp[c] = max(dp[c], dp[c - wt] + val)
best_value = dp[W]
print(best_value)
""",
        "params": {"weights": [1, 3, 4], "values": [15, 20, 30], "W": 6},
        "metrics": ("best_value",),
    },
    {
        "name": "h3-softmax-regression-class",
        "setup": SK,
        "code": """
class Softmax:
    def __init__(self, lr=0.1, n_iter=10):
        self.lr, self.n_iter = lr, n_iter
    def fit(self, X, y):
        self.W = np.zeros((X.shape[1], 2))
        for _ in range(self.n_iter):
            p = np.exp(X @ self.W); p /= p.sum(1, keepdims=True)
            self.W -= self.lr * X.T @ (p - np.eye(2)[y]) / len(y)
        return self
    def predict(self, X):
        return (X @ self.W).argmax(1)

clf = Softmax(lr=0.5, n_iter=20).fit(Xtr, ytr)
train_acc = (clf.predict(Xtr) == ytr).mean()
test_acc = (clf.predict(Xte) == yte).mean()
print(train_acc, test_acc)
""",
        "params": {"Softmax.lr": 0.5, "Softmax.n_iter": 20},
        "metrics": ("train_acc", "test_acc"),
    },
    {
        "name": "h3-several-seeds",
        "setup": NP
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
        "name": "h3-dict-of-scores-named",
        "setup": SK,
        "code": """
from sklearn.linear_model import LogisticRegression, Perceptron
scores = {}
for name, model in [("logreg", LogisticRegression(max_iter=200)), ("perceptron", Perceptron(random_state=0))]:
    scores[name] = model.fit(Xtr, ytr).score(Xte, yte)
best = max(scores, key=scores.get)
scores
""",
        "params": {"LogisticRegression.max_iter": 200, "Perceptron.random_state": 0},
        "metrics": ("scores.logreg", "scores.perceptron"),
    },
    {
        "name": "h3-accumulated-by-name",
        "setup": NP,
        "code": """
total_loss = 0.0
count = 0
for batch in np.array_split(rng.normal(size=20), 4):
    total_loss += float((batch ** 2).sum())
    count += len(batch)
avg_loss = total_loss / count
avg_loss
""",
        "params": {"normal.size": 20},
        "metrics": ("avg_loss",),
    },
    {
        "name": "h3-while-with-state",
        "setup": NP,
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
        "name": "h3-inline-hyperparams-only",
        "setup": SK,
        "code": """
from sklearn.neural_network import MLPClassifier
mlp = MLPClassifier(hidden_layer_sizes=(4,), max_iter=3, random_state=0, early_stopping=False)
import warnings
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    mlp.fit(Xtr, ytr)
print("loss", mlp.loss_)
""",
        "params": {
            "MLPClassifier.hidden_layer_sizes": (4,),
            "MLPClassifier.max_iter": 3,
            "MLPClassifier.random_state": 0,
            "MLPClassifier.early_stopping": False,
        },
        "metrics": ("loss_",),
    },
    {
        "name": "h3-stopword-filter",
        "setup": "docs = ['a cat sat', 'the dog ran fast']",
        "code": """
stop = {"a", "the"}
tokens = [w for d in docs for w in d.split() if w not in stop]
avg_len = sum(len(w) for w in tokens) / len(tokens)
print(len(tokens), avg_len)
""",
        "params": {"docs": ["a cat sat", "the dog ran fast"]},
        "metrics": ("avg_len",),
    },
    {
        "name": "h3-matrix-timing",
        "setup": NP + "from time import perf_counter as tick",
        "code": """
n = 40
A = rng.normal(size=(n, n))
t0 = tick()
det = np.linalg.det(A)
t1 = tick()
solve_ms = (t1 - t0) * 1e3
print(f"{solve_ms:.2f} ms")
""",
        "params": {"n": 40},
        "metrics": ("det", "solve_ms"),
    },
    {
        "name": "h3-train-val-functions",
        "setup": NP
        + """
def train_step(w, lr):
    return w - lr * w
def validate(w):
    return float((w ** 2).mean()), float(np.abs(w).max())
""",
        "code": """
LR = 0.3
EPOCHS = 3
w = rng.normal(size=4)
for ep in range(EPOCHS):
    w = train_step(w, LR)
    val_loss, val_max = validate(w)
    print(f"Epoch {ep+1}/{EPOCHS} - val_loss: {val_loss:.4f}")
""",
        "params": {"LR": 0.3, "EPOCHS": 3, "normal.size": 4},
        "curves": {"val_loss": range(3), "val_max": range(3)},
    },
    {
        "name": "h3-image-blur",
        "setup": NP + "from scipy import ndimage\nimg = rng.random((16, 16))",
        "code": """
sigma = 1.5
blurred = ndimage.gaussian_filter(img, sigma=sigma, mode="nearest")
contrast = blurred.std() / img.std()
height, width = img.shape
contrast
""",
        "params": {"sigma": 1.5, "gaussian_filter.mode": "nearest"},
        "metrics": ("contrast",),
    },
    {
        "name": "h3-fft-peak",
        "setup": NP,
        "code": """
fs = 100
dur = 1.0
t = np.arange(0, dur, 1 / fs)
sig = np.sin(2 * np.pi * 7 * t) + 0.2 * rng.normal(size=len(t))
spec = np.abs(np.fft.rfft(sig))
freqs = np.fft.rfftfreq(len(sig), d=1 / fs)
peak_freq = freqs[spec.argmax()]
print("peak at", peak_freq, "Hz")
""",
        "params": {"fs": 100, "dur": 1.0},
        "metrics": ("peak_freq",),
    },
    {
        "name": "h3-reinforce",
        "setup": NP,
        "code": """
alpha = 0.1
theta = 0.0
baseline = 0.0
for ep in range(1, 5):
    p = 1 / (1 + np.exp(-theta))
    action = rng.random() < p
    R = rng.normal(1.0 if action else 0.0)
    baseline += (R - baseline) / ep
    theta += alpha * (R - baseline) * (float(action) - p)
    print(ep, R)
""",
        "params": {"alpha": 0.1},
        "curves": {"R": [1, 2, 3, 4]},
    },
    {
        "name": "h3-early-exit-break",
        "setup": NP,
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
        "name": "h3-class-weight",
        "setup": SK,
        "code": """
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score, confusion_matrix
lr = LogisticRegression(class_weight="balanced", C=10)
lr.fit(Xtr, ytr)
yp = lr.predict(Xte)
cm = confusion_matrix(yte, yp)
tn, fp, fn, tp = cm.ravel()
specificity = tn / (tn + fp)
bal = balanced_accuracy_score(yte, yp)
print(cm)
print(f"{specificity:.2f} {bal:.2f}")
""",
        "params": {"LogisticRegression.class_weight": "balanced", "LogisticRegression.C": 10},
        "metrics": ("specificity", "bal"),
    },
    {
        "name": "h3-retry",
        "setup": NP
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
        "name": "h3-kwargs-from-dict",
        "setup": SK,
        "code": """
from sklearn.ensemble import RandomForestClassifier
rf_params = dict(n_estimators=5, max_depth=2, random_state=0)
rf = RandomForestClassifier(**rf_params)
rf.fit(Xtr, ytr)
oob = rf.score(Xte, yte)
""",
        "params": {"rf_params.n_estimators": 5, "rf_params.max_depth": 2, "rf_params.random_state": 0},
        "metrics": ("oob",),
    },
    {
        "name": "h3-perplexity",
        "setup": NP + "counts = np.array([5, 3, 2])",
        "code": """
smoothing = 1.0
probs = (counts + smoothing) / (counts.sum() + smoothing * len(counts))
entropy = -(probs * np.log2(probs)).sum()
perplexity = 2 ** entropy
print(f"entropy={entropy:.3f} perplexity={perplexity:.3f}")
""",
        "params": {"smoothing": 1.0},
        "metrics": ("entropy", "perplexity"),
    },
    {
        "name": "h3-only-definitions",
        "code": """
def rmse(a, b):
    return ((a - b) ** 2).mean() ** 0.5

class Model:
    def __init__(self, k=3):
        self.k = k
""",
    },
]
