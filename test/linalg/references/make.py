"""Writes least-squares.json beside it: `python3 test/linalg/references/make.py` (needs numpy with 80-bit long doubles).

Solutions of least-squares problems in more than float64, and in a way that has nothing in common with the library:
singular values of the matrix with its columns scaled decide the rank, two steps of refinement in long double follow.
Matrices of `systems` come from seeds, by the recipes that test/linalg/lstsq.references.test.ts has, too; the data of
`regressions` are in the file.
"""
import json
from pathlib import Path

import numpy as np

LONG = np.longdouble
F32, F64 = 2.0**-22, 2.0**-44


def numbers(n, seed, low=-2.0, high=2.0):
    """As in test/support/slices.ts: mulberry32, rounded to f32."""
    state, out = seed, np.empty(n, np.float32)
    mask = 0xFFFFFFFF
    for i in range(n):
        state = (state + 0x6D2B79F5) & mask
        t = ((state ^ (state >> 15)) * (1 | state)) & mask
        t = ((t + (((t ^ (t >> 7)) * (61 | t)) & mask)) & mask) ^ t
        out[i] = low + ((t ^ (t >> 14)) & mask) / 2**32 * (high - low)
    return out


def solve(a, b, lengths, tolerance):
    """The shortest x that minimises |a x - b|. `lengths`: what the tolerance of a column is relative to."""
    a, b = a.astype(LONG), b.astype(LONG)
    scale = np.where(lengths > 0, lengths, 1).astype(LONG)
    u, s, vt = np.linalg.svd((a / scale).astype(np.float64), full_matrices=True)
    rank = int((s > tolerance).sum())
    assert rank == len(s) or s[rank] * 10 < s[rank - 1], "no gap between the singular values"
    null = vt[rank:].T
    vt, u, s = vt[:rank], u[:, :rank], s[:rank]
    x = np.zeros(a.shape[1], LONG)
    for _ in range(4):  # refinement: residuals in long double, x in the scale of the columns
        r = b - (a / scale) @ x
        g = ((a / scale).T @ r).astype(np.float64)
        x = x + vt.T @ ((vt @ g) / s**2)
        if rank == len(x) or a.shape[0] < a.shape[1]:
            r = (b - (a / scale) @ x).astype(np.float64)
            x = x + vt.T @ ((u.T @ r) / s)
    x = x / scale
    if null.shape[1]:
        w = null / scale[:, None].astype(np.float64)
        w, _ = np.linalg.qr(w / np.linalg.norm(w, axis=0))
        x = x - w @ (w.T @ x.astype(np.float64))
    return x


# Systems from seeds: [name, m, n, seed].

def scaled(m, n, seed):
    """Columns from 2^-27 to 2^27, 7e-9 to 1e8."""
    a = numbers(m * n, seed).reshape(m, n)
    return np.stack([a[:, j] * np.float32(2.0 ** (((j * 7) % 55) - 27)) for j in range(n)], 1)


def near(m, n, seed, share=2.0**-18):
    """Columns that differ by 2^-18 only: a condition of about 1e6."""
    a = numbers(m * n, seed).reshape(m, n).astype(np.float64)
    return np.stack([a[:, 0] + (a[:, j] * share if j else 0) for j in range(n)], 1).astype(np.float32)


def close(m, n, seed):
    """A condition of some 1e4, where the normal equations need their refinement."""
    return near(m, n, seed, 2.0**-13)


def repeated(m, n, seed):
    """Only the first third of the columns is independent; every third repetition is scaled by 4."""
    a = numbers(m * n, seed).reshape(m, n)
    r = -(-n // 3)
    return np.stack([a[:, j % r] * np.float32(4 if j % 3 == 2 and j >= r else 1) for j in range(n)], 1)


def plain(m, n, seed):
    return numbers(m * n, seed).reshape(m, n)


SYSTEMS = [
    (scaled, 3, 1, 1), (scaled, 9, 2, 2), (scaled, 20, 5, 3), (scaled, 120, 50, 4), (scaled, 400, 200, 5),
    (scaled, 1200, 1000, 6), (near, 12, 2, 7), (near, 40, 8, 8), (near, 150, 50, 9),
    (close, 40, 8, 18), (close, 150, 50, 19), (repeated, 10, 6, 10),
    (repeated, 60, 40, 11), (repeated, 300, 150, 12), (repeated, 30, 90, 13), (plain, 5, 9, 14), (plain, 40, 120, 15),
    (plain, 33, 33, 16), (plain, 100, 65, 17),
]


def system(recipe, m, n, seed):
    a = recipe(m, n, seed)
    lengths = np.sqrt((a.astype(np.float64) ** 2).sum(0))
    x = solve(a, numbers(m, seed + 1000), lengths, F32)
    return {"recipe": recipe.__name__, "m": m, "n": n, "seed": seed, "x": [float(f"{v:.9g}") for v in x]}


# Regressions: name -> rows of features, targets, new rows, whether the numbers are f32.

def columns(*values):
    return [list(row) for row in zip(*values)]


def regressions():
    rng = np.random.default_rng(1)
    two = lambda n, low, high: [round(v, 2) for v in rng.uniform(low, high, n).tolist()]
    a = [[1e8, 0.1], [2e7, 0.9], [5e7, 0.4], [8e6, 0.7], [1.2e8, 0.2], [3e7, 0.5]]
    yield "scales 1e8 and 1", a, [1e-7 * p + 30 * q for p, q in a], a, F64
    x = [0.6, 0.23, 0.41, 0.46, 0.36]
    y = [0.618174, 0.286308, 0.492693, 0.536531, 0.457106]
    yield "x and x + 1", columns(x, [v + 1 for v in x]), y, [[0.5, 1.5]], F64
    for c, n in ((10, 30), (1000, 30), (10, 200)):
        x = two(n, 0, 1)
        rows = columns(x, [v + c for v in x])
        yield f"x and x + {c}, {n} rows", rows, [0.8 * v + 0.1 * e for v, e in zip(x, rng.normal(size=n))], rows[:4], F64
        rows = np.float32(rows).astype(float).tolist()
        yield f"x and x + {c} as f32, {n} rows", rows, [0.8 * v for v in x], rows[:4], F32
    kind = rng.integers(0, 4, 40).tolist()
    age = rng.integers(18, 90, 40).tolist()
    dummies = [[float(k == j) for j in range(4)] + [float(v)] for k, v in zip(kind, age)]
    targets = [3.0 * k + 0.05 * v + e for k, v, e in zip(kind, age, rng.normal(size=40))]
    yield "dummy trap", dummies, targets, dummies[:4], F64
    both = [row + [float(i % 2), float(1 - i % 2)] for i, row in enumerate(dummies)]
    yield "two dummy traps", both, targets, both[:4], F64
    rate = two(30, 0, 5)
    times = [1.7e9 + 60.0 * i + float(rng.integers(0, 60)) for i in range(30)]
    rows = columns(times, rate)
    yield "unix times without effect", rows, [3 * r for r in rate], rows[:4], F64
    yield "unix times", rows, [0.01 * (t - 1.7e9) + 3 * r for t, r in rows], rows[:4], F64
    rows = columns([1.7e12 + 1000.0 * i for i in range(30)], [1.7e12 + 1000.0 * i + 250 * (i % 3) for i in range(30)])
    yield "two times in ms", rows, [0.001 * (b - a) + i for i, (a, b) in enumerate(rows)], rows[:4], F64
    gdp, years = rng.uniform(1e9, 2e13, 50).tolist(), rng.integers(1960, 2024, 50).astype(float).tolist()
    rows = columns(gdp, two(50, 0, 1), years, two(50, 1e-6, 1e-5), [1e-8 * v for v in two(50, 1, 9)])
    target = [1e-13 * g + 5 * r - 0.02 * t + 2e7 * s + e for (g, r, t, _, s), e in zip(rows, rng.normal(size=50))]
    yield "GDP, rate, year, small ones", rows, target, rows[:4], F64
    celsius = two(25, -10, 35)
    rows = columns(celsius, [v * 1.8 + 32 for v in celsius], [v + 273.15 for v in celsius])
    yield "Celsius, Fahrenheit, Kelvin", rows, [2 * v + 1 for v in celsius], rows[:4], F64
    t = [float(v) for v in range(1, 31)]
    yield "powers to the fifth", [[v**p for p in range(1, 6)] for v in t], [np.sin(v / 5) for v in t], [[2.0**p for p in range(1, 6)]], F64
    rows = columns([0.1] * 12, two(12, 0, 1))
    yield "a constant feature", rows, [1 + v for _, v in rows], rows[:4], F64
    rows = [[v] for v in two(9, 0, 1)]
    yield "one feature", rows, [1 + 2 * v for (v,) in rows], [[0.5]], F64


def regression(name, x, y, at, tolerance):
    rows, targets = np.array(x, LONG), np.array(y, LONG)
    means, level = rows.mean(0), targets.mean()
    lengths = np.sqrt((rows**2).sum(0)).astype(np.float64)
    w = solve(rows - means, targets - level, lengths, tolerance)
    predicted = level + (np.array(at, LONG) - means) @ w
    tidy = lambda values: [float(f"{v:.10g}") for v in values]
    return {"name": name, "x": x, "y": [float(v) for v in y], "weights": tidy(w), "bias": tidy([level - means @ w])[0],
            "at": at, "predicted": tidy(predicted)}


def main():
    found = {"systems": [system(*case) for case in SYSTEMS], "regressions": [regression(*case) for case in regressions()]}
    text = json.dumps(found, separators=(",", ":"))
    Path(__file__).with_name("least-squares.json").write_text(text.replace("},{", "},\n{") + "\n")
    print(len(text), "bytes")


if __name__ == "__main__":
    main()
