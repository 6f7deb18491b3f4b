import { runtime } from '../runtime/state.js';
import type { Tensor } from '../tensors/tensor.js';

/** Below this many values a loop beats TypedArray.set's fixed cost. */
const SMALL = 32;

/** Copies numbers into a tensor's memory, as its type has them. */
export function write(to: Tensor, values: ArrayLike<number>): void {
  const { heap } = runtime();
  const cells = to.dtype === 'f32' ? heap.f32 : heap.i32;
  const start = to.address / 4;
  if (values.length > SMALL) cells.set(values, start);
  else for (let i = 0; i < values.length; i++) cells[start + i] = values[i]!;
}

/** Copies an f32 tensor's memory out. */
export function read(from: Tensor, into: Float32Array): void {
  const { f32 } = runtime().heap;
  const start = from.address / 4;
  if (into.length > SMALL) into.set(f32.subarray(start, start + into.length));
  else for (let i = 0; i < into.length; i++) into[i] = f32[start + i]!;
}

/** Copies of tensors by name. */
export function copiesOf(tensors: Readonly<Record<string, Tensor>>): Record<string, Float32Array> {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, Float32Array.from(tensor.data())]));
}
