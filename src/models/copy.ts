import { runtime } from '../runtime/state.js';
import type { Tensor } from '../tensors/tensor.js';

/** Below this many values a loop beats TypedArray.set's fixed cost. */
const SMALL = 32;

/** Copies a batch into a tensor's memory. */
export function writeF32(to: Tensor, values: ArrayLike<number>): void {
  const { f32 } = runtime().heap;
  const start = to.address / 4;
  if (values.length > SMALL) f32.set(values, start);
  else for (let i = 0; i < values.length; i++) f32[start + i] = values[i] ?? NaN;
}

/** Copies whole numbers into an i32 tensor's memory. */
export function writeI32(to: Tensor, values: ArrayLike<number>): void {
  const { i32 } = runtime().heap;
  const start = to.address / 4;
  if (values.length > SMALL) i32.set(values, start);
  else for (let i = 0; i < values.length; i++) i32[start + i] = values[i] ?? 0;
}

/** Copies a tensor's memory out. */
export function readF32(from: Tensor, into: Float32Array): void {
  const { f32 } = runtime().heap;
  const start = from.address / 4;
  if (into.length > SMALL) into.set(f32.subarray(start, start + into.length));
  else for (let i = 0; i < into.length; i++) into[i] = f32[start + i] ?? NaN;
}
