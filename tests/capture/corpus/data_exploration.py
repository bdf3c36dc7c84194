"""Cells with pandas, plots in between, and cells without any metric."""

# the cells are text, as people write it

FRAME = """
import numpy as np
import pandas as pd
df = pd.DataFrame({"city": ["a", "b", "a", "c"], "price": [1.0, 2.0, 3.0, 4.0], "qty": [3, 1, 2, 5]})
"""
PLOT = """
import matplotlib
matplotlib.use("agg")
import matplotlib.pyplot as plt
"""

CELLS = [
    {
        "name": "frame-aggregates",
        "setup": FRAME,
        "code": """
mean_price = df["price"].mean()
total = (df.price * df.qty).sum()
share = (df["qty"] > 2).mean()
n_rows = len(df)
n_cities = df["city"].nunique()
rows, cols = df.shape
expensive = (df.price > 2).sum()
missing = df.isna().sum().sum()
""",
        "metrics": ("mean_price", "total", "share"),
    },
    {
        "name": "series-as-result",
        "setup": FRAME,
        "code": """
df.groupby("city")["price"].mean()
""",
    },
    {
        "name": "named-series",
        "setup": FRAME,
        "code": """
summary = df[["price", "qty"]].mean()
summary
""",
    },
    {
        "name": "one-row-frame",
        "setup": FRAME,
        "code": """
report = pd.DataFrame([{"mae": df.price.sub(2).abs().mean(), "top": df.price.max()}])
report
""",
        "metrics": ("report.mae", "report.top"),
    },
    {
        "name": "no-metric-cleaning",
        "setup": FRAME,
        "code": """
df2 = df.copy()
df2["total"] = df2["price"] * df2["qty"]
df2 = df2.dropna(subset=["price"]).sort_values("total", ascending=False)
df2.head()
""",
    },
    {
        "name": "no-metric-plot",
        "setup": [FRAME, PLOT],
        "code": """
n_bins = 5
color = "tab:blue"
fig, ax = plt.subplots()
ax.hist(df["price"], bins=n_bins, color=color)
ax.axvline(df["price"].median(), ls="--")
plt.close(fig)
""",
    },
    {
        "name": "no-metric-imports",
        "code": """
import os
import sys
from math import pi
sys.path.append("src")
print(sys.version_info[:1])
""",
    },
    {
        "name": "value-counts",
        "setup": FRAME,
        "code": """
df["city"].value_counts()
""",
    },
    {
        "name": "correlation",
        "setup": FRAME,
        "code": """
corr = df["price"].corr(df["qty"], method="pearson")
print(f"r = {corr:.2f}")
""",
        "params": {"corr.method": "pearson"},
        "metrics": ("corr",),
    },
    {
        "name": "quantile-threshold",
        "setup": FRAME,
        "code": """
q = 0.75
threshold = df["price"].quantile(q)
outliers = df[df["price"] > threshold]
print(len(outliers), "outliers above", threshold)
""",
        "params": {"q": 0.75},
        "metrics": ("threshold",),
    },
    {
        "name": "plot-in-the-middle",
        "setup": [FRAME, PLOT],
        "code": """
degree = 1
coef = np.polyfit(df.qty, df.price, degree)
pred = np.polyval(coef, df.qty)
plt.figure(figsize=(3, 2))
plt.scatter(df.qty, df.price, s=10, alpha=0.5)
plt.plot(df.qty, pred, label="fit")
plt.legend(loc="best")
plt.close()
residual = float(np.sqrt(((df.price - pred) ** 2).mean()))
print("residual", residual)
""",
        "params": {"degree": 1},
        "metrics": ("residual",),
    },
    {
        "name": "comprehension-scores",
        "setup": FRAME,
        "code": """
scores = [abs(p - q) for p, q in zip(df.price, df.qty)]
mean_gap = sum(scores) / len(scores)
worst = max(scores)
""",
        "metrics": ("mean_gap", "worst"),
    },
    {
        "name": "dict-comprehension-displayed",
        "setup": FRAME,
        "code": """
means = {c: float(g["price"].mean()) for c, g in df.groupby("city")}
means
""",
        "metrics": ("means.a", "means.b", "means.c"),
    },
    {
        "name": "read-and-look",
        "setup": FRAME,
        "code": """
import io
path = "data.csv"
sep = ","
raw = pd.read_csv(io.StringIO("x,y\\n1,2\\n3,4"), sep=sep, header=0)
raw.describe()
""",
        "params": {"sep": ","},
    },
    {
        "name": "async-cell",
        "setup": """
import asyncio
async def fetch(n, delay=0):
    await asyncio.sleep(0)
    return n * 1.5
""",
        "code": """
n = 4
value = await fetch(n, delay=0)
results = await asyncio.gather(*(fetch(i) for i in range(3)))
total = sum(results)
print(value, total)
""",
        "params": {"n": 4, "fetch.delay": 0},
        "metrics": ("value", "total"),
    },
    {
        "name": "async-last-expression",
        "setup": "async def score(x):\n    return x / 3",
        "code": """
await score(2.0)
""",
        "params": {"score.x": 2.0},
        "metrics": ("score",),
    },
    {
        "name": "failed-cell-keeps-what-it-had",
        "setup": FRAME,
        "code": """
q = 0.5
mid = df["price"].quantile(q)
nothing = df["absent"].mean()
late = 3
""",
        "params": {"q": 0.5},
        "metrics": ("mid",),
    },
    {
        "name": "loop-of-quantiles-in-a-dict",
        "setup": FRAME,
        "code": """
table = {}
for city in ["a", "b"]:
    table[city] = df.loc[df.city == city, "price"].max()
print(table)
""",
        "metrics": ("table.a", "table.b"),
    },
    {
        "name": "magic-and-shell-lines",
        "setup": "def get_ipython():\n    class Shell:\n        def run_line_magic(self, *a): return None\n        def system(self, *a): return None\n        def getoutput(self, *a): return ['1']\n    return Shell()\nimport math",
        "code": """
get_ipython().run_line_magic('matplotlib', 'inline')
get_ipython().system('echo hello')
out = get_ipython().getoutput('ls')
x = math.sin(1.0)
""",
        "metrics": ("x",),
    },
]
