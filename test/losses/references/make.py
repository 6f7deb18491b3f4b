"""Losses with weights and their gradients in float64 by PyTorch: /usr/bin/python3 make.py writes torch.json."""
import json
import os

import torch
import torch.nn.functional as F

torch.manual_seed(1)
torch.set_default_dtype(torch.float64)
cases = []


def f32(x):
    return x.float().double()


def case(loss, options, prediction, target, terms, weights=None, mean=None):
    """`terms`: the loss of each row or element. `mean`: PyTorch's own mean, where it has one."""
    p = f32(prediction).requires_grad_()
    t = terms(p)
    if weights is None:
        value = t.mean() if mean is None else mean(p)
    else:
        w = f32(weights)
        rows = t.reshape(w.numel(), -1).mean(1)
        value = (w.reshape(-1) * rows).sum() / w.sum()
    value.backward()
    cases.append({
        "loss": loss, "options": options,
        "prediction": p.detach().flatten().tolist(), "shape": list(p.shape),
        "target": target.flatten().tolist(), "targetShape": list(target.shape), "indices": target.dtype == torch.int64,
        "weights": None if weights is None else f32(weights).flatten().tolist(),
        "weightShape": None if weights is None else list(weights.shape),
        "value": value.item(), "gradient": p.grad.flatten().tolist(),
    })


def both(loss, options, prediction, target, terms, mean=None):
    case(loss, options, prediction, target, terms, mean=mean)
    weights = torch.rand(prediction.shape[0]) * 3
    weights[0] = 0 if len(weights) > 1 else 2
    case(loss, options, prediction, target, terms, weights)
    if prediction.dim() > 2:
        case(loss, options, prediction, target, terms, torch.rand(prediction.shape[:2]) * 3)


def hot(labels, k):
    return F.one_hot(labels, k).double()


# cross-entropy: classes last here, second there
for shape in ([6, 5], [3, 4, 7], [1, 2]):
    k = shape[-1]
    labels = torch.randint(0, k, shape[:-1])
    soft = f32(torch.softmax(torch.randn(shape), -1))
    ignored = labels.clone()
    ignored.flatten()[::2] = -100
    ignored.flatten()[-1] = 1
    zero = labels.clone()
    zero.flatten()[-1] = 1
    z = torch.randn(shape) * 2
    ce = lambda target, **o: (lambda p: F.cross_entropy(p.movedim(-1, 1), target if target.dtype == torch.int64 else target.movedim(-1, 1), reduction="none", **o))
    cm = lambda target, **o: (lambda p: F.cross_entropy(p.movedim(-1, 1), target if target.dtype == torch.int64 else target.movedim(-1, 1), **o))
    logits = {"fromLogits": True}
    both("crossEntropy", logits, z, labels, ce(labels))
    both("crossEntropy", logits, z, soft, ce(soft))
    both("crossEntropy", {**logits, "labelSmoothing": 0.1}, z, labels, ce(labels, label_smoothing=0.1), cm(labels, label_smoothing=0.1))
    both("crossEntropy", {**logits, "labelSmoothing": 0.3}, z, soft, ce(soft, label_smoothing=0.3), cm(soft, label_smoothing=0.3))
    case("crossEntropy", {**logits, "ignoreIndex": -100}, z, ignored, ce(ignored, ignore_index=-100), mean=cm(ignored, ignore_index=-100))
    case("crossEntropy", {**logits, "ignoreIndex": 0, "labelSmoothing": 0.2}, z, zero, ce(zero), mean=cm(zero, ignore_index=0, label_smoothing=0.2))
    probabilities = torch.softmax(z, -1)
    both("crossEntropy", {"labelSmoothing": 0.1}, probabilities, labels,
         lambda p: -(((1 - 0.1) * hot(labels, k) + 0.1 / k) * p.log()).sum(-1))

for shape in ([5, 1], [4, 3], [2, 3, 4]):
    z = torch.randn(shape) * 3
    t = torch.randint(0, 2, shape).double()
    soft = f32(torch.rand(shape))
    column = [0.5, 2.0, 3.0, 1.0][: shape[-1]]
    for target in (t, soft):
        for weight in (None, 4.0, column):
            pos = None if weight is None else torch.tensor(weight)
            options = {} if weight is None else {"positiveWeight": weight}
            both("binaryCrossEntropy", {**options, "fromLogits": True}, z, target,
                 lambda p: F.binary_cross_entropy_with_logits(p, target, pos_weight=pos, reduction="none"))
            both("binaryCrossEntropy", options, torch.sigmoid(z), target,
                 lambda p: F.binary_cross_entropy_with_logits(torch.logit(p), target, pos_weight=pos, reduction="none"))

for shape in ([4, 1], [5, 3], [2, 3, 4]):
    p, t = torch.randn(shape) * 2, f32(torch.randn(shape))
    both("meanSquaredError", {}, p, t, lambda x: F.mse_loss(x, t, reduction="none"))
    both("meanAbsoluteError", {}, p, t, lambda x: F.l1_loss(x, t, reduction="none"))
    both("huber", {"delta": 0.7}, p, t, lambda x: F.huber_loss(x, t, delta=0.7, reduction="none"))
    both("logCosh", {}, p, t, lambda x: torch.log(torch.cosh(x - t)))
    both("cosineSimilarity", {}, p, t, lambda x: -F.cosine_similarity(x, t, dim=-1))
    counts = torch.randint(0, 6, shape).double()
    both("poisson", {"logInput": True}, p, counts, lambda x: F.poisson_nll_loss(x, counts, log_input=True, reduction="none"))
    both("poisson", {}, p.abs() + 0.1, counts, lambda x: F.poisson_nll_loss(x, counts, log_input=False, eps=0, reduction="none"))
    signs = torch.randint(0, 2, shape).double() * 2 - 1
    both("hinge", {}, p, signs, lambda x: (1 - signs * x).clamp(min=0))
    both("squaredHinge", {}, p, signs, lambda x: (1 - signs * x).clamp(min=0) ** 2)
    both("hinge", {}, p, (signs + 1) / 2, lambda x: (1 - signs * x).clamp(min=0))
    binary = torch.randint(0, 2, shape).double()

    def sigmoid_focal(z, alpha, gamma):
        """As torchvision.ops.sigmoid_focal_loss."""
        prob = torch.sigmoid(z)
        ce = F.binary_cross_entropy_with_logits(z, binary, reduction="none")
        p_t = prob * binary + (1 - prob) * (1 - binary)
        return (alpha * binary + (1 - alpha) * (1 - binary)) * ce * (1 - p_t) ** gamma

    both("binaryFocalCrossEntropy", {"fromLogits": True}, p, binary, lambda x: sigmoid_focal(x, 0.25, 2))
    both("binaryFocalCrossEntropy", {"alpha": 0.6, "gamma": 1.5}, torch.sigmoid(p), binary,
         lambda x: sigmoid_focal(torch.logit(x), 0.6, 1.5))
    if shape[-1] > 1:
        k = shape[-1]
        one = hot(torch.randint(0, k, shape[:-1]), k)
        both("categoricalHinge", {}, p, one, lambda x: (1 + ((1 - one) * x).amax(-1) - (one * x).sum(-1)).clamp(min=0))
        soft = f32(torch.softmax(t, -1))
        both("klDivergence", {"fromLogits": True}, p, soft, lambda x: F.kl_div(F.log_softmax(x, -1), soft, reduction="none").sum(-1))
        both("klDivergence", {}, torch.softmax(p, -1), one, lambda x: F.kl_div(x.log(), one, reduction="none").sum(-1))
        focal = lambda log: -(0.25 * one * (1 - log.exp()) ** 2 * log).sum(-1)
        both("categoricalFocalCrossEntropy", {"fromLogits": True}, p, one, lambda x: focal(F.log_softmax(x, -1)))
        both("categoricalFocalCrossEntropy", {}, torch.softmax(p, -1), one, lambda x: focal(x.log()))

with open(os.path.join(os.path.dirname(__file__), "torch.json"), "w") as file:
    file.write("[\n" + ",\n".join(json.dumps(json.loads(json.dumps(c), parse_float=lambda x: round(float(x), 9))) for c in cases) + "\n]\n")
print(len(cases), "cases")
