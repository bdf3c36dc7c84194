"""Loops over settings and over models."""

# the cells are text, as people write it

from independent_setups import BLOBS, CANCER_SPLIT, DIABETES_ROWS, IRIS, SPLIT

CELLS = [
    {
        "name": "sweep-one-setting-list",
        "setup": [CANCER_SPLIT],
        "code": """
from sklearn.neighbors import KNeighborsClassifier
error_rate = []
for i in range(1, 12):
    knn = KNeighborsClassifier(n_neighbors=i)
    knn.fit(X_train, y_train)
    pred_i = knn.predict(X_test)
    error_rate.append(np.mean(pred_i != y_test))
""",
        "params": SPLIT,
        "curves": {"error_rate": range(1, 12)},
        "values": {"error_rate": "error_rate[-1]"},
    },
    {
        "name": "sweep-nested-grid",
        "setup": [CANCER_SPLIT],
        "code": """
from sklearn.ensemble import RandomForestClassifier
for n_estimators in [2, 5, 10]:
    for max_depth in [2, 4]:
        rf = RandomForestClassifier(n_estimators=n_estimators, max_depth=max_depth, max_features='sqrt', random_state=0)
        rf.fit(X_train, y_train)
        acc = rf.score(X_test, y_test)
        print(n_estimators, max_depth, round(acc, 4))
""",
        "params": {"RandomForestClassifier.max_features": "sqrt", **SPLIT},
        "curves": {"acc": 6},
    },
    {
        "name": "sweep-into-dict-of-results",
        "setup": [DIABETES_ROWS],
        "code": """
alphas = [0.01, 0.1, 1.0, 10.0]
results = {}
for a in alphas:
    m = Ridge(alpha=a)
    m.fit(X_train, y_train)
    results[a] = mean_squared_error(y_val, m.predict(X_val))
best_alpha = min(results, key=results.get)
print('best alpha:', best_alpha, 'mse:', results[best_alpha])
""",
        "params": {"alphas": [0.01, 0.1, 1.0, 10.0]},
        "curves": {"results": 4},
        "metrics": ["mse"],
        "aliases": {"mse": ("results.best_alpha",), "results": ("mean_squared_error",)},
        "optional": ("best_alpha", "results.*"),
        "values": {"results": "results[10.0]", "mse": "results[best_alpha]"},
    },
    {
        "name": "sweep-list-of-models",
        "setup": [CANCER_SPLIT],
        "code": """
from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.metrics import accuracy_score, f1_score

models = [LogisticRegression(max_iter=200), DecisionTreeClassifier(max_depth=4, random_state=0), GaussianNB()]
for model in models:
    model.fit(X_train, y_train)
    y_pred = model.predict(X_test)
    acc = accuracy_score(y_test, y_pred)
    f1 = f1_score(y_test, y_pred)
    print(f"{type(model).__name__:25s} acc={acc:.3f} f1={f1:.3f}")
""",
        "params": {"LogisticRegression.max_iter": 200, "DecisionTreeClassifier.max_depth": 4, **SPLIT},
        "curves": {"acc": 3, "f1": 3},
    },
    {
        "name": "sweep-dict-of-models-to-frame",
        "setup": [DIABETES_ROWS],
        "code": """
models = {
    'linear': LinearRegression(),
    'ridge': Ridge(alpha=1.0),
    'lasso': Lasso(alpha=0.05),
}
rows = []
for name, reg in models.items():
    reg.fit(X_train, y_train)
    p = reg.predict(X_val)
    rows.append({'model': name,
                 'rmse': np.sqrt(mean_squared_error(y_val, p)),
                 'r2': r2_score(y_val, p)})
pd.DataFrame(rows).set_index('model')
""",
        "params": {"Ridge.alpha": 1.0, "Lasso.alpha": 0.05},
        "aliases": {
            "rmse": ("rows.rmse",),
            "r2": ("rows.r2",),
            "Ridge.alpha": ("ridge.alpha", "models.ridge.alpha"),
            "Lasso.alpha": ("lasso.alpha", "models.lasso.alpha"),
        },
        "curves": {"rmse": 3, "r2": 3},
        "values": {"rmse": "rows[-1]['rmse']", "r2": "rows[-1]['r2']"},
    },
    {
        "name": "sweep-three-deep-with-best",
        "setup": [IRIS],
        "code": """
from sklearn.svm import SVC
from sklearn.model_selection import cross_val_score
from itertools import product
best_score = 0
best_params = {}
for C, gamma in product([0.1, 1, 10], [0.01, 0.1]):
    for kernel in ('rbf', 'sigmoid'):
        score = cross_val_score(SVC(C=C, gamma=gamma, kernel=kernel), X, y, cv=3).mean()
        if score > best_score:
            best_score = score
            best_params = {'C': C, 'gamma': gamma, 'kernel': kernel}
print(best_score, best_params)
""",
        "params": {"cross_val_score.cv": 3},
        "curves": {"score": 12},
        "metrics": ["best_score"],
        "optional": ("curves:best_score", "best_params*", "best.*", "C", "gamma", "kernel"),
    },
    {
        "name": "sweep-learning-rates-with-inner-training",
        "setup": [BLOBS],
        "code": """
n_steps = 10
finals = []
for lr in [0.01, 0.1, 1.0]:
    torch.manual_seed(0)
    model = nn.Linear(4, 2)
    opt = torch.optim.SGD(model.parameters(), lr=lr)
    loss_fn = nn.CrossEntropyLoss()
    for step in range(n_steps):
        loss = loss_fn(model(x_train), y_train)
        opt.zero_grad()
        loss.backward()
        opt.step()
    final_loss = loss_fn(model(x_test), y_test).item()
    finals.append(final_loss)
    print(f'lr={lr}: {final_loss:.4f}')
""",
        "params": {"n_steps": 10},
        "curves": {"final_loss": 3},
        "aliases": {"final_loss": ("finals",)},
        "optional": ("Linear.*", "loss"),
    },
    {
        "name": "sweep-array-of-scores",
        "setup": [IRIS],
        "code": """
from sklearn.tree import DecisionTreeClassifier
from sklearn.model_selection import cross_val_score
depths = range(1, 6)
cv_means = np.zeros(len(depths))
cv_stds = np.zeros(len(depths))
for k, d in enumerate(depths):
    s = cross_val_score(DecisionTreeClassifier(max_depth=d, random_state=0), X, y, cv=5)
    cv_means[k] = s.mean()
    cv_stds[k] = s.std()
print(f'best depth {depths[cv_means.argmax()]} with {cv_means.max():.3f}')
""",
        "params": {"cross_val_score.cv": 5},
        "curves": {"cv_means": 5, "cv_stds": 5},
        "metrics": ["cv_means.max"],
        "aliases": {"cv_means.max": ("with", "max", "max.cv_means")},
        "optional": ("depths", "best depth"),
        "values": {"cv_means": "cv_means[-1]", "cv_stds": "cv_stds[-1]", "cv_means.max": "cv_means.max()"},
    },
    {
        "name": "sweep-comprehension",
        "setup": [DIABETES_ROWS],
        "code": """
alphas = np.logspace(-3, 1, 6)
scores = [Lasso(alpha=a, max_iter=5000).fit(X_train, y_train).score(X_val, y_val) for a in alphas]
print('best R2 %.3f at alpha %.4f' % (max(scores), alphas[int(np.argmax(scores))]))
""",
        "params": {"Lasso.max_iter": 5000},
        "curves": {"scores": 6},
        "metrics": ["best R2"],
        "aliases": {"best R2": ("scores.max", "max.scores", "max")},
        "optional": ("logspace.*", "scores.mean", "at alpha"),
        "values": {"best R2": "max(scores)"},
    },
    {
        "name": "sweep-seeds-mean-of-all",
        "setup": [DIABETES_ROWS],
        "code": """
from sklearn.model_selection import train_test_split
from sklearn.ensemble import RandomForestRegressor
r2s = []
for seed in range(4):
    a, b, c, d = train_test_split(X, y, test_size=0.3, random_state=seed)
    rf = RandomForestRegressor(n_estimators=5, max_depth=4, random_state=seed).fit(a, c)
    r2s.append(rf.score(b, d))
print(f'R2 = {np.mean(r2s):.3f} +- {np.std(r2s):.3f}')
""",
        "params": {
            "train_test_split.test_size": 0.3,
            "RandomForestRegressor.n_estimators": 5,
            "RandomForestRegressor.max_depth": 4,
        },
        "curves": {"r2s": 4},
        "metrics": ["R2", "r2s.std"],
        "aliases": {"R2": ("r2s.mean", "mean.r2s"), "r2s.std": ("std.r2s", "std", "R2.std")},
        "values": {"r2s": "r2s[-1]", "R2": "np.mean(r2s)", "r2s.std": "np.std(r2s)"},
    },
    {
        "name": "sweep-folds-by-hand",
        "setup": [CANCER_SPLIT],
        "code": """
from sklearn.model_selection import StratifiedKFold
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
N_FOLDS = 4
oof = np.zeros(len(X_train))
skf = StratifiedKFold(n_splits=N_FOLDS, shuffle=True, random_state=2024)
for fold, (trn_idx, val_idx) in enumerate(skf.split(X_train, y_train)):
    clf = LogisticRegression(C=0.1, solver='liblinear')
    clf.fit(X_train.iloc[trn_idx], y_train.iloc[trn_idx])
    oof[val_idx] = clf.predict_proba(X_train.iloc[val_idx])[:, 1]
    fold_auc = roc_auc_score(y_train.iloc[val_idx], oof[val_idx])
    print(f'fold {fold}: {fold_auc:.5f}')
print('OOF AUC', roc_auc_score(y_train, oof))
""",
        "params": {
            "N_FOLDS": 4,
            "StratifiedKFold.shuffle": True,
            "LogisticRegression.C": 0.1,
            "LogisticRegression.solver": "liblinear",
            **SPLIT,
        },
        "curves": {"fold_auc": range(4)},
        "metrics": ["OOF AUC"],
        "aliases": {"OOF AUC": ("roc_auc_score", "roc_auc_score.oof")},
        "values": {"OOF AUC": "roc_auc_score(y_train, oof)"},
    },
]
