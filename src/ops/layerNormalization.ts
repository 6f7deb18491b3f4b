// Layer normalisation and its gradient.
import { finiteNumber, knownOptions } from '../core/checks.js';
import { sizeOf } from '../core/shapes.js';
import { viewAs } from '../autodiff/linear.js';
import { apply, type Op } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import { callNamed } from '../runtime/kernels.js';
import { scoped } from '../tensors/scope.js';
import type { Tensor } from '../tensors/tensor.js';
import { nth, only } from './support/arguments.js';
import { composedRules } from './support/composition.js';
import {
  checkNormalization,
  composeGradient,
  composeNormalization,
  rulesOfFirst,
  type NormalizationOptions,
} from './support/normalizing.js';

const rowsOf = (x: Tensor): number => x.shape[0] ?? 0;
const featuresOf = (x: Tensor): number => x.shape[1] ?? 0;

/** [dy, x, gamma, mean, 1 / deviation] to [dx, dgamma, dbeta]. */
const gradientOp: Op<number> = {
  name: 'layerNormalizationGradient',
  infer: (inputs) => {
    const { shape } = nth(inputs, 1);
    return [shape, shape.slice(1), shape.slice(1)].map((each) => ({ shape: each, dtype: 'f32' }));
  },
  forward: (inputs, outputs) => {
    const x = nth(inputs, 1);
    const [rows, cols] = [rowsOf(x), featuresOf(x)];
    const [dy, from, gamma] = [nth(inputs, 0).pointer(), x.pointer(), nth(inputs, 2).pointer()];
    const [mean, inverse] = [nth(inputs, 3).pointer(), nth(inputs, 4).pointer()];
    const [dx, dgamma, dbeta] = [nth(outputs, 0).pointer(), nth(outputs, 1).pointer(), nth(outputs, 2).pointer()];
    callNamed(kernels.normalizeRowsGradient, {
      dy,
      x: from,
      gamma,
      mean,
      inverse,
      dx,
      features: cols,
      end: rows,
    });
    callNamed(kernels.normalizeRowsScaleGradient, {
      dy,
      x: from,
      mean,
      inverse,
      dgamma,
      dbeta,
      rows,
      cols,
      end: cols,
    });
  },
  rules: rulesOfFirst(composeGradient(1), 3),
};

const composed = composedRules<number>((inputs, epsilon, table) =>
  composeNormalization(1)(inputs, epsilon, table).slice(0, 1),
);

/** [x, gamma, beta] to y and, for the backward pass, mean and 1 / deviation of every row. */
const layerNormalizationOp: Op<number> = {
  name: 'layerNormalization',
  infer: (inputs) => {
    const { shape } = only(inputs);
    return [shape, shape.slice(0, 1), shape.slice(0, 1)].map((each) => ({ shape: each, dtype: 'f32' }));
  },
  forward: (inputs, outputs, epsilon) => {
    const x = only(inputs);
    const [from, gamma, beta] = [x.pointer(), nth(inputs, 1).pointer(), nth(inputs, 2).pointer()];
    const [y, mean, inverse] = [nth(outputs, 0).pointer(), nth(outputs, 1).pointer(), nth(outputs, 2).pointer()];
    callNamed(kernels.normalizeRows, {
      x: from,
      gamma,
      beta,
      y,
      mean,
      inverse,
      features: featuresOf(x),
      epsilon,
      end: rowsOf(x),
    });
  },
  rules: {
    vjp: ({ inputs, outputs, attributes }, [dy]) =>
      dy ? apply(gradientOp, [dy, nth(inputs, 0), nth(inputs, 1), nth(outputs, 1), nth(outputs, 2)], attributes) : [],
    jvp: composed.jvp,
    saves: { inputs: true, outputs: true },
  },
};

/**
 * Layer normalisation (Ba, Kiros and Hinton 2016) `(x - mean) / sqrt(variance + epsilon) * gamma + beta` with mean and
 * biased variance along the last axis of each sample. Statistics are summed in f64, so a mean far from 0 does not cancel.
 *
 * @param x f32 [..., features]
 * @param gamma f32 [features]
 * @param beta f32 [features]
 * @param options `epsilon`: finite number > 0, default 1e-3
 * @returns y like x
 * @throws ShapeError, DTypeError; RangeError, TypeError for bad options
 * @example
 * ```ts
 * import { init, layerNormalization, ones, tensor, zeros } from 'wasmgrad';
 * await init();
 * console.log(layerNormalization(tensor([[1, 3]]), ones([2]), zeros([2])).toArray()); // [[-0.9995, 0.9995]]
 * ```
 */
export function layerNormalization(x: Tensor, gamma: Tensor, beta: Tensor, options: NormalizationOptions = {}): Tensor {
  const where = 'layerNormalization';
  const { epsilon = 1e-3 } = knownOptions(where, options, ['epsilon']);
  finiteNumber(where, 'epsilon', epsilon, { above: 0 });
  checkNormalization(where, x, { gamma, beta });
  return scoped(
    () => {
      const rows = viewAs(x, [sizeOf(x.shape.slice(0, -1)), x.shape.at(-1) ?? 1]);
      return viewAs(only(apply(layerNormalizationOp, [rows, gamma, beta], epsilon)), x.shape);
    },
    (y) => [y],
  );
}
