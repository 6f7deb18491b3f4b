// Reductions over axes. A tensor whose axes are in another order than ONNX's keeps that order.
import { show } from '../../../core/checks.js';
import { abs } from '../../../ops/abs.js';
import { add } from '../../../ops/add.js';
import { argmax } from '../../../ops/argmax.js';
import { argmin } from '../../../ops/argmin.js';
import { cast } from '../../../ops/cast.js';
import { cumsum } from '../../../ops/cumsum.js';
import { equal } from '../../../ops/equal.js';
import { flip } from '../../../ops/flip.js';
import { log } from '../../../ops/log.js';
import { logSumExp } from '../../../ops/logSumExp.js';
import { max } from '../../../ops/max.js';
import { mean } from '../../../ops/mean.js';
import { min } from '../../../ops/min.js';
import { mul } from '../../../ops/mul.js';
import { neg } from '../../../ops/neg.js';
import { norm } from '../../../ops/norm.js';
import { prod } from '../../../ops/prod.js';
import { reshape } from '../../../ops/reshape.js';
import { pad, slice } from '../../../ops/slice.js';
import { square } from '../../../ops/square.js';
import { sub } from '../../../ops/sub.js';
import { sum } from '../../../ops/sum.js';
import type { ReduceOptions } from '../../../ops/support/reduction.js';
import { arange } from '../../../tensors/arange.js';
import { full, ones } from '../../../tensors/creation.js';
import type { Tensor } from '../../../tensors/tensor.js';
import { sizeOf } from '../../../core/shapes.js';
import type { FileDType } from '../file.js';
import type { NodeCall, Operator, Operators } from '../call.js';
import { device, host, isHost, like, ordered, type DeviceValue, type HostValue, type Value } from '../values.js';

interface Reduction {
  readonly reduce: (x: Tensor, options: ReduceOptions) => Tensor;
  /** The same of numbers of the host. */
  readonly fold: (values: readonly number[]) => number;
  /** The result for no elements where `reduce` has none. */
  readonly empty?: number;
}

const total = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const largest = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), -Infinity);
const sumExp = (values: readonly number[]): number => {
  const most = largest(values);
  return most === -Infinity ? most : most + Math.log(total(values.map((value) => Math.exp(value - most))));
};

const REDUCTIONS: Readonly<Record<string, Reduction>> = {
  ReduceSum: { reduce: (x, axes) => sum(x, axes), fold: total },
  ReduceMean: { reduce: mean, fold: (values) => total(values) / values.length },
  ReduceMax: { reduce: (x, axes) => max(x, axes), fold: largest, empty: -Infinity },
  ReduceMin: {
    reduce: (x, axes) => min(x, axes),
    fold: (values) => values.reduce((a, b) => Math.min(a, b), Infinity),
    empty: Infinity,
  },
  ReduceProd: { reduce: prod, fold: (values) => values.reduce((a, b) => a * b, 1) },
  ReduceL1: { reduce: (x, axes) => sum(abs(x), axes), fold: (values) => total(values.map(Math.abs)) },
  ReduceL2: { reduce: norm, fold: (values) => Math.sqrt(total(values.map((value) => value * value))) },
  ReduceLogSum: { reduce: (x, axes) => log(sum(x, axes)), fold: (values) => Math.log(total(values)) },
  ReduceLogSumExp: { reduce: logSumExp, fold: sumExp },
  ReduceSumSquare: {
    reduce: (x, axes) => sum(square(x), axes),
    fold: (values) => total(values.map((value) => value * value)),
  },
};

/** The axes of a node, sorted; `undefined` when nothing is reduced. */
function axesOf(call: NodeCall): number[] | undefined {
  const rank = call.dims(0).length;
  const given = call.list('axes', 1) ?? [];
  if (given.length === 0 && call.flag('noop_with_empty_axes')) return undefined;
  const axes = given.length === 0 ? Array.from({ length: rank }, (_, i) => i) : given.map((a) => call.axisOf(a, rank));
  if (new Set(axes).size < axes.length) call.refuse('different axes', axes.join(', '));
  return axes.sort((a, b) => a - b);
}

/** A shape after a reduction. */
const reducedDims = (dims: readonly number[], axes: readonly number[], keep: boolean): number[] =>
  dims.flatMap((size, i) => (axes.includes(i) ? (keep ? [1] : []) : [size]));

/** A number as an element type holds it. */
const rounded = (value: number, dtype: FileDType): number => (dtype === 'f32' ? Math.fround(value) : dtype === 'f64' ? value : Math.trunc(value)); // prettier-ignore

function onHost(value: HostValue, axes: readonly number[], keep: boolean, { fold }: Reduction): HostValue {
  const dims = reducedDims(value.dims, axes, true);
  const groups: number[][] = Array.from({ length: sizeOf(dims) }, () => []);
  Array.from(value.numbers).forEach((number, at) => {
    let [rest, index, stride] = [at, 0, 1];
    for (let i = value.dims.length - 1; i >= 0; i--) {
      const size = value.dims[i] ?? 1;
      if (!axes.includes(i)) index += (rest % size) * stride;
      stride *= dims[i] ?? 1;
      rest = Math.floor(rest / size);
    }
    groups[index]?.push(number);
  });
  const numbers = groups.map((group) => rounded(fold(group), value.dtype));
  return host(value.dtype, reducedDims(value.dims, axes, keep), numbers);
}

/** A function of some axes of a tensor in any order. It keeps the axes with size 1. */
function along(
  value: DeviceValue,
  axes: readonly number[],
  keep: boolean,
  body: (x: Tensor, axes: number[]) => Tensor,
): DeviceValue {
  const { tensor: x, dims } = value;
  const order = value.order ?? dims.map((_, i) => i);
  const inner = axes.map((axis) => order.indexOf(axis)).sort((a, b) => a - b);
  const kept = body(x, inner);
  if (keep) return like(value, kept);
  const left = order.filter((axis) => !axes.includes(axis));
  const names = [...left].sort((a, b) => a - b);
  const y = reshape(
    kept,
    kept.shape.filter((_, i) => !inner.includes(i)),
  );
  return ordered(y, left.map((axis) => names.indexOf(axis)), value.dtype); // prettier-ignore
}

const reduction =
  (kind: Reduction): Operator =>
  (call): Value => {
    const axes = axesOf(call);
    const keep = call.flag('keepdims', true);
    const value = call.value(0);
    if (isHost(value)) return onHost(value, axes ?? [], keep || !axes, kind);
    if (!axes) return along(call.device(0), [], true, (x) => kind.reduce(x, { axis: [], keepDims: true }));
    return along(call.device(0), axes, keep, (x, inner) => {
      const dims = x.shape.map((size, i) => (inner.includes(i) ? 1 : size));
      if (kind.empty !== undefined && x.size === 0) return full(dims, kind.empty);
      return kind.reduce(x, { axis: inner, keepDims: true });
    });
  };

const indexOf =
  (choose: (x: Tensor, axis: number) => Tensor<'i32'>): Operator =>
  (call) => {
    const axis = call.axis(0);
    const last = call.flag('select_last_index');
    const value = along(call.device(0), [axis], call.flag('keepdims', true), (x, [inner = 0]) => {
      const dims = x.shape.map((size, i) => (i === inner ? 1 : size));
      const first = cast(choose(last ? flip(x, inner) : x, inner), 'f32');
      return reshape(last ? sub((x.shape[inner] ?? 1) - 1, first) : first, dims);
    });
    return { ...value, dtype: 'i64' };
  };

/** The elements before each, instead of up to it. */
function delayed(x: Tensor, axis: number): Tensor {
  const size = x.shape.map((length, i) => (i === axis ? Math.max(0, length - 1) : length));
  const first = slice(
    x,
    size.map(() => 0),
    size,
  );
  return pad(
    first,
    size.map((length, i) => [(x.shape[i] ?? 0) - length, 0] as const),
  );
}

const cumSum: Operator = (call) => {
  const value = call.device(0);
  const axis = call.axisOf(call.number(1, 0), value.dims.length);
  return along(value, [axis], true, (x, [inner = 0]) => {
    const from = call.flag('reverse') ? flip(x, inner) : x;
    const y = cumsum(call.flag('exclusive') ? delayed(from, inner) : from, inner);
    return call.flag('reverse') ? flip(y, inner) : y;
  });
};

/** 1 at the first largest element along an axis, else 0. Before version 13, all axes from that one on are one. */
const hardmax: Operator = (call) => {
  const flattens = call.opset < 13;
  const axis = call.axis(flattens ? 1 : -1);
  const { dims } = call.value(0);
  const rows = flattens ? [sizeOf(dims.slice(0, axis)), sizeOf(dims.slice(axis))] : dims;
  const x = reshape(call.tensor(0), rows);
  const along = flattens ? 1 : axis;
  const length = x.shape[along] ?? 1;
  const line = x.shape.map((_, i) => (i === along ? length : 1));
  const best = reshape(cast(argmax(x, along), 'f32'), x.shape.map((size, i) => (i === along ? 1 : size))); // prettier-ignore
  const places = reshape(cast(arange(length), 'f32'), line);
  return device(reshape(equal(places, best), dims), call.dtype(0));
};

/** Matrices larger than this would need too many products. */
const LARGEST = 6;

/** The determinant of matrices [..., n, n], from those of the upper rows for every choice of columns. */
const det: Operator = (call) => {
  const x = call.tensor(0);
  const rank = x.shape.length;
  const [n = 0, columns] = x.shape.slice(-2);
  if (rank < 2 || n !== columns || n < 1 || n > LARGEST)
    call.refuse(`square matrices of at most ${LARGEST} rows`, show(x.shape));
  const cells = reshape(x, [-1, n, n]);
  const count = cells.shape[0] ?? 0;
  const cell = (i: number, j: number): Tensor => reshape(slice(cells, [0, i, j], [count, 1, 1]), [count]);
  let minors = new Map<number, Tensor>([[0, ones([count])]]);
  for (let row = 0; row < n; row++) {
    const next = new Map<number, Tensor>();
    for (const [chosen, minor] of minors)
      for (let j = 0; j < n; j++) {
        if (chosen & (1 << j)) continue;
        const isOdd = bitCount(chosen >> (j + 1)) % 2 === 1; // columns to the right that were chosen before
        const term = mul(minor, isOdd ? neg(cell(row, j)) : cell(row, j));
        const key = chosen | (1 << j);
        const sumSoFar = next.get(key);
        next.set(key, sumSoFar ? add(sumSoFar, term) : term);
      }
    minors = next;
  }
  return device(reshape(minors.get(2 ** n - 1) ?? cells, x.shape.slice(0, -2)));
};

const bitCount = (bits: number): number => (bits === 0 ? 0 : (bits & 1) + bitCount(bits >> 1));

export const reductions: Operators = {
  ...Object.fromEntries(Object.entries(REDUCTIONS).map(([name, kind]) => [name, reduction(kind)])),
  ArgMax: indexOf(argmax),
  ArgMin: indexOf(argmin),
  CumSum: cumSum,
  Det: det,
  Hardmax: hardmax,
};
