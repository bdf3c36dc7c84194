"""Cross-validation and searches with scikit-learn."""

# the cells are text, as people write it

from setups import (
    BREAST_CANCER_SPLIT,
    CLASSIFICATION,
    DATA,
    IRIS_SPLIT,
    PASSENGERS,
    RNG_3,
    RNG_21,
    TITANIC,
    WINE,
    WINE_SPLIT,
)

CELLS = [
    {
        "name": "kaggle-oof",
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
        "name": "time-series-cv",
        "setup": RNG_3 + "series = np.cumsum(rng.normal(size=60))\nX = np.arange(60).reshape(-1, 1)",
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
        "name": "comprehension-of-models",
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
        "params": {"best_C": 1.0, "Cs": [0.1, 1.0], "SVC.gamma": "scale", "cross_val_score.cv": 3},
        "metrics": ("best",),
        "curves": {"scores": 2},
    },
    {
        "name": "sk-column-transformer",
        "setup": RNG_21
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
        "metrics": ("scores.mean", "scores.std"),
        "curves": {"scores": range(3)},
    },
    {
        "name": "randomized-search",
        "setup": WINE_SPLIT,
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
            "best.max_depth": None,
            "best.n_estimators": 10,
            "dist.n_estimators": [5, 10],
            "dist.max_depth": [2, None],
            "RandomForestClassifier.random_state": 0,
            "RandomizedSearchCV.n_iter": 2,
            "RandomizedSearchCV.cv": 2,
            "RandomizedSearchCV.random_state": 0,
            "train_test_split.random_state": 4,
        },
        "metrics": ("best_cv", "test_acc"),
    },
    {
        "name": "evaluate-every-fold-with-frame",
        "setup": WINE_SPLIT + "import pandas as pd\nfrom sklearn.model_selection import StratifiedKFold",
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
        "name": "validation-curve",
        "setup": BREAST_CANCER_SPLIT,
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
        "curves": {"val_mean": 3},
    },
    {
        "name": "gridsearch-pipeline-prefix",
        "setup": BREAST_CANCER_SPLIT,
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
            "best.pca__n_components": 4,
            "best.svc__C": 1.0,
            "grid.pca__n_components": [2, 4],
            "grid.svc__C": [0.1, 1.0],
            "PCA.random_state": 0,
            "GridSearchCV.cv": 2,
            "GridSearchCV.refit": True,
            "train_test_split.random_state": 3,
        },
        "metrics": ("best_score_", "score"),
    },
    {
        "name": "scores-by-comprehension",
        "setup": IRIS_SPLIT,
        "code": """
from sklearn.model_selection import cross_val_score
from sklearn.neighbors import KNeighborsClassifier
ks = range(1, 6, 2)
cv_scores = {k: cross_val_score(KNeighborsClassifier(k), X, y, cv=3).mean() for k in ks}
best_k = max(cv_scores, key=cv_scores.get)
best_score = cv_scores[best_k]
print(best_k, best_score)
""",
        "params": {"best_k": 5, "cross_val_score.cv": 3},
        "metrics": ("best_score",),
    },
    {
        "name": "kaggle-target-encode-cv",
        "setup": PASSENGERS,
        "code": """
from sklearn.model_selection import StratifiedKFold
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.metrics import roc_auc_score
N_FOLDS = 3
FEATURES = ["age", "fare", "is_male"]
train["is_male"] = (train["sex"] == "m").astype(int)
oof = np.zeros(len(train))
skf = StratifiedKFold(n_splits=N_FOLDS, shuffle=True, random_state=42)
for fold, (tr, va) in enumerate(skf.split(train, train["survived"])):
    clf = GradientBoostingClassifier(n_estimators=5, learning_rate=0.1)
    clf.fit(train.loc[tr, FEATURES], train.loc[tr, "survived"])
    oof[va] = clf.predict_proba(train.loc[va, FEATURES])[:, 1]
    fold_auc = roc_auc_score(train.loc[va, "survived"], oof[va])
    print(f"fold {fold}: {fold_auc:.4f}")
cv_auc = roc_auc_score(train["survived"], oof)
print(f"CV: {cv_auc:.4f}")
""",
        "params": {
            "N_FOLDS": 3,
            "FEATURES": ["age", "fare", "is_male"],
            "StratifiedKFold.shuffle": True,
            "StratifiedKFold.random_state": 42,
            "GradientBoostingClassifier.n_estimators": 5,
            "GradientBoostingClassifier.learning_rate": 0.1,
        },
        "metrics": ("cv_auc",),
        "curves": {"fold_auc": range(3)},
    },
    {
        "name": "walk-forward",
        "setup": RNG_3 + "series = np.cumsum(rng.normal(size=40))\n",
        "code": """
from sklearn.model_selection import TimeSeriesSplit
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_absolute_error
lags = 3
Z = np.column_stack([series[i : len(series) - lags + i] for i in range(lags)])
target = series[lags:]
maes = []
for tr, te in TimeSeriesSplit(n_splits=4).split(Z):
    reg = Ridge(alpha=1.0).fit(Z[tr], target[tr])
    maes.append(mean_absolute_error(target[te], reg.predict(Z[te])))
print("mean MAE", np.mean(maes))
""",
        "params": {"lags": 3, "TimeSeriesSplit.n_splits": 4, "Ridge.alpha": 1.0},
        "metrics": ("maes.mean",),
        "curves": {"maes": range(4)},
    },
    {
        "name": "rows-of-grid",
        "setup": CLASSIFICATION,
        "code": """
from itertools import product
from sklearn.svm import SVC
from sklearn.model_selection import cross_val_score
import pandas as pd
rows = []
for C, kernel in product([0.1, 1.0], ["rbf", "linear"]):
    scores = cross_val_score(SVC(C=C, kernel=kernel), X, y, cv=3)
    rows.append({"C": C, "kernel": kernel, "mean": scores.mean(), "std": scores.std()})
df = pd.DataFrame(rows).sort_values("mean", ascending=False)
df.head(3)
""",
        "params": {"cross_val_score.cv": 3},
        "curves": {"rows.mean": range(4), "rows.std": range(4)},
    },
    {
        "name": "wine-randomized",
        "setup": WINE,
        "code": """
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import RandomizedSearchCV
space = {"n_estimators": [3, 5], "max_depth": [2, None], "max_features": ["sqrt", 0.5]}
rs = RandomizedSearchCV(RandomForestClassifier(random_state=3), space, n_iter=3, cv=2, random_state=3, verbose=0)
rs.fit(Xa, ya)
test_acc = rs.best_estimator_.score(Xb, yb)
print(rs.best_params_, rs.best_score_, test_acc)
""",
        "params": {
            "best.max_depth": None,
            "best.max_features": "sqrt",
            "best.n_estimators": 5,
            "space.n_estimators": [3, 5],
            "space.max_depth": [2, None],
            "space.max_features": ["sqrt", 0.5],
            "RandomForestClassifier.random_state": 3,
            "RandomizedSearchCV.n_iter": 3,
            "RandomizedSearchCV.cv": 2,
            "RandomizedSearchCV.random_state": 3,
            "train_test_split.test_size": 0.3,
            "train_test_split.random_state": 0,
        },
        "metrics": ("best_score_", "test_acc"),
    },
]
