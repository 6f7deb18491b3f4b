import { callable, finiteNumber, knownOptions } from '../core/checks.js';
import { refuse } from '../core/errors.js';
import { tensor } from '../tensors/creation.js';
import { scoped } from '../tensors/scope.js';
import type { Tensor } from '../tensors/tensor.js';
import { checkInputs } from './checks.js';
import { jvpOf } from './jvp.js';
import type { RuleTable } from './op.js';
import { vjpOf, type TensorFunction } from './vjp.js';

export interface CheckOptions {
  /** Largest allowed difference, relative to the larger of 1 and the derivative's size. Default 1e-2. */
  readonly tolerance?: number | undefined;
  /** Step of the central differences, relative to the larger of 1 and |x|. Default 2^-7. */
  readonly step?: number | undefined;
}

/** The result of `checkGradients`. */
export interface CheckResult {
  /** Largest difference seen between finite differences, reverse and forward mode. */
  readonly error: number;
}

/** A fixed direction without symmetries: the fractional parts of multiples of the golden ratio, in [-1, 1). */
function direction(size: number, offset: number): Float64Array {
  return Float64Array.from({ length: size }, (_, i) => 2 * (((i + 1 + 17 * offset) * 0.6180339887498949) % 1) - 1);
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += (a[i] ?? 0) * (b[i] ?? 0);
  return total;
}

/** All numbers that one call compares. */
interface Comparison {
  /** Throws when a derivative is too far from its reference; keeps the largest error. */
  readonly compare: (what: string, derivative: number, reference: number) => void;
  readonly worst: () => number;
}

function comparison(tolerance: number): Comparison {
  let worst = 0;
  return {
    compare: (what, derivative, reference) => {
      const error = Math.abs(derivative - reference) / Math.max(1, Math.abs(reference));
      if (!(error <= tolerance)) {
        refuse(RangeError, 'checkGradients', `${what} within ${tolerance} of ${reference}`, derivative);
      }
      worst = Math.max(worst, error);
    },
    worst: () => worst,
  };
}

/** The type of `checkGradients`. */
export type CheckGradients = (f: TensorFunction, inputs: readonly Tensor[], options?: CheckOptions) => CheckResult;

/** `checkGradients` with the derivative rules of a table. */
export function makeCheckGradients(table: RuleTable): CheckGradients {
  return (f, inputs, options = {}) => {
    callable('checkGradients', 'f', f);
    knownOptions('checkGradients', options, ['tolerance', 'step']);
    const tolerance = finiteNumber('checkGradients', 'tolerance', options.tolerance ?? 1e-2, { above: 0 });
    const step = finiteNumber('checkGradients', 'step', options.step ?? 2 ** -7, { above: 0 });
    checkInputs('checkGradients', inputs);
    return scoped(() => compareDerivatives(table, f, inputs, tolerance, step));
  };
}

function compareDerivatives(
  table: RuleTable,
  f: TensorFunction,
  inputs: readonly Tensor[],
  tolerance: number,
  step: number,
): CheckResult {
  const { compare, worst } = comparison(tolerance);
  const [out, pull] = vjpOf('checkGradients', table, f, inputs);
  const weights = direction(out.size, 0);
  let gradients: (Float32Array | Int32Array)[];
  try {
    gradients = pull(tensor(weights, out.shape)).map((gradient) => gradient.data());
  } finally {
    pull.dispose();
  }
  const along = inputs.map((input, i) => direction(input.size, i + 1));
  const tangents = inputs.map((input, i) => tensor(along[i] ?? [], input.shape));
  const [, dout] = jvpOf('checkGradients', table, f, inputs, tangents);
  const reverse = gradients.reduce((total, gradient, i) => total + dot(gradient, along[i] ?? []), 0);
  compare('the jvp along a direction', dot(weights, dout.data()), reverse);
  inputs.forEach((input, i) => {
    const values = Float64Array.from(input.data());
    const differences = centralDifferences(f, inputs, i, values, weights, step);
    differences.forEach((difference, j) => {
      compare(`the gradient of input ${i}, element ${j}`, gradients[i]?.[j] ?? NaN, difference);
    });
  });
  return { error: worst() };
}

function centralDifferences(
  f: TensorFunction,
  inputs: readonly Tensor[],
  which: number,
  values: Float64Array,
  weights: Float64Array,
  step: number,
): number[] {
  const shape = inputs[which]?.shape ?? [];
  const at = (j: number, value: number): number =>
    scoped(() => {
      const moved = Float64Array.from(values);
      moved[j] = value;
      const args = inputs.map((input, i) => (i === which ? tensor(moved, shape) : input));
      return dot(weights, f(...args).data());
    });
  return Array.from(values, (value, j) => {
    const h = step * Math.max(1, Math.abs(value));
    const [up, down] = [Math.fround(value + h), Math.fround(value - h)];
    return (at(j, up) - at(j, down)) / (up - down);
  });
}
