"""Searches over settings: grids, random draws, studies, and what they found."""

# the cells are text, as people write it

from independent_setups import CANCER_SPLIT, DIABETES_ROWS, IRIS, SPLIT

OPTUNA = """
import optuna
from sklearn.model_selection import cross_val_score
"""

CELLS = [
    {
        "name": "grid-search-svc-printed",
        "setup": [IRIS],
        "code": """
from sklearn.model_selection import GridSearchCV
from sklearn.svm import SVC

param_grid = {'C': [0.1, 1, 10], 'gamma': [0.01, 0.1]}
grid = GridSearchCV(SVC(kernel='rbf'), param_grid, cv=3, scoring='accuracy')
grid.fit(X, y)
print("Best parameters:", grid.best_params_)
print("Best CV score: {:.3f}".format(grid.best_score_))
""",
        "params": {
            "param_grid.C": [0.1, 1, 10],
            "param_grid.gamma": [0.01, 0.1],
            "SVC.kernel": "rbf",
            "GridSearchCV.cv": 3,
            "GridSearchCV.scoring": "accuracy",
            "best.C": 10,
            "best.gamma": 0.1,
        },
        "metrics": ["best_score_"],
        "aliases": {"best_score_": ("Best CV score",)},
        "optional": ("*mean_test_score", "*std_test_score"),
        "values": {"best_score_": "grid.best_score_"},
    },
    {
        "name": "grid-search-silent",
        "setup": [CANCER_SPLIT],
        "code": """
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import GridSearchCV
rf = RandomForestClassifier(n_estimators=5, random_state=0)
search = GridSearchCV(rf, {"max_depth": [2, 4]}, cv=3)
search.fit(X_train, y_train)
""",
        "params": {"RandomForestClassifier.n_estimators": 5, "GridSearchCV.cv": 3, "best.max_depth": 2, **SPLIT},
        "metrics": ["best_score_"],
        "optional": ("GridSearchCV.param_grid*", "*mean_test_score", "*std_test_score", "param_grid.max_depth"),
        "values": {"best_score_": "search.best_score_"},
    },
    {
        "name": "grid-search-then-test-score",
        "setup": [CANCER_SPLIT],
        "code": """
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedKFold

pipe = make_pipeline(StandardScaler(), LogisticRegression(max_iter=500))
skf = StratifiedKFold(n_splits=3, shuffle=True, random_state=7)
gs = GridSearchCV(pipe, param_grid={"logisticregression__C": [0.01, 0.1, 1.0]}, cv=skf, n_jobs=1)
gs.fit(X_train, y_train)
print(f"best {gs.best_params_} -> {gs.best_score_:.3f}")
best = gs.best_estimator_
test_acc = best.score(X_test, y_test)
print(f"test accuracy {test_acc:.3f}")
""",
        "params": {
            "LogisticRegression.max_iter": 500,
            "StratifiedKFold.n_splits": 3,
            "StratifiedKFold.shuffle": True,
            "best.logisticregression__C": 1.0,
            **SPLIT,
        },
        "metrics": ["best_score_", "test_acc"],
        "optional": (
            "GridSearchCV.param_grid*",
            "GridSearchCV.logisticregression__C",
            "*mean_test_score",
            "*std_test_score",
        ),
        "values": {"best_score_": "gs.best_score_"},
    },
    {
        "name": "randomized-search-forest",
        "setup": [DIABETES_ROWS],
        "code": """
from sklearn.ensemble import RandomForestRegressor
from sklearn.model_selection import RandomizedSearchCV
random_grid = {'n_estimators': [3, 5, 8],
               'max_features': ['sqrt', 1.0],
               'min_samples_leaf': [1, 2, 4]}
rf_random = RandomizedSearchCV(estimator=RandomForestRegressor(random_state=1), param_distributions=random_grid,
                               n_iter=4, cv=3, verbose=0, random_state=42, n_jobs=1)
rf_random.fit(X_train, y_train)
rf_random.best_params_
""",
        "params": {
            "random_grid.n_estimators": [3, 5, 8],
            "random_grid.max_features": ["sqrt", 1.0],
            "random_grid.min_samples_leaf": [1, 2, 4],
            "RandomizedSearchCV.n_iter": 4,
            "RandomizedSearchCV.cv": 3,
            "best.n_estimators": 8,
            "best.max_features": "sqrt",
            "best.min_samples_leaf": 4,
        },
        "metrics": ["best_score_"],
        "optional": ("*mean_test_score", "*std_test_score"),
        "values": {"best_score_": "rf_random.best_score_"},
    },
    {
        "name": "search-results-as-frame",
        "setup": [
            IRIS,
            """
from sklearn.tree import DecisionTreeClassifier
from sklearn.model_selection import GridSearchCV
import pandas as pd
gs = GridSearchCV(DecisionTreeClassifier(random_state=0), {"max_depth": [1, 2, 3]}, cv=5)
gs.fit(X, y)
""",
        ],
        "code": """
res = pd.DataFrame(gs.cv_results_)[['param_max_depth', 'mean_test_score', 'std_test_score']]
res.sort_values('mean_test_score', ascending=False)
""",
        "params": {},
        "why": "Looks at a search of an earlier cell; its settings may be recorded.",
        "optional": ("*mean_test_score", "*std_test_score", "GridSearchCV.*", "best*", "param_max_depth"),
    },
    {
        "name": "optuna-objective-in-cell",
        "setup": [IRIS, OPTUNA],
        "code": """
from sklearn.tree import DecisionTreeClassifier

def objective(trial):
    depth = trial.suggest_int('max_depth', 1, 6)
    leaf = trial.suggest_float('min_leaf', 0.01, 0.3, log=True)
    clf = DecisionTreeClassifier(max_depth=depth, min_samples_leaf=leaf, random_state=0)
    return cross_val_score(clf, X, y, cv=3).mean()

study = optuna.create_study(direction='maximize')
study.optimize(objective, n_trials=6)
print('Best accuracy:', study.best_value)
print('Best params:', study.best_params)
""",
        "params": {
            "create_study.direction": "maximize",
            "optimize.n_trials": 6,
            "best.max_depth": 6,
            "best.min_leaf": 0.02503269968142266,
        },
        "metrics": ["best_value"],
        "curves": {"study.value": 6},
        "aliases": {
            "best_value": ("Best accuracy",),
            "study.value": ("value", "values", "study.values", "study", "objective", "trials.value"),
        },
        "optional": ("cross_val_score.cv",),
        "values": {"best_value": "study.best_value", "study.value": "study.trials[-1].value"},
    },
    {
        "name": "optuna-study-continued",
        "setup": [
            DIABETES_ROWS,
            OPTUNA,
            """
def objective(trial):
    a = trial.suggest_float("alpha", 1e-3, 10, log=True)
    m = Ridge(alpha=a).fit(X_train, y_train)
    return mean_squared_error(y_val, m.predict(X_val))
study = optuna.create_study()
study.optimize(objective, n_trials=3)
""",
        ],
        "code": """
study.optimize(objective, n_trials=5)
trial = study.best_trial
print("best so far", study.best_value)
for k, v in trial.params.items():
    print("   ", k, v)
final = Ridge(**study.best_params).fit(X_train, y_train)
print("R2", r2_score(y_val, final.predict(X_val)))
""",
        "params": {"optimize.n_trials": 5, "best.alpha": 0.11150298626945479},
        "metrics": ["best_value", "r2"],
        "curves": {"study.value": None},
        "aliases": {
            "best_value": ("best so far",),
            "r2": ("r2_score",),
            "study.value": ("values", "study.values", "study", "objective", "trials.value"),
            "best.alpha": ("params.alpha",),
        },
        "optional": ("k", "v", "Ridge.alpha", "final.alpha"),
        "values": {
            "best_value": "study.best_value",
            "study.value": "study.trials[-1].value",
            "r2": "final.score(X_val, y_val)",
        },
    },
    {
        "name": "manual-search-best-kept",
        "setup": [DIABETES_ROWS],
        "code": """
best_r2, best_alpha = -np.inf, None
for alpha in [0.001, 0.01, 0.1, 1, 10]:
    r2 = Lasso(alpha=alpha).fit(X_train, y_train).score(X_val, y_val)
    if r2 > best_r2:
        best_r2, best_alpha = r2, alpha
print(f"best alpha={best_alpha}: R2={best_r2:.4f}")
""",
        "params": {},
        "curves": {"r2": 5},
        "metrics": ["best_r2"],
        "optional": ("curves:best_r2", "best_alpha", "alpha"),
        "why": "The best so far may have a curve, too.",
    },
    {
        "name": "search-best-estimator-metrics",
        "setup": [
            CANCER_SPLIT,
            """
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KNeighborsClassifier
from sklearn.metrics import f1_score, precision_score, recall_score
grid = GridSearchCV(KNeighborsClassifier(weights="distance"), {"n_neighbors": [3, 5, 9]}, cv=4, scoring="f1")
grid.fit(X_train, y_train)
""",
        ],
        "code": """
knn = grid.best_estimator_
y_hat = knn.predict(X_test)
print("precision", precision_score(y_test, y_hat))
print("recall   ", recall_score(y_test, y_hat))
print("f1       ", f1_score(y_test, y_hat))
""",
        "params": {
            "KNeighborsClassifier.weights": "distance",
            "GridSearchCV.cv": 4,
            "GridSearchCV.scoring": "f1",
            **SPLIT,
        },
        "metrics": ["precision", "recall", "f1"],
        "aliases": {"precision": ("precision_score",), "recall": ("recall_score",), "f1": ("f1_score",)},
        "optional": ("GridSearchCV.param_grid*", "best*", "*n_neighbors"),
        "values": {
            "precision": "precision_score(y_test, y_hat)",
            "recall": "recall_score(y_test, y_hat)",
            "f1": "f1_score(y_test, y_hat)",
        },
    },
    {
        "name": "searches-of-several-models-in-loop",
        "setup": [
            IRIS,
            """
from sklearn.svm import SVC
from sklearn.neighbors import KNeighborsClassifier
from sklearn.model_selection import GridSearchCV
import pandas as pd
""",
        ],
        "code": """
model_params = {
    'svm': {'model': SVC(gamma='auto'), 'params': {'C': [1, 10]}},
    'knn': {'model': KNeighborsClassifier(), 'params': {'n_neighbors': [3, 7]}},
}
scores = []
for model_name, mp in model_params.items():
    clf = GridSearchCV(mp['model'], mp['params'], cv=3, return_train_score=False)
    clf.fit(X, y)
    scores.append({'model': model_name, 'best_score': clf.best_score_, 'best_params': clf.best_params_})
pd.DataFrame(scores, columns=['model', 'best_score', 'best_params'])
""",
        "params": {"SVC.gamma": "auto", "GridSearchCV.cv": 3},
        "curves": {"best_score": 2},
        "aliases": {"best_score": ("scores.best_score",)},
        "optional": ("model_params*", "GridSearchCV.return_train_score", "best.*", "scores.*"),
        "values": {"best_score": "scores[-1]['best_score']"},
    },
]
