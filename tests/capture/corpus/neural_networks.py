"""Training of neural networks: torch, Keras and loops by hand."""

# the cells are text, as people write it

from setups import (
    CLASSIFICATION_SPLIT,
    DIGIT_IMAGES,
    HUGGING_FACE,
    KERAS,
    NUMPY_R_21,
    RNG_3,
    RNG_21,
    TORCH_BATCH,
    TORCH_INPUT_TARGET,
    TORCH_INPUTS_LABELS,
    TORCH_LOADER,
    TORCH_LOADER_AND_OPTIM,
    TORCH_NET,
    TORCH_TQDM,
    TORCH_TRAIN_LOADER,
    TORCH_TWO_LOADERS,
    TORCH_TWO_LOADERS_AND_OPTIM,
    TORCH_X_T,
    TORCH_XT_YT,
)

CELLS = [
    {
        "name": "logistic-from-scratch",
        "setup": RNG_3 + "X = rng.normal(size=(40, 2))\ny = (X[:, 0] > 0).astype(float)",
        "code": """
def sigmoid(z):
    return 1 / (1 + np.exp(-z))

alpha = 0.5
n_iter = 6
theta = np.zeros(X.shape[1])
costs = []
for _ in range(n_iter):
    h = sigmoid(X @ theta)
    grad = X.T @ (h - y) / y.size
    theta -= alpha * grad
    cost = -np.mean(y * np.log(h) + (1 - y) * np.log(1 - h))
    costs.append(cost)
""",
        "params": {"alpha": 0.5, "n_iter": 6},
        "curves": {"cost": range(6)},
    },
    {
        "name": "torch-tutorial-fit",
        "setup": TORCH_TRAIN_LOADER,
        "code": """
lr = 0.5
bs = 10
epochs = 2
model = nn.Linear(2, 2)
opt = torch.optim.SGD(model.parameters(), lr=lr)
for epoch in range(epochs):
    model.train()
    for xb, yb in train_dl:
        pred = model(xb)
        loss = F.cross_entropy(pred, yb)
        loss.backward()
        opt.step()
        opt.zero_grad()
    model.eval()
    with torch.no_grad():
        valid_loss = sum(F.cross_entropy(model(xb), yb) for xb, yb in train_dl)
    print(epoch, valid_loss / len(train_dl))
""",
        "params": {
            "lr": 0.5,
            "bs": 10,
            "epochs": 2,
            "Linear.inputs": 2,
            "Linear.outputs": 2,
            "DataLoader.batch_size": 10,
        },
        "curves": {"loss": [0, 1], "valid_loss": [0, 1]},
    },
    {
        "name": "gan-loop",
        "setup": TORCH_TRAIN_LOADER,
        "code": """
netG = nn.Linear(4, 2)
netD = nn.Linear(2, 1)
criterion = nn.MSELoss()
beta1 = 0.5
optD = torch.optim.Adam(netD.parameters(), lr=2e-4, betas=(beta1, 0.999))
optG = torch.optim.Adam(netG.parameters(), lr=1e-4, betas=(beta1, 0.999))
G_losses, D_losses = [], []
num_epochs = 3
nz = 4
for epoch in range(num_epochs):
    for real, _ in train_dl:
        noise = torch.randn(len(real), nz)
        fake = netG(noise)
        errD_real = criterion(netD(real), torch.tensor(np.ones((len(real), 1))))
        errD_fake = criterion(netD(fake.detach()), torch.tensor(np.zeros((len(real), 1))))
        errD = errD_real + errD_fake
        errD.backward()
        optD.step()
        errG = criterion(netD(fake), torch.tensor(np.ones((len(real), 1))))
        errG.backward()
        optG.step()
        G_losses.append(errG.item())
        D_losses.append(errD.item())
    print('[%d/%d] Loss_D: %.4f Loss_G: %.4f' % (epoch, num_epochs, errD.item(), errG.item()))
""",
        "params": {
            "beta1": 0.5,
            "num_epochs": 3,
            "nz": 4,
            "optD.lr": 0.0002,
            "optG.lr": 0.0001,
            "netG.inputs": 4,
            "netD.inputs": 2,
            "netG.outputs": 2,
            "netD.outputs": 1,
            "DataLoader.batch_size": 10,
        },
        "curves": {"errD": range(3), "errG": range(3)},
    },
    {
        "name": "pbar-walrus",
        "setup": [TORCH_TRAIN_LOADER, "from tqdm import tqdm, trange"],
        "code": """
net = nn.Linear(2, 1)
opt = torch.optim.SGD(net.parameters(), lr=0.1)
n = 4
for epoch in (pbar := tqdm(range(n), desc="fit")):
    loss = F.mse_loss(net(x_train), y_train)
    opt.zero_grad()
    loss.backward()
    opt.step()
    pbar.set_description(f"loss {loss.item():.3f}")
""",
        "params": {"n": 4, "SGD.lr": 0.1, "Linear.inputs": 2, "Linear.outputs": 1},
        "curves": {"loss": range(4)},
    },
    {
        "name": "trainer-class",
        "setup": RNG_3
        + """
class Trainer:
    def __init__(self, lr, batch_size=8):
        self.lr, self.batch_size = lr, batch_size
        self.history = []
    def fit(self, X, epochs=1):
        for _ in range(epochs):
            self.history.append(float(np.mean(X) * self.lr))
        return self
    def score(self, X):
        return float(np.std(X))
X = rng.normal(size=(20, 2))
""",
        "code": """
trainer = Trainer(0.1, batch_size=16)
trainer.fit(X, 5)
s = trainer.score(X)
print(s)
""",
        "params": {"Trainer.lr": 0.1, "Trainer.batch_size": 16, "fit.epochs": 5},
        "metrics": ("s",),
        "curves": {"history": range(5)},
    },
    {
        "name": "keras",
        "setup": KERAS,
        "code": """
model = Sequential([Dense(16, activation="relu"), Dense(1, activation="sigmoid")])
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
history = model.fit(X, y, epochs=3, batch_size=4, verbose=0)
loss, acc = model.evaluate(X, y, verbose=0)
print("Test accuracy:", acc)
""",
        "params": {
            "Dense.units": [16, 1],
            "Dense.activation": ["relu", "sigmoid"],
            "compile.optimizer": "adam",
            "compile.loss": "binary_crossentropy",
            "compile.metrics": ["accuracy"],
            "fit.epochs": 3,
            "fit.batch_size": 4,
        },
        "metrics": ("loss", "acc"),
        "curves": {"accuracy": range(3), "history.loss": range(3)},
    },
    {
        "name": "keras-history-plot",
        "setup": [KERAS, "import matplotlib\nmatplotlib.use('agg')\nimport matplotlib.pyplot as plt"],
        "code": """
EPOCHS = 4
hist = Sequential([Dense(4)]).fit(X, y, epochs=EPOCHS, batch_size=2)
plt.plot(hist.history["loss"], label="loss")
plt.title("training")
plt.close()
final_loss = hist.history["loss"][-1]
best_acc = max(hist.history["accuracy"])
""",
        "params": {"EPOCHS": 4, "Dense.units": 4, "fit.batch_size": 2},
        "metrics": ("final_loss", "best_acc"),
        "curves": {"accuracy": range(4), "loss": range(4)},
    },
    {
        "name": "same-cell-net-and-loop",
        "setup": TORCH_X_T,
        "code": """
class MLP(nn.Module):
    def __init__(self, width):
        self.a = nn.Linear(2, width)
        self.b = nn.Linear(width, 2)
    def forward(self, x):
        return self.b(self.a(x))

width = 6
net = MLP(width)
opt = torch.optim.Adam(net.parameters(), lr=0.01)
lossf = nn.CrossEntropyLoss()
for i in range(1, 4):
    logits = net(x)
    loss = lossf(logits, t)
    acc = (logits.argmax(1) == t).float().mean().item()
    opt.zero_grad()
    loss.backward()
    opt.step()
    print(i, loss.item(), acc)
""",
        "params": {"width": 6, "Adam.lr": 0.01},
        "curves": {"loss": [1, 2, 3], "acc": [1, 2, 3]},
    },
    {
        "name": "gradient-accumulation",
        "setup": TORCH_X_T,
        "code": """
accum = 2
model = nn.Linear(2, 1)
opt = torch.optim.SGD(model.parameters(), lr=0.1)
for step in range(4):
    loss = nn.functional.mse_loss(model(x), t) / accum
    loss.backward()
    if (step + 1) % accum == 0:
        opt.step()
        opt.zero_grad()
""",
        "params": {"accum": 2, "SGD.lr": 0.1, "Linear.inputs": 2, "Linear.outputs": 1},
        "curves": {"loss": range(4)},
    },
    {
        "name": "huggingface",
        "setup": HUGGING_FACE,
        "code": """
args = TrainingArguments(output_dir="results", learning_rate=2e-5, num_train_epochs=2)
trainer = Trainer(model=None, args=args, train_dataset=[1, 2])
trainer.train()
results = trainer.evaluate()
results
""",
        "params": {
            "args.output_dir": "results",
            "args.learning_rate": 2e-5,
            "args.num_train_epochs": 2,
            "Trainer.model": None,
            "Trainer.train_dataset": [1, 2],
        },
        "metrics": ("results.eval_loss", "results.eval_accuracy", "results.epoch"),
    },
    {
        "name": "softmax-regression-class",
        "setup": CLASSIFICATION_SPLIT,
        "code": """
class Softmax:
    def __init__(self, lr=0.1, n_iter=10):
        self.lr, self.n_iter = lr, n_iter
    def fit(self, X, y):
        self.W = np.zeros((X.shape[1], 2))
        for _ in range(self.n_iter):
            p = np.exp(X @ self.W); p /= p.sum(1, keepdims=True)
            self.W -= self.lr * X.T @ (p - np.eye(2)[y]) / len(y)
        return self
    def predict(self, X):
        return (X @ self.W).argmax(1)

clf = Softmax(lr=0.5, n_iter=20).fit(Xtr, ytr)
train_acc = (clf.predict(Xtr) == ytr).mean()
test_acc = (clf.predict(Xte) == yte).mean()
print(train_acc, test_acc)
""",
        "params": {"Softmax.lr": 0.5, "Softmax.n_iter": 20, "train_test_split.random_state": 2},
        "metrics": ("train_acc", "test_acc"),
    },
    {
        "name": "torch-train-val",
        "setup": TORCH_TWO_LOADERS,
        "code": """
torch.manual_seed(42)
model = nn.Sequential(nn.Linear(2, 4), nn.ReLU(), nn.Dropout(p=0.2), nn.Linear(4, 2))
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
criterion = nn.CrossEntropyLoss()
num_epochs = 3
train_losses, val_losses, val_accs = [], [], []
best_val_loss = float('inf')
for epoch in range(num_epochs):
    model.train()
    train_loss = 0.0
    for inputs, targets in train_loader:
        optimizer.zero_grad()
        outputs = model(inputs)
        loss = criterion(outputs, targets)
        loss.backward()
        optimizer.step()
        train_loss += loss.item() * inputs.size(0)
    train_loss /= len(train_loader.dataset)

    model.eval()
    val_loss, correct = 0.0, 0
    with torch.no_grad():
        for inputs, targets in val_loader:
            outputs = model(inputs)
            val_loss += criterion(outputs, targets).item() * inputs.size(0)
            correct += (outputs.argmax(1) == targets).sum().item()
    val_loss /= len(val_loader.dataset)
    val_acc = correct / len(val_loader.dataset)
    train_losses.append(train_loss)
    val_losses.append(val_loss)
    val_accs.append(val_acc)
    if val_loss < best_val_loss:
        best_val_loss = val_loss
        best_weights = model.state_dict()
    print(f"Epoch {epoch+1}/{num_epochs}: train {train_loss:.4f} val {val_loss:.4f} acc {val_acc:.2%}")
""",
        "params": {
            "num_epochs": 3,
            "Dropout.p": 0.2,
            "Adam.lr": 0.003,
            "manual_seed": 42,
            "Linear.inputs": [2, 4],
            "Linear.outputs": [4, 2],
            "train_loader.batch_size": 8,
            "val_loader.batch_size": 12,
        },
        "curves": {"train_loss": range(3), "val_loss": range(3), "val_acc": range(3), "best_val_loss": None},
    },
    {
        "name": "torch-tutorial-mini-report",
        "setup": TORCH_TWO_LOADERS,
        "code": """
net = nn.Linear(2, 2)
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(net.parameters(), lr=0.001, momentum=0.9)
for epoch in range(2):
    running_loss = 0.0
    for i, data in enumerate(train_loader, 0):
        inputs, labels = data
        optimizer.zero_grad()
        outputs = net(inputs)
        loss = criterion(outputs, labels)
        loss.backward()
        optimizer.step()
        running_loss += loss.item()
        if i % 2 == 1:
            print(f'[{epoch + 1}, {i + 1:5d}] loss: {running_loss / 2:.3f}')
            running_loss = 0.0
print('Finished Training')
""",
        "params": {
            "SGD.lr": 0.001,
            "SGD.momentum": 0.9,
            "Linear.inputs": 2,
            "Linear.outputs": 2,
            "DataLoader.batch_size": 8,
        },
        "curves": {"loss": range(2)},
    },
    {
        "name": "linear-regression-torch-params",
        "setup": TORCH_TWO_LOADERS,
        "code": """
w = torch.randn(2)
lr = 1e-2
target = torch.tensor(np.zeros(24))
for it in range(3):
    pred = X @ w
    mse = ((pred - target) ** 2).mean()
    w = w - lr * (pred @ X)
    if it % 2 == 0:
        print(it, mse.item())
print(f"final mse: {mse.item():.3f}")
""",
        "params": {"lr": 1e-2},
        "curves": {"mse": range(3)},
    },
    {
        "name": "numpy-nn",
        "setup": RNG_21 + "X = rng.normal(size=(30, 2))\nY = (X[:, :1] * X[:, 1:] > 0).astype(float)",
        "code": """
H = 5
lr = 0.5
W1 = rng.normal(scale=0.5, size=(2, H)); b1 = np.zeros(H)
W2 = rng.normal(scale=0.5, size=(H, 1)); b2 = np.zeros(1)
for ep in range(6):
    A = np.tanh(X @ W1 + b1)
    P = 1 / (1 + np.exp(-(A @ W2 + b2)))
    loss = -np.mean(Y * np.log(P + 1e-9) + (1 - Y) * np.log(1 - P + 1e-9))
    acc = ((P > 0.5) == Y).mean()
    dZ2 = (P - Y) / len(X)
    dW2 = A.T @ dZ2
    dA = dZ2 @ W2.T * (1 - A ** 2)
    W1 -= lr * X.T @ dA; b1 -= lr * dA.sum(0)
    W2 -= lr * dW2; b2 -= lr * dZ2.sum(0)
    if ep % 3 == 0:
        print(f"{ep=} {loss=:.4f} {acc=:.2f}")
""",
        "params": {"H": 5, "lr": 0.5, "normal.scale": 0.5},
        "curves": {"loss": range(6), "acc": range(6)},
    },
    {
        "name": "train-fn-and-test-fn",
        "setup": [
            TORCH_TWO_LOADERS_AND_OPTIM,
            """
def train_loop(dataloader, model, loss_fn, optimizer):
    for batch, (X, y) in enumerate(dataloader):
        loss = loss_fn(model(X), y)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        if batch % 100 == 0:
            print(f"loss: {loss.item():>7f}")
def test_loop(dataloader, model, loss_fn):
    total, correct = 0.0, 0
    for X, y in dataloader:
        total += loss_fn(model(X), y).item()
        correct += (model(X).argmax(1) == y).sum().item()
    return total / len(dataloader), correct / len(dataloader.dataset)
""",
        ],
        "code": """
learning_rate = 1e-3
epochs = 2
model = nn.Linear(3, 2)
loss_fn = nn.CrossEntropyLoss()
optimizer = optim.SGD(model.parameters(), lr=learning_rate)
for t in range(epochs):
    print(f"Epoch {t+1}\\n-------------------------------")
    train_loop(train_dl, model, loss_fn, optimizer)
    test_loss, accuracy = test_loop(valid_dl, model, loss_fn)
print("Done!")
""",
        "params": {
            "learning_rate": 0.001,
            "epochs": 2,
            "Linear.inputs": 3,
            "Linear.outputs": 2,
            "train_dl.batch_size": 8,
            "valid_dl.batch_size": 24,
        },
        "curves": {"loss": range(2), "test_loss": range(2), "accuracy": range(2)},
    },
    {
        "name": "history-dict-of-named",
        "setup": TORCH_TWO_LOADERS_AND_OPTIM,
        "code": """
net = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))
crit = nn.CrossEntropyLoss()
opt = optim.Adam(net.parameters(), lr=1e-2, weight_decay=1e-4)
history = {"loss": [], "acc": []}
for epoch in range(1, 4):
    n_seen, n_right, loss_sum = 0, 0, 0.0
    for xb, yb in train_dl:
        logits = net(xb)
        loss = crit(logits, yb)
        opt.zero_grad()
        loss.backward()
        opt.step()
        n_seen += len(yb)
        n_right += (logits.argmax(1) == yb).sum().item()
        loss_sum += loss.item() * len(yb)
    history["loss"].append(loss_sum / n_seen)
    history["acc"].append(n_right / n_seen)
    print(f"{epoch}: loss={history['loss'][-1]:.3f} acc={history['acc'][-1]:.3f}")
""",
        "params": {
            "Adam.lr": 0.01,
            "Adam.weight_decay": 0.0001,
            "Linear.inputs": [3, 4],
            "Linear.outputs": [4, 2],
            "DataLoader.batch_size": 8,
        },
        "metrics": ("loss", "acc"),
        "curves": {"history.loss": [1, 2, 3], "history.acc": [1, 2, 3]},
    },
    {
        "name": "vae-loss-parts",
        "setup": TORCH_TWO_LOADERS_AND_OPTIM,
        "code": """
beta = 4.0
enc = nn.Linear(3, 2)
dec = nn.Linear(2, 3)
opt = optim.Adam(list(enc.parameters()) + list(dec.parameters()), lr=1e-3)
for epoch in range(3):
    for xb, _ in train_dl:
        z = enc(xb)
        recon = nn.functional.mse_loss(dec(z), xb)
        kl = (z ** 2).mean()
        loss = recon + beta * kl
        opt.zero_grad()
        loss.backward()
        opt.step()
    print(f"epoch {epoch} recon {recon.item():.3f} kl {kl.item():.3f}")
""",
        "params": {
            "beta": 4.0,
            "Adam.lr": 0.001,
            "enc.inputs": 3,
            "dec.inputs": 2,
            "enc.outputs": 2,
            "dec.outputs": 3,
            "DataLoader.batch_size": 8,
        },
        "curves": {"recon": range(3), "kl": range(3), "loss": range(3)},
    },
    {
        "name": "lstm-style-sequence-loop",
        "setup": TORCH_TWO_LOADERS_AND_OPTIM,
        "code": """
hidden_size, seq_len = 4, 3
cell = nn.Linear(3, hidden_size)
head = nn.Linear(hidden_size, 1)
optimizer = optim.Adam([*cell.parameters(), *head.parameters()], lr=0.01)
for it in range(4):
    h = torch.zeros(1, hidden_size)
    loss = 0
    for s in range(seq_len):
        h = cell(torch.randn(1, 3)) + h
        loss = loss + (head(h) ** 2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if it % 2 == 0:
        print(it, loss.item() / seq_len)
""",
        "params": {"hidden_size": 4, "seq_len": 3, "Adam.lr": 0.01, "Linear.inputs": 3, "Linear.outputs": 1},
        "curves": {"loss": range(4)},
    },
    {
        "name": "distillation-temperature",
        "setup": TORCH_TWO_LOADERS_AND_OPTIM,
        "code": """
T = 2.0
alpha = 0.7
teacher, student = nn.Linear(3, 2), nn.Linear(3, 2)
opt = optim.SGD(student.parameters(), lr=0.1)
losses = []
for xb, yb in train_dl:
    soft = nn.functional.mse_loss(student(xb) / T, teacher(xb) / T)
    hard = nn.functional.cross_entropy(student(xb), yb)
    loss = alpha * soft + (1 - alpha) * hard
    opt.zero_grad()
    loss.backward()
    opt.step()
    losses.append(loss.item())
avg = sum(losses) / len(losses)
""",
        "params": {
            "T": 2.0,
            "alpha": 0.7,
            "SGD.lr": 0.1,
            "Linear.inputs": 3,
            "Linear.outputs": 2,
            "DataLoader.batch_size": 8,
        },
        "metrics": ("avg",),
        "curves": {"loss": [0, 1, 2]},
    },
    {
        "name": "tqdm-batches-with-postfix",
        "setup": TORCH_TQDM,
        "code": """
epochs = 2
model = nn.Linear(2, 2).to(device)
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
for epoch in range(epochs):
    with tqdm(loader, unit="batch") as tepoch:
        for xb, yb in tepoch:
            tepoch.set_description(f"Epoch {epoch}")
            loss = nn.functional.cross_entropy(model(xb), yb)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            tepoch.set_postfix(loss=loss.item())
""",
        "params": {"epochs": 2, "Adam.lr": 0.005, "Linear.inputs": 2, "Linear.outputs": 2, "DataLoader.batch_size": 5},
        "curves": {"loss": range(2)},
    },
    {
        "name": "loss-state-inside-but-shown",
        "setup": TORCH_TQDM,
        "code": """
model = nn.Linear(2, 2)
opt = torch.optim.SGD(model.parameters(), lr=0.1)
for epoch in range(3):
    total = 0
    for step, (xb, yb) in enumerate(loader):
        loss = nn.functional.cross_entropy(model(xb), yb)
        opt.zero_grad(); loss.backward(); opt.step()
        total += loss.item()
        if step % 2 == 0:
            print(f"step {step} loss {loss.item():.4f}")
    avg = total / (step + 1)
    print("avg", avg)
""",
        "params": {"SGD.lr": 0.1, "Linear.inputs": 2, "Linear.outputs": 2, "DataLoader.batch_size": 5},
        "curves": {"loss": range(3), "avg": range(3)},
    },
    {
        "name": "eval-under-no-grad",
        "setup": TORCH_TQDM,
        "code": """
clf = nn.Linear(2, 2)
clf.eval()
losses, hits, seen = [], 0, 0
with torch.inference_mode():
    for xb, yb in loader:
        logits = clf(xb)
        losses.append(nn.functional.cross_entropy(logits, yb).item())
        hits += int((logits.argmax(1) == yb).sum())
        seen += len(yb)
eval_loss = sum(losses) / len(losses)
eval_acc = hits / seen
print(f"{eval_loss:.3f} / {eval_acc:.3f}")
""",
        "params": {"Linear.inputs": 2, "Linear.outputs": 2, "DataLoader.batch_size": 5},
        "metrics": ("eval_loss", "eval_acc"),
        "curves": {"losses": range(4)},
    },
    {
        "name": "two-stage-training",
        "setup": TORCH_TQDM,
        "code": """
body, head = nn.Linear(2, 4), nn.Linear(4, 2)
opt = torch.optim.Adam(head.parameters(), lr=1e-2)
for epoch in range(2):
    for xb, yb in loader:
        loss = nn.functional.cross_entropy(head(body(xb)), yb)
        opt.zero_grad(); loss.backward(); opt.step()
opt = torch.optim.Adam(list(body.parameters()) + list(head.parameters()), lr=1e-4)
for epoch in range(3):
    for xb, yb in loader:
        loss = nn.functional.cross_entropy(head(body(xb)), yb)
        opt.zero_grad(); loss.backward(); opt.step()
print("fine-tuned:", loss.item())
""",
        "params": {
            "opt.lr": 0.0001,
            "body.inputs": 2,
            "head.inputs": 4,
            "body.outputs": 4,
            "head.outputs": 2,
            "DataLoader.batch_size": 5,
        },
        "curves": {"loss": [0, 1, 2, 3, 4]},
    },
    {
        "name": "torch-metrics-dict",
        "setup": TORCH_LOADER,
        "code": """
model = nn.Linear(2, 2)
opt = torch.optim.SGD(model.parameters(), lr=0.3)
for epoch in range(3):
    for xb, tb in dl:
        loss = F.cross_entropy(model(xb), tb)
        opt.zero_grad()
        loss.backward()
        opt.step()
with torch.no_grad():
    out = model(X)
    metrics = {"loss": F.cross_entropy(out, t).item(), "acc": (out.argmax(1) == t).float().mean().item()}
print(metrics)
""",
        "params": {"SGD.lr": 0.3, "Linear.inputs": 2, "Linear.outputs": 2, "DataLoader.batch_size": 8},
        "metrics": ("metrics.loss", "metrics.acc"),
        "curves": {"loss": range(3)},
    },
    {
        "name": "torch-lr-in-param-groups",
        "setup": TORCH_LOADER,
        "code": """
lr, gamma = 0.1, 0.5
net = nn.Linear(2, 1)
opt = torch.optim.SGD(net.parameters(), lr=lr)
for epoch in range(3):
    loss = F.mse_loss(net(X), t)
    opt.zero_grad()
    loss.backward()
    opt.step()
    for group in opt.param_groups:
        group["lr"] *= gamma
    print(epoch, float(loss))
""",
        "params": {"lr": 0.1, "gamma": 0.5, "Linear.inputs": 2, "Linear.outputs": 1},
        "curves": {"loss": range(3)},
    },
    {
        "name": "two-losses-weighted",
        "setup": TORCH_LOADER,
        "code": """
w_reg = 0.01
net = nn.Linear(2, 2)
opt = torch.optim.Adam(net.parameters(), lr=1e-2)
for i in range(4):
    ce = F.cross_entropy(net(X), t)
    l2 = sum((p ** 2).sum() for p in net.parameters())
    total = ce + w_reg * l2
    opt.zero_grad()
    total.backward()
    opt.step()
""",
        "params": {"w_reg": 0.01, "Adam.lr": 0.01, "Linear.inputs": 2, "Linear.outputs": 2},
        "curves": {"total": range(4)},
    },
    {
        "name": "min-val-loss-checkpoint",
        "setup": TORCH_LOADER,
        "code": """
MAX_EPOCHS = 4
PATIENCE = 2
model = nn.Linear(2, 2)
opt = torch.optim.SGD(model.parameters(), lr=0.2)
best = {"loss": float("inf"), "state": None}
counter = 0
for epoch in range(MAX_EPOCHS):
    train_loss = F.cross_entropy(model(X), t)
    opt.zero_grad()
    train_loss.backward()
    opt.step()
    val_loss = F.cross_entropy(model(X), t).item()
    if val_loss < best["loss"]:
        best["loss"] = val_loss
        best["state"] = model.state_dict()
        counter = 0
    else:
        counter += 1
        if counter >= PATIENCE:
            break
""",
        "params": {"MAX_EPOCHS": 4, "PATIENCE": 2, "SGD.lr": 0.2, "Linear.inputs": 2, "Linear.outputs": 2},
        "curves": {"train_loss": range(4), "val_loss": range(4)},
    },
    {
        "name": "seeded-torch-and-numpy",
        "setup": TORCH_LOADER,
        "code": """
SEED = 17
np.random.seed(SEED)
torch.manual_seed(SEED)
noise = torch.randn(4)
power = (noise ** 2).mean()
power.item()
""",
        "params": {"SEED": 17},
        "metrics": ("power",),
    },
    {
        "name": "torch-device-epochs-print",
        "setup": TORCH_LOADER_AND_OPTIM,
        "code": """
device = "cpu"
num_epochs = 3
learning_rate = 0.05
model = nn.Sequential(nn.Linear(3, 8), nn.ReLU(), nn.Linear(8, 2)).to(device)
criterion = nn.CrossEntropyLoss()
optimizer = optim.Adam(model.parameters(), lr=learning_rate)
for epoch in range(num_epochs):
    model.train()
    running_loss = 0.0
    for xb, yb in loader:
        xb, yb = xb.to(device), yb.to(device)
        optimizer.zero_grad()
        outputs = model(xb)
        loss = criterion(outputs, yb)
        loss.backward()
        optimizer.step()
        running_loss += loss.item()
    epoch_loss = running_loss / len(loader)
    print(f"Epoch [{epoch+1}/{num_epochs}], Loss: {epoch_loss:.4f}")
""",
        "params": {
            "num_epochs": 3,
            "learning_rate": 0.05,
            "Linear.inputs": [3, 8],
            "Linear.outputs": [8, 2],
            "DataLoader.batch_size": 5,
        },
        "curves": {"epoch_loss": range(3)},
    },
    {
        "name": "torch-eval-only",
        "setup": TORCH_LOADER_AND_OPTIM + "net = nn.Linear(3, 2)",
        "code": """
net.eval()
hits, seen = 0, 0
with torch.no_grad():
    for xb, yb in loader:
        pred = net(xb).argmax(1)
        hits += (pred == yb).sum().item()
        seen += yb.size(0)
accuracy = 100.0 * hits / seen
print("Accuracy: %.1f%%" % accuracy)
""",
        "params": {"DataLoader.batch_size": 5, "Linear.inputs": 3, "Linear.outputs": 2},
        "metrics": ("accuracy",),
    },
    {
        "name": "torch-two-optimizers",
        "setup": TORCH_LOADER_AND_OPTIM,
        "code": """
results = {}
for name, make in {"sgd": lambda p: optim.SGD(p, lr=0.1), "adam": lambda p: optim.Adam(p, lr=0.01)}.items():
    torch.manual_seed(0)
    m = nn.Linear(3, 2)
    opt = make(m.parameters())
    for _ in range(4):
        loss = F.cross_entropy(m(xs), ys)
        opt.zero_grad()
        loss.backward()
        opt.step()
    results[name] = loss.item()
results
""",
        "params": {"SGD.lr": 0.1, "Adam.lr": 0.01, "manual_seed": 0, "Linear.inputs": 3, "Linear.outputs": 2},
        "metrics": ("results.sgd", "results.adam"),
        "curves": {"loss": range(2)},
    },
    {
        "name": "jax-style-update",
        "setup": RNG_3 + "A = rng.normal(size=(10, 3))\nb = A @ np.array([1.0, -2.0, 0.5])\n",
        "code": """
def loss_fn(params, A, b):
    return np.mean((A @ params - b) ** 2)

def grad_fn(params, A, b):
    return 2 * A.T @ (A @ params - b) / len(b)

def update(params, A, b, step_size):
    return params - step_size * grad_fn(params, A, b)

step_size = 0.1
params = np.zeros(3)
for i in range(5):
    params = update(params, A, b, step_size)
    print(i, loss_fn(params, A, b))
final_loss = loss_fn(params, A, b)
""",
        "params": {"step_size": 0.1},
        "metrics": ("final_loss",),
        "curves": {"loss_fn": range(5)},
    },
    {
        "name": "keras-history-dict",
        "setup": RNG_3
        + """
class History:
    def __init__(self, n): self.history = {"loss": [1 / (i + 1) for i in range(n)], "val_loss": [1.2 / (i + 1) for i in range(n)]}
class Model:
    def compile(self, optimizer="adam", loss=None): pass
    def fit(self, x, y, epochs=1, batch_size=32, validation_split=0.0, verbose=1): return History(epochs)
    def evaluate(self, x, y, verbose=1): return [0.31, 0.87]
def build_model(units, dropout=0.0): return Model()
x_train, y_train = rng.random((8, 2)), rng.random(8)
""",
        "code": """
EPOCHS = 4
model = build_model(64, dropout=0.25)
model.compile(optimizer="rmsprop", loss="mse")
hist = model.fit(x_train, y_train, epochs=EPOCHS, batch_size=16, validation_split=0.2, verbose=0)
test_loss, test_acc = model.evaluate(x_train, y_train, verbose=0)
best_val = min(hist.history["val_loss"])
print(test_loss, test_acc, best_val)
""",
        "params": {
            "EPOCHS": 4,
            "build_model.units": 64,
            "build_model.dropout": 0.25,
            "compile.optimizer": "rmsprop",
            "compile.loss": "mse",
            "fit.batch_size": 16,
            "fit.validation_split": 0.2,
        },
        "metrics": ("test_loss", "test_acc", "best_val"),
        "curves": {"val_loss": range(4), "loss": range(4)},
    },
    {
        "name": "nested-config-dict",
        "setup": TORCH_INPUTS_LABELS,
        "code": """
CONFIG = {
    "seed": 0,
    "model": {"hidden": 4, "bias": True},
    "optim": {"lr": 0.1, "betas": (0.9, 0.99)},
    "epochs": 3,
}
torch.manual_seed(CONFIG["seed"])
net = nn.Sequential(nn.Linear(2, CONFIG["model"]["hidden"]), nn.ReLU(), nn.Linear(CONFIG["model"]["hidden"], 2))
opt = torch.optim.Adam(net.parameters(), lr=CONFIG["optim"]["lr"], betas=CONFIG["optim"]["betas"])
ce = nn.CrossEntropyLoss()
for epoch in range(CONFIG["epochs"]):
    opt.zero_grad()
    loss = ce(net(inputs), labels)
    loss.backward()
    opt.step()
print("final", loss.item())
""",
        "params": {
            "CONFIG.seed": 0,
            "CONFIG.model.hidden": 4,
            "CONFIG.model.bias": True,
            "CONFIG.optim.lr": 0.1,
            "CONFIG.optim.betas": (0.9, 0.99),
            "CONFIG.epochs": 3,
            "Linear.inputs": 2,
            "Linear.outputs": 2,
        },
        "curves": {"loss": range(3)},
    },
    {
        "name": "softmax-sgd-numpy",
        "setup": DIGIT_IMAGES,
        "code": """
lr, epochs, batch = 0.5, 3, 10
W = np.zeros((16, 3))
onehot = np.eye(3)[digits]
for epoch in range(epochs):
    order = np.random.RandomState(epoch).permutation(len(images))
    for s in range(0, len(images), batch):
        idx = order[s : s + batch]
        z = images[idx] @ W
        p = np.exp(z - z.max(1, keepdims=True))
        p /= p.sum(1, keepdims=True)
        W -= lr * images[idx].T @ (p - onehot[idx]) / batch
    scores = images @ W
    train_err = np.mean(scores.argmax(1) != digits)
    print("epoch", epoch, "err", train_err)
""",
        "params": {"lr": 0.5, "epochs": 3, "batch": 10},
        "curves": {"train_err": range(3)},
    },
    {
        "name": "fastai-like-loop",
        "setup": TORCH_NET,
        "code": """
bs, lr, n_epochs = 4, 0.1, 2
net = Net(4, 6, p_drop=0.2)
opt = torch.optim.SGD(net.parameters(), lr=lr, momentum=0.9)
for epoch in range(n_epochs):
    net.train()
    for xb, tb in train_dl:
        loss = F.cross_entropy(net(xb), tb)
        loss.backward()
        opt.step()
        opt.zero_grad()
    net.eval()
    with torch.no_grad():
        valid_loss = sum(F.cross_entropy(net(xb), tb) for xb, tb in valid_dl) / len(valid_dl)
    print(epoch, valid_loss)
""",
        "params": {
            "bs": 4,
            "lr": 0.1,
            "n_epochs": 2,
            "Net.n_in": 4,
            "Net.n_hidden": 6,
            "Net.p_drop": 0.2,
            "SGD.momentum": 0.9,
            "train_dl.batch_size": 4,
            "valid_dl.batch_size": 8,
        },
        "curves": {"loss": range(2), "valid_loss": range(2)},
    },
    {
        "name": "train-valid-functions-earlier",
        "setup": TORCH_NET
        + """
def train_one_epoch(net, dl, opt, clip=None):
    tot = 0.0
    for xb, tb in dl:
        l = F.cross_entropy(net(xb), tb)
        l.backward(); opt.step(); opt.zero_grad()
        tot += l.item()
    return tot / len(dl)
def validate(net, dl):
    ok = sum((net(xb).argmax(1) == tb).float().mean().item() for xb, tb in dl)
    return ok / len(dl)
""",
        "code": """
net = Net(4, 8)
opt = torch.optim.Adam(net.parameters(), lr=2e-3)
train_losses, valid_accs = [], []
best_acc = 0
for ep in range(1, 4):
    train_losses.append(train_one_epoch(net, train_dl, opt, clip=1.0))
    acc = validate(net, valid_dl)
    valid_accs.append(acc)
    if acc > best_acc:
        best_acc = acc
        best_state = net.state_dict()
print(f"best {best_acc:.3f}")
""",
        "params": {
            "Net.n_in": 4,
            "Net.n_hidden": 8,
            "Adam.lr": 0.002,
            "train_one_epoch.clip": 1.0,
            "valid_dl.batch_size": 8,
            "train_dl.batch_size": 4,
        },
        "curves": {"train_losses": range(1, 4), "acc": range(1, 4), "best_acc": None},
    },
    {
        "name": "lr-scheduler-logged",
        "setup": TORCH_NET,
        "code": """
net = nn.Linear(4, 2)
opt = torch.optim.SGD(net.parameters(), lr=0.5)
sched = torch.optim.lr_scheduler.StepLR(opt, step_size=2, gamma=0.1)
lrs = []
for step in range(4):
    loss = F.cross_entropy(net(X), T)
    opt.zero_grad()
    loss.backward()
    opt.step()
    sched.step()
    lrs.append(sched.get_last_lr()[0])
loss.item()
""",
        "params": {"SGD.lr": 0.5, "StepLR.step_size": 2, "StepLR.gamma": 0.1, "Linear.inputs": 4, "Linear.outputs": 2},
        "curves": {"loss": range(4), "lrs": range(4)},
    },
    {
        "name": "torch-closure-trainer",
        "setup": TORCH_XT_YT,
        "code": """
def make_trainer(model, lr, wd=0.0):
    opt = optim.SGD(model.parameters(), lr=lr, weight_decay=wd)
    crit = nn.CrossEntropyLoss()
    def step(x, y):
        opt.zero_grad()
        out = crit(model(x), y)
        out.backward()
        opt.step()
        return out.item()
    return step

net = nn.Linear(2, 2)
step = make_trainer(net, 0.2, wd=1e-3)
for i in range(4):
    train_loss = step(Xt, yt)
print("last", train_loss)
""",
        "params": {"make_trainer.lr": 0.2, "make_trainer.wd": 0.001, "Linear.inputs": 2, "Linear.outputs": 2},
        "curves": {"train_loss": range(4)},
    },
    {
        "name": "torch-history-list-of-dicts",
        "setup": TORCH_XT_YT,
        "code": """
hp = {"lr": 0.1, "epochs": 3, "hidden": 4}
model = nn.Sequential(nn.Linear(2, hp["hidden"]), nn.ReLU(), nn.Linear(hp["hidden"], 2))
opt = optim.Adam(model.parameters(), lr=hp["lr"])
lossfn = nn.CrossEntropyLoss(label_smoothing=0.1)
log = []
for e in range(hp["epochs"]):
    logits = model(Xt)
    loss = lossfn(logits, yt)
    opt.zero_grad(); loss.backward(); opt.step()
    log.append({"epoch": e, "loss": loss.item(), "acc": (logits.argmax(1) == yt).float().mean().item()})
log[-1]
""",
        "params": {
            "hp.lr": 0.1,
            "hp.epochs": 3,
            "hp.hidden": 4,
            "CrossEntropyLoss.label_smoothing": 0.1,
            "Linear.inputs": 2,
            "Linear.outputs": 2,
        },
        "curves": {"loss": range(3), "log.acc": range(3)},
    },
    {
        "name": "torch-grad-norm",
        "setup": TORCH_XT_YT,
        "code": """
torch.manual_seed(1)
w = nn.Linear(2, 2)
opt = optim.SGD(w.parameters(), lr=0.3)
sched = optim.lr_scheduler.StepLR(opt, step_size=1, gamma=0.5)
for it in range(3):
    opt.zero_grad()
    l = nn.CrossEntropyLoss()(w(Xt), yt)
    l.backward()
    opt.step()
    sched.step()
    cur_lr = sched.get_last_lr()[0]
    print(f"it {it} loss {l.item():.3f} lr {cur_lr:.3f}")
""",
        "params": {
            "SGD.lr": 0.3,
            "StepLR.step_size": 1,
            "StepLR.gamma": 0.5,
            "manual_seed": 1,
            "Linear.inputs": 2,
            "Linear.outputs": 2,
        },
        "curves": {"l": range(3), "cur_lr": range(3)},
    },
    {
        "name": "jaxlike-state-tuple",
        "setup": NUMPY_R_21 + "xs = r.normal(size=30)\nys = 3 * xs + 1 + r.normal(0, 0.1, 30)\n",
        "code": """
lr = 0.1
def init(): return {"w": 0.0, "b": 0.0}
def loss(p): return float(np.mean((p["w"] * xs + p["b"] - ys) ** 2))
def grads(p):
    e = p["w"] * xs + p["b"] - ys
    return {"w": float(np.mean(2 * e * xs)), "b": float(np.mean(2 * e))}
state = init()
curve = []
for _ in range(5):
    g = grads(state)
    state = {k: v - lr * g[k] for k, v in state.items()}
    curve.append(loss(state))
print("loss", curve[-1])
""",
        "params": {"lr": 0.1},
        "curves": {"curve": range(5)},
    },
    {
        "name": "torch-eval-metrics-last",
        "setup": TORCH_BATCH + "net = nn.Linear(3, 2)\n",
        "code": """
with torch.no_grad():
    out = net(bx)
    nll = F.cross_entropy(out, by).item()
    hits = (out.argmax(1) == by).float().mean().item()
nll, hits
""",
        "params": {"Linear.inputs": 3, "Linear.outputs": 2},
        "metrics": ("nll", "hits"),
    },
    {
        "name": "torch-best-checkpoint-dict",
        "setup": TORCH_BATCH,
        "code": """
cfg = dict(lr=0.2, epochs=4)
net = nn.Linear(3, 2)
opt = torch.optim.SGD(net.parameters(), lr=cfg["lr"])
ckpt = {"loss": float("inf"), "epoch": -1}
for epoch in range(1, cfg["epochs"] + 1):
    opt.zero_grad()
    loss = F.cross_entropy(net(bx), by)
    loss.backward()
    opt.step()
    if loss.item() < ckpt["loss"]:
        ckpt = {"loss": loss.item(), "epoch": epoch}
print(ckpt["loss"], ckpt["epoch"])
""",
        "params": {"cfg.lr": 0.2, "cfg.epochs": 4, "Linear.inputs": 3, "Linear.outputs": 2},
        "curves": {"loss": range(1, 5)},
    },
    {
        "name": "regularised-loss-parts-shown",
        "setup": TORCH_BATCH,
        "code": """
lam = 0.01
net = nn.Linear(3, 2)
opt = torch.optim.Adam(net.parameters(), lr=0.05)
for it in range(3):
    data_loss = F.cross_entropy(net(bx), by)
    penalty = sum((p * p).sum() for p in net.parameters())
    total = data_loss + lam * penalty
    opt.zero_grad(); total.backward(); opt.step()
    print(f"{it}: data {data_loss.item():.3f} pen {penalty.item():.3f}")
""",
        "params": {"lam": 0.01, "Adam.lr": 0.05, "Linear.inputs": 3, "Linear.outputs": 2},
        "curves": {"data_loss": range(3), "penalty": range(3), "total": range(3)},
    },
    {
        "name": "torch-minibatch-avg-meter",
        "setup": TORCH_INPUT_TARGET
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
        "params": {
            "DataLoader.batch_size": 6,
            "DataLoader.shuffle": True,
            "SGD.lr": 0.1,
            "Linear.inputs": 2,
            "Linear.outputs": 2,
        },
        "metrics": ("avg",),
        "curves": {"avg": range(2), "loss": range(2)},
    },
    {
        "name": "torch-warmup-lr",
        "setup": TORCH_INPUT_TARGET,
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
        "params": {"base_lr": 0.2, "warmup": 2, "steps": 5, "Linear.inputs": 2, "Linear.outputs": 2},
        "metrics": ("acc",),
        "curves": {"loss": range(5)},
    },
    {
        "name": "torch-sweep-dict",
        "setup": TORCH_INPUT_TARGET
        + "def fit(lr, epochs=3, hidden=4):\n    m = nn.Linear(2, 2); o = optim.Adam(m.parameters(), lr=lr)\n    for _ in range(epochs):\n        l = nn.CrossEntropyLoss()(m(inp), tgt); o.zero_grad(); l.backward(); o.step()\n    return l.item()\n",
        "code": """
sweep = {lr: fit(lr, epochs=4) for lr in (1e-1, 1e-2)}
best_lr = min(sweep, key=sweep.get)
print(f"best lr {best_lr}: {sweep[best_lr]:.3f}")
""",
        "params": {"best_lr": 0.1, "fit.epochs": 4},
    },
]
