import { show } from './checks.js';
import { refuse, ShapeError } from './errors.js';

/** Sizes of a tensor's axes, outermost first. */
export type Shape = readonly number[];

/** Largest number of axes a tensor can have. */
export const MAX_RANK = 6;

/** `[2, 3]` as text. */
export function shapeText(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

/** Number of elements. */
export function sizeOf(shape: Shape): number {
  let size = 1; // a loop by index, as in the next two: every operation calls them, and iterators of frozen arrays are slow
  for (let i = 0; i < shape.length; i++) size *= shape[i]!;
  return size;
}

/** Whether some first axes of a shape, or none, have this many elements. */
export function leads(shape: Shape, size: number): boolean {
  return [...shape.keys(), shape.length].some((axes) => sizeOf(shape.slice(0, axes)) === size);
}

export function sameShape(a: Shape, b: Shape): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Checks a shape given by the user: whole sizes >= 0, at most six axes. Returns a frozen copy. */
export function checkShape(where: string, shape: unknown): Shape {
  if (!Array.isArray(shape)) refuse(TypeError, where, 'shape to be an array of sizes', show(shape));
  const sizes: readonly unknown[] = shape;
  if (sizes.length > MAX_RANK) refuse(ShapeError, where, `at most ${MAX_RANK} axes`, show(shape));
  const checked: number[] = [];
  for (const axis of sizes) {
    if (typeof axis !== 'number' || !Number.isSafeInteger(axis) || axis < 0)
      refuse(ShapeError, where, 'sizes to be whole numbers >= 0', show(shape));
    checked.push(axis + 0); // never -0
  }
  return Object.freeze(checked);
}

/** NumPy's broadcasting of two shapes; throws `ShapeError` when they do not fit. */
export function broadcastShapes(where: string, a: Shape, b: Shape): Shape {
  if (sameShape(a, b)) return a;
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const x = a[a.length - rank + i] ?? 1;
    const y = b[b.length - rank + i] ?? 1;
    if (x !== y && x !== 1 && y !== 1) {
      refuse(ShapeError, where, 'shapes that broadcast', `${shapeText(a)} and ${shapeText(b)}`);
    }
    return x === 1 ? y : x;
  });
}

/** A possibly negative axis as 0..rank-1. */
export function checkAxis(where: string, axis: unknown, rank: number): number {
  if (typeof axis !== 'number' || !Number.isInteger(axis))
    refuse(TypeError, where, 'axis to be a whole number', show(axis));
  if (axis < -rank || axis >= rank) refuse(RangeError, where, `axis between ${-rank} and ${rank - 1}`, axis);
  return axis < 0 ? axis + rank : axis;
}

/** One axis, several, or none (= all), as sorted distinct numbers 0..rank-1. */
export function checkAxes(where: string, axes: number | readonly number[] | undefined, rank: number): number[] {
  if (axes === undefined) return [0, 1, 2, 3, 4, 5].slice(0, rank);
  if (!Array.isArray(axes)) return [checkAxis(where, axes, rank)];
  const given: readonly unknown[] = axes;
  // Checked one by one, holes included; the first duplicate throws.
  const distinct = new Set<number>();
  for (const axis of given) {
    const at = checkAxis(where, axis, rank);
    if (distinct.has(at)) refuse(RangeError, where, 'distinct axes', show(axes));
    distinct.add(at);
  }
  return [...distinct].sort((x, y) => x - y);
}

/** Row-major element strides. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let i = shape.length - 2; i >= 0; i--) strides[i] = (strides[i + 1] ?? 1) * (shape[i + 1] ?? 1);
  return strides;
}
