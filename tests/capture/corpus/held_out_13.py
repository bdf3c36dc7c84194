"""Thirteenth held-out set: more cells, labelled before they were ever run."""

# the cells are text, as people write it

NP = "import numpy as np\nnp.random.seed(11)\n"
LOANS = """
import numpy as np
import pandas as pd
np.random.seed(11)
loans = pd.DataFrame({"income": np.random.lognormal(10, 0.5, 80), "debt": np.random.lognormal(8, 0.6, 80), "grade": np.random.choice(list("ABC"), 80)})
loans["default"] = (loans.debt / loans.income + np.random.normal(0, 0.05, 80) > 0.15).astype(int)
"""
DIGITS = """
import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
dig = load_digits(n_class=3)
Xtr, Xte, ytr, yte = train_test_split(dig.data, dig.target, test_size=0.5, random_state=3)
"""
TORCH = """
import numpy as np
import torch
from torch import nn, optim
from torch.utils.data import TensorDataset, DataLoader
q = np.random.default_rng(13).normal(size=(18, 2))
inp = torch.tensor(q)
tgt = torch.tensor((q[:, 0] > q[:, 1]).astype(float))
"""

CELLS = [
    {
        "name": "h13-default-rate-by-grade",
        "setup": LOANS,
        "code": """
rates = loans.groupby("grade")["default"].mean().to_dict()
overall = loans["default"].mean()
print(rates)
print(f"overall default rate: {overall:.2%}")
""",
        "params": {},
        "metrics": ("rates.A", "rates.B", "rates.C", "overall"),
    },
    {
        "name": "h13-woe-binning-look",
        "setup": LOANS,
        "code": """
n_bins = 4
loans["dti"] = loans["debt"] / loans["income"]
loans["bin"] = pd.qcut(loans["dti"], q=n_bins, labels=False)
loans.groupby("bin")["default"].agg(["mean", "count"])
""",
        "params": {"n_bins": 4},
    },
    {
        "name": "h13-scorecard",
        "setup": LOANS,
        "code": """
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score, brier_score_loss
FEATS = ["income", "debt"]
logit = LogisticRegression(C=1e3, class_weight="balanced", max_iter=500)
logit.fit(np.log(loans[FEATS]), loans["default"])
pd_hat = logit.predict_proba(np.log(loans[FEATS]))[:, 1]
auc = roc_auc_score(loans["default"], pd_hat)
gini = 2 * auc - 1
brier = brier_score_loss(loans["default"], pd_hat)
print(f"AUC {auc:.3f}")
print(f"Gini {gini:.3f}, Brier {brier:.3f}")
""",
        "params": {
            "FEATS": ["income", "debt"],
            "LogisticRegression.C": 1e3,
            "LogisticRegression.class_weight": "balanced",
            "LogisticRegression.max_iter": 500,
        },
        "metrics": ("auc", "gini", "brier"),
    },
    {
        "name": "h13-ks-statistic",
        "setup": LOANS + "score = -loans.debt / loans.income\n",
        "code": """
from scipy.stats import ks_2samp
good, bad = score[loans.default == 0], score[loans.default == 1]
ks, pval = ks_2samp(good, bad)
print("KS", ks)
if pval < 0.01:
    print("significant")
""",
        "params": {},
        "metrics": ("ks", "pval"),
    },
    {
        "name": "h13-digits-mlp-curve",
        "setup": DIGITS,
        "code": """
from sklearn.neural_network import MLPClassifier
mlp = MLPClassifier(hidden_layer_sizes=(8,), learning_rate_init=0.01, max_iter=5, random_state=0)
mlp.fit(Xtr, ytr)
final_loss = mlp.loss_
print(f"loss {final_loss:.3f} after {mlp.n_iter_} iterations, test {mlp.score(Xte, yte):.3f}")
""",
        "params": {
            "MLPClassifier.hidden_layer_sizes": (8,),
            "MLPClassifier.learning_rate_init": 0.01,
            "MLPClassifier.max_iter": 5,
            "MLPClassifier.random_state": 0,
        },
        "metrics": ("final_loss", "score"),
    },
    {
        "name": "h13-digits-partial-fit",
        "setup": DIGITS,
        "code": """
from sklearn.linear_model import SGDClassifier
EPOCHS, BATCH = 3, 64
sgd = SGDClassifier(loss="log_loss", alpha=1e-4, random_state=0)
classes = np.unique(ytr)
for ep in range(EPOCHS):
    perm = np.random.RandomState(ep).permutation(len(Xtr))
    for k in range(0, len(Xtr), BATCH):
        sgd.partial_fit(Xtr[perm[k : k + BATCH]], ytr[perm[k : k + BATCH]], classes=classes)
    tr_acc, te_acc = sgd.score(Xtr, ytr), sgd.score(Xte, yte)
    print(f"{ep}: {tr_acc:.3f} / {te_acc:.3f}")
""",
        "params": {
            "EPOCHS": 3,
            "BATCH": 64,
            "SGDClassifier.loss": "log_loss",
            "SGDClassifier.alpha": 1e-4,
            "SGDClassifier.random_state": 0,
        },
        "curves": {"tr_acc": range(3), "te_acc": range(3)},
    },
    {
        "name": "h13-digits-confusion",
        "setup": DIGITS,
        "code": """
from sklearn.svm import SVC
from sklearn.metrics import confusion_matrix
pred = SVC(gamma=0.001).fit(Xtr, ytr).predict(Xte)
cm = confusion_matrix(yte, pred)
per_class = cm.diagonal() / cm.sum(axis=1)
worst = per_class.min()
cm
""",
        "params": {"SVC.gamma": 0.001},
        "metrics": ("worst",),
    },
    {
        "name": "h13-digits-ablation",
        "setup": DIGITS,
        "code": """
from sklearn.neighbors import KNeighborsClassifier
from sklearn.decomposition import PCA
base_acc = KNeighborsClassifier(n_neighbors=3).fit(Xtr, ytr).score(Xte, yte)
table = {}
for dim in [2, 8, 16]:
    proj = PCA(n_components=dim, random_state=0).fit(Xtr)
    a = KNeighborsClassifier(n_neighbors=3).fit(proj.transform(Xtr), ytr).score(proj.transform(Xte), yte)
    table[f"pca{dim}"] = a - base_acc
table
""",
        "params": {"KNeighborsClassifier.n_neighbors": 3, "PCA.random_state": 0},
        "metrics": ("table.pca2", "table.pca8", "table.pca16"),
    },
    {
        "name": "h13-torch-minibatch-avg-meter",
        "setup": TORCH
        + """
class AverageMeter:
    def __init__(self): self.sum, self.n = 0.0, 0
    def update(self, v, k=1): self.sum += v * k; self.n += k
    @property
    def avg(self): return self.sum / max(self.n, 1)
""",
        "code": """
loader = DataLoader(TensorDataset(inp, tgt), batch_size=6, shuffle=True)
net = nn.Linear(2, 2)
opt = optim.SGD(net.parameters(), lr=0.1)
ce = nn.CrossEntropyLoss()
for epoch in range(2):
    meter = AverageMeter()
    for xb, yb in loader:
        loss = ce(net(xb), yb)
        opt.zero_grad()
        loss.backward()
        opt.step()
        meter.update(loss.item(), len(yb))
    print(f"epoch {epoch} loss {meter.avg:.4f}")
""",
        "params": {"DataLoader.batch_size": 6, "DataLoader.shuffle": True, "SGD.lr": 0.1},
        "metrics": ("avg",),
        "curves": {"loss": range(2)},
    },
    {
        "name": "h13-torch-warmup-lr",
        "setup": TORCH,
        "code": """
base_lr, warmup, steps = 0.2, 2, 5
net = nn.Linear(2, 2)
opt = optim.SGD(net.parameters(), lr=base_lr)
ce = nn.CrossEntropyLoss()
for step in range(steps):
    lr = base_lr * min(1.0, (step + 1) / warmup)
    for g in opt.param_groups:
        g["lr"] = lr
    loss = ce(net(inp), tgt)
    opt.zero_grad(); loss.backward(); opt.step()
acc = (net(inp).argmax(1) == tgt).float().mean().item()
print(f"{acc=:.3f}")
""",
        "params": {"base_lr": 0.2, "warmup": 2, "steps": 5},
        "metrics": ("acc",),
        "curves": {"loss": range(5)},
    },
    {
        "name": "h13-torch-sweep-dict",
        "setup": TORCH
        + "def fit(lr, epochs=3, hidden=4):\n    m = nn.Linear(2, 2); o = optim.Adam(m.parameters(), lr=lr)\n    for _ in range(epochs):\n        l = nn.CrossEntropyLoss()(m(inp), tgt); o.zero_grad(); l.backward(); o.step()\n    return l.item()\n",
        "code": """
sweep = {lr: fit(lr, epochs=4) for lr in (1e-1, 1e-2)}
best_lr = min(sweep, key=sweep.get)
print(f"best lr {best_lr}: {sweep[best_lr]:.3f}")
""",
        "params": {"fit.epochs": 4},
        "metrics": ("best_lr",),
    },
    {
        "name": "h13-langevin",
        "setup": NP,
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
        "name": "h13-fixed-point",
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
    {
        "name": "h13-importance-sampling",
        "setup": NP,
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
        "name": "h13-secretary-problem",
        "setup": NP,
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
    {
        "name": "h13-svi-like-elbo",
        "setup": NP + "xobs = np.random.normal(2.0, 1.0, 20)\n",
        "code": """
settings = {"lr": 0.05, "iters": 4}
m, log_s = 0.0, 0.0
elbo_trace = []
for i in range(settings["iters"]):
    s = np.exp(log_s)
    elbo = -0.5 * ((xobs - m) ** 2 + s**2).sum() - 0.5 * m**2 + log_s
    m += settings["lr"] * ((xobs - m).sum() - m)
    log_s += settings["lr"] * (1 - len(xobs) * s**2)
    elbo_trace.append(elbo)
print("q mean", m)
""",
        "params": {"settings.lr": 0.05, "settings.iters": 4},
        "metrics": ("m",),
        "curves": {"elbo": range(4)},
    },
    {
        "name": "h13-cusum",
        "setup": NP + "signal = np.r_[np.random.normal(0, 1, 30), np.random.normal(1.5, 1, 20)]\n",
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
        "name": "h13-prophet-like-residuals",
        "setup": NP + "t = np.arange(40)\nyv = 3 + 0.2 * t + 2 * np.sin(t / 4) + np.random.normal(0, 0.2, 40)\n",
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
        "name": "h13-elo-updates",
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
    {
        "name": "h13-ngram-perplexity",
        "setup": "train_text = 'a b a c a b'.split()\ntest_text = 'a b c'.split()\n",
        "code": """
from collections import Counter
import math
smoothing = 0.5
uni = Counter(train_text)
bi = Counter(zip(train_text, train_text[1:]))
V = len(uni)
logp = 0.0
for w1, w2 in zip(test_text, test_text[1:]):
    logp += math.log((bi[w1, w2] + smoothing) / (uni[w1] + smoothing * V))
ppl = math.exp(-logp / (len(test_text) - 1))
print("perplexity:", round(ppl, 2))
""",
        "params": {
            "smoothing": 0.5,
            "train_text": ["a", "b", "a", "c", "a", "b"],
            "test_text": ["a", "b", "c"],
        },
        "metrics": ("ppl",),
    },
    {
        "name": "h13-tfidf-search",
        "setup": "texts = ['deep learning for cats', 'cooking pasta', 'cats and dogs']\n",
        "code": """
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics.pairwise import cosine_similarity
query = "cats"
vec = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
M = vec.fit_transform(texts)
sims = cosine_similarity(vec.transform([query]), M).ravel()
top = sims.argmax()
print(texts[top], sims[top])
""",
        "params": {
            "query": "cats",
            "texts": ["deep learning for cats", "cooking pasta", "cats and dogs"],
            "TfidfVectorizer.ngram_range": (1, 2),
            "TfidfVectorizer.sublinear_tf": True,
        },
        "metrics": ("top",),
    },
    {
        "name": "h13-earlier-config-namespace-two-cells",
        "setup": [
            NP,
            "from argparse import Namespace\nargs = Namespace(lr=0.1, rounds=3, tag='v1')\n",
            "def boost(r, lr):\n    return lr * np.random.rand() / (r + 1)\n",
        ],
        "code": """
args.rounds = 4
err = 1.0
for r in range(args.rounds):
    err -= boost(r, args.lr)
    print(args.tag, r, err)
""",
        "params": {"args.lr": 0.1, "args.rounds": 4, "args.tag": "v1"},
        "curves": {"err": range(4)},
    },
    {
        "name": "h13-nested-try-finally",
        "setup": NP + "class Device:\n    def read(self): return float(np.random.rand())\n    def close(self): pass\n",
        "code": """
n_reads = 6
dev = Device()
try:
    readings = [dev.read() for _ in range(n_reads)]
    avg = sum(readings) / n_reads
finally:
    dev.close()
print(f"{avg:.3f} V")
""",
        "params": {"n_reads": 6},
        "metrics": ("avg",),
    },
    {
        "name": "h13-walrus-in-comprehension",
        "setup": NP + "def quality(k):\n    return float(np.random.rand() * k)\n",
        "code": """
min_quality = 0.8
kept = [(k, qv) for k in range(6) if (qv := quality(k)) > min_quality]
share = len(kept) / 6
best_k, best_q = max(kept, key=lambda kv: kv[1])
print(best_k, best_q)
""",
        "params": {"min_quality": 0.8},
        "metrics": ("best_k", "best_q", "qv"),
    },
    {
        "name": "h13-only-class-and-def",
        "setup": NP,
        "code": """
class Encoder:
    dim = 16
    def __call__(self, x):
        return x[: self.dim]

def cosine(a, b, eps=1e-8):
    return a @ b / (np.linalg.norm(a) * np.linalg.norm(b) + eps)

enc = Encoder()
""",
        "params": {},
    },
    {
        "name": "h13-widgets-free-dashboard",
        "setup": LOANS + "import matplotlib\nmatplotlib.use('agg')\nimport matplotlib.pyplot as plt\n",
        "code": """
grade = "B"
subset = loans[loans["grade"] == grade]
fig, axes = plt.subplots(1, 2, figsize=(8, 3))
axes[0].hist(subset["income"], bins=15)
axes[1].scatter(subset["income"], subset["debt"], alpha=0.4)
fig.suptitle(f"grade {grade}")
plt.close(fig)
""",
        "params": {"grade": "B"},
    },
]
