"""Cells in the style of PyTorch: epochs and batches, optimizers, schedulers, early stopping."""

# the cells are text, as people write it

DATA = """
import numpy as np
import torch
from torch import nn, optim
from torch.utils.data import DataLoader, TensorDataset
rng = np.random.default_rng(0)
Xa = rng.normal(size=(40, 3))
X = torch.tensor(Xa)
y = torch.tensor((Xa[:, 0] > 0).astype(float))
loader = DataLoader(TensorDataset(X, y), batch_size=10)
"""
NET = """
class Net(nn.Module):
    def __init__(self, n_in, hidden=8):
        self.fc = nn.Linear(n_in, hidden)
        self.out = nn.Linear(hidden, 2)
    def forward(self, x):
        return self.out(self.fc(x))
def evaluate(model):
    correct = (model(X).argmax(1) == y).sum().item()
    return correct / len(y)
"""

CELLS = [
    {
        "name": "torch-running-loss",
        "setup": [DATA, NET],
        "code": """
model = Net(3, hidden=16)
criterion = nn.CrossEntropyLoss(label_smoothing=0.1)
optimizer = optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
for epoch in range(3):
    running_loss = 0.0
    for xb, yb in loader:
        optimizer.zero_grad()
        loss = criterion(model(xb), yb)
        loss.backward()
        optimizer.step()
        running_loss += loss.item()
    epoch_loss = running_loss / len(loader)
    acc = evaluate(model)
    print(f"{epoch}: {epoch_loss:.3f} {acc:.3f}")
""",
        "params": {
            "Net.n_in": 3,
            "Net.hidden": 16,
            "CrossEntropyLoss.label_smoothing": 0.1,
            "SGD.lr": 0.1,
            "SGD.momentum": 0.9,
            "DataLoader.batch_size": 10,
        },
        "curves": {"epoch_loss": range(3), "acc": range(3)},
    },
    {
        "name": "torch-full-batch",
        "setup": [DATA],
        "code": """
torch.manual_seed(0)
n_epochs = 4
learning_rate = 0.05
model = nn.Linear(3, 1)
loss_fn = nn.MSELoss(reduction="mean")
opt = optim.Adam(model.parameters(), lr=learning_rate)
for epoch in range(n_epochs):
    pred = model(X)
    loss = loss_fn(pred, y)
    opt.zero_grad()
    loss.backward()
    opt.step()
    if epoch % 2 == 0:
        print(epoch, loss.item())
""",
        "params": {
            "n_epochs": 4,
            "learning_rate": 0.05,
            "MSELoss.reduction": "mean",
            "manual_seed": 0,
            "Linear.inputs": 3,
            "Linear.outputs": 1,
        },
        "curves": {"loss": range(4)},
    },
    {
        "name": "torch-loss-item-list",
        "setup": [DATA],
        "code": """
model = nn.Linear(3, 1)
opt = optim.SGD(model.parameters(), lr=0.1)
losses = []
for epoch in range(3):
    for xb, yb in loader:
        loss = nn.functional.mse_loss(model(xb), yb)
        opt.zero_grad()
        loss.backward()
        opt.step()
        losses.append(loss.item())
""",
        "params": {"SGD.lr": 0.1, "Linear.inputs": 3, "Linear.outputs": 1, "DataLoader.batch_size": 10},
        "curves": {"loss": range(3)},
    },
    {
        "name": "torch-accuracy-counts",
        "setup": [DATA, NET],
        "code": """
net = Net(3)
net.eval()
correct = 0
total = 0
with torch.no_grad():
    for xb, yb in loader:
        out = net(xb)
        pred = out.argmax(1)
        total += yb.size(0)
        correct += (pred == yb).sum().item()
accuracy = 100 * correct / total
print(f"Accuracy: {accuracy:.1f}%")
""",
        "params": {"Net.n_in": 3, "DataLoader.batch_size": 10},
        "metrics": ("accuracy",),
    },
    {
        "name": "torch-scheduler-and-best",
        "setup": [DATA, NET],
        "code": """
import copy
model = Net(3, hidden=4)
opt = optim.SGD(model.parameters(), lr=0.5)
sched = optim.lr_scheduler.StepLR(opt, step_size=2, gamma=0.5)
best_acc = 0.0
best_state = None
for epoch in range(4):
    for xb, yb in loader:
        loss = nn.functional.cross_entropy(model(xb), yb)
        opt.zero_grad()
        loss.backward()
        opt.step()
    sched.step()
    val_acc = evaluate(model)
    if val_acc > best_acc:
        best_acc = val_acc
        best_state = copy.deepcopy(model.state_dict())
model.load_state_dict(best_state)
print(f"best {best_acc:.3f}")
""",
        "params": {
            "Net.n_in": 3,
            "Net.hidden": 4,
            "SGD.lr": 0.5,
            "StepLR.step_size": 2,
            "StepLR.gamma": 0.5,
            "DataLoader.batch_size": 10,
        },
        "curves": {"loss": range(4), "val_acc": range(4), "best_acc": 2},
    },
    {
        "name": "torch-train-function-in-cell",
        "setup": [DATA, NET],
        "code": """
def train_one_epoch(model, opt, clip=1.0):
    total = 0.0
    for xb, yb in loader:
        loss = nn.functional.cross_entropy(model(xb), yb)
        opt.zero_grad()
        loss.backward()
        opt.step()
        total += loss.item()
    return total / len(loader)

model = Net(3)
opt = optim.SGD(model.parameters(), lr=0.2)
for epoch in range(1, 4):
    train_loss = train_one_epoch(model, opt, clip=0.5)
    val_acc = evaluate(model)
    print(epoch, train_loss, val_acc)
""",
        "params": {"Net.n_in": 3, "SGD.lr": 0.2, "train_one_epoch.clip": 0.5, "DataLoader.batch_size": 10},
        "curves": {"train_loss": [1, 2, 3], "val_acc": [1, 2, 3]},
    },
    {
        "name": "torch-device-and-loader",
        "setup": [DATA],
        "code": """
device = "cuda" if torch.cuda.is_available() else "cpu"
BATCH = 20
train_loader = DataLoader(TensorDataset(X, y), batch_size=BATCH, shuffle=True, num_workers=0)
model = nn.Linear(3, 1).to(device)
opt = optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.01)
for epoch in range(2):
    epoch_loss = 0.0
    for xb, yb in train_loader:
        loss = nn.functional.mse_loss(model(xb.to(device)), yb.to(device))
        opt.zero_grad(); loss.backward(); opt.step()
        epoch_loss += loss.item() * len(xb)
    epoch_loss /= len(X)
""",
        "params": {
            "BATCH": 20,
            "DataLoader.shuffle": True,
            "DataLoader.num_workers": 0,
            "AdamW.lr": 0.001,
            "AdamW.weight_decay": 0.01,
            "Linear.inputs": 3,
            "Linear.outputs": 1,
        },
        "curves": {"epoch_loss": range(2)},
    },
    {
        "name": "torch-plateau-early-stop",
        "setup": [DATA],
        "code": """
model = nn.Linear(3, 1)
opt = optim.SGD(model.parameters(), lr=0.01)
sched = optim.lr_scheduler.ReduceLROnPlateau(opt, patience=2)
best, bad, patience = float("inf"), 0, 3
for epoch in range(6):
    loss = nn.functional.mse_loss(model(X), y)
    opt.zero_grad()
    loss.backward()
    opt.step()
    val = float(loss)
    sched.step(val)
    if val < best:
        best, bad = val, 0
    else:
        bad += 1
    if bad > patience:
        break
""",
        "params": {
            "patience": 3,
            "SGD.lr": 0.01,
            "ReduceLROnPlateau.patience": 2,
            "Linear.inputs": 3,
            "Linear.outputs": 1,
        },
        "curves": {"loss": range(6), "val": range(6), "best": range(6)},
    },
]
