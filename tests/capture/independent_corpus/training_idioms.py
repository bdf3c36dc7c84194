"""Ways to write a training: meters, histories, configurations, generators, agents, adversaries, folds."""

# the cells are text, as people write it

from independent_setups import BLOB_LOADERS, BLOBS, CANCER_SPLIT, DIABETES, IRIS, LOADER_ALIASES, LOADERS

AVERAGE_METER = """
class AverageMeter:
    def __init__(self):
        self.reset()
    def reset(self):
        self.val = self.avg = self.sum = self.count = 0
    def update(self, val, n=1):
        self.val = val
        self.sum += val * n
        self.count += n
        self.avg = self.sum / self.count
"""
BANDIT = """
import numpy as np
class Corridor:
    def __init__(self, length=4):
        self.length = length
    def reset(self):
        self.at = 0
        return self.at
    def step(self, action):
        self.at = max(0, self.at + (1 if action else -1))
        done = self.at == self.length
        return self.at, (1.0 if done else -0.1), done
env = Corridor()
"""
TWO_PLAYERS = """
import numpy as np
class Player:
    def __init__(self, weight):
        self.weight = weight
    def __call__(self, x):
        return 1 / (1 + np.exp(-self.weight * x))
class Ascent:
    def __init__(self, player, lr):
        self.player, self.lr = player, lr
    def step(self, slope):
        self.player.weight += self.lr * slope
D, G = Player(0.5), Player(0.1)
opt_g = Ascent(G, lr=2e-3)
opt_d = Ascent(D, lr=1e-3)
real_data = np.random.default_rng(0).normal(2.0, 1.0, 64)
"""
NET = "net = nn.Linear(4, 2)\nloss_fn = nn.CrossEntropyLoss()"

CELLS = [
    {
        "name": "idiom-average-meter",
        "setup": [BLOB_LOADERS, AVERAGE_METER, NET],
        "code": """
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
for epoch in range(3):
    losses = AverageMeter()
    top1 = AverageMeter()
    for xb, yb in train_loader:
        out = net(xb)
        loss = loss_fn(out, yb.long())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.update(loss.item(), xb.size(0))
        top1.update((out.argmax(1) == yb).float().mean().item(), xb.size(0))
    print(f'Epoch {epoch}: loss {losses.avg:.4f} acc {top1.avg:.3f}')
""",
        "params": {"SGD.lr": 0.1, "train_loader.batch_size": 8, "train_loader.shuffle": True},
        "aliases": {
            "train_loader.shuffle": ("DataLoader.shuffle",),
            "train_loader.batch_size": ("DataLoader.batch_size",),
            "losses.avg": ("avg.loss",),
            "top1.avg": ("avg.acc",),
        },
        "curves": {"losses.avg": range(3), "top1.avg": range(3)},
        "optional": ("Linear.*", "test_loader.batch_size", "metrics:loss", "curves:loss"),
    },
    {
        "name": "idiom-history-dict-of-lists",
        "setup": [BLOBS, NET],
        "code": """
opt = torch.optim.Adam(net.parameters(), lr=0.05)
history = {'train_loss': [], 'val_loss': [], 'val_acc': []}
for epoch in range(1, 5):
    opt.zero_grad()
    loss = loss_fn(net(x_train), y_train.long())
    loss.backward()
    opt.step()
    with torch.no_grad():
        logits = net(x_test)
        history['train_loss'].append(loss.item())
        history['val_loss'].append(loss_fn(logits, y_test.long()).item())
        history['val_acc'].append((logits.argmax(1) == y_test).float().mean().item())
    if epoch % 2 == 0:
        print(f"{epoch:03d} | {history['train_loss'][-1]:.4f} | {history['val_loss'][-1]:.4f}")
""",
        "params": {"Adam.lr": 0.05},
        "aliases": {"train_loss": ("history.train_loss", "loss")},
        "curves": {"train_loss": None, "val_loss": None, "val_acc": None},
        "optional": ("Linear.*", "loss", "history.*"),
    },
    {
        "name": "idiom-defaultdict-history",
        "setup": [BLOBS, NET],
        "code": """
from collections import defaultdict
hist = defaultdict(list)
optim = torch.optim.Adam(net.parameters(), lr=1e-2)
for it in range(6):
    optim.zero_grad()
    l = loss_fn(net(x_train), y_train.long())
    l.backward()
    optim.step()
    hist['loss'].append(l.item())
    hist['acc'].append((net(x_test).argmax(1) == y_test).float().mean().item())
""",
        "params": {"Adam.lr": 0.01},
        "curves": {"hist.loss": 6, "hist.acc": 6},
        "aliases": {"hist.loss": ("loss", "l"), "hist.acc": ("acc",)},
        "optional": ("Linear.*",),
    },
    {
        "name": "idiom-logs-of-dicts",
        "setup": [BLOBS, NET],
        "code": """
def run_epoch(model, lr):
    opt = torch.optim.SGD(model.parameters(), lr=lr)
    opt.zero_grad()
    loss = loss_fn(model(x_train), y_train.long())
    loss.backward()
    opt.step()
    return loss.item()

logs = []
for epoch in range(4):
    logs.append({'epoch': epoch, 'train_loss': run_epoch(net, 0.2), 'val_loss': loss_fn(net(x_test), y_test.long()).item()})
import pandas as pd
pd.DataFrame(logs)
""",
        "params": {"lr": 0.2},
        "aliases": {"lr": ("run_epoch.lr", "SGD.lr")},
        "curves": {"logs.train_loss": range(4), "logs.val_loss": range(4)},
        "optional": ("Linear.*", "loss", "run_epoch.loss"),
    },
    {
        "name": "idiom-print-in-function",
        "setup": [
            BLOB_LOADERS,
            NET,
            """
def train(dataloader, model, loss_fn, optimizer):
    size = len(dataloader.dataset)
    model.train()
    for batch, (X, y) in enumerate(dataloader):
        pred = model(X)
        loss = loss_fn(pred, y.long())
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        if batch % 2 == 0:
            loss, current = loss.item(), (batch + 1) * len(X)
            print(f"loss: {loss:>7f}  [{current:>5d}/{size:>5d}]")

def test(dataloader, model, loss_fn):
    size = len(dataloader.dataset)
    num_batches = len(dataloader)
    model.eval()
    test_loss, correct = 0, 0
    with torch.no_grad():
        for X, y in dataloader:
            pred = model(X)
            test_loss += loss_fn(pred, y.long()).item()
            correct += (pred.argmax(1) == y).float().sum().item()
    test_loss /= num_batches
    correct /= size
    print(f"Test Error: \\n Accuracy: {(100*correct):>0.1f}%, Avg loss: {test_loss:>8f} \\n")
""",
            "optimizer = torch.optim.SGD(net.parameters(), lr=1e-3)",
        ],
        "code": """
epochs = 3
for t in range(epochs):
    print(f"Epoch {t+1}\\n-------------------------------")
    train(train_loader, net, loss_fn, optimizer)
    test(test_loader, net, loss_fn)
print("Done!")
""",
        "params": {"epochs": 3, "SGD.lr": 0.001, **LOADERS},
        "aliases": {**LOADER_ALIASES, "correct": ("accuracy", "test.accuracy", "test.correct")},
        "curves": {"test_loss": range(3), "correct": range(3)},
        "optional": ("Linear.*", "loss", "train.loss", "*avg_loss"),
    },
    {
        "name": "idiom-tqdm-postfix",
        "setup": [
            BLOBS,
            NET,
            """
class tqdm:
    def __init__(self, it, desc=''):
        self.it = it
    def __iter__(self):
        return iter(self.it)
    def set_postfix(self, **shown):
        pass
""",
        ],
        "code": """
lr = 0.3
opt = torch.optim.SGD(net.parameters(), lr=lr, momentum=0.9)
pbar = tqdm(range(5), desc='fit')
for step in pbar:
    loss = loss_fn(net(x_train), y_train.long())
    opt.zero_grad(); loss.backward(); opt.step()
    acc = (net(x_test).argmax(1) == y_test).float().mean()
    pbar.set_postfix(loss=loss.item(), acc=acc.item())
""",
        "params": {"lr": 0.3, "SGD.momentum": 0.9},
        "curves": {"loss": range(5), "acc": range(5)},
        "optional": ("Linear.*",),
    },
    {
        "name": "idiom-dataclass-config",
        "setup": [
            BLOBS,
            """
from dataclasses import dataclass, field
@dataclass
class TrainConfig:
    lr: float = 0.1
    epochs: int = 4
    weight_decay: float = 0.0
    layers: tuple = (4, 2)
""",
        ],
        "code": """
cfg = TrainConfig(lr=0.05)
model = nn.Linear(*cfg.layers)
opt = torch.optim.AdamW(model.parameters(), lr=cfg.lr, weight_decay=cfg.weight_decay)
for e in range(cfg.epochs):
    loss = nn.functional.cross_entropy(model(x_train), y_train.long())
    opt.zero_grad(); loss.backward(); opt.step()
    print(e, loss.item())
""",
        "params": {"lr": 0.05, "epochs": 4, "weight_decay": 0.0, "layers": (4, 2)},
        "curves": {"loss": range(4)},
        "optional": ("Linear.*",),
    },
    {
        "name": "idiom-argparse-namespace",
        "setup": [BLOBS],
        "code": """
import argparse
parser = argparse.ArgumentParser()
parser.add_argument('--lr', type=float, default=0.01)
parser.add_argument('--epochs', type=int, default=3)
parser.add_argument('--optimizer', choices=['sgd', 'adam'], default='sgd')
args = parser.parse_args([])
model = nn.Linear(4, 2)
opt = torch.optim.SGD(model.parameters(), lr=args.lr)
for epoch in range(args.epochs):
    opt.zero_grad()
    train_loss = nn.functional.cross_entropy(model(x_train), y_train.long())
    train_loss.backward()
    opt.step()
    print('epoch %d loss %.3f' % (epoch, train_loss))
""",
        "params": {"lr": 0.01, "epochs": 3, "optimizer": "sgd"},
        "curves": {"train_loss": range(3)},
        "optional": ("Linear.*",),
    },
    {
        "name": "idiom-argparse-earlier-cell",
        "setup": [
            BLOBS,
            """
import argparse
parser = argparse.ArgumentParser(description='demo')
parser.add_argument('--hidden', type=int, default=6)
parser.add_argument('--lr', type=float, default=0.5)
args = parser.parse_args(args=['--lr', '0.25'])
""",
        ],
        "code": """
model = nn.Sequential(nn.Linear(4, args.hidden), nn.ReLU(), nn.Linear(args.hidden, 2))
opt = torch.optim.SGD(model.parameters(), lr=args.lr)
for i in range(3):
    loss = nn.functional.cross_entropy(model(x_train), y_train.long())
    opt.zero_grad(); loss.backward(); opt.step()
test_acc = (model(x_test).argmax(1) == y_test).float().mean().item()
print(test_acc)
""",
        "params": {"hidden": 6, "lr": 0.25},
        "metrics": ["test_acc"],
        "curves": {"loss": range(3)},
        "optional": ("Linear.*",),
    },
    {
        "name": "idiom-simple-namespace",
        "setup": [BLOBS, "from types import SimpleNamespace\nhp = SimpleNamespace(lr=0.2, n_iter=3, seed=1)"],
        "code": """
np.random.seed(hp.seed)
w = np.zeros(4)
A, b = features[:40], labels[:40]
for i in range(hp.n_iter):
    residual = A @ w - b
    loss = (residual ** 2).mean()
    w -= hp.lr * A.T @ residual / len(b)
val_mse = ((features[40:] @ w - labels[40:]) ** 2).mean()
""",
        "params": {"hp.lr": 0.2, "hp.n_iter": 3},
        "metrics": ["val_mse"],
        "curves": {"loss": range(3)},
        "optional": ("hp.seed",),
    },
    {
        "name": "idiom-cfg-class",
        "setup": [
            BLOBS,
            """
class CFG:
    lr = 0.1
    n_epochs = 3
    hidden_size = 5
    debug = False
    model_name = 'mlp'
""",
        ],
        "code": """
model = nn.Sequential(nn.Linear(4, CFG.hidden_size), nn.ReLU(), nn.Linear(CFG.hidden_size, 2))
optimizer = torch.optim.Adam(model.parameters(), lr=CFG.lr)
best_score = -np.inf
for epoch in range(CFG.n_epochs):
    loss = nn.functional.cross_entropy(model(x_train), y_train.long())
    optimizer.zero_grad(); loss.backward(); optimizer.step()
    score = (model(x_test).argmax(1) == y_test).float().mean().item()
    if score > best_score:
        best_score = score
        print(f'Epoch {epoch+1} - Save Best Score: {best_score:.4f}')
""",
        "params": {"CFG.lr": 0.1, "CFG.n_epochs": 3, "CFG.hidden_size": 5},
        "metrics": ["best_score"],
        "curves": {"loss": range(3), "score": range(3)},
        "optional": ("Linear.*", "CFG.debug", "CFG.model_name", "curves:best_score"),
    },
    {
        "name": "idiom-generator-of-batches",
        "setup": [
            BLOBS,
            NET,
            """
def loader(size=10):
    for start in range(0, len(x_train), size):
        yield x_train[start:start + size], y_train[start:start + size].long()
""",
        ],
        "code": """
opt = torch.optim.SGD(net.parameters(), lr=0.1)
for epoch in range(3):
    running = 0.0
    for n, (xb, yb) in enumerate(loader(), 1):
        loss = loss_fn(net(xb), yb)
        opt.zero_grad(); loss.backward(); opt.step()
        running += loss.item()
    print(f"[{epoch}] loss: {running / n:.3f}")
""",
        "params": {"SGD.lr": 0.1},
        "curves": {"loss": range(3)},
        "aliases": {"loss": ("running",)},
        "optional": (
            "Linear.*",
            "params:*size",
        ),
        "why": "What is printed as the loss is the running sum per batch.",
    },
    {
        "name": "idiom-yielding-trainer",
        "setup": [
            BLOBS,
            """
def training(model, lr, n):
    opt = torch.optim.SGD(model.parameters(), lr=lr)
    for i in range(n):
        loss = nn.functional.cross_entropy(model(x_train), y_train.long())
        opt.zero_grad(); loss.backward(); opt.step()
        yield loss.item()
""",
        ],
        "code": """
model = nn.Linear(4, 2)
losses = list(training(model, lr=0.1, n=5))
print('final', losses[-1])
""",
        "params": {"lr": 0.1, "n": 5},
        "aliases": {"lr": ("training.lr",), "n": ("training.n",), "losses": ("loss",)},
        "curves": {"losses": range(5)},
        "optional": ("Linear.*", "final"),
    },
    {
        "name": "idiom-episode-rewards",
        "setup": [BANDIT],
        "code": """
alpha, gamma, epsilon = 0.5, 0.9, 0.1
n_episodes = 8
rng = np.random.default_rng(0)
Q = np.zeros((env.length + 1, 2))
rewards = []
for episode in range(n_episodes):
    s = env.reset()
    total_reward, done = 0, False
    while not done:
        a = rng.integers(2) if rng.random() < epsilon or episode == 0 else int(Q[s].argmax())
        s2, r, done = env.step(a)
        Q[s, a] += alpha * (r + gamma * Q[s2].max() * (not done) - Q[s, a])
        s = s2
        total_reward += r
    rewards.append(total_reward)
print('mean reward', np.mean(rewards[-5:]))
""",
        "params": {"alpha": 0.5, "gamma": 0.9, "epsilon": 0.1, "n_episodes": 8},
        "metrics": ["mean_reward"],
        "aliases": {"mean_reward": ("rewards.mean", "mean"), "rewards": ("total_reward",)},
        "values": {"mean_reward": "np.mean(rewards[-5:])"},
        "curves": {"rewards": range(8)},
    },
    {
        "name": "idiom-epsilon-decay",
        "setup": [BANDIT],
        "code": """
eps, eps_min, decay = 1.0, 0.05, 0.7
rng = np.random.default_rng(3)
Q = np.zeros((5, 2))
returns = np.zeros(6)
for ep in range(6):
    s, done, G = env.reset(), False, 0.0
    while not done:
        a = int(rng.random() < 0.7) if rng.random() < eps else int(Q[s].argmax() or 1)
        s, r, done = env.step(a)
        G += r
    returns[ep] = G
    eps = max(eps_min, eps * decay)
returns.mean()
""",
        "params": {"eps": 1.0, "eps_min": 0.05, "decay": 0.7},
        "metrics": ["returns.mean"],
        "values": {"returns.mean": "returns.mean()"},
        "aliases": {"returns.mean": ("mean",), "returns": ("G",)},
        "curves": {"returns": range(6)},
        "optional": ("G",),
    },
    {
        "name": "idiom-gan-two-losses",
        "setup": [TWO_PLAYERS],
        "code": """
batch_size = 16
rng = np.random.default_rng(1)
for epoch in range(3):
    z = rng.normal(size=batch_size)
    real = rng.choice(real_data, batch_size)
    d_loss = -(np.log(D(real)) + np.log(1 - D(G(z)))).mean()
    opt_d.step((real * (1 - D(real))).mean())
    g_loss = -np.log(D(G(z))).mean()
    opt_g.step((z * (1 - D(G(z)))).mean())
    print(f'{epoch}: D {d_loss:.3f} G {g_loss:.3f}')
""",
        "params": {"batch_size": 16},
        "curves": {"d_loss": range(3), "g_loss": range(3)},
        "optional": ("opt_g.lr", "opt_d.lr", "G.weight", "D.weight"),
        "why": "What Ascent does with its rate is not visible to whoever reads this cell alone.",
    },
    {
        "name": "idiom-fold-loop",
        "setup": [IRIS],
        "code": """
from sklearn.model_selection import StratifiedKFold
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
skf = StratifiedKFold(n_splits=4, shuffle=True, random_state=0)
oof = np.zeros(len(y))
scores = []
for fold, (tr, va) in enumerate(skf.split(X, y)):
    clf = LogisticRegression(C=0.5, max_iter=300)
    clf.fit(X[tr], y[tr])
    oof[va] = clf.predict(X[va])
    score = accuracy_score(y[va], oof[va])
    scores.append(score)
    print(f'Fold {fold}: {score:.4f}')
print(f'CV: {np.mean(scores):.4f} +/- {np.std(scores):.4f}')
print('OOF:', accuracy_score(y, oof))
""",
        "params": {
            "StratifiedKFold.n_splits": 4,
            "StratifiedKFold.shuffle": True,
            "LogisticRegression.C": 0.5,
            "LogisticRegression.max_iter": 300,
        },
        "metrics": ["scores.mean", "scores.std", "OOF"],
        "aliases": {
            "scores.mean": ("CV", "mean"),
            "scores.std": ("std",),
            "OOF": ("accuracy_score", "accuracy_score.oof", "oof.accuracy_score"),
            "scores": ("score",),
        },
        "values": {
            "scores.mean": "np.mean(scores)",
            "scores.std": "np.std(scores)",
            "OOF": "accuracy_score(y, oof)",
            "scores": "scores[-1]",
        },
        "curves": {"scores": range(4)},
        "optional": ("score",),
    },
    {
        "name": "idiom-walk-forward-backtest",
        "setup": [
            """
import numpy as np
rng = np.random.default_rng(4)
series = np.sin(np.arange(60) / 5) + rng.normal(scale=0.1, size=60)
"""
        ],
        "code": """
window, horizon = 10, 1
preds, actual = [], []
for t in range(40, 60):
    history = series[t - window:t]
    preds.append(history.mean() + 0.5 * (history[-1] - history[0]))
    actual.append(series[t])
preds, actual = np.array(preds), np.array(actual)
mape = np.mean(np.abs((actual - preds) / actual))
rmse = np.sqrt(np.mean((actual - preds) ** 2))
print(f'MAPE {mape:.2%}  RMSE {rmse:.3f}')
""",
        "params": {"window": 10},
        "metrics": ["mape", "rmse"],
        "optional": ("horizon",),
        "why": "Predictions and actual values of a backtest are data, no curves.",
    },
    {
        "name": "idiom-early-stopping",
        "setup": [BLOBS, NET],
        "code": """
patience, best_val, wait = 2, float('inf'), 0
optimizer = torch.optim.SGD(net.parameters(), lr=5.0)
for epoch in range(12):
    train_loss = loss_fn(net(x_train), y_train.long())
    optimizer.zero_grad(); train_loss.backward(); optimizer.step()
    val_loss = loss_fn(net(x_test), y_test.long()).item()
    if val_loss < best_val:
        best_val, wait = val_loss, 0
        best_state = {k: v.copy() for k, v in net.state_dict().items()}
    else:
        wait += 1
        if wait >= patience:
            print('early stop at', epoch)
            break
print('best', best_val)
""",
        "params": {"patience": 2, "SGD.lr": 5.0},
        "metrics": ["best_val"],
        "curves": {"train_loss": None, "val_loss": None},
        "aliases": {"best_val": ("best",)},
        "optional": (
            "Linear.*",
            "curves:best_val",
        ),
    },
    {
        "name": "idiom-trainer-class-with-fit",
        "setup": [
            BLOB_LOADERS,
            """
class Trainer:
    def __init__(self, model, lr=1e-2, clip=1.0):
        self.model, self.lr, self.clip = model, lr, clip
        self.opt = torch.optim.SGD(model.parameters(), lr=lr)
        self.history = {'loss': [], 'acc': []}
    def _step(self, xb, yb):
        self.opt.zero_grad()
        loss = nn.functional.cross_entropy(self.model(xb), yb.long())
        loss.backward()
        self.opt.step()
        return loss.item()
    def fit(self, train_dl, val_dl, epochs):
        for epoch in range(epochs):
            loss = np.mean([self._step(xb, yb) for xb, yb in train_dl])
            acc = np.mean([(self.model(xb).argmax(1) == yb).float().mean().item() for xb, yb in val_dl])
            self.history['loss'].append(loss)
            self.history['acc'].append(acc)
        return self.history
""",
        ],
        "code": """
trainer = Trainer(nn.Linear(4, 2), lr=0.05)
h = trainer.fit(train_loader, test_loader, epochs=3)
""",
        "params": {"Trainer.lr": 0.05, "epochs": 3, **LOADERS},
        "aliases": {**LOADER_ALIASES, "epochs": ("fit.epochs", "trainer.fit.epochs")},
        "curves": {"loss": range(3), "acc": range(3)},
        "optional": ("Trainer.clip", "clip", "h.*", "history.*", "Linear.*"),
    },
    {
        "name": "idiom-list-of-lists",
        "setup": [IRIS],
        "code": """
from sklearn.linear_model import SGDClassifier
results = []
for alpha in (1e-4, 1e-3, 1e-2):
    clf = SGDClassifier(alpha=alpha, max_iter=500, random_state=0).fit(X[::2], y[::2])
    results.append([alpha, clf.score(X[::2], y[::2]), clf.score(X[1::2], y[1::2])])
import pandas as pd
pd.DataFrame(results, columns=['alpha', 'train', 'test'])
""",
        "params": {"SGDClassifier.max_iter": 500},
        "curves": {"train": 3, "test": 3},
        "aliases": {"train": ("results.1", "results.train"), "test": ("results.2", "results.test")},
    },
    {
        "name": "idiom-list-of-tuples-in-function",
        "setup": [
            BLOBS,
            """
def fit(model, epochs, lr):
    opt = torch.optim.SGD(model.parameters(), lr=lr)
    log = []
    for _ in range(epochs):
        tl = nn.functional.cross_entropy(model(x_train), y_train.long())
        opt.zero_grad(); tl.backward(); opt.step()
        vl = nn.functional.cross_entropy(model(x_test), y_test.long())
        log.append((tl.item(), vl.item()))
    return log
""",
        ],
        "code": """
log = fit(nn.Linear(4, 2), epochs=4, lr=0.3)
""",
        "params": {"epochs": 4, "lr": 0.3},
        "aliases": {"epochs": ("fit.epochs",), "lr": ("fit.lr",), "tl": ("log.0",), "vl": ("log.1",)},
        "curves": {"tl": range(4), "vl": range(4)},
        "optional": ("Linear.*",),
    },
    {
        "name": "idiom-callbacks-and-learner",
        "setup": [
            BLOB_LOADERS,
            """
class Recorder:
    def __init__(self):
        self.losses, self.lrs = [], []
    def after_batch(self, learn):
        self.losses.append(learn.loss.item())
class Learner:
    def __init__(self, model, dls, lr, cbs):
        self.model, self.dls, self.lr, self.cbs = model, dls, lr, cbs
    def fit(self, n_epochs):
        opt = torch.optim.SGD(self.model.parameters(), lr=self.lr)
        for self.epoch in range(n_epochs):
            for xb, yb in self.dls:
                self.loss = nn.functional.cross_entropy(self.model(xb), yb.long())
                self.loss.backward(); opt.step(); opt.zero_grad()
                for cb in self.cbs: cb.after_batch(self)
""",
        ],
        "code": """
rec = Recorder()
learn = Learner(nn.Linear(4, 2), train_loader, lr=0.1, cbs=[rec])
learn.fit(2)
""",
        "params": {
            "Learner.lr": 0.1,
            "n_epochs": 2,
            "train_loader.batch_size": 8,
            "train_loader.shuffle": True,
        },
        "aliases": {
            "n_epochs": ("fit.n_epochs", "learn.fit.n_epochs"),
            "train_loader.batch_size": ("DataLoader.batch_size",),
            "train_loader.shuffle": ("DataLoader.shuffle",),
            "losses": ("rec.losses", "loss", "learn.loss"),
        },
        "curves": {"losses": None},
        "optional": ("Linear.*", "loss", "learn.loss"),
    },
    {
        "name": "idiom-kaggle-gbm-folds",
        "setup": [CANCER_SPLIT],
        "code": """
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import KFold
from sklearn.metrics import roc_auc_score
params = dict(learning_rate=0.1, max_iter=5, max_leaf_nodes=7)
N_FOLDS = 3
oof_preds = np.zeros(len(X))
for n_fold, (trn_idx, val_idx) in enumerate(KFold(N_FOLDS).split(X)):
    model = HistGradientBoostingClassifier(**params)
    model.fit(X.iloc[trn_idx], y.iloc[trn_idx])
    oof_preds[val_idx] = model.predict_proba(X.iloc[val_idx])[:, 1]
    print('Fold %2d AUC : %.6f' % (n_fold + 1, roc_auc_score(y.iloc[val_idx], oof_preds[val_idx])))
print('Full AUC score %.6f' % roc_auc_score(y, oof_preds))
""",
        "params": {"learning_rate": 0.1, "max_iter": 5, "max_leaf_nodes": 7, "N_FOLDS": 3},
        "metrics": ["Full AUC score"],
        "values": {"Full AUC score": "roc_auc_score(y, oof_preds)"},
        "aliases": {
            "Full AUC score": ("roc_auc_score.full", "roc_auc_score", "full_auc", "roc_auc_score.oof_preds"),
            "AUC": ("roc_auc_score*", "fold*auc"),
        },
        "curves": {"AUC": range(3)},
        "optional": ("oof_preds", "*test_size"),
    },
    {
        "name": "idiom-manual-lasso-path",
        "setup": [DIABETES],
        "code": """
from sklearn.model_selection import cross_val_score
alphas = [0.01, 0.1, 1.0]
cv_mse = {}
for a in alphas:
    cv_mse[a] = -cross_val_score(Lasso(alpha=a), X, y, scoring='neg_mean_squared_error', cv=3).mean()
best_alpha = min(cv_mse, key=cv_mse.get)
print(best_alpha, cv_mse[best_alpha])
""",
        "params": {"cross_val_score.cv": 3, "cross_val_score.scoring": "neg_mean_squared_error"},
        "metrics": ["cv_mse.best_alpha"],
        "values": {"cv_mse.best_alpha": "cv_mse[best_alpha]", "cv_mse": "cv_mse[alphas[-1]]"},
        "aliases": {"cv_mse.best_alpha": ("cv_mse.best", "best_mse", "cv_mse_best_alpha")},
        "curves": {"cv_mse": 3},
        "optional": ("best_alpha", "params:alphas", "cv_mse.min"),
        "why": "A chosen setting is no metric.",
    },
]
