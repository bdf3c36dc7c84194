"""Text reports, summaries, and numbers printed behind a label."""

# the cells are text, as people write it

from independent_setups import CANCER_SPLIT, DIABETES, DIABETES_ROWS, IRIS, SPLIT

FITTED = (
    CANCER_SPLIT
    + """
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import (accuracy_score, classification_report, confusion_matrix, f1_score, precision_score,
                             recall_score, roc_auc_score)
clf = LogisticRegression(C=0.5, max_iter=300)
clf.fit(X_train, y_train)
y_pred = clf.predict(X_test)
"""
)
LOGISTIC = {"LogisticRegression.C": 0.5, "LogisticRegression.max_iter": 300, **SPLIT}
REPORT = (
    "accuracy",
    "macro avg.precision",
    "macro avg.recall",
    "macro avg.f1-score",
    "weighted avg.precision",
    "weighted avg.recall",
    "weighted avg.f1-score",
)


def report_values(predicted):
    """Return how each number of a printed report is computed."""
    report = f"classification_report(y_test, {predicted}, output_dict=True)"
    return {key: f"round({report}" + "".join(f"['{part}']" for part in key.split(".")) + ", 2)" for key in REPORT}


SHORT = {
    f"{average} avg.{name}": (f"{average}_{name.removesuffix('-score')}",)
    for average in ("macro", "weighted")
    for name in ("precision", "recall", "f1-score")
}
CLASSES = ("0.*", "1.*", "2.*", "*.support", "malignant.*", "benign.*", "class 0.*", "class 1.*")
STATSMODELS = """
import statsmodels.api as sm
Xc = sm.add_constant(X[["bmi", "bp", "s5"]].values)
"""

CELLS = [
    {
        "name": "report-of-two-classes",
        "setup": [FITTED],
        "code": """
print(classification_report(y_test, y_pred))
""",
        "params": LOGISTIC,
        "metrics": REPORT,
        "aliases": SHORT,
        "optional": CLASSES,
        "values": report_values("y_pred"),
    },
    {
        "name": "report-with-matrix-and-score",
        "setup": [FITTED],
        "code": """
print(confusion_matrix(y_test, y_pred))
print('\\n')
print(classification_report(y_test, y_pred, target_names=['malignant', 'benign']))
print('Accuracy:', accuracy_score(y_test, y_pred))
""",
        "params": LOGISTIC,
        "metrics": REPORT,
        "aliases": SHORT,
        "optional": (*CLASSES, "accuracy_score"),
        "values": report_values("y_pred"),
    },
    {
        "name": "train-and-report-in-one-cell",
        "setup": [CANCER_SPLIT],
        "code": """
from sklearn.tree import DecisionTreeClassifier
from sklearn.metrics import classification_report
dtree = DecisionTreeClassifier(max_depth=3, criterion='entropy', random_state=0)
dtree.fit(X_train, y_train)
predictions = dtree.predict(X_test)
print(classification_report(y_test, predictions))
""",
        "params": {"DecisionTreeClassifier.max_depth": 3, "DecisionTreeClassifier.criterion": "entropy", **SPLIT},
        "metrics": REPORT,
        "aliases": SHORT,
        "optional": CLASSES,
        "values": report_values("predictions"),
    },
    {
        "name": "report-as-dict-to-frame",
        "setup": [FITTED, "import pandas as pd"],
        "code": """
rep = classification_report(y_test, y_pred, output_dict=True)
pd.DataFrame(rep).T
""",
        "params": LOGISTIC,
        "metrics": REPORT,
        "aliases": SHORT,
        "optional": CLASSES,
        "values": {key: "rep" + "".join(f"['{part}']" for part in key.split(".")) for key in REPORT},
    },
    {
        "name": "ols-summary-displayed",
        "setup": [DIABETES, STATSMODELS],
        "code": """
model = sm.OLS(y, Xc)
results = model.fit()
results.summary()
""",
        "params": {},
        "metrics": ["rsquared", "aic", "bic", "llf"],
        "optional": ("rsquared_adj", "nobs", "fvalue", "f_pvalue", "mse_resid"),
        "values": {"rsquared": "results.rsquared", "aic": "results.aic", "bic": "results.bic", "llf": "results.llf"},
    },
    {
        "name": "ols-summary-printed-with-attributes",
        "setup": [DIABETES, STATSMODELS],
        "code": """
ols = sm.OLS(y, Xc).fit()
print(ols.summary())
print('R2: ', ols.rsquared)
print('adj R2: ', ols.rsquared_adj)
""",
        "params": {},
        "metrics": ["rsquared", "rsquared_adj", "aic", "bic", "llf"],
        "aliases": {"rsquared": ("R2",), "rsquared_adj": ("adj R2",)},
        "optional": ("nobs", "fvalue", "f_pvalue", "mse_resid"),
        "values": {
            "rsquared": "ols.rsquared",
            "rsquared_adj": "ols.rsquared_adj",
            "aic": "ols.aic",
            "bic": "ols.bic",
            "llf": "ols.llf",
        },
    },
    {
        "name": "printed-labels-and-calls",
        "setup": [FITTED],
        "code": """
print("Accuracy: ", accuracy_score(y_test, y_pred))
print("Precision:", precision_score(y_test, y_pred))
print("Recall:   ", recall_score(y_test, y_pred))
print("F1:       ", f1_score(y_test, y_pred))
print("ROC AUC:  ", roc_auc_score(y_test, clf.predict_proba(X_test)[:, 1]))
""",
        "params": LOGISTIC,
        "metrics": ["accuracy", "precision", "recall", "f1", "roc auc"],
        "aliases": {
            "accuracy": ("accuracy_score",),
            "precision": ("precision_score",),
            "recall": ("recall_score",),
            "f1": ("f1_score",),
            "roc auc": ("roc_auc_score",),
        },
        "values": {
            "accuracy": "accuracy_score(y_test, y_pred)",
            "precision": "precision_score(y_test, y_pred)",
            "recall": "recall_score(y_test, y_pred)",
            "f1": "f1_score(y_test, y_pred)",
            "roc auc": "roc_auc_score(y_test, clf.predict_proba(X_test)[:, 1])",
        },
    },
    {
        "name": "printed-on-train-and-test",
        "setup": [DIABETES_ROWS],
        "code": """
lr = Ridge(alpha=0.5).fit(X_train, y_train)
print("Train R^2:", lr.score(X_train, y_train))
print("Val R^2:", lr.score(X_val, y_val))
print("RMSE train %.2f, val %.2f" % (mean_squared_error(y_train, lr.predict(X_train)) ** 0.5,
                                      mean_squared_error(y_val, lr.predict(X_val)) ** 0.5))
""",
        "params": {"Ridge.alpha": 0.5},
        "metrics": ["Train R^2", "Val R^2", "RMSE train", "RMSE val"],
        "aliases": {
            "Train R^2": ("score.train", "score.X_train", "train", "train_R_2", "train r2"),
            "Val R^2": ("score.val", "score.X_val", "val", "val r2"),
            "RMSE train": ("mean_squared_error.train", "mean_squared_error.y_train"),
            "RMSE val": ("val", "mean_squared_error.val", "mean_squared_error.y_val"),
        },
        "values": {
            "Train R^2": "lr.score(X_train, y_train)",
            "Val R^2": "lr.score(X_val, y_val)",
            "RMSE train": "mean_squared_error(y_train, lr.predict(X_train)) ** 0.5",
            "RMSE val": "mean_squared_error(y_val, lr.predict(X_val)) ** 0.5",
        },
    },
    {
        "name": "report-function-of-the-notebook",
        "setup": [
            DIABETES_ROWS,
            """
def evaluate_model(name, model, X, y):
    pred = model.predict(X)
    rmse = np.sqrt(mean_squared_error(y, pred))
    mae = mean_absolute_error(y, pred)
    r2 = r2_score(y, pred)
    print(f'{name}:\\n  RMSE={rmse:.3f}\\n  MAE={mae:.3f}\\n  R2={r2:.3f}')
""",
        ],
        "code": """
lasso = Lasso(alpha=0.1)
lasso.fit(X_train, y_train)
evaluate_model('Lasso', lasso, X_val, y_val)
""",
        "params": {"Lasso.alpha": 0.1},
        "metrics": ["rmse", "mae", "r2"],
        "optional": ("evaluate_model.name",),
        "values": {
            "rmse": "np.sqrt(mean_squared_error(y_val, lasso.predict(X_val)))",
            "mae": "mean_absolute_error(y_val, lasso.predict(X_val))",
            "r2": "lasso.score(X_val, y_val)",
        },
    },
    {
        "name": "cross-validation-mean-and-std",
        "setup": [IRIS],
        "code": """
from sklearn.model_selection import cross_val_score
from sklearn.ensemble import RandomForestClassifier
scores = cross_val_score(RandomForestClassifier(n_estimators=10, random_state=1), X, y, cv=5)
print("%0.2f accuracy with a standard deviation of %0.2f" % (scores.mean(), scores.std()))
""",
        "params": {"RandomForestClassifier.n_estimators": 10, "cross_val_score.cv": 5},
        "metrics": ["scores.mean", "scores.std"],
        "curves": {},
        "aliases": {"scores.mean": ("accuracy", "scores")},
        "optional": ("scores",),
        "values": {"scores.mean": "scores.mean()", "scores.std": "scores.std()"},
    },
    {
        "name": "regression-report-with-format-method",
        "setup": [DIABETES_ROWS],
        "code": """
from sklearn.ensemble import ExtraTreesRegressor
model = ExtraTreesRegressor(n_estimators=20, min_samples_leaf=3, random_state=5)
model.fit(X_train, y_train)
pred = model.predict(X_val)
errors = abs(pred - y_val)
mape = 100 * np.mean(errors / y_val)
accuracy = 100 - mape
print('Model Performance')
print('Average Error: {:0.4f} degrees.'.format(np.mean(errors)))
print('Accuracy = {:0.2f}%.'.format(accuracy))
""",
        "params": {"ExtraTreesRegressor.n_estimators": 20, "ExtraTreesRegressor.min_samples_leaf": 3},
        "metrics": ["average error", "accuracy"],
        "aliases": {"average error": ("errors.mean", "mean.errors")},
        "optional": ("mape",),
        "values": {"average error": "np.mean(errors)"},
    },
    {
        "name": "clustering-scores",
        "setup": [IRIS],
        "code": """
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score, adjusted_rand_score
km = KMeans(n_clusters=3, n_init=5, random_state=0).fit(X)
print('inertia', km.inertia_)
print('silhouette', silhouette_score(X, km.labels_))
print('ARI', adjusted_rand_score(y, km.labels_))
""",
        "params": {"KMeans.n_clusters": 3, "KMeans.n_init": 5},
        "metrics": ["inertia", "silhouette", "ari"],
        "aliases": {"silhouette": ("silhouette_score",), "ari": ("adjusted_rand_score",)},
        "optional": ("n_iter_",),
        "values": {
            "inertia": "km.inertia_",
            "silhouette": "silhouette_score(X, km.labels_)",
            "ari": "adjusted_rand_score(y, km.labels_)",
        },
    },
]
