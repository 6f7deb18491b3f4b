import { knownOptions } from '../core/checks.js';
import { ShapeError, refuse } from '../core/errors.js';
import { unitQuaternion as unitQuaternionOp } from '../linalg/unitQuaternion.js';
import * as kernels from '../runtime/generated/kernels.js';
import { prepare } from '../runtime/kernels.js';
import type { Layer } from './layer.js';

/**
 * Scales four numbers to length one, which makes them a unit quaternion (an attitude). Zero stays zero, with zero
 * gradient.
 *
 * @throws ShapeError for inputs that are not [..., 4]
 * @example
 * ```ts
 * import { dense, unitQuaternion } from 'wasmgrad/layers';
 * const layers = [dense({ units: 4 }), unitQuaternion()];
 * ```
 */
export function unitQuaternion(options: { readonly name?: string | undefined } = {}): Layer {
  knownOptions('unitQuaternion', options, ['name']);
  return {
    kind: 'unitQuaternion',
    name: options.name,
    config: { ...options },
    outputShape: (inputShape) => {
      if (inputShape.at(-1) === 4) return inputShape;
      refuse(ShapeError, 'unitQuaternion', 'input [batch, ..., 4]', ['batch', ...inputShape]);
    },
    init() {
      prepare(kernels.unitQuaternionRows);
      return {};
    },
    apply: (_, x) => unitQuaternionOp(x),
  };
}
