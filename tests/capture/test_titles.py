"""What runs are called that a cell makes by itself."""

from __future__ import annotations

import ast

import pytest

from nbtrack.capture import NotebookHistory, plan

NET = "class Net:\n    def fit(self, X): ...\n    def __call__(self, X): ...\n"
MODELS = "models = {'linear': Ridge(), 'forest': make_pipeline(StandardScaler(), RandomForestRegressor(3))}"


def title(cell, *earlier, metrics=()):
    notebook = NotebookHistory()
    for code in earlier:
        notebook.learn(ast.parse(code))
    return plan(ast.parse(cell), notebook).title(metrics)


@pytest.mark.parametrize(
    ("cell", "earlier", "metrics", "wanted"),
    [
        ("p = Ridge().fit(X, y).predict(X)\nr2 = r(y, p)", "", ("r2",), "Ridge · r2"),
        ("p = Ridge().fit(X, y).predict(X)\nprint(m(y, p))", "", ("m", "val_loss"), "Ridge · val_loss"),
        ("loss = evaluate(model=net, data=X)", NET + "net = Net()\ndef evaluate(model, data): return model(data)", (), "Net"),
        ("trainer.fit(net, loader)", NET + "net, trainer = Net(), Trainer()\nloader = DataLoader(X)", (), "Net"),
        ("b = xgb.train(cfg, d)", "import xgboost as xgb\nd = xgb.DMatrix(X)", ("eval.auc",), "eval.auc"),
        ("study.optimize(f, 9)\nprint(study.best_value)", "study = o.create_study()", ("value",), "value"),
        ("score = check(X)", "def check(X): return model.predict(X).sum()", ("score",), "check · score"),
        ("pipe = make_pipeline(StandardScaler(), SVC())\ns = cross_val_score(pipe, X, y)", "", ("s",), "SVC · s"),
        ("total = 1 + 2", "", (), None),
        (f"{MODELS}\nfor name, m in models.items():\n    print(m.fit(X, y).score(X, y))", "", ("score",), "models · score"),
        ("for k in rivals:\n    s = cross_val_score(rivals[k], X, y)", MODELS.replace("models", "rivals"), (), "rivals"),
        ("for m in [SVC(), Ridge()]:\n    m.fit(X, y)\n    s = m.score(X, y)", "", ("s",), "SVC… · s"),
        ("ms = [('a', SVC(1)), ('b', SVC(2))]\nfor n, m in ms:\n    m.fit(X, y)\n    s = m.score(X, y)", "", (), None),
        ("a, b = Ridge(), SVC()\na.fit(X, y)\nb.fit(X, y)\nr2 = a.score(X, y)", "", ("r2",), "Ridge… · r2"),
        ("sc = StandardScaler()\nm = SVC()\nm.fit(sc.fit(X).transform(X), y)\nr2 = m.score(X, y)", "", (), "SVC"),
    ],
)  # fmt: skip
def test_title(cell, earlier, metrics, wanted):
    assert title(cell, earlier, metrics=metrics) == wanted
