import { knownOptions } from '../core/checks.js';
import { mul } from '../ops/mul.js';
import type { Layer } from './layer.js';
import { commonShape, mergeLayer } from './support/merging.js';

/**
 * The elementwise product of several inputs, for functional models, e.g. to let one input gate another.
 *
 * @throws TypeError for bad options; ShapeError for inputs whose shapes do not broadcast
 * @example
 * ```ts
 * import { init } from 'wasmgrad';
 * import { dense, multiplyLayers } from 'wasmgrad/layers';
 * import { connect, input, model } from 'wasmgrad/models';
 * await init();
 * const x = input({ shape: [8] });
 * const gate = connect(dense({ units: 8, activation: 'sigmoid' }), x);
 * const network = model({ inputs: x, outputs: connect(multiplyLayers(), x, gate) });
 * console.log(network.parameterCount); // 72
 * network.dispose();
 * ```
 */
export function multiplyLayers(options: { readonly name?: string | undefined } = {}): Layer {
  knownOptions('multiplyLayers', options, ['name']);
  return mergeLayer(
    'multiplyLayers',
    options,
    (shapes) => commonShape('multiplyLayers', shapes),
    (xs) => xs.reduce((product, x) => mul(product, x)),
  );
}
