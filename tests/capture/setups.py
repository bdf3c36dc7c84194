"""What earlier cells of the corpus have done, shared by its files."""

# the cells are text, as people write it

RNG_3 = "import numpy as np\nrng = np.random.default_rng(3)\n"
TITANIC = (
    RNG_3
    + """
import pandas as pd
from sklearn.model_selection import train_test_split, StratifiedKFold
train = pd.DataFrame({"Age": rng.integers(1, 80, 90), "Fare": rng.random(90) * 50, "Pclass": rng.integers(1, 4, 90)})
train["Survived"] = (train["Fare"] > 25).astype(int)
features = ["Age", "Fare", "Pclass"]
"""
)
TORCH_TRAIN_LOADER = """
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, TensorDataset
g = np.random.default_rng(0)
xs = g.normal(size=(30, 2))
x_train, y_train = torch.tensor(xs), torch.tensor((xs[:, 0] > 0).astype(float))
train_dl = DataLoader(TensorDataset(x_train, y_train), batch_size=10)
"""
RNG_5 = "import numpy as np\nrng = np.random.default_rng(5)\n"
DATA = (
    RNG_5
    + """
from sklearn.datasets import make_classification, make_regression
from sklearn.model_selection import train_test_split
X, y = make_classification(n_samples=100, random_state=0)
X_tr, X_te, y_tr, y_te = train_test_split(X, y, random_state=0)
"""
)
KERAS = (
    RNG_5
    + """
class History:
    def __init__(self, n):
        self.history = {"loss": [1 / (i + 1) for i in range(n)], "accuracy": [0.5 + 0.1 * i for i in range(n)]}
class Dense:
    def __init__(self, units, activation=None):
        self.units = units
class Sequential:
    def __init__(self, layers):
        self.layers = layers
    def compile(self, optimizer="sgd", loss="mse", metrics=()):
        self.loss = loss
    def fit(self, X, y, epochs=1, batch_size=32, validation_split=0.0, verbose=1):
        return History(epochs)
    def evaluate(self, X, y, verbose=0):
        return 0.3, 0.9
X, y = rng.normal(size=(10, 2)), rng.integers(0, 2, 10)
"""
)
TORCH_X_T = """
import numpy as np
import torch
from torch import nn
g = np.random.default_rng(0)
xs = g.normal(size=(30, 2))
x, t = torch.tensor(xs), torch.tensor((xs[:, 0] > 0).astype(float))
"""
RNG_11 = "import numpy as np\nrng = np.random.default_rng(11)\n"
CLASSIFICATION_SPLIT = (
    RNG_11
    + """
from sklearn.datasets import make_classification
from sklearn.model_selection import train_test_split
X, y = make_classification(n_samples=80, n_features=5, random_state=2)
Xtr, Xte, ytr, yte = train_test_split(X, y, random_state=2)
"""
)
OPTUNA = (
    RNG_11
    + """
class Trial:
    def __init__(self, number):
        self.number = number
    def suggest_float(self, name, low, high, log=False):
        return (low + high) / (2 + self.number)
class Study:
    def __init__(self, direction="minimize"):
        self.direction = direction
        self.best_value = None
        self.best_params = {}
    def optimize(self, objective, n_trials=1, timeout=None):
        values = [objective(Trial(i)) for i in range(n_trials)]
        self.best_value = min(values)
        self.best_params = {"x": 1.0}
class optuna:
    @staticmethod
    def create_study(direction="minimize", sampler=None):
        return Study(direction)
"""
)
HUGGING_FACE = (
    RNG_11
    + """
from dataclasses import dataclass
@dataclass
class TrainingArguments:
    output_dir: str = "out"
    learning_rate: float = 5e-5
    num_train_epochs: int = 3
class Trainer:
    def __init__(self, model=None, args=None, train_dataset=None):
        self.args = args
    def train(self):
        return self
    def evaluate(self):
        return {"eval_loss": 0.4, "eval_accuracy": 0.8, "epoch": 2.0}
"""
)
RNG_21 = "import numpy as np\nrng = np.random.default_rng(21)\n"
WINE_SPLIT = (
    RNG_21
    + """
from sklearn.datasets import load_wine
from sklearn.model_selection import train_test_split
X, y = load_wine(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=4)
"""
)
TORCH_TWO_LOADERS = """
import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
g = np.random.default_rng(1)
xs = g.normal(size=(24, 2))
X, y = torch.tensor(xs), torch.tensor((xs[:, 1] > 0).astype(float))
train_loader = DataLoader(TensorDataset(X, y), batch_size=8)
val_loader = DataLoader(TensorDataset(X, y), batch_size=12)
"""
RNG_31 = "import numpy as np\nrng = np.random.default_rng(31)\n"
BREAST_CANCER_SPLIT = (
    RNG_31
    + """
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
X, y = load_breast_cancer(return_X_y=True)
X = StandardScaler().fit_transform(X)[:120, :6]
y = y[:120]
X_train, X_val, y_train, y_val = train_test_split(X, y, random_state=3)
"""
)
TORCH_TWO_LOADERS_AND_OPTIM = """
import numpy as np
import torch
import torch.nn as nn
import torch.optim as optim
from torch.utils.data import DataLoader, TensorDataset
g = np.random.default_rng(1)
feat = g.normal(size=(24, 3))
ds = TensorDataset(torch.tensor(feat), torch.tensor((feat[:, 1] > 0).astype(float)))
train_dl, valid_dl = DataLoader(ds, batch_size=8), DataLoader(ds, batch_size=24)
"""
RNG_77 = "import numpy as np\nrng = np.random.default_rng(77)\n"
REGION_SALES = (
    RNG_77
    + """
import pandas as pd
sales = pd.DataFrame({"region": list("nsnsew"), "units": [3, 5, 2, 8, 1, 4], "price": [1.5, 2.0, 1.5, 2.5, 3.0, 2.0]})
"""
)
DIABETES_SPLIT = (
    RNG_77
    + """
from sklearn.datasets import load_diabetes
from sklearn.model_selection import train_test_split
X, y = load_diabetes(return_X_y=True)
X, y = X[:150], y[:150]
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=8)
"""
)
TORCH_TQDM = """
import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from tqdm.auto import tqdm
g = np.random.default_rng(4)
arr = g.normal(size=(20, 2))
data = TensorDataset(torch.tensor(arr), torch.tensor((arr.sum(1) > 0).astype(float)))
loader = DataLoader(data, batch_size=5)
device = "cpu"
"""
RNG_13 = "import numpy as np\nrng = np.random.default_rng(13)\n"
IRIS_SPLIT = (
    RNG_13
    + """
from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split
X, y = load_iris(return_X_y=True)
Xtr, Xte, ytr, yte = train_test_split(X, y, random_state=5, stratify=y)
"""
)
TRIPS = (
    RNG_13
    + """
import pandas as pd
trips = pd.DataFrame({"km": [1.2, 3.4, 0.5, 7.7], "fare": [4.0, 9.5, 3.0, 20.0], "tip": [0.0, 1.5, 0.5, 4.0], "paid": ["card", "cash", "card", "card"]})
"""
)
TORCH_LOADER = """
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, TensorDataset
pts = np.random.default_rng(2).normal(size=(16, 2))
X = torch.tensor(pts)
t = torch.tensor((pts[:, 0] > 0).astype(float))
dl = DataLoader(TensorDataset(X, t), batch_size=8)
"""
PASSENGERS = """
import numpy as np
import pandas as pd
gen = np.random.default_rng(0)
train = pd.DataFrame({"age": gen.integers(18, 80, 60), "fare": gen.exponential(30, 60), "sex": gen.choice(["m", "f"], 60), "survived": gen.integers(0, 2, 60)})
test = train.drop(columns="survived").head(20)
"""
CLASSIFICATION = """
import numpy as np
from sklearn.datasets import make_classification
X, y = make_classification(n_samples=80, n_features=5, random_state=1)
"""
TORCH_LOADER_AND_OPTIM = """
import numpy as np
import torch
from torch import nn, optim
import torch.nn.functional as F
from torch.utils.data import DataLoader, TensorDataset
a = np.random.default_rng(4).normal(size=(20, 3))
xs = torch.tensor(a)
ys = torch.tensor((a[:, 1] > 0).astype(float))
loader = DataLoader(TensorDataset(xs, ys), batch_size=5)
"""
NUMPY_SEED_1 = "import numpy as np\nnp.random.seed(1)\n"
IRIS = """
from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split
iris = load_iris()
X, y = iris.data, iris.target
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.4, random_state=2)
"""
SALES = """
import pandas as pd
sales = pd.DataFrame({"store": list("aabbcc"), "month": [1, 2] * 3, "units": [10, 12, 7, 9, 20, 25], "price": [2.0, 2.0, 3.0, 3.5, 1.0, 1.5]})
"""
TORCH_INPUTS_LABELS = """
import numpy as np
import torch
import torch.nn as nn
raw = np.random.default_rng(8).normal(size=(12, 2))
inputs = torch.tensor(raw)
labels = torch.tensor((raw.sum(1) > 0).astype(float))
"""
NUMPY = "import numpy as np\n"
HOUSES = """
import numpy as np
import pandas as pd
rs = np.random.RandomState(5)
houses = pd.DataFrame({"sqft": rs.uniform(500, 3000, 50), "beds": rs.randint(1, 6, 50), "zip": rs.choice(["A", "B", "C"], 50)})
houses["price"] = 100 * houses.sqft + 5000 * houses.beds + rs.normal(0, 1e4, 50)
"""
DIGIT_IMAGES = """
import numpy as np
rs = np.random.RandomState(6)
images = rs.rand(40, 16)
digits = rs.randint(0, 3, 40)
"""
TORCH_NET = """
import numpy as np
import torch
from torch import nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, TensorDataset
feat = np.random.default_rng(9).normal(size=(16, 4))
X = torch.tensor(feat)
T = torch.tensor((feat[:, 0] > 0).astype(float))
train_dl = DataLoader(TensorDataset(X, T), batch_size=4)
valid_dl = DataLoader(TensorDataset(X, T), batch_size=8)
class Net(nn.Module):
    def __init__(self, n_in, n_hidden, p_drop=0.1):
        self.a = nn.Linear(n_in, n_hidden)
        self.b = nn.Linear(n_hidden, 2)
    def forward(self, x):
        return self.b(self.a(x))
"""
NUMPY_R_21 = "import numpy as np\nr = np.random.default_rng(21)\n"
BIKES = """
import numpy as np
import pandas as pd
r = np.random.default_rng(21)
bikes = pd.DataFrame({"hour": np.tile(np.arange(12), 4), "season": np.repeat(["winter", "spring", "summer", "fall"], 12), "temp": r.normal(15, 8, 48), "rides": r.integers(5, 90, 48)})
"""
WINE = """
from sklearn.datasets import load_wine
from sklearn.model_selection import train_test_split
data = load_wine()
Xa, Xb, ya, yb = train_test_split(data.data, data.target, test_size=0.3, random_state=0)
"""
TORCH_XT_YT = """
import numpy as np
import torch
import torch.nn as nn
import torch.optim as optim
pts = np.random.default_rng(30).normal(size=(12, 2))
Xt = torch.tensor(pts)
yt = torch.tensor((pts[:, 0] * pts[:, 1] > 0).astype(float))
"""
NUMPY_SEED_3 = "import numpy as np\nnp.random.seed(3)\n"
SHOP = """
import numpy as np
import pandas as pd
np.random.seed(3)
orders = pd.DataFrame({"country": ["de", "fr", "de", "it", "fr", "de"], "amount": [20.0, 35.5, 12.0, 80.0, 5.5, 40.0], "returned": [0, 1, 0, 0, 1, 0]})
"""
CANCER = """
import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
X, y = load_breast_cancer(return_X_y=True)
X, y = X[:150, :8], y[:150]
X_tr, X_te, y_tr, y_te = train_test_split(X, y, random_state=1)
"""
TORCH_BATCH = """
import numpy as np
import torch
from torch import nn
import torch.nn.functional as F
z = np.random.default_rng(7).normal(size=(10, 3))
bx = torch.tensor(z)
by = torch.tensor((z[:, 2] > 0).astype(float))
"""
NUMPY_SEED_11 = "import numpy as np\nnp.random.seed(11)\n"
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
TORCH_INPUT_TARGET = """
import numpy as np
import torch
from torch import nn, optim
from torch.utils.data import TensorDataset, DataLoader
q = np.random.default_rng(13).normal(size=(18, 2))
inp = torch.tensor(q)
tgt = torch.tensor((q[:, 0] > q[:, 1]).astype(float))
"""
