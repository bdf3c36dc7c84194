"""What libraries return, fill and keep while they train: Keras, boosting, scikit-learn, skorch."""

# the cells are text, as people write it

from independent_setups import CANCER_SPLIT, DIABETES_ROWS, IRIS, KERAS_DATA, SPLIT

KERAS_MODEL = """
model = keras.Sequential([
    layers.Dense(16, activation='relu', input_shape=(6,)),
    layers.Dropout(0.3),
    layers.Dense(1, activation='sigmoid'),
])
model.compile(optimizer='adam', loss='binary_crossentropy', metrics=['accuracy'])
"""
COMPILED = {"compile.optimizer": "adam", "compile.loss": "binary_crossentropy", "Dropout.rate": 0.3}
LAYERS = ("Dense.*", "Dense_*.*", "compile.metrics", "layers.*")
SKORCH_MODULE = """
from torch import nn
class Net(nn.Module):
    def __init__(self, n_in=10, n_hidden=16):
        super().__init__()
        self.fc1 = nn.Linear(n_in, n_hidden)
        self.fc2 = nn.Linear(n_hidden, 2)
    def forward(self, X):
        return nn.functional.softmax(self.fc2(self.fc1(X)), dim=-1)
"""

CELLS = [
    {
        "name": "keras-fit-and-evaluate",
        "setup": [KERAS_DATA],
        "code": """
model = keras.Sequential()
model.add(layers.Dense(32, activation="relu"))
model.add(layers.Dense(1, activation="sigmoid"))
model.compile(optimizer=keras.optimizers.Adam(learning_rate=0.002), loss="binary_crossentropy", metrics=["accuracy"])
history = model.fit(X_train, y_train, epochs=8, batch_size=16, validation_split=0.2, verbose=0)
test_loss, test_acc = model.evaluate(X_test, y_test, verbose=0)
print("Test accuracy:", test_acc)
""",
        "params": {
            "Adam.learning_rate": 0.002,
            "compile.loss": "binary_crossentropy",
            "fit.epochs": 8,
            "fit.batch_size": 16,
            "fit.validation_split": 0.2,
        },
        "metrics": ["test_loss", "test_acc"],
        "curves": {"loss": 8, "accuracy": 8, "val_loss": 8, "val_accuracy": 8},
        "optional": LAYERS,
        "values": {
            "loss": "history.history['loss'][-1]",
            "accuracy": "history.history['accuracy'][-1]",
            "val_loss": "history.history['val_loss'][-1]",
            "val_accuracy": "history.history['val_accuracy'][-1]",
        },
    },
    {
        "name": "keras-fit-of-model-from-before",
        "setup": [KERAS_DATA, KERAS_MODEL],
        "code": """
EPOCHS = 6
BATCH = 20
early = keras.callbacks.EarlyStopping(monitor='val_loss', patience=3, restore_best_weights=True)
hist = model.fit(X_train, y_train, validation_data=(X_test, y_test), epochs=EPOCHS, batch_size=BATCH, callbacks=[early])
""",
        "params": {
            "EPOCHS": 6,
            "BATCH": 20,
            "EarlyStopping.monitor": "val_loss",
            "EarlyStopping.patience": 3,
            "EarlyStopping.restore_best_weights": True,
            **COMPILED,
        },
        "curves": {"hist.loss": 6, "hist.accuracy": 6, "hist.val_loss": 6, "hist.val_accuracy": 6},
        "aliases": {
            "hist.loss": ("loss",),
            "hist.accuracy": ("accuracy",),
            "hist.val_loss": ("val_loss",),
            "hist.val_accuracy": ("val_accuracy",),
        },
        "optional": LAYERS,
        "values": {
            "hist.loss": "hist.history['loss'][-1]",
            "hist.accuracy": "hist.history['accuracy'][-1]",
            "hist.val_loss": "hist.history['val_loss'][-1]",
            "hist.val_accuracy": "hist.history['val_accuracy'][-1]",
        },
    },
    {
        "name": "keras-fit-unbound",
        "setup": [KERAS_DATA, KERAS_MODEL],
        "code": """
model.fit(X_train, y_train, epochs=5, verbose=0)
""",
        "params": {"fit.epochs": 5, **COMPILED},
        "curves": {"loss": 5, "accuracy": 5},
        "optional": LAYERS,
        "values": {"loss": "model.history.history['loss'][-1]", "accuracy": "model.history.history['accuracy'][-1]"},
    },
    {
        "name": "keras-history-plotted-as-frame",
        "setup": [KERAS_DATA, KERAS_MODEL, "history = model.fit(X_train, y_train, epochs=4, validation_split=0.25)"],
        "code": """
import pandas as pd
import matplotlib.pyplot as plt
hist_df = pd.DataFrame(history.history)
hist_df['epoch'] = history.epoch
hist_df.plot(x='epoch', y=['loss', 'val_loss'], figsize=(8, 5))
plt.grid(True); plt.ylim(0, 1)
plt.close()
""",
        "why": "Draws what another cell trained: nothing is computed here.",
        "optional": ("loss", "val_loss", "accuracy", "val_accuracy", "fit.*", *COMPILED, *LAYERS),
    },
    {
        "name": "keras-helper-builds-and-fits",
        "setup": [
            KERAS_DATA,
            """
def build_model(n_hidden=1, n_neurons=30, learning_rate=3e-3):
    net = keras.Sequential()
    for layer in range(n_hidden):
        net.add(layers.Dense(n_neurons, activation="relu"))
    net.add(layers.Dense(1))
    net.compile(loss="mse", optimizer=keras.optimizers.SGD(learning_rate=learning_rate), metrics=["mae"])
    return net
""",
        ],
        "code": """
net = build_model(n_hidden=2, n_neurons=10)
history = net.fit(X_train, y_train, epochs=10, validation_data=(X_test, y_test), verbose=0)
mse_test, mae_test = net.evaluate(X_test, y_test, verbose=0)
mse_test, mae_test
""",
        "params": {"build_model.n_hidden": 2, "build_model.n_neurons": 10, "fit.epochs": 10},
        "metrics": ["mse_test", "mae_test"],
        "curves": {"loss": 10, "mae": 10, "val_loss": 10, "val_mae": 10},
        "optional": (*LAYERS, "compile.loss"),
        "values": {
            "loss": "history.history['loss'][-1]",
            "mae": "history.history['mae'][-1]",
            "val_loss": "history.history['val_loss'][-1]",
            "val_mae": "history.history['val_mae'][-1]",
        },
    },
    {
        "name": "keras-last-values-of-history-printed",
        "setup": [KERAS_DATA, KERAS_MODEL],
        "code": """
r = model.fit(X_train, y_train, epochs=12, batch_size=10, validation_split=.1)
acc = r.history['accuracy'][-1]
val_acc = r.history['val_accuracy'][-1]
print('accuracy: {:.3f}, val: {:.3f}'.format(acc, val_acc))
""",
        "params": {"fit.epochs": 12, "fit.batch_size": 10, "fit.validation_split": 0.1, **COMPILED},
        "metrics": ["acc", "val_acc"],
        "curves": {"r.loss": 12, "r.accuracy": 12, "r.val_loss": 12, "r.val_accuracy": 12},
        "aliases": {
            "r.loss": ("loss",),
            "r.accuracy": ("accuracy",),
            "r.val_loss": ("val_loss",),
            "r.val_accuracy": ("val_accuracy",),
        },
        "optional": LAYERS,
        "values": {
            "r.loss": "r.history['loss'][-1]",
            "r.accuracy": "r.history['accuracy'][-1]",
            "r.val_loss": "r.history['val_loss'][-1]",
            "r.val_accuracy": "r.history['val_accuracy'][-1]",
        },
    },
    {
        "name": "xgb-train-evals-result",
        "setup": [CANCER_SPLIT],
        "code": """
import xgboost as xgb
dtrain = xgb.DMatrix(X_train, label=y_train)
dvalid = xgb.DMatrix(X_test, label=y_test)
params = {'objective': 'binary:logistic', 'eta': 0.1, 'max_depth': 4, 'eval_metric': 'logloss'}
evals_result = {}
bst = xgb.train(params, dtrain, num_boost_round=25, evals=[(dtrain, 'train'), (dvalid, 'valid')],
                evals_result=evals_result, verbose_eval=False)
pred = bst.predict(dvalid)
acc = ((pred > 0.5) == y_test).mean()
print(acc)
""",
        "params": {
            "objective": "binary:logistic",
            "eta": 0.1,
            "max_depth": 4,
            "eval_metric": "logloss",
            "train.num_boost_round": 25,
            **SPLIT,
        },
        "metrics": ["acc"],
        "curves": {"evals_result.train.logloss": 25, "evals_result.valid.logloss": 25},
        "aliases": {
            "evals_result.train.logloss": ("train.logloss",),
            "evals_result.valid.logloss": ("valid.logloss",),
        },
        "values": {
            "evals_result.train.logloss": "evals_result['train']['logloss'][-1]",
            "evals_result.valid.logloss": "evals_result['valid']['logloss'][-1]",
        },
    },
    {
        "name": "xgb-classifier-eval-set",
        "setup": [CANCER_SPLIT],
        "code": """
from xgboost import XGBClassifier
from sklearn.metrics import roc_auc_score
clf = XGBClassifier(n_estimators=30, learning_rate=0.05, max_depth=3, subsample=0.8, eval_metric='logloss')
clf.fit(X_train, y_train, eval_set=[(X_train, y_train), (X_test, y_test)], verbose=False)
auc = roc_auc_score(y_test, clf.predict_proba(X_test)[:, 1])
print("AUC: %.4f" % auc)
""",
        "params": {
            "XGBClassifier.n_estimators": 30,
            "XGBClassifier.learning_rate": 0.05,
            "XGBClassifier.max_depth": 3,
            "XGBClassifier.subsample": 0.8,
            "XGBClassifier.eval_metric": "logloss",
            **SPLIT,
        },
        "metrics": ["auc"],
        "curves": {"validation_0.logloss": 30, "validation_1.logloss": 30},
        "values": {
            "validation_0.logloss": "clf.evals_result()['validation_0']['logloss'][-1]",
            "validation_1.logloss": "clf.evals_result()['validation_1']['logloss'][-1]",
        },
    },
    {
        "name": "lgb-train-record-evaluation",
        "setup": [CANCER_SPLIT],
        "code": """
import lightgbm as lgb
evals = {}
train_set = lgb.Dataset(X_train, y_train)
valid_set = lgb.Dataset(X_test, y_test, reference=train_set)
params = dict(objective="binary", metric="auc", learning_rate=0.05, num_leaves=15)
gbm = lgb.train(params, train_set, num_boost_round=40, valid_sets=[train_set, valid_set], valid_names=["train", "valid"],
                callbacks=[lgb.record_evaluation(evals)])
""",
        "params": {
            "objective": "binary",
            "metric": "auc",
            "learning_rate": 0.05,
            "num_leaves": 15,
            "train.num_boost_round": 40,
            **SPLIT,
        },
        "curves": {"evals.train.auc": 40, "evals.valid.auc": 40},
        "aliases": {"evals.train.auc": ("train.auc",), "evals.valid.auc": ("valid.auc",)},
        "optional": ("train.valid_names", "valid_names", "best_score", "best_iteration"),
        "values": {"evals.train.auc": "evals['train']['auc'][-1]", "evals.valid.auc": "evals['valid']['auc'][-1]"},
    },
    {
        "name": "lgbm-classifier-with-early-looks",
        "setup": [CANCER_SPLIT],
        "code": """
from lightgbm import LGBMClassifier
from sklearn.metrics import log_loss
model = LGBMClassifier(n_estimators=20, num_leaves=8, verbose=-1)
model.fit(X_train, y_train, eval_set=[(X_test, y_test)])
log_loss(y_test, model.predict_proba(X_test))
""",
        "params": {"LGBMClassifier.n_estimators": 20, "LGBMClassifier.num_leaves": 8, **SPLIT},
        "metrics": ["log_loss"],
        "curves": {"valid_0.binary_logloss": 20},
        "values": {
            "log_loss": "log_loss(y_test, model.predict_proba(X_test))",
            "valid_0.binary_logloss": "model.evals_result_['valid_0']['binary_logloss'][-1]",
        },
    },
    {
        "name": "mlp-loss-curve",
        "setup": [IRIS],
        "code": """
from sklearn.neural_network import MLPClassifier
mlp = MLPClassifier(hidden_layer_sizes=(8,), max_iter=30, learning_rate_init=0.02, random_state=1)
mlp.fit(X, y)
print("Training set score: %f" % mlp.score(X, y))
print("Training set loss: %f" % mlp.loss_)
""",
        "params": {
            "MLPClassifier.hidden_layer_sizes": (8,),
            "MLPClassifier.max_iter": 30,
            "MLPClassifier.learning_rate_init": 0.02,
        },
        "metrics": ["score", "loss"],
        "aliases": {"score": ("Training set score",), "loss": ("Training set loss",)},
        "curves": {"loss_curve_": 30},
        "optional": ("n_iter_", "best_loss_"),
        "values": {"score": "mlp.score(X, y)", "loss": "mlp.loss_", "loss_curve_": "mlp.loss_curve_[-1]"},
    },
    {
        "name": "mlp-loss-curve-only-plotted",
        "setup": [IRIS],
        "code": """
from sklearn.neural_network import MLPClassifier
import matplotlib.pyplot as plt
for_plot = MLPClassifier((10, 10), solver='sgd', max_iter=20, random_state=0).fit(X, y)
plt.plot(for_plot.loss_curve_, 'r-', lw=2)
plt.title('Loss Curve'); plt.close()
""",
        "params": {
            "MLPClassifier.hidden_layer_sizes": (10, 10),
            "MLPClassifier.solver": "sgd",
            "MLPClassifier.max_iter": 20,
        },
        "curves": {"loss_curve_": 20},
        "optional": ("loss_", "n_iter_", "best_loss_"),
        "values": {"loss_curve_": "for_plot.loss_curve_[-1]"},
    },
    {
        "name": "gradient-boosting-train-score",
        "setup": [DIABETES_ROWS],
        "code": """
from sklearn.ensemble import GradientBoostingRegressor
params = {"n_estimators": 40, "max_depth": 3, "min_samples_split": 5, "learning_rate": 0.05, "loss": "squared_error"}
reg = GradientBoostingRegressor(**params)
reg.fit(X_train, y_train)

mse = mean_squared_error(y_val, reg.predict(X_val))
print("The mean squared error (MSE) on test set: {:.4f}".format(mse))

test_score = np.zeros((params["n_estimators"],), dtype=np.float64)
for i, y_pred in enumerate(reg.staged_predict(X_val)):
    test_score[i] = mean_squared_error(y_val, y_pred)
""",
        "params": {
            "n_estimators": 40,
            "max_depth": 3,
            "min_samples_split": 5,
            "learning_rate": 0.05,
            "loss": "squared_error",
        },
        "metrics": ["mse"],
        "curves": {"test_score": range(40), "train_score_": 40},
        "values": {"test_score": "test_score[-1]", "train_score_": "reg.train_score_[-1]"},
    },
    {
        "name": "skorch-history",
        "setup": [CANCER_SPLIT, SKORCH_MODULE],
        "code": """
from skorch import NeuralNetClassifier
net = NeuralNetClassifier(Net, module__n_hidden=20, max_epochs=9, lr=0.1, batch_size=64, verbose=0)
net.fit(X_train.values.astype('float32'), y_train.values)
train_loss = net.history[:, 'train_loss']
valid_loss = net.history[:, 'valid_loss']
""",
        "params": {
            "NeuralNetClassifier.module__n_hidden": 20,
            "NeuralNetClassifier.max_epochs": 9,
            "NeuralNetClassifier.lr": 0.1,
            "NeuralNetClassifier.batch_size": 64,
            **SPLIT,
        },
        "curves": {"train_loss": 9, "valid_loss": 9, "valid_acc": 9},
        "values": {
            "train_loss": "train_loss[-1]",
            "valid_loss": "valid_loss[-1]",
            "valid_acc": "net.history[:, 'valid_acc'][-1]",
        },
    },
    {
        "name": "validation-curve-means",
        "setup": [IRIS],
        "code": """
from sklearn.model_selection import validation_curve
from sklearn.svm import SVC
param_range = np.logspace(-3, 1, 5)
train_scores, test_scores = validation_curve(SVC(kernel='rbf'), X, y, param_name='gamma', param_range=param_range, cv=3)
train_mean = train_scores.mean(axis=1)
test_mean = test_scores.mean(axis=1)
print(test_mean)
""",
        "params": {"SVC.kernel": "rbf", "validation_curve.param_name": "gamma", "validation_curve.cv": 3},
        "curves": {"test_mean": 5, "train_mean": 5},
        "optional": ("train_scores*", "test_scores*", "test_mean.mean", "logspace.*"),
        "why": "Means per setting; `.mean(axis=1)` is a call whose array is the result.",
    },
]
