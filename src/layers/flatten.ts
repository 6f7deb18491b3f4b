import { knownOptions } from '../core/checks.js';
import { sizeOf } from '../core/shapes.js';
import { reshape } from '../ops/reshape.js';
import type { Layer } from './layer.js';

/**
 * Joins all axes but the batch: [B, ...] to [B, product]. No data moves.
 *
 * @example
 * ```ts
 * import { flatten } from 'wasmgrad/layers';
 * console.log(flatten().outputShape([26, 26, 16])); // [10816]
 * ```
 */
export function flatten(options: { readonly name?: string | undefined } = {}): Layer {
  knownOptions('flatten', options, ['name']);
  return {
    kind: 'flatten',
    name: options.name,
    config: { ...options },
    outputShape: (inputShape) => [sizeOf(inputShape)],
    apply: (_, x) => reshape(x, [x.shape[0] ?? 0, sizeOf(x.shape.slice(1))]),
  };
}
