"""Makes cases.json with PyTorch in float64: values and gradients of layers. Run: /usr/bin/python3 test/layers/references/make.py"""

import json
import os

import torch

torch.manual_seed(1)
torch.set_default_dtype(torch.float64)


def numbers(*shape):
    """Random numbers that f32 holds exactly."""
    return torch.randn(*shape).to(torch.float32).to(torch.float64)


def case(make, **tensors):
    """Inputs, output and the gradients of sum(y cos(position)) by every input, all flat."""
    for value in tensors.values():
        value.requires_grad_()
    y = make(**tensors)
    weight = torch.cos(torch.arange(y.numel()).to(torch.float64)).reshape(y.shape)
    gradients = torch.autograd.grad((y * weight).sum(), list(tensors.values()))
    flat = lambda value: value.detach().reshape(-1).tolist()
    return {
        "inputs": {name: flat(value) for name, value in tensors.items()},
        "output": flat(y),
        "gradients": {name: flat(value) for name, value in zip(tensors, gradients)},
    }


def group_norm(groups, epsilon):
    """Channels come last here."""
    return lambda x, gamma, beta: torch.nn.functional.group_norm(
        x.movedim(-1, 1), groups, gamma, beta, epsilon
    ).movedim(1, -1)


def rms_norm(x, gamma):
    return gamma * x / torch.sqrt((x * x).mean(-1, keepdim=True) + 1e-6)


def attention(query, value, key, queryKernel, keyKernel, valueKernel, outputKernel):
    """Two heads of three, values of two; the second sequence of the value side has three valid steps of four."""
    heads = lambda x, kernel: (x @ kernel).unflatten(-1, (2, -1)).transpose(1, 2)
    q, k, v = heads(query, queryKernel), heads(key, keyKernel), heads(value, valueKernel)
    scores = q @ k.transpose(-1, -2) / 3**0.5
    seen = (torch.arange(4) < torch.tensor([[4], [3]])).reshape(2, 1, 1, 4)
    mixed = scores.masked_fill(~seen, float("-inf")).softmax(-1) @ v
    return mixed.transpose(1, 2).flatten(2) @ outputKernel


def recurrent(kind, gates, order):
    """A layer of PyTorch with an initial state. Gates are put in PyTorch's order."""

    def run(x, kernel, recurrentKernel, *states):
        units = recurrentKernel.shape[0]
        rows = lambda w: torch.cat([w.t()[g * units : (g + 1) * units] for g in order])
        state = tuple(s.unsqueeze(0) for s in states)
        weights = [rows(kernel), rows(recurrentKernel)]
        return kind(x, state if len(state) > 1 else state[0], weights, False, 1, 0.0, False, False, True)[0]

    if gates == 4:
        return lambda x, kernel, recurrentKernel, h, c: run(x, kernel, recurrentKernel, h, c)
    return lambda x, kernel, recurrentKernel, h: run(x, kernel, recurrentKernel, h)


cases = {
    "groupNorm": case(group_norm(3, 1e-3), x=numbers(2, 3, 2, 6), gamma=numbers(6), beta=numbers(6)),
    "groupNorm of a row": case(group_norm(2, 1e-5), x=numbers(3, 4), gamma=numbers(4), beta=numbers(4)),
    "groupNorm of one group": case(group_norm(1, 1e-3), x=numbers(2, 5, 3), gamma=numbers(3), beta=numbers(3)),
    "groupNorm of each channel": case(group_norm(3, 1e-3), x=numbers(2, 5, 3), gamma=numbers(3), beta=numbers(3)),
    "rmsNorm": case(rms_norm, x=numbers(2, 3, 5), gamma=numbers(5)),
    "attention": case(
        attention,
        query=numbers(2, 3, 5),
        value=numbers(2, 4, 4),
        key=numbers(2, 4, 6),
        queryKernel=numbers(5, 6),
        keyKernel=numbers(6, 6),
        valueKernel=numbers(4, 4),
        outputKernel=numbers(4, 5),
    ),
    "lstm": case(
        recurrent(torch.lstm, 4, [0, 1, 2, 3]),
        x=numbers(2, 4, 3),
        kernel=numbers(3, 8),
        recurrentKernel=numbers(2, 8),
        h=numbers(2, 2),
        c=numbers(2, 2),
    ),
    # PyTorch's gates are r, z, n, ours z, r, n
    "gru": case(
        recurrent(torch.gru, 3, [1, 0, 2]),
        x=numbers(2, 4, 3),
        kernel=numbers(3, 6),
        recurrentKernel=numbers(2, 6),
        h=numbers(2, 2),
    ),
    "simpleRnn": case(
        recurrent(torch.rnn_tanh, 1, [0]),
        x=numbers(2, 4, 3),
        kernel=numbers(3, 2),
        recurrentKernel=numbers(2, 2),
        h=numbers(2, 2),
    ),
}

with open(os.path.join(os.path.dirname(__file__), "cases.json"), "w", encoding="utf-8") as file:
    json.dump(cases, file)
    file.write("\n")
