"""Writes sklearn.json beside it: `python3 test/plot/references/make.py` (needs scikit-learn).

ROC curves, areas under them and calibration bins as scikit-learn computes them in float64, with ties and few classes.
"""
import json
from pathlib import Path

import numpy as np
from sklearn.calibration import calibration_curve
from sklearn.metrics import roc_auc_score, roc_curve

rng = np.random.default_rng(5)


def roc(scores, labels):
    fpr, tpr, thresholds = roc_curve(labels, scores, drop_intermediate=False)
    return {
        "scores": scores.tolist(),
        "labels": labels.tolist(),
        "fpr": fpr.tolist(),
        "tpr": tpr.tolist(),
        "thresholds": thresholds[1:].tolist(),  # the first one is above all scores
        "auc": roc_auc_score(labels, scores),
    }


def calibration(probabilities, labels, bins, strategy):
    true, predicted = calibration_curve(labels, probabilities, n_bins=bins, strategy=strategy)
    return {
        "probabilities": probabilities.tolist(),
        "labels": labels.tolist(),
        "bins": bins,
        "strategy": strategy,
        "observed": true.tolist(),
        "predicted": predicted.tolist(),
    }


def sample(n, ties):
    labels = rng.integers(0, 2, n)
    scores = rng.normal(size=n) + labels
    return (np.round(scores * 4) / 4 if ties else scores), labels


cases = [sample(n, ties) for n in (2, 7, 40, 200) for ties in (False, True)]
cases = [(s, l) for s, l in cases if 0 < l.sum() < len(l)]
cases.append((np.full(6, 0.5), np.array([0, 1, 0, 1, 1, 0])))
cases.append((np.array([0.0, 1.0]), np.array([-1, 1])))

p = rng.uniform(size=300)
p[:20] = np.round(p[:20], 1)  # on the edges of bins
y = (rng.uniform(size=300) < p**1.5).astype(int)
calibrations = [calibration(p, y, bins, strategy) for bins in (5, 10, 37) for strategy in ("uniform", "quantile")]
calibrations.append(calibration(np.array([0.0, 1.0, 0.3]), np.array([0, 1, 0]), 10, "uniform"))

out = {"roc": [roc(s, l) for s, l in cases], "calibration": calibrations}
Path(__file__).with_name("sklearn.json").write_text(json.dumps(out) + "\n")
