// Numbers of the host as plain data. Those that depend on the batch are base + slope * batch.
import { sizeOf } from '../../core/shapes.js';
import type { FileDType } from './file.js';
import { positions } from './hostNumbers.js';
import { host, type HostValue } from './values.js';

/** A number; text for one that JSON lacks; or [base, slope]. */
type Entry = number | string | readonly [base: number, slope: number];

/** Numbers in a layer's configuration. One number stands for all that are equal. */
export interface HostConstant {
  readonly dtype: FileDType;
  readonly dims: readonly Entry[];
  readonly numbers: readonly Entry[];
}

const atBatch = (entry: Entry, batch: number): number =>
  typeof entry === 'object' ? entry[0] + entry[1] * batch : Number(entry);

/** Positions of the elements of `dims` in an array that has size 1 where `few` has. */
function spread(dims: readonly number[], few: readonly number[]): number[] {
  let stride = 1;
  const strides = [...few].reverse().map((size) => {
    const own = size === 1 ? 0 : stride;
    stride *= size;
    return own;
  });
  return positions(dims, strides.reverse());
}

const fewOf = ({ dims }: HostConstant): number[] => dims.map((size) => (typeof size === 'object' ? 1 : Number(size)));

/** The value for a batch. */
export function hostValue(constant: HostConstant, batch: number): HostValue {
  const dims = constant.dims.map((size) => atBatch(size, batch));
  const numbers = constant.numbers.map((entry) => atBatch(entry, batch));
  const [first = 0] = numbers;
  if (numbers.length === 1) return host(constant.dtype, dims, new Array<number>(sizeOf(dims)).fill(first));
  const few = fewOf(constant);
  if (few.every((size, i) => size === dims[i])) return host(constant.dtype, dims, numbers);
  return host(constant.dtype, dims, spread(dims, few).map((at) => numbers[at] ?? 0)); // prettier-ignore
}

const entryOf = (a: number, b: number, batchA: number, batchB: number): Entry => {
  if (Object.is(a, b) || a === b) return Number.isFinite(a) ? a : String(a);
  const slope = (b - a) / (batchB - batchA);
  return [a - slope * batchA, slope];
};

/** The value as a constant; `undefined` if it is not the same along the batch. `a` to `c` are for three batches. */
export function hostConstant(
  values: readonly [a: HostValue, b: HostValue, c: HostValue],
  [batchA, batchB, batchC]: readonly [number, number, number],
): HostConstant | undefined {
  const [a, b, c] = values;
  if (a.dims.length !== b.dims.length) return undefined;
  const dims = a.dims.map((size, i) => entryOf(size, b.dims[i] ?? 0, batchA, batchB));
  const few = fewOf({ dtype: a.dtype, dims, numbers: [] });
  const firsts = [a, b].map((value) => {
    const places = spread(value.dims, few);
    const numbers = new Array<number>(sizeOf(few)).fill(0);
    for (let i = places.length - 1; i >= 0; i--) numbers[places[i] ?? 0] = value.numbers[i] ?? 0;
    return numbers;
  });
  const [first = [], second = []] = firsts;
  const numbers = first.map((x, i) => entryOf(x, second[i] ?? 0, batchA, batchB));
  const uniform = numbers.length > 1 && numbers.every((x) => typeof x !== 'object' && x === numbers[0]);
  const constant = { dtype: a.dtype, dims, numbers: uniform ? numbers.slice(0, 1) : numbers };
  return [batchA, batchB, batchC].every((batch, i) => same(hostValue(constant, batch), [a, b, c][i]))
    ? constant
    : undefined;
}

function same(a: HostValue, b: HostValue | undefined): boolean {
  if (!b || a.dims.join() !== b.dims.join() || a.numbers.length !== b.numbers.length) return false;
  return Array.from(a.numbers).every((x, i) => Object.is(x, b.numbers[i]) || x === b.numbers[i]);
}
