import { knownOptions, flag } from '../../core/checks.js';
import { checkAxes, type Shape } from '../../core/shapes.js';

/** Options of the reductions. */
export interface ReduceOptions {
  /** One axis or several, negative ones from the end. Default: all. */
  readonly axis?: number | readonly number[] | undefined;
  /** Keep reduced axes with size 1. Default false. */
  readonly keepDims?: boolean | undefined;
}

/** A reduction of a shape. */
export interface Reduction {
  readonly axes: readonly number[];
  /** The result's shape with reduced axes of size 1. */
  readonly kept: Shape;
  /** The result's shape. */
  readonly out: Shape;
  /** Number of elements reduced to one. */
  readonly count: number;
}

/** The reduction of `shape` over `axes`. */
function reductionOf(shape: Shape, axes: readonly number[], keepDims: boolean): Reduction {
  const kept = shape.map((size, i) => (axes.includes(i) ? 1 : size));
  const out = keepDims ? kept : shape.filter((_, i) => !axes.includes(i));
  const count = axes.reduce((product, axis) => product * (shape[axis] ?? 1), 1);
  return { axes, kept, out, count };
}

/** Checks a reduction's options. */
export function checkReduction(where: string, shape: Shape, options: ReduceOptions): Reduction {
  const { axis, keepDims = false } = knownOptions(where, options, ['axis', 'keepDims']);
  return reductionOf(shape, checkAxes(where, axis, shape.length), flag(where, 'keepDims', keepDims));
}
