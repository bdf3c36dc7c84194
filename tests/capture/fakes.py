"""Stand-ins for libraries that the tests do without: the little of torch, tqdm and xgboost that cells use."""

from __future__ import annotations

import sys
import types

import numpy as np

_NO_GRADIENT = None


class Tensor:
    def __init__(self, data, back=_NO_GRADIENT):
        self.data = np.asarray(data, dtype=float) if not isinstance(data, np.ndarray) else data
        self._back = back

    @property
    def shape(self):
        return self.data.shape

    @property
    def dtype(self):
        return self.data.dtype

    def _lift(self, other):
        return other.data if isinstance(other, Tensor) else other

    def __add__(self, other):
        return Tensor(self.data + self._lift(other), self._back)

    __radd__ = __add__

    def __sub__(self, other):
        return Tensor(self.data - self._lift(other))

    def __rsub__(self, other):
        return Tensor(self._lift(other) - self.data)

    def __mul__(self, other):
        return Tensor(self.data * self._lift(other), self._back)

    __rmul__ = __mul__

    def __truediv__(self, other):
        return Tensor(self.data / self._lift(other), self._back)

    def __rtruediv__(self, other):
        return Tensor(self._lift(other) / self.data)

    def __pow__(self, other):
        return Tensor(self.data**other)

    def __neg__(self):
        return Tensor(-self.data, self._back)

    def __matmul__(self, other):
        return Tensor(self.data @ self._lift(other))

    def __lt__(self, other):
        return Tensor(self.data < self._lift(other))

    def __gt__(self, other):
        return Tensor(self.data > self._lift(other))

    def __eq__(self, other):
        return Tensor(self.data == self._lift(other))

    __hash__ = None

    def __len__(self):
        return len(self.data)

    def __bool__(self):
        return bool(self.data)

    def __float__(self):
        return float(self.data)

    def __int__(self):
        return int(self.data)

    def __format__(self, spec):
        return format(self.data.item(), spec)

    def __getitem__(self, index):
        return Tensor(self.data[index])

    def sum(self, *args):
        return Tensor(np.asarray(self.data.sum(*args)))

    def mean(self, *args):
        return Tensor(np.asarray(self.data.mean(*args)))

    def argmax(self, axis=None):
        return Tensor(np.asarray(self.data.argmax(axis)))

    def max(self, axis=None):
        return (
            Tensor(np.asarray(self.data.max()))
            if axis is None
            else (Tensor(self.data.max(axis)), Tensor(self.data.argmax(axis)))
        )

    def sigmoid(self):
        return Tensor(1 / (1 + np.exp(-self.data)))

    def item(self):
        return self.data.item()

    def detach(self):
        return Tensor(self.data)

    def cpu(self):
        return self

    def to(self, *_args):
        return self

    def numpy(self):
        return self.data

    def float(self):
        return Tensor(self.data.astype(float))

    def long(self):
        return Tensor(self.data.astype(int))

    def size(self, axis=None):
        return self.data.shape if axis is None else self.data.shape[axis]

    def numel(self):
        return self.data.size

    def backward(self):
        if self._back is not None:
            self._back()


class Parameter(Tensor):
    def __init__(self, data):
        super().__init__(data)
        self.grad = np.zeros_like(self.data)


class Module:
    def parameters(self):
        for value in vars(self).values():
            if isinstance(value, Parameter):
                yield value
            elif isinstance(value, Module):
                yield from value.parameters()

    def train(self, mode=True):
        self.training = mode
        return self

    def eval(self):
        return self.train(False)

    def to(self, *_args):
        return self

    def state_dict(self):
        return {str(number): value.data.copy() for number, value in enumerate(self.parameters())}

    def load_state_dict(self, state):
        for number, value in enumerate(self.parameters()):
            value.data = state[str(number)].copy()

    def __call__(self, *args, **kwargs):
        return self.forward(*args, **kwargs)


class Linear(Module):
    def __init__(self, inputs, outputs, bias=True):
        rng = np.random.default_rng(inputs * 100 + outputs)
        self.weight = Parameter(rng.normal(size=(inputs, outputs)) * 0.1)
        self.bias = Parameter(np.zeros(outputs))

    def forward(self, x):
        made = Tensor(x.data @ self.weight.data + self.bias.data)
        made._made = (self, x)
        return made


class Sequential(Module):
    def __init__(self, *layers):
        for number, layer in enumerate(layers):
            setattr(self, f"layer{number}", layer)
        self._layers = layers

    def forward(self, x):
        for layer in self._layers:
            x = layer(x)
        return x


class ReLU(Module):
    def forward(self, x):
        made = Tensor(np.maximum(x.data, 0))
        if hasattr(x, "_made"):
            made._made = x._made
        return made


class Dropout(Module):
    def __init__(self, p=0.5):
        self.p = p

    def forward(self, x):
        return x


def _descend(out, wrong):
    def back():
        made = getattr(out, "_made", None)
        if made is not None:
            layer, x = made
            layer.weight.grad += x.data.T @ wrong / len(wrong)
            layer.bias.grad += wrong.mean(0)

    return back


class MSELoss(Module):
    def __init__(self, reduction="mean"):
        self.reduction = reduction

    def forward(self, out, y):
        wrong = out.data - y.data.reshape(out.data.shape)
        return Tensor(np.asarray((wrong**2).mean()), _descend(out, 2 * wrong))


class CrossEntropyLoss(Module):
    def __init__(self, label_smoothing=0.0):
        self.label_smoothing = label_smoothing

    def forward(self, out, y):
        odds = np.exp(out.data - out.data.max(1, keepdims=True))
        odds /= odds.sum(1, keepdims=True)
        truth = np.eye(odds.shape[1])[y.data.astype(int)]
        return Tensor(np.asarray(-np.log((odds * truth).sum(1) + 1e-9).mean()), _descend(out, odds - truth))


class _Optimizer:
    def __init__(self, params, lr=0.01, momentum=0.0, weight_decay=0.0, betas=(0.9, 0.999)):
        self.params = list(params)
        self.lr = lr
        self.param_groups = [{"lr": lr}]

    def zero_grad(self):
        for one in self.params:
            one.grad = np.zeros_like(one.data)

    def step(self):
        for one in self.params:
            one.data = one.data - self.lr * one.grad


class _Scheduler:
    def __init__(self, optimizer, step_size=1, gamma=0.1, patience=1, T_max=1):
        self.optimizer, self.gamma = optimizer, gamma

    def step(self, metric=None):
        self.optimizer.lr *= self.gamma

    def get_last_lr(self):
        return [self.optimizer.lr]


class _NoGrad:
    def __enter__(self):
        return self

    def __exit__(self, *_exc):
        return False

    def __call__(self, function):
        return function


class TensorDataset:
    def __init__(self, *tensors):
        self.tensors = tensors

    def __len__(self):
        return len(self.tensors[0])


class DataLoader:
    def __init__(self, dataset, batch_size=1, shuffle=False, num_workers=0):
        self.dataset, self.batch_size = dataset, batch_size

    def __len__(self):
        return (len(self.dataset) + self.batch_size - 1) // self.batch_size

    def __iter__(self):
        for start in range(0, len(self.dataset), self.batch_size):
            yield tuple(Tensor(one.data[start : start + self.batch_size]) for one in self.dataset.tensors)


class _Bar:
    def __init__(self, iterable=None, total=None, desc=None, leave=True, disable=False, unit="it", ncols=None):
        self._iterable = iterable

    def __iter__(self):
        return iter(self._iterable)

    def __len__(self):
        return len(self._iterable)

    def __enter__(self):
        return self

    def __exit__(self, *_exc):
        return False

    def set_postfix(self, *_args, **_kwargs):
        pass

    set_description = set_postfix_str = update = close = set_postfix

    @staticmethod
    def write(text):
        print(text)


def _trange(*args, **kwargs):
    return _Bar(range(*args), **kwargs)


class _DMatrix:
    def __init__(self, data, label=None):
        self.data, self.label = np.asarray(data), label


class _Booster:
    def __init__(self, params):
        self.params, self.best_score, self.best_iteration = params, 0.25, 3

    def predict(self, data):
        return (data.data[:, 0] > data.data[:, 0].mean()).astype(float) * 0.8 + 0.1


def _xgb_train(params, dtrain, num_boost_round=10, evals=(), early_stopping_rounds=None, verbose_eval=True):
    return _Booster(params)


def _module(name, **content):
    module = types.ModuleType(name)
    module.__dict__.update(content)
    return module


def install():
    """Put the stand-ins where imports find them."""
    if "torch" in sys.modules:
        return
    for one in (Tensor, Parameter):
        one.__module__ = "torch"
    nn = _module(
        "torch.nn", Module=Module, Linear=Linear, Sequential=Sequential, ReLU=ReLU, Dropout=Dropout, MSELoss=MSELoss
    )
    nn.CrossEntropyLoss = CrossEntropyLoss
    functional = _module(
        "torch.nn.functional",
        mse_loss=lambda a, b: MSELoss()(a, b),
        cross_entropy=lambda a, b: CrossEntropyLoss()(a, b),
    )
    nn.functional = functional
    schedulers = _module(
        "torch.optim.lr_scheduler", StepLR=_Scheduler, ReduceLROnPlateau=_Scheduler, CosineAnnealingLR=_Scheduler
    )
    optim = _module("torch.optim", SGD=_Optimizer, Adam=_Optimizer, AdamW=_Optimizer, lr_scheduler=schedulers)
    data = _module("torch.utils.data", DataLoader=DataLoader, TensorDataset=TensorDataset)
    utils = _module("torch.utils", data=data)
    torch = _module(
        "torch", Tensor=Tensor, tensor=Tensor, nn=nn, optim=optim, utils=utils, no_grad=_NoGrad, inference_mode=_NoGrad
    )
    torch.manual_seed = np.random.seed
    torch.randn = lambda *shape: Tensor(np.random.normal(size=shape))  # noqa: NPY002 # follows manual_seed
    torch.zeros = lambda *shape: Tensor(np.zeros(shape))
    torch.from_numpy = Tensor
    torch.device = str
    torch.sigmoid = lambda x: x.sigmoid()
    torch.cuda = _module("torch.cuda", is_available=lambda: False)
    modules = {
        "torch": torch,
        "torch.nn": nn,
        "torch.nn.functional": functional,
        "torch.optim": optim,
        "torch.utils": utils,
    }
    modules |= {"torch.utils.data": data, "torch.optim.lr_scheduler": schedulers}
    bars = _module("tqdm", tqdm=_Bar, trange=_trange)
    modules |= {"tqdm": bars, "tqdm.auto": _module("tqdm.auto", tqdm=_Bar, trange=_trange)}
    modules |= {"tqdm.notebook": _module("tqdm.notebook", tqdm=_Bar, trange=_trange)}
    modules |= {"xgboost": _module("xgboost", DMatrix=_DMatrix, train=_xgb_train)}
    for name, module in modules.items():
        sys.modules.setdefault(name, module)
