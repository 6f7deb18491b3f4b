import { finiteNumber, knownOptions, oneOf, show, wholeNumber } from '../core/checks.js';
import { DTypeError, ShapeError } from '../core/errors.js';
import { checkShape, shapeText, sizeOf, type Shape } from '../core/shapes.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import { runtime } from '../runtime/state.js';
import { Storage } from './storage.js';
import { Tensor, type DType } from './tensor.js';

/** What `tensor()` and every function that takes data accepts: numbers, nested arrays, typed arrays. */
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

/** Flattens nested arrays row by row; throws when rows differ in length or an entry is no number. */
export function flatten(where: string, data: unknown): { values: ArrayLike<number>; shape: number[] } {
  if (typeof data === 'number') return { values: [data], shape: [] };
  if (isNumericArray(data)) return { values: data, shape: [data.length] };
  if (!Array.isArray(data))
    throw new TypeError(`${where}: expected numbers, nested arrays or a typed array, got ${show(data)}`);
  const items: unknown[] = data;
  if (items.length === 0) return { values: [], shape: [0] };
  if (items.every((item) => typeof item === 'number')) return { values: items, shape: [items.length] };
  const parts = items.map((item) => flatten(where, item));
  const inner = parts[0]?.shape ?? [];
  for (const { shape } of parts) {
    if (shapeText(shape) !== shapeText(inner)) {
      throw new ShapeError(`${where}: expected rows of equal shape, got ${shapeText(inner)} and ${shapeText(shape)}`);
    }
  }
  const step = sizeOf(inner);
  const values = new Float64Array(step * parts.length);
  parts.forEach((part, i) => {
    values.set(part.values, i * step);
  });
  return { values, shape: [items.length, ...inner] };
}

function checkWhole(where: string, values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? NaN;
    if (!Number.isInteger(value) || value < -(2 ** 31) || value >= 2 ** 31) {
      throw new DTypeError(`${where}: expected whole numbers of 32 bits for dtype i32, got ${value} at position ${i}`);
    }
  }
}

/**
 * A tensor from numbers, nested arrays or a typed array.
 *
 * @param data values, row-major
 * @param shape default: the nesting of `data`
 * @param dtype `'f32'` (default) or `'i32'` (default for an Int32Array)
 * @throws ShapeError when rows are ragged or `shape` does not hold as many elements; TypeError, DTypeError for other data.
 * @example
 * ```ts
 * import { init, tensor } from 'wasmgrad';
 * await init();
 * const x = tensor([[1, 2], [3, 4]]);
 * console.log(x.shape, x.dtype); // [2, 2] 'f32'
 * ```
 */
export function tensor(data: TensorData, shape?: Shape, dtype?: DType): Tensor {
  const flat = flatten('tensor', data);
  const target = shape === undefined ? checkShape('tensor', flat.shape) : checkShape('tensor', shape);
  const type = oneOf('tensor', 'dtype', dtype ?? (data instanceof Int32Array ? 'i32' : 'f32'), ['f32', 'i32']);
  if (sizeOf(target) !== flat.values.length) {
    throw new ShapeError(
      `tensor: expected ${sizeOf(target)} elements for shape ${shapeText(target)}, got ${flat.values.length}`,
    );
  }
  if (type === 'i32' && !(data instanceof Int32Array)) checkWhole('tensor', flat.values);
  const storage = Storage.constant(4 * flat.values.length);
  const { heap } = runtime();
  (type === 'f32' ? heap.f32 : heap.i32).set(flat.values, storage.pointer / 4);
  return new Tensor(storage, target, type);
}

/** Data or a tensor as a tensor; a tensor is passed through as a second handle. */
export function toTensor(data: Tensor | TensorData): Tensor {
  return data instanceof Tensor ? data.alias() : tensor(data);
}

/** A tensor filled with one value. @throws ShapeError, TypeError */
export function full(shape: Shape, value: number): Tensor {
  const checked = checkShape('full', shape);
  if (typeof value !== 'number') throw new TypeError(`full: expected value to be a number, got ${show(value)}`);
  return filled(checked, value);
}

function filled(shape: Shape, value: number): Tensor {
  const out = Tensor.allocate(shape);
  call(kernels.fill, out.pointer(), value, 0, out.size);
  return out;
}

/** A tensor of zeros. @throws ShapeError */
export function zeros(shape: Shape): Tensor {
  return filled(checkShape('zeros', shape), 0);
}

/** A tensor of ones. @throws ShapeError */
export function ones(shape: Shape): Tensor {
  return filled(checkShape('ones', shape), 1);
}

/** The identity matrix of size n. @throws RangeError */
export function eye(n: number): Tensor {
  wholeNumber('eye', 'n', n, { min: 0 });
  const values = new Float32Array(n * n);
  for (let i = 0; i < n; i++) values[i * n + i] = 1;
  return tensor(values, [n, n]);
}

/** The numbers 0, 1, ..., n-1 as f32. @throws RangeError */
export function arange(n: number): Tensor {
  const out = Tensor.allocate([wholeNumber('arange', 'n', n, { min: 0 })]);
  call(kernels.arangeF32, out.pointer(), 0, 1, 0, out.size);
  return out;
}

/** A seed as the two 32-bit key words of Philox. */
export function seedWords(where: string, seed: number | undefined): [number, number] {
  if (seed === undefined) return [0, 0];
  wholeNumber(where, 'seed', seed, { min: 0 });
  return [seed >>> 0, Math.floor(seed / 2 ** 32)];
}

export interface NormalOptions {
  /** Whole number >= 0. Default 0: without a seed the numbers are the same every time. */
  readonly seed?: number;
  /** Default 0. */
  readonly mean?: number;
  /** Standard deviation. Default 1. */
  readonly std?: number;
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
  const out = Tensor.allocate(checked);
  call(kernels.normalFill, out.pointer(), low, high, 0, mean, std, 0, out.size);
  return out;
}

export interface UniformOptions {
  /** Whole number >= 0. Default 0. */
  readonly seed?: number;
  /** Lower bound, included. Default 0. */
  readonly min?: number;
  /** Upper bound, excluded. Default 1. */
  readonly max?: number;
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
  const out = Tensor.allocate(checked);
  call(kernels.uniformFill, out.pointer(), low, high, 0, min, max, 0, out.size);
  return out;
}
