"""Functions that train, with the loops inside them, called by the cell."""

# the cells are text, as people write it

from independent_setups import BLOB_LOADERS, BLOBS, DIABETES_ROWS, IRIS, LOADER_ALIASES, LOADERS

STEPS = """
def train_step(model, dataloader, loss_fn, optimizer):
    model.train()
    train_loss, train_acc = 0, 0
    for batch, (X, y) in enumerate(dataloader):
        y_pred = model(X)
        loss = loss_fn(y_pred, y)
        train_loss += loss.item()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        train_acc += (y_pred.argmax(1) == y).sum().item() / len(y_pred)
    train_loss = train_loss / len(dataloader)
    train_acc = train_acc / len(dataloader)
    return train_loss, train_acc

def test_step(model, dataloader, loss_fn):
    model.eval()
    test_loss, test_acc = 0, 0
    with torch.inference_mode():
        for X, y in dataloader:
            test_pred = model(X)
            test_loss += loss_fn(test_pred, y).item()
            test_acc += (test_pred.argmax(1) == y).sum().item() / len(y)
    return test_loss / len(dataloader), test_acc / len(dataloader)
"""

TRAIN_RESULTS = (
    STEPS
    + """
def train(model, train_dataloader, test_dataloader, optimizer, loss_fn, epochs=5):
    results = {"train_loss": [], "train_acc": [], "test_loss": [], "test_acc": []}
    for epoch in range(epochs):
        train_loss, train_acc = train_step(model, train_dataloader, loss_fn, optimizer)
        test_loss, test_acc = test_step(model, test_dataloader, loss_fn)
        print(f"Epoch: {epoch+1} | train_loss: {train_loss:.4f} | train_acc: {train_acc:.4f} | test_loss: {test_loss:.4f}")
        results["train_loss"].append(train_loss)
        results["train_acc"].append(train_acc)
        results["test_loss"].append(test_loss)
        results["test_acc"].append(test_acc)
    return results
"""
)

PRINTING_STEPS = """
def accuracy_fn(y_true, y_pred):
    correct = (y_true == y_pred).sum().item()
    acc = (correct / len(y_pred)) * 100
    return acc

def train_step(model, data_loader, loss_fn, optimizer):
    train_loss, train_acc = 0, 0
    for X, y in data_loader:
        y_pred = model(X)
        loss = loss_fn(y_pred, y)
        train_loss += loss.item()
        train_acc += accuracy_fn(y_true=y, y_pred=y_pred.argmax(1))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    train_loss /= len(data_loader)
    train_acc /= len(data_loader)
    print(f"Train loss: {train_loss:.5f} | Train accuracy: {train_acc:.2f}%")

def test_step(model, data_loader, loss_fn):
    test_loss, test_acc = 0, 0
    for X, y in data_loader:
        test_pred = model(X)
        test_loss += loss_fn(test_pred, y).item()
        test_acc += accuracy_fn(y_true=y, y_pred=test_pred.argmax(1))
    test_loss /= len(data_loader)
    test_acc /= len(data_loader)
    print(f"Test loss: {test_loss:.5f} | Test accuracy: {test_acc:.2f}%\\n")
"""

SGD_NUMPY = """
def mse(y_true, y_hat):
    return np.mean((y_true - y_hat) ** 2)

def gradient_descent(X, y, lr=0.1, n_iter=50):
    Xs = (X - X.mean(axis=0)) / X.std(axis=0)
    w = np.zeros(Xs.shape[1]); b = 0.
    losses = []
    for i in range(n_iter):
        y_hat = Xs @ w + b
        err = y_hat - y
        w -= lr * 2 * Xs.T @ err / len(y)
        b -= lr * 2 * err.mean()
        losses.append(mse(y, y_hat))
    return w, b, losses
"""

CELLS = [
    {
        "name": "trainer-returns-dict-of-lists",
        "setup": [BLOB_LOADERS, TRAIN_RESULTS],
        "code": """
torch.manual_seed(42)
NUM_EPOCHS = 4

model_0 = nn.Sequential(nn.Linear(4, 2))
loss_fn = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model_0.parameters(), lr=0.05)

model_0_results = train(model=model_0, train_dataloader=train_loader, test_dataloader=test_loader,
                        optimizer=optimizer, loss_fn=loss_fn, epochs=NUM_EPOCHS)
""",
        "params": {"NUM_EPOCHS": 4, "Adam.lr": 0.05, **LOADERS},
        "aliases": LOADER_ALIASES,
        "curves": {"train_loss": 4, "train_acc": 4, "test_loss": 4, "test_acc": 4},
        "optional": ("Linear.*",),
        "values": {
            "train_loss": "model_0_results['train_loss'][-1]",
            "train_acc": "model_0_results['train_acc'][-1]",
            "test_loss": "model_0_results['test_loss'][-1]",
            "test_acc": "model_0_results['test_acc'][-1]",
        },
    },
    {
        "name": "steps-per-epoch-that-only-print",
        "setup": [BLOB_LOADERS, PRINTING_STEPS],
        "code": """
from tqdm.auto import tqdm
torch.manual_seed(42)
model_1 = nn.Linear(4, 2)
loss_fn = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model_1.parameters(), lr=0.1)

epochs = 3
for epoch in tqdm(range(epochs)):
    print(f"Epoch: {epoch}\\n---------")
    train_step(model_1, train_loader, loss_fn, optimizer)
    test_step(model_1, test_loader, loss_fn)
""",
        "params": {"epochs": 3, "SGD.lr": 0.1, **LOADERS},
        "aliases": LOADER_ALIASES,
        "curves": {"train_loss": 3, "train_acc": 3, "test_loss": 3, "test_acc": 3},
        "optional": ("Linear.*",),
        "why": "accuracy_fn is called once a batch and makes no curve of its own; its `acc` is not wanted.",
        "values": {
            "test_loss": "sum(loss_fn(model_1(X), y).item() for X, y in test_loader) / len(test_loader)",
            "test_acc": "100 * (model_1(x_test).argmax(1) == y_test).sum().item() / len(y_test)",
        },
    },
    {
        "name": "function-returns-weights-and-losses",
        "setup": [DIABETES_ROWS, SGD_NUMPY],
        "code": """
w, b, losses = gradient_descent(X_train.values, y_train.values, lr=0.05, n_iter=40)
print("final loss", losses[-1])
""",
        "params": {"gradient_descent.lr": 0.05, "gradient_descent.n_iter": 40},
        "curves": {"losses": 40},
        "optional": ("b", "final loss"),
        "why": "The final loss that is printed is the last point of the curve.",
        "values": {"losses": "losses[-1]"},
    },
    {
        "name": "fit-with-validation-and-early-stop",
        "setup": [
            DIABETES_ROWS,
            """
from sklearn.linear_model import SGDRegressor
from sklearn.preprocessing import StandardScaler
sc = StandardScaler().fit(X_train)
Xt, Xv = sc.transform(X_train), sc.transform(X_val)

def fit_until_worse(model, patience, max_epochs):
    best = float("inf"); waited = 0
    for epoch in range(max_epochs):
        model.partial_fit(Xt, y_train)
        val_mse = mean_squared_error(y_val, model.predict(Xv))
        if val_mse < best - 1:
            best, waited = val_mse, 0
        else:
            waited += 1
            if waited >= patience:
                print("stopped after", epoch)
                break
    return best
""",
        ],
        "code": """
reg = SGDRegressor(eta0=0.001, penalty="l2", random_state=3)
best_val = fit_until_worse(reg, patience=3, max_epochs=30)
best_val
""",
        "params": {
            "SGDRegressor.eta0": 0.001,
            "SGDRegressor.penalty": "l2",
            "fit_until_worse.patience": 3,
            "fit_until_worse.max_epochs": 30,
        },
        "curves": {"val_mse": None},
        "metrics": ["best_val"],
        "optional": ("best",),
        "values": {"val_mse": "mean_squared_error(y_val, reg.predict(Xv))"},
    },
    {
        "name": "two-calls-of-one-trainer",
        "setup": [
            IRIS,
            """
from sklearn.linear_model import SGDClassifier
def run_epochs(clf, n):
    accs = []
    for _ in range(n):
        clf.partial_fit(X, y, classes=[0, 1, 2])
        accs.append(clf.score(X, y))
    return accs
""",
        ],
        "code": """
hinge_accs = run_epochs(SGDClassifier(loss='hinge', random_state=0), 5)
log_accs   = run_epochs(SGDClassifier(loss='log_loss', random_state=0), 5)
""",
        "params": {"run_epochs.n": 5},
        "curves": {"hinge_accs": 5, "log_accs": 5},
        "optional": ("SGDClassifier.loss", "SGDClassifier_*.loss", "hinge_accs.*", "log_accs.*"),
        "why": "Two losses of the same callee: numbered, named after what they make, or left out.",
        "values": {"hinge_accs": "hinge_accs[-1]", "log_accs": "log_accs[-1]"},
    },
    {
        "name": "trainer-without-return",
        "setup": [
            BLOBS,
            """
def fit(epochs, model, loss_func, opt, train_dl, valid_dl):
    for epoch in range(epochs):
        model.train()
        for xb, yb in train_dl:
            loss = loss_func(model(xb), yb)
            loss.backward()
            opt.step()
            opt.zero_grad()
        model.eval()
        with torch.no_grad():
            valid_loss = sum(loss_func(model(xb), yb).item() for xb, yb in valid_dl) / len(valid_dl)
        print(epoch, valid_loss)
""",
        ],
        "code": """
bs = 16
train_dl = DataLoader(TensorDataset(x_train, y_train), batch_size=bs, shuffle=True)
valid_dl = DataLoader(TensorDataset(x_test, y_test), batch_size=bs * 2)
lr = 0.1
model = nn.Linear(4, 2)
opt = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
fit(4, model, nn.CrossEntropyLoss(), opt, train_dl, valid_dl)
""",
        "params": {"bs": 16, "lr": 0.1, "SGD.momentum": 0.9, "fit.epochs": 4, "DataLoader.shuffle": True},
        "curves": {"valid_loss": 4},
        "aliases": {"DataLoader.shuffle": ("train_dl.shuffle",)},
        "optional": ("loss", "Linear.*"),
        "values": {
            "valid_loss": "sum(nn.CrossEntropyLoss()(model(xb), yb).item() for xb, yb in valid_dl) / len(valid_dl)"
        },
    },
    {
        "name": "train-one-epoch-returns-number",
        "setup": [
            BLOB_LOADERS,
            """
def train_one_epoch(model, loader, optimizer):
    total = 0.0
    for xb, yb in loader:
        optimizer.zero_grad()
        l = nn.functional.cross_entropy(model(xb), yb)
        l.backward()
        optimizer.step()
        total += l.item()
    return total / len(loader)

def evaluate(model, loader):
    hits = n = 0
    for xb, yb in loader:
        hits += (model(xb).argmax(1) == yb).sum().item()
        n += len(yb)
    return hits / n
""",
        ],
        "code": """
net = nn.Linear(4, 2)
optimizer = torch.optim.AdamW(net.parameters(), lr=3e-2, weight_decay=0.01)
for ep in range(1, 6):
    tr = train_one_epoch(net, train_loader, optimizer)
    te = evaluate(net, test_loader)
    print(f'{ep:02d}  loss {tr:.4f}  acc {te:.3f}')
""",
        "params": {"AdamW.lr": 0.03, "AdamW.weight_decay": 0.01, **LOADERS},
        "aliases": LOADER_ALIASES,
        "curves": {"tr": range(1, 6), "te": range(1, 6)},
        "optional": ("Linear.*",),
    },
    {
        "name": "history-tuples-and-plot",
        "setup": [
            DIABETES_ROWS,
            """
def learn(model, n):
    hist = []
    for size in range(50, 50 + 50 * n, 50):
        model.fit(X_train[:size], y_train[:size])
        hist.append((size, model.score(X_val, y_val)))
    return hist
""",
        ],
        "code": """
import matplotlib.pyplot as plt
hist = learn(Ridge(alpha=0.1), 5)
sizes, r2s = zip(*hist)
plt.figure(figsize=(4, 3))
plt.plot(sizes, r2s, marker='o'); plt.xlabel('n'); plt.ylabel('R2')
plt.close()
""",
        "params": {"Ridge.alpha": 0.1, "learn.n": 5},
        "curves": {"r2s": 5},
        "optional": ("hist*", "score"),
        "aliases": {"r2s": ("hist", "hist.1", "score")},
        "values": {"r2s": "r2s[-1]"},
    },
    {
        "name": "helper-accuracy-gives-no-curve",
        "setup": [
            IRIS,
            """
def accuracy(y_true, y_pred):
    hits = 0
    for a, b in zip(y_true, y_pred):
        ok = a == b
        hits += ok
        ratio = hits / len(y_true)
    return ratio
""",
        ],
        "code": """
from sklearn.neighbors import KNeighborsClassifier
knn = KNeighborsClassifier(n_neighbors=3).fit(X[::2], y[::2])
acc = accuracy(y[1::2], knn.predict(X[1::2]))
print('accuracy', acc)
""",
        "params": {"KNeighborsClassifier.n_neighbors": 3},
        "metrics": ["acc"],
    },
    {
        "name": "closure-trainer-with-defaults-of-notebook",
        "setup": [
            BLOBS,
            """
EPOCHS = 6
LR = 0.2
def make_step(model, loss_fn, opt):
    def step(x, y):
        opt.zero_grad()
        loss = loss_fn(model(x), y)
        loss.backward()
        opt.step()
        return loss.item()
    return step
""",
        ],
        "code": """
model = nn.Linear(4, 2)
opt = torch.optim.SGD(model.parameters(), lr=LR)
train_step = make_step(model, nn.CrossEntropyLoss(label_smoothing=0.05), opt)

losses = []
for epoch in range(EPOCHS):
    losses.append(train_step(x_train, y_train))
""",
        "params": {"EPOCHS": 6, "LR": 0.2, "CrossEntropyLoss.label_smoothing": 0.05},
        "curves": {"losses": range(6)},
        "optional": ("Linear.*", "loss"),
        "values": {"losses": "losses[-1]"},
    },
]
