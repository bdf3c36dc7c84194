"""Ways to write an evaluation: clusters, components, tests, objectives, reports beside scores, summaries."""

# the cells are text, as people write it

from independent_setups import CANCER_SPLIT, DIABETES_ROWS, IRIS, KERAS_DATA, SPLIT

CELLS = [
    {
        "name": "evaluated-cross-validation-array",
        "setup": [IRIS],
        "code": """
from sklearn.svm import SVC
from sklearn.model_selection import cross_val_score
scores = cross_val_score(SVC(C=2.0, kernel='rbf'), X, y, cv=5)
print(scores)
print("%0.2f accuracy with a standard deviation of %0.2f" % (scores.mean(), scores.std()))
""",
        "params": {"SVC.C": 2.0, "SVC.kernel": "rbf", "cross_val_score.cv": 5},
        "metrics": ["scores.mean", "scores.std"],
        "values": {"scores.mean": "scores.mean()", "scores.std": "scores.std()"},
        "curves": {"scores": range(5)},
        "aliases": {"scores.mean": ("scores", "accuracy", "mean"), "scores.std": ("std",)},
        "optional": ("metrics:scores",),
    },
    {
        "name": "evaluated-report-beside-accuracy",
        "setup": [CANCER_SPLIT],
        "code": """
from sklearn.tree import DecisionTreeClassifier
from sklearn.metrics import accuracy_score, classification_report, confusion_matrix
tree = DecisionTreeClassifier(max_depth=3, min_samples_leaf=4, random_state=1)
tree.fit(X_train, y_train)
y_pred = tree.predict(X_test)
acc = accuracy_score(y_test, y_pred)
print('acc', acc)
print(classification_report(y_test, y_pred))
print(confusion_matrix(y_test, y_pred))
""",
        "params": {"DecisionTreeClassifier.max_depth": 3, "DecisionTreeClassifier.min_samples_leaf": 4, **SPLIT},
        "metrics": ["acc", "macro_f1", "weighted_f1"],
        "aliases": {"macro_f1": ("macro avg.f1-score",), "weighted_f1": ("weighted avg.f1-score",)},
        "values": {"acc": "accuracy_score(y_test, y_pred)"},
        "optional": ("macro*", "weighted*"),
        "why": "The accuracy of the report is the one that the cell has named.",
    },
    {
        "name": "evaluated-report-in-loop-over-models",
        "setup": [CANCER_SPLIT],
        "code": """
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.metrics import accuracy_score, f1_score
models = {'knn': KNeighborsClassifier(n_neighbors=7), 'nb': GaussianNB()}
accs = {}
for name, m in models.items():
    m.fit(X_train, y_train)
    pred = m.predict(X_test)
    accs[name] = accuracy_score(y_test, pred)
    print(name, accs[name], f1_score(y_test, pred))
""",
        "params": {"KNeighborsClassifier.n_neighbors": 7, **SPLIT},
        "metrics": ["accs.knn", "accs.nb"],
        "aliases": {"KNeighborsClassifier.n_neighbors": ("knn.n_neighbors", "models.knn.n_neighbors")},
        "values": {"accs.knn": "accs['knn']", "accs.nb": "accs['nb']"},
        "optional": ("accs", "f1_score*", "metrics:f1*", "curves:f1*"),
    },
    {
        "name": "evaluated-elbow-and-silhouette",
        "setup": [IRIS],
        "code": """
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score
inertias, sil = [], []
for k in range(2, 6):
    km = KMeans(n_clusters=k, n_init=2, random_state=0).fit(X)
    inertias.append(km.inertia_)
    sil.append(silhouette_score(X, km.labels_))
""",
        "params": {"KMeans.n_init": 2},
        "curves": {"inertias": None, "sil": None},
    },
    {
        "name": "evaluated-one-clustering",
        "setup": [IRIS],
        "code": """
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score, adjusted_rand_score
km = KMeans(n_clusters=3, n_init=3, random_state=0)
labels = km.fit_predict(X)
print('inertia:', km.inertia_)
print('silhouette:', silhouette_score(X, labels))
print('ARI:', adjusted_rand_score(y, labels))
""",
        "params": {"KMeans.n_clusters": 3, "KMeans.n_init": 3},
        "metrics": ["inertia", "silhouette", "ARI"],
        "values": {
            "inertia": "km.inertia_",
            "silhouette": "silhouette_score(X, labels)",
            "ARI": "adjusted_rand_score(y, labels)",
        },
        "aliases": {
            "inertia": ("km.inertia_", "inertia_"),
            "silhouette": ("silhouette_score",),
            "ARI": ("adjusted_rand_score",),
        },
    },
    {
        "name": "evaluated-explained-variance",
        "setup": [IRIS],
        "code": """
from sklearn.decomposition import PCA
pca = PCA(n_components=2)
Z = pca.fit_transform(X)
print(pca.explained_variance_ratio_)
print('total explained:', pca.explained_variance_ratio_.sum())
""",
        "params": {"PCA.n_components": 2},
        "metrics": ["total explained"],
        "values": {"total explained": "pca.explained_variance_ratio_.sum()"},
        "aliases": {"total explained": ("explained_variance_ratio_.sum", "pca.explained_variance_ratio_.sum", "sum")},
        "optional": ("*explained_variance_ratio_*", "total_explained"),
    },
    {
        "name": "evaluated-ab-test",
        "setup": [
            """
import numpy as np
from scipy import stats
rng = np.random.default_rng(2)
control = rng.normal(10.0, 2.0, 80)
variant = rng.normal(10.8, 2.0, 80)
"""
        ],
        "code": """
alpha = 0.05
t_stat, p_value = stats.ttest_ind(variant, control, equal_var=False)
lift = (variant.mean() - control.mean()) / control.mean()
print(f't = {t_stat:.3f}, p = {p_value:.4f}, lift = {lift:.1%}')
if p_value < alpha:
    print('significant')
""",
        "params": {"alpha": 0.05},
        "metrics": ["t_stat", "p_value", "lift"],
        "optional": ("*equal_var",),
    },
    {
        "name": "evaluated-ab-test-result-object",
        "setup": [
            """
import numpy as np
from scipy import stats
rng = np.random.default_rng(2)
a, b = rng.exponential(1.0, 60), rng.exponential(1.3, 60)
"""
        ],
        "code": """
res = stats.mannwhitneyu(a, b, alternative='less')
print(res.statistic, res.pvalue)
""",
        "params": {"mannwhitneyu.alternative": "less"},
        "metrics": ["res.statistic", "res.pvalue"],
        "aliases": {"res.statistic": ("statistic",), "res.pvalue": ("pvalue",)},
        "values": {"res.statistic": "res.statistic", "res.pvalue": "res.pvalue"},
    },
    {
        "name": "evaluated-study-objective",
        "setup": [CANCER_SPLIT],
        "code": """
import optuna
from sklearn.linear_model import LogisticRegression
def objective(trial):
    C = trial.suggest_float('C', 1e-2, 10, log=True)
    clf = LogisticRegression(C=C, solver='liblinear')
    clf.fit(X_train, y_train)
    return clf.score(X_test, y_test)
study = optuna.create_study(direction='maximize')
study.optimize(objective, n_trials=4)
print(study.best_params, study.best_value)
""",
        "params": {
            "n_trials": 4,
            "direction": "maximize",
            "best.C": ...,
            "LogisticRegression.solver": "liblinear",
            **SPLIT,
        },
        "metrics": ["best_value"],
        "values": {"best_value": "study.best_value"},
        "aliases": {
            "n_trials": ("optimize.n_trials", "study.optimize.n_trials"),
            "direction": ("create_study.direction",),
            "best_value": ("study.best_value",),
            "best.C": ("best_params.C", "study.best_params.C"),
            "value": ("study.value", "study.values", "objective"),
        },
        "curves": {"value": 4},
        "optional": ("study.*", "values", "metrics:value"),
    },
    {
        "name": "evaluated-hand-written-random-search",
        "setup": [CANCER_SPLIT],
        "code": """
from sklearn.ensemble import RandomForestClassifier
rng = np.random.RandomState(0)
best_acc, best_params = 0, None
for trial in range(4):
    params = {'n_estimators': int(rng.randint(3, 10)), 'max_depth': int(rng.randint(2, 6))}
    rf = RandomForestClassifier(**params, random_state=0).fit(X_train, y_train)
    acc = rf.score(X_test, y_test)
    if acc > best_acc:
        best_acc, best_params = acc, params
print(best_acc, best_params)
""",
        "params": {**SPLIT, "best.n_estimators": ..., "best.max_depth": ...},
        "aliases": {
            "best.n_estimators": ("best_params.n_estimators",),
            "best.max_depth": ("best_params.max_depth",),
        },
        "metrics": ["best_acc"],
        "curves": {"acc": range(4)},
        "optional": ("params:n_estimators", "params:max_depth", "curves:best_acc"),
    },
    {
        "name": "evaluated-pipeline-grid",
        "setup": [CANCER_SPLIT],
        "code": """
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
pipe = make_pipeline(StandardScaler(), LogisticRegression(max_iter=200))
grid = GridSearchCV(pipe, {'logisticregression__C': [0.1, 1, 10]}, cv=3, scoring='f1')
grid.fit(X_train, y_train)
print("Best parameters:", grid.best_params_)
print("Best cross-validation score: {:.2f}".format(grid.best_score_))
print("Test score: {:.2f}".format(grid.score(X_test, y_test)))
""",
        "params": {
            "LogisticRegression.max_iter": 200,
            "GridSearchCV.cv": 3,
            "GridSearchCV.scoring": "f1",
            "best.logisticregression__C": ...,
            **SPLIT,
        },
        "metrics": ["best_score_", "Test score"],
        "values": {"best_score_": "grid.best_score_", "Test score": "grid.score(X_test, y_test)"},
        "aliases": {
            "best_score_": ("grid.best_score_", "Best cross-validation score", "best_score"),
            "Test score": ("score", "grid.score", "test_score"),
        },
        "optional": (
            "curves:*mean_test_score",
            "metrics:*mean_test_score",
            "*param_grid*",
            "curves:*",
            "GridSearchCV.param_grid*",
        ),
    },
    {
        "name": "evaluated-regression-metrics-function",
        "setup": [
            DIABETES_ROWS,
            """
def evaluate(name, y_true, y_hat):
    mae = mean_absolute_error(y_true, y_hat)
    rmse = np.sqrt(mean_squared_error(y_true, y_hat))
    r2 = r2_score(y_true, y_hat)
    print(f'{name:10s} MAE {mae:.2f} RMSE {rmse:.2f} R2 {r2:.3f}')
    return {'mae': mae, 'rmse': rmse, 'r2': r2}
""",
        ],
        "code": """
reg = Ridge(alpha=2.0).fit(X_train, y_train)
metrics = evaluate('ridge', y_val, reg.predict(X_val))
""",
        "params": {"Ridge.alpha": 2.0},
        "metrics": ["mae", "rmse", "r2"],
        "values": {"mae": "metrics['mae']", "rmse": "metrics['rmse']", "r2": "metrics['r2']"},
        "aliases": {"mae": ("metrics.mae",), "rmse": ("metrics.rmse",), "r2": ("metrics.r2",)},
        "optional": ("*name",),
    },
    {
        "name": "evaluated-train-and-test-scores",
        "setup": [DIABETES_ROWS],
        "code": """
from sklearn.ensemble import RandomForestRegressor
rfr = RandomForestRegressor(n_estimators=8, max_features=0.5, random_state=0)
rfr.fit(X_train, y_train)
print('Training set score: {:.3f}'.format(rfr.score(X_train, y_train)))
print('Test set score: {:.3f}'.format(rfr.score(X_val, y_val)))
""",
        "params": {"RandomForestRegressor.n_estimators": 8, "RandomForestRegressor.max_features": 0.5},
        "metrics": ["Training set score", "Test set score"],
        "values": {"Training set score": "rfr.score(X_train, y_train)", "Test set score": "rfr.score(X_val, y_val)"},
        "aliases": {
            "Training set score": ("score.training", "score.train"),
            "Test set score": ("score.test", "score.val"),
        },
    },
    {
        "name": "evaluated-keras-evaluate",
        "setup": [
            KERAS_DATA,
            """
model = keras.Sequential([layers.Dense(8, activation='relu'), layers.Dropout(0.3), layers.Dense(1, activation='sigmoid')])
model.compile(optimizer='adam', loss='binary_crossentropy', metrics=['accuracy'])
""",
        ],
        "code": """
history = model.fit(X_train, y_train, epochs=3, batch_size=16, validation_split=0.25, verbose=0)
test_loss, test_acc = model.evaluate(X_test, y_test, verbose=2)
print('Test accuracy:', test_acc)
""",
        "params": {
            "epochs": 3,
            "batch_size": 16,
            "validation_split": 0.25,
            "optimizer": "adam",
            "compile.loss": "binary_crossentropy",
            "Dense.units": ...,
            "Dropout.rate": 0.3,
        },
        "metrics": ["test_loss", "test_acc"],
        "curves": {"loss": 3, "accuracy": 3, "val_loss": 3, "val_accuracy": 3},
        "aliases": {
            "epochs": ("fit.epochs",),
            "batch_size": ("fit.batch_size",),
            "validation_split": ("fit.validation_split",),
            "optimizer": ("compile.optimizer",),
        },
        "optional": ("Dense.*", "compile.metrics"),
    },
    {
        "name": "evaluated-skopt-like-table",
        "setup": [DIABETES_ROWS],
        "code": """
rows = []
for degree in [1, 2]:
    for alpha in [0.1, 1.0]:
        Xp = np.hstack([X_train.values ** d for d in range(1, degree + 1)])
        Xv = np.hstack([X_val.values ** d for d in range(1, degree + 1)])
        m = Ridge(alpha=alpha).fit(Xp, y_train)
        rows.append([degree, alpha, m.score(Xv, y_val)])
table = pd.DataFrame(rows, columns=['degree', 'alpha', 'r2'])
table.sort_values('r2', ascending=False).head(3)
""",
        "params": {},
        "curves": {"r2": 4},
        "aliases": {"r2": ("rows.2", "rows.r2", "table.r2")},
    },
    {
        "name": "evaluated-bootstrap-interval",
        "setup": [CANCER_SPLIT],
        "code": """
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
clf = LogisticRegression(C=0.3, max_iter=200).fit(X_train, y_train)
p = clf.predict_proba(X_test)[:, 1]
B = 20
rng = np.random.default_rng(0)
aucs = []
for _ in range(B):
    idx = rng.integers(0, len(p), len(p))
    aucs.append(roc_auc_score(y_test.iloc[idx], p[idx]))
auc = roc_auc_score(y_test, p)
lo, hi = np.percentile(aucs, [2.5, 97.5])
print(f'AUC {auc:.3f} [{lo:.3f}, {hi:.3f}]')
""",
        "params": {"LogisticRegression.C": 0.3, "LogisticRegression.max_iter": 200, "B": 20, **SPLIT},
        "metrics": ["auc", "lo", "hi"],
        "curves": {"aucs": 20},
        "optional": ("curves:aucs",),
        "values": {"aucs": "aucs[-1]"},
    },
]
