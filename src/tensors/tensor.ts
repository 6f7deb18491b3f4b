import { DisposedError, ShapeError, refuse } from '../core/errors.js';
import { shapeText, sizeOf, type Shape } from '../core/shapes.js';
import type { Heap } from '../runtime/heap.js';
import { activeRecorder } from '../runtime/recorder.js';
import { runtime } from '../runtime/state.js';
import { countHandle } from '../runtime/statistics.js';
import { formatTensor, PrintableBase } from './printing.js';
import { detach, enterScope, type Handle } from './scope.js';
import { Storage } from './storage.js';

/** Element type: 32-bit float, or 32-bit integer for indices and labels. */
export type DType = 'f32' | 'i32';

/** The arrays that hold the elements of each type. */
interface Elements {
  readonly f32: Float32Array<ArrayBuffer>;
  readonly i32: Int32Array<ArrayBuffer>;
}

/** Copies of elements `begin` to `end` of linear memory. */
const copies: { readonly [D in DType]: (heap: Heap, begin: number, end: number) => Elements[D] } = {
  f32: ({ f32 }, begin, end) => f32.slice(begin, end),
  i32: ({ i32 }, begin, end) => i32.slice(begin, end),
};

/** Nested arrays of numbers, as `toArray()` gives them. */
export type NestedArray = number | NestedArray[];

let nextId = 1;
/** The shape frozen last: most results have that of an operand, and to freeze it again would take longer than to ask. */
let frozen: Shape | undefined;

/**
 * An n-dimensional array in linear memory, row-major and contiguous. It is a handle: tensors that only differ in shape
 * share memory, which `dispose()` of the last handle frees. Operations are functions. A `Tensor` holds f32, a
 * `Tensor<'i32'>` integers, and a `Tensor<DType>` either.
 */
export class Tensor<D extends DType = 'f32'> extends PrintableBase {
  /** Frozen. */
  readonly shape: Shape;
  readonly dtype: D;
  /** Number of elements. */
  readonly size: number;
  /** Identifies the value, not the handle: an alias of the same value has the same id. */
  readonly id: number;
  /** @internal */
  scope: Handle['scope'] = undefined;
  readonly #storage: Storage;
  #disposed = false;

  // Tensors are made by `tensor`, `zeros`, ... and by operations.
  private constructor(storage: Storage, shape: Shape, dtype: D, id?: number, size = sizeOf(shape)) {
    super();
    this.#storage = storage;
    this.shape = shape;
    if (shape !== frozen) frozen = Object.freeze(shape);
    this.dtype = dtype;
    this.size = size;
    this.id = id ?? nextId++;
    countHandle(1);
    enterScope(this);
  }

  /** @internal */
  static of<D extends DType>(storage: Storage, shape: Shape, dtype: D): Tensor<D> {
    return new Tensor(storage, shape, dtype);
  }

  /** @internal A tensor with undefined contents for a result of `where`. */
  static allocate(shape: Shape): Tensor;
  /** @internal */
  static allocate<D extends DType>(shape: Shape, dtype: D, where?: string): Tensor<D>;
  static allocate(shape: Shape, dtype: DType = 'f32', where?: string): Tensor<DType> {
    const size = sizeOf(shape);
    return new Tensor(Storage.allocate(4 * size, where), shape, dtype, undefined, size);
  }

  /** Whether `dispose()` has been called. */
  get disposed(): boolean {
    return this.#disposed;
  }

  /** @internal Throws `DisposedError`, naming the operation `where`, after `dispose()`. */
  assertAlive(where: string): void {
    if (this.#disposed)
      refuse(DisposedError, where, 'a live tensor', `one of shape ${shapeText(this.shape)} after dispose()`);
  }

  /** @internal The address for a kernel call. */
  pointer(): number {
    this.assertAlive('tensor');
    return this.#storage.use();
  }

  /** @internal The address for reads and writes from JavaScript, outside any recording. */
  get address(): number {
    if (this.#disposed) this.assertAlive('tensor');
    return this.#storage.pointer;
  }

  /** @internal Whether other tensors, or programs, have the same memory. */
  get shared(): boolean {
    return this.#storage.shared;
  }

  /** @internal A second handle of the same value, which must be disposed separately. */
  alias(): Tensor<D> {
    return this.view(this.shape, this.dtype, this.id);
  }

  /** @internal A handle on the same memory with another shape. It counts as a new value unless `id` is given. */
  view<E extends DType>(shape: Shape, dtype: E, id?: number): Tensor<E> {
    this.assertAlive('tensor');
    this.#storage.use();
    this.#storage.retain();
    return new Tensor(this.#storage, shape, dtype, id, this.size);
  }

  /**
   * A fresh copy of the elements, row-major.
   * @throws DisposedError after `dispose()`; TypeError while a program is being recorded.
   */
  data(): Elements[D] {
    return this.#read('data');
  }

  /**
   * The only element of a tensor of size 1.
   * @throws ShapeError when there are more or none.
   */
  item(): number {
    if (this.size !== 1) refuse(ShapeError, 'item', 'a tensor of one element', this.shape);
    return this.#read('item')[0] ?? NaN;
  }

  /** The elements as nested arrays; a plain number for a scalar. */
  toArray(): NestedArray {
    const data = this.#read('toArray');
    let offset = 0;
    const build = (axis: number): NestedArray => {
      if (axis === this.shape.length) return data[offset++] ?? NaN;
      return Array.from({ length: this.shape[axis] ?? 0 }, () => build(axis + 1));
    };
    return build(0);
  }

  /** Frees this handle, and the memory with the last handle on it. A second call does nothing. */
  override dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    countHandle(-1);
    detach(this);
    this.#storage.release();
  }

  /** Shape, type and elements (of long axes the first and last three). `console.log` shows it in Node, Bun and Deno. */
  override toString(): string {
    const { shape, dtype } = this;
    if (this.#disposed) return `Tensor(disposed, ${shapeText(shape)})`;
    if (activeRecorder()) return `Tensor(${shapeText(shape)}, ${dtype}) without values while compile() records`;
    const { heap } = runtime();
    const values = dtype === 'f32' ? heap.f32 : heap.i32;
    const start = this.#storage.pointer / 4;
    return formatTensor(shape, dtype, (index) => values[start + index] ?? NaN);
  }

  /** A copy of the elements. Errors name the public method `method`. */
  #read(method: string): Elements[D] {
    this.assertAlive(method);
    if (activeRecorder())
      refuse(TypeError, method, 'values only after compile() has recorded the function', 'a read inside it');
    const start = this.#storage.pointer / 4;
    return copies[this.dtype](runtime().heap, start, start + this.size);
  }
}

/** Whether a tensor's elements are of this type. */
export function hasDType<D extends DType>(x: Tensor<DType>, dtype: D): x is Tensor<D> {
  return x.dtype === dtype;
}

export function isTensor(value: unknown): value is Tensor<DType> {
  return value instanceof Tensor;
}
