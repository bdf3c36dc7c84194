"""Tests, estimates and probabilistic models."""

# the cells are text, as people write it

from setups import NUMPY, NUMPY_R_21, RNG_3, RNG_11, RNG_13, RNG_21, RNG_31, RNG_77

CELLS = [
    {
        "name": "ttest",
        "setup": RNG_3 + "from scipy import stats\na = rng.normal(size=30)\nb = rng.normal(0.5, size=30)",
        "code": """
alpha = 0.05
t_stat, p_value = stats.ttest_ind(a, b, equal_var=False)
if p_value < alpha:
    print("significant")
print(t_stat, p_value)
""",
        "params": {"alpha": 0.05, "ttest_ind.equal_var": False},
        "metrics": ("t_stat", "p_value"),
    },
    {
        "name": "bootstrap",
        "setup": RNG_3 + "data = rng.exponential(2.0, 30)",
        "code": """
B = 50
means = np.empty(B)
for b in range(B):
    sample = rng.choice(data, size=len(data), replace=True)
    means[b] = sample.mean()
lo, hi = np.percentile(means, [2.5, 97.5])
print(f"95% CI ({lo:.2f}, {hi:.2f})")
""",
        "params": {"B": 50, "choice.replace": True},
        "metrics": ("lo", "hi"),
        "curves": {"means": range(50)},
    },
    {
        "name": "markov",
        "setup": RNG_3,
        "code": """
P = np.array([[0.9, 0.1], [0.5, 0.5]])
pi = np.array([1.0, 0.0])
for n in range(1, 6):
    nxt = pi @ P
    delta = np.abs(nxt - pi).max()
    pi = nxt
stationary = pi[0]
""",
        "metrics": ("stationary",),
        "curves": {"delta": [1, 2, 3, 4, 5]},
    },
    {
        "name": "statsmodels-like",
        "setup": RNG_3
        + """
class _Fit:
    rsquared = 0.8
    params = {"x": 1.0}
    pvalues = [0.1]
class OLS:
    def __init__(self, y, X, missing="none"):
        self.y = y
    def fit(self, cov_type="nonrobust"):
        return _Fit()
    _private = 1
y = rng.normal(size=5)
""",
        "code": """
res = OLS(y, y, missing="drop").fit(cov_type="HC1")
print(res.rsquared)
r2 = res.rsquared
""",
        "params": {"OLS.missing": "drop", "fit.cov_type": "HC1"},
        "metrics": ("r2", "rsquared"),
    },
    {
        "name": "ab-test",
        "setup": "import math",
        "code": """
n_a, n_b = 1000, 1100
conv_a, conv_b = 120, 160
p_a = conv_a / n_a
p_b = conv_b / n_b
pooled = (conv_a + conv_b) / (n_a + n_b)
se = math.sqrt(pooled * (1 - pooled) * (1 / n_a + 1 / n_b))
z = (p_b - p_a) / se
print(f"z = {z:.2f}")
""",
        "params": {"n_a": 1000, "n_b": 1100, "conv_a": 120, "conv_b": 160},
        "metrics": ("z",),
    },
    {
        "name": "kalman",
        "setup": RNG_11 + "zs = 1.0 + 0.1 * rng.normal(size=8)",
        "code": """
Q, R = 1e-4, 0.01
xhat, P = 0.0, 1.0
for z in zs:
    P = P + Q
    K = P / (P + R)
    innovation = z - xhat
    xhat = xhat + K * innovation
    P = (1 - K) * P
print("estimate", xhat)
""",
        "params": {"Q": 1e-4, "R": 0.01},
        "metrics": ("xhat",),
    },
    {
        "name": "bayes-coin",
        "setup": RNG_11 + "flips = rng.integers(0, 2, 20)",
        "code": """
a0, b0 = 2, 2
heads = flips.sum()
tails = len(flips) - heads
post_mean = (a0 + heads) / (a0 + b0 + len(flips))
print(f"posterior mean {post_mean:.3f}")
""",
        "params": {"a0": 2, "b0": 2},
        "metrics": ("tails", "post_mean"),
    },
    {
        "name": "gmm-em",
        "setup": RNG_21 + "x = np.concatenate([rng.normal(-2, 1, 20), rng.normal(2, 1, 20)])",
        "code": """
mu = np.array([-1.0, 1.0]); pi = np.array([0.5, 0.5])
loglik_prev = -np.inf
for it in range(10):
    dens = pi * np.exp(-0.5 * (x[:, None] - mu) ** 2) / np.sqrt(2 * np.pi)
    loglik = np.log(dens.sum(axis=1)).sum()
    resp = dens / dens.sum(axis=1, keepdims=True)
    mu = (resp * x[:, None]).sum(0) / resp.sum(0)
    pi = resp.mean(0)
    if loglik - loglik_prev < 1e-3:
        break
    loglik_prev = loglik
print("loglik", loglik)
""",
        "curves": {"loglik": None},
    },
    {
        "name": "anova",
        "setup": RNG_21
        + "from scipy.stats import f_oneway\ng1, g2, g3 = rng.normal(0, 1, 10), rng.normal(1, 1, 10), rng.normal(0, 1, 10)",
        "code": """
F, p = f_oneway(g1, g2, g3)
alpha = 0.05
reject = p < alpha
print(f"F={F:.2f}, p={p:.4f}", "reject" if reject else "keep")
""",
        "params": {"alpha": 0.05},
        "metrics": ("F", "p"),
    },
    {
        "name": "power-iteration",
        "setup": RNG_31 + "A = np.array([[2.0, 1.0], [1.0, 3.0]])",
        "code": """
b = rng.random(2)
max_it = 20
for it in range(max_it):
    Ab = A @ b
    norm = np.linalg.norm(Ab)
    b = Ab / norm
rayleigh = b @ A @ b
print("eigenvalue", rayleigh)
""",
        "params": {"max_it": 20},
        "metrics": ("rayleigh",),
    },
    {
        "name": "permutation-test",
        "setup": RNG_77 + "a = rng.normal(0, 1, 15)\nb = rng.normal(1, 1, 15)",
        "code": """
observed = b.mean() - a.mean()
pooled = np.concatenate([a, b])
n_perm = 30
extreme = 0
for _ in range(n_perm):
    rng.shuffle(pooled)
    diff = pooled[15:].mean() - pooled[:15].mean()
    extreme += diff >= observed
p_value = (extreme + 1) / (n_perm + 1)
print(f"p = {p_value:.3f}")
""",
        "params": {"n_perm": 30},
        "metrics": ("observed", "p_value"),
        "curves": {"diff": range(30)},
    },
    {
        "name": "hmm-forward",
        "setup": RNG_13,
        "code": """
A = np.array([[0.7, 0.3], [0.4, 0.6]])
B = np.array([[0.9, 0.1], [0.2, 0.8]])
obs = [0, 1, 0]
alpha = np.array([0.5, 0.5]) * B[:, obs[0]]
for o in obs[1:]:
    alpha = (alpha @ A) * B[:, o]
likelihood = alpha.sum()
log_lik = np.log(likelihood)
print("log-likelihood", log_lik)
""",
        "params": {"obs": [0, 1, 0]},
        "metrics": ("log_lik",),
    },
    {
        "name": "scipy-ks-and-normal",
        "setup": RNG_3 + "sample = rng.normal(size=40)\n",
        "code": """
from scipy import stats
alpha = 0.05
stat, p = stats.kstest(sample, "norm")
if p < alpha:
    verdict = "reject"
else:
    verdict = "keep"
print(stat, p, verdict)
""",
        "params": {"alpha": 0.05},
        "metrics": ("stat", "p"),
    },
    {
        "name": "em-coin",
        "setup": RNG_3 + "heads = np.array([5, 9, 8, 4, 7])\n",
        "code": """
from math import comb, log
theta_A, theta_B = 0.6, 0.5
for step in range(1, 6):
    la = theta_A**heads * (1 - theta_A) ** (10 - heads)
    lb = theta_B**heads * (1 - theta_B) ** (10 - heads)
    w = la / (la + lb)
    theta_A = (w * heads).sum() / (w * 10).sum()
    theta_B = ((1 - w) * heads).sum() / ((1 - w) * 10).sum()
    loglik = np.log(0.5 * (la + lb)).sum()
    print(step, round(theta_A, 3), round(theta_B, 3), loglik)
""",
        "params": {},
        "curves": {"theta_A": range(1, 6), "theta_B": range(1, 6), "loglik": range(1, 6)},
    },
    {
        "name": "bayes-grid",
        "setup": RNG_3,
        "code": """
grid = np.linspace(0, 1, 101)
prior = np.ones(101) / 101
wins, games = 7, 10
likelihood = grid**wins * (1 - grid) ** (games - wins)
posterior = prior * likelihood
posterior /= posterior.sum()
post_mean = (grid * posterior).sum()
map_estimate = grid[posterior.argmax()]
prob_better = posterior[grid > 0.5].sum()
""",
        "params": {"wins": 7, "games": 10},
        "metrics": ("post_mean", "map_estimate", "prob_better"),
    },
    {
        "name": "ttest-two-groups",
        "setup": NUMPY
        + "rs = np.random.RandomState(0)\ncontrol = rs.normal(10, 2, 30)\nvariant = rs.normal(11, 2, 30)\n",
        "code": """
from scipy.stats import ttest_ind
t_stat, p_value = ttest_ind(control, variant, equal_var=False)
effect = (variant.mean() - control.mean()) / np.sqrt((control.var(ddof=1) + variant.var(ddof=1)) / 2)
significant = p_value < 0.05
print(f"t={t_stat:.2f}, p={p_value:.4f}, d={effect:.2f}, significant={significant}")
""",
        "params": {"ttest_ind.equal_var": False, "var.ddof": 1},
        "metrics": ("t_stat", "p_value", "effect"),
    },
    {
        "name": "bootstrap-ci",
        "setup": NUMPY + "rs = np.random.RandomState(0)\nwaits = rs.exponential(4, 60)\n",
        "code": """
B = 200
level = 0.9
boot = np.array([rs.choice(waits, size=len(waits), replace=True).mean() for _ in range(B)])
lo, hi = np.quantile(boot, [(1 - level) / 2, (1 + level) / 2])
print(f"mean {waits.mean():.2f} [{lo:.2f}, {hi:.2f}]")
""",
        "params": {"B": 200, "level": 0.9, "choice.replace": True},
        "metrics": ("lo", "hi", "waits.mean"),
    },
    {
        "name": "sir-epidemic",
        "setup": NUMPY,
        "code": """
beta, gamma, N = 0.3, 0.1, 1000
S, I, R = N - 1, 1, 0
peak = 0
for day in range(60):
    new_inf = beta * S * I / N
    new_rec = gamma * I
    S, I, R = S - new_inf, I + new_inf - new_rec, R + new_rec
    peak = max(peak, I)
attack_rate = R / N
print(f"peak {peak:.0f}, attack rate {attack_rate:.1%}")
""",
        "params": {"beta": 0.3, "gamma": 0.1, "N": 1000},
        "metrics": ("attack_rate",),
        "curves": {"peak": range(60)},
    },
    {
        "name": "beta-binomial-update",
        "setup": NUMPY,
        "code": """
from scipy.stats import beta
prior_a, prior_b = 2, 2
flips = [1, 0, 1, 1, 0, 1, 1]
post = beta(prior_a + sum(flips), prior_b + len(flips) - sum(flips))
mean = post.mean()
ci_low, ci_high = post.interval(0.95)
print(f"{mean:.3f} ({ci_low:.3f}-{ci_high:.3f})")
""",
        "params": {"prior_a": 2, "prior_b": 2, "flips": [1, 0, 1, 1, 0, 1, 1]},
        "metrics": ("mean", "ci_low", "ci_high"),
    },
    {
        "name": "chi2",
        "setup": NUMPY_R_21,
        "code": """
from scipy.stats import chi2_contingency
table = np.array([[20, 15], [30, 35]])
chi2, p, dof, expected = chi2_contingency(table, correction=False)
cramers_v = np.sqrt(chi2 / table.sum())
print(f"chi2={chi2:.2f}, p={p:.3f}, V={cramers_v:.3f}")
""",
        "params": {"chi2_contingency.correction": False},
        "metrics": ("chi2", "p", "cramers_v", "dof"),
    },
    {
        "name": "power-by-simulation",
        "setup": NUMPY_R_21,
        "code": """
from scipy import stats
n, delta, alpha, sims = 20, 0.5, 0.05, 40
rejections = 0
for _ in range(sims):
    a = r.normal(0, 1, n)
    b = r.normal(delta, 1, n)
    if stats.ttest_ind(a, b).pvalue < alpha:
        rejections += 1
power = rejections / sims
print("power", power)
""",
        "params": {"n": 20, "delta": 0.5, "alpha": 0.05, "sims": 40},
        "metrics": ("power",),
    },
    {
        "name": "sequential-bayes",
        "setup": NUMPY_R_21,
        "code": """
mu, tau2, sigma2 = 0.0, 10.0, 1.0
obs = r.normal(2.0, 1.0, size=15)
for i, x in enumerate(obs, start=1):
    k = tau2 / (tau2 + sigma2)
    mu = mu + k * (x - mu)
    tau2 = (1 - k) * tau2
    print(f"{i}: {mu:.3f} ± {tau2 ** 0.5:.3f}")
""",
        "params": {"sigma2": 1.0, "normal.size": 15},
        "curves": {"mu": range(1, 16)},
    },
]
