import { finiteNumber, knownOptions } from '../core/checks.js';
import { add } from '../ops/add.js';
import { mul } from '../ops/mul.js';
import type { Layer } from './layer.js';

export interface RescalingOptions {
  /** The factor. */
  readonly scale: number;
  /** What is added afterwards. Default 0. */
  readonly offset?: number | undefined;
  readonly name?: string | undefined;
}

/**
 * `x * scale + offset`, as Keras: pixels from 0 to 255 become numbers from -1 to 1 with scale 1/127.5 and offset -1.
 * Any shape.
 *
 * @throws TypeError, RangeError for bad options
 * @example
 * ```ts
 * import { init } from 'wasmgrad';
 * import { rescaling } from 'wasmgrad/layers';
 * import { sequential } from 'wasmgrad/models';
 * await init();
 * const model = sequential({ inputShape: [2] }, [rescaling({ scale: 0.5, offset: -1 })]);
 * console.log(model.predict([[0, 4]]).toArray()); // [[-1, 1]]
 * model.dispose();
 * ```
 */
export function rescaling(options: RescalingOptions): Layer {
  knownOptions('rescaling', options, ['scale', 'offset', 'name']);
  const scale = finiteNumber('rescaling', 'scale', options.scale);
  const offset = finiteNumber('rescaling', 'offset', options.offset ?? 0);
  return {
    kind: 'rescaling',
    name: options.name,
    config: { ...options },
    outputShape: (inputShape) => inputShape,
    apply: (_, x) => add(mul(x, scale), offset),
  };
}
