// What the convolutional layers have in common: a kernel, perhaps a bias, and an activation that the kernel call takes
// along where it can.
import { flag } from '../../core/checks.js';
import { ShapeError } from '../../core/errors.js';
import { shapeText, type Shape } from '../../core/shapes.js';
import type { AffineActivation } from '../../ops/affine.js';
import type { Tensor } from '../../tensors/tensor.js';
import { resolveActivation, type Activation } from '../activations.js';
import { checkInitializer, type Initializer } from '../initializers.js';
import type { Layer, WeightSpec } from '../layer.js';
import { checkRegularizer, type Regularizer } from '../regularizers.js';
import { weightOf } from './weights.js';

/** Options of every layer with a kernel. */
export interface KernelOptions {
  /** Default `'linear'`. */
  readonly activation?: Activation;
  /** Default true. */
  readonly useBias?: boolean;
  /** Default `'glorotUniform'`. */
  readonly kernelInitializer?: Initializer;
  /** Default `'zeros'`. */
  readonly biasInitializer?: Initializer;
  readonly kernelRegularizer?: Regularizer;
  readonly biasRegularizer?: Regularizer;
  readonly name?: string;
}

/** Their names, for `knownOptions`. */
export const kernelOptions = [
  'activation',
  'useBias',
  'kernelInitializer',
  'biasInitializer',
  'kernelRegularizer',
  'biasRegularizer',
  'name',
] as const;

export interface KernelLayer {
  readonly kind: string;
  /** All options of the layer. */
  readonly options: KernelOptions;
  /** Makes the layer without its activation. */
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

/** A layer around one kernel call; its bias has one entry an output channel. */
export function kernelLayer(definition: KernelLayer): Layer {
  const { kind, options, linear, outputShape, kernelShape, apply } = definition;
  const useBias = flag(kind, 'useBias', options.useBias ?? true);
  const activation = resolveActivation(kind, options.activation ?? 'linear');
  const kernelInitializer = checkInitializer(kind, 'kernelInitializer', options.kernelInitializer ?? 'glorotUniform');
  const biasInitializer = checkInitializer(kind, 'biasInitializer', options.biasInitializer ?? 'zeros');
  const kernelRegularizer = checkRegularizer(kind, 'kernelRegularizer', options.kernelRegularizer);
  const biasRegularizer = checkRegularizer(kind, 'biasRegularizer', options.biasRegularizer);
  return {
    kind,
    name: options.name,
    config: { ...options },
    activation: activation.name,
    outputShape,
    init(inputShape) {
      const kernel: WeightSpec = {
        shape: kernelShape(inputShape),
        initializer: kernelInitializer,
        regularizer: kernelRegularizer,
      };
      if (!useBias) return { kernel };
      const shape = outputShape(inputShape).slice(-1);
      return { kernel, bias: { shape, initializer: biasInitializer, regularizer: biasRegularizer } };
    },
    apply(weights, x) {
      const kernel = weightOf(kind, weights, 'kernel');
      const bias = useBias ? weightOf(kind, weights, 'bias') : undefined;
      const { name, slope } = activation;
      const fused = name === 'relu' || name === 'sigmoid' || name === 'tanh' || (name === 'leakyRelu' && slope >= 0);
      return fused ? apply(x, kernel, bias, name, slope) : activation.apply(apply(x, kernel, bias, 'linear', 0));
    },
    withoutActivation: linear,
  };
}

/** Checks that samples are images [height, width, channels]. */
export function imageSizes(kind: string, inputShape: Shape): [height: number, width: number, channels: number] {
  const [height = 0, width = 0, channels = 0] = inputShape;
  if (inputShape.length !== 3) {
    throw new ShapeError(`${kind}: expected input [batch, height, width, channels], got ${shapeText(inputShape)}`);
  }
  return [height, width, channels];
}

/** Checks that groups divide the channels on both sides. */
export function checkGroups(kind: string, groups: number, channels: number, filters: number): void {
  if (channels % groups === 0 && filters % groups === 0) return;
  throw new ShapeError(
    `${kind}: expected groups to divide ${channels} input and ${filters} output channels, got ${groups}`,
  );
}
