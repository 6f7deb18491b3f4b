// Operators that give the elements another shape or order.
import { sizeOf, stridesOf } from '../../../core/shapes.js';
import { show } from '../../../core/checks.js';
import { broadcastTo } from '../../../ops/broadcast.js';
import { concat } from '../../../ops/concat.js';
import { reshape } from '../../../ops/reshape.js';
import { pad, slice } from '../../../ops/slice.js';
import { tile } from '../../../ops/tile.js';
import { gather } from '../../../ops/gather.js';
import { tensor } from '../../../tensors/creation.js';
import type { Tensor } from '../../../tensors/tensor.js';
import type { NodeCall, Operator, Operators } from '../call.js';
import { picked, positions } from '../hostNumbers.js';
import { aligned, device, host, inOrder, isHost, onDevice, ordered, plain, type Value } from '../values.js';

/** The value with another shape. */
function viewed(value: Value, dims: readonly number[]): Value {
  if (isHost(value)) return host(value.dtype, dims, value.numbers);
  return device(reshape(plain(value), dims), value.dtype);
}

/** A list for each axis of a value, in the order of its tensor's axes. */
export const inMemory = <T>(value: Value, perAxis: readonly T[]): T[] => {
  const order = isHost(value) ? undefined : value.order;
  return order ? order.flatMap((axis) => perAxis.slice(axis, axis + 1)) : [...perAxis];
};

/** In a file for one size of the batch, a constant shape that begins with that size means the batch. */
function forBatch(call: NodeCall, target: readonly number[]): readonly number[] {
  const { batch } = call.context;
  const isConstant = batch && target[0] === batch.made && call.dims(0)[0] === batch.now;
  return isConstant ? [batch.now, ...target.slice(1)] : target;
}

const Reshape: Operator = (call) => {
  const from = call.dims(0);
  const given = forBatch(call, call.list('shape', 1) ?? call.refuse('a shape', 'none'));
  const copied = given.map((size, i) => (size === 0 && !call.flag('allowzero') ? (from[i] ?? 0) : size));
  const known = copied.reduce((product, size) => (size === -1 ? product : product * size), 1);
  const total = sizeOf(from);
  const dims = copied.map((size) => (size === -1 ? total / known : size));
  const whole = dims.every((size) => Number.isSafeInteger(size) && size >= 0);
  if (!whole || sizeOf(dims) !== total || copied.filter((size) => size === -1).length > 1)
    call.refuse(`a shape for ${total} elements`, show(given));
  return viewed(call.value(0), dims);
};

const Flatten: Operator = (call) => {
  const dims = call.dims(0);
  const given = call.attribute('axis', 1);
  const axis = given < 0 ? given + dims.length : given;
  return viewed(call.value(0), [sizeOf(dims.slice(0, axis)), sizeOf(dims.slice(axis))]);
};

const Squeeze: Operator = (call) => {
  const dims = call.dims(0);
  const axes = call.list('axes', 1)?.map((axis) => call.axisOf(axis, dims.length));
  const bad = axes?.find((axis) => dims[axis] !== 1);
  if (bad !== undefined) call.refuse(`an axis ${bad} of size 1`, show(dims));
  return viewed(
    call.value(0),
    dims.filter((size, i) => (axes ? !axes.includes(i) : size !== 1)),
  );
};

const Unsqueeze: Operator = (call) => {
  const dims = call.dims(0);
  const given = call.list('axes', 1) ?? call.refuse('axes', 'none');
  const rank = dims.length + given.length;
  const axes = given.map((axis) => call.axisOf(axis, rank));
  let next = 0;
  const all = Array.from({ length: rank }, (_, i) => (axes.includes(i) ? 1 : (dims[next++] ?? 1)));
  return viewed(call.value(0), all);
};

/** Nothing is moved: the tensor's axes get other names. */
const Transpose: Operator = (call) => {
  const value = call.value(0);
  const { dims } = value;
  const perm = call.attributes('perm') ?? dims.map((_, i) => dims.length - 1 - i);
  if (perm.length !== dims.length || dims.some((_, axis) => !perm.includes(axis)))
    call.refuse(`a permutation of ${dims.length} axes`, show(perm));
  const to = perm.map((axis) => dims[axis] ?? 1);
  if (isHost(value)) {
    const strides = stridesOf(dims);
    return picked(value, to, positions(to, perm.map((axis) => strides[axis] ?? 0))); // prettier-ignore
  }
  const order = value.order ?? dims.map((_, i) => i);
  return ordered(value.tensor, order.map((axis) => perm.indexOf(axis)), value.dtype); // prettier-ignore
};

const Shape: Operator = (call) => {
  const dims = call.dims(0);
  const part = dims.slice(call.attribute('start', 0), call.given('end') ? call.attribute('end') : undefined);
  return host('i64', [part.length], part);
};

const Concat: Operator = (call) => {
  const { values } = call;
  const [first] = values;
  const axis = call.axis(call.opset < 4 ? 1 : undefined);
  const [{ dims, dtype } = call.refuse('inputs', 'none')] = [first];
  if (values.every(isHost)) {
    const lengths = values.map((value) => sizeOf(value.dims.slice(axis)));
    const outer = sizeOf(dims.slice(0, axis));
    const numbers = Array.from({ length: outer }, (_, i) =>
      values.map((value, k) => Array.from(value.numbers).slice(i * (lengths[k] ?? 0), (i + 1) * (lengths[k] ?? 0))),
    );
    const size = values.reduce((total, value) => total + (value.dims[axis] ?? 0), 0);
    return host(dtype, dims.map((n, i) => (i === axis ? size : n)), numbers.flat(2)); // prettier-ignore
  }
  if (values.some((value) => value.dims.length !== dims.length)) call.refuse('inputs of the same rank', 'others');
  const { tensors, order } = aligned(values);
  const y = concat(tensors, order ? order.indexOf(axis) : axis);
  return order ? ordered(y, order, dtype) : device(y, dtype);
};

/** Broadcasts to the shape and its own. */
const Expand: Operator = (call) => {
  const value = call.value(0);
  const target = forBatch(call, call.numbers(1));
  const rank = Math.max(target.length, value.dims.length);
  const size = (dims: readonly number[], i: number): number => dims[i - rank + dims.length] ?? 1;
  const dims = Array.from({ length: rank }, (_, i) => {
    const [own, other] = [size(value.dims, i), size(target, i)];
    return own === 1 ? other : own;
  });
  if (!isHost(value)) return device(broadcastTo(plain(value), dims), value.dtype);
  call.few(dims);
  const lead = rank - value.dims.length;
  const strides = stridesOf(value.dims);
  return picked(value, dims, positions(dims, dims.map((_, i) => (value.dims[i - lead] === dims[i] ? (strides[i - lead] ?? 0) : 0)))); // prettier-ignore
};

const Tile: Operator = (call) => {
  const repeats = call.numbers(1);
  const value = onDevice(call.value(0));
  const { order } = value;
  if (!order) return device(tile(value.tensor, repeats), value.dtype);
  return ordered(tile(value.tensor, inMemory(value, repeats)), order, value.dtype);
};

/** Positions in an axis that a padded one has, for `reflect`, `edge` and `wrap`. */
function mirrored(mode: string, size: number, before: number, after: number): number[] {
  const within = (i: number): number => {
    if (mode === 'edge') return Math.min(Math.max(i, 0), size - 1);
    if (mode === 'wrap') return ((i % size) + size) % size;
    const period = Math.max(2 * (size - 1), 1);
    const at = ((i % period) + period) % period;
    return at < size ? at : period - at;
  };
  return Array.from({ length: before + size + after }, (_, i) => within(i - before));
}

/** Pads < 0 take cells away. */
function padded(x: Tensor, cells: readonly (readonly [number, number])[], fill: number): Tensor {
  const begin = cells.map(([before]) => Math.max(-before, 0));
  const size = x.shape.map((n, i) => n - (begin[i] ?? 0) - Math.max(-(cells[i]?.[1] ?? 0), 0));
  const kept = cells.some(([before, after]) => before < 0 || after < 0) ? slice(x, begin, size) : x;
  const added = cells.map(([before, after]): [number, number] => [Math.max(before, 0), Math.max(after, 0)]);
  return added.some(([before, after]) => before + after > 0) ? pad(kept, added, fill) : kept;
}

function reflected(x: Tensor, cells: readonly (readonly [number, number])[], mode: string): Tensor {
  return cells.reduce((y, [before, after], axis) => {
    if (before === 0 && after === 0) return y;
    return gather(y, tensor(Int32Array.from(mirrored(mode, y.shape[axis] ?? 0, before, after))), axis);
  }, x);
}

const Pad: Operator = (call) => {
  const value = call.device(0);
  const { dims, order, dtype } = value;
  const given = call.list('pads', 1) ?? call.attributes('paddings') ?? call.refuse('pads', 'none');
  const axes = call.has(3) ? call.numbers(3).map((axis) => call.axisOf(axis, dims.length)) : dims.map((_, i) => i);
  if (given.length !== 2 * axes.length) call.refuse(`${2 * axes.length} pads`, show(given));
  const pads = dims.map((_, axis): [number, number] => {
    const at = axes.indexOf(axis);
    return at < 0 ? [0, 0] : [given[at] ?? 0, given[at + axes.length] ?? 0];
  });
  const mode = call.text('mode', ['constant', 'reflect', 'edge', 'wrap']);
  const fill = call.opset < 11 ? call.attribute('value', 0) : call.number(2, 0);
  const cells = inMemory(value, pads);
  const x = mode === 'constant' ? padded(value.tensor, cells, fill) : reflected(value.tensor, cells, mode);
  return order ? ordered(x, order, dtype) : device(x, dtype);
};

const ConstantOfShape: Operator = (call) => {
  const dims = call.numbers(0);
  if (dims.some((size) => !(size >= 0))) call.refuse('sizes >= 0', show(dims));
  const held = call.held('value');
  return host(held?.dtype ?? 'f32', dims, new Array<number>(call.few(dims)).fill(held?.numbers[0] ?? 0));
};

const Range: Operator = (call) => {
  const [start = 0, limit = 0, delta = 1] = [0, 1, 2].map((i) => call.number(i, 0));
  const count = Math.max(0, Math.ceil((limit - start) / delta));
  call.few([Number.isFinite(count) ? count : 2 ** 40]);
  return host(
    call.dtype(0),
    [count],
    Array.from({ length: count }, (_, i) => start + i * delta),
  );
};

/** [batch, channels, height, width] with axes split and moved, and put together. */
const rearranged =
  (
    split: (dims: readonly number[], block: number, dcr: boolean) => readonly [number[], number[], number[]],
  ): Operator =>
  (call) => {
    const dims = call.dims(0);
    if (dims.length !== 4) call.refuse('an image [batch, channels, height, width]', show(dims));
    const dcr = call.text('mode', ['DCR', 'CRD']) === 'DCR';
    const [parts, perm, to] = split(dims, call.attribute('blocksize'), dcr);
    const x = reshape(call.tensor(0), parts);
    const moved = inOrder(device(x), perm);
    return device(reshape(moved, to), call.dtype(0));
  };

const DepthToSpace = rearranged(([n = 0, c = 0, h = 0, w = 0], b, dcr) => {
  const depth = c / (b * b);
  const to = [n, depth, h * b, w * b];
  return dcr ? [[n, b, b, depth, h, w], [0, 3, 4, 1, 5, 2], to] : [[n, depth, b, b, h, w], [0, 1, 4, 2, 5, 3], to];
});

const SpaceToDepth = rearranged(([n = 0, c = 0, h = 0, w = 0], b) => [
  [n, c, h / b, b, w / b, b],
  [0, 3, 5, 1, 2, 4],
  [n, c * b * b, h / b, w / b],
]);

const Constant: Operator = (call) => {
  const held = call.held('value');
  if (held) return host(held.dtype, held.dims, held.numbers);
  for (const [name, dtype] of [
    ['value_float', 'f32'],
    ['value_int', 'i64'],
  ] as const)
    // prettier-ignore
    if (call.given(name)) return host(dtype, [], [call.attribute(name)]);
  for (const [name, dtype] of [
    ['value_floats', 'f32'],
    ['value_ints', 'i64'],
  ] as const) {
    // prettier-ignore
    const list = call.attributes(name);
    if (list) return host(dtype, [list.length], list);
  }
  return call.refuse('a constant of numbers', 'another');
};

const EyeLike: Operator = (call) => {
  const [rows = 0, columns = 0] = call.dims(0);
  call.few([rows, columns]);
  const k = call.attribute('k', 0);
  const numbers = Array.from({ length: rows * columns }, (_, i) =>
    Number((i % columns) - Math.floor(i / columns) === k),
  );
  return host(call.dtypeAttribute('dtype', call.dtype(0)), [rows, columns], numbers);
};

export const shapes: Operators = {
  Concat,
  Constant,
  ConstantOfShape,
  DepthToSpace,
  Expand,
  EyeLike,
  Flatten,
  Pad,
  Range,
  Reshape,
  Shape,
  Size: (call) => host('i64', [], [sizeOf(call.dims(0))]),
  SpaceToDepth,
  Squeeze,
  Tile,
  Transpose,
  Unsqueeze,
};
