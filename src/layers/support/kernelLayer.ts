// Shared by the layers with a weight named kernel: a product, an optional bias and an activation, in one kernel call
// where possible.
import { flag } from '../../core/checks.js';
import type { Shape } from '../../core/shapes.js';
import type { AffineActivation } from '../../ops/affine.js';
import type { Tensor } from '../../tensors/tensor.js';
import { resolveActivation, type Activation } from '../activations.js';
import type { Constraint } from '../constraints.js';
import type { Initializer } from '../initializers.js';
import type { Layer } from '../layer.js';
import type { Regularizer } from '../regularizers.js';
import { weightOf, weightOptions, weighted, type WeightedOptions } from './weights.js';

/** Options of every layer with a kernel. */
export interface KernelOptions extends WeightedOptions {
  /** Default `'linear'`. */
  readonly activation?: Activation | undefined;
  /** Default true. */
  readonly useBias?: boolean | undefined;
  /** Default `'glorotUniform'`. */
  readonly kernelInitializer?: Initializer | undefined;
  /** Default `'zeros'`. */
  readonly biasInitializer?: Initializer | undefined;
  readonly kernelRegularizer?: Regularizer | undefined;
  readonly biasRegularizer?: Regularizer | undefined;
  /** What the kernel is replaced by after every update: `maxNorm(...)`, `nonNegative()` and the like, or a function. */
  readonly kernelConstraint?: Constraint | undefined;
  readonly biasConstraint?: Constraint | undefined;
}

/** Their names, for `knownOptions`. */
export const kernelOptions = [
  'activation',
  'useBias',
  'kernelInitializer',
  'biasInitializer',
  'kernelRegularizer',
  'biasRegularizer',
  'kernelConstraint',
  'biasConstraint',
  'trainable',
  'name',
] as const;

export interface KernelLayer {
  readonly kind: string;
  /** All options of the layer. */
  readonly options: KernelOptions;
  /** The same layer without its activation. */
  readonly linear: () => Layer;
  readonly outputShape: (inputShape: Shape) => Shape;
  readonly kernelShape: (inputShape: Shape) => Shape;
  /** activation(x * kernel + bias). */
  readonly apply: (
    x: Tensor,
    kernel: Tensor,
    bias: Tensor | undefined,
    activation: AffineActivation,
    slope: number,
  ) => Tensor;
}

/** A layer around one kernel call. Its bias has one entry for each output channel. */
export function kernelLayer(definition: KernelLayer): Layer {
  const { kind, options, linear, outputShape, kernelShape, apply } = definition;
  const useBias = flag(kind, 'useBias', options.useBias ?? true);
  const activation = resolveActivation(kind, options.activation ?? 'linear');
  const { kernelInitializer = 'glorotUniform', biasInitializer = 'zeros' } = options;
  const kernel = weightOptions(kind, 'kernel', kernelInitializer, options.kernelRegularizer, options.kernelConstraint);
  const bias = weightOptions(kind, 'bias', biasInitializer, options.biasRegularizer, options.biasConstraint);
  return {
    ...weighted(kind, options),
    activation: activation.name,
    outputShape,
    init: (inputShape) => ({
      kernel: { shape: kernelShape(inputShape), ...kernel },
      ...(useBias && { bias: { shape: outputShape(inputShape).slice(-1), ...bias } }),
    }),
    apply(weights, x) {
      const { fused } = activation;
      const y = apply(
        x,
        weightOf(kind, weights, 'kernel'),
        useBias ? weightOf(kind, weights, 'bias') : undefined,
        fused?.activation ?? 'linear',
        fused?.slope ?? 0,
      );
      return fused ? y : activation.apply(y);
    },
    withoutActivation: linear,
  };
}
