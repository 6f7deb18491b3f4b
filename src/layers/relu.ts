import { finiteNumber, knownOptions } from '../core/checks.js';
import { greaterEqual } from '../ops/greaterEqual.js';
import { minimum } from '../ops/minimum.js';
import { mul } from '../ops/mul.js';
import { relu as positive } from '../ops/relu.js';
import { sub } from '../ops/sub.js';
import { where } from '../ops/where.js';
import type { Layer } from './layer.js';

export interface ReluOptions {
  /** The largest output. Finite number >= 0; default none. */
  readonly maxValue?: number | undefined;
  /** Slope below the threshold. Default 0. */
  readonly negativeSlope?: number | undefined;
  /** Where the slope 1 begins. Default 0. */
  readonly threshold?: number | undefined;
  readonly name?: string | undefined;
}

/**
 * The rectifier with its options, as Keras: `maxValue` where x is larger, x from the threshold on, else
 * `negativeSlope (x - threshold)`. Any shape.
 *
 * @throws TypeError, RangeError for bad options
 * @example
 * ```ts
 * import { init } from 'wasmgrad';
 * import { relu } from 'wasmgrad/layers';
 * import { sequential } from 'wasmgrad/models';
 * await init();
 * const model = sequential({ inputShape: [3] }, [relu({ maxValue: 6, negativeSlope: 0.5 })]);
 * console.log(model.predict([[-2, 4, 8]]).toArray()); // [[-1, 4, 6]]
 * model.dispose();
 * ```
 */
export function relu(options: ReluOptions = {}): Layer {
  knownOptions('relu', options, ['maxValue', 'negativeSlope', 'threshold', 'name']);
  const { maxValue } = options;
  if (maxValue !== undefined) finiteNumber('relu', 'maxValue', maxValue, { min: 0 });
  const slope = finiteNumber('relu', 'negativeSlope', options.negativeSlope ?? 0);
  const threshold = finiteNumber('relu', 'threshold', options.threshold ?? 0);
  return {
    kind: 'relu',
    name: options.name,
    config: { ...options },
    outputShape: (inputShape) => inputShape,
    apply(_, x) {
      const plain = slope === 0 && threshold === 0;
      const y = plain ? positive(x) : where(greaterEqual(x, threshold), x, mul(sub(x, threshold), slope));
      return maxValue === undefined ? y : minimum(y, maxValue);
    },
  };
}
