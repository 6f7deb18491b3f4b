// Arithmetic of constants and shapes, which stay on the host.
import { broadcastShapes, sizeOf, stridesOf } from '../../core/shapes.js';
import type { NodeCall } from './call.js';
import { host, type HostValue, type Value } from './values.js';

/** The shape that values broadcast to. It must be small. */
export function broadcastDims(call: NodeCall, values: readonly Value[]): readonly number[] {
  const dims = values.map((value) => value.dims).reduce((a, b) => broadcastShapes(call.context.where, a, b));
  call.few(dims);
  return dims;
}

/** Positions of elements along strides, one for each element of `dims`. */
export function positions(dims: readonly number[], strides: readonly number[], begin = 0): number[] {
  let found = [begin];
  dims.forEach((size, axis) => {
    const stride = strides[axis] ?? 0;
    found = found.flatMap((at) => Array.from({ length: size }, (_, i) => at + i * stride));
  });
  return found;
}

/** Strides of a value broadcast to `dims`. */
function broadcastStrides(from: readonly number[], dims: readonly number[]): number[] {
  const lead = dims.length - from.length;
  const strides = stridesOf(from);
  return dims.map((_, i) => (i < lead || from[i - lead] === 1 ? 0 : (strides[i - lead] ?? 0)));
}

/** The function of each element of values that broadcast to `dims`. */
export function eachOf(
  values: readonly HostValue[],
  dims: readonly number[],
  apply: (...numbers: number[]) => number,
): number[] {
  const places = values.map((value) => positions(dims, broadcastStrides(value.dims, dims)));
  return Array.from({ length: sizeOf(dims) }, (_, i) =>
    apply(...values.map(({ numbers }, k) => numbers[places[k]?.[i] ?? 0] ?? 0)),
  );
}

/** The elements at some positions. */
export function picked(value: HostValue, dims: readonly number[], at: readonly number[]): HostValue {
  return host(
    value.dtype,
    dims,
    at.map((position) => value.numbers[position] ?? 0),
  );
}
