"""Cells with scikit-learn: fits, scores, cross-validation, searches, pipelines."""

# the cells are text, as people write it

DATA = """
import numpy as np
from sklearn.datasets import load_iris
X, y = load_iris(return_X_y=True)
"""
SPLIT = """
from sklearn.model_selection import train_test_split
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=1)
"""
BINARY = """
import numpy as np
from sklearn.datasets import make_classification
from sklearn.model_selection import train_test_split
X, y = make_classification(n_samples=120, random_state=0)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
"""

CELLS = [
    {
        "name": "split-fit-score",
        "setup": DATA,
        "code": """
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split

C = 0.5
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.25, random_state=42, stratify=y)
clf = LogisticRegression(C=C, max_iter=500)
clf.fit(X_train, y_train)
pred = clf.predict(X_test)
acc = accuracy_score(y_test, pred)
print(f"accuracy: {acc:.3f}")
""",
        "params": {
            "C": 0.5,
            "train_test_split.test_size": 0.25,
            "train_test_split.random_state": 42,
            "LogisticRegression.max_iter": 500,
        },
        "metrics": ("acc",),
    },
    {
        "name": "cross-val-mean-last",
        "setup": DATA,
        "code": """
from sklearn.tree import DecisionTreeClassifier
from sklearn.model_selection import cross_val_score
cross_val_score(DecisionTreeClassifier(max_depth=3, random_state=0), X, y, cv=4).mean()
""",
        "params": {
            "DecisionTreeClassifier.max_depth": 3,
            "DecisionTreeClassifier.random_state": 0,
            "cross_val_score.cv": 4,
        },
        "metrics": ("cross_val_score",),
    },
    {
        "name": "cross-val-mean-std",
        "setup": DATA,
        "code": """
from sklearn.neighbors import KNeighborsClassifier
from sklearn.model_selection import cross_val_score
k = 5
scores = cross_val_score(KNeighborsClassifier(n_neighbors=k), X, y, cv=3, n_jobs=1)
mean_acc, std_acc = scores.mean(), scores.std()
print(f"{mean_acc:.3f} +- {std_acc:.3f}")
""",
        "params": {"k": 5, "cross_val_score.cv": 3},
        "metrics": ("mean_acc", "std_acc"),
        "curves": {"scores": range(3)},
    },
    {
        "name": "grid-search-attribute",
        "setup": [DATA, SPLIT],
        "code": """
from sklearn.model_selection import GridSearchCV
from sklearn.svm import SVC
param_grid = {"C": [0.1, 1, 10], "kernel": ["rbf", "linear"]}
grid = GridSearchCV(SVC(), param_grid, cv=3, scoring="accuracy")
grid.fit(X_train, y_train)
print(grid.best_params_)
grid.best_score_
""",
        "params": {
            "best.C": 1,
            "best.kernel": "linear",
            "param_grid.C": [0.1, 1, 10],
            "param_grid.kernel": ["rbf", "linear"],
            "GridSearchCV.cv": 3,
            "GridSearchCV.scoring": "accuracy",
            "train_test_split.test_size": 0.3,
            "train_test_split.random_state": 1,
        },
        "metrics": ("best_score_",),
    },
    {
        "name": "weak-and-strong",
        "setup": [DATA, SPLIT],
        "code": """
from sklearn.svm import SVC
weak = SVC(C=0.01).fit(X_train, y_train)
strong = SVC(C=100.0).fit(X_train, y_train)
weak_acc = weak.score(X_test, y_test)
strong_acc = strong.score(X_test, y_test)
""",
        "params": {
            "weak.C": 0.01,
            "strong.C": 100.0,
            "train_test_split.test_size": 0.3,
            "train_test_split.random_state": 1,
        },
        "metrics": ("weak_acc", "strong_acc"),
    },
    {
        "name": "printed-call",
        "setup": [DATA, SPLIT],
        "code": """
from sklearn.ensemble import RandomForestClassifier
clf = RandomForestClassifier(n_estimators=10, random_state=0)
clf.fit(X_train, y_train)
print("test score", clf.score(X_test, y_test))
""",
        "params": {
            "RandomForestClassifier.n_estimators": 10,
            "RandomForestClassifier.random_state": 0,
            "train_test_split.test_size": 0.3,
            "train_test_split.random_state": 1,
        },
        "metrics": ("score",),
    },
    {
        "name": "model-without-metric",
        "setup": [DATA, SPLIT],
        "code": """
from sklearn.linear_model import Ridge
model = Ridge(alpha=0.7)
model.fit(X_train, y_train);
""",
        "params": {"Ridge.alpha": 0.7, "train_test_split.test_size": 0.3, "train_test_split.random_state": 1},
    },
    {
        "name": "pipeline",
        "setup": [DATA, SPLIT],
        "code": """
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler, PolynomialFeatures
from sklearn.linear_model import LogisticRegression
pipe = make_pipeline(StandardScaler(), PolynomialFeatures(degree=2), LogisticRegression(C=0.3, max_iter=2000))
pipe.fit(X_train, y_train)
train_acc = pipe.score(X_train, y_train)
test_acc = pipe.score(X_test, y_test)
gap = train_acc - test_acc
print(train_acc, test_acc)
""",
        "params": {
            "PolynomialFeatures.degree": 2,
            "LogisticRegression.C": 0.3,
            "LogisticRegression.max_iter": 2000,
            "train_test_split.test_size": 0.3,
            "train_test_split.random_state": 1,
        },
        "metrics": ("train_acc", "test_acc", "gap"),
    },
    {
        "name": "several-metrics-of-one-prediction",
        "setup": BINARY,
        "code": """
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.metrics import f1_score, precision_score, recall_score, roc_auc_score
gb = GradientBoostingClassifier(n_estimators=5, learning_rate=0.2)
gb.fit(X_train, y_train)
y_pred = gb.predict(X_test)
proba = gb.predict_proba(X_test)[:, 1]
precision = precision_score(y_test, y_pred)
recall = recall_score(y_test, y_pred)
f1 = f1_score(y_test, y_pred, average="binary")
auc = roc_auc_score(y_test, proba)
print(f"P={precision:.2f} R={recall:.2f} F1={f1:.2f} AUC={auc:.2f}")
""",
        "params": {
            "GradientBoostingClassifier.n_estimators": 5,
            "GradientBoostingClassifier.learning_rate": 0.2,
            "f1_score.average": "binary",
            "train_test_split.random_state": 0,
        },
        "metrics": ("precision", "recall", "f1", "auc"),
        "curves": {"train_score_": range(5)},
    },
    {
        "name": "rmse-of-displayed-mse",
        "setup": BINARY,
        "code": """
import numpy as np
from sklearn.linear_model import Lasso
from sklearn.metrics import mean_squared_error, r2_score
alpha = 0.01
reg = Lasso(alpha=alpha).fit(X_train, y_train)
pred = reg.predict(X_test)
mse = mean_squared_error(y_test, pred)
rmse = np.sqrt(mse)
r2 = r2_score(y_test, pred)
print("mse", mse)
print("rmse", rmse, "r2", r2)
""",
        "params": {"alpha": 0.01, "train_test_split.random_state": 0},
        "metrics": ("mse", "rmse", "r2"),
    },
    {
        "name": "rmse-of-silent-mse",
        "setup": BINARY,
        "code": """
import numpy as np
from sklearn.linear_model import LinearRegression
from sklearn.metrics import mean_squared_error
reg = LinearRegression(fit_intercept=False).fit(X_train, y_train)
mse = mean_squared_error(y_test, reg.predict(X_test))
rmse = np.sqrt(mse)
print("rmse", rmse)
""",
        "params": {"LinearRegression.fit_intercept": False, "train_test_split.random_state": 0},
        "metrics": ("rmse",),
    },
    {
        "name": "manual-kfold",
        "setup": DATA,
        "code": """
from sklearn.model_selection import KFold
from sklearn.linear_model import LogisticRegression
n_splits = 4
kf = KFold(n_splits=n_splits, shuffle=True, random_state=0)
scores = []
for fold, (train_idx, val_idx) in enumerate(kf.split(X)):
    model = LogisticRegression(max_iter=300)
    model.fit(X[train_idx], y[train_idx])
    acc = model.score(X[val_idx], y[val_idx])
    scores.append(acc)
    print(f"fold {fold}: {acc:.3f}")
mean_acc = np.mean(scores)
print("mean", mean_acc)
""",
        "params": {"n_splits": 4, "KFold.shuffle": True, "KFold.random_state": 0, "LogisticRegression.max_iter": 300},
        "metrics": ("mean_acc",),
        "curves": {"acc": [0, 1, 2, 3]},
    },
    {
        "name": "compare-models-in-a-dict",
        "setup": [DATA, SPLIT],
        "code": """
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
models = {"nb": GaussianNB(), "knn": KNeighborsClassifier(n_neighbors=3)}
for name, model in models.items():
    model.fit(X_train, y_train)
    accuracy = model.score(X_test, y_test)
    print(name, accuracy)
""",
        "params": {
            "KNeighborsClassifier.n_neighbors": 3,
            "train_test_split.test_size": 0.3,
            "train_test_split.random_state": 1,
        },
        "curves": {"accuracy": [0, 1]},
    },
    {
        "name": "best-k-by-hand",
        "setup": [DATA, SPLIT],
        "code": """
from sklearn.neighbors import KNeighborsClassifier
best_score, best_k = 0, None
for k in [1, 3, 5, 7]:
    score = KNeighborsClassifier(n_neighbors=k).fit(X_train, y_train).score(X_test, y_test)
    if score > best_score:
        best_score, best_k = score, k
print(best_k, best_score)
""",
        "params": {"train_test_split.test_size": 0.3, "train_test_split.random_state": 1},
        "curves": {"score": [1, 3, 5, 7], "best_score": 1},
    },
    {
        "name": "confusion-counts",
        "setup": BINARY,
        "code": """
from sklearn.linear_model import LogisticRegression
clf = LogisticRegression(max_iter=200, solver="lbfgs").fit(X_train, y_train)
pred = clf.predict(X_test)
tp = ((pred == 1) & (y_test == 1)).sum()
fp = ((pred == 1) & (y_test == 0)).sum()
fn = int(((pred == 0) & (y_test == 1)).sum())
precision = tp / (tp + fp)
recall = tp / (tp + fn)
f1 = 2 * tp / (2 * tp + fp + fn)
print(tp, fp, fn)
print(precision, recall, f1)
""",
        "params": {
            "LogisticRegression.max_iter": 200,
            "LogisticRegression.solver": "lbfgs",
            "train_test_split.random_state": 0,
        },
        "metrics": ("precision", "recall", "f1"),
    },
    {
        "name": "displayed-results-dict",
        "setup": BINARY,
        "code": """
from sklearn.tree import DecisionTreeClassifier
from sklearn.metrics import accuracy_score, f1_score
tree = DecisionTreeClassifier(max_depth=2, criterion="entropy").fit(X_train, y_train)
p = tree.predict(X_test)
results = {"accuracy": accuracy_score(y_test, p), "f1": f1_score(y_test, p), "n": len(p)}
print(results)
""",
        "params": {
            "DecisionTreeClassifier.max_depth": 2,
            "DecisionTreeClassifier.criterion": "entropy",
            "train_test_split.random_state": 0,
        },
        "metrics": ("results.accuracy", "results.f1"),
    },
    {
        "name": "clusters",
        "setup": DATA,
        "code": """
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score
inertias = []
for k in range(2, 5):
    km = KMeans(n_clusters=k, n_init=2, random_state=0)
    labels = km.fit_predict(X)
    inertias.append(km.inertia_)
    sil = silhouette_score(X, labels)
    print(k, sil)
""",
        "params": {"KMeans.n_init": 2, "KMeans.random_state": 0},
        "curves": {"inertias": [2, 3, 4], "sil": [2, 3, 4]},
    },
    {
        "name": "explained-variance",
        "setup": DATA,
        "code": """
from sklearn.decomposition import PCA
n_components = 2
pca = PCA(n_components=n_components, whiten=True)
Z = pca.fit_transform(X)
explained = pca.explained_variance_ratio_.sum()
print("shape", Z.shape)
print("explained", round(explained, 3))
""",
        "params": {"n_components": 2, "PCA.whiten": True},
        "metrics": ("explained",),
    },
    {
        "name": "cross-validate-dict",
        "setup": DATA,
        "code": """
from sklearn.model_selection import cross_validate
from sklearn.svm import LinearSVC
cv = cross_validate(LinearSVC(C=0.1, dual=False), X, y, cv=3, scoring=("accuracy", "f1_macro"))
acc = cv["test_accuracy"].mean()
f1 = cv["test_f1_macro"].mean()
acc, f1
""",
        "params": {
            "LinearSVC.C": 0.1,
            "LinearSVC.dual": False,
            "cross_validate.cv": 3,
            "cross_validate.scoring": ("accuracy", "f1_macro"),
        },
        "metrics": ("acc", "f1"),
        "curves": {"cv.test_accuracy": range(3), "cv.test_f1_macro": range(3)},
    },
    {
        "name": "settings-from-an-earlier-cell",
        "setup": [DATA, SPLIT, "C = 2.0\nsolver = 'lbfgs'\nunused = 3\nhidden = (8, 4)"],
        "code": """
from sklearn.linear_model import LogisticRegression
clf = LogisticRegression(C=C, solver=solver, max_iter=400).fit(X_train, y_train)
score = clf.score(X_test, y_test)
print(f"C={C}: {score}")
""",
        "params": {
            "C": 2.0,
            "solver": "lbfgs",
            "LogisticRegression.max_iter": 400,
            "train_test_split.test_size": 0.3,
            "train_test_split.random_state": 1,
        },
        "metrics": ("score",),
    },
]
