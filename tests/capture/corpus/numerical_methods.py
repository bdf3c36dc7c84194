"""Numerical methods: roots, integrals, descent by hand."""

# the cells are text, as people write it

from setups import DIGIT_IMAGES, NUMPY, NUMPY_R_21, OPTUNA, RNG_3, RNG_11, RNG_13, RNG_21, RNG_31, RNG_77

CELLS = [
    {
        "name": "scipy-minimize",
        "setup": RNG_3,
        "code": """
from scipy.optimize import minimize
def rosen(p, a=1, b=100):
    return (a - p[0]) ** 2 + b * (p[1] - p[0] ** 2) ** 2
res = minimize(rosen, x0=[-1.0, 2.0], method="Nelder-Mead", tol=1e-3)
print(res.success, res.nit)
res.fun
""",
        "params": {"minimize.x0": [-1.0, 2.0], "minimize.method": "Nelder-Mead", "minimize.tol": 1e-3},
        "metrics": ("fun",),
    },
    {
        "name": "curve-fit",
        "setup": RNG_3 + "x = np.linspace(0, 4, 20)\ny = 2.5 * np.exp(-1.3 * x) + 0.5",
        "code": """
from scipy.optimize import curve_fit
def model(x, a, b, c):
    return a * np.exp(-b * x) + c
popt, pcov = curve_fit(model, x, y, p0=(1, 1, 1), maxfev=2000)
a, b, c = popt
perr = np.sqrt(np.diag(pcov))
residuals = y - model(x, *popt)
rss = np.sum(residuals ** 2)
r_squared = 1 - rss / np.sum((y - y.mean()) ** 2)
print(f"a={a:.2f} b={b:.2f} c={c:.2f}  R2={r_squared:.4f}")
""",
        "params": {"curve_fit.p0": (1, 1, 1), "curve_fit.maxfev": 2000},
        "metrics": ("a", "b", "c", "r_squared"),
    },
    {
        "name": "pendulum",
        "setup": RNG_3,
        "code": """
g, L = 9.81, 1.0
dt = 0.01
theta, omega = 0.2, 0.0
t = 0.0
energies = []
while t < 0.1:
    omega -= g / L * np.sin(theta) * dt
    theta += omega * dt
    t += dt
    E = 0.5 * (L * omega) ** 2 + g * L * (1 - np.cos(theta))
    energies.append(E)
drift = max(energies) - min(energies)
print(f"drift {drift:.2e}")
""",
        "params": {"g": 9.81, "L": 1.0, "dt": 0.01},
        "metrics": ("drift",),
        "curves": {"E": 11},
    },
    {
        "name": "match-optimizer",
        "setup": RNG_3 + "def descend(rule, rate):\n    return float(rng.random() * rate)",
        "code": """
optimizer = "adam"
match optimizer:
    case "sgd":
        rate = 0.1
    case "adam":
        rate = 0.001
    case _:
        rate = 1.0
final_loss = descend(optimizer, rate)
""",
        "params": {"optimizer": "adam", "rate": 0.001},
        "metrics": ("final_loss",),
    },
    {
        "name": "newton",
        "setup": RNG_3,
        "code": """
f = lambda x: np.cos(x) - x
df = lambda x: -np.sin(x) - 1
x = 1.0
tol = 1e-8
for i in range(20):
    x_new = x - f(x) / df(x)
    if abs(x_new - x) < tol:
        break
    x = x_new
print("root", x_new, "after", i)
""",
        "params": {"tol": 1e-8},
        "curves": {"x_new": None},
    },
    {
        "name": "threshold-sweep",
        "setup": RNG_3 + "y = rng.integers(0, 2, 40)\nscores = rng.random(40)",
        "code": """
best_f1 = 0
best_t = 0
for t in np.linspace(0.1, 0.9, 5):
    pred = (scores > t).astype(int)
    tp = (pred * y).sum()
    f1 = 2 * tp / (pred.sum() + y.sum())
    if f1 > best_f1:
        best_f1, best_t = f1, t
print(best_t, best_f1)
""",
        "curves": {"f1": range(5), "best_f1": 1},
    },
    {
        "name": "optuna",
        "setup": OPTUNA,
        "code": """
def objective(trial):
    x = trial.suggest_float("x", -10, 10)
    return (x - 2) ** 2

study = optuna.create_study(direction="minimize")
study.optimize(objective, n_trials=5)
print("Best value:", study.best_value)
print("Best params:", study.best_params)
""",
        "params": {"create_study.direction": "minimize", "optimize.n_trials": 5},
        "metrics": ("best_value",),
    },
    {
        "name": "ode",
        "setup": RNG_11 + "from scipy.integrate import solve_ivp",
        "code": """
beta, gamma = 0.3, 0.1
N = 1000
def sir(t, z):
    S, I, R = z
    return [-beta * S * I / N, beta * S * I / N - gamma * I, gamma * I]
sol = solve_ivp(sir, [0, 50], [999, 1, 0], method="RK45", rtol=1e-6)
peak = sol.y[1].max()
R0 = beta / gamma
print(f"peak {peak:.0f}, R0 {R0:.1f}")
""",
        "params": {"beta": 0.3, "gamma": 0.1, "N": 1000, "solve_ivp.method": "RK45", "solve_ivp.rtol": 1e-6},
        "metrics": ("peak",),
    },
    {
        "name": "pca-svd",
        "setup": RNG_11 + "A = rng.normal(size=(20, 4))",
        "code": """
k = 2
Ac = A - A.mean(axis=0)
U, s, Vt = np.linalg.svd(Ac, full_matrices=False)
var = s ** 2 / (len(A) - 1)
ratio = var[:k].sum() / var.sum()
recon = (U[:, :k] * s[:k]) @ Vt[:k]
err = np.linalg.norm(Ac - recon)
""",
        "params": {"k": 2, "svd.full_matrices": False},
        "metrics": ("ratio", "err"),
    },
    {
        "name": "polynomial-degrees",
        "setup": RNG_11 + "x = np.linspace(-1, 1, 30)\ny = x ** 3 + 0.1 * rng.normal(size=30)",
        "code": """
train_errs, test_errs = [], []
for degree in range(1, 5):
    c = np.polyfit(x[::2], y[::2], degree)
    train_errs.append(np.mean((np.polyval(c, x[::2]) - y[::2]) ** 2))
    test_errs.append(np.mean((np.polyval(c, x[1::2]) - y[1::2]) ** 2))
best_degree = 1 + int(np.argmin(test_errs))
""",
        "metrics": ("best_degree",),
        "curves": {"train_errs": [1, 2, 3, 4], "test_errs": [1, 2, 3, 4]},
    },
    {
        "name": "roc-by-hand",
        "setup": RNG_11 + "labels = rng.integers(0, 2, 50)\nprob = rng.random(50)",
        "code": """
thresholds = np.sort(prob)[::-1]
tprs, fprs = [], []
P, N = labels.sum(), (1 - labels).sum()
for th in thresholds:
    pred = prob >= th
    tprs.append((pred & (labels == 1)).sum() / P)
    fprs.append((pred & (labels == 0)).sum() / N)
auc = np.trapezoid(tprs, fprs)
print(round(auc, 3))
""",
        "metrics": ("auc",),
        "curves": {"tprs": 50, "fprs": 50},
    },
    {
        "name": "pagerank",
        "setup": RNG_11 + "M = rng.random((4, 4))\nM = M / M.sum(axis=0)",
        "code": """
d = 0.85
n = M.shape[0]
rank = np.ones(n) / n
for iteration in range(6):
    new_rank = (1 - d) / n + d * M @ rank
    diff = np.abs(new_rank - rank).sum()
    rank = new_rank
    if diff < 1e-8:
        break
top = rank.max()
""",
        "params": {"d": 0.85},
        "metrics": ("top",),
        "curves": {"diff": range(6)},
    },
    {
        "name": "knapsack",
        "code": """
weights = [1, 3, 4]
values = [15, 20, 30]
W = 6
dp = [0] * (W + 1)
for wt, val in zip(weights, values):
    for c in range(W, wt - 1, -1):
        dp[c] = max(dp[c], dp[c - wt] + val)
best_value = dp[W]
print(best_value)
""",
        "params": {"weights": [1, 3, 4], "values": [15, 20, 30], "W": 6},
        "metrics": ("best_value",),
    },
    {
        "name": "image-blur",
        "setup": RNG_11 + "from scipy import ndimage\nimg = rng.random((16, 16))",
        "code": """
sigma = 1.5
blurred = ndimage.gaussian_filter(img, sigma=sigma, mode="nearest")
contrast = blurred.std() / img.std()
height, width = img.shape
contrast
""",
        "params": {"sigma": 1.5, "gaussian_filter.mode": "nearest"},
        "metrics": ("contrast",),
    },
    {
        "name": "lotka-volterra",
        "setup": RNG_21,
        "code": """
a, b, c, d = 1.0, 0.1, 1.5, 0.075
prey, pred = 10.0, 5.0
dt, n_steps = 0.01, 5
for n in range(n_steps):
    dprey = (a * prey - b * prey * pred) * dt
    dpred = (-c * pred + d * prey * pred) * dt
    prey += dprey
    pred += dpred
print(f"prey={prey:.2f}, pred={pred:.2f}")
""",
        "params": {"a": 1.0, "b": 0.1, "c": 1.5, "d": 0.075, "dt": 0.01, "n_steps": 5},
        "metrics": ("prey", "pred"),
    },
    {
        "name": "epoch-metrics-update",
        "setup": RNG_21 + "def run_epoch(lr):\n    return {'loss': float(rng.random()), 'acc': float(rng.random())}",
        "code": """
lr = 0.1
for epoch in range(2):
    stats = run_epoch(lr)
    loss, acc = stats["loss"], stats["acc"]
    print(epoch, stats)
""",
        "params": {"lr": 0.1},
        "metrics": ("stats.loss", "stats.acc"),
        "curves": {"loss": range(2), "acc": range(2)},
    },
    {
        "name": "momentum-descent",
        "setup": RNG_31,
        "code": """
def f(p): return (p[0] - 1) ** 2 + 10 * (p[1] + 2) ** 2
def grad(p): return np.array([2 * (p[0] - 1), 20 * (p[1] + 2)])
lr, mom = 0.02, 0.9
p = np.zeros(2)
v = np.zeros(2)
trace = []
for k in range(6):
    v = mom * v - lr * grad(p)
    p = p + v
    trace.append(f(p))
print("f(p) =", f(p))
""",
        "params": {"lr": 0.02, "mom": 0.9},
        "metrics": ("f",),
        "curves": {"trace": range(6)},
    },
    {
        "name": "heat-until-steady",
        "setup": RNG_31,
        "code": """
nx, alpha, tol = 10, 0.2, 1e-2
u = np.zeros(nx)
u[0] = 1.0
change = 1.0
n_iter = 0
while change > tol:
    new = u.copy()
    new[1:-1] += alpha * (u[2:] - 2 * u[1:-1] + u[:-2])
    change = np.abs(new - u).max()
    u = new
    n_iter += 1
print(n_iter, change)
""",
        "params": {"nx": 10, "alpha": 0.2, "tol": 1e-2},
        "curves": {"change": None},
    },
    {
        "name": "ucb",
        "setup": RNG_31 + "def pull(a):\n    return float(rng.normal(a * 0.1))",
        "code": """
n_arms, horizon, c = 3, 12, 2.0
counts, sums = np.zeros(n_arms), np.zeros(n_arms)
total_reward = 0
for t in range(1, horizon + 1):
    if t <= n_arms:
        a = t - 1
    else:
        a = int(np.argmax(sums / counts + np.sqrt(c * np.log(t) / counts)))
    r = pull(a)
    counts[a] += 1
    sums[a] += r
    total_reward += r
print(total_reward)
""",
        "params": {"n_arms": 3, "horizon": 12, "c": 2.0},
        "curves": {"total_reward": range(1, 13)},
    },
    {
        "name": "f1-macro-loop",
        "setup": RNG_31 + "truth = rng.integers(0, 3, 40)\nguess = rng.integers(0, 3, 40)",
        "code": """
f1s = []
for c in range(3):
    tp = np.sum((guess == c) & (truth == c))
    fp = np.sum((guess == c) & (truth != c))
    fn = np.sum((guess != c) & (truth == c))
    f1s.append(2 * tp / (2 * tp + fp + fn))
macro_f1 = sum(f1s) / len(f1s)
print(round(macro_f1, 4))
""",
        "metrics": ("macro_f1",),
        "curves": {"f1s": [0, 1, 2]},
    },
    {
        "name": "learning-rate-table",
        "setup": RNG_77
        + "def train(lr, steps):\n    w = 3.0\n    for _ in range(steps):\n        w -= lr * 2 * w\n    return w * w",
        "code": """
steps = 10
results = []
for lr in (0.01, 0.1, 0.4):
    final = train(lr, steps)
    results.append((lr, final))
    print(f"lr={lr:<5} final={final:.2e}")
best_lr, best_final = min(results, key=lambda r: r[1])
""",
        "params": {"steps": 10},
        "metrics": ("best_lr", "best_final"),
        "curves": {"final": [0, 1, 2]},
    },
    {
        "name": "projectile",
        "setup": "import math",
        "code": """
v0, angle, g, dt = 20.0, 45.0, 9.81, 0.1
vx = v0 * math.cos(math.radians(angle))
vy = v0 * math.sin(math.radians(angle))
x = y = 0.0
max_height = 0.0
while y >= 0:
    x += vx * dt
    y += vy * dt
    vy -= g * dt
    max_height = max(max_height, y)
print(f"range {x:.1f} m, apex {max_height:.1f} m")
""",
        "params": {"v0": 20.0, "angle": 45.0, "g": 9.81, "dt": 0.1},
        "metrics": ("x",),
        "curves": {"max_height": None, "x": None, "y": None},
    },
    {
        "name": "pass-rate-by-count",
        "setup": RNG_77 + "scores = rng.integers(30, 100, 25)",
        "code": """
pass_mark = 50
n_pass = (scores >= pass_mark).sum()
n_fail = len(scores) - n_pass
pass_rate = n_pass / len(scores)
print(f"{n_pass} passed, {n_fail} failed ({pass_rate:.0%})")
""",
        "params": {"pass_mark": 50},
        "metrics": ("pass_rate",),
    },
    {
        "name": "rosenbrock-adam-by-hand",
        "setup": RNG_13,
        "code": """
lr, b1, b2, eps = 0.02, 0.9, 0.999, 1e-8
p = np.array([-1.0, 1.5])
m = v = np.zeros(2)
for t in range(1, 7):
    g = np.array([-2 * (1 - p[0]) - 400 * p[0] * (p[1] - p[0] ** 2), 200 * (p[1] - p[0] ** 2)])
    m = b1 * m + (1 - b1) * g
    v = b2 * v + (1 - b2) * g ** 2
    p = p - lr * (m / (1 - b1 ** t)) / (np.sqrt(v / (1 - b2 ** t)) + eps)
    fval = (1 - p[0]) ** 2 + 100 * (p[1] - p[0] ** 2) ** 2
    gnorm = np.linalg.norm(g)
print(f"f={fval:.3f} |g|={gnorm:.3f}")
""",
        "params": {"lr": 0.02, "b1": 0.9, "b2": 0.999, "eps": 1e-8},
        "curves": {"fval": range(1, 7), "gnorm": range(1, 7)},
    },
    {
        "name": "logistic-map",
        "setup": RNG_13,
        "code": """
r, n = 3.7, 12
x = 0.2
lyap = 0.0
for _ in range(n):
    lyap += np.log(abs(r * (1 - 2 * x)))
    x = r * x * (1 - x)
lyap /= n
print("lyapunov", lyap)
""",
        "params": {"r": 3.7, "n": 12},
        "metrics": ("lyap",),
    },
    {
        "name": "orbit-energy-drift",
        "setup": RNG_13,
        "code": """
dt, n_steps = 0.01, 6
pos, vel = np.array([1.0, 0.0]), np.array([0.0, 1.0])
E0 = 0.5 * vel @ vel - 1 / np.linalg.norm(pos)
for k in range(n_steps):
    acc = -pos / np.linalg.norm(pos) ** 3
    vel = vel + dt * acc
    pos = pos + dt * vel
    E = 0.5 * vel @ vel - 1 / np.linalg.norm(pos)
    drift = abs(E - E0) / abs(E0)
print(f"relative drift {drift:.2e}")
""",
        "params": {"dt": 0.01, "n_steps": 6},
        "curves": {"drift": range(6)},
    },
    {
        "name": "scipy-least-squares",
        "setup": RNG_3 + "t = np.linspace(0, 1, 20)\nobs = 2.0 * np.exp(-1.3 * t) + rng.normal(0, 0.01, 20)\n",
        "code": """
from scipy.optimize import least_squares
def residuals(p):
    return p[0] * np.exp(p[1] * t) - obs
res = least_squares(residuals, x0=[1.0, -1.0], loss="soft_l1", f_scale=0.1)
amp, rate = res.x
print(f"amp={amp:.3f} rate={rate:.3f} cost={res.cost:.5f} after {res.nfev} evals")
""",
        "params": {"least_squares.x0": [1.0, -1.0], "least_squares.loss": "soft_l1", "least_squares.f_scale": 0.1},
        "metrics": ("amp", "rate", "cost"),
    },
    {
        "name": "kmeans-loop-inertia",
        "setup": RNG_3 + "pts = rng.normal(size=(30, 2))\n",
        "code": """
k = 3
max_iter = 5
centers = pts[:k].copy()
for it in range(max_iter):
    d = ((pts[:, None] - centers) ** 2).sum(-1)
    lab = d.argmin(1)
    inertia = d.min(1).sum()
    for j in range(k):
        if (lab == j).any():
            centers[j] = pts[lab == j].mean(0)
print("inertia", inertia)
""",
        "params": {"k": 3, "max_iter": 5},
        "curves": {"inertia": range(5)},
    },
    {
        "name": "gridworld-value-iteration",
        "setup": RNG_3,
        "code": """
gamma, theta = 0.9, 1e-3
V = np.zeros(5)
sweep = 0
while True:
    old = V.copy()
    for s in range(1, 4):
        V[s] = max(-0.1 + gamma * V[s - 1], -0.1 + gamma * V[s + 1] + (1.0 if s == 3 else 0.0))
    delta = np.abs(V - old).max()
    sweep += 1
    if delta < theta:
        break
print("converged after", sweep, "sweeps, delta", delta)
""",
        "params": {"gamma": 0.9, "theta": 1e-3},
        "curves": {"delta": None},
    },
    {
        "name": "plot-after-fit",
        "setup": RNG_3
        + "import matplotlib\nmatplotlib.use('agg')\nimport matplotlib.pyplot as plt\nhx = np.arange(6.0)\nhy = 2 * hx + rng.normal(size=6)\n",
        "code": """
deg = 1
coef = np.polyfit(hx, hy, deg)
slope, intercept = coef
fit_y = np.polyval(coef, hx)
plt.scatter(hx, hy, s=12)
plt.plot(hx, fit_y, color="red")
plt.title(f"y = {slope:.2f}x + {intercept:.2f}")
plt.close("all")
r2 = 1 - ((hy - fit_y) ** 2).sum() / ((hy - hy.mean()) ** 2).sum()
""",
        "params": {"deg": 1},
        "metrics": ("slope", "intercept", "r2"),
    },
    {
        "name": "confusion-and-f1-by-hand",
        "setup": DIGIT_IMAGES,
        "code": """
guess = (images[:, 0] > 0.5).astype(int)
truth = (digits > 0).astype(int)
tp = ((guess == 1) & (truth == 1)).sum()
fp = ((guess == 1) & (truth == 0)).sum()
fn = ((guess == 0) & (truth == 1)).sum()
precision = tp / (tp + fp)
recall = tp / (tp + fn)
f1 = 2 * precision * recall / (precision + recall)
print(f"P={precision:.2f} R={recall:.2f} F1={f1:.2f}")
""",
        "params": {},
        "metrics": ("precision", "recall", "f1"),
    },
    {
        "name": "adam-by-hand",
        "setup": NUMPY
        + "def rosen(v):\n    return (1 - v[0]) ** 2 + 100 * (v[1] - v[0] ** 2) ** 2\ndef drosen(v):\n    return np.array([-2 * (1 - v[0]) - 400 * v[0] * (v[1] - v[0] ** 2), 200 * (v[1] - v[0] ** 2)])\n",
        "code": """
eta, b1, b2, eps = 1e-2, 0.9, 0.999, 1e-8
v = np.array([-1.0, 1.0])
m = s = np.zeros(2)
for t in range(1, 11):
    g = drosen(v)
    m = b1 * m + (1 - b1) * g
    s = b2 * s + (1 - b2) * g**2
    v = v - eta * (m / (1 - b1**t)) / (np.sqrt(s / (1 - b2**t)) + eps)
    f_val = rosen(v)
    gnorm = np.linalg.norm(g)
print(f_val, gnorm)
""",
        "params": {"eta": 1e-2, "b1": 0.9, "b2": 0.999, "eps": 1e-8},
        "curves": {"f_val": range(1, 11), "gnorm": range(1, 11)},
    },
    {
        "name": "golden-section",
        "setup": NUMPY,
        "code": """
a, b = 0.0, 4.0
phi = (5**0.5 - 1) / 2
f = lambda x: (x - 2.2) ** 2 + np.cos(x)
while b - a > 1e-3:
    c, d = b - phi * (b - a), a + phi * (b - a)
    if f(c) < f(d):
        b = d
    else:
        a = c
x_min = (a + b) / 2
f_min = f(x_min)
print("minimum at", x_min, "value", f_min)
""",
        "params": {"phi": (5**0.5 - 1) / 2},
        "metrics": ("x_min", "f_min"),
    },
    {
        "name": "brent-root",
        "setup": NUMPY,
        "code": """
from scipy import optimize
sol = optimize.root_scalar(lambda x: np.exp(-x) - x, bracket=[0, 1], method="brentq")
print(sol.root, sol.converged)
""",
        "params": {"root_scalar.bracket": [0, 1], "root_scalar.method": "brentq"},
        "metrics": ("root",),
    },
    {
        "name": "tic-toc-class",
        "setup": """
import time
class Timer:
    def __enter__(self): self.t = time.perf_counter(); return self
    def __exit__(self, *a): self.elapsed = time.perf_counter() - self.t
def sieve(limit):
    flags = [True] * limit
    for i in range(2, int(limit ** 0.5) + 1):
        if flags[i]:
            flags[i * i :: i] = [False] * len(flags[i * i :: i])
    return [i for i in range(2, limit) if flags[i]]
""",
        "code": """
with Timer() as timer:
    primes = sieve(2000)
seconds = timer.elapsed
density = len(primes) / 2000
print(f"{len(primes)} primes in {seconds:.4f}s, density {density:.3f}")
""",
        "params": {},
        "metrics": ("seconds",),
    },
    {
        "name": "minimize-scalar",
        "setup": NUMPY_R_21,
        "code": """
from scipy.optimize import minimize_scalar
target = 2.5
out = minimize_scalar(lambda x: (x - target) ** 2 + 1, bounds=(0, 10), method="bounded", options={"xatol": 1e-3})
x_best, f_best = out.x, out.fun
print(x_best, f_best)
""",
        "params": {
            "target": 2.5,
            "minimize_scalar.bounds": (0, 10),
            "minimize_scalar.method": "bounded",
        },
        "metrics": ("x_best", "f_best"),
    },
    {
        "name": "linear-program",
        "setup": NUMPY_R_21,
        "code": """
from scipy.optimize import linprog
c = [-1, -2]
A_ub = [[1, 1], [1, 3]]
b_ub = [4, 6]
lp = linprog(c, A_ub=A_ub, b_ub=b_ub, method="highs")
profit = -lp.fun
profit
""",
        "params": {"c": [-1, -2], "b_ub": [4, 6], "linprog.method": "highs"},
        "metrics": ("profit",),
    },
    {
        "name": "lloyd-quantizer",
        "setup": NUMPY_R_21 + "sig = r.normal(size=100)\n",
        "code": """
levels = 4
code = np.linspace(sig.min(), sig.max(), levels)
prev = np.inf
n_iter = 0
while True:
    assign = np.abs(sig[:, None] - code).argmin(1)
    code = np.array([sig[assign == i].mean() if (assign == i).any() else code[i] for i in range(levels)])
    mse = np.mean((sig - code[assign]) ** 2)
    n_iter += 1
    if prev - mse < 1e-3 or n_iter > 20:
        break
    prev = mse
snr = 10 * np.log10(sig.var() / mse)
print(f"{n_iter} iterations, SNR {snr:.1f} dB")
""",
        "params": {"levels": 4},
        "metrics": ("snr",),
        "curves": {"mse": None},
    },
    {
        "name": "policy-eval-iterations",
        "setup": NUMPY_R_21,
        "code": """
gamma = 0.9
P = np.array([[0.5, 0.5, 0.0], [0.2, 0.3, 0.5], [0.0, 0.0, 1.0]])
R = np.array([0.0, 1.0, 0.0])
V = np.zeros(3)
for sweep in range(100):
    V_new = R + gamma * P @ V
    gap = np.abs(V_new - V).max()
    V = V_new
    if gap < 1e-2:
        break
start_value = V[0]
""",
        "params": {"gamma": 0.9},
        "metrics": ("start_value",),
        "curves": {"gap": None},
    },
    {
        "name": "fixed-point",
        "setup": "import math\n",
        "code": """
x = 1.0
for k in range(1, 50):
    x_new = math.cos(x)
    err = abs(x_new - x)
    x = x_new
    if err < 1e-4:
        break
print(f"x = {x:.6f} after {k} steps (err {err:.1e})")
""",
        "params": {},
        "curves": {"err": None},
    },
]
