"""Classes of the notebook with ``fit`` and what they leave on themselves."""

# the cells are text, as people write it

from independent_setups import BLOBS, CANCER_SPLIT, DIABETES_ROWS, IRIS, SPLIT

PERCEPTRON = """
class Perceptron:
    def __init__(self, eta=0.01, n_iter=50, random_state=1):
        self.eta = eta
        self.n_iter = n_iter
        self.random_state = random_state

    def fit(self, X, y):
        rgen = np.random.RandomState(self.random_state)
        self.w_ = rgen.normal(loc=0.0, scale=0.01, size=1 + X.shape[1])
        self.errors_ = []
        for _ in range(self.n_iter):
            errors = 0
            for xi, target in zip(X, y):
                update = self.eta * (target - self.predict(xi))
                self.w_[1:] += update * xi
                self.w_[0] += update
                errors += int(update != 0.0)
            self.errors_.append(errors)
        return self

    def net_input(self, X):
        return np.dot(X, self.w_[1:]) + self.w_[0]

    def predict(self, X):
        return np.where(self.net_input(X) >= 0.0, 1, -1)
"""
ADALINE = """
class AdalineGD:
    def __init__(self, eta=0.01, n_iter=10):
        self.eta, self.n_iter = eta, n_iter
    def fit(self, X, y):
        self.w_ = np.zeros(X.shape[1]); self.b_ = 0.0
        self.losses_ = []
        for i in range(self.n_iter):
            output = X @ self.w_ + self.b_
            errors = y - output
            self.w_ += self.eta * 2.0 * X.T @ errors / X.shape[0]
            self.b_ += self.eta * 2.0 * errors.mean()
            loss = (errors ** 2).mean()
            self.losses_.append(loss)
        return self
    def predict(self, X):
        return np.where(X @ self.w_ + self.b_ >= 0.5, 1, 0)
"""
LOGREG = """
class LogisticReg():
    '''logistic regression from scratch'''
    def __init__(self, learning_rate=0.01, n_iters=100, l2=0.0):
        self.lr = learning_rate
        self.n_iters = n_iters
        self.l2 = l2
        self.cost_history = []

    def _sigmoid(self, z):
        return 1 / (1 + np.exp(-z))

    def fit(self, X, y):
        n_samples, n_features = X.shape
        self.w = np.zeros(n_features)
        self.b = 0
        for it in range(self.n_iters):
            p = self._sigmoid(X @ self.w + self.b)
            dw = X.T @ (p - y) / n_samples + self.l2 * self.w
            db = (p - y).mean()
            self.w -= self.lr * dw
            self.b -= self.lr * db
            cost = -np.mean(y * np.log(p + 1e-9) + (1 - y) * np.log(1 - p + 1e-9))
            self.cost_history.append(cost)

    def predict(self, X):
        return (self._sigmoid(X @ self.w + self.b) > .5).astype(int)
"""
KMEANS = """
class KMeansScratch:
    def __init__(self, k=3, max_iters=20, seed=0):
        self.k, self.max_iters, self.seed = k, max_iters, seed
    def fit(self, X):
        r = np.random.default_rng(self.seed)
        self.centroids = X[r.choice(len(X), self.k, replace=False)]
        for i in range(self.max_iters):
            d = ((X[:, None] - self.centroids) ** 2).sum(-1)
            self.labels_ = d.argmin(1)
            self.inertia_ = d.min(1).sum()
            new = np.array([X[self.labels_ == j].mean(0) for j in range(self.k)])
            if np.allclose(new, self.centroids):
                break
            self.centroids = new
        return self
"""

CELLS = [
    {
        "name": "perceptron-errors-plotted",
        "setup": [IRIS, PERCEPTRON],
        "code": """
import matplotlib.pyplot as plt
X2 = X[:100, [0, 2]]
y2 = np.where(y[:100] == 0, -1, 1)
ppn = Perceptron(eta=0.1, n_iter=10)
ppn.fit(X2, y2)

plt.plot(range(1, len(ppn.errors_) + 1), ppn.errors_, marker='o')
plt.xlabel('Epochs')
plt.ylabel('Number of updates')
plt.close()
""",
        "params": {"Perceptron.eta": 0.1, "Perceptron.n_iter": 10},
        "curves": {"errors": 10},
        "aliases": {"errors": ("errors_", "ppn.errors_")},
        "values": {"errors": "ppn.errors_[-1]"},
    },
    {
        "name": "adaline-two-rates",
        "setup": [
            IRIS,
            ADALINE,
            "X_std = (X[:100, [0, 2]] - X[:100, [0, 2]].mean(0)) / X[:100, [0, 2]].std(0)\ny_std = y[:100]",
        ],
        "code": """
import matplotlib.pyplot as plt
fig, ax = plt.subplots(nrows=1, ncols=2, figsize=(10, 4))
ada1 = AdalineGD(n_iter=15, eta=0.1).fit(X_std, y_std)
ax[0].plot(range(1, len(ada1.losses_) + 1), np.log10(ada1.losses_), marker='o')
ax[0].set_title('Adaline - Learning rate 0.1')
ada2 = AdalineGD(n_iter=15, eta=0.0001).fit(X_std, y_std)
ax[1].plot(range(1, len(ada2.losses_) + 1), ada2.losses_, marker='o')
ax[1].set_title('Adaline - Learning rate 0.0001')
plt.close(fig)
""",
        "params": {"ada1.eta": 0.1, "ada2.eta": 0.0001, "AdalineGD.n_iter": 15},
        "curves": {"ada1.losses_": 15, "ada2.losses_": 15},
        "aliases": {
            "ada1.losses_": ("ada1.loss",),
            "ada2.losses_": ("ada2.loss",),
            "AdalineGD.n_iter": ("ada1.n_iter",),
        },
        "optional": ("ada2.n_iter",),
        "values": {"ada1.losses_": "ada1.losses_[-1]", "ada2.losses_": "ada2.losses_[-1]"},
    },
    {
        "name": "logreg-scratch-accuracy",
        "setup": [CANCER_SPLIT, LOGREG],
        "code": """
from sklearn.preprocessing import StandardScaler
scaler = StandardScaler()
Xtr = scaler.fit_transform(X_train); Xte = scaler.transform(X_test)
model = LogisticReg(learning_rate=0.1, n_iters=60)
model.fit(Xtr, y_train.values)
preds = model.predict(Xte)
accuracy = np.mean(preds == y_test.values)
print(f"LR classification accuracy: {accuracy:.3f}")
""",
        "params": {"LogisticReg.learning_rate": 0.1, "LogisticReg.n_iters": 60, **SPLIT},
        "metrics": ["accuracy"],
        "curves": {"cost": 60},
        "aliases": {"cost": ("cost_history",)},
        "values": {"cost": "model.cost_history[-1]"},
    },
    {
        "name": "kmeans-scratch-inertia",
        "setup": [IRIS, KMEANS],
        "code": """
km = KMeansScratch(k=3)
km.fit(X)
print("inertia:", km.inertia_)
""",
        "params": {"KMeansScratch.k": 3},
        "metrics": ["inertia"],
        "curves": {"inertia": None},
        "values": {"inertia": "km.inertia_"},
    },
    {
        "name": "class-stores-history-dict",
        "setup": [
            BLOBS,
            """
class Trainer:
    def __init__(self, model, lr=0.01, epochs=10):
        self.model = model
        self.opt = torch.optim.SGD(model.parameters(), lr=lr)
        self.crit = nn.CrossEntropyLoss()
        self.epochs = epochs
        self.history = {'train_loss': [], 'val_loss': []}
    def _run(self, x, y, train):
        loss = self.crit(self.model(x), y)
        if train:
            self.opt.zero_grad(); loss.backward(); self.opt.step()
        return loss.item()
    def fit(self, train, val):
        for e in range(self.epochs):
            tl = self._run(*train, True)
            vl = self._run(*val, False)
            self.history['train_loss'].append(tl)
            self.history['val_loss'].append(vl)
            if e % 2 == 0:
                print(f'[{e}] train {tl:.4f} val {vl:.4f}')
        return self
""",
        ],
        "code": """
trainer = Trainer(nn.Linear(4, 2), lr=0.5, epochs=7)
trainer.fit((x_train, y_train), (x_test, y_test))
print('done, best val', min(trainer.history['val_loss']))
""",
        "params": {"Trainer.lr": 0.5, "Trainer.epochs": 7},
        "curves": {"train_loss": 7, "val_loss": 7},
        "metrics": ["best val"],
        "aliases": {
            "train_loss": ("tl", "history.train_loss"),
            "val_loss": ("vl", "history.val_loss"),
            "best val": ("done, best val", "min", "min.val_loss", "val_loss.min"),
        },
        "optional": ("Linear.*",),
        "values": {
            "train_loss": "trainer.history['train_loss'][-1]",
            "val_loss": "trainer.history['val_loss'][-1]",
            "best val": "min(trainer.history['val_loss'])",
        },
    },
    {
        "name": "sklearn-compatible-estimator-scored",
        "setup": [
            DIABETES_ROWS,
            """
from sklearn.base import BaseEstimator, RegressorMixin
class RidgeGD(BaseEstimator, RegressorMixin):
    def __init__(self, alpha=1.0, step=1e-1, max_iter=100):
        self.alpha = alpha
        self.step = step
        self.max_iter = max_iter
    def fit(self, X, y):
        X = np.asarray(X); y = np.asarray(y)
        self.coef_ = np.zeros(X.shape[1])
        self.intercept_ = y.mean()
        for t in range(self.max_iter):
            r = X @ self.coef_ + self.intercept_ - y
            grad = X.T @ r + self.alpha * self.coef_
            self.coef_ -= self.step * grad
        return self
    def predict(self, X):
        return np.asarray(X) @ self.coef_ + self.intercept_
""",
        ],
        "code": """
est = RidgeGD(alpha=0.01, max_iter=200).fit(X_train, y_train)
print('R2 on validation', est.score(X_val, y_val))
""",
        "params": {"RidgeGD.alpha": 0.01, "RidgeGD.max_iter": 200},
        "metrics": ["R2 on validation"],
        "aliases": {"R2 on validation": ("score", "est.score", "R2", "validation")},
        "values": {"R2 on validation": "est.score(X_val, y_val)"},
    },
    {
        "name": "boosting-by-hand-class",
        "setup": [
            DIABETES_ROWS,
            """
from sklearn.tree import DecisionTreeRegressor
class GBM:
    def __init__(self, n_rounds=10, lr=0.1, depth=2):
        self.n_rounds, self.lr, self.depth = n_rounds, lr, depth
    def fit(self, X, y, X_val=None, y_val=None):
        self.base = y.mean(); self.trees = []
        f, fv = np.full(len(y), self.base), np.full(len(y_val), self.base)
        for m in range(self.n_rounds):
            tree = DecisionTreeRegressor(max_depth=self.depth).fit(X, y - f)
            f += self.lr * tree.predict(X)
            fv += self.lr * tree.predict(X_val)
            train_rmse = np.sqrt(np.mean((y - f) ** 2))
            val_rmse = np.sqrt(np.mean((y_val - fv) ** 2))
            self.trees.append(tree)
        return self
""",
        ],
        "code": """
gbm = GBM(n_rounds=12, lr=0.3)
gbm.fit(X_train.values, y_train.values, X_val.values, y_val.values)
""",
        "params": {"GBM.n_rounds": 12, "GBM.lr": 0.3},
        "curves": {"train_rmse": 12, "val_rmse": 12},
        "values": {
            "val_rmse": "np.sqrt(np.mean((y_val - gbm.base - gbm.lr * sum(t.predict(X_val.values) for t in gbm.trees)) ** 2))"
        },
    },
    {
        "name": "network-from-scratch-prints-every-tenth",
        "setup": [
            IRIS,
            """
class NeuralNetwork:
    def __init__(self, sizes, lr):
        r = np.random.RandomState(0)
        self.W = [r.randn(a, b) * .1 for a, b in zip(sizes, sizes[1:])]
        self.lr = lr
    def forward(self, X):
        self.acts = [X]
        for w in self.W:
            self.acts.append(np.tanh(self.acts[-1] @ w))
        return self.acts[-1]
    def backward(self, y):
        delta = (self.acts[-1] - y) * (1 - self.acts[-1] ** 2)
        for i in reversed(range(len(self.W))):
            g = self.acts[i].T @ delta / len(y)
            delta = (delta @ self.W[i].T) * (1 - self.acts[i] ** 2)
            self.W[i] -= self.lr * g
    def train(self, X, y, epochs):
        for epoch in range(epochs):
            out = self.forward(X)
            self.backward(y)
            loss = np.mean((out - y) ** 2)
            if epoch % 10 == 0:
                print('epoch', epoch, 'loss', loss)
""",
        ],
        "code": """
Y = np.eye(3)[y]
Xn = (X - X.mean(0)) / X.std(0)
nn = NeuralNetwork([4, 8, 3], lr=0.5)
nn.train(Xn, Y, epochs=50)
acc = (nn.forward(Xn).argmax(1) == y).mean()
print(f'train acc = {acc:.2%}')
""",
        "params": {"NeuralNetwork.lr": 0.5, "train.epochs": 50, "NeuralNetwork.sizes": [4, 8, 3]},
        "metrics": ["acc"],
        "curves": {"loss": 50},
    },
    {
        "name": "agent-class-q-learning",
        "setup": [
            """
import numpy as np
class Corridor:
    def __init__(self, n=6): self.n = n
    def reset(self): self.s = 0; return self.s
    def step(self, a):
        self.s = max(0, self.s + (1 if a else -1))
        done = self.s == self.n - 1
        return self.s, (1.0 if done else -0.05), done
class QAgent:
    def __init__(self, n_states, alpha=0.1, gamma=0.99, epsilon=0.1):
        self.Q = np.zeros((n_states, 2)); self.alpha, self.gamma, self.epsilon = alpha, gamma, epsilon
        self.rng = np.random.default_rng(0)
    def act(self, s):
        return int(self.rng.integers(2)) if self.rng.random() < self.epsilon else int(self.Q[s].argmax())
    def learn(self, s, a, r, s2):
        self.Q[s, a] += self.alpha * (r + self.gamma * self.Q[s2].max() - self.Q[s, a])
""",
        ],
        "code": """
env = Corridor()
agent = QAgent(env.n, alpha=0.5, epsilon=0.3)
rewards = []
for episode in range(30):
    s, done, total_reward, steps = env.reset(), False, 0, 0
    while not done and steps < 50:
        a = agent.act(s)
        s2, r, done = env.step(a)
        agent.learn(s, a, r, s2)
        s = s2; total_reward += r; steps += 1
    rewards.append(total_reward)
print('mean reward of last 10:', np.mean(rewards[-10:]))
""",
        "params": {"QAgent.alpha": 0.5, "QAgent.epsilon": 0.3},
        "curves": {"total_reward": 30},
        "metrics": ["mean reward of last 10"],
        "aliases": {"total_reward": ("rewards",), "mean reward of last 10": ("rewards.mean", "mean reward", "mean")},
        "optional": ("steps",),
        "values": {"mean reward of last 10": "np.mean(rewards[-10:])"},
    },
]
