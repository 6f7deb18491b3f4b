import { knownOptions, wholeNumber } from '../core/checks.js';
import { refuse, ShapeError } from '../core/errors.js';
import { affine } from '../ops/affine.js';
import type { Layer } from './layer.js';
import { kernelLayer, kernelOptions, type KernelOptions } from './support/kernelLayer.js';

export interface DenseOptions extends KernelOptions {
  /** Number of outputs, >= 1. */
  readonly units: number;
}

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
  knownOptions('dense', options, ['units', ...kernelOptions]);
  const units = wholeNumber('dense', 'units', options.units, { min: 1 });
  return kernelLayer({
    kind: 'dense',
    options,
    linear: () => dense({ ...options, activation: 'linear' }),
    outputShape: (inputShape) => {
      if (inputShape.length < 1) refuse(ShapeError, 'dense', 'input [batch, ..., features]', inputShape);
      return [...inputShape.slice(0, -1), units];
    },
    kernelShape: (inputShape) => [inputShape.at(-1) ?? 1, units],
    apply: affine,
  });
}
