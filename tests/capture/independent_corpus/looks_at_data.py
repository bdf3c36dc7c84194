"""Cells that look at data, draw, read and time: there is nothing to record."""

# the cells are text, as people write it

from independent_setups import BLOBS, CANCER, CANCER_SPLIT, DIABETES, IRIS

SALES = """
import numpy as np
import pandas as pd
r = np.random.default_rng(11)
sales = pd.DataFrame({
    "date": pd.date_range("2023-01-01", periods=60),
    "store": r.choice(["A", "B", "C"], 60),
    "units": r.integers(1, 40, 60),
    "price": r.random(60).round(2) * 10,
})
"""

CELLS = [
    {
        "name": "look-head-and-shape",
        "setup": [CANCER],
        "code": """
n_rows, n_cols = df.shape
print(f"{n_rows} rows, {n_cols} columns")
print("missing:", df.isna().sum().sum())
df.head()
""",
    },
    {
        "name": "look-describe-and-value-counts",
        "setup": [SALES],
        "code": """
print(sales.dtypes)
display_cols = ['units', 'price']
sales['store'].value_counts()
sales[display_cols].describe()
""",
        "optional": ("display_cols",),
    },
    {
        "name": "look-correlations-of-target",
        "setup": [CANCER],
        "code": """
corr = df.corr(numeric_only=True)
corr['target'].sort_values(ascending=False).head(10)
""",
    },
    {
        "name": "look-heatmap",
        "setup": [DIABETES],
        "code": """
import matplotlib.pyplot as plt
fig_w, fig_h = 9, 7
corrmat = X.corr()
f, ax = plt.subplots(figsize=(fig_w, fig_h))
im = ax.imshow(corrmat, vmin=-1, vmax=1, cmap='coolwarm')
f.colorbar(im, shrink=0.8)
for i in range(len(corrmat)):
    for j in range(len(corrmat)):
        txt = round(corrmat.iloc[i, j], 2)
        ax.text(j, i, txt, ha='center', va='center', fontsize=6)
plt.close(f)
""",
    },
    {
        "name": "look-decision-region-limits",
        "setup": [IRIS],
        "code": """
import matplotlib.pyplot as plt
h = .1
x_min, x_max = X[:, 0].min() - 1, X[:, 0].max() + 1
y_min, y_max = X[:, 1].min() - 1, X[:, 1].max() + 1
xx, yy = np.meshgrid(np.arange(x_min, x_max, h), np.arange(y_min, y_max, h))
plt.contourf(xx, yy, np.sin(xx) * np.cos(yy), alpha=0.4)
plt.scatter(X[:, 0], X[:, 1], c=y, s=20, edgecolor='k')
plt.xlim(x_min, x_max); plt.ylim(y_min, y_max)
plt.close()
""",
        "optional": ("h",),
    },
    {
        "name": "look-groupby-and-pick",
        "setup": [SALES],
        "code": """
sales['revenue'] = sales.units * sales.price
by_store = sales.groupby('store').revenue.sum()
top_store = by_store.idxmax()
first_row = sales.iloc[0]
first_units = first_row['units']
by_store
""",
        "optional": ("by_store*", "A", "B", "C", "revenue.*"),
        "why": "The revenue of each store may be of interest; the picked row never.",
    },
    {
        "name": "look-read-csv",
        "setup": [],
        "code": """
import io
import pandas as pd
raw = "a;b\\n1;2,5\\n3;4,5\\n"
SEP = ';'
frame = pd.read_csv(io.StringIO(raw), sep=SEP, decimal=',', header=0, nrows=10)
frame.columns = ['first', 'second']
frame.info()
""",
        "optional": ("SEP", "raw"),
    },
    {
        "name": "look-missing-values-and-outliers",
        "setup": [SALES],
        "code": """
q1 = sales['units'].quantile(0.25)
q3 = sales['units'].quantile(0.75)
iqr = q3 - q1
mask = (sales['units'] < q1 - 1.5 * iqr) | (sales['units'] > q3 + 1.5 * iqr)
n_out = mask.sum()
clean = sales[~mask]
print(n_out, 'outliers removed')
""",
        "optional": ("q1", "q3", "iqr"),
    },
    {
        "name": "look-timing",
        "setup": [IRIS],
        "code": """
import time
t0 = time.time()
Z = X @ X.T
elapsed = time.time() - t0
print(f'took {elapsed:.4f} s')
start = time.perf_counter()
sorted(range(1000), key=lambda v: -v)
end = time.perf_counter()
""",
        "optional": ("elapsed",),
    },
    {
        "name": "look-histograms-in-loop",
        "setup": [DIABETES],
        "code": """
import matplotlib.pyplot as plt
ncols = 3
cols = ['age', 'bmi', 'bp', 's1', 's2', 's3']
nrows = -(-len(cols) // ncols)
fig, axes = plt.subplots(nrows, ncols, figsize=(9, 2 * nrows))
for idx, col in enumerate(cols):
    row, pos = idx // ncols, idx % ncols
    mean = X[col].mean()
    axes[row, pos].hist(X[col], bins=20, color='steelblue')
    axes[row, pos].axvline(mean, ls='--')
fig.tight_layout()
plt.close(fig)
""",
        "optional": ("ncols", "cols"),
    },
    {
        "name": "look-feature-importances",
        "setup": [
            CANCER_SPLIT,
            "from sklearn.tree import DecisionTreeClassifier\ntree = DecisionTreeClassifier(max_depth=3, random_state=0).fit(X_train, y_train)",
        ],
        "code": """
import matplotlib.pyplot as plt
importances = pd.Series(tree.feature_importances_, index=X_train.columns).nlargest(5)
importances.plot(kind='barh')
plt.close()
""",
        "optional": ("DecisionTreeClassifier.max_depth", "train_test_split.test_size"),
    },
    {
        "name": "look-encode-and-scale",
        "setup": [SALES],
        "code": """
from sklearn.preprocessing import LabelEncoder
le = LabelEncoder()
sales['store_id'] = le.fit_transform(sales['store'])
sales['month'] = sales.date.dt.month
sales['price_z'] = (sales.price - sales.price.mean()) / sales.price.std()
num_stores = sales.store_id.nunique()
sales.sample(3, random_state=1)
""",
    },
    {
        "name": "look-one-batch",
        "setup": [BLOBS, "loader = DataLoader(TensorDataset(x_train, y_train), batch_size=10)"],
        "code": """
xb, yb = next(iter(loader))
print(xb.shape, yb.shape)
first_label = int(yb.data[0])
total_samples = len(loader.dataset)
print(f'{total_samples} samples in {len(loader)} batches')
""",
        "optional": ("DataLoader.batch_size",),
    },
    {
        "name": "look-date-range-and-resample",
        "setup": [SALES],
        "code": """
start, end = sales.date.min(), sales.date.max()
n_days = (end - start).days
weekly = sales.set_index('date').units.resample('W').sum()
window = 3
smooth = weekly.rolling(window).mean()
weekly.index[0], n_days
""",
        "optional": ("window", "n_days"),
    },
]
