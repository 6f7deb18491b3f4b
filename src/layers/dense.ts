import { flag, knownOptions, wholeNumber } from '../core/checks.js';
import { ShapeError } from '../core/errors.js';
import { shapeText } from '../core/shapes.js';
import { affine } from '../ops/affine.js';
import { resolveActivation, type Activation } from './activations.js';
import { checkInitializer, type Initializer } from './initializers.js';
import type { Layer, WeightSpec } from './layer.js';
import { checkRegularizer, type Regularizer } from './regularizers.js';
import { weightOf } from './support/weights.js';

export interface DenseOptions {
  /** Number of outputs, >= 1. */
  readonly units: number;
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

const known = [
  'units',
  'activation',
  'useBias',
  'kernelInitializer',
  'biasInitializer',
  'kernelRegularizer',
  'biasRegularizer',
  'name',
];

/**
 * Fully connected layer `y = f(x W + b)`: x [B, ..., in], kernel W [in, units], bias b [units], y [B, ..., units].
 * Product, bias and (for linear, relu, leakyRelu, sigmoid, tanh) activation are one kernel call.
 *
 * @throws TypeError, RangeError for bad options; ShapeError for an input without a feature axis.
 * @example
 * ```ts
 * import { init } from 'wasmgrad';
 * import { dense } from 'wasmgrad/layers';
 * import { sequential } from 'wasmgrad/models';
 * await init();
 * const model = sequential({ inputShape: [784] }, [dense({ units: 10, activation: 'softmax' })]);
 * console.log(model.parameterCount); // 7850
 * model.dispose();
 * ```
 */
export function dense(options: DenseOptions): Layer {
  knownOptions('dense', options, known);
  const units = wholeNumber('dense', 'units', options.units, { min: 1 });
  const useBias = flag('dense', 'useBias', options.useBias ?? true);
  const activation = resolveActivation('dense', options.activation ?? 'linear');
  const kernelInitializer = checkInitializer(
    'dense',
    'kernelInitializer',
    options.kernelInitializer ?? 'glorotUniform',
  );
  const biasInitializer = checkInitializer('dense', 'biasInitializer', options.biasInitializer ?? 'zeros');
  const kernelRegularizer = checkRegularizer('dense', 'kernelRegularizer', options.kernelRegularizer);
  const biasRegularizer = checkRegularizer('dense', 'biasRegularizer', options.biasRegularizer);
  return {
    kind: 'dense',
    name: options.name,
    config: { ...options },
    activation: activation.name,
    outputShape(inputShape) {
      if (inputShape.length < 1)
        throw new ShapeError(`dense: expected input [batch, ..., features], got ${shapeText(inputShape)}`);
      return [...inputShape.slice(0, -1), units];
    },
    init(inputShape) {
      const kernel: WeightSpec = {
        shape: [inputShape.at(-1) ?? 1, units],
        initializer: kernelInitializer,
        regularizer: kernelRegularizer,
      };
      if (!useBias) return { kernel };
      return { kernel, bias: { shape: [units], initializer: biasInitializer, regularizer: biasRegularizer } };
    },
    apply(weights, x) {
      const kernel = weightOf('dense', weights, 'kernel');
      const bias = useBias ? weightOf('dense', weights, 'bias') : undefined;
      const { name, slope } = activation;
      const fused = name === 'relu' || name === 'sigmoid' || name === 'tanh' || (name === 'leakyRelu' && slope >= 0);
      return fused ? affine(x, kernel, bias, name, slope) : activation.apply(affine(x, kernel, bias));
    },
    withoutActivation: () => dense({ ...options, activation: 'linear' }),
  };
}
