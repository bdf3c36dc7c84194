"""Cells with loops in numpy and plain Python: descents, early stopping, best-so-far, timers."""

# the cells are text, as people write it

NUMPY = """
import numpy as np
rng = np.random.default_rng(0)
X = rng.normal(size=(50, 3))
y = X @ np.array([1.0, -2.0, 0.5]) + 0.1 * rng.normal(size=50)
"""

CELLS = [
    {
        "name": "linear-descent",
        "setup": NUMPY,
        "code": """
lr = 0.1
epochs = 8
w = np.zeros(3)
for epoch in range(epochs):
    err = X @ w - y
    loss = (err ** 2).mean()
    w -= lr * X.T @ err / len(y)
print("final loss", loss)
""",
        "params": {"lr": 0.1, "epochs": 8},
        "curves": {"loss": range(8)},
    },
    {
        "name": "losses-in-a-list",
        "setup": NUMPY,
        "code": """
lr, steps = 0.05, 5
w = np.zeros(3)
losses = []
for step in range(steps):
    grad = X.T @ (X @ w - y) / len(y)
    w = w - lr * grad
    losses.append(((X @ w - y) ** 2).mean())
""",
        "params": {"lr": 0.05, "steps": 5},
        "curves": {"losses": range(5)},
    },
    {
        "name": "history-of-lists",
        "setup": NUMPY,
        "code": """
eta = 0.1
history = {"train": [], "val": []}
w = np.zeros(3)
for epoch in range(1, 5):
    w -= eta * X.T @ (X @ w - y) / len(y)
    history["train"].append(np.mean((X[:40] @ w - y[:40]) ** 2))
    history["val"].append(np.mean((X[40:] @ w - y[40:]) ** 2))
""",
        "params": {"eta": 0.1},
        "curves": {"history.train": [1, 2, 3, 4], "history.val": [1, 2, 3, 4]},
    },
    {
        "name": "rows-of-dicts",
        "setup": NUMPY,
        "code": """
rows = []
w = np.zeros(3)
for epoch in range(3):
    w -= 0.1 * X.T @ (X @ w - y) / len(y)
    rows.append({"epoch": epoch, "mse": float(np.mean((X @ w - y) ** 2)), "norm": float(np.linalg.norm(w))})
""",
        "curves": {"rows.mse": range(3), "rows.norm": range(3)},
    },
    {
        "name": "early-stopping-while",
        "setup": NUMPY,
        "code": """
tol = 1e-3
max_iter = 50
patience = 3
w = np.zeros(3)
prev = float("inf")
i = 0
while i < max_iter:
    w -= 0.3 * X.T @ (X @ w - y) / len(y)
    loss = float(np.mean((X @ w - y) ** 2))
    if abs(prev - loss) < tol:
        break
    prev = loss
    i += 1
print(i, loss)
""",
        "params": {"tol": 1e-3, "max_iter": 50, "patience": 3},
        "curves": {"loss": 17},
    },
    {
        "name": "best-so-far-with-patience",
        "setup": NUMPY,
        "code": """
patience = 2
min_delta = 1e-4
best = np.inf
wait = 0
w = np.zeros(3)
for epoch in range(30):
    w -= 0.5 * X.T @ (X @ w - y) / len(y)
    val_loss = np.mean((X @ w - y) ** 2)
    if val_loss < best - min_delta:
        best = val_loss
        wait = 0
    else:
        wait += 1
        if wait >= patience:
            print("stop")
            break
""",
        "params": {"patience": 2, "min_delta": 1e-4},
        "curves": {"val_loss": 16, "best": 13},
    },
    {
        "name": "best-by-max",
        "setup": NUMPY,
        "code": """
best = 0.0
for trial in range(4):
    score = rng.random()
    best = max(best, score)
print(best)
""",
        "curves": {"score": range(4), "best": range(4)},
    },
    {
        "name": "schedule",
        "setup": NUMPY,
        "code": """
lr = 0.5
decay = 0.9
w = np.zeros(3)
for epoch in range(4):
    w -= lr * X.T @ (X @ w - y) / len(y)
    lr *= decay
    loss = np.abs(X @ w - y).mean()
    print(epoch, lr, loss)
""",
        "params": {"lr": 0.5, "decay": 0.9},
        "curves": {"loss": range(4)},
    },
    {
        "name": "minibatches",
        "setup": NUMPY,
        "code": """
batch_size = 10
epochs = 3
lr = 0.1
w = np.zeros(3)
for epoch in range(epochs):
    perm = rng.permutation(len(X))
    total = 0.0
    n = 0
    for start in range(0, len(X), batch_size):
        idx = perm[start:start + batch_size]
        err = X[idx] @ w - y[idx]
        w -= lr * X[idx].T @ err / len(idx)
        total += float(err @ err)
        n += len(idx)
    train_loss = total / n
    print(f"epoch {epoch} loss {train_loss:.4f}")
""",
        "params": {"batch_size": 10, "epochs": 3, "lr": 0.1},
        "curves": {"train_loss": range(3)},
    },
    {
        "name": "every-batch",
        "setup": NUMPY,
        "options": {"every": "batch"},
        "code": """
w = np.zeros(3)
for epoch in range(2):
    for start in range(0, 50, 25):
        err = X[start:start + 25] @ w - y[start:start + 25]
        w -= 0.1 * X[start:start + 25].T @ err / 25
        batch_loss = float((err ** 2).mean())
    val_loss = float(((X @ w - y) ** 2).mean())
""",
        "curves": {"batch_loss": 4, "val_loss": [0, 1]},
    },
    {
        "name": "outermost-of-nested",
        "setup": NUMPY,
        "code": """
w = np.zeros(3)
for epoch in range(3):
    for start in range(0, 50, 25):
        err = X[start:start + 25] @ w - y[start:start + 25]
        w -= 0.1 * X[start:start + 25].T @ err / 25
        batch_loss = float((err ** 2).mean())
""",
        "curves": {"batch_loss": [0, 1, 2]},
    },
    {
        "name": "timer",
        "setup": NUMPY,
        "code": """
import time
n = 1000
start = time.perf_counter()
total = np.sqrt(np.arange(n)).sum()
elapsed = time.perf_counter() - start
print(f"took {elapsed:.3f}s")
""",
        "params": {"n": 1000},
        "metrics": ("total", "elapsed"),
    },
    {
        "name": "monte-carlo-pi",
        "code": """
import random
n = 500
inside = 0
for _ in range(n):
    x, y = random.random(), random.random()
    if x * x + y * y <= 1:
        inside += 1
pi_estimate = 4 * inside / n
pi_estimate
""",
        "params": {"n": 500},
        "metrics": ("pi_estimate",),
    },
    {
        "name": "running-sum-divided",
        "setup": NUMPY,
        "code": """
total = 0
for row, target in zip(X, y):
    total += (row.sum() - target) ** 2
mse = total / len(X)
print(mse)
""",
        "metrics": ("mse",),
    },
    {
        "name": "cumulative-reward",
        "setup": NUMPY,
        "code": """
steps = 6
eps = 0.1
Q = np.zeros(3)
N = np.zeros(3)
reward_sum = 0.0
for t in range(steps):
    a = rng.integers(3) if rng.random() < eps else int(np.argmax(Q))
    r = rng.normal(a)
    N[a] += 1
    Q[a] += (r - Q[a]) / N[a]
    reward_sum += r
print("reward", reward_sum)
""",
        "params": {"steps": 6, "eps": 0.1},
        "curves": {"reward_sum": range(6)},
    },
    {
        "name": "walrus-in-while",
        "setup": NUMPY,
        "code": """
w = np.ones(3)
lr = 0.2
while (gap := float(np.abs(X.T @ (X @ w - y)).max())) > 5:
    w -= lr * X.T @ (X @ w - y) / len(y)
print(gap)
""",
        "params": {"lr": 0.2},
        "curves": {"gap": 22},
    },
    {
        "name": "countdown-index",
        "setup": NUMPY,
        "code": """
for depth in range(3, 0, -1):
    error = float(np.abs(y[:depth]).sum())
    print(depth, error)
""",
        "curves": {"error": [0, 1, 2]},
    },
    {
        "name": "second-loop-goes-on",
        "setup": NUMPY,
        "code": """
w = np.zeros(3)
for step in range(2):
    w -= 0.1 * X.T @ (X @ w - y) / 50
    loss = float(((X @ w - y) ** 2).mean())
for step in range(3):
    w -= 0.01 * X.T @ (X @ w - y) / 50
    loss = float(((X @ w - y) ** 2).mean())
""",
        "curves": {"loss": [0, 1, 2, 3, 4]},
    },
    {
        "name": "final-value-differs",
        "setup": NUMPY,
        "code": """
w = np.zeros(3)
for i in range(3):
    w -= 0.1 * X.T @ (X @ w - y) / 50
    loss = float(((X @ w - y) ** 2).mean())
loss = float(((X @ (w * 0.5) - y) ** 2).mean())
""",
        "curves": {"loss": [0, 1, 2, 3]},
    },
    {
        "name": "failing-in-a-loop",
        "setup": NUMPY,
        "code": """
limit = 2
for i in range(5):
    value = float(np.exp(y[i]))
    if i > limit:
        raise ValueError("too far")
""",
        "params": {"limit": 2},
        "curves": {"value": [0, 1, 2, 3]},
    },
    {
        "name": "continue-before-the-metric",
        "setup": NUMPY,
        "code": """
for i in range(6):
    if i % 2:
        continue
    err = float(abs(y[i]))
print(err)
""",
        "curves": {"err": [0, 2, 4]},
    },
    {
        "name": "evaluated-now-and-then",
        "setup": NUMPY,
        "code": """
w = np.zeros(3)
eval_every = 2
for it in range(5):
    w -= 0.1 * X.T @ (X @ w - y) / 50
    if it % eval_every == 0:
        val = float(np.mean((X @ w - y) ** 2))
        print(it, val)
""",
        "params": {"eval_every": 2},
        "curves": {"val": [0, 2, 4]},
    },
    {
        "name": "tqdm-postfix",
        "setup": [NUMPY, "from tqdm.auto import tqdm"],
        "code": """
w = np.zeros(3)
pbar = tqdm(range(4), desc="train", leave=False)
for epoch in pbar:
    w -= 0.1 * X.T @ (X @ w - y) / 50
    loss = float(np.mean((X @ w - y) ** 2))
    pbar.set_postfix(loss=loss)
""",
        "curves": {"loss": [0, 1, 2, 3]},
    },
]
