"""Cells that look at data in frames, filter and aggregate them."""

# the cells are text, as people write it

from setups import BIKES, HOUSES, LOANS, NUMPY_R_21, PASSENGERS, REGION_SALES, RNG_5, RNG_11, RNG_21, RNG_31, TRIPS

CELLS = [
    {
        "name": "frame-loc-scalar",
        "setup": RNG_5 + "import pandas as pd\ndf = pd.DataFrame({'g': ['a', 'a', 'b'], 'v': [1.0, 2.0, 4.0]})",
        "code": """
by = df.groupby("g")["v"].agg(["mean", "max"])
diff = by.loc["b", "mean"] - by.loc["a", "mean"]
ratio = by.loc["b", "max"] / by.loc["a", "max"]
""",
        "metrics": ("diff", "ratio"),
    },
    {
        "name": "rolling-sharpe",
        "setup": RNG_11 + "import pandas as pd\nret = pd.Series(rng.normal(0.001, 0.01, 60))",
        "code": """
window = 10
ann = 252
rolling_vol = ret.rolling(window).std()
sharpe = ret.mean() / ret.std() * np.sqrt(ann)
max_dd = ((1 + ret).cumprod() / (1 + ret).cumprod().cummax() - 1).min()
rolling_vol.tail(3)
""",
        "params": {"window": 10, "ann": 252},
        "metrics": ("sharpe", "max_dd"),
    },
    {
        "name": "merge-and-pivot",
        "setup": "import pandas as pd\na = pd.DataFrame({'k': [1, 2], 'v': [3.0, 4.0]})\nb = pd.DataFrame({'k': [1, 2], 'w': [5.0, 6.0]})",
        "code": """
m = a.merge(b, on="k", how="left")
m["r"] = m.v / m.w
m.to_csv
m.describe()
""",
    },
    {
        "name": "frame-last-scalar",
        "setup": "import pandas as pd\na = pd.DataFrame({'k': [1, 2], 'v': [3.0, 4.0]})",
        "code": """
a["v"].mean()
""",
        "metrics": ("v.mean",),
    },
    {
        "name": "sensor-groupby",
        "setup": RNG_21
        + "import pandas as pd\ndf = pd.DataFrame({'sensor': list('aabb'), 't': [20.0, 21.0, 30.0, 33.0]})",
        "code": """
stats = df.groupby("sensor")["t"].agg(["mean", "std"])
spread = stats["mean"].max() - stats["mean"].min()
overall = df["t"].mean()
stats
""",
        "metrics": ("spread", "overall"),
    },
    {
        "name": "load-and-summarise",
        "setup": RNG_31 + "import pandas as pd\nraw = pd.DataFrame({'age': [20, 30, None], 'pay': [1.0, 2.0, 3.0]})",
        "code": """
df = raw.dropna()
print("shape:", df.shape)
print("dropped:", len(raw) - len(df))
median_age = df["age"].median()
pay_per_age = (df["pay"] / df["age"]).mean()
df.info(verbose=False)
""",
        "metrics": ("median_age", "pay_per_age"),
    },
    {
        "name": "describe-only",
        "setup": REGION_SALES,
        "code": """
subset = sales[sales.units > 2]
print(len(subset))
subset.describe()
""",
    },
    {
        "name": "agg-dict",
        "setup": REGION_SALES,
        "code": """
stats = {"mean_units": sales.units.mean(), "max_price": sales.price.max(), "n": len(sales), "regions": sales.region.nunique()}
for name, value in stats.items():
    print(f"{name}: {value}")
stats
""",
        "metrics": ("stats.mean_units", "stats.max_price"),
    },
    {
        "name": "elasticity",
        "setup": REGION_SALES,
        "code": """
log_q, log_p = np.log(sales.units), np.log(sales.price)
slope, const = np.polyfit(log_p, log_q, deg=1)
elasticity = slope
print(f"elasticity {elasticity:.2f}")
""",
        "params": {"polyfit.deg": 1},
        "metrics": ("slope", "const"),
    },
    {
        "name": "tips",
        "setup": TRIPS,
        "code": """
trips["rate"] = trips["tip"] / trips["fare"]
card_rate = trips.loc[trips.paid == "card", "rate"].mean()
cash_rate = trips.loc[trips.paid == "cash", "rate"].mean()
diff = card_rate - cash_rate
n_card = (trips.paid == "card").sum()
print(f"card {card_rate:.2%} cash {cash_rate:.2%} diff {diff:.2%} (n={n_card})")
""",
        "metrics": ("card_rate", "cash_rate", "diff"),
    },
    {
        "name": "frame-filter-only",
        "setup": TRIPS,
        "code": """
min_km = 1.0
long_trips = trips[trips.km >= min_km].copy()
long_trips["per_km"] = long_trips.fare / long_trips.km
long_trips.sort_values("per_km").head(3)
""",
        "params": {"min_km": 1.0},
    },
    {
        "name": "agg-series-named",
        "setup": TRIPS,
        "code": """
summary = trips[["fare", "tip"]].agg("median")
print(summary)
""",
    },
    {
        "name": "single-number-last-line",
        "setup": TRIPS,
        "code": """
corr = trips["km"].corr(trips["fare"])
corr ** 2
""",
        "metrics": ("corr",),
    },
    {
        "name": "kaggle-missing-look",
        "setup": PASSENGERS,
        "code": """
missing = train.isnull().sum()
missing_pct = 100 * missing / len(train)
pd.concat([missing, missing_pct], axis=1, keys=["n", "%"]).sort_values("%", ascending=False)
""",
        "params": {},
    },
    {
        "name": "kaggle-survival-rates",
        "setup": PASSENGERS,
        "code": """
rate_women = train.loc[train.sex == "f", "survived"].mean()
rate_men = train.loc[train.sex == "m", "survived"].mean()
print("% of women:", rate_women)
print("% of men:", rate_men)
""",
        "params": {},
        "metrics": ("rate_women", "rate_men"),
    },
    {
        "name": "pandas-sqlish",
        "setup": PASSENGERS,
        "code": """
by_sex = (
    train.query("age > 30")
    .groupby("sex", as_index=False)
    .agg(avg_fare=("fare", "mean"), n=("fare", "size"))
    .sort_values("avg_fare", ascending=False)
)
by_sex
""",
        "params": {},
    },
    {
        "name": "total-revenue",
        "setup": PASSENGERS,
        "code": """
vat = 0.19
revenue = (train["fare"] * (1 + vat)).sum()
median_fare = train["fare"].median()
n_rich = (train["fare"] > 50).sum()
print(f"revenue {revenue:,.0f}, median {median_fare}, rich {n_rich}")
""",
        "params": {"vat": 0.19},
        "metrics": ("revenue", "median_fare"),
    },
    {
        "name": "outlier-filter",
        "setup": HOUSES,
        "code": """
q1, q3 = houses["price"].quantile([0.25, 0.75])
iqr = q3 - q1
k = 1.5
mask = houses["price"].between(q1 - k * iqr, q3 + k * iqr)
kept = houses[mask]
dropped = (~mask).sum()
print(f"dropped {dropped} rows")
""",
        "params": {"k": 1.5},
    },
    {
        "name": "corr-heat",
        "setup": HOUSES + "import matplotlib\nmatplotlib.use('agg')\nimport matplotlib.pyplot as plt\n",
        "code": """
cm = houses[["sqft", "beds", "price"]].corr(method="spearman")
plt.imshow(cm, cmap="coolwarm", vmin=-1, vmax=1)
plt.colorbar()
plt.close()
strongest = cm["price"].drop("price").abs().max()
strongest
""",
        "params": {"corr.method": "spearman"},
        "metrics": ("strongest",),
    },
    {
        "name": "ols-by-formula",
        "setup": HOUSES,
        "code": """
A = np.c_[np.ones(len(houses)), houses.sqft, houses.beds]
beta, res, rank, sv = np.linalg.lstsq(A, houses.price, rcond=None)
fitted = A @ beta
sse = ((houses.price - fitted) ** 2).sum()
sst = ((houses.price - houses.price.mean()) ** 2).sum()
r_squared = 1 - sse / sst
adj_r_squared = 1 - (1 - r_squared) * (len(houses) - 1) / (len(houses) - 3)
print(r_squared, adj_r_squared)
""",
        "params": {"lstsq.rcond": None},
        "metrics": ("r_squared", "adj_r_squared", "rank"),
    },
    {
        "name": "explore-only",
        "setup": HOUSES,
        "code": """
print(houses.info())
print(houses.dtypes)
display_cols = ["sqft", "price"]
houses[display_cols].sample(3, random_state=0)
""",
        "params": {},
    },
    {
        "name": "dedupe-merge",
        "setup": HOUSES,
        "code": """
taxes = pd.DataFrame({"zip": ["A", "B", "C"], "rate": [0.01, 0.02, 0.015]})
merged = houses.drop_duplicates().merge(taxes, on="zip", how="left", validate="m:1")
merged["tax"] = merged["price"] * merged["rate"]
assert merged["tax"].notna().all()
avg_tax = merged["tax"].mean()
print(f"average tax: {avg_tax:,.0f}")
""",
        "params": {"merge.on": "zip", "merge.how": "left", "merge.validate": "m:1"},
        "metrics": ("avg_tax",),
    },
    {
        "name": "rides-look",
        "setup": BIKES,
        "code": """
cols = ["hour", "temp", "rides"]
top_n = 5
bikes[cols].nlargest(top_n, "rides")
""",
        "params": {},
    },
    {
        "name": "rides-by-season",
        "setup": BIKES,
        "code": """
season_means = bikes.groupby("season")["rides"].mean()
spread = season_means.max() - season_means.min()
print(season_means.round(1))
print("spread:", spread)
""",
        "params": {},
        "metrics": ("spread",),
    },
    {
        "name": "rides-filter-assign",
        "setup": BIKES,
        "code": """
cold = 10
bikes["is_cold"] = bikes["temp"] < cold
cold_share = bikes["is_cold"].mean()
mean_cold = bikes.loc[bikes.is_cold, "rides"].mean()
mean_warm = bikes.loc[~bikes.is_cold, "rides"].mean()
lift = mean_warm / mean_cold
print(f"{cold_share=:.2f} {lift=:.2f}")
""",
        "params": {"cold": 10},
        "metrics": ("cold_share", "lift"),
    },
    {
        "name": "resample-chart",
        "setup": BIKES + "import matplotlib\nmatplotlib.use('agg')\nimport matplotlib.pyplot as plt\n",
        "code": """
window = 3
color = "tab:blue"
smooth = bikes["rides"].rolling(window).mean()
ax = smooth.plot(color=color, lw=2)
ax.set_xlabel("row")
plt.close("all")
""",
        "params": {"window": 3},
    },
    {
        "name": "imports-and-options",
        "setup": NUMPY_R_21,
        "code": """
import pandas as pd
import matplotlib
matplotlib.use("agg")
pd.set_option("display.max_rows", 20)
np.set_printoptions(precision=3, suppress=True)
SEED = 7
DATA_DIR = "data/raw"
rng = np.random.default_rng(SEED)
""",
        "params": {"SEED": 7},
    },
    {
        "name": "woe-binning-look",
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
        "name": "ks-statistic",
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
        "name": "widgets-free-dashboard",
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
