// Numbers among the arguments of a compiled function. A fraction, such as a learning rate, becomes a value in a cell if the
// function does no more with it than hand it to operations: then it is recorded once for all fractions.
import { refuse } from '../core/errors.js';
import { treeSignature } from '../core/trees.js';
import { runtime } from '../runtime/state.js';
import { detach } from '../tensors/scope.js';
import { isTensor, Tensor, type DType } from '../tensors/tensor.js';
import { type Frame, type Op, type Tensors } from './op.js';

/**
 * Whether an argument may become a value in a cell. Whole numbers may not: they are axes, sizes and counts, of which the
 * function may choose by `===`, and 0 counts as false. What a function does in that way nobody can see.
 */
export const isFraction = (value: unknown): value is number => Number.isFinite(value) && !Number.isInteger(value);

/** Stands for any fraction in a signature. */
const FRACTION = Symbol('fraction');

const typeOf = ({ dtype, shape }: Tensor<DType>): string => `${dtype}(${shape.join()})`;

/** A text that is equal for equal structures, types, shapes and values that are not tensors. */
export const signature = (tree: unknown): string => treeSignature(tree, isTensor, typeOf);

/** The same for arguments of which the fractions do not count. */
export const signatureOfAll = (args: readonly unknown[]): string =>
  signature(args.map((value) => (isFraction(value) ? FRACTION : value)));

/** Arguments with scalar tensors in place of the fractions. */
export function withCells<A extends readonly unknown[]>(args: A, cells: readonly Tensor[]): A;
// Operations take a scalar tensor wherever they take a number; that it is one is what the signature above cannot say.
export function withCells(args: readonly unknown[], cells: readonly Tensor[]): readonly unknown[] {
  let next = 0;
  return args.map((value) => (isFraction(value) ? cells[next++] : value));
}

/** A scalar tensor for a recording to read a number from. As a JavaScript number it has no value: reading one throws. */
export function makeCell(): Tensor {
  const value = (): never =>
    refuse(TypeError, 'compile', 'operations on the number', 'JavaScript that reads its value');
  return Object.defineProperty(detach(Tensor.allocate([])), Symbol.toPrimitive, { value });
}

/** Writes the fractions among the arguments where the program reads them. */
export function writeNumbers(args: readonly unknown[], cells: readonly Tensor[]): void {
  const { f32 } = runtime().heap;
  let next = 0;
  for (const value of args) if (isFraction(value)) f32[(cells[next++]?.address ?? NaN) / 4] = value;
}

/** Writes down which operations a function applies to what. */
export class OperationLog implements Frame {
  readonly parent = undefined;
  readonly differentiates = false;
  /** Of results, counted from 1 in the order in which they were made. */
  readonly #names = new Map<number, number>();
  readonly #used = new Set<number>();
  #text = '';

  observe<A, I extends Tensors, O extends DType>(
    { name }: Op<A, I, O>,
    inputs: I,
    outputs: readonly Tensor<O>[],
    attributes: A,
  ): void {
    const names = inputs.map(({ id }) => this.#names.get(id) ?? 0);
    this.#text += `${name}(${names.join()})${signature([attributes, outputs])};`;
    for (const { id } of inputs) this.#used.add(id);
    for (const { id } of outputs) this.#names.set(id, this.#names.size + 1);
  }

  /** All of it, and what the function returned. */
  textWith(result: unknown): string {
    return this.#text + signature(result);
  }

  /** Whether an operation has read this. */
  hasSeen({ id }: Tensor): boolean {
    return this.#used.has(id);
  }
}
