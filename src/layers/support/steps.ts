// Layers on sequences [steps, features] that are layers on images of width 1.
import { flag, knownOptions, oneOf, wholeNumber } from '../../core/checks.js';
import { refuse, ShapeError } from '../../core/errors.js';
import type { Shape } from '../../core/shapes.js';
import { maskSteps } from '../../ops/maskSteps.js';
import { reshape } from '../../ops/reshape.js';
import { poolWindow, type PoolOptions } from '../../ops/support/pooling.js';
import type { ReduceOptions } from '../../ops/support/reduction.js';
import { isTensor, type Tensor } from '../../tensors/tensor.js';
import type { Layer } from '../layer.js';
import type { GlobalPoolOptions } from './pooling.js';

/** Numbers of each sequence, as many axes as `y` has. */
export function perSequence(values: Tensor, y: Tensor): Tensor {
  return reshape(
    values,
    y.shape.map((size, axis) => (axis === 0 ? size : 1)),
  );
}

/** A larger window than any memory has cells. */
export const MAX_CELLS = 2 ** 31 - 1;

/** Checks that samples are sequences [steps, features]. */
function stepSizes(kind: string, inputShape: Shape): [steps: number, features: number] {
  const [steps = 0, features = 0] = inputShape;
  if (inputShape.length !== 2) refuse(ShapeError, kind, 'input [batch, steps, features]', ['batch', ...inputShape]);
  return [steps, features];
}

/** A layer without weights on images, as one on sequences. */
export function stepsLayer(
  kind: string,
  options: { readonly name?: string | undefined },
  inner: Pick<Layer, 'outputShape' | 'apply'>,
): Layer {
  return {
    kind,
    name: options.name,
    config: { ...options },
    outputShape(inputShape) {
      const [steps, features] = stepSizes(kind, inputShape);
      const [after = 0, , channels = 0] = inner.outputShape([steps, 1, features]);
      return [after, channels];
    },
    apply(weights, x, context) {
      const [batch = 0, steps = 0, features = 0] = x.shape;
      const result = inner.apply(weights, reshape(x, [batch, steps, 1, features]), context);
      const y = isTensor(result) ? result : result.output;
      return reshape(y, [batch, y.shape[1] ?? 0, y.shape[3] ?? 0]);
    },
  };
}

export interface StepPoolOptions {
  /** Steps of a window. Default 2. */
  readonly poolSize?: number | undefined;
  /** Steps from one window to the next. Default: `poolSize`. */
  readonly strides?: number | undefined;
  /** Default `'valid'`. */
  readonly padding?: 'valid' | 'same' | undefined;
  readonly name?: string | undefined;
}

/** A pool of images as one of sequences. */
export function stepPoolLayer(
  kind: string,
  options: StepPoolOptions,
  pool: (x: Tensor, options: PoolOptions) => Tensor,
): Layer {
  knownOptions(kind, options, ['poolSize', 'strides', 'padding', 'name']);
  const size = wholeNumber(kind, 'poolSize', options.poolSize ?? 2, { min: 1, max: MAX_CELLS });
  const stride = wholeNumber(kind, 'strides', options.strides ?? size, { min: 1, max: MAX_CELLS });
  const padding = oneOf(kind, 'padding', options.padding ?? 'valid', ['valid', 'same']);
  const window = { poolSize: [size, 1], strides: [stride, 1], padding } as const;
  return stepsLayer(kind, options, {
    outputShape: ([steps = 0, , features = 0]) => [...poolWindow(kind, [steps, 1], window).output, features],
    apply: (_, x) => pool(x, window),
  });
}

/** A reduction over the steps as a layer; `reduceValid`: over those within the lengths, past which x is 0. */
export function globalStepPoolLayer(
  kind: string,
  options: GlobalPoolOptions,
  reduce: (x: Tensor, options: ReduceOptions) => Tensor,
  reduceValid: (x: Tensor, options: ReduceOptions, lengths: Tensor<'i32'>) => Tensor,
): Layer {
  knownOptions(kind, options, ['keepDims', 'name']);
  const keepDims = flag(kind, 'keepDims', options.keepDims ?? false);
  return {
    kind,
    name: options.name,
    config: { ...options },
    outputShape(inputShape) {
      const [, features] = stepSizes(kind, inputShape);
      return keepDims ? [1, features] : [features];
    },
    apply(_, x, { lengths }) {
      const over = { axis: 1, keepDims };
      const output = lengths ? reduceValid(maskSteps(x, lengths), over, lengths) : reduce(x, over);
      return { output, lengths: null };
    },
  };
}
