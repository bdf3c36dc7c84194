"""What cells print and display, in many forms."""

# the cells are text, as people write it

from setups import (
    BREAST_CANCER_SPLIT,
    CANCER,
    CLASSIFICATION,
    DATA,
    NUMPY_SEED_3,
    REGION_SALES,
    RNG_3,
    RNG_5,
    RNG_13,
    RNG_31,
    SHOP,
    WINE,
    WINE_SPLIT,
)

CELLS = [
    {
        "name": "bisect-displayed-state",
        "setup": RNG_3,
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
        "name": "display-in-if",
        "setup": RNG_3,
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
        "name": "percent-format",
        "setup": RNG_5,
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
        "name": "two-prints-of-one-call",
        "setup": DATA,
        "code": """
from sklearn.linear_model import RidgeClassifier
rc = RidgeClassifier(alpha=3.0)
rc.fit(X_tr, y_tr)
print(f"train: {rc.score(X_tr, y_tr):.3f}")
print(f"test: {rc.score(X_te, y_te):.3f}")
""",
        "params": {"RidgeClassifier.alpha": 3.0, "train_test_split.random_state": 0},
        "metrics": ("score.train", "score.test"),
    },
    {
        "name": "regression-report",
        "setup": RNG_5
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
        "name": "classification-report-dict",
        "setup": WINE_SPLIT,
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
            "classification_report.zero_division": 0,
            "train_test_split.random_state": 4,
        },
        "metrics": (
            "accuracy",
            "macro_f1",
            "macro_precision",
            "macro_recall",
            "weighted_f1",
            "weighted_precision",
            "weighted_recall",
        ),
    },
    {
        "name": "logreg-report",
        "setup": BREAST_CANCER_SPLIT,
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
            "train_test_split.random_state": 3,
        },
        "metrics": ("accuracy_score", "roc_auc_score"),
    },
    {
        "name": "mixed-display",
        "setup": RNG_31 + "from IPython.display import display\nimport pandas as pd",
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
        "name": "string-format-only-names",
        "setup": RNG_31,
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
        "name": "region-report",
        "setup": REGION_SALES,
        "code": """
sales["revenue"] = sales.units * sales.price
by_region = sales.groupby("region")["revenue"].sum()
top_region = by_region.idxmax()
top_share = by_region.max() / by_region.sum()
print(top_region, top_share)
by_region
""",
        "metrics": ("top_share",),
    },
    {
        "name": "first-cell-markdownish",
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
        "name": "print-table-in-loop",
        "setup": RNG_13,
        "code": """
print(f"{'n':>5} {'err':>10}")
for n in (10, 100, 1000):
    est = rng.random(n).mean()
    err = abs(est - 0.5)
    print(f"{n:5d} {err:10.5f}")
""",
        "curves": {"err": [10, 100, 1000]},
    },
    {
        "name": "comprehension-report",
        "setup": CLASSIFICATION
        + "from sklearn.tree import DecisionTreeClassifier\nfrom sklearn.model_selection import cross_val_score\n",
        "code": """
depths = [1, 2, 4]
cv_means = {f"d{d}": cross_val_score(DecisionTreeClassifier(max_depth=d, random_state=0), X, y, cv=4).mean() for d in depths}
best_depth = max(cv_means, key=cv_means.get)
print(cv_means)
print("best", best_depth)
""",
        "params": {
            "best_depth": "d4",
            "depths": [1, 2, 4],
            "DecisionTreeClassifier.random_state": 0,
            "cross_val_score.cv": 4,
        },
        "metrics": ("cv_means.d1", "cv_means.d2", "cv_means.d4"),
    },
    {
        "name": "wine-logreg-report",
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
        "params": {
            "LogisticRegression.C": 0.3,
            "LogisticRegression.max_iter": 200,
            "LogisticRegression.tol": 0.001,
            "train_test_split.test_size": 0.3,
            "train_test_split.random_state": 0,
        },
        "metrics": ("metrics.acc", "metrics.bal", "metrics.ll"),
    },
    {
        "name": "describe-one-column",
        "setup": SHOP,
        "code": """
orders["amount"].describe()
""",
        "params": {},
    },
    {
        "name": "agg-one-row",
        "setup": SHOP,
        "code": """
kpis = pd.DataFrame([{"aov": orders["amount"].mean(), "return_rate": orders["returned"].mean()}])
kpis
""",
        "params": {},
        "metrics": ("kpis.aov", "kpis.return_rate"),
    },
    {
        "name": "last-expression-arithmetic",
        "setup": SHOP,
        "code": """
shipping = 4.9
(orders["amount"] - shipping).sum() / len(orders)
""",
        "params": {},
    },
    {
        "name": "loc-scalar",
        "setup": SHOP,
        "code": """
by_country = orders.groupby("country").agg(total=("amount", "sum"), orders=("amount", "count"))
by_country.loc["de", "total"]
""",
        "params": {},
    },
    {
        "name": "print-calls",
        "setup": SHOP,
        "code": """
print("mean:", orders["amount"].mean())
print("median:", orders["amount"].median())
print("countries:", orders["country"].nunique())
print("rows:", len(orders))
""",
        "params": {},
        "metrics": ("amount.mean", "amount.median"),
    },
    {
        "name": "fstring-calls",
        "setup": CANCER,
        "code": """
from sklearn.linear_model import LogisticRegression
clf = LogisticRegression(max_iter=2000, solver="liblinear").fit(X_tr, y_tr)
print(f"train {clf.score(X_tr, y_tr):.3f}")
print(f"test  {clf.score(X_te, y_te):.3f}")
""",
        "params": {
            "LogisticRegression.max_iter": 2000,
            "LogisticRegression.solver": "liblinear",
            "train_test_split.random_state": 1,
        },
        "metrics": ("score.train", "score.test"),
    },
    {
        "name": "cross-validate-frame",
        "setup": CANCER,
        "code": """
import pandas as pd
from sklearn.tree import DecisionTreeClassifier
from sklearn.model_selection import cross_validate
cv = cross_validate(DecisionTreeClassifier(max_depth=2, random_state=0), X, y, cv=3, scoring=("accuracy", "f1"))
test_acc = cv["test_accuracy"].mean()
test_f1 = cv["test_f1"].mean()
print(f"acc {test_acc:.3f} f1 {test_f1:.3f}")
""",
        "params": {
            "DecisionTreeClassifier.max_depth": 2,
            "DecisionTreeClassifier.random_state": 0,
            "cross_validate.cv": 3,
            "cross_validate.scoring": ("accuracy", "f1"),
        },
        "metrics": ("test_acc", "test_f1"),
        "curves": {"cv.test_accuracy": range(3), "cv.test_f1": range(3)},
    },
    {
        "name": "threshold-tuning",
        "setup": CANCER,
        "code": """
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import f1_score
rf = RandomForestClassifier(n_estimators=9, random_state=5)
rf.fit(X_tr, y_tr)
probs = rf.predict_proba(X_te)[:, 1]
best_f1, best_thr = 0, 0.5
for thr in np.arange(0.3, 0.8, 0.1):
    f1 = f1_score(y_te, probs > thr)
    if f1 > best_f1:
        best_f1, best_thr = f1, thr
print(f"best F1 {best_f1:.3f} at {best_thr:.1f}")
""",
        "params": {
            "RandomForestClassifier.n_estimators": 9,
            "RandomForestClassifier.random_state": 5,
            "train_test_split.random_state": 1,
        },
        "curves": {"f1": range(5), "best_f1": None},
    },
    {
        "name": "feature-importances",
        "setup": CANCER,
        "code": """
from sklearn.ensemble import GradientBoostingClassifier
import pandas as pd
gb = GradientBoostingClassifier(n_estimators=4, subsample=0.8, random_state=0)
gb.fit(X_tr, y_tr)
imp = pd.Series(gb.feature_importances_, index=[f"f{i}" for i in range(8)])
imp.sort_values(ascending=False)
""",
        "params": {
            "GradientBoostingClassifier.n_estimators": 4,
            "GradientBoostingClassifier.subsample": 0.8,
            "GradientBoostingClassifier.random_state": 0,
            "train_test_split.random_state": 1,
        },
        "metrics": tuple(f"imp.f{i}" for i in range(8)),
        "curves": {"train_score_": range(4), "oob_scores_": range(4)},
    },
    {
        "name": "helper-report-earlier",
        "setup": CANCER
        + "from sklearn.metrics import accuracy_score, recall_score\ndef report(model, average='binary'):\n    p = model.predict(X_te)\n    return {'acc': accuracy_score(y_te, p), 'rec': recall_score(y_te, p, average=average)}\n",
        "code": """
from sklearn.naive_bayes import GaussianNB
nb = GaussianNB(var_smoothing=1e-6).fit(X_tr, y_tr)
report(nb, "macro")
""",
        "params": {"GaussianNB.var_smoothing": 1e-06, "report.average": "macro", "train_test_split.random_state": 1},
        "metrics": ("acc", "rec"),
    },
    {
        "name": "scaler-leak-check",
        "setup": CANCER,
        "code": """
from sklearn.preprocessing import StandardScaler
scaler = StandardScaler()
Z_tr = scaler.fit_transform(X_tr)
Z_te = scaler.transform(X_te)
print(Z_tr.mean().round(6), Z_tr.std().round(6))
print(Z_te.shape)
""",
        "params": {"train_test_split.random_state": 1},
        "metrics": ("Z_tr.mean", "Z_tr.std"),
    },
    {
        "name": "numpy-pca",
        "setup": NUMPY_SEED_3 + "D = np.random.randn(30, 4) @ np.diag([3, 2, 1, 0.5])\n",
        "code": """
n_keep = 2
C = D - D.mean(0)
U, S, Vt = np.linalg.svd(C, full_matrices=False)
explained = (S[:n_keep] ** 2).sum() / (S**2).sum()
recon = U[:, :n_keep] * S[:n_keep] @ Vt[:n_keep]
recon_err = np.linalg.norm(C - recon) / np.linalg.norm(C)
print(f"{explained=:.3f}, {recon_err=:.3f}")
""",
        "params": {"n_keep": 2, "svd.full_matrices": False},
        "metrics": ("explained", "recon_err"),
    },
    {
        "name": "integral-error-table",
        "setup": NUMPY_SEED_3,
        "code": """
f = np.cos
true_value = np.sin(1.0)
rows = []
for n in (10, 100, 1000):
    x = (np.arange(n) + 0.5) / n
    est = f(x).mean()
    rows.append((n, est, abs(est - true_value)))
for n, est, err in rows:
    print(f"{n:5d} {est:.6f} {err:.2e}")
""",
        "params": {},
    },
    {
        "name": "logistic-growth-fit",
        "setup": NUMPY_SEED_3
        + "days = np.arange(12.0)\ncases = 100 / (1 + np.exp(-(days - 6))) + np.random.randn(12)\n",
        "code": """
from scipy.optimize import curve_fit
def logistic(t, K, r, t0):
    return K / (1 + np.exp(-r * (t - t0)))
popt, pcov = curve_fit(logistic, days, cases, p0=[90, 1.0, 5.0], maxfev=5000)
K, r, t0 = popt
perr = np.sqrt(np.diag(pcov))
ss_res = np.sum((cases - logistic(days, *popt)) ** 2)
print(f"K={K:.1f}±{perr[0]:.1f}, r={r:.2f}, t0={t0:.2f}, SSR={ss_res:.2f}")
""",
        "params": {"curve_fit.p0": [90, 1.0, 5.0], "curve_fit.maxfev": 5000},
        "metrics": ("K", "r", "t0", "ss_res"),
    },
    {
        "name": "birth-death-chain",
        "setup": NUMPY_SEED_3,
        "code": """
birth, death, start = 0.55, 0.45, 10
horizon = 30
pop = start
path = [pop]
for _ in range(horizon):
    u = np.random.rand()
    pop += 1 if u < birth else -1
    path.append(pop)
extinct = min(path) <= 0
mean_pop = sum(path) / len(path)
print(mean_pop, extinct)
""",
        "params": {"birth": 0.55, "death": 0.45, "start": 10, "horizon": 30},
        "metrics": ("mean_pop",),
        "curves": {"u": 30},
    },
    {
        "name": "bagging-by-hand",
        "setup": CANCER,
        "code": """
from sklearn.tree import DecisionTreeClassifier
n_bags = 5
votes = np.zeros(len(X_te))
rng = np.random.RandomState(0)
for b in range(n_bags):
    idx = rng.choice(len(X_tr), len(X_tr), replace=True)
    tree = DecisionTreeClassifier(max_features="sqrt", random_state=b).fit(X_tr[idx], y_tr[idx])
    votes += tree.predict(X_te)
    bag_acc = ((votes / (b + 1) > 0.5) == y_te).mean()
print("bagged:", bag_acc)
""",
        "params": {
            "n_bags": 5,
            "choice.replace": True,
            "DecisionTreeClassifier.max_features": "sqrt",
            "train_test_split.random_state": 1,
        },
        "curves": {"bag_acc": range(5)},
    },
    {
        "name": "global-flag-and-plot",
        "setup": NUMPY_SEED_3
        + "import matplotlib\nmatplotlib.use('agg')\nimport matplotlib.pyplot as plt\nPLOT = False\nN_BINS = 10\n",
        "code": """
sample = np.random.gamma(2.0, size=200)
skew = ((sample - sample.mean()) ** 3).mean() / sample.std() ** 3
if PLOT:
    plt.hist(sample, bins=N_BINS)
    plt.show()
skew
""",
        "params": {"PLOT": False, "gamma.size": 200},
        "metrics": ("skew",),
    },
    {
        "name": "earlier-threshold-in-print",
        "setup": [SHOP, "min_amount = 15\n"],
        "code": """
print("share of large orders:", (orders["amount"] > min_amount).mean())
""",
        "params": {"min_amount": 15},
        "metrics": ("mean",),
    },
    {
        "name": "sizes-only",
        "setup": CANCER,
        "code": """
n, d = X_tr.shape
n_pos = int(y_tr.sum())
n_neg = n - n_pos
steps_per_epoch = n // 32
print(n, d, n_pos, n_neg, steps_per_epoch)
""",
        "params": {"train_test_split.random_state": 1},
    },
    {
        "name": "markdown-table",
        "setup": SHOP,
        "code": """
summary = orders.groupby("country")["amount"].agg(["mean", "max"]).round(1)
for country, row in summary.iterrows():
    print(f"| {country} | {row['mean']} | {row['max']} |")
""",
        "params": {},
    },
    {
        "name": "text-length-stats",
        "setup": "reviews = ['good product', 'bad', 'would buy again and again']\n",
        "code": """
lengths = [len(t.split()) for t in reviews]
mean_len = sum(lengths) / len(lengths)
longest = max(reviews, key=len)
print(mean_len, longest)
""",
        "params": {"reviews": ["good product", "bad", "would buy again and again"]},
        "metrics": ("mean_len",),
    },
    {
        "name": "running-mean-online",
        "setup": NUMPY_SEED_3,
        "code": """
n_obs = 10
mean, M2 = 0.0, 0.0
for i in range(1, n_obs + 1):
    x = np.random.randn()
    delta = x - mean
    mean += delta / i
    M2 += delta * (x - mean)
var = M2 / (n_obs - 1)
print(mean, var)
""",
        "params": {"n_obs": 10},
        "metrics": ("mean", "var"),
    },
    {
        "name": "with-timer-context",
        "setup": "import time\nfrom contextlib import contextmanager\n@contextmanager\ndef timer(label):\n    t = time.perf_counter()\n    yield\n    print(label, time.perf_counter() - t)\n",
        "code": """
size = 300
with timer("sorting"):
    data = sorted((i * 7919) % size for i in range(size))
ok = all(a <= b for a, b in zip(data, data[1:]))
print(ok)
""",
        "params": {"size": 300},
    },
    {
        "name": "nested-functions-and-call",
        "setup": NUMPY_SEED_3,
        "code": """
def experiment(n_points, noise=0.1):
    x = np.linspace(0, 1, n_points)
    y = 2 * x + noise * np.random.randn(n_points)
    return np.polyfit(x, y, 1)[0]

slope = experiment(50, noise=0.3)
bias = slope - 2
print("bias", bias)
""",
        "params": {"experiment.n_points": 50, "experiment.noise": 0.3},
        "metrics": ("bias",),
    },
]
