import { finiteNumber, flag, knownOptions, wholeNumber } from '../core/checks.js';
import type { Shape } from '../core/shapes.js';
import { viewAs } from '../autodiff/linear.js';
import { add } from '../ops/add.js';
import { mean } from '../ops/mean.js';
import { mul } from '../ops/mul.js';
import { rsqrt } from '../ops/rsqrt.js';
import type { Layer } from './layer.js';
import { sampleAxis } from './support/merging.js';
import { scaleAndCenterSpecs } from './support/scaleAndCenter.js';
import { weightOf, weighted, type WeightedOptions } from './support/weights.js';

export interface RmsNormOptions extends WeightedOptions {
  /** Axis to normalise along, counted from 0, the batch. Default -1, the last. */
  readonly axis?: number | undefined;
  /** Added to the mean of the squares. Finite number > 0, default 1e-6. */
  readonly epsilon?: number | undefined;
  /** Whether `gamma` multiplies. Default true. */
  readonly scale?: boolean | undefined;
}

/**
 * Root mean square normalisation (Zhang and Sennrich 2019): `gamma x / sqrt(mean(x^2) + epsilon)` along one axis, in
 * training and in prediction. It is `layerNorm` without the mean and `beta`. Input and output [B, ...]; gamma has the
 * axis' size.
 *
 * @throws TypeError, RangeError for bad options; ShapeError for an input without that axis
 * @example
 * ```ts
 * import { init } from 'wasmgrad';
 * import { rmsNorm } from 'wasmgrad/layers';
 * import { sequential } from 'wasmgrad/models';
 * await init();
 * const model = sequential({ inputShape: [2] }, [rmsNorm()]);
 * console.log(model.predict([[1, 7]]).toArray()); // about [[0.2, 1.4]]
 * model.dispose();
 * ```
 */
export function rmsNorm(options: RmsNormOptions = {}): Layer {
  const name = 'rmsNorm';
  knownOptions(name, options, ['axis', 'epsilon', 'scale', 'trainable', 'name']);
  const axis = wholeNumber(name, 'axis', options.axis ?? -1);
  const epsilon = finiteNumber(name, 'epsilon', options.epsilon ?? 1e-6, { above: 0 });
  const scale = flag(name, 'scale', options.scale ?? true);
  const axisOf = (inputShape: Shape): number => sampleAxis(name, axis, inputShape.length);
  return {
    ...weighted(name, options),
    outputShape(inputShape) {
      axisOf(inputShape);
      return inputShape;
    },
    init: (inputShape) => scaleAndCenterSpecs([inputShape[axisOf(inputShape)] ?? 1], scale, false),
    apply(weights, x) {
      const at = 1 + axisOf(x.shape.slice(1));
      const y = mul(x, rsqrt(add(mean(mul(x, x), { axis: at, keepDims: true }), epsilon)));
      if (!scale) return y;
      const sizes = x.shape.map((size, i) => (i === at ? size : 1));
      return mul(y, viewAs(weightOf(name, weights, 'gamma'), sizes));
    },
  };
}
