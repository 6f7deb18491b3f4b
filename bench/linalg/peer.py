"""torch.linalg.lstsq on one thread, for torch.mjs: one JSON message a line, {m, n, rank, milliseconds}; the answer is the
shortest time of one call in milliseconds. With `rank` below n, columns repeat."""

import json
import sys
import time

import torch

torch.set_num_threads(1)


def measure(m, n, rank, milliseconds):
    torch.manual_seed(1)
    a = torch.randn(m, n)[:, torch.arange(n) % rank].contiguous()
    b = torch.randn(m, 1)
    best, end = float("inf"), time.perf_counter() + milliseconds / 1000
    while time.perf_counter() < end:
        start = time.perf_counter()
        torch.linalg.lstsq(a, b)
        best = min(best, time.perf_counter() - start)
    return 1000 * best


print("ready", flush=True)
for line in sys.stdin:
    print(measure(**json.loads(line)), flush=True)
