"""Scripts pasted into a cell: ``main()``, argparse, functions that do all the work."""

# the cells are text, as people write it

from independent_setups import BLOBS, CANCER_SPLIT, DIABETES_ROWS, IRIS, SPLIT

CELLS = [
    {
        "name": "script-main-with-loop",
        "setup": [BLOBS],
        "code": """
def main():
    epochs = 5
    lr = 0.1
    model = nn.Linear(4, 2)
    opt = torch.optim.SGD(model.parameters(), lr=lr)
    for epoch in range(epochs):
        train_loss = nn.functional.cross_entropy(model(x_train), y_train)
        opt.zero_grad()
        train_loss.backward()
        opt.step()
        test_acc = (model(x_test).argmax(1) == y_test).sum().item() / len(y_test)
        print('epoch %d loss %.4f acc %.3f' % (epoch, train_loss.item(), test_acc))

if __name__ == '__main__':
    main()
""",
        "params": {"epochs": 5, "lr": 0.1},
        "curves": {"train_loss": 5, "test_acc": 5},
        "aliases": {"lr": ("SGD.lr",)},
        "optional": ("Linear.*",),
        "why": "The settings of a script stand in its main function.",
    },
    {
        "name": "script-argparse-defaults",
        "setup": [DIABETES_ROWS],
        "code": """
import argparse
parser = argparse.ArgumentParser(description='ridge')
parser.add_argument('--alpha', type=float, default=0.7)
parser.add_argument('--solver', default='svd')
parser.add_argument('--seed', type=int, default=1)
args = parser.parse_args([])

model = Ridge(alpha=args.alpha, solver=args.solver)
model.fit(X_train, y_train)
mse = mean_squared_error(y_val, model.predict(X_val))
print(args)
print(f'mse: {mse:.2f}')
""",
        "params": {"alpha": 0.7, "solver": "svd"},
        "metrics": ["mse"],
        "optional": ("seed",),
        "aliases": {"alpha": ("Ridge.alpha",), "solver": ("Ridge.solver",)},
    },
    {
        "name": "script-argparse-passed-to-main",
        "setup": [CANCER_SPLIT],
        "code": """
import argparse
from sklearn.linear_model import SGDClassifier
from sklearn.preprocessing import StandardScaler

def get_args(argv):
    p = argparse.ArgumentParser()
    p.add_argument('--lr', type=float, default=0.01)
    p.add_argument('--epochs', type=int, default=10)
    p.add_argument('--penalty', default='l2')
    return p.parse_args(argv)

def main(args):
    sc = StandardScaler().fit(X_train)
    clf = SGDClassifier(eta0=args.lr, learning_rate='constant', penalty=args.penalty, random_state=0)
    for epoch in range(args.epochs):
        clf.partial_fit(sc.transform(X_train), y_train, classes=[0, 1])
        acc = clf.score(sc.transform(X_test), y_test)
        print(epoch, acc)
    return acc

args = get_args(['--epochs', '4'])
final = main(args)
""",
        "params": {"lr": 0.01, "epochs": 4, "penalty": "l2", **SPLIT},
        "metrics": ["final"],
        "curves": {"acc": 4},
        "optional": ("SGDClassifier.*", "get_args.argv"),
        "values": {"acc": "final"},
    },
    {
        "name": "script-dataclass-config",
        "setup": [DIABETES_ROWS],
        "code": """
from dataclasses import dataclass
from sklearn.ensemble import RandomForestRegressor

@dataclass
class Config:
    n_estimators: int = 10
    max_depth: int = 6
    target_scale: float = 1.0

def run(cfg: Config):
    rf = RandomForestRegressor(n_estimators=cfg.n_estimators, max_depth=cfg.max_depth, random_state=0)
    rf.fit(X_train, y_train / cfg.target_scale)
    pred = rf.predict(X_val) * cfg.target_scale
    return {'mae': mean_absolute_error(y_val, pred), 'r2': r2_score(y_val, pred)}

cfg = Config(max_depth=3)
metrics = run(cfg)
print(metrics)
""",
        "params": {"n_estimators": 10, "max_depth": 3, "target_scale": 1.0},
        "metrics": ["mae", "r2"],
        "values": {"mae": "metrics['mae']", "r2": "metrics['r2']"},
    },
    {
        "name": "script-run-experiment-returns-tuple",
        "setup": [IRIS],
        "code": """
from sklearn.svm import SVC
from sklearn.model_selection import train_test_split

def run_experiment(C, gamma, seed=0):
    a, b, ya, yb = train_test_split(X, y, test_size=0.5, random_state=seed)
    clf = SVC(C=C, gamma=gamma).fit(a, ya)
    return clf.score(a, ya), clf.score(b, yb)

train_acc, test_acc = run_experiment(C=10, gamma=0.05)
print(f"{train_acc = :.3f}  {test_acc = :.3f}")
""",
        "params": {"run_experiment.C": 10, "run_experiment.gamma": 0.05},
        "metrics": ["train_acc", "test_acc"],
        "optional": ("train_test_split.test_size",),
    },
    {
        "name": "script-sweep-in-main",
        "setup": [DIABETES_ROWS],
        "code": """
def train(alpha):
    m = Lasso(alpha=alpha).fit(X_train, y_train)
    return m.score(X_val, y_val)

def main():
    best = -1
    for alpha in (0.01, 0.1, 1.0):
        score = train(alpha)
        print(f'alpha={alpha:<5} score={score:.4f}')
        best = max(best, score)
    return best

main()
""",
        "params": {},
        "curves": {"score": 3},
        "metrics": ["main"],
        "aliases": {"main": ("best",)},
        "optional": ("m",),
        "values": {"score": "train(1.0)", "main": "max(train(alpha) for alpha in (0.01, 0.1, 1.0))"},
    },
    {
        "name": "script-constants-on-top",
        "setup": [],
        "code": """
#!/usr/bin/env python
import numpy as np
N_SAMPLES = 200
NOISE = 0.3
DEGREE = 3

def make_data(n, noise):
    r = np.random.default_rng(4)
    x = r.uniform(-1, 1, n)
    return x, np.sin(3 * x) + noise * r.normal(size=n)

def rmse(a, b):
    return float(np.sqrt(np.mean((a - b) ** 2)))

def main():
    x, t = make_data(N_SAMPLES, NOISE)
    coef = np.polyfit(x[:100], t[:100], DEGREE)
    print("train RMSE:", rmse(np.polyval(coef, x[:100]), t[:100]))
    print("test RMSE:", rmse(np.polyval(coef, x[100:]), t[100:]))

main()
""",
        "params": {"N_SAMPLES": 200, "NOISE": 0.3, "DEGREE": 3},
        "metrics": ["train RMSE", "test RMSE"],
        "aliases": {"train RMSE": ("rmse.train",), "test RMSE": ("rmse.test",)},
    },
    {
        "name": "script-logging-instead-of-print",
        "setup": [IRIS],
        "code": """
import logging
from sklearn.linear_model import Perceptron
logging.basicConfig(level=logging.INFO, format='%(levelname)s %(message)s')
log = logging.getLogger('train')

def train_perceptron(max_passes, eta0):
    p = Perceptron(eta0=eta0, random_state=0)
    for i in range(max_passes):
        p.partial_fit(X, y, classes=np.unique(y))
        err = 1 - p.score(X, y)
        log.info('pass %d error %.3f', i, err)
        if err == 0:
            break
    return p, err

model, err = train_perceptron(max_passes=8, eta0=0.5)
""",
        "params": {"train_perceptron.max_passes": 8, "train_perceptron.eta0": 0.5},
        "metrics": ["err"],
        "curves": {"err": None},
    },
    {
        "name": "script-generator-of-epochs",
        "setup": [BLOBS],
        "code": """
def training(model, opt, epochs):
    for epoch in range(epochs):
        loss = nn.functional.cross_entropy(model(x_train), y_train)
        opt.zero_grad(); loss.backward(); opt.step()
        yield epoch, loss.item()

model = nn.Linear(4, 2)
opt = torch.optim.Adam(model.parameters(), lr=0.02)
for epoch, train_loss in training(model, opt, epochs=6):
    if epoch % 2 == 1:
        print(epoch, f'{train_loss:.4f}')
""",
        "params": {"Adam.lr": 0.02, "training.epochs": 6},
        "curves": {"train_loss": 6},
        "aliases": {"train_loss": ("loss",)},
        "optional": ("Linear.*",),
    },
]
