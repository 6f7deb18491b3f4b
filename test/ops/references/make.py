"""Writes numpy.json beside it: `python3 test/ops/references/make.py` (needs numpy).

What NumPy makes of the cases where operations could reasonably differ: halves, signs of zero, NaN, empty axes, ties. Each
entry is the operation with its numbers or arrays, and NumPy's answer in float32. NaN, infinities and -0 are written as text.
"""
import json
from pathlib import Path

import numpy as np

F = np.float32
INF, NAN = np.inf, np.nan


def text(value):
    if isinstance(value, (list, tuple)):
        return [text(entry) for entry in value]
    if isinstance(value, np.ndarray):
        return [text(entry) for entry in value.tolist()]
    value = float(value)
    if value != value:
        return "NaN"
    if value in (INF, -INF):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0 and np.signbit(value):
        return "-0"
    return int(value) if value == int(value) else value


def entry(name, f, *arrays, dtype=F, **rest):
    given = [np.array(array, dtype) for array in arrays]
    with np.errstate(all="ignore"):
        result = np.asarray(f(*given))
    return {
        "op": name,
        "inputs": [{"shape": list(a.shape), "values": text(a.ravel())} for a in given],
        "dtype": "i32" if dtype == np.int32 else "f32",
        "shape": list(result.shape),
        "values": text(result.ravel()),
        **rest,
    }


def elementwise():
    halves = [-2.5, -1.5, -0.5, -0.3, -0.0, 0.0, 0.5, 1.5, 2.5, 8388609.0, 1e10, INF, -INF, NAN, 0.49999997]
    for name, f in (("round", np.round), ("floor", np.floor), ("ceil", np.ceil)):
        yield entry(name, f, halves)
    specials = [0.0, -0.0, 1.0, -1.0, 0.5, INF, -INF, NAN, 2.0, 1e-40, 100.0]
    functions = "tan arcsin:asin arccos:acos arctan:atan sinh cosh exp2 log2 reciprocal"
    for name in functions.split():
        theirs, ours = (name.split(":") * 2)[:2]
        yield entry(ours, getattr(np, theirs), specials)
    values = [7.0, -7.0, 0.0, -0.0, 1.0, -1.0, 0.3, 5.5, 3e38, 1e-30, INF, -INF, NAN]
    pairs = [(a, b) for a in values for b in (3.0, -3.0, 0.1, -0.1, 1.0, INF, -INF, 0.0, -0.0, 1e-20, NAN)]
    a, b = ([pair[i] for pair in pairs] for i in (0, 1))
    yield entry("mod", np.mod, a, b)
    yield entry("floorDivide", np.floor_divide, a, b)
    yield entry("atan2", np.arctan2, a, b)
    whole = [7, -7, 0, 1, -1, 2147483647, -2147483648]
    pairs = [(a, b) for a in whole for b in (3, -3, 1, -1, 0, 2147483647, -2147483648)]
    a, b = ([pair[i] for pair in pairs] for i in (0, 1))
    yield entry("mod", np.mod, a, b, dtype=np.int32)
    yield entry("floorDivide", np.floor_divide, a, b, dtype=np.int32)


def logical():
    values = [0.0, -0.0, 1.0, -2.0, INF, -INF, NAN]
    a, b = ([pair[i] for pair in [(a, b) for a in values for b in values]] for i in (0, 1))
    for name, f in (
        ("notEqual", np.not_equal),
        ("greaterEqual", np.greater_equal),
        ("lessEqual", np.less_equal),
        ("logicalAnd", np.logical_and),
        ("logicalOr", np.logical_or),
    ):
        yield entry(name, f, a, b)
    for name, f in (("logicalNot", np.logical_not), ("isNaN", np.isnan), ("isFinite", np.isfinite)):
        yield entry(name, f, values)
    for given in ([], [0.0, -0.0], [NAN, 0.0], [NAN, 1.0]):
        yield entry("any", np.any, given)
        yield entry("all", np.all, given)


def reductions():
    for given in ([], [2.0, 0.0, 3.0], [NAN, 0.0], [INF, 0.0], [1e30, 1e30], [-0.0, 2.0], [-2.0, 0.0]):
        yield entry("prod", np.prod, given)
        yield entry("norm", np.linalg.norm, given)
        yield entry("cumsum", np.cumsum, given)
        yield entry("cumprod", np.cumprod, given)
    for given in ([1.0, 3.0], [7.0], [NAN, 1.0], [INF, 1.0]):
        yield entry("std", np.std, given)
        yield entry("std", lambda x: np.std(x, ddof=1), given, rest=[{"correction": 1}])
        yield entry("variance", lambda x: np.var(x, ddof=2), given, rest=[{"correction": 2}])
    for given in ([2.0, 1.0, 1.0], [NAN, 1.0], [1.0, NAN, -INF, NAN], [0.0, -0.0], [INF, INF]):
        yield entry("argmin", np.argmin, given)
        yield entry("argmax", np.argmax, given)
    for axis in (0, 1):
        grid = [[3.0, NAN, 1.0], [3.0, 0.0, -INF]]
        for name in ("argmin", "argmax", "cumsum", "cumprod"):
            yield entry(name, lambda x, f=getattr(np, name): f(x, axis), grid, rest=[axis])


def shapes():
    grid = np.arange(6).reshape(2, 3)
    cube = np.arange(24).reshape(2, 3, 4)
    for shift, axis in ((1, 0), (-4, 1), ([1, 2], [1, 1])):
        yield entry("roll", lambda x: np.roll(x, shift, axis), grid, rest=[shift, axis])
    yield entry("roll", lambda x: np.roll(x, 2), grid, rest=[2])
    for reps in (2, [2], [1, 2], [2, 1, 3], [0]):
        yield entry("tile", lambda x: np.tile(x, reps), grid, rest=[reps])
    for repeats, axis in ((2, 0), ([1, 0, 3], 1)):
        yield entry("repeat", lambda x: np.repeat(x, repeats, axis), grid, rest=[repeats, axis])
    for k in (-1, 0, 2):
        for f, name in ((np.diag, "diag"), (np.tril, "tril"), (np.triu, "triu")):
            yield entry(name, lambda x: f(x, k), grid, rest=[k])
        yield entry("diag", lambda x: np.diag(x, k), [1.0, 2.0], rest=[k])
        yield entry("tril", lambda x: np.tril(x, k), cube, dtype=np.int32, rest=[k])
    yield entry("tril", np.tril, [[INF, NAN], [1.0, INF]])
    yield entry("flip", np.flip, cube)
    yield entry("outer", np.outer, grid, [2.0, 3.0])
    yield entry("tensordot", lambda a, b: np.tensordot(a, b, [[2, 0], [1, 0]]), cube, cube[:, :, 0].reshape(2, 3).repeat(2, 1)[:, :4], rest=[[[2, 0], [1, 0]]])
    for start, stop, count in ((0, 1, 5), (1, 0, 4), (0.1, 0.7, 50), (-3, 1e6, 7), (2, 5, 1), (2, 5, 0), (1, 1, 3)):
        yield entry("linspace", lambda: np.linspace(start, stop, count), rest=[start, stop, count])
        yield entry(
            "linspace",
            lambda: np.linspace(start, stop, count, endpoint=False),
            rest=[start, stop, count, {"endpoint": False}],
        )
    for start, stop, step in ((2, 7, 2), (7, 1, -2), (1, 1, 3), (3, 1, 1), (-0.5, 1, 0.25), (0, 1, 3)):
        yield entry("arange", lambda: np.arange(start, stop, step), rest=[start, stop, step])
    for axis in ([0, -1], [1, 2], []):
        yield entry("expandDims", lambda x: np.expand_dims(x, tuple(axis)), grid, rest=[axis])
    for subscripts, *arrays in (
        ("ij,jk", grid, cube[0]),
        ("ba", grid),
        ("ii->i", cube[0, :, :3]),
        ("ii", cube[0, :, :3]),
        ("...ij,jk->...ik", cube, grid.reshape(3, 2)[:2].repeat(2, 0)),
        ("i...->...", cube),
        ("...,...", cube, [1.0, 2.0, 3.0, 4.0]),
        ("Ba,aC", grid, cube[1]),
        ("ij,jk->ik", grid[:, :1], grid),
        ("iij,jk->ki", cube[:, :2], grid.reshape(3, 2).repeat(2, 0)[:4]),
    ):
        yield entry("einsum", lambda *x: np.einsum(subscripts, *x), *arrays, first=[subscripts])


def sorting():
    values = [3.0, NAN, -0.0, 0.0, INF, -INF, 3.0, NAN, 1.0, 0.0]
    yield entry("sort", lambda x: np.sort(x, kind="stable"), values)
    yield entry("argsort", lambda x: np.argsort(x, kind="stable"), values)
    for axis in (0, 1):
        grid = [[3.0, NAN, 1.0], [3.0, 0.0, -INF]]
        yield entry("sort", lambda x: np.sort(x, axis), grid, rest=[axis])
        yield entry("argsort", lambda x: np.argsort(x, axis, kind="stable"), grid, rest=[axis])


if __name__ == "__main__":
    entries = [*elementwise(), *logical(), *reductions(), *shapes(), *sorting()]
    lines = ",\n".join(json.dumps(e, separators=(",", ":")) for e in entries)
    Path(__file__).with_name("numpy.json").write_text(f"[{lines}]\n")
