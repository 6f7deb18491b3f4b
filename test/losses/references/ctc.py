"""CTC losses and their gradients in float64 by PyTorch: /usr/bin/python3 ctc.py writes ctc.json."""
import json
import os

import torch
import torch.nn.functional as F

torch.manual_seed(2)
torch.set_default_dtype(torch.float64)
cases = []


def case(shape, labels, lengths=None, blank=0, reduction="mean", zero_infinity=False, spread=2.0):
    batch, steps, classes = shape
    z = (torch.randn(shape) * spread).float().double().requires_grad_()
    inputs = torch.tensor([steps] * batch if lengths is None else lengths)
    sizes = torch.tensor([len(row) for row in labels])
    longest = max(1, max(len(row) for row in labels))
    padded = torch.tensor([row + [-1] * (longest - len(row)) for row in labels])
    flat = torch.tensor([label for row in labels for label in row], dtype=torch.long)
    value = F.ctc_loss(F.log_softmax(z, -1).transpose(0, 1), flat, inputs, sizes, blank, reduction, zero_infinity)
    value.backward()
    finite = torch.isfinite(value).item()
    cases.append({
        "options": {"blank": blank, "reduction": reduction, "zeroInfinity": zero_infinity},
        "shape": shape, "logits": z.detach().flatten().tolist(), "labels": padded.flatten().tolist(),
        "longest": longest, "lengths": lengths,
        "value": value.item() if finite else None,
        "gradient": z.grad.flatten().tolist() if finite else None,
    })


for reduction in ("mean", "sum"):
    case([1, 1, 2], [[1]], reduction=reduction)
    case([1, 1, 2], [[]], reduction=reduction)
    case([1, 3, 4], [[2]], reduction=reduction)
    case([1, 5, 4], [[3, 3, 3]], reduction=reduction)  # fits exactly
    case([3, 7, 5], [[1, 2, 2], [], [4]], reduction=reduction)
    case([3, 7, 5], [[1, 2, 2], [], [4]], lengths=[4, 3, 1], reduction=reduction)
    case([4, 9, 6], [[0, 1, 1, 4], [2], [3, 0, 3], [4, 4]], lengths=[9, 7, 5, 3], blank=5, reduction=reduction)
    case([2, 6, 3], [[2, 0], [0, 0, 2]], blank=1, reduction=reduction)
    case([2, 4, 3], [[1, 1, 1], [1, 2]], reduction=reduction, zero_infinity=True)
    case([2, 3, 3], [[1, 2, 1, 2], [1]], reduction=reduction, zero_infinity=True)
    case([2, 3, 3], [[1, 2, 1, 2], [1]], reduction=reduction)
    case([2, 3, 3], [[1, 1], [1, 1]], lengths=[3, 2], reduction=reduction)
    case([2, 40, 9], [[1, 2, 3, 3, 3, 8, 1, 1, 7, 5, 5], [6, 1]], lengths=[40, 33], reduction=reduction)
case([1, 6, 4], [[1, 2, 3]], spread=200.0)  # probabilities below the smallest float
case([2, 300, 3], [[1, 2] * 40, [2, 2, 1] * 30], spread=5.0)

with open(os.path.join(os.path.dirname(__file__), "ctc.json"), "w") as file:
    file.write("[\n" + ",\n".join(json.dumps(json.loads(json.dumps(c), parse_float=lambda x: round(float(x), 9))) for c in cases) + "\n]\n")
print(len(cases), "cases")
