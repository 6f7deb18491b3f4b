// Operators that pick elements by position, or put them there.
import { show } from '../../../core/checks.js';
import { sizeOf, stridesOf } from '../../../core/shapes.js';
import { add } from '../../../ops/add.js';
import { cast } from '../../../ops/cast.js';
import { equal } from '../../../ops/equal.js';
import { expandDims } from '../../../ops/expandDims.js';
import { gather } from '../../../ops/gather.js';
import { less } from '../../../ops/less.js';
import { mul } from '../../../ops/mul.js';
import { neg } from '../../../ops/neg.js';
import { reshape } from '../../../ops/reshape.js';
import { scatterAdd } from '../../../ops/scatterAdd.js';
import { slice } from '../../../ops/slice.js';
import { topK } from '../../../ops/topK.js';
import { tril, triu } from '../../../ops/triangle.js';
import { where } from '../../../ops/where.js';
import { tensor, zeros } from '../../../tensors/creation.js';
import type { Tensor } from '../../../tensors/tensor.js';
import type { NodeCall, Operator, Operators } from '../call.js';
import { picked, positions } from '../hostNumbers.js';
import { device, host, isHost, ordered, permuted } from '../values.js';
import { inMemory } from './shapes.js';

/** Indices >= 0 of an axis of `size`, from those that may count from its end, as f32 or numbers. */
function counted(call: NodeCall, i: number, size: number): Tensor {
  const value = call.value(i);
  if (!isHost(value)) {
    const x = call.tensor(i);
    return where(less(x, 0), add(x, size), x);
  }
  const bad = Array.from(value.numbers).find((index) => !(index >= -size && index < size));
  if (bad !== undefined) call.refuse(`indices from ${-size} to ${size - 1}`, show(bad));
  return tensor(
    Float32Array.from(value.numbers, (index) => (index < 0 ? index + size : index)),
    value.dims,
  );
}

const Gather: Operator = (call) => {
  const [value, index] = [call.value(0), call.value(1)];
  const axis = call.axis(0);
  const { dims } = value;
  const size = dims[axis] ?? 0;
  const to = [...dims.slice(0, axis), ...index.dims, ...dims.slice(axis + 1)];
  if (!isHost(value) || !isHost(index))
    return device(gather(call.tensor(0), whole(counted(call, 1, size)), axis), value.dtype);
  const stride = sizeOf(dims.slice(axis + 1));
  const steps = Array.from(index.numbers, (at) => {
    if (!(at >= -size && at < size)) call.refuse(`indices from ${-size} to ${size - 1}`, show(at));
    return (at < 0 ? at + size : at) * stride;
  });
  call.few(to);
  const begins = positions(dims.slice(0, axis), stridesOf(dims).slice(0, axis));
  return picked(value, to, begins.flatMap((begin) => steps.flatMap((step) => Array.from({ length: stride }, (_, i) => begin + step + i)))); // prettier-ignore
};

/** Begin, size and step of each axis. */
function boxOf(call: NodeCall, dims: readonly number[]) {
  const starts = call.list('starts', 1) ?? call.refuse('starts', 'none');
  const ends = call.list('ends', 2) ?? call.refuse('ends', 'none');
  const axes = call.list('axes', 3)?.map((axis) => call.axisOf(axis, dims.length)) ?? starts.map((_, i) => i);
  const steps = call.has(4) ? call.numbers(4) : [];
  return dims.map((size, axis) => {
    const at = axes.lastIndexOf(axis);
    if (at < 0) return { begin: 0, size, step: 1 };
    const step = steps[at] ?? 1;
    if (step === 0) call.refuse('steps other than 0', '0');
    const [low, high] = step > 0 ? [0, size] : [-1, size - 1];
    const within = (bound: number): number => Math.min(Math.max(bound < 0 ? bound + size : bound, low), high);
    const [begin, end] = [within(starts[at] ?? 0), within(ends[at] ?? 0)];
    return { begin, size: Math.max(0, Math.ceil((end - begin) / step)), step };
  });
}

const Slice: Operator = (call) => {
  const value = call.value(0);
  const { dims } = value;
  const box = boxOf(call, dims);
  const to = box.map(({ size }) => size);
  if (isHost(value)) {
    const strides = stridesOf(dims);
    const begin = box.reduce((at, one, axis) => at + one.begin * (strides[axis] ?? 0), 0);
    return picked(value, to, positions(to, box.map(({ step }, axis) => step * (strides[axis] ?? 0)), begin)); // prettier-ignore
  }
  if (to.every((size, axis) => size === dims[axis]) && box.every(({ step }) => step === 1)) return value;
  const kept = inMemory(value, box).map((one) => (one.size === 0 ? { ...one, begin: 0, step: 1 } : one));
  const steps = kept.map(({ step }) => step);
  const y = slice(
    value.tensor,
    kept.map(({ begin }) => begin),
    kept.map(({ size }) => size),
    steps.every((step) => step === 1) ? undefined : steps,
  );
  return ordered(y, value.order ?? dims.map((_, i) => i), value.dtype);
};

/** Sizes of the parts: given, or equal but for the last one. */
function partSizes(call: NodeCall, size: number): number[] {
  const given = call.list('split', 1);
  if (given) {
    if (given.reduce((total, part) => total + part, 0) !== size) call.refuse(`parts of ${size} in all`, show(given));
    return given;
  }
  const count = call.node.outputs.length;
  const said = call.attribute('num_outputs', count);
  if (said !== count) call.refuse(`num_outputs ${count}, the number of outputs`, `${said}`);
  const part = Math.ceil(size / count);
  return Array.from({ length: count }, (_, i) => Math.max(0, Math.min(part, size - i * part)));
}

const Split: Operator = (call) => {
  const value = call.device(0);
  const { dims, dtype, order = dims.map((_, i) => i) } = value;
  const axis = call.axis(0);
  let begin = 0;
  return partSizes(call, dims[axis] ?? 0).map((part, k) => {
    const from = dims.map((_, i) => (i === axis ? begin : 0));
    begin += part;
    if (!call.wanted(k)) return undefined;
    const size = dims.map((n, i) => (i === axis ? part : n));
    return ordered(slice(value.tensor, inMemory(value, from), inMemory(value, size)), order, dtype);
  });
};

/** Positions in the flat x of elements whose index along an axis is given. */
function alongAxis(call: NodeCall, axis: number): Tensor {
  const [dims, to] = [call.dims(0), call.dims(1)];
  const strides = stridesOf(dims);
  const rest = positions(to, strides.map((stride, i) => (i === axis ? 0 : stride))); // prettier-ignore
  const at = mul(counted(call, 1, dims[axis] ?? 0), strides[axis] ?? 1);
  return add(reshape(at, [sizeOf(to)]), tensor(Float32Array.from(rest)));
}

const flat = (x: Tensor): Tensor => reshape(x, [x.size]);
const whole = (x: Tensor): Tensor<'i32'> => cast(x, 'i32');

const GatherElements: Operator = (call) => {
  const found = gather(flat(call.tensor(0)), whole(alongAxis(call, call.axis(0))));
  return device(reshape(found, call.dims(1)), call.dtype(0));
};

/** x with updates put at, or added to, rows of it as a matrix. */
function scattered(call: NodeCall, rows: Tensor, at: Tensor<'i32'>, updates: Tensor): Tensor {
  const kind = call.text('reduction', ['none', 'add', 'mul', 'max', 'min']);
  if (kind === 'add') return scatterAdd(rows, at, updates);
  if (kind !== 'none') call.refuse('reduction none or add', kind);
  const none = zeros(rows.shape);
  const hits = scatterAdd(none, at, add(mul(updates, 0), 1));
  return where(hits, scatterAdd(none, at, updates), rows);
}

const ScatterElements: Operator = (call) => {
  const at = whole(alongAxis(call, call.axis(0)));
  const y = scattered(call, flat(call.tensor(0)), at, flat(call.tensor(2)));
  return device(reshape(y, call.dims(0)), call.dtype(0));
};

/** The rows that the last axis of the indices names: x as a matrix of `width` columns, and the row of each. */
function rowsOf(call: NodeCall, batched: number) {
  const [dims, at] = [call.dims(0), call.dims(1)];
  const depth = at.at(-1) ?? 0;
  const inner = dims.slice(batched + depth);
  const named = dims.slice(batched, batched + depth);
  const strides = stridesOf(named);
  const count = sizeOf(named);
  const lead = at.slice(0, -1);
  const outer = sizeOf(dims.slice(0, batched));
  const each = sizeOf(lead) / Math.max(outer, 1);
  const indices = reshape(call.tensor(1), [sizeOf(lead), depth]);
  const sizes = tensor(Float32Array.from(named));
  const inside = where(less(indices, 0), add(indices, sizes), indices);
  const columns = Array.from({ length: depth }, (_, i) => mul(slice(inside, [0, i], [-1, 1]), strides[i] ?? 1));
  const first = tensor(Float32Array.from({ length: sizeOf(lead) }, (_, i) => Math.floor(i / each) * count));
  const row = columns.reduce((total, column) => add(total, flat(column)), first);
  const width = sizeOf(inner);
  return { rows: reshape(call.tensor(0), [outer * count, width]), row: whole(row), lead, inner, width };
}

const GatherND: Operator = (call) => {
  const { rows, row, lead, inner } = rowsOf(call, call.attribute('batch_dims', 0));
  return device(reshape(gather(rows, row), [...lead, ...inner]), call.dtype(0));
};

const ScatterND: Operator = (call) => {
  const { rows, row, width } = rowsOf(call, 0);
  const y = scattered(call, rows, row, reshape(call.tensor(2), [row.size, width]));
  return device(reshape(y, call.dims(0)), call.dtype(0));
};

/** The k largest or smallest along an axis. */
const TopK: Operator = (call) => {
  const axis = call.axis(-1);
  const { dims, dtype } = call.value(0);
  const last = dims.length - 1;
  const k = call.opset < 10 ? call.attribute('k') : call.number(1, 0);
  const swap = dims.map((_, i) => (i === axis ? last : i === last ? axis : i));
  const x = permuted(call.tensor(0), swap);
  const largest = call.flag('largest', true);
  const [found, at] = topK(largest ? x : neg(x), k);
  const values = permuted(largest ? found : neg(found), swap);
  return [device(values, dtype), device(permuted(cast(at, 'f32'), swap), 'i64')];
};

const OneHot: Operator = (call) => {
  const depth = call.number(1, 0);
  const dims = call.dims(0);
  const axis = call.axis(-1, dims.length + 1);
  const given = call.tensor(0); // what is out of range gives zeros only
  const at = expandDims(where(less(given, 0), add(given, depth), given), axis);
  call.few([depth]);
  const along = Array.from({ length: dims.length + 1 }, (_, i) => (i === axis ? depth : 1));
  const hits = equal(at, tensor(Float32Array.from({ length: depth }, (_, i) => i), along)); // prettier-ignore
  const [off, on] = [0, 1].map((i) => slice(flat(call.tensor(2)), [i], [1]));
  return device(where(hits, on ?? 1, off ?? 0), call.dtype(2));
};

const Trilu: Operator = (call) => {
  const k = call.number(1, 0);
  const x = call.tensor(0);
  return device(call.flag('upper', true) ? triu(x, k) : tril(x, k), call.dtype(0));
};

/** Positions of the elements other than 0, which must be known. */
const NonZero: Operator = (call) => {
  const dims = call.dims(0);
  const found = call.numbers(0).flatMap((x, i) => (x !== 0 ? [i] : []));
  const strides = stridesOf(dims);
  const axes = dims.map((size, axis) => found.map((at) => Math.floor(at / (strides[axis] ?? 1)) % size));
  return host('i64', [dims.length, found.length], axes.flat());
};

/** The slices along an axis for which a condition, which must be known, holds. */
const Compress: Operator = (call) => {
  const kept = call.numbers(1).flatMap((holds, i) => (holds !== 0 ? [i] : []));
  const x = call.tensor(0);
  const at = tensor(Int32Array.from(kept));
  return device(call.given('axis') ? gather(x, at, call.axis()) : gather(flat(x), at), call.dtype(0));
};

export const indexing: Operators = {
  Compress,
  Gather,
  GatherElements,
  GatherND,
  NonZero,
  OneHot,
  ScatterElements,
  ScatterND,
  Slice,
  Split,
  TopK,
  Trilu,
};
