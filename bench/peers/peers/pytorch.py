"""Native PyTorch: the same workloads and the same answers to the same messages as support/worker.mjs,
one JSON object a line on standard input and output."""

import copy
import json
import math
import os
import sys
import time
import traceback

import numpy as np
import torch
from torch import nn

THREADS = int(os.environ.get("PEER_THREADS", "1"))
torch.set_num_threads(THREADS)

WINDOW = 0.5e-3
UNDISTURBED = 1.5e-3
ACTIVATIONS = {"relu": nn.ReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid}


def random_values(length, seed=1):
    state = seed
    values = np.empty(length, np.float32)
    for i in range(length):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        values[i] = (state >> 8) / 2**23 - 1
    return values


class Nhwc(nn.Module):
    """Images arrive as NHWC; PyTorch calls that memory format channels_last."""

    def forward(self, x):
        return x.permute(0, 3, 1, 2)


class Transformer(nn.Module):
    """Tokens to the logits of the next ones: blocks of attention and a small network, each normalised before."""

    def __init__(self, layers):
        super().__init__()
        self.embedding = nn.Embedding(layers[0]["inputDim"], layers[0]["outputDim"])
        width = layers[0]["outputDim"]
        self.blocks = nn.ModuleList(
            Block(width, layer) for layer in layers if layer["kind"] == "transformerBlock"
        )
        self.norm = nn.LayerNorm(width, eps=1e-3)
        self.head = nn.Linear(width, layers[-1]["units"])

    def forward(self, x):
        x = self.embedding(x)
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x)).flatten(0, 1)


class Block(nn.Module):
    def __init__(self, width, layer):
        super().__init__()
        self.heads = layer["heads"]
        self.first, self.second = nn.LayerNorm(width, eps=1e-3), nn.LayerNorm(width, eps=1e-3)
        inner = layer["heads"] * layer["keyDim"]
        self.project, self.merge = nn.Linear(width, 3 * inner), nn.Linear(inner, width)
        self.wide, self.narrow = nn.Linear(width, layer["hidden"]), nn.Linear(layer["hidden"], width)
        self.activation = {"gelu": nn.functional.gelu, "relu": nn.functional.relu}[layer["activation"]]

    def attend(self, x):
        batch, steps, _ = x.shape
        q, k, v = self.project(x).reshape(batch, steps, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        later = torch.ones(steps, steps, dtype=torch.bool).triu(1)
        scores = (q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])).masked_fill(later, -math.inf)
        return self.merge((torch.softmax(scores, -1) @ v).transpose(1, 2).flatten(2))

    def forward(self, x):
        x = x + self.attend(self.first(x))
        return x + self.narrow(self.activation(self.wide(self.second(x))))


class Recurrent(nn.Module):
    """The state after the last step."""

    def __init__(self, module):
        super().__init__()
        self.module = module

    def forward(self, x):
        return self.module(x)[0][:, -1]


RECURRENT = {"lstm": nn.LSTM, "simpleRnn": nn.RNN}


def window_of(layer):
    """Strides and padding: 'valid', 'same' (for odd kernels without strides), or the same number on all sides."""
    padding = layer.get("padding", "valid")
    if not isinstance(padding, str):
        padding = padding[0][0]
    elif padding == "same":
        padding = layer["kernelSize"] // 2
    else:
        padding = 0
    return {"stride": layer.get("strides", 1), "padding": padding}


def convolved(shape, layer):
    window = window_of(layer)
    sizes = [(n + 2 * window["padding"] - layer["kernelSize"]) // window["stride"] + 1 for n in shape[:2]]
    return [*sizes, layer["filters"]]


def network(workload):
    if "tokens" in workload:
        return Transformer(workload["layers"])
    training = workload["kind"] == "train"
    modules = []
    shape = list(workload["inputShape"])
    if len(shape) == 3:
        modules.append(Nhwc())
    for i, layer in enumerate(workload["layers"]):
        last = i == len(workload["layers"]) - 1
        kind = layer["kind"]
        if kind == "dense":
            modules.append(nn.Linear(shape[0], layer["units"]))
            shape = [layer["units"]]
        elif kind == "conv2d":
            modules.append(nn.Conv2d(shape[2], layer["filters"], layer["kernelSize"], **window_of(layer)))
            shape = convolved(shape, layer)
        elif kind == "separableConv2d":
            modules.append(nn.Conv2d(shape[2], shape[2], layer["kernelSize"], groups=shape[2], bias=False, **window_of(layer)))
            modules.append(nn.Conv2d(shape[2], layer["filters"], 1))
            shape = convolved(shape, layer)
        elif kind in RECURRENT:
            modules.append(Recurrent(RECURRENT[kind](shape[1], layer["units"], batch_first=True)))
            shape = [layer["units"]]
            continue  # the activation is a part of it
        elif kind == "maxPool2d":
            size = layer["poolSize"]
            modules.append(nn.MaxPool2d(size))
            shape = [shape[0] // size, shape[1] // size, shape[2]]
        elif kind == "flatten":
            modules.append(nn.Flatten())
            shape = [math.prod(shape)]
        else:
            return None
        activation = layer.get("activation", "linear")
        if activation in ACTIVATIONS and not (training and last):  # the losses take logits
            modules.append(ACTIVATIONS[activation]())
        elif activation == "softmax" and not training:
            modules.append(nn.Softmax(-1))
    return nn.Sequential(*modules)


def batch_of(workload):
    batch = workload["batch"]
    shape = [batch, *workload["inputShape"]]
    classes = workload["layers"][-1]["units"]
    values = workload.get("x")
    if values is None:
        values = np.maximum(random_values(math.prod(shape)), 0)
    if workload.get("loss") == "meanSquaredError":
        x = torch.from_numpy(np.asarray(values, np.float32).reshape(shape))
        return x, x, classes
    labels = workload.get("y") or [i % classes for i in range(batch)]
    x = torch.from_numpy(np.asarray(values, np.float32).reshape(shape))
    y = torch.tensor(labels, dtype=torch.float32).reshape(batch, 1) if classes == 1 else torch.tensor(labels)
    return x, y, classes


def tokens_of(workload):
    shape = [workload["batch"], *workload["inputShape"]]
    values = np.floor((random_values(math.prod(shape)) + 1) / 2 * workload["tokens"]).astype(np.int64)
    return torch.from_numpy(values.reshape(shape)), torch.from_numpy(np.roll(values, -1)), workload["tokens"]


def build_operation(workload):
    x = torch.from_numpy(random_values(math.prod(workload["shape"])).reshape(workload["shape"]))
    name = workload["operation"]
    if name == "sum":
        axis = workload["axis"]
        return lambda: torch.sum(x, axis)
    if name == "gelu":
        return lambda: nn.functional.gelu(x)
    if name == "softmax":
        return lambda: torch.softmax(x, -1)
    return lambda: getattr(torch, name)(x)


def sin_exp(x):
    return torch.sum(torch.sin(x) * torch.exp(x))


def rosenbrock(x):
    first, following = x[:-1], x[1:]
    return torch.sum(100 * (following - first**2) ** 2 + (1 - first) ** 2)


FUNCTIONS = {"sinExp": sin_exp, "rosenbrock": rosenbrock}


def build_transformation(workload):
    x = torch.from_numpy(random_values(math.prod(workload["shape"])).reshape(workload["shape"]))
    f = FUNCTIONS[workload["function"]]
    if workload["transformation"] == "hessian":
        hessian = torch.autograd.functional.hessian
        return [lambda: hessian(f, x, vectorize=False), lambda: hessian(f, x, vectorize=True)]
    x.requires_grad_()
    return [lambda: torch.autograd.grad(f(x), x)]


def build_prediction(model, x):
    with torch.no_grad():
        frozen = torch.jit.freeze(torch.jit.trace(model.eval(), x))

    def step():
        with torch.inference_mode():
            return frozen(x).numpy()

    return step


def build_training(model, workload, x, y, classes, foreach):
    model = copy.deepcopy(model)  # every candidate trains from the start
    settings = workload["optimizer"]
    if settings["name"] == "adam":
        optimizer = torch.optim.Adam(model.parameters(), lr=settings["learningRate"], foreach=foreach)
    else:
        optimizer = torch.optim.SGD(model.parameters(), lr=settings["learningRate"], foreach=foreach)
    if workload.get("loss") == "meanSquaredError":
        criterion = nn.MSELoss()
    else:
        criterion = nn.BCEWithLogitsLoss() if classes == 1 else nn.CrossEntropyLoss()

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def build(workload):
    """The candidates to choose the fastest from; empty when unsupported."""
    torch.manual_seed(1)
    if workload["kind"] == "operation":
        return [build_operation(workload)]
    if workload["kind"] == "transformation":
        return build_transformation(workload)
    model = network(workload)
    if model is None:
        return []
    x, y, classes = tokens_of(workload) if "tokens" in workload else batch_of(workload)
    if workload["kind"] == "predict":
        return [build_prediction(model, x)]
    if x.dim() == 4:
        model = model.to(memory_format=torch.channels_last)
    return [build_training(model, workload, x, y, classes, foreach) for foreach in (False, True)]


def check_training(workload):
    for step in build(workload):
        first = step()
        end = time.process_time() + 1
        steps = 0
        while steps < 300 and time.process_time() < end:
            step()
            steps += 1
        if not step() < first:
            raise RuntimeError("the loss did not fall")


def check_blas():
    """Without OpenBLAS, Debian's PyTorch multiplies matrices 14 times slower, and a comparison is worthless."""
    torch.ones(2, 2) @ torch.ones(2, 2)
    with open("/proc/self/maps") as maps:
        loaded = maps.read()
    if "openblas-pthread" not in loaded and "mkl" not in loaded and "libopenblas" not in loaded:
        raise RuntimeError("expected PyTorch with OpenBLAS, got another library (apt-get install libopenblas0-pthread)")


class Worker:
    def __init__(self):
        self.step = None
        self.times = 1

    def window(self, count):
        step = self.step
        used = time.process_time()
        start = time.perf_counter()
        for _ in range(count):
            step()
        took = time.perf_counter() - start
        undisturbed = took <= UNDISTURBED or THREADS > 1
        return (took if undisturbed else min(took, time.process_time() - used)) / count

    def measure(self, seconds):
        best = math.inf
        start = time.process_time()
        while True:
            best = min(best, self.window(self.times))
            if time.process_time() - start >= seconds:
                return best

    def warm_up(self, seconds):
        self.times = 1
        start = time.process_time()
        while time.process_time() - start < seconds:
            took = self.window(self.times) * self.times
            if took < WINDOW / 2:
                self.times *= 2
        self.times = max(1, round(WINDOW / self.measure(0.02)))
        return self.measure(0.3)

    def prepare(self, workload, seconds):
        best = math.inf
        chosen = None
        if workload["kind"] == "train":
            check_training(workload)
            # The weights stay where they are: see `standing` in support/worker.mjs.
            workload["optimizer"]["learningRate"] = 1e-9
        for step in build(workload):
            self.step = step
            took = self.warm_up(seconds)
            if took < best:
                best, chosen, times = took, step, self.times
        if chosen is None:
            return {"supported": False}
        self.step, self.times = chosen, times
        return {"supported": True}

    def answer(self, message):
        command = message["command"]
        if command == "hello":
            check_blas()
            return {"label": "PyTorch", "version": torch.__version__}
        if command == "prepare":
            return self.prepare(message["workload"], message["warmup"] / 1000)
        return {"milliseconds": 1000 * self.measure(message["milliseconds"] / 1000)}


worker = Worker()
for line in sys.stdin:
    try:
        reply = worker.answer(json.loads(line))
    except Exception:
        reply = {"error": traceback.format_exc()}
    print(json.dumps(reply), flush=True)
