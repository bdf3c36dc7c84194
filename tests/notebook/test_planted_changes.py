"""Pairs of runs of a notebook with one planted change, which is reported first; nothing else is."""

from __future__ import annotations

import io
import pickle
import subprocess
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest

import nbtrack

CELLS = {
    "imports": "import numpy as np, pandas as pd\nimport planted",
    "frame": "df = pd.read_pickle('df.pkl')",
    "array": "weights = np.load('weights.npy')",
    "function": 'def scale(frame, factor=2.0):\n    """Scale it."""\n    total = frame["x"].sum()\n    return total * factor\n',
    "settings": "settings = {'depth': 3, 'opt': {'rate': 0.5}}",
    "tracked": """%%track fit
lr = 0.1
seed = 1
kind = 'rbf'
hidden = (64, 32)
shift = planted.VALUE
table = pd.read_csv('table.csv')
loss = 0.0
for step in range(3):
    loss = loss + lr * step * len(kind)
    shift += 1
score = scale(df) * lr + weights.sum() + len(table) + settings['depth'] * settings['opt']['rate'] + seed + sum(hidden)
print('score', score + loss + shift)
""",
}


class Planted(NamedTuple):
    """A planted change of cells, data or environment, and what must be reported for it."""

    kind: str
    key: str
    description: str
    cells: dict = MappingProxyType({})
    data: object = None
    array: object = None
    table: str | None = None
    version: str | None = None
    git: tuple = ()


def cell(name, old, new):
    assert old in CELLS[name]
    return {name: CELLS[name].replace(old, new)}


def frame():
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "x": rng.normal(size=500),
            "n": rng.integers(0, 9, 500),
            "s": rng.choice(["a", "b"], 500),
            "y": np.arange(500.0),
        }
    )


def array():
    return np.linspace(0, 1, 60)


def with_value(column, row, value):
    found = frame()
    found[column] = found[column].astype(object) if isinstance(value, str) else found[column]
    found.iloc[row, found.columns.get_loc(column)] = value
    return found.astype({"s": "str"})


def with_weight(place, value):
    found = array()
    found[place] = value
    return found


TABLE = "a,b\n1,2\n3,4\n"
PLANTED = {
    "a number": Planted("parameter", "lr", "0.1 → 0.01", cell("tracked", "lr = 0.1", "lr = 0.01")),
    "a word": Planted("parameter", "kind", "rbf → poly", cell("tracked", "'rbf'", "'poly'")),
    "a tuple": Planted("parameter", "hidden", "(64, 32) → (64, 64)", cell("tracked", "(64, 32)", "(64, 64)")),
    "another notation": Planted("parameter", "lr", "0.1 → 2e-05", cell("tracked", "lr = 0.1", "lr = 2e-5")),
    "an earlier setting": Planted("parameter", "settings.depth", "3 → 5", cell("settings", "'depth': 3", "'depth': 5")),
    "a nested setting": Planted("parameter", "settings.opt.rate", "0.5 → 0.25", cell("settings", "0.5", "0.25")),
    "a seed": Planted("seed", "seed", "1 → 2", cell("tracked", "seed = 1", "seed = 2")),
    "a line": Planted("code", "code", "1 line", cell("tracked", "loss + lr * step", "loss - lr * step")),
    "a line more": Planted(
        "code", "code", "1 line", cell("tracked", "    shift += 1\n", "    shift += 1\n    shift *= step\n")
    ),
    "a line less": Planted("code", "code", "1 line", cell("tracked", "    shift += 1\n", "")),
    "another function": Planted("code", "code", "1 line", cell("tracked", "weights.sum()", "weights.mean()")),
    "another column": Planted(
        "code of earlier cells", "code of earlier cells", "1 line", cell("function", 'frame["x"]', 'frame["y"]')
    ),
    "a default": Planted(
        "code of earlier cells", "code of earlier cells", "1 line", cell("function", "factor=2.0", "factor=3.0")
    ),
    "a function's line": Planted(
        "code of earlier cells",
        "code of earlier cells",
        "1 line",
        cell("function", "return total * factor", "return total / factor"),
    ),
    "a function's line more": Planted(
        "code of earlier cells",
        "code of earlier cells",
        "1 line",
        cell("function", "    return", "    total = abs(total)\n    return"),
    ),
    "how data are read": Planted(
        "code of earlier cells", "code of earlier cells", "1 line", cell("frame", "'df.pkl')", "'df.pkl').copy()")
    ),
    "lines in another order": Planted(
        "code",
        "code",
        "1 line moved",
        cell(
            "tracked",
            "    loss = loss + lr * step * len(kind)\n    shift += 1\n",
            "    shift += 1\n    loss = loss + lr * step * len(kind)\n",
        ),
    ),
    "layout": Planted(
        "layout", "code", "layout and comments only", cell("tracked", "scale(df) * lr", "scale(\n    df,\n) * lr")
    ),
    "a comment": Planted(
        "layout", "code", "layout and comments only", cell("tracked", "loss = 0.0", "# the start\nloss = 0.0")
    ),
    "quotes": Planted("layout", "code", "layout and comments only", cell("tracked", "print('score'", 'print("score"')),
    "layout of a function": Planted(
        "layout",
        "code of earlier cells",
        "layout and comments only",
        cell("function", "total * factor", "total  *  factor  # scaled"),
    ),
    "a value": Planted("data", "df", "other values of y", data=with_value("y", 17, 17.5)),
    "a text": Planted("data", "df", "other values of s", data=with_value("s", 3, "c")),
    "a missing value": Planted("data", "df", "missing of x 0 % → 0.2 %", data=with_value("x", 5, np.nan)),
    "rows more": Planted("data", "df", "500 → 510 rows", data=pd.concat([frame(), frame()[:10]], ignore_index=True)),
    "rows less": Planted("data", "df", "500 → 400 rows", data=frame()[:400]),
    "rows in another order": Planted(
        "data", "df", "the same rows in another order", data=frame()[::-1].reset_index(drop=True)
    ),
    "a column more": Planted("data", "df", "new column z", data=frame().assign(z=1)),
    "a column less": Planted("data", "df", "without column n", data=frame().drop(columns="n")),
    "a type": Planted("data", "df", "type of n int64 → float64", data=frame().astype({"n": "float64"})),
    "drift": Planted("data", "df", "mean of x", data=frame().assign(x=frame()["x"] + 1)),
    "spread": Planted("data", "df", "spread of x", data=frame().assign(x=frame()["x"] * 2)),
    "an index": Planted("data", "df", "row labels added", data=frame().set_axis(range(1, 501))),
    "a weight": Planted("data", "weights", "other values", array=with_weight(7, 0.5)),
    "weights in another order": Planted("data", "weights", "another order", array=array()[::-1].copy()),
    "weights more": Planted("data", "weights", "60 → 61 rows", array=np.append(array(), 0.5)),
    "weights of another type": Planted("data", "weights", "type float64 → float32", array=array().astype("f4")),
    "a file": Planted("data", "table.csv", "other content", table="a,b\n1,2\n3,5\n"),
    "a longer file": Planted("data", "table.csv", "12 → 16 bytes", table=f"{TABLE}5,6\n"),
    "a package": Planted("package", "planted", "1.0 → 2.0", version="2.0"),
    "a commit": Planted("git", "commit", "→", git=("commit", "--allow-empty", "-qm", "more")),
    "a branch": Planted("git", "branch", "main → side", git=("checkout", "-qb", "side")),
    "nothing": Planted("", "", "No recorded difference."),
}
METRICS = {"score", "loss", "shift", "score_loss_shift"}
SETTLE = "from nbtrack.notebook import session_registry\nsession_registry.current().background.close()"


class Notebook:
    """A notebook in a real kernel, whose cells and surroundings can be changed and restored."""

    def __init__(self, kernel):
        self.kernel, self.folder = kernel, kernel.folder
        self.git("init", "-qb", "main")
        (self.folder / ".gitignore").write_text("*\n")
        self.git("commit", "--allow-empty", "-qm", "first")
        self.git("tag", "first")
        (self.folder / "planted.py").write_text("VALUE = 1.5\n")
        self.prepare(Planted("", "", ""))
        kernel.run(f"nbtrack.set_tracking_uri({str(self.folder / 'runs')!r})")
        for each in CELLS.values():
            self.run(each)
        self.run(SETTLE)
        self.first = self.run("print(nbtrack.last_active_run().info.run_id)").text.strip()

    def git(self, *words):
        who = ("-c", "user.name=a", "-c", "user.email=a@example.org")
        subprocess.run(["git", *who, *words], cwd=self.folder, check=True)

    def prepare(self, planted):
        """Write the data, the file and the package of a pair."""
        self.write("df.pkl", pickle.dumps(frame() if planted.data is None else planted.data))
        weights = io.BytesIO()
        np.save(weights, array() if planted.array is None else planted.array)
        self.write("weights.npy", weights.getvalue())
        self.write("table.csv", (planted.table or TABLE).encode())
        about = self.folder / "planted-1.dist-info"
        about.mkdir(exist_ok=True)
        (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: planted\nVersion: {planted.version or '1.0'}\n")
        (about / "top_level.txt").write_text("planted\n")

    def write(self, name, content):
        path = self.folder / name
        if not path.exists() or path.read_bytes() != content:
            path.write_bytes(content)

    def run(self, source):
        done = self.kernel.run(source)
        assert done.reply["status"] == "ok", done.reply
        return done

    def execute(self, planted):
        """Run everything that a change affects, and return the card."""
        self.prepare(planted)
        if planted.git:
            self.git(*planted.git)
        for name in self.affected(planted):
            self.run(planted.cells.get(name, CELLS[name]))
        done = self.run(planted.cells.get("tracked", CELLS["tracked"]))
        self.run(SETTLE)
        return done

    def affected(self, planted):
        """Return the earlier cells that a change affects."""
        reading = {"frame": planted.data is not None, "array": planted.array is not None}
        return [name for name in CELLS if name != "tracked" and (name in planted.cells or reading.get(name))]

    def restore(self, planted):
        self.prepare(Planted("", "", ""))
        if planted.git:
            self.git("checkout", "-qB", "main", "first")
        for name in self.affected(planted):
            self.run(CELLS[name])


@pytest.fixture(scope="module")
def notebook(shared_kernel):
    """Return a notebook that was run once."""
    return Notebook(shared_kernel)


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_change_is_named_and_nothing_else(notebook, fresh, name):
    planted = PLANTED[name]
    nbtrack.set_tracking_uri(notebook.folder / "runs")
    notebook.execute(planted)
    found = nbtrack.diff(notebook.first, nbtrack.search_runs(output_format="list")[0])
    notebook.restore(planted)
    causes = [(each.kind, each.key) for each in found.changes if each.kind != "metric"]
    kind = "earlier code" if planted.kind == "code of earlier cells" else planted.kind
    assert causes == ([(kind, planted.key)] if kind else []), str(found)
    assert any(planted.description in line and planted.key in line for line in str(found).splitlines()[:5]), str(found)
    assert {each.key for each in found.metrics} <= METRICS
