// Batch normalisation with the statistics of the batch and with given ones, and its gradient.
import { finiteNumber, knownOptions } from '../core/checks.js';
import { ShapeError } from '../core/errors.js';
import { sizeOf } from '../core/shapes.js';
import { viewAs } from '../autodiff/linear.js';
import { apply, applyOne, type Op, type Spec } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call, callNamed } from '../runtime/kernels.js';
import { scoped } from '../tensors/scope.js';
import type { Tensor } from '../tensors/tensor.js';
import { add } from './add.js';
import { div } from './div.js';
import { mul } from './mul.js';
import { sqrt } from './sqrt.js';
import { sub } from './sub.js';
import { nth, only } from './support/arguments.js';
import { composedRules } from './support/composition.js';
import {
  checkNormalization,
  composeGradient,
  composeNormalization,
  rulesOfFirst,
  type NormalizationOptions,
} from './support/normalizing.js';
import { withScratch } from './support/scratch.js';

const columns = (x: Tensor): { rows: number; cols: number } => ({ rows: x.shape[0] ?? 0, cols: x.shape[1] ?? 0 });

/** The shapes of x and of one value for each column. */
function specs(x: Tensor): Spec[] {
  const column: Spec = { shape: x.shape.slice(1), dtype: 'f32' };
  return [{ shape: x.shape, dtype: 'f32' }, column, column];
}

/** Runs `body` with scratch memory for the four terms of every column. */
function withTerms(cols: number, body: (terms: number) => void): void {
  withScratch([4, cols], (terms) => body(terms.pointer()));
}

/** [dy, x, gamma, mean, variance] to [dx, dgamma, dbeta]. */
const gradientOp: Op<number> = {
  name: 'batchNormalizationGradient',
  infer: (inputs) => specs(nth(inputs, 1)),
  forward: (inputs, outputs, epsilon) => {
    const input = (i: number): number => nth(inputs, i).pointer();
    const output = (i: number): number => nth(outputs, i).pointer();
    const { rows, cols } = columns(nth(inputs, 1));
    withTerms(cols, (terms) => {
      const [dy, x] = [input(0), input(1)];
      callNamed(kernels.columnGradientSums, {
        dy,
        x,
        gamma: input(2),
        mean: input(3),
        variance: input(4),
        dgamma: output(1),
        dbeta: output(2),
        terms,
        rows,
        cols,
        epsilon,
        end: cols,
      });
      call(kernels.normalizeColumns, x, dy, terms, output(0), cols, 0, rows);
    });
  },
  rules: rulesOfFirst(composeGradient(0), 3),
};

const composed = composedRules(composeNormalization(0));

/** [x, gamma, beta] to [y, mean, variance]. */
const batchNormalizationOp: Op<number> = {
  name: 'batchNormalization',
  infer: (inputs) => specs(only(inputs)),
  forward: (inputs, outputs, epsilon) => {
    const input = (i: number): number => nth(inputs, i).pointer();
    const output = (i: number): number => nth(outputs, i).pointer();
    const { rows, cols } = columns(only(inputs));
    withTerms(cols, (terms) => {
      callNamed(kernels.columnMoments, {
        x: input(0),
        gamma: input(1),
        beta: input(2),
        mean: output(1),
        variance: output(2),
        terms,
        rows,
        cols,
        epsilon,
        end: cols,
      });
      call(kernels.normalizeColumns, input(0), 0, terms, output(0), cols, 0, rows);
    });
  },
  rules: {
    vjp: (applied, cotangents) => {
      const [dy, ...statistics] = cotangents;
      if (!dy || statistics.some((cotangent) => cotangent !== undefined)) return composed.vjp(applied, cotangents);
      const { inputs, outputs, attributes } = applied;
      return apply(gradientOp, [dy, nth(inputs, 0), nth(inputs, 1), nth(outputs, 1), nth(outputs, 2)], attributes);
    },
    jvp: composed.jvp,
    saves: { inputs: true, outputs: true },
  },
};

/** [x, mean, scale, shift] to (x - mean) * scale + shift. */
const scaleColumnsOp: Op<undefined> = {
  name: 'scaleColumns',
  infer: (inputs) => specs(only(inputs)).slice(0, 1),
  forward: (inputs, outputs) => {
    const { rows, cols } = columns(only(inputs));
    withTerms(cols, (terms) => {
      [1, 2, 3].forEach((input, i) => {
        call(kernels.copyBytes, nth(inputs, input).pointer(), terms + 4 * cols * i, 4 * cols);
      });
      call(kernels.normalizeColumns, only(inputs).pointer(), 0, terms, only(outputs).pointer(), cols, 0, rows);
    });
  },
  rules: composedRules((inputs) => [add(mul(sub(nth(inputs, 0), nth(inputs, 1)), nth(inputs, 2)), nth(inputs, 3))]),
};

const asRows = (x: Tensor): Tensor => viewAs(x, [sizeOf(x.shape.slice(0, -1)), x.shape.at(-1) ?? 1]);

/**
 * Batch normalisation (Ioffe and Szegedy 2015) `(x - mean) / sqrt(variance + epsilon) * gamma + beta` with mean and
 * biased variance over all axes but the last. Statistics are summed in f64, so a mean far from 0 does not cancel.
 *
 * @param x f32 [..., features]
 * @param gamma f32 [features]
 * @param beta f32 [features]
 * @param options `epsilon`: finite number > 0, default 1e-3
 * @returns y like x, and mean and variance [features]; all three differentiable
 * @throws ShapeError, DTypeError; RangeError, TypeError for bad options
 * @example
 * ```ts
 * import { batchNormalization, init, ones, tensor, zeros } from 'wasmgrad';
 * await init();
 * const [y, mean, variance] = batchNormalization(tensor([[1], [3]]), ones([1]), zeros([1]));
 * console.log(y.toArray(), mean.item(), variance.item()); // [[-0.9995], [0.9995]] 2 1
 * ```
 */
export function batchNormalization(
  x: Tensor,
  gamma: Tensor,
  beta: Tensor,
  options: NormalizationOptions = {},
): [y: Tensor, mean: Tensor, variance: Tensor] {
  const where = 'batchNormalization';
  const { epsilon = 1e-3 } = knownOptions(where, options, ['epsilon']);
  finiteNumber(where, 'epsilon', epsilon, { above: 0 });
  checkNormalization(where, x, { gamma, beta });
  return scoped(
    () => {
      const [y, mean, variance] = apply(batchNormalizationOp, [asRows(x), gamma, beta], epsilon);
      if (!y || !mean || !variance) throw new ShapeError(`${where}: expected three results`);
      return [viewAs(y, x.shape), mean, variance];
    },
    (results) => results,
  );
}

/**
 * Batch normalisation with given statistics, as in prediction; otherwise like `batchNormalization`.
 * @throws ShapeError, DTypeError
 */
export function normalizeWith(
  x: Tensor,
  statistics: { readonly mean: Tensor; readonly variance: Tensor },
  gamma: Tensor,
  beta: Tensor,
  epsilon: number,
): Tensor {
  checkNormalization('batchNormalization', x, { gamma, beta, ...statistics });
  return scoped(
    () => {
      const scale = div(gamma, sqrt(add(statistics.variance, epsilon)));
      return viewAs(applyOne(scaleColumnsOp, [asRows(x), statistics.mean, scale, beta], undefined), x.shape);
    },
    (y) => [y],
  );
}
