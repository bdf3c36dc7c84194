"""Model, optimizer, loader and settings made in earlier cells; values rebound since."""

# the cells are text, as people write it

from independent_setups import BLOB_LOADERS, BLOBS, CANCER_SPLIT, DIABETES_ROWS, IRIS, LOADER_ALIASES, LOADERS, SPLIT

CELLS = [
    {
        "name": "across-fit-here-made-there",
        "setup": [
            CANCER_SPLIT,
            "from sklearn.svm import SVC\nfrom sklearn.metrics import accuracy_score\nsvc = SVC(C=3.0, kernel='poly', degree=2)",
        ],
        "code": """
svc.fit(X_train, y_train)
y_hat = svc.predict(X_test)
accuracy = accuracy_score(y_test, y_hat)
accuracy
""",
        "params": {"SVC.C": 3.0, "SVC.kernel": "poly", "SVC.degree": 2, **SPLIT},
        "metrics": ["accuracy"],
    },
    {
        "name": "across-evaluate-only",
        "setup": [
            DIABETES_ROWS,
            (
                "from sklearn.ensemble import GradientBoostingRegressor\n"
                "gbr = GradientBoostingRegressor(n_estimators=20, learning_rate=0.2, random_state=0)\n"
                "gbr.fit(X_train, y_train)"
            ),
        ],
        "code": """
pred = gbr.predict(X_val)
mae = mean_absolute_error(y_val, pred)
rmse = mean_squared_error(y_val, pred) ** 0.5
print(mae, rmse)
""",
        "params": {"GradientBoostingRegressor.n_estimators": 20, "GradientBoostingRegressor.learning_rate": 0.2},
        "metrics": ["mae", "rmse"],
    },
    {
        "name": "across-torch-loop-here-rest-there",
        "setup": [
            BLOB_LOADERS,
            """
class Net(nn.Module):
    def __init__(self, n_hidden):
        self.l1 = nn.Linear(4, n_hidden)
        self.l2 = nn.Linear(n_hidden, 2)
    def forward(self, x):
        return self.l2(self.l1(x))
torch.manual_seed(0)
model = Net(n_hidden=12).to(device)
""",
            "criterion = nn.CrossEntropyLoss()\noptimizer = torch.optim.Adam(model.parameters(), lr=1e-2, weight_decay=1e-4)",
        ],
        "code": """
for epoch in range(5):
    model.train()
    epoch_loss = 0
    for xb, yb in train_loader:
        optimizer.zero_grad()
        out = model(xb.to(device))
        loss = criterion(out, yb.to(device))
        loss.backward()
        optimizer.step()
        epoch_loss += loss.item()
    epoch_loss /= len(train_loader)

    model.eval()
    with torch.no_grad():
        val_acc = sum((model(xb).argmax(1) == yb).sum().item() for xb, yb in test_loader) / len(y_test)
    print(f"Epoch {epoch}: loss={epoch_loss:.4f}, val_acc={val_acc:.3f}")
""",
        "params": {"Net.n_hidden": 12, "Adam.lr": 0.01, "Adam.weight_decay": 0.0001, **LOADERS},
        "aliases": LOADER_ALIASES,
        "curves": {"epoch_loss": range(5), "val_acc": range(5)},
    },
    {
        "name": "across-settings-cell",
        "setup": [
            "# settings\nBATCH_SIZE = 10\nLEARNING_RATE = 0.05\nEPOCHS = 3\nMODEL_NAME = 'linear'\nDATA_DIR = './data'",
            BLOBS,
        ],
        "code": """
loader = DataLoader(TensorDataset(x_train, y_train), batch_size=BATCH_SIZE, shuffle=False)
model = nn.Linear(4, 2)
opt = torch.optim.SGD(model.parameters(), lr=LEARNING_RATE)
for epoch in range(EPOCHS):
    for xb, yb in loader:
        loss = nn.functional.cross_entropy(model(xb), yb)
        opt.zero_grad(); loss.backward(); opt.step()
    val_loss = nn.functional.cross_entropy(model(x_test), y_test).item()
    print(MODEL_NAME, epoch, val_loss)
""",
        "params": {"BATCH_SIZE": 10, "LEARNING_RATE": 0.05, "EPOCHS": 3, "DataLoader.shuffle": False},
        "curves": {"val_loss": range(3)},
        "optional": ("MODEL_NAME", "Linear.*", "loss"),
        "why": "DATA_DIR is not read here; MODEL_NAME is only displayed.",
    },
    {
        "name": "across-config-dict-changed-since",
        "setup": [
            CANCER_SPLIT,
            "from sklearn.ensemble import RandomForestClassifier\nconfig = {'n_estimators': 100, 'max_depth': None, 'criterion': 'gini'}",
            "config['n_estimators'] = 7\nconfig['max_depth'] = 3",
        ],
        "code": """
rf = RandomForestClassifier(**config, random_state=0)
rf.fit(X_train, y_train)
acc_test = rf.score(X_test, y_test)
""",
        "params": {"n_estimators": 7, "max_depth": 3, "criterion": "gini", **SPLIT},
        "metrics": ["acc_test"],
    },
    {
        "name": "across-set-params-since",
        "setup": [
            DIABETES_ROWS,
            "from sklearn.linear_model import ElasticNet\nenet = ElasticNet(alpha=1.0, l1_ratio=0.5)",
            "enet.set_params(alpha=0.01)",
        ],
        "code": """
enet.fit(X_train, y_train)
print('val R2', enet.score(X_val, y_val))
""",
        "params": {"ElasticNet.alpha": 0.01, "ElasticNet.l1_ratio": 0.5},
        "metrics": ["val R2"],
        "aliases": {"val R2": ("score", "enet.score", "R2", "val")},
        "values": {"val R2": "enet.score(X_val, y_val)"},
    },
    {
        "name": "across-name-rebound",
        "setup": [
            IRIS,
            "k = 3",
            "from sklearn.neighbors import KNeighborsClassifier\nk = 9\nmodel = KNeighborsClassifier(n_neighbors=k, weights='uniform')",
        ],
        "code": """
half = len(X) // 2
perm = np.random.RandomState(0).permutation(len(X))
a, b = perm[:half], perm[half:]
model.fit(X[a], y[a])
hit_rate = (model.predict(X[b]) == y[b]).mean()
print(f'{hit_rate=:.3f}')
""",
        "params": {"k": 9, "KNeighborsClassifier.weights": "uniform"},
        "metrics": ["hit_rate"],
        "aliases": {"k": ("KNeighborsClassifier.n_neighbors",)},
    },
    {
        "name": "across-scheduler-lowered-rate",
        "setup": [
            BLOBS,
            "model = nn.Linear(4, 2)\nloss_fn = nn.CrossEntropyLoss()\nopt = torch.optim.SGD(model.parameters(), lr=0.4)",
            "for g in opt.param_groups:\n    g['lr'] = 0.04\nopt.lr = 0.04",
        ],
        "code": """
# fine tune a little with the lower rate
losses = []
for _ in range(6):
    loss = loss_fn(model(x_train), y_train)
    opt.zero_grad(); loss.backward(); opt.step()
    losses.append(loss.item())
""",
        "params": {"SGD.lr": 0.04},
        "curves": {"loss": 6},
        "aliases": {"loss": ("losses",)},
        "optional": ("Linear.*",),
        "values": {"loss": "losses[-1]"},
    },
    {
        "name": "across-pipeline-from-before",
        "setup": [
            DIABETES_ROWS,
            """
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler
pipe = Pipeline([('poly', PolynomialFeatures(degree=2)), ('sc', StandardScaler()), ('reg', Ridge(alpha=5.0))])
""",
        ],
        "code": """
pipe.fit(X_train, y_train)
train_r2 = pipe.score(X_train, y_train)
val_r2 = pipe.score(X_val, y_val)
pd.DataFrame({'R2': [train_r2, val_r2]}, index=['train', 'val'])
""",
        "params": {"PolynomialFeatures.degree": 2, "Ridge.alpha": 5.0},
        "metrics": ["train_r2", "val_r2"],
    },
    {
        "name": "across-namespace-args",
        "setup": [
            "from types import SimpleNamespace\nargs = SimpleNamespace(lr=0.3, epochs=4, hidden=(6,), note='try 3')",
            BLOBS,
        ],
        "code": """
net = nn.Linear(4, 2)
optim = torch.optim.Adam(net.parameters(), lr=args.lr)
for e in range(args.epochs):
    l = nn.functional.cross_entropy(net(x_train), y_train)
    optim.zero_grad(); l.backward(); optim.step()
    acc = (net(x_test).argmax(1) == y_test).sum().item() / len(y_test)
print('final acc', acc)
""",
        "params": {"lr": 0.3, "epochs": 4, "hidden": (6,), "note": "try 3"},
        "curves": {"acc": range(4), "l": range(4)},
        "optional": ("Linear.*",),
        "values": {"l": "l.item()"},
    },
    {
        "name": "across-two-models-compared",
        "setup": [
            CANCER_SPLIT,
            (
                "from sklearn.linear_model import LogisticRegression\nfrom sklearn.metrics import f1_score\n"
                "weak = LogisticRegression(C=0.001, max_iter=400).fit(X_train, y_train)"
            ),
            "strong = LogisticRegression(C=10, max_iter=400).fit(X_train, y_train)",
        ],
        "code": """
f1_weak = f1_score(y_test, weak.predict(X_test))
f1_strong = f1_score(y_test, strong.predict(X_test))
print(f'gain {f1_strong - f1_weak:+.4f}')
""",
        "params": {"weak.C": 0.001, "strong.C": 10, "LogisticRegression.max_iter": 400, **SPLIT},
        "metrics": ["f1_weak", "f1_strong", "gain"],
        "aliases": {"LogisticRegression.max_iter": ("weak.max_iter",)},
        "optional": ("strong.max_iter",),
        "values": {"gain": "f1_strong - f1_weak"},
    },
]
