import { finiteNumber, isDetached, knownOptions, oneOf, show, wholeNumber } from '../core/checks.js';
import { DTypeError, ShapeError, refuse } from '../core/errors.js';
import { checkShape, sameShape, shapeText, sizeOf, type Shape } from '../core/shapes.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import { runtime } from '../runtime/state.js';
import { Storage } from './storage.js';
import { Tensor, type DType } from './tensor.js';

/** Data that `tensor()` and other functions accept: numbers, nested arrays, typed arrays. */
export type TensorData = number | readonly TensorData[] | NumericArray;

/** Typed arrays of plain numbers. */
export type NumericArray =
  | Float32Array
  | Float64Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray;

/** Whether a value is a typed array of plain numbers. */
function isNumericArray(value: unknown): value is NumericArray {
  return (
    ArrayBuffer.isView(value) &&
    !(value instanceof DataView) &&
    !(value instanceof BigInt64Array) &&
    !(value instanceof BigUint64Array)
  );
}

/** Deeper than any real nesting of arrays. */
const MAX_LEVELS = 32;

/** Flattens nested arrays row by row; throws when rows differ in length or an entry is not a number. */
export function flatten(where: string, data: unknown, level = 0): { values: ArrayLike<number>; shape: number[] } {
  if (typeof data === 'number') return { values: [data], shape: [] };
  if (isNumericArray(data)) {
    if (data.length === 0 && isDetached(data.buffer))
      refuse(TypeError, where, 'numbers', 'an array whose memory has been transferred');
    return { values: data, shape: [data.length] };
  }
  if (!Array.isArray(data)) refuse(TypeError, where, 'numbers, nested arrays or a typed array', show(data));
  if (level > MAX_LEVELS) refuse(TypeError, where, 'arrays that end in numbers', 'one that holds itself');
  const items: readonly unknown[] = data;
  if (items.length === 0) return { values: [], shape: [0] };
  // Unlike `every` and `map`, these two visit holes.
  if (items.findIndex((item) => typeof item !== 'number') < 0) return { values: data, shape: [items.length] };
  const parts = Array.from(items, (item) => flatten(where, item, level + 1));
  const inner = parts[0]?.shape ?? [];
  for (const { shape } of parts) {
    if (!sameShape(shape, inner)) {
      refuse(ShapeError, where, 'rows of equal shape', `${shapeText(inner)} and ${shapeText(shape)}`);
    }
  }
  const step = sizeOf(inner);
  const rows = parts.map((part) => part.values).filter((row) => row instanceof Float32Array);
  const areFloats = rows.length === parts.length;
  const [first] = rows;
  const size = step * parts.length;
  // Views of rows that lie one after the other, as generators of rows often give, are one array already.
  const values =
    first &&
    areFloats &&
    rows.every((row, i) => row.buffer === first.buffer && row.byteOffset === first.byteOffset + 4 * step * i)
      ? new Float32Array(first.buffer, first.byteOffset, size)
      : new (areFloats ? Float32Array : Float64Array)(size);
  if (values.buffer !== first?.buffer)
    parts.forEach((part, i) => {
      values.set(part.values, i * step);
    });
  return { values, shape: [items.length, ...inner] };
}

function checkWhole(where: string, values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? NaN;
    if (!Number.isInteger(value) || value < -(2 ** 31) || value >= 2 ** 31) {
      refuse(DTypeError, where, 'whole numbers of 32 bits for dtype i32', `${value} at position ${i}`);
    }
  }
}

/**
 * A tensor from numbers, nested arrays or a typed array. The third argument, `dtype`, is `'f32'` (default) or `'i32'`
 * (default for an Int32Array).
 *
 * @param data values, row-major
 * @param shape default: the nesting of `data`
 * @throws ShapeError when rows are ragged or `shape` does not hold as many elements; TypeError, DTypeError for other data.
 * @example
 * ```ts
 * import { init, tensor } from 'wasmgrad';
 * await init();
 * const x = tensor([[1, 2], [3, 4]]);
 * console.log(x.shape, x.dtype); // [2, 2] 'f32'
 * ```
 */
export function tensor(data: Int32Array, shape?: Shape): Tensor<'i32'>;
export function tensor(data: Exclude<TensorData, Int32Array>, shape?: Shape): Tensor;
export function tensor<D extends DType>(data: TensorData, shape: Shape | undefined, dtype: D): Tensor<D>;
export function tensor(data: TensorData, shape?: Shape, dtype?: DType): Tensor<DType>;
export function tensor(data: TensorData, shape?: Shape, dtype?: DType): Tensor<DType> {
  return makeTensor('tensor', data, shape, dtype);
}

/** `tensor` for another function, `where`, which the error messages name. */
export function makeTensor(where: string, data: Exclude<TensorData, Int32Array>, shape?: Shape): Tensor;
export function makeTensor(where: string, data: unknown, shape?: Shape, dtype?: DType): Tensor<DType>;
export function makeTensor(where: string, data: unknown, shape?: Shape, dtype?: DType): Tensor<DType> {
  const flat = flatten(where, data);
  const target = checkShape(where, shape === undefined ? flat.shape : shape);
  const given = dtype === undefined ? (data instanceof Int32Array ? 'i32' : 'f32') : dtype;
  const type = oneOf(where, 'dtype', given, ['f32', 'i32']);
  if (sizeOf(target) !== flat.values.length)
    refuse(ShapeError, where, `${sizeOf(target)} elements for shape ${shapeText(target)}`, flat.values.length);
  if (type === 'i32' && !(data instanceof Int32Array)) checkWhole(where, flat.values);
  const storage = Storage.constant(4 * flat.values.length, where);
  const { heap } = runtime();
  (type === 'f32' ? heap.f32 : heap.i32).set(flat.values, storage.pointer / 4);
  return Tensor.of(storage, target, type);
}

/** Data as a tensor, or a second handle of a tensor. Errors name `where`. */
export function toTensor(data: Tensor<DType> | TensorData, where = 'tensor'): Tensor<DType> {
  if (!(data instanceof Tensor)) return makeTensor(where, data);
  data.assertAlive(where);
  return data.alias();
}

/** A tensor filled with one value. @throws ShapeError, TypeError */
export function full(shape: Shape, value: number): Tensor {
  const checked = checkShape('full', shape);
  if (typeof value !== 'number') refuse(TypeError, 'full', 'value to be a number', show(value));
  return filled('full', checked, value);
}

function filled(where: string, shape: Shape, value: number): Tensor {
  const out = Tensor.allocate(shape, 'f32', where);
  call(kernels.fill, out.pointer(), value, 0, out.size);
  return out;
}

/** A tensor of zeros. @throws ShapeError */
export function zeros(shape: Shape): Tensor {
  return filled('zeros', checkShape('zeros', shape), 0);
}

/** A tensor of ones. @throws ShapeError */
export function ones(shape: Shape): Tensor {
  return filled('ones', checkShape('ones', shape), 1);
}

/** An f32 tensor whose values `write` puts into memory; when there is none, it is not called. Errors name `where`. */
export function written(where: string, shape: Shape, write: (values: Float32Array) => void): Tensor {
  const size = sizeOf(shape);
  const storage = Storage.constant(4 * size, where);
  const start = storage.pointer / 4;
  write(runtime().heap.f32.subarray(start, start + size));
  return Tensor.of(storage, shape, 'f32');
}

/** The identity matrix of size n. @throws RangeError */
export function eye(n: number): Tensor {
  const size = wholeNumber('eye', 'n', n, { min: 0 });
  return written('eye', [size, size], (values) => {
    values.fill(0);
    for (let i = 0; i < size; i++) values[i * size + i] = 1;
  });
}

/** The two 32-bit key words of Philox for a seed. */
export function seedWords(where: string, seed: number | undefined): [number, number] {
  if (seed === undefined) return [0, 0];
  wholeNumber(where, 'seed', seed, { min: 0 });
  return [seed >>> 0, Math.floor(seed / 2 ** 32)];
}

export interface NormalOptions {
  /** Whole number >= 0. Default 0: without a seed the numbers are the same every time. */
  readonly seed?: number | undefined;
  /** Default 0. */
  readonly mean?: number | undefined;
  /** Standard deviation. Default 1. */
  readonly std?: number | undefined;
}

/**
 * Normally distributed numbers: Philox4x32-10 (Salmon et al. 2011) and Box-Muller, the same bits on every engine.
 * @throws ShapeError, RangeError, TypeError
 * @example
 * ```ts
 * import { init, randomNormal } from 'wasmgrad';
 * await init();
 * console.log(randomNormal([2, 3], { seed: 1, std: 0.1 }).shape);
 * ```
 */
export function randomNormal(shape: Shape, options: NormalOptions = {}): Tensor {
  const checked = checkShape('randomNormal', shape);
  const { seed, mean = 0, std = 1 } = knownOptions('randomNormal', options, ['seed', 'mean', 'std']);
  finiteNumber('randomNormal', 'mean', mean);
  finiteNumber('randomNormal', 'std', std, { min: 0 });
  const [low, high] = seedWords('randomNormal', seed);
  const out = Tensor.allocate(checked, 'f32', 'randomNormal');
  call(kernels.normalFill, out.pointer(), low, high, 0, mean, std, 0, out.size);
  return out;
}

export interface UniformOptions {
  /** Whole number >= 0. Default 0. */
  readonly seed?: number | undefined;
  /** Lower bound, included. Default 0. */
  readonly min?: number | undefined;
  /** Upper bound, excluded. Default 1. */
  readonly max?: number | undefined;
}

/**
 * Uniformly distributed numbers in [min, max).
 * @throws ShapeError, RangeError, TypeError
 */
export function randomUniform(shape: Shape, options: UniformOptions = {}): Tensor {
  const checked = checkShape('randomUniform', shape);
  const { seed, min = 0, max = 1 } = knownOptions('randomUniform', options, ['seed', 'min', 'max']);
  finiteNumber('randomUniform', 'min', min);
  finiteNumber('randomUniform', 'max', max, { min });
  const [low, high] = seedWords('randomUniform', seed);
  const out = Tensor.allocate(checked, 'f32', 'randomUniform');
  call(kernels.uniformFill, out.pointer(), low, high, 0, min, max, 0, out.size);
  return out;
}
