"""Numbers that are displayed: tuples, lists of scores, expressions in f-strings, last lines."""

# the cells are text, as people write it

from independent_setups import BLOB_LOADERS, CANCER_SPLIT, DIABETES_ROWS, IRIS, SPLIT

CELLS = [
    {
        "name": "shown-tuple-of-scores",
        "setup": [CANCER_SPLIT],
        "code": """
from sklearn.ensemble import RandomForestClassifier
forest = RandomForestClassifier(n_estimators=8, max_depth=3, random_state=0).fit(X_train, y_train)
forest.score(X_train, y_train), forest.score(X_test, y_test)
""",
        "params": {"RandomForestClassifier.n_estimators": 8, "RandomForestClassifier.max_depth": 3, **SPLIT},
        "metrics": ["score.train", "score.test"],
        "aliases": {
            "score.train": ("forest.score.train", "score.X_train", "score.y_train"),
            "score.test": ("forest.score.test", "score.X_test", "score.y_test"),
        },
        "values": {"score.train": "forest.score(X_train, y_train)", "score.test": "forest.score(X_test, y_test)"},
    },
    {
        "name": "shown-last-line-call",
        "setup": [DIABETES_ROWS],
        "code": """
reg = LinearRegression()
reg.fit(X_train[['bmi', 'bp']], y_train)
reg.score(X_val[['bmi', 'bp']], y_val)
""",
        "params": {},
        "metrics": ["score"],
        "values": {"score": "reg.score(X_val[['bmi', 'bp']], y_val)"},
    },
    {
        "name": "shown-rmse-function-list",
        "setup": [
            DIABETES_ROWS,
            """
import math
def rmse(x, y): return math.sqrt(((x - y) ** 2).mean())
def print_score(m):
    res = [rmse(m.predict(X_train), y_train), rmse(m.predict(X_val), y_val), m.score(X_train, y_train), m.score(X_val, y_val)]
    if hasattr(m, 'oob_score_'): res.append(m.oob_score_)
    print(res)
""",
        ],
        "code": """
from sklearn.ensemble import RandomForestRegressor
m = RandomForestRegressor(n_estimators=15, min_samples_leaf=3, max_features=0.5, oob_score=True, random_state=0)
m.fit(X_train, y_train)
print_score(m)
""",
        "params": {
            "RandomForestRegressor.n_estimators": 15,
            "RandomForestRegressor.min_samples_leaf": 3,
            "RandomForestRegressor.max_features": 0.5,
            "RandomForestRegressor.oob_score": True,
        },
        "metrics": ["rmse.train", "rmse.val", "score.train", "score.val", "oob_score_"],
        "aliases": {
            "rmse.train": ("rmse.y_train", "rmse.X_train"),
            "rmse.val": ("rmse.y_val", "rmse.X_val"),
            "score.train": ("score.X_train", "score.y_train"),
            "score.val": ("score.X_val", "score.y_val"),
        },
        "values": {
            "rmse.train": "rmse(m.predict(X_train), y_train)",
            "rmse.val": "rmse(m.predict(X_val), y_val)",
            "score.train": "m.score(X_train, y_train)",
            "score.val": "m.score(X_val, y_val)",
            "oob_score_": "m.oob_score_",
        },
    },
    {
        "name": "shown-percentage-expression",
        "setup": [BLOB_LOADERS, "model = nn.Linear(4, 2)\nmodel.eval()"],
        "code": """
correct, total = 0, 0
with torch.no_grad():
    for data in test_loader:
        inputs, targets = data
        outputs = model(inputs)
        predicted = outputs.argmax(1)
        total += len(targets)
        correct += (predicted == targets).sum().item()

print(f'Accuracy of the network on the test set: {100 * correct // total} %')
""",
        "params": {"test_loader.batch_size": 20},
        "metrics": ["Accuracy of the network on the test set"],
        "aliases": {
            "Accuracy of the network on the test set": (
                "accuracy",
                "test accuracy",
                "Accuracy of the network",
                "test set",
            ),
            "test_loader.batch_size": ("DataLoader.batch_size",),
        },
        "optional": ("Linear.*",),
        "values": {"Accuracy of the network on the test set": "100 * correct // total"},
    },
    {
        "name": "shown-loss-over-len",
        "setup": [BLOB_LOADERS],
        "code": """
net = nn.Linear(4, 2)
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(net.parameters(), lr=0.3)
for epoch in range(3):
    running_loss = 0.0
    for i, (inputs, targets) in enumerate(train_loader, 0):
        optimizer.zero_grad()
        loss = criterion(net(inputs), targets)
        loss.backward()
        optimizer.step()
        running_loss += loss.item()
    print(f"[{epoch + 1}] mean loss: {running_loss / len(train_loader):.3f}")
print('Finished Training')
""",
        "params": {"SGD.lr": 0.3, "train_loader.batch_size": 8, "train_loader.shuffle": True},
        "curves": {"mean loss": 3},
        "aliases": {
            "train_loader.batch_size": ("DataLoader.batch_size",),
            "train_loader.shuffle": ("DataLoader.shuffle",),
        },
        "optional": ("Linear.*",),
        "why": "The quotient is shown, with a label before it; the loss of the last batch is no result.",
        "values": {"mean loss": "running_loss / len(train_loader)"},
    },
    {
        "name": "shown-array-of-fold-scores",
        "setup": [IRIS],
        "code": """
from sklearn.naive_bayes import GaussianNB
from sklearn.model_selection import cross_val_score
scores = cross_val_score(GaussianNB(), X, y, cv=10)
scores
""",
        "params": {"cross_val_score.cv": 10},
        "curves": {"scores": 10},
        "aliases": {"scores": ("cross_val_score",)},
        "optional": ("scores.mean",),
    },
    {
        "name": "shown-dict-of-metrics",
        "setup": [CANCER_SPLIT],
        "code": """
from sklearn.linear_model import LogisticRegression
from sklearn import metrics as skm
lr = LogisticRegression(penalty='l2', C=2.0, max_iter=1000).fit(X_train, y_train)
p = lr.predict(X_test)
metrics = {
    'accuracy': skm.accuracy_score(y_test, p),
    'precision': skm.precision_score(y_test, p),
    'recall': skm.recall_score(y_test, p),
    'mcc': skm.matthews_corrcoef(y_test, p),
}
metrics
""",
        "params": {
            "LogisticRegression.penalty": "l2",
            "LogisticRegression.C": 2.0,
            "LogisticRegression.max_iter": 1000,
            **SPLIT,
        },
        "metrics": ["accuracy", "precision", "recall", "mcc"],
        "values": {
            "accuracy": "metrics['accuracy']",
            "precision": "metrics['precision']",
            "recall": "metrics['recall']",
            "mcc": "metrics['mcc']",
        },
    },
    {
        "name": "shown-series-of-errors",
        "setup": [DIABETES_ROWS],
        "code": """
fit = Ridge(0.2).fit(X_train, y_train)
resid = y_val - fit.predict(X_val)
pd.Series({'MAE': resid.abs().mean(), 'RMSE': np.sqrt((resid**2).mean()), 'bias': resid.mean()})
""",
        "params": {"Ridge.alpha": 0.2},
        "metrics": ["MAE", "RMSE", "bias"],
        "values": {"MAE": "resid.abs().mean()", "RMSE": "np.sqrt((resid**2).mean())", "bias": "resid.mean()"},
    },
    {
        "name": "shown-cross-validate-means",
        "setup": [IRIS],
        "code": """
from sklearn.svm import LinearSVC
from sklearn.model_selection import cross_validate
cv = cross_validate(LinearSVC(C=0.5, random_state=0), X, y, cv=4, scoring=['accuracy', 'f1_macro'])
print('acc', cv['test_accuracy'].mean(), 'f1', cv['test_f1_macro'].mean())
""",
        "params": {"LinearSVC.C": 0.5, "cross_validate.cv": 4},
        "metrics": ["acc", "f1"],
        "aliases": {
            "acc": ("test_accuracy.mean", "test_accuracy", "cv.test_accuracy.mean"),
            "f1": ("test_f1_macro.mean", "test_f1_macro", "cv.test_f1_macro.mean"),
        },
        "optional": ("cross_validate.scoring", "*fit_time", "*score_time", "*test_accuracy", "*test_f1_macro"),
        "values": {"acc": "cv['test_accuracy'].mean()", "f1": "cv['test_f1_macro'].mean()"},
    },
    {
        "name": "shown-same-metric-for-three-sets",
        "setup": [
            DIABETES_ROWS,
            "X_te, y_te = X[400:], y[400:]\nfrom sklearn.tree import DecisionTreeRegressor",
        ],
        "code": """
tree = DecisionTreeRegressor(max_leaf_nodes=12, random_state=1).fit(X_train, y_train)
for split, (a, b) in {'train': (X_train, y_train), 'val': (X_val, y_val), 'test': (X_te, y_te)}.items():
    print(f"{split:>6}: MAE {mean_absolute_error(b, tree.predict(a)):.2f}")
""",
        "params": {"DecisionTreeRegressor.max_leaf_nodes": 12},
        "curves": {"MAE": 3},
        "aliases": {"MAE": ("mean_absolute_error",)},
        "values": {"MAE": "mean_absolute_error(y_te, tree.predict(X_te))"},
    },
    {
        "name": "shown-and-used-further",
        "setup": [CANCER_SPLIT],
        "code": """
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import confusion_matrix
logit = LogisticRegression(max_iter=50).fit(X_train, y_train)
tn, fp, fn, tp = confusion_matrix(y_test, logit.predict(X_test)).ravel()
sens = tp / (tp + fn)
spec = tn / (tn + fp)
print(f"sensitivity {sens:.3f}, specificity {spec:.3f}, balanced {(sens + spec) / 2:.3f}")
""",
        "params": {"LogisticRegression.max_iter": 50, **SPLIT},
        "metrics": ["sens", "spec", "balanced"],
        "optional": ("tn", "fp", "fn", "tp"),
        "values": {"balanced": "(sens + spec) / 2"},
    },
    {
        "name": "shown-old-style-and-markdown",
        "setup": [IRIS],
        "code": """
from IPython.display import display, Markdown
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
pca = PCA(n_components=2)
Z = pca.fit_transform(X)
explained = pca.explained_variance_ratio_.sum()
acc = LogisticRegression(max_iter=200).fit(Z, y).score(Z, y)
display(Markdown(f"**PCA** keeps {explained:.1%} of the variance, accuracy **{acc:.3f}**"))
""",
        "params": {"PCA.n_components": 2, "LogisticRegression.max_iter": 200},
        "metrics": ["explained", "acc"],
    },
]
