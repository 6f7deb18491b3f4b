import { knownOptions, wholeNumber } from '../core/checks.js';
import type { Conv2dOptions } from '../ops/conv2d.js';
import { conv2dAffine } from '../ops/conv2dAffine.js';
import { depthwiseFilter } from '../ops/depthwiseConv2d.js';
import { checkExtent, checkPadding, windowOf, type Extent } from '../ops/support/window.js';
import * as kernels from '../runtime/generated/kernels.js';
import { prepare } from '../runtime/kernels.js';
import { flag } from '../core/checks.js';
import { resolveActivation, type Activation } from './activations.js';
import type { Constraint } from './constraints.js';
import type { Initializer } from './initializers.js';
import type { Layer } from './layer.js';
import type { Regularizer } from './regularizers.js';
import { imageSizes } from './support/convolving.js';
import { weightOf, weightOptions } from './support/weights.js';

export interface SeparableConv2dOptions extends Omit<Conv2dOptions, 'groups'> {
  /** Number of output channels, >= 1. */
  readonly filters: number;
  /** One number or [height, width]. */
  readonly kernelSize: Extent;
  /** Channels between the two convolutions, for each input channel. Default 1. */
  readonly depthMultiplier?: number | undefined;
  /** Default `'linear'`. */
  readonly activation?: Activation | undefined;
  /** Default true. */
  readonly useBias?: boolean | undefined;
  /** Default `'glorotUniform'`. */
  readonly depthwiseInitializer?: Initializer | undefined;
  /** Default `'glorotUniform'`. */
  readonly pointwiseInitializer?: Initializer | undefined;
  /** Default `'zeros'`. */
  readonly biasInitializer?: Initializer | undefined;
  readonly depthwiseRegularizer?: Regularizer | undefined;
  readonly pointwiseRegularizer?: Regularizer | undefined;
  readonly biasRegularizer?: Regularizer | undefined;
  readonly depthwiseConstraint?: Constraint | undefined;
  readonly pointwiseConstraint?: Constraint | undefined;
  readonly biasConstraint?: Constraint | undefined;
  readonly name?: string | undefined;
}

const KIND = 'separableConv2d';
const known = [
  ...['filters', 'kernelSize', 'depthMultiplier', 'strides', 'padding', 'dilations', 'activation', 'useBias', 'name'],
  ...['depthwiseInitializer', 'pointwiseInitializer', 'biasInitializer'],
  ...['depthwiseRegularizer', 'pointwiseRegularizer', 'biasRegularizer'],
  ...['depthwiseConstraint', 'pointwiseConstraint', 'biasConstraint'],
];

/**
 * A convolution of each channel on its own, then one of 1 x 1 over all channels (Chollet 2017), as Keras: x [B, height,
 * width, in], depthwiseKernel [kernelSize, in, depthMultiplier], pointwiseKernel [1, 1, in * depthMultiplier, filters],
 * bias [filters]. Strides 1, padding `'valid'`, dilations 1.
 *
 * @throws TypeError, RangeError for bad options; ShapeError for an input that does not fit.
 * @example
 * ```ts
 * import { init } from 'wasmgrad';
 * import { separableConv2d } from 'wasmgrad/layers';
 * import { sequential } from 'wasmgrad/models';
 * await init();
 * const model = sequential({ inputShape: [8, 8, 3] }, [separableConv2d({ filters: 16, kernelSize: 3 })]);
 * console.log(model.outputShape, model.parameterCount); // [6, 6, 16] 91
 * model.dispose();
 * ```
 */
export function separableConv2d(options: SeparableConv2dOptions): Layer {
  knownOptions(KIND, options, known);
  const filters = wholeNumber(KIND, 'filters', options.filters, { min: 1 });
  const kernel = checkExtent(KIND, 'kernelSize', options.kernelSize);
  const multiplier = wholeNumber(KIND, 'depthMultiplier', options.depthMultiplier ?? 1, { min: 1 });
  const strides = checkExtent(KIND, 'strides', options.strides ?? 1);
  const dilations = checkExtent(KIND, 'dilations', options.dilations ?? 1);
  const padding = checkPadding(KIND, options.padding ?? 'valid');
  const useBias = flag(KIND, 'useBias', options.useBias ?? true);
  const activation = resolveActivation(KIND, options.activation ?? 'linear');
  const { depthwiseInitializer: d = 'glorotUniform', pointwiseInitializer: p = 'glorotUniform' } = options;
  const { biasInitializer: b = 'zeros' } = options;
  const depthwise = weightOptions(KIND, 'depthwise', d, options.depthwiseRegularizer, options.depthwiseConstraint);
  const pointwise = weightOptions(KIND, 'pointwise', p, options.pointwiseRegularizer, options.pointwiseConstraint);
  const bias = weightOptions(KIND, 'bias', b, options.biasRegularizer, options.biasConstraint);
  return {
    kind: KIND,
    name: options.name,
    config: { ...options },
    activation: activation.name,
    outputShape(inputShape) {
      const [height, width] = imageSizes(KIND, inputShape);
      return [...windowOf(KIND, [height, width], kernel, { strides, dilations, padding }).output, filters];
    },
    init([, , channels = 0]) {
      prepare(kernels.conv2d);
      return {
        depthwiseKernel: { shape: [...kernel, channels, multiplier], ...depthwise },
        pointwiseKernel: { shape: [1, 1, channels * multiplier, filters], ...pointwise },
        ...(useBias && { bias: { shape: [filters], ...bias } }),
      };
    },
    apply(weights, x) {
      const depthKernel = weightOf(KIND, weights, 'depthwiseKernel');
      const groups = depthKernel.shape[2] ?? 1;
      const window = { strides, dilations, padding, groups };
      const between = conv2dAffine(x, depthwiseFilter(KIND, depthKernel), undefined, window);
      const own = useBias ? weightOf(KIND, weights, 'bias') : undefined;
      const { fused } = activation;
      const y = conv2dAffine(between, weightOf(KIND, weights, 'pointwiseKernel'), own, {
        activation: fused?.activation ?? 'linear',
        slope: fused?.slope ?? 0,
      });
      return fused ? y : activation.apply(y);
    },
    withoutActivation: () => separableConv2d({ ...options, activation: 'linear' }),
  };
}
