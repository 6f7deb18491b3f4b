import { finiteNumber, flag, knownOptions, wholeNumber } from '../core/checks.js';
import { ShapeError, refuse } from '../core/errors.js';
import type { Shape } from '../core/shapes.js';
import { layerNormalization } from '../ops/layerNormalization.js';
import { transpose } from '../ops/transpose.js';
import type { Layer } from './layer.js';
import { scaleAndCenter, scaleAndCenterSpecs } from './support/scaleAndCenter.js';
import { weighted, type WeightedOptions } from './support/weights.js';

export interface LayerNormOptions extends WeightedOptions {
  /** Axis to normalise along, counted from 0, the batch. Default -1, the last. */
  readonly axis?: number | undefined;
  /** Added to the variance. Finite number > 0, default 1e-3. */
  readonly epsilon?: number | undefined;
  /** Whether `beta` is added. Default true. */
  readonly center?: boolean | undefined;
  /** Whether `gamma` multiplies. Default true. */
  readonly scale?: boolean | undefined;
}

/** The axis counted from 0, the batch, for a sample's shape. */
function axisOf(axis: number, inputShape: Shape): number {
  const rank = inputShape.length + 1;
  const at = axis < 0 ? axis + rank : axis;
  if (at >= 1 && at < rank) return at;
  refuse(ShapeError, 'layerNorm', `input with an axis ${axis} after the batch axis`, inputShape);
}

/**
 * Layer normalisation (Ba, Kiros and Hinton 2016), as Keras: every position of every sample is normalised by mean and
 * biased variance along one axis, `gamma (x - mean) / sqrt(variance + epsilon) + beta`, in training and in prediction.
 * Input and output [B, ...]; gamma and beta have the axis' size.
 *
 * @throws TypeError, RangeError for bad options; ShapeError for an input without that axis
 * @example
 * ```ts
 * import { init } from 'wasmgrad';
 * import { layerNorm } from 'wasmgrad/layers';
 * import { sequential } from 'wasmgrad/models';
 * await init();
 * const model = sequential({ inputShape: [2] }, [layerNorm()]);
 * console.log(model.predict([[1, 3]]).toArray()); // [[-0.9995, 0.9995]]
 * model.dispose();
 * ```
 */
export function layerNorm(options: LayerNormOptions = {}): Layer {
  knownOptions('layerNorm', options, ['axis', 'epsilon', 'center', 'scale', 'trainable', 'name']);
  const axis = wholeNumber('layerNorm', 'axis', options.axis ?? -1);
  const epsilon = finiteNumber('layerNorm', 'epsilon', options.epsilon ?? 1e-3, { above: 0 });
  const center = flag('layerNorm', 'center', options.center ?? true);
  const scale = flag('layerNorm', 'scale', options.scale ?? true);
  const sizes = (inputShape: Shape): Shape => [inputShape[axisOf(axis, inputShape) - 1] ?? 1];
  return {
    ...weighted('layerNorm', options),
    outputShape(inputShape) {
      axisOf(axis, inputShape);
      return inputShape;
    },
    init: (inputShape) => scaleAndCenterSpecs(sizes(inputShape), scale, center),
    apply(weights, x) {
      const shape = x.shape.slice(1);
      const { gamma, beta } = scaleAndCenter('layerNorm', weights, sizes(shape), scale, center);
      const [at, last] = [axisOf(axis, shape), shape.length];
      if (at === last) return layerNormalization(x, gamma, beta, { epsilon });
      const swap = x.shape.map((_, i) => (i === at ? last : i === last ? at : i)); // its own inverse
      return transpose(layerNormalization(transpose(x, swap), gamma, beta, { epsilon }), swap);
    },
  };
}
