"""Simulations and random sampling."""

# the cells are text, as people write it

from setups import NUMPY, NUMPY_R_21, NUMPY_SEED_11, RNG_3, RNG_5, RNG_11, RNG_13, RNG_21, RNG_31, RNG_77

CELLS = [
    {
        "name": "epsilon-greedy",
        "setup": RNG_3,
        "code": """
n_arms, n_steps = 3, 20
epsilon = 1.0
true_means = rng.normal(size=n_arms)
counts = np.zeros(n_arms)
values = np.zeros(n_arms)
regret = 0.0
for step in range(n_steps):
    arm = rng.integers(n_arms) if rng.random() < epsilon else values.argmax()
    reward = rng.normal(true_means[arm])
    counts[arm] += 1
    values[arm] += (reward - values[arm]) / counts[arm]
    regret += true_means.max() - true_means[arm]
    epsilon = max(0.1, epsilon * 0.9)
print("total regret", regret)
""",
        "params": {"n_arms": 3, "n_steps": 20, "epsilon": 1.0},
        "curves": {"regret": range(20)},
    },
    {
        "name": "kmeans-by-hand",
        "setup": RNG_3 + "pts = np.concatenate([rng.normal(0, 1, (20, 2)), rng.normal(5, 1, (20, 2))])",
        "code": """
k = 2
tol = 1e-4
centers = pts[rng.choice(len(pts), k, replace=False)]
for it in range(20):
    d = np.linalg.norm(pts[:, None] - centers[None], axis=2)
    assign = d.argmin(axis=1)
    new = np.array([pts[assign == j].mean(axis=0) for j in range(k)])
    shift = np.linalg.norm(new - centers)
    inertia = (d.min(axis=1) ** 2).sum()
    centers = new
    if shift < tol:
        break
print("iterations", it + 1, "inertia", inertia)
""",
        "params": {"k": 2, "tol": 1e-4, "choice.replace": False},
        "curves": {"shift": None, "inertia": None},
    },
    {
        "name": "trange-numpy",
        "setup": [RNG_3, "from tqdm import trange"],
        "code": """
x = rng.normal(size=10)
for i in trange(3, desc="iterating"):
    x = np.tanh(x * 0.9)
    energy = np.sum(x ** 2)
""",
        "params": {"normal.size": 10},
        "curves": {"energy": range(3)},
    },
    {
        "name": "random-walk",
        "setup": "import random",
        "code": """
random.seed(1)
position = 0
furthest = 0
steps = 15
for _ in range(steps):
    position += random.choice([-1, 1])
    furthest = max(furthest, abs(position))
print(position, furthest)
""",
        "params": {"steps": 15, "seed": 1},
        "curves": {"position": range(15), "furthest": range(15)},
    },
    {
        "name": "ema",
        "setup": RNG_3,
        "code": """
beta = 0.9
ema = 0.0
for x in rng.normal(size=6):
    ema = beta * ema + (1 - beta) * x
print(ema)
""",
        "params": {"beta": 0.9, "normal.size": 6},
        "curves": {"ema": range(6)},
    },
    {
        "name": "logging-module",
        "setup": RNG_3 + "import logging\nlogger = logging.getLogger('x')",
        "code": """
n_rounds = 3
for r in range(n_rounds):
    acc = rng.random()
    logger.info("round %d acc %.3f", r, acc)
""",
        "params": {"n_rounds": 3},
        "curves": {"acc": range(3)},
    },
    {
        "name": "simulated-annealing",
        "setup": RNG_3,
        "code": """
T = 10.0
cooling = 0.8
T_min = 1.0
state = rng.normal()
cost = state ** 2
best_cost = cost
while T > T_min:
    cand = state + rng.normal(scale=T)
    new_cost = cand ** 2
    if new_cost < cost or rng.random() < np.exp((cost - new_cost) / T):
        state, cost = cand, new_cost
    if cost < best_cost:
        best_cost = cost
    T *= cooling
print(f"best {best_cost:.3f}")
""",
        "params": {"T": 10.0, "cooling": 0.8, "T_min": 1.0},
        "curves": {"best_cost": 1},
    },
    {
        "name": "q-learning",
        "setup": RNG_3
        + """
class Env:
    def __init__(self, size=4):
        self.size = size
    def reset(self):
        self.s = 0
        return 0
    def step(self, a):
        self.s = min(self.s + a, self.size - 1)
        return self.s, float(self.s == self.size - 1), self.s == self.size - 1
""",
        "code": """
env = Env(size=3)
alpha, gamma, eps = 0.5, 0.9, 0.2
Q = np.zeros((3, 2))
returns = []
for episode in range(4):
    s, done, G = env.reset(), False, 0.0
    while not done:
        a = rng.integers(2) if rng.random() < eps else int(Q[s].argmax())
        s2, r, done = env.step(a)
        Q[s, a] += alpha * (r + gamma * Q[s2].max() - Q[s, a])
        s = s2
        G += r
    returns.append(G)
    eps *= 0.9
print("mean return", np.mean(returns))
""",
        "params": {"alpha": 0.5, "gamma": 0.9, "eps": 0.2, "Env.size": 3},
        "metrics": ("returns.mean",),
        "curves": {"G": range(4)},
    },
    {
        "name": "for-else",
        "setup": RNG_5,
        "code": """
tol = 1e-12
v = rng.random(3)
M = np.diag([3.0, 1.0, 0.5])
for it in range(5):
    u = M @ v
    eig = np.linalg.norm(u)
    v = u / eig
    if abs(eig - 3.0) < tol:
        break
else:
    print("did not converge")
""",
        "params": {"tol": 1e-12},
    },
    {
        "name": "log-dict-per-epoch",
        "setup": RNG_5,
        "code": """
for epoch in range(3):
    train_loss = rng.random()
    val_loss = rng.random()
    log = {"epoch": epoch, "train_loss": train_loss, "val_loss": val_loss}
    print(log)
""",
        "curves": {"train_loss": range(3), "val_loss": range(3)},
    },
    {
        "name": "enumerate-from-one",
        "setup": RNG_5,
        "code": """
data = rng.normal(size=(4, 3))
for i, row in enumerate(data, start=1):
    m = row.mean()
    print(i, m)
""",
        "params": {"normal.size": (4, 3)},
        "curves": {"m": [1, 2, 3, 4]},
    },
    {
        "name": "annotated-result",
        "setup": RNG_5,
        "code": """
n_sim: int = 10
payoff: np.ndarray = np.maximum(rng.normal(100, 5, n_sim) - 100, 0)
price: float = float(np.exp(-0.05) * payoff.mean())
stderr: float = payoff.std() / np.sqrt(n_sim)
""",
        "params": {"n_sim": 10},
        "metrics": ("price", "stderr"),
    },
    {
        "name": "best-by-conditional-expression",
        "setup": RNG_5,
        "code": """
best = float("-inf")
for _ in range(3):
    acc = rng.random()
    best = acc if acc > best else best
""",
        "curves": {"acc": range(3), "best": range(3)},
    },
    {
        "name": "truths-are-no-metrics",
        "setup": RNG_5,
        "code": """
acc = rng.random()
passed = acc > 0.5
ok = bool(acc < 2)
z = 1 + 2j
name = "run-%d" % int(acc * 10)
""",
        "metrics": ("acc",),
    },
    {
        "name": "decimal-and-fraction",
        "setup": "from decimal import Decimal\nfrom fractions import Fraction\nimport random",
        "code": """
rate = Decimal(str(random.random()))
interest = rate * Decimal("1000")
odds = Fraction(random.randint(1, 5), 6)
print(rate)
""",
        "metrics": ("rate", "interest", "odds"),
    },
    {
        "name": "psnr",
        "setup": RNG_5 + "img = rng.random((8, 8))",
        "code": """
sigma = 0.05
noisy = img + sigma * rng.normal(size=img.shape)
mse = np.mean((img - noisy) ** 2)
psnr = 10 * np.log10(1.0 / mse)
print(f"PSNR: {psnr:.1f} dB")
""",
        "params": {"sigma": 0.05},
        "metrics": ("psnr",),
    },
    {
        "name": "lr-finder",
        "setup": RNG_5,
        "code": """
lr = 1e-4
mult = 2.0
lrs, losses = [], []
while lr < 1e-3:
    loss = rng.random() + lr
    lrs.append(lr)
    losses.append(loss)
    lr *= mult
""",
        "params": {"lr": 1e-4, "mult": 2.0},
        "curves": {"loss": range(4)},
    },
    {
        "name": "timeit-compare",
        "setup": RNG_5 + "import time",
        "code": """
reps = 3
times = []
for _ in range(reps):
    t0 = time.time()
    np.sort(rng.random(100))
    times.append(time.time() - t0)
avg_ms = 1000 * sum(times) / reps
""",
        "params": {"reps": 3},
        "metrics": ("avg_ms",),
        "curves": {"times": range(3)},
    },
    {
        "name": "alternating-eval",
        "setup": RNG_5 + "def evaluate(w, split='val'):\n    return float(np.abs(w).mean())",
        "code": """
w = rng.normal(size=5)
best_val, best_epoch = float("inf"), -1
for epoch in range(5):
    w = w * 0.8
    if epoch % 2:
        val = evaluate(w, split="val")
        if val < best_val:
            best_val = val
            best_epoch = epoch
test = evaluate(w, split="test")
print(best_epoch, best_val, test)
""",
        "params": {"val.split": "val", "test.split": "test", "normal.size": 5},
        "metrics": ("test",),
        "curves": {"val": [1, 3], "best_val": [1, 3]},
    },
    {
        "name": "metropolis",
        "setup": RNG_11,
        "code": """
n_samples = 30
step_size = 0.5
x = 0.0
accepted = 0
chain = []
for i in range(n_samples):
    prop = x + step_size * rng.normal()
    log_ratio = -0.5 * prop ** 2 + 0.5 * x ** 2
    if np.log(rng.random()) < log_ratio:
        x = prop
        accepted += 1
    chain.append(x)
rate = accepted / n_samples
posterior_mean = np.mean(chain[10:])
print(f"acceptance {rate:.2f} mean {posterior_mean:.2f}")
""",
        "params": {"n_samples": 30, "step_size": 0.5},
        "metrics": ("rate", "posterior_mean"),
        "curves": {"log_ratio": range(30)},
    },
    {
        "name": "genetic",
        "setup": RNG_11 + "def fitness(pop):\n    return -(pop ** 2).sum(axis=1)",
        "code": """
POP, GENS, MUT = 12, 4, 0.1
pop = rng.normal(size=(POP, 3))
best_hist = []
for gen in range(GENS):
    fit = fitness(pop)
    best_hist.append(fit.max())
    parents = pop[np.argsort(fit)[-POP // 2:]]
    pop = np.repeat(parents, 2, axis=0) + MUT * rng.normal(size=(POP, 3))
""",
        "params": {"POP": 12, "GENS": 4, "MUT": 0.1},
        "curves": {"best_hist": range(4)},
    },
    {
        "name": "gradient-check",
        "setup": RNG_11 + "def f(w):\n    return float((w ** 3).sum())\ndef grad(w):\n    return 3 * w ** 2",
        "code": """
h = 1e-5
w = rng.normal(size=3)
num = np.zeros_like(w)
for i in range(len(w)):
    e = np.zeros_like(w); e[i] = h
    num[i] = (f(w + e) - f(w - e)) / (2 * h)
rel_err = np.linalg.norm(num - grad(w)) / np.linalg.norm(num + grad(w))
print("relative error", rel_err)
""",
        "params": {"h": 1e-5, "normal.size": 3},
        "metrics": ("rel_err",),
        "curves": {"num": range(3)},
    },
    {
        "name": "accumulated-by-name",
        "setup": RNG_11,
        "code": """
total_loss = 0.0
count = 0
for batch in np.array_split(rng.normal(size=20), 4):
    total_loss += float((batch ** 2).sum())
    count += len(batch)
avg_loss = total_loss / count
avg_loss
""",
        "params": {"normal.size": 20},
        "metrics": ("avg_loss",),
    },
    {
        "name": "matrix-timing",
        "setup": RNG_11 + "from time import perf_counter as tick",
        "code": """
n = 40
A = rng.normal(size=(n, n))
t0 = tick()
det = np.linalg.det(A)
t1 = tick()
solve_ms = (t1 - t0) * 1e3
print(f"{solve_ms:.2f} ms")
""",
        "params": {"n": 40},
        "metrics": ("det", "solve_ms"),
    },
    {
        "name": "train-val-functions",
        "setup": RNG_11
        + """
def train_step(w, lr):
    return w - lr * w
def validate(w):
    return float((w ** 2).mean()), float(np.abs(w).max())
""",
        "code": """
LR = 0.3
EPOCHS = 3
w = rng.normal(size=4)
for ep in range(EPOCHS):
    w = train_step(w, LR)
    val_loss, val_max = validate(w)
    print(f"Epoch {ep+1}/{EPOCHS} - val_loss: {val_loss:.4f}")
""",
        "params": {"LR": 0.3, "EPOCHS": 3, "normal.size": 4},
        "curves": {"val_loss": range(3), "val_max": range(3)},
    },
    {
        "name": "fft-peak",
        "setup": RNG_11,
        "code": """
fs = 100
dur = 1.0
t = np.arange(0, dur, 1 / fs)
sig = np.sin(2 * np.pi * 7 * t) + 0.2 * rng.normal(size=len(t))
spec = np.abs(np.fft.rfft(sig))
freqs = np.fft.rfftfreq(len(sig), d=1 / fs)
peak_freq = freqs[spec.argmax()]
print("peak at", peak_freq, "Hz")
""",
        "params": {"fs": 100, "dur": 1.0},
        "metrics": ("peak_freq",),
    },
    {
        "name": "reinforce",
        "setup": RNG_11,
        "code": """
alpha = 0.1
theta = 0.0
baseline = 0.0
for ep in range(1, 5):
    p = 1 / (1 + np.exp(-theta))
    action = rng.random() < p
    R = rng.normal(1.0 if action else 0.0)
    baseline += (R - baseline) / ep
    theta += alpha * (R - baseline) * (float(action) - p)
    print(ep, R)
""",
        "params": {"alpha": 0.1},
        "curves": {"R": [1, 2, 3, 4]},
    },
    {
        "name": "thompson",
        "setup": RNG_21,
        "code": """
probs = [0.2, 0.5, 0.7]
K = len(probs)
succ, fail = np.ones(K), np.ones(K)
reward_history = []
for t in range(10):
    arm = int(np.argmax(rng.beta(succ, fail)))
    r = int(rng.random() < probs[arm])
    succ[arm] += r
    fail[arm] += 1 - r
    reward_history.append(r)
avg_reward = np.mean(reward_history)
best_arm = int(np.argmax(succ / (succ + fail)))
""",
        "params": {"probs": [0.2, 0.5, 0.7]},
        "metrics": ("avg_reward", "best_arm"),
        "curves": {"reward_history": range(10)},
    },
    {
        "name": "progress-share",
        "setup": RNG_21,
        "code": """
total_steps = 4
warmup_steps = int(0.25 * total_steps)
peak_lr = 0.1
for step in range(total_steps):
    progress = (step + 1) / total_steps
    lr = peak_lr * min(1.0, (step + 1) / warmup_steps)
    loss = rng.exponential() / (1 + lr)
    print(f"{progress:.0%} lr={lr:.3f} loss={loss:.3f}")
""",
        "params": {"total_steps": 4, "peak_lr": 0.1},
        "curves": {"loss": range(4)},
    },
    {
        "name": "multiple-restarts",
        "setup": RNG_21 + "from scipy.optimize import minimize\ndef loss(p):\n    return float(np.sum((p - 1) ** 2))",
        "code": """
n_restarts = 3
best = None
for k in range(n_restarts):
    x0 = rng.normal(size=2)
    res = minimize(loss, x0, method="Powell", options={"maxiter": 20})
    if best is None or res.fun < best.fun:
        best = res
print(best.x, best.fun)
best.fun
""",
        "params": {"n_restarts": 3, "normal.size": 2, "minimize.method": "Powell"},
        "metrics": ("fun",),
    },
    {
        "name": "multi-output-eval",
        "setup": RNG_21
        + "def evaluate(w, k=1):\n    return {'mae': float(np.abs(w).mean()), 'mse': float((w ** 2).mean())}",
        "code": """
w = rng.normal(size=4)
metrics = evaluate(w, k=3)
print(metrics)
""",
        "params": {"normal.size": 4, "evaluate.k": 3},
        "metrics": ("metrics.mae", "metrics.mse"),
    },
    {
        "name": "min-of-two",
        "setup": RNG_21,
        "code": """
a = rng.random()
b = rng.random()
lower = min(a, b)
spread = abs(a - b)
""",
        "metrics": ("lower", "spread"),
    },
    {
        "name": "copy-is-no-metric",
        "setup": RNG_21,
        "code": """
score = rng.random()
final_score = score
backup = final_score
""",
        "metrics": ("score",),
    },
    {
        "name": "queue-simulation",
        "setup": RNG_31,
        "code": """
lam, mu = 0.8, 1.0
n_customers = 50
t_arrive, t_free = 0.0, 0.0
waits = []
for _ in range(n_customers):
    t_arrive += rng.exponential(1 / lam)
    start = max(t_arrive, t_free)
    waits.append(start - t_arrive)
    t_free = start + rng.exponential(1 / mu)
mean_wait = np.mean(waits)
p95 = np.percentile(waits, 95)
print(f"mean {mean_wait:.2f}, p95 {p95:.2f}")
""",
        "params": {"lam": 0.8, "mu": 1.0, "n_customers": 50},
        "metrics": ("mean_wait", "p95"),
        "curves": {"waits": 50, "t_free": 50},
    },
    {
        "name": "ising-magnetisation",
        "setup": RNG_31,
        "code": """
L, beta, sweeps = 4, 0.4, 3
spins = rng.choice([-1, 1], size=(L, L))
for sweep in range(sweeps):
    for _ in range(L * L):
        i, j = rng.integers(L, size=2)
        nb = spins[(i + 1) % L, j] + spins[i - 1, j] + spins[i, (j + 1) % L] + spins[i, j - 1]
        dE = 2 * spins[i, j] * nb
        if dE <= 0 or rng.random() < np.exp(-beta * dE):
            spins[i, j] *= -1
    m = abs(spins.mean())
    print(sweep, m)
""",
        "params": {"L": 4, "beta": 0.4, "sweeps": 3, "integers.size": 2},
        "curves": {"m": range(3)},
    },
    {
        "name": "nothing-but-setup",
        "setup": RNG_31,
        "code": """
SEED = 0
BATCH_SIZE = 64
LR = 3e-4
DEVICE = "cpu"
CLASSES = ["cat", "dog"]
np.random.seed(SEED)
""",
        "params": {"SEED": 0, "BATCH_SIZE": 64, "LR": 0.0003, "CLASSES": ["cat", "dog"]},
    },
    {
        "name": "seaborn-like-plotting",
        "setup": [RNG_31, "import matplotlib\nmatplotlib.use('agg')\nimport matplotlib.pyplot as plt"],
        "code": """
n_points = 40
noise = 0.3
x = np.linspace(0, 1, n_points)
y = x + noise * rng.normal(size=n_points)
slope, intercept = np.polyfit(x, y, 1)
fig, axes = plt.subplots(1, 2, figsize=(6, 3), sharey=True)
axes[0].scatter(x, y, s=8, alpha=0.6)
axes[0].plot(x, slope * x + intercept, color="red", lw=2)
axes[1].hist(y, bins=12)
fig.suptitle(f"slope {slope:.2f}")
plt.tight_layout()
plt.close(fig)
""",
        "params": {"n_points": 40, "noise": 0.3},
        "metrics": ("slope", "intercept"),
    },
    {
        "name": "coupon-collector",
        "setup": RNG_77,
        "code": """
n_coupons = 5
trials = 6
draws = []
for trial in range(trials):
    seen = set()
    count = 0
    while len(seen) < n_coupons:
        seen.add(int(rng.integers(n_coupons)))
        count += 1
    draws.append(count)
mean_draws = np.mean(draws)
print(mean_draws)
""",
        "params": {"n_coupons": 5, "trials": 6},
        "metrics": ("mean_draws",),
    },
    {
        "name": "birthday",
        "setup": "import random",
        "code": """
random.seed(3)
people, reps = 23, 40
shared = 0
for _ in range(reps):
    days = [random.randrange(365) for _ in range(people)]
    if len(set(days)) < people:
        shared += 1
probability = shared / reps
print("P(shared) =", probability)
""",
        "params": {"people": 23, "reps": 40, "seed": 3},
        "metrics": ("probability",),
    },
    {
        "name": "game-of-life",
        "setup": RNG_77 + "from scipy.signal import convolve2d",
        "code": """
size, generations, density = 8, 4, 0.3
grid = (rng.random((size, size)) < density).astype(int)
kernel = np.array([[1, 1, 1], [1, 0, 1], [1, 1, 1]])
for gen in range(generations):
    nb = convolve2d(grid, kernel, mode="same", boundary="wrap")
    grid = ((nb == 3) | ((grid == 1) & (nb == 2))).astype(int)
    alive_share = grid.mean()
    print(gen, alive_share)
""",
        "params": {
            "size": 8,
            "generations": 4,
            "density": 0.3,
            "convolve2d.mode": "same",
            "convolve2d.boundary": "wrap",
        },
        "curves": {"alive_share": range(4)},
    },
    {
        "name": "sort-benchmark",
        "setup": "import random\nfrom time import perf_counter",
        "code": """
random.seed(0)
for n in [10, 100, 1000]:
    xs = [random.random() for _ in range(n)]
    t = perf_counter()
    sorted(xs)
    dt = perf_counter() - t
    print(n, f"{dt*1e6:.1f} us")
""",
        "params": {"seed": 0},
        "curves": {"dt": [10, 100, 1000]},
    },
    {
        "name": "ar1-fit",
        "setup": RNG_77,
        "code": """
phi_true, n = 0.7, 50
x = np.zeros(n)
for t in range(1, n):
    x[t] = phi_true * x[t - 1] + rng.normal()
phi_hat = (x[1:] @ x[:-1]) / (x[:-1] @ x[:-1])
bias = phi_hat - phi_true
print(phi_hat)
""",
        "params": {"phi_true": 0.7, "n": 50},
        "metrics": ("phi_hat", "bias"),
    },
    {
        "name": "cell-of-asserts",
        "setup": RNG_77 + "def rmse(a, b):\n    return float(np.sqrt(np.mean((a - b) ** 2)))",
        "code": """
tol = 1e-9
z = rng.normal(size=5)
assert rmse(z, z) < tol
err = rmse(z, z + 1)
assert abs(err - 1) < tol, f"wrong: {err}"
""",
        "params": {"tol": 1e-9, "normal.size": 5},
        "metrics": ("err",),
    },
    {
        "name": "ternary-metric",
        "setup": RNG_77 + "tp, fp, fn = 5, 2, 3",
        "code": """
precision = tp / (tp + fp) if tp + fp else 0.0
recall = tp / (tp + fn) if tp + fn else 0.0
noise = rng.random()
score = precision * noise
print(score)
""",
        "params": {"tp": 5, "fp": 2, "fn": 3},
        "metrics": ("recall", "score"),
    },
    {
        "name": "interpolated-path",
        "setup": RNG_77 + "import os, json, tempfile",
        "code": """
run_name = "trial"
version = 2
out_dir = os.path.join(tempfile.gettempdir(), f"{run_name}_{version}")
acc = rng.random()
os.makedirs(out_dir, exist_ok=True)
with open(os.path.join(out_dir, "m.json"), "w") as fh:
    json.dump({"acc": acc}, fh)
""",
        "params": {"run_name": "trial", "version": 2},
        "metrics": ("acc",),
    },
    {
        "name": "svd-recommender",
        "setup": RNG_77 + "R = rng.integers(1, 6, (6, 5)).astype(float)",
        "code": """
n_factors, lr, reg = 2, 0.02, 0.1
P = rng.normal(scale=0.1, size=(6, n_factors))
Q = rng.normal(scale=0.1, size=(5, n_factors))
for epoch in range(3):
    sq = 0.0
    for u in range(6):
        for i in range(5):
            e = R[u, i] - P[u] @ Q[i]
            P[u] += lr * (e * Q[i] - reg * P[u])
            Q[i] += lr * (e * P[u] - reg * Q[i])
            sq += e ** 2
    rmse = np.sqrt(sq / R.size)
    print(epoch, rmse)
""",
        "params": {"n_factors": 2, "lr": 0.02, "reg": 0.1, "normal.scale": 0.1},
        "curves": {"rmse": range(3)},
    },
    {
        "name": "clip-and-mask",
        "setup": RNG_77,
        "code": """
x = rng.normal(size=30)
mask = np.abs(x) < 1.0
kept = x[mask]
kept_share = mask.mean()
trimmed_mean = kept.mean()
n_kept = mask.sum()
print(n_kept, kept_share, trimmed_mean)
""",
        "params": {"normal.size": 30},
        "metrics": ("kept_share", "trimmed_mean"),
    },
    {
        "name": "nelder-restart-best",
        "setup": RNG_13 + "from scipy.optimize import minimize\ndef obj(z):\n    return float((z[0] ** 2 - 1) ** 2)",
        "code": """
best_f = np.inf
for start in [-2.0, 0.5, 3.0]:
    r = minimize(obj, [start], method="Nelder-Mead")
    f = r.fun
    best_f = min(best_f, f)
print(best_f)
""",
        "params": {"minimize.method": "Nelder-Mead"},
        "curves": {"f": range(3), "best_f": range(3)},
    },
    {
        "name": "monte-carlo-integration",
        "setup": RNG_13,
        "code": """
N = 200
a, b = 0.0, 2.0
xs = rng.uniform(a, b, N)
vals = np.exp(-xs ** 2)
estimate = (b - a) * vals.mean()
std_error = (b - a) * vals.std(ddof=1) / np.sqrt(N)
estimate, std_error
""",
        "params": {"N": 200, "a": 0.0, "b": 2.0, "std.ddof": 1},
        "metrics": ("estimate", "std_error"),
    },
    {
        "name": "percolation",
        "setup": RNG_13 + "from scipy.ndimage import label",
        "code": """
L, p, runs = 8, 0.6, 5
spanning = 0
for run in range(runs):
    grid = rng.random((L, L)) < p
    lab, n_lab = label(grid)
    top, bottom = set(lab[0]) - {0}, set(lab[-1]) - {0}
    if top & bottom:
        spanning += 1
prob = spanning / runs
print(f"P(span) at p={p}: {prob}")
""",
        "params": {"L": 8, "p": 0.6, "runs": 5},
        "metrics": ("prob",),
        "curves": {"n_lab": range(5)},
    },
    {
        "name": "sarsa-returns",
        "setup": RNG_13
        + "class Walk:\n    def reset(self):\n        self.s = 2\n        return self.s\n    def step(self, a):\n        self.s += 1 if a else -1\n        done = self.s in (0, 4)\n        return self.s, float(self.s == 4), done",
        "code": """
env = Walk()
episodes, gamma, step_size = 5, 0.95, 0.1
V = np.zeros(5)
for ep in range(episodes):
    s, done = env.reset(), False
    ep_return, length = 0.0, 0
    while not done:
        s2, r, done = env.step(rng.random() < 0.5)
        V[s] += step_size * (r + gamma * V[s2] * (not done) - V[s])
        s = s2
        ep_return += r
        length += 1
    print(ep, ep_return, length)
v_mid = V[2]
""",
        "params": {"episodes": 5, "gamma": 0.95, "step_size": 0.1},
        "metrics": ("v_mid",),
        "curves": {"ep_return": range(5)},
    },
    {
        "name": "exp3",
        "setup": RNG_13,
        "code": """
K, T, eta = 3, 10, 0.2
weights = np.ones(K)
cum_loss = 0
for t in range(T):
    probs = weights / weights.sum()
    arm = rng.choice(K, p=probs)
    loss = float(rng.random() < 0.3 + 0.2 * arm)
    cum_loss += loss
    weights[arm] *= np.exp(-eta * loss / probs[arm])
avg_loss = cum_loss / T
""",
        "params": {"K": 3, "T": 10, "eta": 0.2},
        "metrics": ("avg_loss",),
    },
    {
        "name": "star-import-of-math",
        "setup": ["from math import *", RNG_13],
        "code": """
radius = 2.0
area = pi * radius ** 2
wave = sin(radius) + rng.random()
print(area, wave)
""",
        "params": {"radius": 2.0},
        "metrics": ("wave",),
    },
    {
        "name": "timing-of-two-variants",
        "setup": RNG_13 + "import time",
        "code": """
reps = 20
v = rng.random(200)
t0 = time.perf_counter()
for _ in range(reps):
    s1 = sum(v)
loop_time = time.perf_counter() - t0
t0 = time.perf_counter()
for _ in range(reps):
    s2 = v.sum()
numpy_time = time.perf_counter() - t0
speedup = loop_time / numpy_time
print(f"speedup: {speedup:.1f}x")
""",
        "params": {"reps": 20},
        "metrics": ("speedup",),
        "curves": {"s1": range(20), "s2": range(20)},
    },
    {
        "name": "buffon",
        "setup": RNG_3,
        "code": """
needle, gap = 1.0, 2.0
drops = 500
crosses = 0
for _ in range(drops):
    y0 = rng.uniform(0, gap / 2)
    th = rng.uniform(0, np.pi / 2)
    if y0 <= needle / 2 * np.sin(th):
        crosses += 1
pi_hat = 2 * needle * drops / (gap * crosses)
error = abs(pi_hat - np.pi)
print(pi_hat, error)
""",
        "params": {"needle": 1.0, "gap": 2.0, "drops": 500},
        "metrics": ("pi_hat", "error"),
        "curves": {"y0": 500},
    },
    {
        "name": "bandit-decay",
        "setup": RNG_3 + "true_means = [0.1, 0.5, 0.9]\n",
        "code": """
eps, decay = 1.0, 0.9
Q = np.zeros(3)
N = np.zeros(3)
rewards = []
for t in range(20):
    a = rng.integers(3) if rng.random() < eps else int(Q.argmax())
    reward = rng.normal(true_means[a], 0.1)
    N[a] += 1
    Q[a] += (reward - Q[a]) / N[a]
    rewards.append(reward)
    eps *= decay
avg_reward = np.mean(rewards)
avg_reward
""",
        "params": {"eps": 1.0, "decay": 0.9, "true_means": [0.1, 0.5, 0.9]},
        "metrics": ("avg_reward",),
    },
    {
        "name": "plot-only",
        "setup": RNG_3
        + "import matplotlib\nmatplotlib.use('agg')\nimport matplotlib.pyplot as plt\nxs = np.linspace(0, 1, 5)\n",
        "code": """
n_bins = 20
fig, ax = plt.subplots(figsize=(4, 3))
ax.plot(xs, xs**2, lw=2, label="square")
ax.hist(rng.normal(size=50), bins=n_bins)
ax.legend(loc="best")
plt.close(fig)
""",
        "params": {},
    },
    {
        "name": "wiener-max",
        "setup": NUMPY,
        "code": """
rs = np.random.RandomState(4)
T, n = 1.0, 100
dt = T / n
W = np.concatenate([[0], np.cumsum(rs.normal(0, np.sqrt(dt), n))])
running_max = W.max()
hit = bool((W > 1).any())
quad_var = np.sum(np.diff(W) ** 2)
print(running_max, hit, quad_var)
""",
        "params": {"T": 1.0, "n": 100},
        "metrics": ("running_max", "quad_var"),
    },
    {
        "name": "metropolis-acceptance",
        "setup": NUMPY,
        "code": """
rs = np.random.RandomState(1)
n_samples, step = 300, 0.8
x = 0.0
accepted = 0
chain = np.empty(n_samples)
for i in range(n_samples):
    prop = x + step * rs.randn()
    if np.log(rs.rand()) < -0.5 * (prop**2 - x**2):
        x = prop
        accepted += 1
    chain[i] = x
acc_rate = accepted / n_samples
ess_mean = chain[50:].mean()
print(f"acceptance {acc_rate:.0%}, mean {ess_mean:.3f}")
""",
        "params": {"n_samples": 300, "step": 0.8},
        "metrics": ("acc_rate", "ess_mean"),
    },
    {
        "name": "bandit-class",
        "setup": NUMPY
        + """
class Bandit:
    def __init__(self, probs, seed=0):
        self.probs, self.g = probs, np.random.default_rng(seed)
    def pull(self, k):
        return int(self.g.random() < self.probs[k])
""",
        "code": """
bandit = Bandit([0.2, 0.5, 0.7], seed=42)
epsilon = 0.2
g = np.random.default_rng(1)
counts, values = np.zeros(3), np.zeros(3)
total = 0
for t in range(1, 51):
    k = g.integers(3) if g.random() < epsilon else int(values.argmax())
    r = bandit.pull(k)
    counts[k] += 1
    values[k] += (r - values[k]) / counts[k]
    total += r
    regret = 0.7 * t - total
print("total reward", total, "regret", regret)
""",
        "params": {"Bandit.probs": [0.2, 0.5, 0.7], "Bandit.seed": 42, "epsilon": 0.2},
        "metrics": ("total",),
        "curves": {"regret": range(1, 51)},
    },
    {
        "name": "q-table-episode-returns",
        "setup": NUMPY
        + """
class Env:
    def __init__(self): self.g = np.random.default_rng(0)
    def reset(self): self.s = 0; return 0
    def step(self, a):
        self.s = min(4, max(0, self.s + (1 if a else -1)))
        return self.s, float(self.s == 4), self.s == 4
env = Env()
""",
        "code": """
alpha, gamma, eps = 0.5, 0.95, 0.3
Q = np.zeros((5, 2))
g = np.random.default_rng(2)
returns = []
for episode in range(6):
    s, done, ep_return, steps = env.reset(), False, 0.0, 0
    while not done and steps < 30:
        a = int(g.integers(2)) if g.random() < eps else int(Q[s].argmax())
        s2, r, done = env.step(a)
        Q[s, a] += alpha * (r + gamma * Q[s2].max() * (not done) - Q[s, a])
        s = s2
        ep_return += r
        steps += 1
    returns.append(ep_return)
    eps = max(0.05, eps * 0.9)
print("mean return", np.mean(returns[-3:]))
""",
        "params": {"alpha": 0.5, "gamma": 0.95, "eps": 0.3},
        "metrics": ("returns.mean",),
        "curves": {"ep_return": range(6)},
    },
    {
        "name": "gibbs",
        "setup": NUMPY,
        "code": """
rho, n_iter, burn = 0.6, 200, 50
g = np.random.default_rng(0)
x = y = 0.0
xs = np.zeros(n_iter)
for k in range(n_iter):
    x = g.normal(rho * y, np.sqrt(1 - rho**2))
    y = g.normal(rho * x, np.sqrt(1 - rho**2))
    xs[k] = x
est_var = xs[burn:].var()
est_var
""",
        "params": {"rho": 0.6, "n_iter": 200, "burn": 50},
        "metrics": ("est_var",),
    },
    {
        "name": "gradient-free-hillclimb",
        "setup": NUMPY_R_21 + "def bumpy(x):\n    return np.sin(3 * x) + 0.3 * x\n",
        "code": """
radius, tries = 0.5, 8
pos = 0.2
val = bumpy(pos)
for t in range(tries):
    cand = pos + r.uniform(-radius, radius)
    cand_val = bumpy(cand)
    if cand_val > val:
        pos, val = cand, cand_val
print(f"best {val:.3f} at {pos:.3f}")
""",
        "params": {"radius": 0.5, "tries": 8},
        "metrics": ("pos",),
        "curves": {"cand_val": range(8), "val": None},
    },
    {
        "name": "random-walk-hitting",
        "setup": NUMPY_R_21,
        "code": """
barrier = 5
hits = []
for walker in range(6):
    x, t = 0, 0
    while abs(x) < barrier and t < 500:
        x += 1 if r.random() < 0.5 else -1
        t += 1
    hits.append(t)
mean_hit = np.mean(hits)
print(mean_hit)
""",
        "params": {"barrier": 5},
        "metrics": ("mean_hit",),
    },
    {
        "name": "sandpile",
        "setup": NUMPY_R_21,
        "code": """
size, drops, limit = 5, 30, 4
pile = np.zeros((size, size), dtype=int)
avalanches = []
for k in range(drops):
    i, j = r.integers(0, size, 2)
    pile[i, j] += 1
    topples = 0
    while (pile >= limit).any():
        for a, b in zip(*np.where(pile >= limit)):
            pile[a, b] -= 4
            topples += 1
            for da, db in ((0, 1), (1, 0), (0, -1), (-1, 0)):
                if 0 <= a + da < size and 0 <= b + db < size:
                    pile[a + da, b + db] += 1
    avalanches.append(topples)
mean_height = pile.mean()
print("mean height", mean_height, "largest avalanche", max(avalanches))
""",
        "params": {"size": 5, "drops": 30, "limit": 4},
        "metrics": ("mean_height",),
    },
    {
        "name": "thompson-fn",
        "setup": NUMPY_R_21 + "p_true = [0.3, 0.6]\ndef play(arm):\n    return int(r.random() < p_true[arm])\n",
        "code": """
T = 25
a, b = np.ones(2), np.ones(2)
clicks = 0
ctr = []
for t in range(T):
    arm = int(np.argmax(r.beta(a, b)))
    win = play(arm)
    a[arm] += win
    b[arm] += 1 - win
    clicks += win
    ctr.append(clicks / (t + 1))
print("CTR", ctr[-1])
""",
        "params": {"T": 25, "p_true": [0.3, 0.6]},
        "curves": {"ctr": range(25)},
    },
    {
        "name": "langevin",
        "setup": NUMPY_SEED_11,
        "code": """
dt, T_end, temp = 0.05, 2.0, 0.5
n = int(T_end / dt)
x = 1.0
traj = []
for _ in range(n):
    x += -x * dt + np.sqrt(2 * temp * dt) * np.random.randn()
    traj.append(x)
var_x = np.var(traj[n // 2 :])
print("variance", var_x, "theory", temp)
""",
        "params": {"dt": 0.05, "T_end": 2.0, "temp": 0.5},
        "metrics": ("var_x",),
    },
    {
        "name": "importance-sampling",
        "setup": NUMPY_SEED_11,
        "code": """
N, shift = 500, 3.0
z = np.random.randn(N) + shift
weights = np.exp(-shift * z + shift**2 / 2)
p_hat = np.mean(weights * (z > 3))
ess = weights.sum() ** 2 / (weights**2).sum()
print(f"P(Z>3) ~ {p_hat:.2e}, ESS {ess:.0f}")
""",
        "params": {"N": 500, "shift": 3.0},
        "metrics": ("p_hat", "ess"),
    },
    {
        "name": "secretary-problem",
        "setup": NUMPY_SEED_11,
        "code": """
n_cand, trials = 12, 30
for r in range(2, 8, 2):
    wins = 0
    for _ in range(trials):
        ranks = np.random.permutation(n_cand)
        bar = ranks[:r].max()
        pick = next((v for v in ranks[r:] if v > bar), ranks[-1])
        wins += pick == n_cand - 1
    win_rate = wins / trials
    print(r, win_rate)
""",
        "params": {"n_cand": 12, "trials": 30},
        "curves": {"win_rate": [2, 4, 6], "bar": [2, 4, 6], "pick": [2, 4, 6]},
    },
]
