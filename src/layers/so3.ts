import { knownOptions } from '../core/checks.js';
import { ShapeError, refuse } from '../core/errors.js';
import { sameShape } from '../core/shapes.js';
import { projectSO3 } from '../linalg/projectSO3.js';
import { reshape } from '../ops/reshape.js';
import * as kernels from '../runtime/generated/kernels.js';
import { prepare } from '../runtime/kernels.js';
import type { Layer } from './layer.js';

/**
 * The rotation matrix nearest to nine numbers, row-major: [B, 9] or [B, 3, 3] to [B, 3, 3]. See `projectSO3`.
 *
 * @throws ShapeError for inputs of another shape
 * @example
 * ```ts
 * import { dense, so3 } from 'wasmgrad/layers';
 * const layers = [dense({ units: 9 }), so3()];
 * ```
 */
export function so3(options: { readonly name?: string | undefined } = {}): Layer {
  knownOptions('so3', options, ['name']);
  return {
    kind: 'so3',
    name: options.name,
    config: { ...options },
    outputShape: (inputShape) => {
      if (sameShape(inputShape, [9]) || sameShape(inputShape, [3, 3])) return [3, 3];
      refuse(ShapeError, 'so3', 'input [batch, 9] or [batch, 3, 3]', ['batch', ...inputShape]);
    },
    init() {
      prepare(kernels.projectSO3);
      return {};
    },
    apply: (_, x) => projectSO3(reshape(x, [x.shape[0] ?? 0, 3, 3])),
  };
}
