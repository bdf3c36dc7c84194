"""Estimators, pipelines and scores of scikit-learn."""

# the cells are text, as people write it

from setups import (
    BIKES,
    BREAST_CANCER_SPLIT,
    CLASSIFICATION,
    CLASSIFICATION_SPLIT,
    DATA,
    DIABETES_SPLIT,
    DIGIT_IMAGES,
    DIGITS,
    HOUSES,
    IRIS_SPLIT,
    LOANS,
    NUMPY_R_21,
    PASSENGERS,
    RNG_5,
    TITANIC,
    WINE,
    WINE_SPLIT,
)

CELLS = [
    {
        "name": "xgb-train",
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
        },
        "metrics": ("logloss",),
    },
    {
        "name": "ensemble-average",
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
        "name": "feature-importance-no-metric",
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
        "name": "learning-curve",
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
        "name": "metrics-filled-one-by-one",
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
        "params": {"LogisticRegression.C": 0.2, "train_test_split.random_state": 0},
        "metrics": ("metrics.train", "metrics.test", "metrics.log_loss"),
    },
    {
        "name": "frame-of-results",
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
        "params": {"DecisionTreeClassifier.random_state": 0, "train_test_split.random_state": 0},
        "curves": {"records.train": [1, 2, 4], "records.test": [1, 2, 4]},
    },
    {
        "name": "dbscan-noise",
        "setup": RNG_5 + "pts = rng.normal(size=(30, 2))",
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
        "name": "conditional-model",
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
        "params": {"use_svm": False, "GaussianNB.var_smoothing": 1e-08, "train_test_split.random_state": 0},
        "metrics": ("acc",),
    },
    {
        "name": "adaboost-by-hand",
        "setup": CLASSIFICATION_SPLIT,
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
        "params": {"T": 3, "DecisionTreeClassifier.max_depth": 1, "train_test_split.random_state": 2},
        "curves": {"eps": range(3), "test_err": range(3)},
    },
    {
        "name": "voting",
        "setup": CLASSIFICATION_SPLIT,
        "code": """
from sklearn.ensemble import VotingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
vote = VotingClassifier(estimators=[("lr", LogisticRegression(C=0.5)), ("nb", GaussianNB())], voting="soft")
vote.fit(Xtr, ytr)
acc = vote.score(Xte, yte)
print(f'{acc:.1%}')
""",
        "params": {"LogisticRegression.C": 0.5, "VotingClassifier.voting": "soft", "train_test_split.random_state": 2},
        "metrics": ("acc",),
    },
    {
        "name": "lightgbm-like",
        "setup": CLASSIFICATION_SPLIT
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
            "train_test_split.random_state": 2,
        },
        "metrics": ("acc", "best_iteration_"),
    },
    {
        "name": "dict-of-scores-named",
        "setup": CLASSIFICATION_SPLIT,
        "code": """
from sklearn.linear_model import LogisticRegression, Perceptron
scores = {}
for name, model in [("logreg", LogisticRegression(max_iter=200)), ("perceptron", Perceptron(random_state=0))]:
    scores[name] = model.fit(Xtr, ytr).score(Xte, yte)
best = max(scores, key=scores.get)
scores
""",
        "params": {
            "best": "logreg",
            "LogisticRegression.max_iter": 200,
            "Perceptron.random_state": 0,
            "train_test_split.random_state": 2,
        },
        "metrics": ("scores.logreg", "scores.perceptron"),
    },
    {
        "name": "inline-hyperparams-only",
        "setup": CLASSIFICATION_SPLIT,
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
            "train_test_split.random_state": 2,
        },
        "metrics": ("loss_",),
        "curves": {"loss_curve_": range(3)},
    },
    {
        "name": "class-weight",
        "setup": CLASSIFICATION_SPLIT,
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
        "params": {
            "LogisticRegression.class_weight": "balanced",
            "LogisticRegression.C": 10,
            "train_test_split.random_state": 2,
        },
        "metrics": ("specificity", "bal"),
    },
    {
        "name": "kwargs-from-dict",
        "setup": CLASSIFICATION_SPLIT,
        "code": """
from sklearn.ensemble import RandomForestClassifier
rf_params = dict(n_estimators=5, max_depth=2, random_state=0)
rf = RandomForestClassifier(**rf_params)
rf.fit(Xtr, ytr)
oob = rf.score(Xte, yte)
""",
        "params": {
            "rf_params.n_estimators": 5,
            "rf_params.max_depth": 2,
            "rf_params.random_state": 0,
            "train_test_split.random_state": 2,
        },
        "metrics": ("oob",),
    },
    {
        "name": "feature-selection-loop",
        "setup": WINE_SPLIT,
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
        "params": {
            "best_k": 10,
            "KNeighborsClassifier.n_neighbors": 3,
            "KNeighborsClassifier.weights": "distance",
            "train_test_split.random_state": 4,
        },
        "curves": {"results": (2, 5, 10)},
    },
    {
        "name": "argmax-of-computed",
        "setup": WINE_SPLIT,
        "code": """
from sklearn.ensemble import RandomForestClassifier
forest = RandomForestClassifier(n_estimators=8, random_state=3).fit(X_train, y_train)
importances = forest.feature_importances_
top = importances.argmax()
top_importance = importances[top]
acc = forest.score(X_test, y_test)
""",
        "params": {
            "RandomForestClassifier.n_estimators": 8,
            "RandomForestClassifier.random_state": 3,
            "train_test_split.random_state": 4,
        },
        "metrics": ("top_importance", "acc"),
    },
    {
        "name": "conditional-metric",
        "setup": WINE_SPLIT,
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
        "params": {"evaluate": True, "LinearSVC.C": 0.01, "LinearSVC.dual": False, "train_test_split.random_state": 4},
        "metrics": ("acc",),
    },
    {
        "name": "untaken-branch",
        "setup": WINE_SPLIT,
        "code": """
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier
kind = "tree"
model = DecisionTreeClassifier(max_depth=2) if kind == "tree" else LinearSVC(C=5.0)
score = model.fit(X_train, y_train).score(X_test, y_test)
""",
        "params": {"kind": "tree", "DecisionTreeClassifier.max_depth": 2, "train_test_split.random_state": 4},
        "metrics": ("score",),
    },
    {
        "name": "sizes-everywhere",
        "setup": WINE_SPLIT,
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
        "params": {"batch": 32, "train_test_split.random_state": 4},
        "metrics": ("train_share",),
    },
    {
        "name": "set-params-later",
        "setup": WINE_SPLIT,
        "code": """
from sklearn.linear_model import LogisticRegression
clf = LogisticRegression(max_iter=100)
clf.set_params(C=0.05)
clf.fit(X_train, y_train)
acc = clf.score(X_test, y_test)
""",
        "params": {"LogisticRegression.max_iter": 100, "set_params.C": 0.05, "train_test_split.random_state": 4},
        "metrics": ("acc",),
    },
    {
        "name": "stacking-two-levels",
        "setup": BREAST_CANCER_SPLIT,
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
            "train_test_split.random_state": 3,
        },
        "metrics": ("val_acc",),
    },
    {
        "name": "warm-start-growth",
        "setup": BREAST_CANCER_SPLIT,
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
            "train_test_split.random_state": 3,
        },
        "curves": {"errs": [2, 4, 6]},
    },
    {
        "name": "naive-bayes-by-hand",
        "setup": BREAST_CANCER_SPLIT,
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
        "params": {"smoothing": 1e-09, "train_test_split.random_state": 3},
        "metrics": ("nb_acc",),
    },
    {
        "name": "knn-by-hand",
        "setup": BREAST_CANCER_SPLIT,
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
        "params": {"K": 3, "train_test_split.random_state": 3},
        "metrics": ("acc",),
    },
    {
        "name": "time-each-model",
        "setup": BREAST_CANCER_SPLIT + "import time",
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
        "params": {"LogisticRegression.max_iter": 150, "train_test_split.random_state": 3},
        "curves": {"fit_time": [0, 1], "acc": [0, 1]},
    },
    {
        "name": "baseline-difference",
        "setup": BREAST_CANCER_SPLIT,
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
            "train_test_split.random_state": 3,
        },
        "metrics": ("lift",),
    },
    {
        "name": "last-line-comparison",
        "setup": BREAST_CANCER_SPLIT,
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
            "train_test_split.random_state": 3,
        },
        "metrics": ("train_score", "val_score"),
    },
    {
        "name": "ridge-alphas",
        "setup": DIABETES_SPLIT,
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
        "params": {
            "best_alpha": 0.1,
            "alphas": [0.01, 0.1, 1.0, 10.0],
            "Ridge.fit_intercept": True,
            "train_test_split.random_state": 8,
        },
        "metrics": ("mse",),
        "curves": {"mses": 4},
    },
    {
        "name": "r2-adjusted",
        "setup": DIABETES_SPLIT,
        "code": """
from sklearn.linear_model import LinearRegression
lin = LinearRegression().fit(X_train, y_train)
r2 = lin.score(X_test, y_test)
n, p = X_test.shape
adj_r2 = 1 - (1 - r2) * (n - 1) / (n - p - 1)
print(f"R² {r2:.3f}, adjusted {adj_r2:.3f}")
""",
        "params": {"train_test_split.random_state": 8},
        "metrics": ("r2", "adj_r2"),
    },
    {
        "name": "quantile-forests",
        "setup": DIABETES_SPLIT,
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
            "train_test_split.random_state": 8,
        },
        "metrics": ("coverage", "width"),
        "curves": {"lo_model.train_score_": range(5), "hi_model.train_score_": range(5)},
    },
    {
        "name": "gp-hyperparameters",
        "setup": DIABETES_SPLIT,
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
            "train_test_split.random_state": 8,
        },
        "metrics": ("lml", "score"),
    },
    {
        "name": "boosting-rounds-by-hand",
        "setup": DIABETES_SPLIT,
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
        "params": {
            "n_rounds": 4,
            "shrinkage": 0.3,
            "DecisionTreeRegressor.max_depth": 2,
            "train_test_split.random_state": 8,
        },
        "curves": {"train_mse": range(4), "test_mse": range(4)},
    },
    {
        "name": "sklearn-calibration",
        "setup": IRIS_SPLIT,
        "code": """
from sklearn.calibration import CalibratedClassifierCV
from sklearn.metrics import log_loss
from sklearn.naive_bayes import GaussianNB
cal = CalibratedClassifierCV(GaussianNB(), method="isotonic", cv=2)
cal.fit(Xtr, ytr)
ll = log_loss(yte, cal.predict_proba(Xte))
print(f"log loss = {ll:.4f}")
""",
        "params": {
            "CalibratedClassifierCV.method": "isotonic",
            "CalibratedClassifierCV.cv": 2,
            "train_test_split.random_state": 5,
        },
        "metrics": ("ll",),
    },
    {
        "name": "repeated-holdout",
        "setup": IRIS_SPLIT,
        "code": """
from sklearn.model_selection import train_test_split
from sklearn.linear_model import LogisticRegression
accs = []
for seed in range(4):
    a, b, c, d = train_test_split(X, y, test_size=0.4, random_state=seed)
    clf = LogisticRegression(max_iter=500).fit(a, c)
    accs.append(clf.score(b, d))
print(f"accuracy over seeds: {np.mean(accs):.3f} ± {np.std(accs):.3f}")
""",
        "params": {"train_test_split.test_size": 0.4, "LogisticRegression.max_iter": 500},
        "metrics": ("accs.mean", "accs.std"),
        "curves": {"accs": range(4)},
    },
    {
        "name": "halving-of-dataset",
        "setup": IRIS_SPLIT,
        "code": """
from sklearn.tree import DecisionTreeClassifier
n = len(Xtr)
while n > 20:
    tree = DecisionTreeClassifier(random_state=0).fit(Xtr[:n], ytr[:n])
    acc = tree.score(Xte, yte)
    print(n, acc)
    n //= 2
""",
        "params": {"DecisionTreeClassifier.random_state": 0, "train_test_split.random_state": 5},
        "curves": {"acc": None},
    },
    {
        "name": "permutation-importance",
        "setup": IRIS_SPLIT,
        "code": """
from sklearn.ensemble import RandomForestClassifier
from sklearn.inspection import permutation_importance
rf = RandomForestClassifier(n_estimators=6, random_state=2).fit(Xtr, ytr)
pi = permutation_importance(rf, Xte, yte, n_repeats=2, random_state=2)
most = pi.importances_mean.max()
print("largest importance", most)
""",
        "params": {
            "RandomForestClassifier.n_estimators": 6,
            "RandomForestClassifier.random_state": 2,
            "permutation_importance.n_repeats": 2,
            "permutation_importance.random_state": 2,
            "train_test_split.random_state": 5,
        },
        "metrics": ("most",),
    },
    {
        "name": "reassigned-metric",
        "setup": IRIS_SPLIT,
        "code": """
from sklearn.linear_model import LogisticRegression
acc = LogisticRegression(C=0.01, max_iter=300).fit(Xtr, ytr).score(Xte, yte)
print("weak", acc)
acc = LogisticRegression(C=10.0, max_iter=300).fit(Xtr, ytr).score(Xte, yte)
print("strong", acc)
""",
        "params": {
            "LogisticRegression.max_iter": 300,
            "LogisticRegression.C": 10.0,
            "train_test_split.random_state": 5,
        },
        "metrics": ("acc",),
    },
    {
        "name": "kaggle-submission",
        "setup": PASSENGERS,
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
        "name": "match-case-model",
        "setup": CLASSIFICATION,
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
        "name": "shape-checks",
        "setup": CLASSIFICATION,
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
        "name": "log-price-regression",
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
        "name": "elbow",
        "setup": DIGIT_IMAGES,
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
        "name": "rides-poly",
        "setup": BIKES,
        "code": """
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures
from sklearn.linear_model import Ridge
degrees = [1, 2, 3]
mses = {}
for d in degrees:
    reg = make_pipeline(PolynomialFeatures(d), Ridge(alpha=0.1))
    reg.fit(bikes[["temp"]], bikes["rides"])
    mses[d] = np.mean((reg.predict(bikes[["temp"]]) - bikes["rides"]) ** 2)
best_d = min(mses, key=mses.get)
print(f"best degree {best_d}: {mses[best_d]:.2f}")
""",
        "params": {"best_d": 3, "degrees": [1, 2, 3], "Ridge.alpha": 0.1},
        "curves": {"mses": (1, 2, 3)},
    },
    {
        "name": "wine-select-k",
        "setup": WINE,
        "code": """
from sklearn.feature_selection import SelectKBest, f_classif
from sklearn.neighbors import KNeighborsClassifier
for k in (2, 5, 8):
    sel = SelectKBest(f_classif, k=k).fit(Xa, ya)
    knn = KNeighborsClassifier(n_neighbors=5, weights="distance").fit(sel.transform(Xa), ya)
    acc = knn.score(sel.transform(Xb), yb)
    print(k, acc)
""",
        "params": {
            "KNeighborsClassifier.n_neighbors": 5,
            "KNeighborsClassifier.weights": "distance",
            "train_test_split.test_size": 0.3,
            "train_test_split.random_state": 0,
        },
        "curves": {"acc": [2, 5, 8]},
    },
    {
        "name": "gmm-sklearn-bic",
        "setup": NUMPY_R_21 + "blob = np.concatenate([r.normal(-3, 1, (20, 1)), r.normal(3, 1, (20, 1))])\n",
        "code": """
from sklearn.mixture import GaussianMixture
bics = []
for k in range(1, 4):
    gm = GaussianMixture(n_components=k, covariance_type="diag", random_state=0).fit(blob)
    bics.append(gm.bic(blob))
k_star = 1 + int(np.argmin(bics))
print("chosen", k_star)
""",
        "params": {"GaussianMixture.covariance_type": "diag", "GaussianMixture.random_state": 0},
        "metrics": ("k_star",),
        "curves": {"bics": [1, 2, 3]},
    },
    {
        "name": "scorecard",
        "setup": LOANS,
        "code": """
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score, brier_score_loss
FEATS = ["income", "debt"]
logit = LogisticRegression(C=1e3, class_weight="balanced", max_iter=500)
logit.fit(np.log(loans[FEATS]), loans["default"])
pd_hat = logit.predict_proba(np.log(loans[FEATS]))[:, 1]
auc = roc_auc_score(loans["default"], pd_hat)
gini = 2 * auc - 1
brier = brier_score_loss(loans["default"], pd_hat)
print(f"AUC {auc:.3f}")
print(f"Gini {gini:.3f}, Brier {brier:.3f}")
""",
        "params": {
            "FEATS": ["income", "debt"],
            "LogisticRegression.C": 1e3,
            "LogisticRegression.class_weight": "balanced",
            "LogisticRegression.max_iter": 500,
        },
        "metrics": ("auc", "gini", "brier"),
    },
    {
        "name": "digits-mlp-curve",
        "setup": DIGITS,
        "code": """
from sklearn.neural_network import MLPClassifier
mlp = MLPClassifier(hidden_layer_sizes=(8,), learning_rate_init=0.01, max_iter=5, random_state=0)
mlp.fit(Xtr, ytr)
final_loss = mlp.loss_
print(f"loss {final_loss:.3f} after {mlp.n_iter_} iterations, test {mlp.score(Xte, yte):.3f}")
""",
        "params": {
            "MLPClassifier.hidden_layer_sizes": (8,),
            "MLPClassifier.learning_rate_init": 0.01,
            "MLPClassifier.max_iter": 5,
            "MLPClassifier.random_state": 0,
            "train_test_split.test_size": 0.5,
            "train_test_split.random_state": 3,
        },
        "metrics": ("final_loss", "score"),
        "curves": {"loss_curve_": range(5)},
    },
    {
        "name": "digits-confusion",
        "setup": DIGITS,
        "code": """
from sklearn.svm import SVC
from sklearn.metrics import confusion_matrix
pred = SVC(gamma=0.001).fit(Xtr, ytr).predict(Xte)
cm = confusion_matrix(yte, pred)
per_class = cm.diagonal() / cm.sum(axis=1)
worst = per_class.min()
cm
""",
        "params": {"SVC.gamma": 0.001, "train_test_split.test_size": 0.5, "train_test_split.random_state": 3},
        "metrics": ("worst",),
    },
    {
        "name": "digits-ablation",
        "setup": DIGITS,
        "code": """
from sklearn.neighbors import KNeighborsClassifier
from sklearn.decomposition import PCA
base_acc = KNeighborsClassifier(n_neighbors=3).fit(Xtr, ytr).score(Xte, yte)
table = {}
for dim in [2, 8, 16]:
    proj = PCA(n_components=dim, random_state=0).fit(Xtr)
    a = KNeighborsClassifier(n_neighbors=3).fit(proj.transform(Xtr), ytr).score(proj.transform(Xte), yte)
    table[f"pca{dim}"] = a - base_acc
table
""",
        "params": {
            "KNeighborsClassifier.n_neighbors": 3,
            "PCA.random_state": 0,
            "train_test_split.test_size": 0.5,
            "train_test_split.random_state": 3,
        },
        "metrics": ("table.pca2", "table.pca8", "table.pca16"),
    },
    {
        "name": "tfidf-search",
        "setup": "texts = ['deep learning for cats', 'cooking pasta', 'cats and dogs']\n",
        "code": """
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics.pairwise import cosine_similarity
query = "cats"
vec = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
M = vec.fit_transform(texts)
sims = cosine_similarity(vec.transform([query]), M).ravel()
top = sims.argmax()
print(texts[top], sims[top])
""",
        "params": {
            "query": "cats",
            "texts": ["deep learning for cats", "cooking pasta", "cats and dogs"],
            "TfidfVectorizer.ngram_range": (1, 2),
            "TfidfVectorizer.sublinear_tf": True,
        },
        "metrics": ("top",),
    },
]
