import { finiteNumber, flag, knownOptions } from '../core/checks.js';
import { disposable } from '../core/disposable.js';
import { NonFiniteError, refuse, ShapeError } from '../core/errors.js';
import { shapeText, type Shape } from '../core/shapes.js';
import { lstsq } from '../linalg/lstsq.js';
import { add } from '../ops/add.js';
import { cast } from '../ops/cast.js';
import { concat } from '../ops/concat.js';
import { matmul } from '../ops/matmul.js';
import { mean } from '../ops/mean.js';
import { mul } from '../ops/mul.js';
import { sub } from '../ops/sub.js';
import { eye, toTensor, zeros } from '../tensors/creation.js';
import { scoped } from '../tensors/scope.js';
import type { Tensor } from '../tensors/tensor.js';
import type { ModelInput } from './inputs.js';

export interface LinearRegressionOptions {
  /** Adds `l2 * |weights|^2` to the sum of squares (ridge regression); the bias is not penalised. Default 0. */
  readonly l2?: number;
  /** Whether there is a bias; without, it is 0. Default true. */
  readonly fitIntercept?: boolean;
}

/** A linear function fitted to data. */
export interface LinearRegression extends Disposable {
  /** [N], or [N, K] for K targets. */
  readonly weights: Tensor;
  /** A scalar, or [K]. */
  readonly bias: Tensor;
  /**
   * `x weights + bias` for x [B, N].
   * @throws ShapeError, DisposedError
   */
  readonly predict: (x: ModelInput) => Tensor;
  /** Frees weights and bias. */
  readonly dispose: () => void;
}

/** Numbers as f32, all finite. */
function checkFinite(what: string, given: ModelInput): Tensor {
  const values = toTensor(given, 'linearRegression');
  const x = values.dtype === 'i32' ? cast(values, 'f32') : values;
  const bad = x.data().findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return x;
  refuse(NonFiniteError, 'linearRegression', `finite numbers in ${what}`, `${x.data()[bad]} at position ${bad}`);
}

function checkShapes(x: Shape, y: Shape): void {
  const text = `${shapeText(x)} and ${shapeText(y)}`;
  if (x.length !== 2 || y.length < 1 || y.length > 2 || x[0] !== y[0])
    refuse(ShapeError, 'linearRegression', 'x [B, N] and y [B] or [B, K]', text);
  if ([...x, ...y].includes(0)) refuse(ShapeError, 'linearRegression', 'at least one row and one column', text);
}

/** Rows that pull every weight towards zero: sqrt(l2) I = 0. */
function withPenalty(x: Tensor, y: Tensor, l2: number): [Tensor, Tensor] {
  const n = x.shape[1] ?? 0;
  const rows = mul(eye(n), Math.sqrt(l2));
  return [concat([x, rows], 0), concat([y, zeros([n, ...y.shape.slice(1)])], 0)];
}

/** The weights of centred data, which need no bias; the bias follows from the means. */
function solve(x: Tensor, y: Tensor, l2: number, fitIntercept: boolean): readonly [weights: Tensor, bias: Tensor] {
  const centre = (data: Tensor): [Tensor, Tensor] => {
    const middle = mean(data, { axis: 0 });
    return [sub(data, middle), middle];
  };
  const [[cx, mx], [cy, my]] = fitIntercept ? [centre(x), centre(y)] : [[x], [y]];
  const [a, b] = l2 > 0 ? withPenalty(cx, cy, l2) : [cx, cy];
  const weights = lstsq(a, b);
  return [weights, mx && my ? sub(my, matmul(mx, weights)) : zeros(y.shape.slice(1))];
}

function predict(x: ModelInput, weights: Tensor, bias: Tensor): Tensor {
  weights.assertAlive('predict');
  return scoped(
    () => {
      const given = toTensor(x, 'predict');
      const batch = given.dtype === 'i32' ? cast(given, 'f32') : given;
      const [n = 0] = weights.shape;
      if (batch.shape.length !== 2 || batch.shape[1] !== n) refuse(ShapeError, 'predict', `x [B, ${n}]`, batch.shape);
      return add(matmul(batch, weights), bias);
    },
    (y) => [y],
  );
}

/**
 * Linear regression in closed form: weights w and bias b that minimise `sum |y - x w - b|^2 + l2 |w|^2`, by `lstsq`, not
 * by the normal equations. Where features depend on each other it gives the shortest weights. Half the mean of the
 * squares, as in training, has the same minimum: l2 here is 2 N times a penalty beside 1/(2N) sum.
 *
 * @param x [B, N]: tensor or nested arrays
 * @param y [B], or [B, K] for K targets
 * @throws ShapeError for empty data and shapes that do not match; NonFiniteError for NaN and infinity; TypeError,
 *   RangeError for options
 * @example
 * ```ts
 * import { init } from 'wasmgrad';
 * import { linearRegression } from 'wasmgrad/models';
 * await init();
 * const { weights, bias, predict } = linearRegression([[0], [1], [2]], [1, 3, 5]);
 * console.log(weights.toArray(), bias.item()); // about [2] 1
 * console.log(predict([[10]]).toArray()); // about [21]
 * ```
 */
export function linearRegression(
  x: ModelInput,
  y: ModelInput,
  options: LinearRegressionOptions = {},
): LinearRegression {
  knownOptions('linearRegression', options, ['l2', 'fitIntercept']);
  const l2 = finiteNumber('linearRegression', 'l2', options.l2 ?? 0, { min: 0 });
  const fitIntercept = flag('linearRegression', 'fitIntercept', options.fitIntercept ?? true);
  const [weights, bias] = scoped(
    () => {
      const [design, targets] = [checkFinite('x', x), checkFinite('y', y)];
      checkShapes(design.shape, targets.shape);
      return solve(design, targets, l2, fitIntercept);
    },
    (results) => results,
  );
  const fitted = {
    weights,
    bias,
    predict: (input: ModelInput) => predict(input, weights, bias),
    dispose: () => {
      weights.dispose();
      bias.dispose();
    },
  };
  return disposable(fitted);
}
