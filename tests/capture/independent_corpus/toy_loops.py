"""First loops of people who try a tracker, or numbers: arithmetic with curves to see."""

# the cells are text, as people write it

CELLS = [
    {
        "name": "toy-loss-decays",
        "code": """
lr = 0.1
loss = 10.0
for step in range(20):
    loss = loss * (1 - lr)
    print(step, loss)
""",
        "params": {"lr": 0.1},
        "curves": {"loss": range(20)},
    },
    {
        "name": "toy-loss-closed-form",
        "code": """
epochs = 10
for epoch in range(epochs):
    loss = 1 / (epoch + 1)
    acc = 1 - loss / 2
""",
        "params": {"epochs": 10},
        "curves": {"loss": range(10), "acc": range(10)},
    },
    {
        "name": "toy-random-accuracy",
        "code": """
import random
random.seed(0)
accuracy = 0.5
for epoch in range(1, 9):
    accuracy += random.random() * 0.05
    val_accuracy = accuracy - random.random() * 0.1
""",
        "params": {},
        "curves": {"accuracy": range(1, 9), "val_accuracy": range(1, 9)},
        "why": "0.5 is where the accuracy starts, no parameter.",
    },
    {
        "name": "toy-gradient-descent-square",
        "code": """
x = 5.0
learning_rate = 0.1
for i in range(25):
    grad = 2 * x
    x = x - learning_rate * grad
    f = x ** 2
print("minimum at", x)
""",
        "params": {"learning_rate": 0.1},
        "curves": {"f": range(25)},
        "metrics": ["x"],
        "optional": ("curves:x", "grad"),
        "why": "Where x starts is no parameter: the loop computes it.",
    },
    {
        "name": "toy-fit-a-line-by-hand",
        "code": """
xs = [1, 2, 3, 4]
ys = [2.1, 3.9, 6.2, 8.1]
w = 0.0
eta = 0.02
for it in range(50):
    g = sum(2 * (w * x - y) * x for x, y in zip(xs, ys)) / len(xs)
    w -= eta * g
    cost = sum((w * x - y) ** 2 for x, y in zip(xs, ys)) / len(xs)
    if it % 10 == 0: print(f"it {it} w {w:.3f} cost {cost:.4f}")
""",
        "params": {"eta": 0.02},
        "curves": {"cost": range(50), "w": range(50)},
        "optional": ("xs", "ys"),
    },
    {
        "name": "toy-newton-while",
        "code": """
a = 2.0
x = 1.0
tol = 1e-10
n = 0
while abs(x * x - a) > tol:
    x = 0.5 * (x + a / x)
    n += 1
x
""",
        "params": {"a": 2.0, "tol": 1e-10},
        "curves": {"x": None},
        "optional": ("n",),
    },
    {
        "name": "toy-monte-carlo-pi",
        "code": """
import random
random.seed(3)
N = 2000
inside = 0
for _ in range(N):
    px, py = random.random(), random.random()
    if px * px + py * py <= 1:
        inside += 1
pi_hat = 4 * inside / N
print(pi_hat)
""",
        "params": {"N": 2000},
        "metrics": ["pi_hat"],
    },
    {
        "name": "toy-compound-interest",
        "code": """
principal = 1000
rate = 0.05
years = 10
balance = principal
for year in range(1, years + 1):
    balance *= 1 + rate
    print(f"year {year}: {balance:.2f}")
""",
        "params": {"principal": 1000, "rate": 0.05, "years": 10},
        "curves": {"balance": range(1, 11)},
    },
    {
        "name": "toy-fake-training-with-sleepless-bar",
        "code": """
from tqdm.notebook import tqdm
import math
n_epochs = 12
history = []
for e in tqdm(range(n_epochs), desc='training'):
    train_loss = math.exp(-0.3 * e)
    val_loss = math.exp(-0.25 * e) + 0.02
    history.append((train_loss, val_loss))
""",
        "params": {"n_epochs": 12},
        "curves": {"train_loss": range(12), "val_loss": range(12)},
        "optional": ("history*",),
    },
    {
        "name": "toy-sum-and-mean-of-numbers",
        "code": """
numbers = [4, 8, 15, 16, 23, 42]
total = 0
for n in numbers:
    total += n
average = total / len(numbers)
print("average:", average)
""",
        "params": {},
        "metrics": ["average"],
        "optional": ("numbers", "total"),
    },
    {
        "name": "toy-bandit",
        "code": """
import numpy as np
rng = np.random.default_rng(0)
eps = 0.1
true_means = np.array([0.1, 0.5, 0.9])
q = np.zeros(3); n = np.zeros(3)
total_reward = 0.0
for t in range(200):
    arm = rng.integers(3) if rng.random() < eps else int(q.argmax())
    reward = rng.normal(true_means[arm], 0.1)
    n[arm] += 1
    q[arm] += (reward - q[arm]) / n[arm]
    total_reward += reward
    avg_reward = total_reward / (t + 1)
print("average reward", avg_reward)
""",
        "params": {"eps": 0.1},
        "curves": {"avg_reward": range(200)},
        "optional": ("reward", "total_reward"),
    },
    {
        "name": "toy-schedule-printed",
        "code": """
base_lr = 0.1
decay = 0.5
drop_every = 3
for epoch in range(9):
    current_lr = base_lr * decay ** (epoch // drop_every)
    print(f'epoch {epoch}: lr = {current_lr}')
""",
        "params": {"base_lr": 0.1, "decay": 0.5, "drop_every": 3},
        "curves": {"current_lr": range(9)},
        "why": "A closed form, but the value is shown.",
    },
]
