"""Time series, forecasts and trading strategies."""

# the cells are text, as people write it

from setups import NUMPY, NUMPY_R_21, NUMPY_SEED_11, RNG_3, RNG_11, RNG_21, RNG_77

CELLS = [
    {
        "name": "option-pricing",
        "setup": RNG_11,
        "code": """
S0, K, r, sigma, T = 100, 105, 0.03, 0.2, 1.0
n_paths = 500
Z = rng.standard_normal(n_paths)
ST = S0 * np.exp((r - 0.5 * sigma ** 2) * T + sigma * np.sqrt(T) * Z)
payoff = np.maximum(ST - K, 0)
price = np.exp(-r * T) * payoff.mean()
se = payoff.std(ddof=1) / np.sqrt(n_paths)
print(f"{price:.2f} +/- {1.96 * se:.2f}")
""",
        "params": {"S0": 100, "K": 105, "r": 0.03, "sigma": 0.2, "T": 1.0, "n_paths": 500, "std.ddof": 1},
        "metrics": ("price", "se"),
    },
    {
        "name": "simple-moving-average-strategy",
        "setup": RNG_21 + "prices = 100 + np.cumsum(rng.normal(size=50))",
        "code": """
fast, slow = 5, 20
cash, shares = 1000.0, 0.0
for t in range(slow, len(prices)):
    f_ma = prices[t - fast:t].mean()
    s_ma = prices[t - slow:t].mean()
    if f_ma > s_ma and cash > 0:
        shares, cash = cash / prices[t], 0.0
    elif f_ma < s_ma and shares > 0:
        cash, shares = shares * prices[t], 0.0
final = cash + shares * prices[-1]
ret = final / 1000.0 - 1
print(f"return {ret:.2%}")
""",
        "params": {"fast": 5, "slow": 20},
        "metrics": ("ret",),
        "curves": {"f_ma": range(20, 50), "s_ma": range(20, 50)},
    },
    {
        "name": "moving-average-filter",
        "setup": RNG_77 + "signal = np.sin(np.linspace(0, 6, 60)) + 0.2 * rng.normal(size=60)",
        "code": """
window = 5
kernel = np.ones(window) / window
smooth = np.convolve(signal, kernel, mode="same")
noise_power = np.var(signal - smooth)
snr_db = 10 * np.log10(np.var(smooth) / noise_power)
snr_db
""",
        "params": {"window": 5, "convolve.mode": "same"},
        "metrics": ("snr_db",),
    },
    {
        "name": "montecarlo-asian-option",
        "setup": RNG_3,
        "code": """
S0, K, r, sigma, T = 100.0, 105.0, 0.03, 0.2, 1.0
n_paths, n_steps = 200, 12
dt = T / n_steps
z = rng.standard_normal((n_paths, n_steps))
paths = S0 * np.exp(np.cumsum((r - 0.5 * sigma**2) * dt + sigma * np.sqrt(dt) * z, axis=1))
payoff = np.maximum(paths.mean(axis=1) - K, 0)
price = np.exp(-r * T) * payoff.mean()
stderr = payoff.std(ddof=1) / np.sqrt(n_paths)
price, stderr
""",
        "params": {
            "S0": 100.0,
            "K": 105.0,
            "r": 0.03,
            "sigma": 0.2,
            "T": 1.0,
            "n_paths": 200,
            "n_steps": 12,
            "std.ddof": 1,
        },
        "metrics": ("price", "stderr"),
    },
    {
        "name": "expanding-window-arima-free",
        "setup": NUMPY + "ts = np.sin(np.arange(30) / 3) + np.random.RandomState(0).normal(0, 0.1, 30)\n",
        "code": """
horizon, min_train = 2, 10
errors = []
for end in range(min_train, len(ts) - horizon, 5):
    history, future = ts[:end], ts[end : end + horizon]
    forecast = np.repeat(history[-3:].mean(), horizon)
    errors.append(np.abs(forecast - future).mean())
naive = np.abs(np.diff(ts)).mean()
mase = np.mean(errors) / naive
print(f"MASE {mase:.3f}")
""",
        "params": {"horizon": 2, "min_train": 10},
        "metrics": ("mase",),
        "curves": {"errors": [10, 15, 20, 25]},
    },
    {
        "name": "exponential-smoothing-search",
        "setup": NUMPY
        + "ts = np.random.RandomState(3).normal(5, 1, 25)\ndef sse(alpha):\n    level, out = ts[0], 0.0\n    for v in ts[1:]:\n        out += (v - level) ** 2\n        level = alpha * v + (1 - alpha) * level\n    return out\n",
        "code": """
alphas = np.linspace(0.1, 0.9, 5)
losses = [sse(a) for a in alphas]
best_alpha = alphas[np.argmin(losses)]
print("best alpha", best_alpha, "sse", min(losses))
""",
        "params": {
            "best_alpha": 0.5,
        },
        "metrics": ("losses.min",),
        "curves": {"losses": 5},
    },
    {
        "name": "momentum-strategy",
        "setup": NUMPY + "prices = 100 * np.exp(np.cumsum(np.random.RandomState(2).normal(0, 0.01, 60)))\n",
        "code": """
fast, slow = 3, 10
fee = 1e-4
sma = lambda n: np.convolve(prices, np.ones(n) / n, mode="valid")
signal = (sma(fast)[-len(sma(slow)) :] > sma(slow)).astype(float)
rets = np.diff(np.log(prices))[-len(signal) + 1 :]
pnl = signal[:-1] * rets - fee * np.abs(np.diff(signal))
sharpe = np.sqrt(252) * pnl.mean() / pnl.std()
max_dd = (np.maximum.accumulate(pnl.cumsum()) - pnl.cumsum()).max()
print(f"Sharpe {sharpe:.2f}, max DD {max_dd:.2%}")
""",
        "params": {"fast": 3, "slow": 10, "fee": 1e-4, "convolve.mode": "valid"},
        "metrics": ("sharpe", "max_dd"),
    },
    {
        "name": "ar-forecast-backtest",
        "setup": NUMPY_R_21 + "y = np.cumsum(r.normal(0, 1, 60)) + 50\n",
        "code": """
p, h = 2, 5
def fit_ar(z, p):
    A = np.column_stack([z[p - i - 1 : -i - 1] for i in range(p)] + [np.ones(len(z) - p)])
    return np.linalg.lstsq(A, z[p:], rcond=None)[0]
smapes = []
for origin in range(40, 60 - h, 5):
    coef = fit_ar(y[:origin], p)
    hist = list(y[:origin])
    for _ in range(h):
        hist.append(coef[0] * hist[-1] + coef[1] * hist[-2] + coef[2])
    f, actual = np.array(hist[-h:]), y[origin : origin + h]
    smape = np.mean(2 * np.abs(f - actual) / (np.abs(f) + np.abs(actual)))
    smapes.append(smape)
avg_smape = float(np.mean(smapes))
""",
        "params": {"p": 2, "h": 5},
        "metrics": ("avg_smape",),
        "curves": {"smape": [40, 45, 50]},
    },
    {
        "name": "naive-vs-seasonal",
        "setup": NUMPY_R_21 + "sales = 100 + 10 * np.sin(np.arange(48) * 2 * np.pi / 12) + r.normal(0, 1, 48)\n",
        "code": """
season = 12
train, test = sales[:-season], sales[-season:]
forecasts = {"naive": np.full(season, train[-1]), "seasonal": train[-season:], "mean": np.full(season, train.mean())}
scores = {name: float(np.abs(test - f).mean()) for name, f in forecasts.items()}
scores
""",
        "params": {"season": 12},
        "metrics": ("scores.naive", "scores.seasonal", "scores.mean"),
    },
    {
        "name": "cusum",
        "setup": NUMPY_SEED_11 + "signal = np.r_[np.random.normal(0, 1, 30), np.random.normal(1.5, 1, 20)]\n",
        "code": """
drift, thresh = 0.5, 4.0
g, alarm = 0.0, None
for t, v in enumerate(signal):
    g = max(0.0, g + v - drift)
    if g > thresh:
        alarm = t
        break
delay = alarm - 30 if alarm is not None else np.nan
print("alarm at", alarm, "delay", delay)
""",
        "params": {"drift": 0.5, "thresh": 4.0},
        "curves": {"g": None},
    },
    {
        "name": "prophet-like-residuals",
        "setup": NUMPY_SEED_11
        + "t = np.arange(40)\nyv = 3 + 0.2 * t + 2 * np.sin(t / 4) + np.random.normal(0, 0.2, 40)\n",
        "code": """
order = 2
basis = [np.ones(40), t] + [f(k * t / 4) for k in range(1, order + 1) for f in (np.sin, np.cos)]
B = np.column_stack(basis)
w, *_ = np.linalg.lstsq(B, yv, rcond=None)
resid = yv - B @ w
rmse = np.sqrt((resid**2).mean())
autocorr = np.corrcoef(resid[:-1], resid[1:])[0, 1]
print(f"{rmse:.3f} {autocorr:.3f}")
""",
        "params": {"order": 2, "lstsq.rcond": None},
        "metrics": ("rmse", "autocorr"),
    },
    {
        "name": "elo-updates",
        "setup": "games = [('a', 'b', 1), ('b', 'c', 0), ('a', 'c', 1)]\n",
        "code": """
K_FACTOR = 32
elo = {"a": 1500.0, "b": 1500.0, "c": 1500.0}
for home, away, result in games:
    expected = 1 / (1 + 10 ** ((elo[away] - elo[home]) / 400))
    change = K_FACTOR * (result - expected)
    elo[home] += change
    elo[away] -= change
elo
""",
        "params": {"K_FACTOR": 32},
        "metrics": ("elo.a", "elo.b", "elo.c"),
    },
]
