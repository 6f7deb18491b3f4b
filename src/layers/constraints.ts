import { finiteNumber, knownOptions, wholeNumber } from '../core/checks.js';
import { add } from '../ops/add.js';
import { clip } from '../ops/clip.js';
import { div } from '../ops/div.js';
import { maximum } from '../ops/maximum.js';
import { mul } from '../ops/mul.js';
import { norm } from '../ops/norm.js';
import type { Tensor } from '../tensors/tensor.js';
import type { Projection } from './layer.js';

/** A constraint of the library, as plain data with its function. */
export interface NamedConstraint {
  readonly name: 'maxNorm' | 'minMaxNorm' | 'nonNegative' | 'unitNorm';
  readonly apply: Projection;
}

/** What a weight is replaced by after every update: a constraint, or a function from the weight to one of its shape. */
export type Constraint = NamedConstraint | Projection;

export interface NormOptions {
  /** Axis or axes along which norms are taken. Default 0: of the weights into each unit of a dense layer. */
  readonly axis?: number | readonly number[] | undefined;
}

export interface MaxNormOptions extends NormOptions {
  /** Finite number >= 0, default 2. */
  readonly maxValue?: number | undefined;
}

export interface MinMaxNormOptions extends NormOptions {
  /** Finite number >= 0, default 0. */
  readonly minValue?: number | undefined;
  /** Finite number >= minValue, default 1. */
  readonly maxValue?: number | undefined;
  /** Share of the way that one step goes, 0 to 1. Default 1. */
  readonly rate?: number | undefined;
}

/** Keeps a norm of 0 from being divided by. */
const EPSILON = 1e-7;

/** Options are what a file keeps, so the function does not show among them. */
function named<Data extends object>(data: Data, apply: Projection): Data & { readonly apply: Projection } {
  return Object.defineProperty({ ...data, apply }, 'apply', { enumerable: false });
}

function axisOf(where: string, axis: NormOptions['axis'] = 0): number | readonly number[] {
  const axes: readonly unknown[] = Array.isArray(axis) ? axis : [axis];
  for (const each of axes) wholeNumber(where, 'axis', each);
  return axis;
}

/** The weight with its norms changed to `wanted(norms)`. */
function withNorms(
  weight: Tensor,
  axis: number | readonly number[],
  wanted: (norms: Tensor) => Tensor | number,
): Tensor {
  const norms = norm(weight, { axis, keepDims: true });
  return mul(weight, div(wanted(norms), add(norms, EPSILON)));
}

/**
 * Keeps the norms of weights at or below a bound: `w min(|w|, maxValue) / |w|`, as Keras (`MaxNorm`).
 *
 * @param options or `maxValue` itself @throws TypeError, RangeError
 * @example
 * ```ts
 * import { dense, maxNorm } from 'wasmgrad/layers';
 * const layer = dense({ units: 10, kernelConstraint: maxNorm({ maxValue: 3 }) });
 * ```
 */
export function maxNorm(options: MaxNormOptions | number = {}): NamedConstraint {
  const given = typeof options === 'number' ? { maxValue: options } : options;
  knownOptions('maxNorm', given, ['name', 'maxValue', 'axis']);
  const maxValue = finiteNumber('maxNorm', 'maxValue', given.maxValue ?? 2, { min: 0 });
  const axis = axisOf('maxNorm', given.axis);
  const data = { name: 'maxNorm', maxValue, axis } as const;
  return named(data, (weight) => withNorms(weight, axis, (norms) => clip(norms, 0, maxValue)));
}

/**
 * Keeps the norms of weights between two bounds, as Keras (`MinMaxNorm`):
 * `w (rate clip(|w|, minValue, maxValue) + (1 - rate) |w|) / |w|`.
 *
 * @throws TypeError, RangeError
 * @example
 * ```ts
 * import { dense, minMaxNorm } from 'wasmgrad/layers';
 * const layer = dense({ units: 10, kernelConstraint: minMaxNorm({ minValue: 0.5, maxValue: 2 }) });
 * ```
 */
export function minMaxNorm(options: MinMaxNormOptions = {}): NamedConstraint {
  const where = 'minMaxNorm';
  knownOptions(where, options, ['name', 'minValue', 'maxValue', 'rate', 'axis']);
  const minValue = finiteNumber(where, 'minValue', options.minValue ?? 0, { min: 0 });
  const maxValue = finiteNumber(where, 'maxValue', options.maxValue ?? 1, { min: minValue });
  const rate = finiteNumber(where, 'rate', options.rate ?? 1, { min: 0, max: 1 });
  const axis = axisOf(where, options.axis);
  return named({ name: where, minValue, maxValue, rate, axis } as const, (weight) =>
    withNorms(weight, axis, (norms) => add(mul(clip(norms, minValue, maxValue), rate), mul(norms, 1 - rate))),
  );
}

/**
 * Sets negative weights to 0: `max(w, 0)`.
 *
 * @throws TypeError
 * @example
 * ```ts
 * import { dense, nonNegative } from 'wasmgrad/layers';
 * const layer = dense({ units: 10, kernelConstraint: nonNegative() });
 * ```
 */
export function nonNegative(options: object = {}): NamedConstraint {
  knownOptions('nonNegative', options, ['name']);
  return named({ name: 'nonNegative' } as const, (weight) => maximum(weight, 0));
}

/**
 * Scales weights to norm 1: `w / |w|`, as Keras (`UnitNorm`).
 *
 * @throws TypeError, RangeError
 * @example
 * ```ts
 * import { dense, unitNorm } from 'wasmgrad/layers';
 * const layer = dense({ units: 10, kernelConstraint: unitNorm({ axis: 0 }) });
 * ```
 */
export function unitNorm(options: NormOptions = {}): NamedConstraint {
  knownOptions('unitNorm', options, ['name', 'axis']);
  const axis = axisOf('unitNorm', options.axis);
  return named({ name: 'unitNorm', axis } as const, (weight) => withNorms(weight, axis, () => 1));
}
