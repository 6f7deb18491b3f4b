"""Writes metrics.json beside it: `python3 test/models/references/make.py` (needs scikit-learn).

Metrics as scikit-learn computes them in float64, from predictions with ties, with and without weights of rows.
"""
import json
import warnings
from pathlib import Path

import numpy as np
from sklearn import metrics as sk

warnings.simplefilter("ignore")
rng = np.random.default_rng(7)
N = 53  # no multiple of the batch sizes that the tests use


def tied(scores):
    """f32 values on a grid, so that many are equal."""
    return np.float32(np.round(scores * 8) / 8)


def averages(y, found, weights, average):
    kind = {"average": average, "sample_weight": weights, "zero_division": 0}
    return [score(y, found, **kind) for score in (sk.precision_score, sk.recall_score, sk.f1_score)]


def binary(weights):
    y = (rng.random(N) < 0.4).astype(int)
    scores = tied(np.clip(0.35 * y + 0.7 * rng.random(N), 0, 1))
    found = (scores > 0.5).astype(int)
    precision, recall, f1 = averages(y, found, weights, "binary")
    return case(scores[:, None], y[:, None], weights, {
        "accuracy": sk.accuracy_score(y, found, sample_weight=weights),
        "precision": precision, "recall": recall, "f1": f1,
        "auc": sk.roc_auc_score(y, scores, sample_weight=weights),
        "prAuc": sk.average_precision_score(y, scores, sample_weight=weights),
    })


def several(weights, classes):
    y = rng.integers(0, 4, N)  # of five classes, one never occurs
    scores = tied(rng.random((N, classes)) + 0.5 * np.eye(classes)[y])
    found = scores.argmax(1)
    macro, micro = averages(y, found, weights, "macro"), averages(y, found, weights, "micro")
    columns = [k for k in range(classes) if (y == k).any()]
    top = np.array([[(row > row[c]).sum() + (row[:c] == row[c]).sum() for c in [c]] for row, c in zip(scores, y)])[:, 0]
    mean = lambda score: np.mean([score(y == k, scores[:, k], sample_weight=weights) for k in columns])
    return case(scores, y, weights, {
        "accuracy": sk.accuracy_score(y, found, sample_weight=weights),
        "topK(2)": np.average(top < 2, weights=weights), "topK(3)": np.average(top < 3, weights=weights),
        "precision": macro[0], "recall": macro[1], "f1": macro[2],
        "precisionMicro": micro[0], "recallMicro": micro[1], "f1Micro": micro[2],
        "auc": mean(sk.roc_auc_score), "prAuc": mean(sk.average_precision_score),
    })


def labels(weights):
    y = (rng.random((N, 3)) < [0.5, 0.3, 0.7]).astype(int)
    scores = tied(np.clip(0.3 * y + 0.7 * rng.random((N, 3)), 0, 1))
    found = (scores > 0.5).astype(int)
    macro, micro = averages(y, found, weights, "macro"), averages(y, found, weights, "micro")
    return case(scores, y, weights, {
        "accuracy": np.average((y == found).mean(1), weights=weights),
        "precision": macro[0], "recall": macro[1], "f1": macro[2],
        "precisionMicro": micro[0], "recallMicro": micro[1], "f1Micro": micro[2],
        "auc": sk.roc_auc_score(y, scores, average="macro", sample_weight=weights),
        "prAuc": sk.average_precision_score(y, scores, average="macro", sample_weight=weights),
    })


def regression(weights, columns):
    y = np.float32(1000 + rng.normal(size=(N, columns)))
    p = np.float32(y + 0.5 * rng.normal(size=(N, columns)))
    mse = sk.mean_squared_error(y.astype(float), p.astype(float), sample_weight=weights)
    return case(p, y, weights, {
        "r2": sk.r2_score(y.astype(float), p.astype(float), sample_weight=weights),
        "meanSquaredError": mse, "rootMeanSquaredError": np.sqrt(mse),
        "meanAbsoluteError": sk.mean_absolute_error(y.astype(float), p.astype(float), sample_weight=weights),
    })


def case(prediction, target, weights, expected):
    return {
        "prediction": prediction.tolist(),
        "target": target.tolist(),
        "weights": None if weights is None else weights.tolist(),
        "expected": {name: float(value) for name, value in expected.items()},
    }


WEIGHTS = np.float64(np.float32(rng.random(N) * 3))
cases = {}
for suffix, weights in (("", None), (" with weights", WEIGHTS)):
    cases["binary" + suffix] = binary(weights)
    cases["classes" + suffix] = several(weights, 4)
    cases["labels" + suffix] = labels(weights)
    cases["regression" + suffix] = regression(weights, 1)
    cases["regression of two" + suffix] = regression(weights, 2)
cases["classes of which one is never true"] = several(None, 5)
Path(__file__).with_name("metrics.json").write_text(json.dumps(cases, indent=1) + "\n")
