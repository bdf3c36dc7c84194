"""Names of known functions: what a call does (displays, plots, measures a size) if data flow cannot show it."""

from __future__ import annotations

# fmt: off

WRAPPERS = frozenset({"min", "max", "round", "abs", "float", "int"})
"""Builtins that leave a number what it is: using one is not computing further."""
UNWRAPPING = frozenset({"item", "detach", "cpu", "numpy"})
"""Methods that only take a number out of its box."""

SHOWING = frozenset({"print", "display", "pprint", "pp", "rprint"})
SHOWING_METHODS = frozenset({"set_postfix", "set_postfix_str", "set_description", "set_description_str"})
LOGGERS = frozenset({"logging", "logger", "log", "_logger", "LOGGER", "LOG", "_log", "loguru"})
LOG_LEVELS = frozenset({"debug", "info", "warning", "warn", "error", "critical", "exception", "log", "success"})
STREAMS = frozenset({"stdout", "stderr"})

DRAWING_MODULES = frozenset({
    "matplotlib", "pylab", "seaborn", "plotly", "altair", "bokeh", "holoviews", "hvplot", "plotnine", "graphviz",
    "mpl_toolkits", "pygal", "folium", "missingno", "wordcloud",
})
DRAWING_NAMES = frozenset({"plt", "sns", "px", "ax", "axs", "axes", "fig", "ax1", "ax2", "pylab"})
"""What people call these modules and their figures, for cells whose imports were never seen."""
DRAWING_METHODS = frozenset({"plot", "hist", "boxplot", "imshow", "savefig", "show", "matshow", "style"})

PROGRESS = frozenset({
    "tqdm", "trange", "tqdm_notebook", "track", "progress_bar", "progressbar", "alive_it", "alive_bar",
})
"""Calls that make progress bars: what they iterate over counts, their own settings do not."""

REPORTING = frozenset({"info", "save", "dump", "close", "flush", "write", "writelines", "head", "tail", "summary"})
"""Bare calls that describe their receiver without changing it; so does everything named ``to_…``."""

FORMATTING = frozenset({"str", "repr", "format", "dumps", "join", "ascii"})
TESTING = frozenset({
    "isnan", "isfinite", "isinf", "isclose", "allclose", "isinstance", "hasattr", "callable", "len", "bool",
    "any", "all",
})
"""Calls that only answer yes or no, or how many: a way of comparing."""
COLLECTING = frozenset({
    "append", "add", "insert", "appendleft", "extend", "update", "setdefault", "push", "put", "put_nowait",
})
GATHERERS = frozenset({"dict", "list", "tuple", "set"})
TABLES = frozenset({"DataFrame", "Series", "from_dict", "from_records"})
"""Calls that put values into a container, as a display does."""
MUTATORS = frozenset({
    "append", "extend", "insert", "add", "update", "setdefault", "pop", "popitem", "remove", "clear", "sort",
    "reverse", "discard",
})

BUILTINS = frozenset({
    "int", "float", "round", "abs", "min", "max", "sum", "pow", "divmod", "range", "enumerate", "zip", "list",
    "tuple", "set", "sorted", "reversed", "dict", "str", "bool", "frozenset", "iter", "next", "slice", "bin",
    "hash", "ord", "complex",
})
"""What builtins make of settings alone is itself no result."""
PLUMBING = BUILTINS | {"open", "map", "filter", "isinstance", "getattr", "setattr", "super", "type", "input", "len"}
"""Builtins whose arguments are not settings of an experiment."""
ROUNDING = frozenset({
    "ceil", "floor", "trunc", "rint", "prod", "int64", "int32", "float64", "float32", "Decimal", "Fraction",
    "gcd",
})
"""Functions of numeric libraries that correspond to builtins."""
SPACING = frozenset({
    "arange", "linspace", "logspace", "geomspace", "product", "combinations", "permutations", "repeat", "count",
    "cycle", "chain", "islice", "ParameterGrid",
})
"""Functions that lay out the values which a loop goes through."""
ITEMS = frozenset({"items", "keys", "values", "get", "copy", "tolist", "pop", "split", "strip", "lower", "upper"})
"""Methods of a container of settings that give settings back."""

SETTING_MAKERS = frozenset({"SimpleNamespace", "Namespace", "parse_args", "parse_known_args"})
"""Calls, besides classes of the notebook, that make a container of settings."""
COPIERS = frozenset({"replace", "_replace", "deepcopy", "copy"})
UNFOLDING = frozenset({"asdict", "_asdict", "vars", "astuple", "model_dump", "deepcopy"})
"""Calls that give the content of a container in another form."""

SIZES = frozenset({
    "len", "numel", "nelement", "dim", "ndimension", "nunique", "getsizeof", "size", "bit_length", "get_n_leaves",
    "get_depth", "count_params",
})
SIZE_ATTRIBUTES = frozenset({"shape", "size", "ndim", "nbytes", "itemsize", "nnz", "nit", "nfev", "njev"})
COUNTS = frozenset({
    "count_nonzero", "count", "value_counts", "bincount", "nonzero", "flatnonzero", "confusion_matrix",
    "crosstab", "Counter",
})
BEST_INDICES = frozenset({"argmax", "argmin", "nanargmax", "nanargmin", "idxmax", "idxmin", "index"})
"""Calls that tell where the best of several is."""
INDICES = BEST_INDICES | {
    "argsort", "argpartition", "argwhere", "searchsorted", "digitize", "bisect", "bisect_left", "bisect_right",
}
"""Calls that tell where something is, not how much it is."""
BOOLEANS = frozenset({
    "isna", "isnull", "notna", "notnull", "isin", "duplicated", "eq", "ne", "gt", "lt", "ge", "le", "equal",
    "not_equal", "isnan", "isfinite", "isinf", "isclose", "allclose", "startswith", "endswith", "contains",
    "between", "any", "all", "greater", "less", "greater_equal", "less_equal", "logical_and", "logical_or",
    "logical_not", "logical_xor", "isinstance", "hasattr", "bool", "is_available", "isdigit", "exists",
    "array_equal",
})
"""Calls whose value, or each element of it, is a boolean."""
SAME_KIND = frozenset({
    "item", "astype", "float", "double", "cpu", "numpy", "detach", "tolist", "copy", "squeeze", "flatten",
    "ravel", "reshape", "to", "long", "int", "clone", "values", "to_numpy", "view", "to_list", "array", "asarray",
    "cumsum", "fillna", "T", "loc", "iloc", "to_dict", "unsqueeze", "type", "sort_values", "sort_index", "rename",
    "head", "tail", "round", "to_frame",
})
"""What changes the form of a value and not what it is a value of."""
CLOCKS = frozenset({
    "time", "time_ns", "perf_counter", "perf_counter_ns", "monotonic", "monotonic_ns", "process_time",
    "process_time_ns", "thread_time", "default_timer", "now", "utcnow", "today", "timestamp", "clock",
})
CLOCK_MODULES = frozenset({"time", "datetime", "timeit", "dt", "pd", "pandas"})
IDENTITIES = frozenset({"id", "getpid", "getppid", "get_ident", "uuid4", "uuid1", "hash", "fileno"})
IDENTITY_WORDS = frozenset({"seed", "seeds", "id", "pid", "uuid", "uid"})
"""Words of a name that say it is a seed or an id."""

SUMMARIES = frozenset({"mean", "std", "var", "median", "max", "min", "sum", "item", "round", "average", "nanmean"})
"""What is taken of a call's value without giving it another name: ``cross_val_score(…).mean()``."""
PLAIN_MAKERS = frozenset({
    "array", "asarray", "Series", "DataFrame", "list", "tuple", "tensor", "sorted", "abs", "Index", "zeros",
    "ones",
})
"""Calls whose name says nothing about their value."""
SETTING_WORDS = frozenset({"params", "config", "settings", "kwargs", "hyperparameters", "options", "args"})
"""Words of a name that say its content was chosen, not measured: ``best_params_``."""

TRAINING = frozenset({
    "fit", "train", "partial_fit", "fit_predict", "fit_transform", "fine_tune", "finetune", "fit_generator",
    "train_on_batch", "optimize", "minimize",
})
"""What a call is named that trains a model."""
UPDATING = frozenset({"step", "apply_gradients"})
"""Methods of an optimizer that change the model which it was made with."""
STEPPING = UPDATING | {"backward"}
"""What a call is named that takes a step of a training."""
EVALUATING = frozenset({
    "score", "predict", "predict_proba", "predict_log_proba", "decision_function", "evaluate", "eval", "validate",
    "test", "forward", "generate", "cross_val_score", "cross_val_predict", "cross_validate", "cv",
})
"""What a call is named that applies a trained model."""
PREPARING = frozenset({"compile", "build", "configure"})
"""Methods that set a model up before it is trained."""
SETTERS = frozenset({"set_params", "set_param", "set_config"})
"""Methods that change settings of an object, which are read from it afterwards."""
DATA_CLASSES = frozenset({
    "DataFrame", "Series", "Index", "Path", "PurePath", "Figure", "Image", "Counter", "Decimal", "Fraction",
    "ArgumentParser", "Timestamp", "Timedelta", "Thread", "Lock", "Popen", "HTML", "Markdown", "BytesIO", "StringIO",
})
"""Classes of data, files and the like, whose arguments are not settings of an experiment."""
UNRECORDED_KEYWORDS = frozenset({
    "axis", "dim", "verbose", "n_jobs", "inplace", "keepdim", "keepdims", "copy", "dtype", "device", "requires_grad",
    "output_margin", "return_inverse", "retain_graph", "non_blocking",
    "deepcopy", "name", "verbose_eval", "numeric_only", "ascending", "target_names", "output_dict", "digits",
    "classes",
})
DATA_KEYWORDS = frozenset({"download", "root", "return_X_y", "as_frame"})
"""Keywords of calls that read data, none of whose arguments is a setting."""
PLACE_WORDS = frozenset({"path", "paths", "dir", "directory", "folder", "file", "files", "filename", "filepath", "url"})
"""Words of a name that say it is a place, not a setting."""
SHELL = frozenset({"In", "Out", "exit", "quit", "get_ipython", "open"})
"""Names that IPython itself puts into every namespace."""


# fmt: on


def words_of(name: str) -> frozenset[str]:
    """Return the words of an identifier: ``best_params_`` has ``best`` and ``params``."""
    return frozenset(part for part in name.lower().split("_") if part)


def is_identity(name: str) -> bool:
    """Return whether a name says that its value is a seed or an id."""
    return bool(words_of(name) & IDENTITY_WORDS) or name == "random_state"


def is_place(name: str) -> bool:
    """Return whether a name says that its value is a file, a folder or a device."""
    return bool(words_of(name) & PLACE_WORDS) or name.lower() == "device"


def sets_seed(name: str) -> bool:
    """Return whether the name of a call says that it seeds random numbers: ``manual_seed``, ``seed_everything``."""
    return "seed" in words_of(name)


def is_chosen(name: str) -> bool:
    """Return whether a name says that its value is a choice of settings."""
    return bool(words_of(name) & SETTING_WORDS)


def is_tally(name: str) -> bool:
    """Return whether an attribute or name says that it counts: ``shape``, ``n_iter_``."""
    return name in SIZE_ATTRIBUTES or name.startswith("n_")
