// Two traces with batches of different size as one graph whose shapes contain the batch as a symbol.
import { refuse } from '../core/errors.js';
import { sizeOf } from '../core/shapes.js';
import type { Elements, Trace, TracedOp, TracedValue } from './trace.js';

/** A shape. A size < 0 stands for that multiple of the batch: -1 is the batch itself, -12 twelve rows a sample. */
export type Dims = readonly number[];

/** A constant. Where its value repeats along an axis of the batch, `dims` has 1. */
export interface Constant {
  readonly dims: readonly number[];
  readonly elements: () => Elements;
}

export interface SymbolicValue {
  readonly dims: Dims;
  readonly dtype: TracedValue['dtype'];
  readonly constant: Constant | undefined;
  readonly weight: string | undefined;
}

export interface SymbolicOp extends TracedOp {
  /** Its attributes for the other size of the batch. */
  readonly otherAttributes: unknown;
}

export interface SymbolicGraph extends Omit<Trace, 'values' | 'ops'> {
  readonly values: readonly SymbolicValue[];
  readonly ops: readonly SymbolicOp[];
}

const where = 'exportOnnx';

function sizeAlong(a: number, b: number, batchA: number, batchB: number): number {
  if (a === b) return a;
  if (a > 0 && Number.isInteger(a / batchA) && a / batchA === b / batchB) return -(a / batchA);
  refuse(
    TypeError,
    where,
    'sizes that are fixed or a multiple of the batch',
    `${a} for a batch of ${batchA}, ${b} for ${batchB}`,
  );
}

/** The elements at the first place of each axis of the batch; `undefined` when those at other places differ. */
function withoutRepeats(elements: Elements, shape: readonly number[], dims: Dims): Elements | undefined {
  const axis = dims.findIndex((size) => size < 0);
  if (axis < 0) return elements;
  const inner = sizeOf(shape.slice(axis + 1));
  const length = shape[axis] ?? 1;
  const first = elements.filter((_, i) => Math.floor(i / inner) % length === 0);
  const repeats = elements.every((value, i) => {
    const outer = Math.floor(i / (inner * length));
    return Object.is(value, first[outer * inner + (i % inner)]);
  });
  const one = (sizes: Dims): number[] => sizes.map((size, i) => (i === axis ? 1 : size));
  return repeats ? withoutRepeats(first, one(shape), one(dims)) : undefined;
}

function constantOf(a: TracedValue, b: TracedValue, dims: Dims, layer: string): Constant | undefined {
  if (!a.elements || !b.elements) return undefined;
  if (a.weight !== undefined) return { dims: a.shape, elements: a.elements };
  const [first, second] = [a, b].map(({ elements, shape }) => elements && withoutRepeats(elements(), shape, dims));
  if (!first || !second || !first.every((value, i) => Object.is(value, second[i])))
    refuse(TypeError, where, 'constants that do not depend on the values or the number of rows', `others in ${layer}`);
  return { dims: dims.map((size) => (size < 0 ? 1 : size)), elements: () => first };
}

/** Whether the same operations were applied to the same values. */
function sameOps(a: Trace, b: Trace): boolean {
  const text = ({ ops, outputs }: Trace): string =>
    JSON.stringify([ops.map(({ name, inputs, outputs: to }) => [name, inputs, to]), outputs]);
  return a.values.length === b.values.length && text(a) === text(b);
}

/** @throws TypeError when the operations depend on the number of rows or the values of the input */
export function symbolic(a: Trace, b: Trace, batchA: number, batchB: number): SymbolicGraph {
  if (!sameOps(a, b)) refuse(TypeError, where, 'the same operations for every batch', 'others');
  const uses = [...a.ops, { inputs: a.outputs, layer: 'the output' }];
  const layers = new Map(uses.flatMap(({ inputs, layer }) => inputs.map((input) => [input, layer] as const)));
  const values = a.values.map((value, i): SymbolicValue => {
    const other = b.values[i] ?? value;
    if (value.shape.length !== other.shape.length)
      refuse(TypeError, where, 'the same shapes for every batch', 'others');
    const dims = value.shape.map((size, axis) => sizeAlong(size, other.shape[axis] ?? 0, batchA, batchB));
    const constant = layers.has(i) ? constantOf(value, other, dims, layers.get(i) ?? '') : undefined;
    return { dims, dtype: value.dtype, constant, weight: value.weight };
  });
  const ops = a.ops.map((op, i) => ({ ...op, otherAttributes: b.ops[i]?.attributes }));
  return { ...a, values, ops };
}
