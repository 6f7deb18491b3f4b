import { finiteNumber, flag, knownOptions, wholeNumber } from '../core/checks.js';
import { ShapeError, refuse } from '../core/errors.js';
import { sizeOf, type Shape } from '../core/shapes.js';
import { viewAs } from '../autodiff/linear.js';
import { add } from '../ops/add.js';
import { layerNormalization } from '../ops/layerNormalization.js';
import { mul } from '../ops/mul.js';
import { transpose } from '../ops/transpose.js';
import { ones, zeros } from '../tensors/creation.js';
import type { Tensor } from '../tensors/tensor.js';
import type { Layer } from './layer.js';
import { scaleAndCenterSpecs } from './support/scaleAndCenter.js';
import { weightOf, weighted, type WeightedOptions } from './support/weights.js';

export interface GroupNormOptions extends WeightedOptions {
  /** Number of groups of neighbouring channels, >= 1, which divides the number of channels. Default 32, as in Keras. */
  readonly groups?: number | undefined;
  /** Added to the variance. Finite number > 0, default 1e-3. */
  readonly epsilon?: number | undefined;
  /** Whether `beta` is added. Default true. */
  readonly center?: boolean | undefined;
  /** Whether `gamma` multiplies. Default true. */
  readonly scale?: boolean | undefined;
}

/** x [B, ..., C] with mean 0 and variance 1 in each group of channels of each sample. */
function normalized(x: Tensor, groups: number, epsilon: number): Tensor {
  const [rows = 0, channels = 1] = [x.shape[0], x.shape.at(-1)];
  const width = channels / groups;
  const positions = sizeOf(x.shape.slice(1)) / channels;
  const split = [rows, positions, groups, width];
  const size = [positions * width];
  const apart = groups === 1 ? x : transpose(viewAs(x, split), [0, 2, 1, 3]);
  const y = layerNormalization(viewAs(apart, [rows, groups, ...size]), ones(size), zeros(size), { epsilon });
  if (groups === 1) return viewAs(y, x.shape);
  return viewAs(transpose(viewAs(y, [rows, groups, positions, width]), [0, 2, 1, 3]), x.shape);
}

/**
 * Group normalisation (Wu and He 2018): the channels (last axis) are divided into groups of neighbours; in each group
 * of each sample, all positions and channels together are normalised by mean and biased variance,
 * `gamma (x - mean) / sqrt(variance + epsilon) + beta`, in training and in prediction. Input and output [B, ..., C];
 * gamma and beta [C]. With `groups` = 1 the statistics are those of a whole sample, with `groups` = C each channel has
 * its own (instance normalisation). PyTorch's epsilon is 1e-5.
 *
 * @throws TypeError, RangeError for bad options; ShapeError for an input whose channels `groups` does not divide
 * @example
 * ```ts
 * import { init } from 'wasmgrad';
 * import { groupNorm } from 'wasmgrad/layers';
 * import { sequential } from 'wasmgrad/models';
 * await init();
 * const model = sequential({ inputShape: [4] }, [groupNorm({ groups: 2 })]);
 * console.log(model.predict([[1, 3, 10, 30]]).toArray()); // about [[-1, 1, -1, 1]]
 * model.dispose();
 * ```
 */
export function groupNorm(options: GroupNormOptions = {}): Layer {
  const name = 'groupNorm';
  knownOptions(name, options, ['groups', 'epsilon', 'center', 'scale', 'trainable', 'name']);
  const groups = wholeNumber(name, 'groups', options.groups ?? 32, { min: 1 });
  const epsilon = finiteNumber(name, 'epsilon', options.epsilon ?? 1e-3, { above: 0 });
  const center = flag(name, 'center', options.center ?? true);
  const scale = flag(name, 'scale', options.scale ?? true);
  const channelsOf = (inputShape: Shape): number => {
    const channels = inputShape.at(-1) ?? 0;
    if (channels > 0 && channels % groups === 0) return channels;
    refuse(ShapeError, name, `input [batch, ..., channels] with a multiple of ${groups} channels`, [
      'batch',
      ...inputShape,
    ]);
  };
  return {
    ...weighted(name, options),
    outputShape(inputShape) {
      channelsOf(inputShape);
      return inputShape;
    },
    init: (inputShape) => scaleAndCenterSpecs([channelsOf(inputShape)], scale, center),
    apply(weights, x) {
      channelsOf(x.shape.slice(1));
      const y = normalized(x, groups, epsilon);
      const scaled = scale ? mul(y, weightOf(name, weights, 'gamma')) : y;
      return center ? add(scaled, weightOf(name, weights, 'beta')) : scaled;
    },
  };
}
