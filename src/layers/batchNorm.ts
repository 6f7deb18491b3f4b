import { finiteNumber, flag, knownOptions } from '../core/checks.js';
import { ShapeError, refuse } from '../core/errors.js';
import { add } from '../ops/add.js';
import { batchNormalization, normalizeWith } from '../ops/batchNormalization.js';
import { mul } from '../ops/mul.js';
import { sub } from '../ops/sub.js';
import type { Tensor } from '../tensors/tensor.js';
import type { Layer } from './layer.js';
import { scaleAndCenter, scaleAndCenterSpecs } from './support/scaleAndCenter.js';
import { weightOf, weighted, type WeightedOptions } from './support/weights.js';

export interface BatchNormOptions extends WeightedOptions {
  /** Share of the old value in the moving averages after a step, 0 to 1. Default 0.99. */
  readonly momentum?: number | undefined;
  /** Added to the variance. Finite number > 0, default 1e-3. */
  readonly epsilon?: number | undefined;
  /** Whether `beta` is added. Default true. */
  readonly center?: boolean | undefined;
  /** Whether `gamma` multiplies. Default true. */
  readonly scale?: boolean | undefined;
}

/**
 * Batch normalisation (Ioffe and Szegedy 2015) of every feature (last axis) over all other axes, as Keras: `gamma (x -
 * mean) / sqrt(variance + epsilon) + beta`. Training uses mean and biased variance of the batch and updates the weights
 * `movingMean` and `movingVariance`, `moving = momentum moving + (1 - momentum) batch`, which prediction uses. Input
 * and output [B, ..., features]. Frozen, it uses them in training, too, and leaves them as they are.
 *
 * @throws TypeError, RangeError for bad options; ShapeError for an input without a feature axis; TypeError when trained
 *   on sequences of different lengths, since their padding would count
 * @example
 * ```ts
 * import { init } from 'wasmgrad';
 * import { batchNorm, dense } from 'wasmgrad/layers';
 * import { sequential } from 'wasmgrad/models';
 * await init();
 * const model = sequential({ inputShape: [3] }, [dense({ units: 8, useBias: false }), batchNorm()]);
 * console.log(model.parameterCount); // 24 + 4 * 8 = 56
 * model.dispose();
 * ```
 */
export function batchNorm(options: BatchNormOptions = {}): Layer {
  knownOptions('batchNorm', options, ['momentum', 'epsilon', 'center', 'scale', 'trainable', 'name']);
  const momentum = finiteNumber('batchNorm', 'momentum', options.momentum ?? 0.99, { min: 0, max: 1 });
  const epsilon = finiteNumber('batchNorm', 'epsilon', options.epsilon ?? 1e-3, { above: 0 });
  const center = flag('batchNorm', 'center', options.center ?? true);
  const scale = flag('batchNorm', 'scale', options.scale ?? true);
  // Unlike momentum * moving + (1 - momentum) * batch, this is exact when both are equal.
  const follow = (moving: Tensor, batch: Tensor): Tensor => add(moving, mul(sub(batch, moving), 1 - momentum));
  return {
    ...weighted('batchNorm', options),
    outputShape(inputShape) {
      if (inputShape.length < 1) refuse(ShapeError, 'batchNorm', 'input [batch, ..., features]', inputShape);
      return inputShape;
    },
    init(inputShape) {
      const shape = inputShape.slice(-1);
      return {
        ...scaleAndCenterSpecs(shape, scale, center),
        movingMean: { shape, initializer: 'zeros', trainable: false },
        movingVariance: { shape, initializer: 'ones', trainable: false },
      };
    },
    apply(weights, x, { training, lengths, frozen }) {
      const { gamma, beta } = scaleAndCenter('batchNorm', weights, x.shape.slice(-1), scale, center);
      const movingMean = weightOf('batchNorm', weights, 'movingMean');
      const movingVariance = weightOf('batchNorm', weights, 'movingVariance');
      if (!training || frozen?.('movingMean'))
        return normalizeWith(x, { mean: movingMean, variance: movingVariance }, gamma, beta, epsilon);
      if (lengths && x.shape.length > 2)
        refuse(TypeError, 'batchNorm', 'sequences of one length to train on', 'lengths');
      const [output, mean, variance] = batchNormalization(x, gamma, beta, { epsilon });
      const updates = { movingMean: follow(movingMean, mean), movingVariance: follow(movingVariance, variance) };
      return { output, updates };
    },
  };
}
