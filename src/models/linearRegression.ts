import { currentFrame } from '../autodiff/op.js';
import { finiteNumber, flag, knownOptions } from '../core/checks.js';
import { disposable, type Disposable } from '../core/disposable.js';
import { NonFiniteError, onBehalfOf, refuse, ShapeError } from '../core/errors.js';
import { shapeText, type Shape } from '../core/shapes.js';
import { regression, type Matrix, type Regression } from '../linalg/regression.js';
import { add } from '../ops/add.js';
import { cast } from '../ops/cast.js';
import { matmul } from '../ops/matmul.js';
import { sub } from '../ops/sub.js';
import { activeRecorder } from '../runtime/recorder.js';
import { flatten, tensor } from '../tensors/creation.js';
import { scoped } from '../tensors/scope.js';
import { hasDType, isTensor, type Tensor } from '../tensors/tensor.js';
import type { ModelInput } from './inputs.js';

export interface LinearRegressionOptions {
  /** Adds `l2 * |weights|^2` to the sum of squares (ridge regression); the bias is not penalised. Default 0. */
  readonly l2?: number | undefined;
  /** Whether there is a bias; otherwise it is 0. Default true. */
  readonly fitIntercept?: boolean | undefined;
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

/** The numbers in their own precision; all must be finite as f32. */
function finiteValues(what: string, given: ModelInput): Matrix {
  const isTensorGiven = isTensor(given);
  if (activeRecorder() || (isTensorGiven && currentFrame()))
    refuse(
      TypeError,
      'linearRegression',
      'numbers that nothing differentiates or records',
      `${what} inside a transformation; lstsq has derivatives`,
    );
  if (isTensorGiven) given.assertAlive('linearRegression');
  const { values, shape } = isTensorGiven
    ? { values: given.data(), shape: given.shape }
    : flatten('linearRegression', given);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? NaN;
    if (Number.isFinite(Math.fround(value))) continue;
    refuse(NonFiniteError, 'linearRegression', `finite numbers in ${what}`, `${value} at position ${i}`);
  }
  return { values, shape };
}

function checkShapes(x: Shape, y: Shape): void {
  const text = `${shapeText(x)} and ${shapeText(y)}`;
  if (x.length !== 2 || y.length < 1 || y.length > 2 || x[0] !== y[0])
    refuse(ShapeError, 'linearRegression', 'x [B, N] and y [B] or [B, K]', text);
  if ([...x, ...y].includes(0)) refuse(ShapeError, 'linearRegression', 'at least one row and one column', text);
}

/** b = mean of y - means w, and the value of y at x = centre. */
function offsets({ weights, means, targetMeans }: Regression, centre: ArrayLike<number>): Float64Array {
  const k = targetMeans.length;
  return targetMeans.map((mean, c) => {
    let sum = mean;
    for (let j = 0; j < means.length; j++) sum += ((centre[j] ?? 0) - (means[j] ?? 0)) * (weights[j * k + c] ?? 0);
    return sum;
  });
}

/**
 * x - centre. Plain numbers are subtracted before they are rounded to f32, so that large ones keep their differences.
 */
function centred(x: ModelInput, centre: Float32Array): Tensor {
  const n = centre.length;
  const check = (shape: Shape): void => {
    if (shape.length !== 2 || shape[1] !== n) refuse(ShapeError, 'predict', `x [B, ${n}]`, shape);
  };
  if (isTensor(x)) {
    x.assertAlive('predict');
    check(x.shape);
    return sub(hasDType(x, 'f32') ? x : cast(x, 'f32'), tensor(centre));
  }
  const { values, shape } = flatten('predict', x);
  check(shape);
  return tensor(
    Float32Array.from(values, (value, i) => value - (centre[i % n] ?? 0)),
    shape,
  );
}

/** Relative to the means, where products and bias don't cancel: (x - centre) w + y(centre). */
function predictor(fit: Regression, weights: Tensor, biasShape: Shape): LinearRegression['predict'] {
  const centre = Float32Array.from(fit.means);
  const level = offsets(fit, centre);
  return (x) => {
    weights.assertAlive('predict');
    return onBehalfOf('predict', () =>
      scoped(
        () => add(matmul(centred(x, centre), weights), tensor(level, biasShape)),
        (y) => [y],
      ),
    );
  };
}

/**
 * Linear regression in closed form: weights w and bias b that minimise `sum |y - x w - b|^2 + l2 |w|^2`, in float64 by
 * the method of `lstsq`, from numbers in the precision they are given in. The scales of the features do not matter. If
 * features depend on each other, or on each other and a constant, it returns the shortest weights. A feature counts as
 * dependent when the part of it that the others do not explain is no larger than the rounding error of its numbers.
 * Numbers that are all exact in f32 and not all whole are assumed to be rounded to f32, others to f64. Half the mean of
 * the squares, as in training, has the same minimum: l2 here is 2 N times the factor of a penalty added to 1/(2N) sum.
 *
 * Weights, bias and predictions are f32: targets such as 1e6 + 0.01 lose their last digits. `predict` subtracts the
 * means of x first, so large features given as numbers keep their precision; a tensor has already rounded them.
 *
 * @param x [B, N]: tensor or nested arrays
 * @param y [B], or [B, K] for K targets
 * @throws ShapeError for empty data and shapes that do not match; NonFiniteError for numbers, and weights, that f32 cannot
 *   hold; TypeError for options and inside transformations; RangeError for options
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
  const [design, targets] = [finiteValues('x', x), finiteValues('y', y)];
  checkShapes(design.shape, targets.shape);
  const [, n = 0] = design.shape;
  const biasShape = targets.shape.slice(1);
  const fit = onBehalfOf('linearRegression', () => regression(design, targets, l2, fitIntercept));
  const large = fit.weights.find((value) => !Number.isFinite(Math.fround(value)));
  if (large !== undefined) refuse(NonFiniteError, 'linearRegression', 'weights that f32 can hold', large);
  const [weights, bias] = scoped(
    () => [tensor(fit.weights, [n, ...biasShape]), tensor(offsets(fit, []), biasShape)] as const,
    (results) => results,
  );
  const fitted = {
    weights,
    bias,
    predict: predictor(fit, weights, biasShape),
    dispose: () => {
      weights.dispose();
      bias.dispose();
    },
  };
  return disposable(fitted);
}
